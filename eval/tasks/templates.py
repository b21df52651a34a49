"""``eval run templates``: which text of a product should be embedded?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.config import Settings
from eval.baselines.term_matrix import best
from eval.cases import CaseRow
from eval.datasets.files import Provenance
from eval.datasets.requests import Request, message_requests, occasion_requests
from eval.datasets.vectors import embedded
from eval.metrics.hit_rate import hit_rate
from eval.metrics.ndcg import ndcg
from eval.protocol import Protocol
from eval.summary import OURS
from eval.tasks.interface import TaskEntry
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.encoders.sentence import open_encoder
from index.interfaces import Encoder, Vectors
from index.sources.outdoor import OutdoorSource
from index.text import TEMPLATES, product_text
from index.types import Product

K = 10
TABLES = {
    "occasions": "default shop: what for, in words by hand that name no aisle; the aisles answer",
    "messages": "default shop: hand-written messages that name a kind or an aisle; it answers",
    "outdoor": "the same in the outdoor shop, whose products have prose",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests of one table, and the shelf that is searched for them."""

    table: str
    shelf: Sequence[Product]
    requests: Sequence[Request]


class Templates:
    """A ``Task``: every template's vectors answer requests by meaning alone.

    A system is a template, that of the settings under the name of ours.

    Parameters
    ----------
    asked
        Tables in the order of the report.
    encoder
        Reads texts and requests.
    """

    rooms: Sequence[str] = ("index", "assistant", "eval")

    def __init__(
        self,
        asked: Sequence[Asked],
        config: IndexConfig,
        encoder: Encoder,
        provenance: Provenance,
    ) -> None:
        self._asked, self._config, self._encoder = asked, config, encoder
        self._cases = [(part, request) for part in asked for request in part.requests]
        self._templates = {
            OURS if name == config.text_template else name.replace("/", "-"): name
            for name in TEMPLATES
        }
        self._vectors: dict[str, Vectors] = {}
        self.provenance = provenance
        self.hashes: Mapping[str, str] = {"encoder": encoder.fingerprint}

    @property
    def protocol(self) -> Protocol:
        return Protocol(
            task="templates",
            split="occasions written for teaching and the development half of the phrasings: "
            "nothing that a report is made of",
            evidence="cosine of the request with the text that a template makes of a product",
            candidates=max(len(part.shelf) for part in self._asked),
            tables=TABLES,
            limits=(
                "of products that differ by their size alone one stands for all",
                "what a message names is what the assistant hears, which reads the same names",
            ),
        )

    @property
    def systems(self) -> Sequence[str]:
        return list(self._templates)

    def __len__(self) -> int:
        return len(self._cases)

    def prepare(self, system: str) -> str:
        """Embed every shelf by the template; made once, and kept."""
        template = self._templates[system]
        for part in self._asked:
            texts = [product_text(product, template) for product in part.shelf]
            self._vectors[part.table] = embedded(texts, self._encoder, self._config.home)
        return f"{system}: {template}"

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        """Answer by the template that was prepared last."""
        return [self._row(system, *self._cases[number]) for number in rows]

    def _row(self, system: str, part: Asked, request: Request) -> CaseRow:
        scores = self._vectors[part.table] @ self._encoder.encode([request.text])[0]
        picks = tuple(part.shelf[n].id for n in best(scores, K).tolist())
        values: dict[str, float | None] = {
            "hit_rate@10": hit_rate(picks, request.right, K),
            "ndcg@10": ndcg(picks, request.right, K),
        }
        return CaseRow(part.table, system, request.id, request.group, picks, values)

    def overall(self, lists: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        return []


def one_of_each(products: Sequence[Product]) -> list[Product]:
    """Keep the first of products that differ by their size alone, in the order of the ids.

    Else a list of ten is one product in ten sizes.
    """
    first: dict[tuple[str, str, str], Product] = {}
    for product in sorted(products, key=lambda p: p.id):
        title = product.title.removesuffix(f", {product.size}")
        first.setdefault((title, product.kind, product.category), product)
    return list(first.values())


def open_task(seed: int) -> Templates:
    """Return the task on the default shop and the outdoor shop."""
    config = Settings().index
    catalogue = Catalogue.open(config)
    try:
        ours = one_of_each(catalogue.many(catalogue.ids()))
        about = catalogue.dataset()
    finally:
        catalogue.close()
    outdoor = one_of_each(list(OutdoorSource().products()))
    asked = [
        Asked("occasions", ours, occasion_requests(ours)),
        Asked("messages", ours, message_requests(ours, "journey")),
        Asked("outdoor", outdoor, message_requests(outdoor, "outdoor")),
    ]
    provenance = Provenance(about["name"], about["licence_note"], about["sha256"])
    return Templates(asked, config, open_encoder(config), provenance)


ENTRY = TaskEntry("templates", "which text of a product to embed, on validation data", open_task)
