"""``eval run templates``: which text of a product should be embedded? On validation data only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from eval.baselines.dense import Dense
from eval.baselines.term_matrix import best
from eval.baselines.tuned import sample
from eval.cases import CaseRow
from eval.datasets import journey, office
from eval.datasets.files import Provenance
from eval.datasets.requests import Request, message_requests, occasion_requests
from eval.datasets.split import Fold, Split
from eval.datasets.vectors import embedded, text_vectors, with_template
from eval.metrics.hit_rate import hit_rate
from eval.metrics.ndcg import ndcg
from eval.protocol import Protocol
from eval.ranking import Among, Table
from eval.summary import OURS
from eval.tasks.interface import TaskEntry
from eval.tasks.next_purchase import Contender, NextPurchase
from index.config import IndexConfig
from index.encoders.sentence import open_encoder
from index.interfaces import Encoder, Vectors
from index.sources.outdoor import OutdoorSource
from index.text import TEMPLATES, product_text
from index.types import Product

K = 10
OCCASIONS, MESSAGES, OUTDOOR = "occasions", "messages", "outdoor"
NEXT = {
    "journey": Table("journey", Among.NOVEL, "what reads like earlier purchases, default shop"),
    "office": Table(
        "office", Among.ANY, "the same out of everything, Amazon Office (brand, prose)"
    ),
}
TABLES = {
    OCCASIONS: "default shop: what for, in words by hand that name no aisle; the aisles answer",
    MESSAGES: "default shop: hand-written messages that name a kind or an aisle; it answers",
    OUTDOOR: "the same in the outdoor shop, whose products have prose",
    **{name: table.about for name, table in NEXT.items()},
}


class Requests:
    """Requests of one table, answered by meaning alone: cosine with the text of each product."""

    def __init__(
        self, table: str, products: Sequence[Product], requests: Sequence[Request]
    ) -> None:
        self._table, self._requests = table, requests
        self._products = sorted(products, key=lambda product: product.id)

    def __len__(self) -> int:
        return len(self._requests)

    def prepare(self, template: str) -> None:
        """Embed every product by a template; made once, and kept."""
        config = with_template(template)
        self._encoder: Encoder = open_encoder(config)
        texts = [product_text(product, template) for product in self._products]
        self._vectors: Vectors = embedded(texts, self._encoder, config.home)

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        """Answer these requests by the template that was prepared last."""
        asked = [self._requests[row] for row in rows]
        scores = self._encoder.encode([request.text for request in asked]) @ self._vectors.T
        return [self._row(system, *pair) for pair in zip(asked, scores, strict=True)]

    def _row(self, system: str, request: Request, scores: Vectors) -> CaseRow:
        picks = tuple(self._products[n].id for n in best(scores, K).tolist())
        values: dict[str, float | None] = {
            "hit_rate@10": hit_rate(picks, request.right, K),
            "ndcg@10": ndcg(picks, request.right, K),
        }
        return CaseRow(self._table, system, request.id, request.group, picks, values)


class Templates:
    """A ``Task``: a system is a template, that of the settings under the name of ours.

    Parameters
    ----------
    requests
        Requests of the shops.
    splits
        Next purchases by table, of which the validation fold alone is asked.
    served
        The template of the settings.
    """

    rooms: Sequence[str] = ("index", "assistant", "eval")

    def __init__(
        self, requests: Sequence[Requests], splits: Mapping[str, Split], served: str, encoder: str
    ) -> None:
        self._requests = requests
        self._templates = {OURS if name == served else _plain(name): name for name in TEMPLATES}
        self._next = [self._purchases(name, split) for name, split in splits.items()]
        self._parts: list[Requests | NextPurchase] = [*self._requests, *self._next]
        self._starts = np.cumsum([0, *map(len, self._parts)])
        self._splits = splits
        self.hashes = {"encoder": encoder}

    def _purchases(self, name: str, split: Split) -> NextPurchase:
        asked = Fold(split.tuning.train, sample(split.tuning.questions))
        table = NEXT[name]
        contenders = [
            Contender(Dense(partial(text_vectors, split, template), asked, table), system)
            for system, template in self._templates.items()
        ]
        validation = Split(asked, asked, split.protocol, split.provenance)
        return NextPurchase(validation, [table], contenders, seed=0)

    @property
    def protocol(self) -> Protocol:
        return Protocol(
            task="templates",
            split="validation alone: occasions written for teaching, the development half of the "
            "phrasings, the last purchases but one",
            evidence="the text that a template makes of a product, and nothing else",
            candidates=max(split.protocol.candidates for split in self._splits.values()),
            tables=TABLES,
            limits=(
                "what a message names is what the assistant hears, which reads the same names",
                "Home Depot's products have a title alone: every template says the same of them",
            ),
        )

    @property
    def provenance(self) -> Provenance:
        found = [split.provenance for split in self._splits.values()]
        digest = hashlib.sha256("".join(one.sha256 for one in found).encode()).hexdigest()
        licences = dict.fromkeys(one.licence_note for one in found)
        return Provenance(", ".join(o.name for o in found), " ".join(licences), digest)

    @property
    def systems(self) -> Sequence[str]:
        return list(self._templates)

    def __len__(self) -> int:
        return int(self._starts[-1])

    def prepare(self, system: str) -> str:
        """Embed every catalogue by the template."""
        template = self._templates[system]
        for part in self._requests:
            part.prepare(template)
        chosen = [part.prepare(system) for part in self._next]
        return f"{system} is {template}; {'; '.join(chosen)}"

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        found: list[CaseRow] = []
        for place, part in enumerate(self._parts):
            start, end = self._starts[place : place + 2]
            if ours := [row - int(start) for row in rows if start <= row < end]:
                found += part.answer(system, ours)
        return found

    def overall(self, lists: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        return []


def _plain(template: str) -> str:
    """The template's name as the name of a folder."""
    return template.replace("/", "-")


def open_task(seed: int) -> Templates:
    """Return the task on the default shop, the outdoor shop and Amazon Office."""
    splits = {"journey": journey.load(), "office": office.load()}
    shelf = list(splits["journey"].products.values())
    outdoor = list(OutdoorSource().products())
    requests = [
        Requests(OCCASIONS, shelf, occasion_requests(shelf)),
        Requests(MESSAGES, shelf, message_requests(shelf, "journey")),
        Requests(OUTDOOR, outdoor, message_requests(outdoor, "outdoor")),
    ]
    config = IndexConfig()
    return Templates(requests, splits, config.text_template, open_encoder(config).fingerprint)


ENTRY = TaskEntry(
    "templates",
    "which text of a product is embedded: every template, on validation data",
    open_task,
)
