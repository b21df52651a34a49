"""Conversations behind the page: begin, ask, stop, fail politely, share nothing."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from tests.ui.fake_assistant import FakeAssistant
from ui.boundary import Trouble, attempt, guarded
from ui.counter import Counter
from ui.screen import GUEST, Screen
from ui.visits import Visits


@pytest.fixture
def counter() -> Counter:
    return Counter(FakeAssistant())


def last(counter: Counter, message: str, key: str) -> Screen:
    return list(counter.ask(message, key, GUEST))[-1]


def test_welcome_when_a_shopper_then_facts_and_their_examples(counter: Counter) -> None:
    screen = counter.begin("", "1228")
    assert "34% of what you buy is the shop&#39;s own label." in screen.talk
    assert len(screen.examples) == 6
    assert "Yogurt under $4" in screen.examples


def test_welcome_when_a_guest_then_says_that_nothing_is_known(counter: Counter) -> None:
    screen = counter.begin("", GUEST)
    assert "I know nothing about you" in screen.talk
    assert len(set(screen.examples)) == 6


def test_unknown_shopper_when_picked_then_is_told_and_goes_on_as_guest(counter: Counter) -> None:
    screen = counter.begin("", "99999")
    assert "No purchases are known of shopper &#39;99999&#39;." in screen.talk
    assert screen.person == GUEST
    assert "Greek yogurt" in last(counter, "yogurt", screen.key).shelf


def test_screens_when_a_turn_runs_then_cards_come_before_sentences(counter: Counter) -> None:
    screens = list(counter.ask("lunch", counter.begin("", "1228").key, "1228"))
    with_cards = next(i for i, s in enumerate(screens) if 'id="card-P1"' in s.shelf)
    with_words = next(i for i, s in enumerate(screens) if "23 times</bdi>" in s.talk)
    assert 0 < with_cards < with_words
    assert [s.busy for s in screens] == [True] * (len(screens) - 1) + [False]


def test_the_model_when_away_then_cards_still_come(counter: Counter) -> None:
    screen = last(counter, "away", counter.begin("", "1228").key)
    assert 'id="card-P1"' in screen.shelf
    assert 'class="line"' not in screen.talk


def test_bad_input_when_refused_then_a_sentence_and_the_shelf_stays(counter: Counter) -> None:
    key = counter.begin("", "1228").key
    last(counter, "lunch", key)
    screen = last(counter, "refuse this", key)
    assert "The price “under 0” can&#39;t be met." in screen.talk
    assert 'id="card-P1"' in screen.shelf
    assert "The message is empty." in last(counter, " ", key).talk


def test_a_crash_when_unforeseen_then_polite_logged_and_the_next_turn_works(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    key = counter.begin("", "1228").key
    with caplog.at_level(logging.ERROR, "shelftalk.ui"):
        screen = last(counter, "crash", key)
    assert "Something went wrong on our side" in screen.talk
    assert "/srv/private" not in screen.talk
    assert "/srv/private" in caplog.text
    assert 'id="card-P1"' in last(counter, "lunch", key).shelf


def test_stop_when_pressed_then_the_turn_ends_and_the_next_one_runs(counter: Counter) -> None:
    key = counter.begin("", "1228").key
    started = time.monotonic()
    threading.Timer(0.1, counter.stop, [key]).start()
    screen = last(counter, "slow", key)
    assert time.monotonic() - started < 5
    assert "Stopped." in screen.talk
    assert 'class="line"' in screen.talk
    assert "Stopped." not in last(counter, "lunch", key).talk.rpartition("bubble you")[2]


def test_a_second_question_when_one_runs_then_is_told_to_wait(counter: Counter) -> None:
    key = counter.begin("", "1228").key
    running = counter.ask("slow", key, GUEST)
    next(running)
    second = list(counter.ask("lunch", key, GUEST))
    assert len(second) == 1
    assert "I am still answering." in second[0].talk
    assert not second[0].taken
    running.close()
    assert 'id="card-P1"' in last(counter, "lunch", key).shelf


def test_a_page_when_it_leaves_in_a_turn_then_nothing_more_is_shown(counter: Counter) -> None:
    key = counter.begin("", "1228").key
    running = counter.ask("slow", key, GUEST)
    next(running)
    fresh = counter.begin(key, GUEST)
    assert list(running) == []
    assert fresh.key != key
    assert counter.visits.find(key) is None


def test_a_page_when_it_goes_in_the_middle_then_the_conversation_is_not_stuck(
    counter: Counter,
) -> None:
    key = counter.begin("", GUEST).key
    screens = counter.ask("slow", key, GUEST)
    assert next(screens).busy
    screens.close()  # type: ignore[attr-defined]
    back = counter.back(key, "")
    assert back is not None
    assert not back.busy
    assert "Stopped." in back.talk
    assert 'id="card-P1"' in last(counter, "lunch", key).shelf


def test_a_lost_conversation_when_asked_then_says_so_and_answers(counter: Counter) -> None:
    screens = list(counter.ask("lunch", "no such key", "1228"))
    assert "had been put away" in screens[-1].talk
    assert 'id="card-P1"' in screens[-1].shelf


def test_two_pages_when_both_ask_then_share_nothing(counter: Counter) -> None:
    one, two = counter.begin("", "1228").key, counter.begin("", "1228").key
    last(counter, "canary-one recall", one)
    told = last(counter, "recall", two)
    assert "canary-one" not in told.talk
    assert "canary-one" in last(counter, "recall", one).talk


def test_a_message_when_it_is_markup_then_stays_text(counter: Counter) -> None:
    key = counter.begin("", GUEST).key
    screen = last(counter, "<script>x</script> ![a](http://evil/x.png)", key)
    assert "<script>" not in screen.talk
    assert "<img" not in screen.talk


def test_visits_when_full_then_the_longest_unseen_leaves_but_never_a_busy_one() -> None:
    visits = Visits(cap=2)
    talk = FakeAssistant().session()
    (first, visit), (second, _) = visits.open(talk, None), visits.open(talk, None)
    with visit.busy:
        third, _ = visits.open(talk, None)
        assert visits.find(first) is visit
    assert visits.find(second) is None
    assert visits.find(third) is not None
    assert len(visits) == 2


def test_visits_when_idle_for_too_long_then_are_put_away() -> None:
    now = [0.0]
    visits = Visits(idle_s=10, clock=lambda: now[0])
    old, _ = visits.open(FakeAssistant().session(), None)
    now[0] = 9
    assert visits.find(old) is not None
    now[0] = 20
    assert visits.find(old) is None


def test_the_sign_when_the_page_is_built_then_leaves_no_visit(counter: Counter) -> None:
    assert "I know nothing about you" in counter.door_sign().talk
    assert len(counter.visits) == 0


def test_the_boundary_when_the_stream_fails_midway_then_keeps_what_came() -> None:
    def events():  # type: ignore[no-untyped-def]
        yield 1
        raise ValueError("boom")

    came = list(guarded(events))
    assert came[0] == 1
    assert isinstance(came[1], Trouble)
    assert attempt(lambda: 3) == 3
    with pytest.raises(KeyboardInterrupt):
        attempt(_interrupt)


def _interrupt() -> None:
    raise KeyboardInterrupt
