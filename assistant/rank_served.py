"""The learned ranker in the assistant: trees over the blend's own signals, with true reasons."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import fsum
from pathlib import Path
from statistics import median

import numpy as np

from assistant.config import RankConfig, Settings
from assistant.evidence import Weigher, evidence_for
from assistant.interfaces import Ranker
from assistant.rank import BlendRanker, arranged
from assistant.rank_learned import Floats, TreeRanker, TreesConfig
from assistant.signals import Habits, Signal, contributions
from assistant.types import Fact, Need, Pick, Profile
from index.config import IndexConfig
from index.errors import BadData
from index.types import Candidate

PLAIN = RankConfig(**{signal.value: 1.0 for signal in Signal})
"""Every signal as it is: the weights are the trees' business."""
OPEN = "open"
"""1 where the request has no words, so that habits may weigh otherwise."""
NAMES = (*(signal.value for signal in Signal), OPEN)
BASE = "base"
"""What every candidate starts from, among the contributions."""
CONFIG = TreesConfig(
    objective="lambdarank", rounds=60, leaves=12, least=200, negatives=1.0, rising=True
)
"""Rising: no signal may speak against a product, so that taking a reason away never helps it."""
VERDICT = "verdict.json"


def signals_of(need: Need, candidates: Sequence[Candidate], habits: Habits, dial: float) -> Floats:
    """Return what the trees see. *Shape:* (candidates, ``NAMES``)."""
    open_request = float(not need.search_text)
    rows = [
        (*contributions(PLAIN, need, candidate, habits, dial).values(), open_request)
        for candidate in candidates
    ]
    return np.array(rows, dtype=np.float32).reshape(len(rows), len(NAMES))


class LearnedRanker:
    """A ``Ranker`` whose contributions are TreeSHAP's, with ``base``; they sum to the score.

    The personalisation dial multiplies the personal signals before the trees see them. After
    the score everything is as in ``BlendRanker``.
    """

    def __init__(self, trees: TreeRanker) -> None:
        if trees.names != NAMES:
            raise BadData(
                f"The ranking model knows the signals {', '.join(trees.names)}, but there are "
                f"{', '.join(NAMES)}.",
                "Make a new one with 'shelftalk rank fit'.",
            )
        self._trees = trees

    @property
    def fingerprint(self) -> str:
        """A hash of the trees."""
        return self._trees.fingerprint[:16]

    def rank(
        self, need: Need, candidates: Sequence[Candidate], profile: Profile, dial: float
    ) -> list[Pick]:
        """All candidates, best first, with evidence. See ``assistant.interfaces.Ranker``."""
        signals = signals_of(need, candidates, Habits.of(profile.facts), dial)
        ids = [candidate.product.id for candidate in candidates]
        parts = dict(zip(ids, self._trees.contributions(signals).tolist(), strict=True))
        scores = {id_: fsum(of_it) for id_, of_it in parts.items()}
        texts = dict(zip(ids, signals[:, 0].tolist(), strict=True))
        order = arranged(need, candidates, scores, texts)
        picks = [
            Pick(f"P{n}", c, scores[id_], dict(zip((*NAMES, BASE), parts[id_], strict=True)))
            for n, c in enumerate(order, start=1)
            for id_ in (c.product.id,)
        ]
        weigher = TreeWeigher(self._trees, need, candidates, profile, dial, signals)
        return evidence_for(picks, weigher)


class TreeWeigher(Weigher):
    """Weighs reasons by asking the trees again with one thing taken away."""

    def __init__(
        self,
        trees: TreeRanker,
        need: Need,
        candidates: Sequence[Candidate],
        profile: Profile,
        dial: float,
        signals: Floats,
    ) -> None:
        super().__init__(PLAIN, need, candidates, profile, dial, {})
        self._trees = trees
        self._signals = dict(zip((c.product.id for c in candidates), signals, strict=True))
        self.scores = self._scored(self._signals)
        self._typical = float(median(signals[:, 0])) if len(signals) else 0.0

    def without_fact(self, fact: Fact) -> Mapping[str, float]:
        """Every candidate's score as if the fact had never been."""
        if fact.id not in self._without:
            touched = self._touched.get(fact.id, ())
            habits = Habits.of(self._facts, without=fact)
            rows = signals_of(self.need, touched, habits, self._dial)
            changed = zip((c.product.id for c in touched), rows, strict=True)
            self._without[fact.id] = {**self.scores, **self._scored(dict(changed))}
        return self._without[fact.id]

    def without_signal(self, product_id: str, signal: Signal) -> Mapping[str, float]:
        """All scores, this candidate's without one of its own signals (see ``Weigher``)."""
        row = self._signals[product_id].copy()
        place = NAMES.index(signal.value)
        row[place] = min(row[place], self._typical if signal is Signal.TEXT else 0.0)
        return {**self.scores, **self._scored({product_id: row})}

    def _scored(self, rows: Mapping[str, Floats]) -> dict[str, float]:
        if not rows:
            return {}
        scores = self._trees.score(np.stack(list(rows.values())))
        return dict(zip(rows, scores.tolist(), strict=True))


def folder_of(config: IndexConfig) -> Path:
    """Where a shop's ranking model lies."""
    return config.shop / "rank"


def write_verdict(folder: Path, trees: TreeRanker, wins: bool) -> None:
    """Note beside a model whether it beat the blend where neither had learned."""
    aside = folder / f"{VERDICT}.part"
    aside.write_text(json.dumps({"model": trees.fingerprint, "wins": wins}) + "\n")
    aside.replace(folder / VERDICT)


def open_ranker(settings: Settings) -> Ranker:
    """Return the ranker that serves: the learned one where it is asked for or has won.

    Raises
    ------
    BadData
        ``ranker = "learned"`` without a whole model.
    """
    folder = folder_of(settings.index)
    if settings.ranker == "learned":
        return LearnedRanker(TreeRanker.load(folder))
    if settings.ranker == "auto" and (winner := _winner(folder)):
        return winner
    return BlendRanker(settings.rank)


def _winner(folder: Path) -> LearnedRanker | None:
    """The model that is there, where it is whole and has won; a killed fit leaves neither."""
    try:
        verdict = json.loads((folder / VERDICT).read_text())
        trees = TreeRanker.load(folder)
        won = verdict == {"model": trees.fingerprint, "wins": True}
        return LearnedRanker(trees) if won else None
    except (OSError, ValueError, BadData):
        return None
