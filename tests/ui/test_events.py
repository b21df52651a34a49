"""From events to what the page shows, without a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import (
    CardsReady,
    Need,
    NeedRead,
    Profile,
    Reply,
    SentenceReady,
    TurnDone,
)
from tests.ui.fake_assistant import AS_OF, FACTS, LIE, NEAREST, PICKS, RESOLVER, SENTENCES
from ui.boundary import Trouble
from ui.events import Stage, Stopped, Turn, advance, bubble, on_shelf, shelf, spans

NEED = Need("milk", max_price=500)
SHOPPER = Profile("1228", AS_OF, FACTS)
EVENTS = (
    NeedRead(NEED),
    CardsReady(PICKS),
    SentenceReady(SENTENCES[0]),
    SentenceReady(SENTENCES[1]),
    TurnDone(Reply(NEED, PICKS, SENTENCES)),
)


def after(*events: object) -> Turn:
    turn = Turn("milk")
    for event in events:
        turn = advance(turn, event)  # type: ignore[arg-type]
    return turn


def test_stages_when_a_turn_runs_then_read_look_write_done() -> None:
    stages = [after(*EVENTS[:n]).stage for n in range(6)]
    assert stages == [
        Stage.READING, Stage.LOOKING, Stage.WRITING, Stage.WRITING, Stage.WRITING, Stage.DONE,
    ]  # fmt: skip


def test_cards_when_ready_then_shown_before_any_sentence() -> None:
    turn = after(*EVENTS[:2])
    assert [c["id"] for c in shelf(turn, SHOPPER)["cards"]] == ["P1", "P2", "P3"]
    assert bubble(turn, SHOPPER, True)["lines"] == []


def test_skeletons_when_the_cards_are_awaited_then_as_many_as_asked() -> None:
    assert shelf(after(EVENTS[0]), SHOPPER)["skeletons"] == NEED.count
    assert shelf(after(*EVENTS[:2]), SHOPPER)["skeletons"] == 0


@given(st.lists(st.sampled_from([*EVENTS, Stopped(), Trouble("x")]), max_size=8))
def test_a_turn_when_over_then_never_changes(more: list[object]) -> None:
    for end in (TurnDone(Reply(NEED, PICKS, SENTENCES)), Stopped(), Trouble("no")):
        turn = after(NeedRead(NEED), end)
        assert turn.is_over
        assert after(NeedRead(NEED), end, *more) == turn


def test_a_contradicted_sentence_when_it_comes_then_is_not_shown() -> None:
    turn = after(*EVENTS[:2], SentenceReady(LIE))
    assert bubble(turn, SHOPPER, True)["lines"] == []
    assert all(c["claims"] == [] for c in shelf(turn, SHOPPER)["cards"])


def test_spans_when_resolved_then_join_to_the_text_and_mark_each_reference() -> None:
    for sentence in SENTENCES:
        cut = spans(sentence, RESOLVER)
        assert "".join(text for text, _ in cut) == sentence.text
        assert [r for _, r in cut if r] == list(sentence.claims[0].references)


def test_spans_when_the_text_is_another_then_it_comes_whole() -> None:
    other = replace(SENTENCES[0], text="Something else.")
    assert spans(other, RESOLVER) == [("Something else.", None)]


def test_references_when_the_cards_have_left_then_are_no_links() -> None:
    turn = after(*EVENTS)
    for has_cards in (True, False):
        pieces = bubble(turn, SHOPPER, has_cards)["lines"][0]["pieces"]
        assert any(piece["target"] for piece in pieces)
        assert any(piece["card"] for piece in pieces) is has_cards


def test_a_history_reference_when_shown_then_lights_the_card_of_its_sentence() -> None:
    pieces = bubble(after(*EVENTS), SHOPPER, True)["lines"][0]["pieces"]
    assert {p["card"] for p in pieces if p["target"] == "H1.count"} == {"P1"}


def test_nothing_satisfies_when_there_is_a_nearest_then_it_stands_apart() -> None:
    shown = shelf(after(NeedRead(NEED), CardsReady((), "tight", NEAREST)), SHOPPER)
    assert shown["cards"] == []
    assert shown["nearest"]["title"] == "String cheese, mozzarella"
    assert not shown["empty"]


def test_the_shelf_when_a_message_was_refused_then_stays_as_it_was() -> None:
    answered, refused = after(*EVENTS), advance(Turn("under 0"), Trouble("no"))
    assert on_shelf((answered, refused)) is answered
    assert on_shelf((answered, Turn("next"))) == Turn("next")
    assert on_shelf((refused,)) is None


@pytest.mark.parametrize("mark", ["\u202e", "\u0000", "\u200b", "\x1b"])
def test_a_message_when_it_hides_marks_then_they_are_taken_out(mark: str) -> None:
    assert bubble(Turn(f"a{mark}b"), SHOPPER, True)["message"] == "ab"


def test_reference_when_to_the_history_then_names_its_fact_and_others_none() -> None:
    pieces = bubble(after(*EVENTS), SHOPPER, True)["lines"][0]["pieces"]
    facts = {piece["target"]: piece["fact"] for piece in pieces if piece["target"]}
    assert facts == {"P1": "", "H1.count": "H1", "P1.price": ""}
    assert bubble(after(*EVENTS), SHOPPER, False)["lines"][0]["pieces"][3]["fact"] == ""


def test_fact_when_a_sentence_speaks_of_one_that_no_reason_tells_then_the_card_tells_it() -> None:
    spoken = replace(SENTENCES[0], pick_id="P3")  # its card has no reason from the history
    cards = shelf(after(*EVENTS[:2], SentenceReady(spoken)), SHOPPER)["cards"]
    assert cards[2]["facts"] == [("H1", cards[0]["reasons"][0]["words"])]
    assert cards[0]["facts"] == [], "it would stand there twice"
    assert cards[0]["reasons"][0]["facts"] == ["H1"]
