"""A thousand ways to say a limit, a number or a refusal: ``hard_words.txt``, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from assistant.conversation import ConversationState
from assistant.types import Need, Pick
from assistant.understand import Gazetteer, Understander
from assistant.understanding.words import stems
from index.sources.outdoor import OutdoorSource
from tests.assistant.shelf import GUEST, SHOWN, after, understander

LINES = [
    line
    for line in Path(__file__).with_name("hard_words.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
YOGURT = Need("yogurt", search_text="yogurt", categories=("Yogurt",))
FLAVOURS = ("vanilla", "strawberry", "plain")


def card(pick: Pick, flavour: str) -> Pick:
    product = replace(pick.candidate.product, title=f"Yogurt, {flavour}")
    return replace(pick, candidate=replace(pick.candidate, product=product))


CARDS = after(YOGURT, tuple(card(p, f) for p, f in zip(SHOWN, FLAVOURS, strict=True)))


@cache
def reader(outdoor: bool) -> Understander:
    return (
        Understander(Gazetteer.from_products(OutdoorSource().products()))
        if outdoor
        else understander()
    )


def read(message: str) -> Need:
    """The need of a line, in its shop and after its cards."""
    outdoor, follows = message.startswith("O: "), message.startswith("@ ")
    state = CARDS if follows else ConversationState()
    said = message.removeprefix("O: ").removeprefix("@ ")
    return reader(outdoor).read(said, state, GUEST)


def conditions(need: Need) -> Iterator[str]:
    """The hard conditions of a need, as the file writes them."""
    if need.min_price is not None:
        yield f">{need.min_price}"
    if need.max_price is not None:
        yield f"<{need.max_price}"
    if need.count != Need("").count:
        yield f"n={need.count}"
    if need.packs is not None:
        yield f"p={need.packs}"
    if need.store_brand is not None:
        yield "sb+" if need.store_brand else "sb-"
    yield from ("-" + "_".join(stems(word)) for word in need.must_not)
    yield from (f"!{brand}" for brand in need.not_brands)
    yield from (f"x{CARDS.shown_ids.index(id_) + 1}" for id_ in need.not_ids)


def wanted(cell: str) -> set[str]:
    """The conditions of a line, with the stems of what is refused."""
    return {
        "-" + "_".join(stems(part[1:].replace("_", " "))) if part[0] == "-" else part
        for part in cell.split()
    }


@pytest.mark.parametrize("line", LINES)
def test_hard_conditions_when_said_in_any_words_then_these_and_no_others(line: str) -> None:
    message, _, cell = line.rpartition(" |")
    assert set(conditions(read(message))) == wanted(cell)


def test_file_when_it_is_read_then_no_message_stands_in_it_twice() -> None:
    messages = [line.rpartition(" |")[0] for line in LINES]
    assert len(set(messages)) == len(messages) > 1000
