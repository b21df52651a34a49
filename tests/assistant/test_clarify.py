"""One question where one word means very different things; never two in a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from assistant.acts import Choice
from assistant.clarify import LOOKED_AT, choices, chosen
from assistant.conversation import ConversationState, advance
from assistant.types import Intent, Need, Origin, Reply
from index.types import Candidate, Product

BRUSH = Need("brush under $5", search_text="brush", asked="brush", max_price=500)
SHELVES = {"Hair accessories": "Hair brush", "Brooms and mops": "Cleaning brush"}


def found(**aisles: int) -> list[Candidate]:
    """So many candidates of each aisle; "_" stands for a blank."""
    names = [name.replace("_", " ") for name, count in aisles.items() for _ in range(count)]
    return [
        Candidate(Product(f"p{n}", SHELVES.get(name, name), name, SHELVES.get(name, name)), {}, 1.0)
        for n, name in enumerate(names)
    ]


def labels(
    need: Need, candidates: list[Candidate], bought: Mapping[str, int] | None = None
) -> list[str]:
    return [choice.label for choice in choices(need, lambda: candidates, lambda: bought or {})]


SPLIT = found(Hair_accessories=3, Brooms_and_mops=2)


def test_choices_when_one_word_means_two_things_then_both_the_likelier_first() -> None:
    assert labels(BRUSH, SPLIT) == ["Hair accessories", "Brooms and mops"]
    first, _ = choices(BRUSH, lambda: SPLIT, dict)
    assert first.message == "I mean Hair accessories"


@pytest.mark.parametrize(
    "candidates",
    [
        found(Hair_accessories=5),
        found(Hair_accessories=4, Brooms_and_mops=1),
        found(Hair_accessories=3, Natural_hair_care=2),
        found(Hair_accessories=1, Brooms_and_mops=1, Soap=1, Tea=1, Milk=1, Rice=1),
        [],
    ],
    ids=["one kind", "nearly one kind", "a word in common", "too many", "nothing"],
)
def test_choices_when_it_is_clear_or_past_asking_then_none(candidates: list[Candidate]) -> None:
    assert labels(BRUSH, candidates) == []


def test_choices_when_the_tail_differs_then_only_the_best_count() -> None:
    tail = found(Hair_accessories=LOOKED_AT, Brooms_and_mops=30)
    assert labels(BRUSH, tail) == []


def test_choices_when_the_receipts_answer_then_none() -> None:
    assert labels(BRUSH, SPLIT, {"Brooms and mops": 3}) == []
    assert labels(BRUSH, SPLIT, {"Brooms and mops": 2}) != []
    assert labels(BRUSH, SPLIT, {"Brooms and mops": 4, "Hair accessories": 4}) != []
    assert labels(BRUSH, SPLIT, {"Milk": 40}) != []


def test_choices_when_the_request_goes_on_or_is_open_then_none() -> None:
    assert labels(replace(BRUSH, intent=Intent.REFINE), SPLIT) == []
    assert labels(replace(BRUSH, message="something with a brush"), SPLIT) == []
    assert labels(replace(BRUSH, asked=""), SPLIT) == []


def test_choices_when_two_things_are_asked_for_then_none() -> None:
    both = Need("milk and eggs", search_text="milk eggs", asked="milk eggs")
    assert labels(both, found(Milk=3, Eggs=3)) == []


def after(offered: tuple[Choice, ...]) -> ConversationState:
    return advance(ConversationState(), BRUSH, Reply(BRUSH, (), (), choices=offered))


@pytest.mark.parametrize(
    "said", ["I mean Hair accessories", "hair accessories", "Hair accessories."]
)
def test_chosen_when_one_is_said_then_the_request_goes_on_with_it(said: str) -> None:
    kinds = replace(BRUSH, kinds=("Hair brush", "Cleaning brush"))
    state = replace(after(choices(kinds, lambda: SPLIT, dict)), refused=("p0",))
    need = chosen(said, state)
    assert need is not None
    assert (need.intent, need.kinds, need.categories) == (Intent.REFINE, ("Hair brush",), ())
    assert (need.max_price, need.not_ids, need.search_text) == (500, ("p0",), "brush")
    assert need.origins["kinds"] is Origin.CODE


def test_chosen_when_nothing_was_offered_or_something_else_is_said_then_none() -> None:
    assert chosen("I mean Hair accessories", after(())) is None
    assert chosen("milk", after(choices(BRUSH, lambda: SPLIT, dict))) is None


def test_advance_when_a_turn_asks_nothing_then_the_offer_is_gone() -> None:
    state = after(choices(BRUSH, lambda: SPLIT, dict))
    assert state.offered
    assert advance(state, BRUSH, Reply(BRUSH, (), ())).offered == ()
