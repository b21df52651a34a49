"""The docstring of ``LexicalIndex``, a test a sentence. Every implementation inherits it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.interfaces import LexicalIndex
from index.types import Product

GOODS = [
    Product("a", "Oat milk", "Milk", kind="Plant milk"),
    Product("b", "Oat milk with oats", "Milk", description="Milk of oats."),
    Product("c", "Whole milk", "Milk"),
    Product("d", "Rye bread", "Bread", description="Dip it in milk."),
    Product("e", "Berry jam", "Spreads", attributes={"fruit": "Blueberries"}),
    Product("f", "Rye bread", "Bread", description="Dip it in milk."),
]


class LexicalIndexContract:
    """Subclasses give ``make``: an index over these products."""

    def make(self, goods: Sequence[Product], folder: Path) -> LexicalIndex:
        raise NotImplementedError

    @pytest.fixture
    def index(self, tmp_path: Path) -> LexicalIndex:
        return self.make(GOODS, tmp_path)

    def found(self, index: LexicalIndex, text: str, k: int = 10) -> list[str]:
        return [scored.id for scored in index.query(text, k)]

    def test_query_when_words_match_then_best_first(self, index: LexicalIndex) -> None:
        scored = index.query("whole milk", 10)
        assert scored[0].id == "c"
        assert [s.score for s in scored] == sorted((s.score for s in scored), reverse=True)

    def test_query_when_scores_tie_then_by_id(self, index: LexicalIndex) -> None:
        assert self.found(index, "rye") == ["d", "f"]

    def test_query_when_k_is_small_then_at_most_k(self, index: LexicalIndex) -> None:
        assert len(index.query("milk", 2)) == 2
        assert index.query("milk", 0) == []

    def test_query_when_only_some_are_allowed_then_they_fill_k(self, index: LexicalIndex) -> None:
        allowed = frozenset({"d", "f", "unknown"})
        assert [s.id for s in index.query("milk", 2, allowed)] == ["d", "f"]
        assert index.query("milk", 2, frozenset()) == []

    @pytest.mark.parametrize("text", ["", "  ", "!?", "🍮", '"', "*"])
    def test_query_when_no_word_is_usable_then_nothing(
        self, index: LexicalIndex, text: str
    ) -> None:
        assert index.query(text, 5) == []

    @pytest.mark.parametrize(
        "text", ['milk" OR "', "NEAR(milk)", "milk AND", "title:milk", "mil*k -milk", "^milk", "--"]
    )
    def test_query_when_it_looks_like_a_command_then_it_is_only_words(
        self, index: LexicalIndex, text: str
    ) -> None:
        assert set(self.found(index, text)) <= {"a", "b", "c", "d", "f"}

    def test_query_when_a_form_differs_then_the_stem_matches(self, index: LexicalIndex) -> None:
        assert self.found(index, "blueberry") == ["e"]
        assert self.found(index, "BREADS") == ["d", "f"]
