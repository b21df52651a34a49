"""The docstring of ``CollaborativeModel``, a test a sentence. Every implementation inherits it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from index.errors import BadData
from index.interfaces import CollaborativeModel
from index.types import Interaction

START = datetime(2024, 1, 1, 9)
CUT = date(2024, 1, 20)
SHOP = {
    "ann": ["ab", "ab", "ac", "a"],
    "bob": ["ab", "c", "bd", "ab"],
    "cid": ["de", "d", "de", "d"],
    "dee": ["e", "ed", "d"],
    "eve": ["ac", "bc", "c", "ac"],
}
"""A letter a product, a word a day from ``START``; all before ``CUT``."""


class Saved(CollaborativeModel, Protocol):
    """A model that can be put on disk."""

    def save(self, folder: Path) -> None: ...


def lines(visits: dict[str, list[str]], start: datetime = START) -> list[Interaction]:
    events = [
        (shopper, letter, start + timedelta(days=day))
        for shopper, baskets in visits.items()
        for day, basket in enumerate(baskets)
        for letter in basket
    ]
    return [Interaction(n, *event) for n, event in enumerate(events)]


class CollaborativeContract:
    """Subclasses give ``fit`` (from the events before a day) and ``load``."""

    fills = False
    """Whether strangers get something: what everyone buys."""
    about: type
    """The class that is tested."""

    def fit(self, events: Sequence[Interaction], cut: date) -> Saved:
        raise NotImplementedError

    def load(self, folder: Path) -> Saved:
        raise NotImplementedError

    @pytest.fixture
    def model(self) -> Saved:
        return self.fit(lines(SHOP), CUT)

    def history(self, shopper: str = "ann") -> list[Interaction]:
        return [line for line in lines(SHOP) if line.shopper_id == shopper]

    def test_recommend_when_asked_then_best_first_ties_by_id_each_once(self, model: Saved) -> None:
        for shopper in SHOP:
            found = model.recommend(self.history(shopper), CUT, 10)
            assert found
            assert found == sorted(found, key=lambda s: (-s.score, s.id))
            assert len({s.id for s in found}) == len(found)

    def test_recommend_when_k_is_small_then_the_first_of_more(self, model: Saved) -> None:
        found = model.recommend(self.history(), CUT, 10)
        assert model.recommend(self.history(), CUT, 1) == found[:1]
        assert model.recommend(self.history(), CUT, 0) == []

    def test_recommend_when_allowed_then_only_from_it(self, model: Saved) -> None:
        allowed = frozenset({"b", "c", "unheard"})
        found = model.recommend(self.history(), CUT, 10, allowed)
        assert {s.id for s in found} <= {"b", "c"}
        assert found
        everything = model.recommend(self.history(), CUT, 10)
        assert found == [s for s in everything if s.id in allowed]
        assert model.recommend(self.history(), CUT, 10, frozenset()) == []

    def test_recommend_when_history_is_empty_then_legal(self, model: Saved) -> None:
        assert bool(model.recommend([], CUT, 10)) == self.fills

    def test_recommend_when_later_purchases_are_in_the_history_then_not_looked_at(
        self, model: Saved
    ) -> None:
        later = lines({"ann": ["eeee"]}, datetime(2024, 1, 20, 1))
        clean = model.recommend(self.history(), CUT, 10)
        assert model.recommend([*self.history(), *later], CUT, 10) == clean

    def test_fit_when_an_item_is_planted_after_the_cut_then_it_never_surfaces(self) -> None:
        planted = lines(dict.fromkeys(SHOP, ["g"] * 9), datetime(2024, 1, 20, 1))
        model = self.fit([*lines(SHOP), *planted], CUT)
        for shopper in SHOP:
            past = [*self.history(shopper), *(p for p in planted if p.shopper_id == shopper)]
            assert "g" not in {s.id for s in model.recommend(past, CUT, 50)}

    def test_fit_when_the_cut_lies_after_the_planted_item_then_the_guard_would_notice(self) -> None:
        planted = lines(dict.fromkeys(SHOP, ["g"] * 9), datetime(2024, 1, 20, 1))
        late = date(2024, 3, 1)
        model = self.fit([*lines(SHOP), *planted], late)
        past = [*self.history(), *(p for p in planted if p.shopper_id == "ann")]
        assert "g" in {s.id for s in model.recommend(past, late, 50)}

    @pytest.mark.parametrize(
        "visits", [{}, {"ann": ["a"]}, {"ann": ["a", "a"], "bob": ["a"]}, {"ann": ["ab", "c"]}],
        ids=["nothing", "one line", "one product", "one shopper"],
    )  # fmt: skip
    def test_fit_when_the_shop_is_tiny_then_it_works(self, visits: dict[str, list[str]]) -> None:
        model = self.fit(lines(visits), CUT)
        found = model.recommend(lines({"zoe": ["a"]}), CUT, 10)
        assert {s.id for s in found} <= set("abc")
        assert all(s.score == s.score and abs(s.score) < float("inf") for s in found)

    def test_fit_when_done_twice_then_the_same(self, model: Saved) -> None:
        again = self.fit(lines(SHOP), CUT)
        assert again.recommend(self.history(), CUT, 10) == model.recommend(self.history(), CUT, 10)

    def test_save_when_loaded_then_recommends_the_same(self, model: Saved, tmp_path: Path) -> None:
        for _ in range(2):  # the second time over the first
            model.save(tmp_path / "model")
        back = self.load(tmp_path / "model")
        for shopper in SHOP:
            past = self.history(shopper)
            assert back.recommend(past, CUT, 10) == model.recommend(past, CUT, 10)
        assert [path.name for path in tmp_path.iterdir()] == ["model"]

    def test_load_when_half_is_there_then_says_to_fit_again(
        self, model: Saved, tmp_path: Path
    ) -> None:
        with pytest.raises(BadData, match="Fit it again"):
            self.load(tmp_path / "missing")
        model.save(tmp_path / "model")
        next((tmp_path / "model").glob("*.npy")).unlink()
        with pytest.raises(BadData, match="Fit it again"):
            self.load(tmp_path / "model")
