"""Shoppers by rule: they never name what they look for, and are held to what they said."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.wiring import Assistant
from eval.cases import to_frame
from eval.report import Measurement
from eval.simulator.shopper import NamedTheTitle, Shopper, Temper, Vagueness, Wish, misspelt
from eval.simulator.systems import FLOORS, Floors, Ours
from eval.simulator.talk import TURNS, Talk, Turn, talk
from eval.summary import figures
from eval.tasks.conversation import Conversation, next_basket, values
from index.config import IndexConfig
from index.types import Candidate, Product
from tests.eval.small_assistant import small_assistant
from tests.eval.witnessed import BREAD, MILK, ROLLS

WISH = Wish("7", BREAD, 249, "Yogurt")


def shopper(
    vagueness: Vagueness = Vagueness.KIND, temper: Temper = Temper.TERSE, wish: Wish = WISH
) -> Shopper:
    return Shopper(wish, vagueness, temper, Random(1))


def cards(*products: Product) -> list[Candidate]:
    return [Candidate(product, {}, 1.0) for product in products]


class Stubborn:
    """Always shows the same cards."""

    def __init__(self, *products: Product) -> None:
        self._cards = cards(*products)

    def answer(self, message: str) -> list[Candidate]:
        return self._cards


def test_talk_when_the_target_is_shown_then_it_ends_there() -> None:
    done = talk(shopper(), Stubborn(ROLLS, BREAD))
    assert done.found
    assert done.length == 1
    assert done.turns[0].message == "wheat bread"


def test_talk_when_it_never_comes_then_one_more_than_all_turns() -> None:
    done = talk(shopper(), Stubborn(MILK))
    assert not done.found
    assert len(done.turns) == TURNS
    assert done.length == TURNS + 1
    said = [turn.message for turn in done.turns]
    assert said[1:] == ["store brand please", "at most $3", "cheaper", "cheaper"]
    assert [turn.broken for turn in done.turns] == [0, 1, 2, 2, 2]


def test_talk_when_something_else_was_asked_and_the_same_comes_then_a_contradiction() -> None:
    other = Product("o", "Wheat bread, store brand, 10 oz", BREAD.category, BREAD.kind,
                    price=200, store_brand=True)  # fmt: skip
    done = talk(shopper(), Stubborn(other))
    assert [turn.message for turn in done.turns[1:]] == ["something else"] * 4
    assert [turn.broken for turn in done.turns] == [0, 1, 1, 1, 1]
    assert values(done)["contradictions"] == 4


def test_values_when_the_fifth_turn_keeps_less_then_score_was_lost() -> None:
    turns = [Turn("", (), 1.0, 0), *[Turn("", (), 0.5, 0)] * 3, Turn("", (), 0.25, 2)]
    found = values(Talk(tuple(turns), found=False))
    assert found["score_lost"] == 0.75
    assert found["conditions_kept"] == 0.25
    assert found["mean_turns"] == TURNS + 1
    assert found["turns_without_cards"] == TURNS
    assert values(Talk(tuple(turns[:1]), found=True))["score_lost"] is None


def test_shopper_when_minds_change_then_something_else_is_asked_first() -> None:
    one = shopper(temper=Temper.CHANGES_MIND)
    assert one.first() == "yogurt"
    assert one.next(cards(MILK)) == "actually, wheat bread"


@pytest.mark.parametrize("vagueness", list(Vagueness))
@pytest.mark.parametrize("temper", list(Temper))
def test_shopper_when_they_talk_then_the_title_is_never_said(
    vagueness: Vagueness, temper: Temper
) -> None:
    done = talk(shopper(vagueness, temper), Stubborn(ROLLS, MILK))
    assert all(BREAD.title.lower() not in turn.message.lower() for turn in done.turns)


def test_shopper_when_the_kind_is_the_title_then_refused() -> None:
    plain = Product("x", "Bananas", "Tropical fruit", "Bananas", price=97)
    with pytest.raises(NamedTheTitle, match="bananas"):
        shopper(wish=Wish("7", plain, 97, "Milk")).first()


@given(st.text(alphabet="abcdef ", max_size=30), st.integers(0, 50))
def test_misspelt_when_any_text_then_the_same_letters(text: str, seed: int) -> None:
    assert sorted(misspelt(text, Random(seed)).replace(" ", "")) == sorted(text.replace(" ", ""))


@pytest.fixture(scope="module")
def assistant(shop: IndexConfig) -> Iterator[Assistant]:
    with small_assistant(shop) as found:
        yield found


@pytest.mark.parametrize("name", FLOORS)
def test_floor_when_asked_again_then_never_the_same_card(name: str, assistant: Assistant) -> None:
    floor = getattr(Floors(assistant, 0), name)("s1")
    shown = [c.product.id for _ in range(4) for c in floor.answer("milk")]
    assert shown
    assert len(shown) == len(set(shown))


def test_frequency_when_an_aisle_is_named_then_the_most_bought_of_it(assistant: Assistant) -> None:
    floors = Floors(assistant, 0)
    assert floors.frequency("s1").answer("bread")[0].product.id == "bread"
    assert floors.frequency("s1").answer("hello")[0].product.id == "oat"


def test_ours_when_asked_then_the_cards_of_the_reply(assistant: Assistant) -> None:
    assert Ours(assistant.session("s1")).answer("milk")[0].product.id == "oat"


def test_next_basket_when_the_day_has_come_then_what_is_bought_on_it(assistant: Assistant) -> None:
    assert [p.id for p in next_basket(assistant, "s4")] == ["nameless"]
    assert next_basket(assistant, "s1") == []


def test_gate_when_a_floor_does_as_well_then_it_blocks(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    oat = assistant.search.catalogue.get("oat")
    assert oat is not None
    wish = Wish("s1", oat, 399, "Bread")
    monkeypatch.setattr("eval.simulator.shopper.Shopper._kind", lambda self: "plant milk")
    task = Conversation(assistant, [wish], seed=0)
    cases = [r for s in ("frequency", "shelftalk") for r in task.answer(s, range(len(task)))]
    found = figures(to_frame(cases))
    report = Measurement("eval run conversation", [*found, *task.across(found)])
    held = {(t.table, t.metric): t.holds for t in report.targets()}
    assert held == {(grade.value, "delta_to_best_low"): False for grade in Vagueness}
