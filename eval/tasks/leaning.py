"""``eval run leaning``: should a search by meaning lean on what the shopper bought before?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from assistant.config import Settings
from assistant.rank import BlendRanker
from assistant.rank_lessons import Question
from assistant.understand import filters_of
from eval.cases import CaseRow
from eval.datasets.files import Provenance
from eval.metrics.hit_rate import hit_rate
from eval.metrics.ndcg import ndcg
from eval.protocol import Protocol
from eval.rank_fit import Order, lessons
from eval.shop import provenance
from eval.summary import OURS, spread
from eval.tasks.interface import TaskEntry
from index.encoders.sentence import open_encoder
from index.interfaces import Encoder, Vectors
from index.search import Search, SearchRequest, open_search
from index.stores.vectorfile import VectorFile, read_vectors
from index.types import Candidate, Interaction, Source

SUMMARY, BOUGHT = "summary", "bought"
WEIGHTS = (0.1, 0.25, 0.5, 0.75, 0.9)
"""What the purchases may weigh beside the need, chosen on the weeks before."""
SAID = 3
"""Products of the aisle that a summary names, the most bought first."""
SHOPPERS = 300
TRIED = 200
"""Questions of the weeks before that a weight is tried on, spread evenly."""
K = 10
DENSE, PICKS, NEW = "dense", "picks", "new"
TABLES = {
    DENSE: "by meaning alone, out of the aisle",
    PICKS: "the picks: every source fused, the blend's order",
    NEW: "the same picks; only what the shopper never bought counts",
}


class Steered:
    """An ``Encoder`` whose next vectors can be told to it."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.told: Vectors | None = None
        """Returned for any text; ``None`` encodes. *Shape:* (dimension,)."""

    @property
    def fingerprint(self) -> str:
        return self._encoder.fingerprint

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.told is None:
            return self._encoder.encode(texts)
        return np.tile(self.told, (len(texts), 1))


class Leaning:
    """A ``Task``: a case is a shopper who asks for the aisle of something they then bought.

    Ours is what serves: the need's words alone are what is searched by meaning. ``summary``
    adds the titles of what was bought most in the aisle to the words, ``bought`` moves the
    vector towards the mean of all that was bought there. Who bought nothing there is asked
    about alike by all.

    Parameters
    ----------
    search
        Opened with ``encoder``.
    learn, choose
        Questions of weeks to choose the weight on, and of the week after that is reported.
    """

    rooms: Sequence[str] = ("index", "assistant", "eval")
    systems: Sequence[str] = (OURS, SUMMARY, BOUGHT)

    def __init__(
        self,
        search: Search,
        encoder: Steered,
        vectors: VectorFile,
        learn: Sequence[Question],
        choose: Sequence[Question],
        settings: Settings,
    ) -> None:
        self._search, self._encoder, self._vectors = search, encoder, vectors
        self._row_of = {item: row for row, item in enumerate(vectors.ids)}
        self._learn, self._choose = (
            [q for q in of_it if q.need.search_text] for of_it in (learn, choose)
        )
        self._ranker, self._dial = BlendRanker(settings.rank), settings.dial
        self._candidates = settings.candidates
        self._weight = 0.0
        self.provenance: Provenance = provenance(search)
        self.hashes: Mapping[str, str] = {
            "catalogue": search.catalogue.fingerprint,
            "encoder": encoder.fingerprint,
        }

    @property
    def protocol(self) -> Protocol:
        days = {q.profile.as_of.isoformat(): None for q in self._choose}
        return Protocol(
            task="leaning",
            split=f"purchases of the week after {', '.join(days)}; the weight is chosen on the "
            "three weeks before, and the two weeks at the end of the data are not touched",
            evidence="purchases before the day; the aisle of one thing bought is what is asked for",
            candidates=len(self._vectors.ids),
            tables=TABLES,
            limits=("the words of the need are the aisle's own name",),
        )

    def __len__(self) -> int:
        return len(self._choose)

    def prepare(self, system: str) -> str:
        """Choose what the purchases weigh, where they are mixed in."""
        if system != BOUGHT:
            return ""
        tried = {weight: self._tried(weight) for weight in WEIGHTS}
        self._weight = max(tried, key=tried.__getitem__)
        told = ", ".join(f"{weight:g} {value:.4f}" for weight, value in tried.items())
        return (
            f"{BOUGHT}: the purchases weigh {self._weight:g}, by NDCG@{K} of the picks in the "
            f"weeks before ({told})"
        )

    def close(self) -> None:
        """Let go of the shop; its counts are left as those of its own today."""
        self._search.demand(self._search.as_of)
        self._search.close()

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        return [row for number in rows for row in self._rows(system, self._choose[number])]

    def overall(self, lists: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        return []

    def _tried(self, weight: float) -> float:
        self._weight = weight
        asked = [self._learn[n] for n in spread(len(self._learn), TRIED)]
        lists = [(q, self._picks(q, self._found(BOUGHT, q))) for q in asked]
        return float(np.mean([ndcg(picks, q.bought, K) for q, picks in lists]))

    def _rows(self, system: str, question: Question) -> list[CaseRow]:
        found = self._found(system, question)
        known = {event.product_id for event in self._past(question)}
        right = {DENSE: question.bought, PICKS: question.bought, NEW: question.bought - known}
        picks = self._picks(question, found)
        lists = {DENSE: by_meaning(found), PICKS: picks, NEW: picks}
        shopper = question.profile.shopper_id or ""
        return [
            CaseRow(
                table, system, shopper, shopper, tuple(lists[table][:K]),
                {
                    "hit_rate@10": hit_rate(lists[table], right[table], K),
                    "ndcg@10": ndcg(lists[table], right[table], K),
                },
            )
            for table in TABLES
            if right[table]
        ]  # fmt: skip

    def _found(self, system: str, question: Question) -> list[Candidate]:
        """Search with the vector of a system in place of that of the words."""
        self._encoder.told = None
        self._encoder.told = self._vector(system, question)
        self._search.encode_query.cache_clear()
        need, profile = question.need, question.profile
        request = SearchRequest(
            need.search_text,
            filters_of(need, profile),
            self._past(question),
            profile.as_of,
            self._candidates,
        )
        return self._search.retrieve(request)

    def _vector(self, system: str, question: Question) -> Vectors:
        words = question.need.search_text
        bought = self._bought_there(question)
        if system == SUMMARY and bought:
            products = {p.id: p for p in self._search.catalogue.many(bought)}
            most = sorted(bought, key=lambda item: (-bought[item], item))[:SAID]
            words = f"{words}. {'. '.join(products[item].title for item in most)}"
        vector: Vectors = self._encoder.encode([words])[0]
        if system != BOUGHT or not bought:
            return vector
        counts = np.array(list(bought.values()), dtype=np.float32)
        there = self._vectors.matrix[[self._row_of[item] for item in bought]]
        return leant(vector, counts @ there, self._weight)

    def _bought_there(self, question: Question) -> Counter[str]:
        """What the shopper bought in the aisle that is asked for, and how often."""
        times = Counter(e.product_id for e in self._past(question) if e.product_id in self._row_of)
        there = self._search.catalogue.many(times)
        aisle = {p.id for p in there if p.category in question.need.categories}
        return Counter({item: times[item] for item in sorted(aisle)})

    def _past(self, question: Question) -> Sequence[Interaction]:
        profile = question.profile
        return self._search.purchases.history(profile.shopper_id or "", profile.as_of)

    def _picks(self, question: Question, found: Sequence[Candidate]) -> list[str]:
        picks = self._ranker.rank(question.need, found, question.profile, self._dial)
        return [pick.candidate.product.id for pick in picks]


def by_meaning(candidates: Sequence[Candidate]) -> list[str]:
    """Return the candidates that meaning brought, in its order."""
    hits = {c.product.id: c.hits[Source.DENSE] for c in candidates if Source.DENSE in c.hits}
    return sorted(hits, key=lambda item: hits[item].rank)


def leant(vector: Vectors, towards: Vectors, weight: float) -> Vectors:
    """Return the unit vector between a unit vector and the direction of another.

    *Shape:* (dimension,) each.

    >>> leant(np.array([1.0, 0.0]), np.array([0.0, 9.0]), 0.5).round(3).tolist()
    [0.707, 0.707]
    """
    mixed = (1 - weight) * vector + weight * towards / np.linalg.norm(towards)
    found: Vectors = mixed / np.linalg.norm(mixed)
    return found


def open_task(seed: int) -> Leaning:
    """Return the task on the default shop, with its questions asked."""
    settings = Settings()
    encoder = Steered(open_encoder(settings.index))
    search = open_search(settings.index, chroma=False, encoder=encoder)
    order = Order(SHOPPERS, seed=seed, dial=settings.dial)
    learn, choose = lessons(search, order, lambda day, count: None)
    vectors = read_vectors(settings.index.vectors, encoder.fingerprint)
    return Leaning(search, encoder, vectors, learn, choose, settings)


ENTRY = TaskEntry(
    "leaning", "should a search by meaning lean on what was bought in the aisle?", open_task
)
