"""What the children of a drill do: the real jobs, telling what they have finished.

Everything that a child acknowledges goes through ``tell`` after the work is done, never before.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from eval.benchmarks import bare_chroma
from eval.drills import undefended
from eval.drills.shop import (
    QUERIES,
    SECONDS_A_TEXT,
    DrillSource,
    ProjectionEncoder,
    answers,
    drill_config,
)
from index.build import build as build_index
from index.catalogue import Catalogue
from index.changes import Change, PutProduct, SetPrice
from index.config import IndexConfig
from index.errors import TellPerson
from index.importing import import_source
from index.search import SearchRequest, open_search
from index.stores.chroma_builds import is_of, switch
from index.stores.vectorfile import read_vectors, write_vectors
from index.update import update

Tell = Callable[[str, Any], None]
Job = Callable[..., Any]
"""Takes the settings of the shop, a way to tell, the pipe, and options."""
NOTE = "drill.note"
"""A note that another room left in the shop's file; it must outlive every import."""
IN_PLACE = "in-place"
"""Where the undefended jobs keep the vectors of the shop."""
PATIENCE_S = 90
BATCHES, NEW_PRICE = 40, 77_000
SWITCHES = 60
"""An even number of times, so that a run ends on the other."""


def work(
    pipe: Connection, job: str | Job, home: Path, options: dict[str, Any], limits: dict[str, int]
) -> None:
    """Run one job in this process and report over the pipe: one of ``JOBS``, or another room's.

    Says ``ready`` before it begins, with the file that what it prints goes to, and ``done`` with
    the result; ``trouble`` where it ends in a sentence for a person.
    """
    name, do = (job, JOBS[job]) if isinstance(job, str) else (job.__name__, job)
    said = home.parent / f"{name}-{os.getpid()}.txt"
    with said.open("w") as out:
        os.dup2(out.fileno(), 2)
    for limited, limit in limits.items():
        which = getattr(resource, limited)
        resource.setrlimit(which, (limit, resource.getrlimit(which)[1]))
    pipe.send(("ready", said))
    config = drill_config(home)
    try:
        result = do(config, lambda what, value: pipe.send((what, value)), pipe, **options)
    except TellPerson as trouble:
        pipe.send(("trouble", str(trouble)))
        sys.exit(2)
    pipe.send(("done", result))


def import_(config: IndexConfig, tell: Tell, _: Connection, state: int, defended: bool) -> None:
    """Bring the catalogue to a state."""
    if defended:
        import_source(DrillSource(state), config)
    else:
        undefended.import_source(DrillSource(state), config)


def note(config: IndexConfig, tell: Tell, _: Connection, text: str) -> None:
    """Leave a note in the shop's file."""
    catalogue = Catalogue.open(config, readonly=False)
    catalogue.note(NOTE, text)
    catalogue.close()


def build(config: IndexConfig, tell: Tell, _: Connection) -> dict[str, int]:
    """Build the index; every chunk of texts that is safe is acknowledged."""
    encoder = ProjectionEncoder(SECONDS_A_TEXT)
    report = build_index(config, lambda done, _: tell("chunk", done), encoder)
    return {"encoded": report.encoded, "kept": report.kept, "resumed": report.resumed}


def build_in_place(config: IndexConfig, tell: Tell, _: Connection) -> None:
    """Build without any defence."""
    undefended.build(config, ProjectionEncoder(SECONDS_A_TEXT), config.shop / IN_PLACE)


def switch_(config: IndexConfig, tell: Tell, _: Connection, other: Path, defended: bool) -> None:
    """Switch vectors and Chroma between two finished builds, over and over, ending on the other."""
    here, there = read_vectors(config.vectors), read_vectors(other)
    builds = {
        file.manifest.build: next(p for p in config.chroma.glob("build-*") if is_of(p, file))
        for file in (here, there)
    }
    for turn in range(SWITCHES):
        file = here if turn % 2 == 0 else there
        if defended:
            write_vectors(
                config.vectors, file.ids, file.hashes, file.matrix,
                file.manifest.fingerprint, file.manifest.template,
            )  # fmt: skip
            switch(config.chroma, builds[file.manifest.build])
        else:
            undefended.write(config.shop / IN_PLACE, file.ids, file.matrix)
        tell("switched", file.manifest.build)


def batch(number: int) -> list[Change]:
    """Two prices and a new product that only belong together."""
    source = DrillSource(1).products()
    pair = list(islice(source, 2 * number, 2 * number + 2))
    title = f"Zebra lantern no. {number}"
    new = replace(pair[0], id=f"new-{number}", title=title, stock=None)
    return [*(SetPrice(p.id, NEW_PRICE + number) for p in pair), PutProduct(new)]


def update_(config: IndexConfig, tell: Tell, _: Connection, first: int, defended: bool) -> None:
    """Apply batches one after the other, acknowledging each."""
    encoder = ProjectionEncoder(SECONDS_A_TEXT)
    for number in range(first, BATCHES):
        changes = batch(number)
        for part in [changes] if defended else [[change] for change in changes]:
            update(config, part, encoder)
        tell("batch", number + 1)


def updated(config: IndexConfig, tell: Tell, pipe: Connection) -> tuple[int, str]:
    """How many batches are in, and a sentence where one is in by halves."""
    with open_search(config, False, ProjectionEncoder()) as search:
        zebras = search.retrieve(SearchRequest("zebra lantern", k=2 * BATCHES))
        shown = {candidate.product.id for candidate in zebras}
        done: list[bool] = []
        for number in range(BATCHES):
            *prices, _new = batch(number)
            there = search.catalogue.many(c.product_id for c in prices if isinstance(c, SetPrice))
            found = [product.price == NEW_PRICE + number for product in there]
            found.append(f"new-{number}" in shown)
            if len(set(found)) > 1:
                return sum(done), f"batch {number + 1} is in by halves: {found}"
            done.append(found[0])
    count = sum(done)
    return count, "" if done == sorted(done, reverse=True) else f"not in order: {done}"


def look(config: IndexConfig, tell: Tell, _: Connection, chroma: bool) -> dict[str, Any]:
    """Open the shop as a serving process does, and say what it finds."""
    search = open_search(config, chroma, ProjectionEncoder())
    with search:
        found: dict[str, Any] = {"at_once": answers(search), "build": search.store.build}
        found["note"] = search.catalogue.note(NOTE)
        if chroma:
            found["chroma"] = search.store.wait(PATIENCE_S)
            found["state"] = search.store.state
            found["later"] = answers(search)
    return found


def serve(config: IndexConfig, tell: Tell, pipe: Connection, chroma: bool) -> list[set[str]]:
    """Answer over and over until told to stop; every answer that a query was given."""
    seen: list[set[str]] = [set() for _ in QUERIES]
    with open_search(config, chroma, ProjectionEncoder()) as search:
        if chroma:
            search.store.wait(PATIENCE_S)
        tell("serving", search.store.state)
        over = False
        while not over:
            over = pipe.poll(0.005)
            for answers_so_far, answer in zip(seen, answers(search), strict=True):
                answers_so_far.add(answer)
    return seen


def bare_fill(_: IndexConfig, tell: Tell, __: Connection, folder: Path, start: int) -> None:
    """Put more into a Chroma directory as its manual says, acknowledging every batch."""
    bare_chroma.fill(folder, start, lambda count: tell("batch", count))


def bare_look(_: IndexConfig, tell: Tell, __: Connection, folder: Path, acknowledged: int) -> str:
    """Open that directory and look for what was acknowledged."""
    return bare_chroma.fault(folder, acknowledged)


def trust(config: IndexConfig, tell: Tell, _: Connection) -> dict[str, str]:
    """Look at vectors that were written in place, as they lie there."""
    return {"at_once": undefended.answers(config.shop / IN_PLACE, ProjectionEncoder())}


def trust_chroma(config: IndexConfig, tell: Tell, _: Connection) -> dict[str, str]:
    """Look at Chroma's folder without probe or seal."""
    return {"at_once": undefended.chroma_answers(config, ProjectionEncoder())}


JOBS: dict[str, Job] = {
    "import": import_,
    "note": note,
    "build": build,
    "switch": switch_,
    "build_in_place": build_in_place,
    "update": update_,
    "updated": updated,
    "look": look,
    "serve": serve,
    "trust": trust,
    "trust_chroma": trust_chroma,
    "bare_fill": bare_fill,
    "bare_look": bare_look,
}
