"""Every collaborative model against the one contract."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

import index.collaborative
from index.collaborative.ease import Ease, EaseConfig
from index.collaborative.factors import Factors, FactorsConfig
from index.collaborative.frequency import PersonalFrequency
from index.collaborative.histories import Histories
from index.collaborative.item_knn import ItemKnn
from index.collaborative.numbered import NumberedModel
from index.collaborative.popularity import Popularity
from index.collaborative.user_knn import UserKnn
from index.types import Interaction
from tests.contracts.collaborative import CollaborativeContract

WITHOUT = {"Repeat"}
"""There is nothing to fit or to save; ``tests/index/test_repeat.py`` holds it to the rest."""


def histories(events: Sequence[Interaction], cut: date) -> Histories:
    items = sorted({event.product_id for event in events})
    column_of = {item: n for n, item in enumerate(items)}
    return Histories.from_interactions(events, column_of, items, cut)


class TestPopularity(CollaborativeContract):
    about = Popularity
    fills = True

    def fit(self, events: Sequence[Interaction], cut: date) -> Popularity:
        return Popularity.fit(events, cut)

    def load(self, folder: Path) -> Popularity:
        return Popularity.load(folder)


class TestPersonalFrequency(CollaborativeContract):
    about = PersonalFrequency
    fills = True

    def fit(self, events: Sequence[Interaction], cut: date) -> PersonalFrequency:
        return PersonalFrequency.fit(histories(events, cut))

    def load(self, folder: Path) -> PersonalFrequency:
        return PersonalFrequency.load(folder)


class TestItemKnn(CollaborativeContract):
    about = ItemKnn

    def fit(self, events: Sequence[Interaction], cut: date) -> ItemKnn:
        return ItemKnn.fit(histories(events, cut))

    def load(self, folder: Path) -> ItemKnn:
        return ItemKnn.load(folder)


class TestUserKnn(CollaborativeContract):
    about = UserKnn

    def fit(self, events: Sequence[Interaction], cut: date) -> UserKnn:
        return UserKnn.fit(histories(events, cut))

    def load(self, folder: Path) -> UserKnn:
        return UserKnn.load(folder)


class TestEase(CollaborativeContract):
    about = Ease

    def fit(self, events: Sequence[Interaction], cut: date) -> Ease:
        return Ease.fit(histories(events, cut), EaseConfig(ridge=2.0))

    def load(self, folder: Path) -> Ease:
        return Ease.load(folder)


@pytest.mark.model
class TestFactors(CollaborativeContract):
    """Marked for the library, which takes seconds to load."""

    about = Factors

    def fit(self, events: Sequence[Interaction], cut: date) -> Factors:
        return Factors.fit(histories(events, cut), FactorsConfig(factors=3, ridge=0.1))

    def load(self, folder: Path) -> Factors:
        return Factors.load(folder)


@pytest.mark.model
class TestLogisticFactors(TestFactors):
    def fit(self, events: Sequence[Interaction], cut: date) -> Factors:
        config = FactorsConfig(factors=3, ridge=0.1, loss="logistic")
        return Factors.fit(histories(events, cut), config)


SCORES = ("recommend", "_scores")


def test_models_when_searched_then_each_has_a_contract() -> None:
    """Read, not imported: one of them would load torch."""
    found = {
        node.name
        for path in Path(index.collaborative.__path__[0]).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(f, ast.FunctionDef) and f.name in SCORES for f in node.body)
    } - {NumberedModel.__name__}
    tested = {
        node.value.id
        for path in Path(__file__).parent.glob("test_*.py")
        for contract in ast.walk(ast.parse(path.read_text()))
        if isinstance(contract, ast.ClassDef)
        for node in ast.walk(contract)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Name)
        and getattr(node.targets[0], "id", "") == "about"
    }
    assert "Popularity" in found
    assert found - WITHOUT == tested
