"""How soon a changed price is on the card of a conversation that is open in another process.

A copy of the shop is changed here, product by product; the process beside it holds one
conversation and is asked the same question before and after each change. The clock runs from
the return of ``update`` (the commit) to the cards with the new price. No words are generated:
cards come before them.
"""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from assistant.config import ModelConfig, Settings
from assistant.types import CardsReady
from assistant.wiring import open_assistant
from eval.report import Measurement, Row
from index.catalogue import Catalogue
from index.changes import SetPrice
from index.config import IndexConfig
from index.update import update

QUESTIONS = 10
"""Different ones, each about an aisle."""


@dataclass(slots=True)
class Timings:
    """Milliseconds, one entry a change."""

    update_ms: list[float] = field(default_factory=list)
    visible_ms: list[float] = field(default_factory=list)
    missed: int = 0
    """Cards that did not show the new price."""


def run(config: IndexConfig, changes: int = 50) -> Measurement:
    """Change so many prices of a copy of the configured shop, one after another."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_shop(config, Path(folder))
        catalogue = Catalogue.open(copy)
        aisles = sorted(catalogue.categories().items(), key=lambda kv: (-kv[1], kv[0]))
        dataset, products = catalogue.dataset(), len(catalogue)
        catalogue.close()
        questions = [name for name, _ in aisles[:QUESTIONS]]
        found = measure(copy, [questions[i % len(questions)] for i in range(changes)])
    return Measurement(
        command="bench live",
        rows=[
            *_rows("visible", found.visible_ms),
            *_rows("update", found.update_ms),
            Row("missed", found.missed, n=changes),
        ],
        protocol={"changes": changes, "products": products, "reader": "another process"},
        dataset=dataset,
    )


def copy_shop(config: IndexConfig, home: Path) -> IndexConfig:
    """Copy a shop into another home, with the weights of the first."""
    copy = config.model_copy(update={"home": home})
    copy.shop.mkdir(parents=True)
    copy.models.symlink_to(config.models)
    with (
        closing(sqlite3.connect(config.database)) as old,
        closing(sqlite3.connect(copy.database)) as new,
    ):
        old.backup(new)
    for folder in (config.vectors, config.chroma):
        if folder.exists():
            shutil.copytree(folder, copy.shop / folder.name)
    return copy


def measure(config: IndexConfig, questions: list[str]) -> Timings:
    """Change a price after each question and ask again."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    reader = context.Process(target=converse, args=(config, there), daemon=True)
    reader.start()
    found = Timings()
    here.recv()
    for question in dict.fromkeys(questions):
        ask(here, question)  # what the first question of its kind costs is not asked here
    for question in questions:
        product, price = next(iter(ask(here, question).items()))
        start = time.perf_counter()
        update(config, [SetPrice(product, price + 1)])
        committed = time.perf_counter()
        shown = ask(here, question)
        found.visible_ms.append(1000 * (time.perf_counter() - committed))
        found.update_ms.append(1000 * (committed - start))
        found.missed += shown.get(product) != price + 1
    here.send(None)
    reader.join()
    return found


def ask(reader: Connection, question: str) -> dict[str, int]:
    """Return product id to shelf price of the cards, those with a price."""
    reader.send(question)
    cards: dict[str, int] = reader.recv()
    return cards


def converse(config: IndexConfig, asked: Connection) -> None:
    """The other process: one conversation, a turn for each message, its cards sent back."""
    settings = Settings(index=config, model=ModelConfig(backend="none"))
    with open_assistant(settings) as assistant:
        assistant.search.store.wait()
        session = assistant.session()
        asked.send("open")
        while question := asked.recv():
            for event in session.stream(question):
                if isinstance(event, CardsReady):
                    products = [pick.candidate.product for pick in event.picks]
                    asked.send({p.id: p.price for p in products if p.price is not None})


def _rows(name: str, values: list[float]) -> list[Row]:
    shares = (50, 95)
    return [
        Row(f"{name}_p{share}_ms", float(np.percentile(values, share)), n=len(values))
        for share in shares
    ]
