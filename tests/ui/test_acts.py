"""What is tapped on the page: read, done, answered, noted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.scripted import ScriptedModel
from assistant.said import Said
from index.database import Database, migrate
from tests.assistant.test_said import FIT, shows
from tests.eval.small_assistant import small_assistant, small_shop
from tests.ui.fake_assistant import FakeAssistant
from ui.acts import LONGEST, Act, Verb, read
from ui.counter import Counter
from ui.feedback import MIGRATIONS, FeedbackLog, Thought
from ui.screen import GUEST, Screen


@pytest.fixture
def log(tmp_path: Path) -> FeedbackLog:
    return FeedbackLog(Database(tmp_path / "desk.sqlite"))


@pytest.fixture
def counter(log: FeedbackLog) -> Counter:
    return Counter(FakeAssistant(), feedback=log)


@pytest.fixture
def key(counter: Counter) -> str:
    """A conversation of shopper 1228 with three cards on the shelf."""
    opened = counter.begin("", "1228").key
    list(counter.ask("lunch", opened, "1228"))
    return opened


def tap(counter: Counter, line: str, key: str) -> Screen:
    return list(counter.act(f"{line} #1", key, "1228"))[-1]


def rows(log: FeedbackLog) -> list[tuple[str, ...]]:
    sql = "SELECT kind, shopper_id, product_id, prompt FROM feedback ORDER BY id"
    return log._database.connection.execute(sql).fetchall()


@pytest.mark.parametrize("verb", list(Verb))
def test_read_when_a_button_sends_it_then_its_verb_and_what_it_is_about(verb: Verb) -> None:
    assert read(f"{verb} must_not:nuts #2 #17") == Act(verb, "must_not:nuts #2")


@given(st.text(max_size=LONGEST + 10))
def test_read_when_anything_comes_then_an_act_or_nothing(line: str) -> None:
    found = read(line)
    assert found is None or line.startswith(found.verb)


def test_act_when_a_condition_goes_then_it_is_answered_again_without(
    counter: Counter, key: str
) -> None:
    screen = tap(counter, "drop price", key)
    assert "No longer: under $5.00" in screen.talk
    assert 'data-act="drop store_brand"' in screen.shelf
    assert "under $5.00" not in screen.shelf


def test_act_when_not_this_then_it_leaves_and_undo_brings_it_back(
    counter: Counter, log: FeedbackLog, key: str
) -> None:
    without = tap(counter, "dismiss p1", key)
    assert "Not Greek yogurt, vanilla" in without.talk
    assert 'data-act="like p1"' not in without.shelf
    assert 'data-act="undo"' in without.shelf
    assert rows(log) == [("dismiss", "1228", "p1", "p")]
    assert 'data-act="like p1"' in tap(counter, "undo", key).shelf


def test_act_when_added_and_taken_out_then_the_total_is_the_catalogues(
    counter: Counter, log: FeedbackLog, key: str
) -> None:
    tap(counter, "add p1", key)
    screen = tap(counter, "add p1", key)
    assert "<strong>$4.98</strong>" in screen.shelf
    assert "$2.00 saved by promotions" in screen.shelf
    tap(counter, "less p1", key)
    assert "Your basket" not in tap(counter, "less p1", key).shelf
    assert [row[0] for row in rows(log)] == ["add", "add"]


def test_act_when_two_are_marked_then_they_stand_side_by_side(counter: Counter, key: str) -> None:
    one = tap(counter, "compare p1", key)
    assert 'class="beside"' not in one.shelf
    assert one.shelf.count('aria-pressed="true"') == 1
    two = tap(counter, "compare p3", key)
    assert 'class="best"><bdi>$2.49' in two.shelf
    assert 'class="beside"' not in tap(counter, "compare p1", key).shelf


def test_act_when_a_thumb_is_given_twice_then_noted_once(
    counter: Counter, log: FeedbackLog, key: str
) -> None:
    assert "Thank you, noted." in tap(counter, "up", key).talk
    tap(counter, "up", key)
    assert [(s.ups, s.thumbs, s.prompt) for s in log.satisfaction()] == [(1, 1, "p")]
    assert 'data-act="up"' in list(counter.ask("more", key, "1228"))[-1].talk


def test_act_when_a_thumb_is_given_then_what_may_teach_of_the_reply_is_kept_with_it(
    counter: Counter, log: FeedbackLog, key: str
) -> None:
    tap(counter, "add p1", key)
    tap(counter, "down", key)
    ((shopper, product, is_up, text),) = log.thumbs()
    said = Said.read(text)
    assert (shopper, product, is_up) == ("1228", None, False)
    assert [one.raw for one in said.sentences][-1] == "[P3.price] is what [P3] costs."
    assert [one.product_id for one in said.picks] == ["p1", "p2", "p3"]
    assert (said.need.search_text, said.need.message) == ("lunch", "")


def test_log_when_the_shop_remembers_nothing_then_nothing_of_the_reply(tmp_path: Path) -> None:
    log = FeedbackLog(Database(tmp_path / "forgetful.sqlite"), remembers=False)
    forgetful = Counter(FakeAssistant(), feedback=log)
    key = forgetful.begin("", "1228").key
    list(forgetful.ask("soup", key, "1228"))
    tap(forgetful, "up", key)
    assert list(log.thumbs()) == [("1228", None, True, "")]


@pytest.mark.parametrize("told", ["my mail is ann@example.org", "call me Ann Miller"])
def test_log_when_the_request_holds_what_a_log_may_not_then_nothing_of_the_reply(
    counter: Counter, log: FeedbackLog, key: str, told: str
) -> None:
    list(counter.ask(f"soup, {told}", key, "1228"))
    tap(counter, "up", key)
    assert [text for *_, text in log.thumbs()] == [""]


@pytest.mark.parametrize(
    ("messages", "is_kept"),
    [
        (["milk"], True),
        (["milk, my mail is ann@example.org"], False),
        (["milk, call me Ann Miller"], False),
        (["milk, call me Ann Miller", "under 5 dollars"], False),
    ],
)
def test_log_when_the_assistant_reduced_the_request_then_what_was_typed_is_looked_at(
    log: FeedbackLog, tmp_path: Path, messages: list[str], is_kept: bool
) -> None:
    fits = ScriptedModel([(shows(mark), f"{mark} {FIT}.") for mark in ("[P1]", "[P2]")])
    with small_assistant(small_shop(tmp_path), fits) as assistant:
        talk = assistant.session("s2")
        for message in messages:
            talk.ask(message)
        assert talk.said
        log.add(Thought.UP, {}, "s2", said=talk.said)
    ((*_, text),) = log.thumbs()
    assert bool(text) is is_kept
    assert "typed" not in text


def test_log_when_it_is_of_before_then_opened_with_its_rows_kept(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    old = Database(path)
    migrate(old.connection, MIGRATIONS[:1])
    with old.transaction() as connection:
        names = "at, shopper_id, kind, model, adapter, prompt, catalogue"
        row = (1.0, "1228", "up", "m", "a", "p", "c")
        connection.execute(f"INSERT INTO feedback ({names}) VALUES (?,?,?,?,?,?,?)", row)
    old.close()
    assert list(FeedbackLog(Database(path, readonly=True)).thumbs()) == [("1228", None, True, "")]
    log = FeedbackLog(Database(path))
    log.add(Thought.DOWN, {}, "1228")
    assert list(log.thumbs()) == [("1228", None, True, ""), ("1228", None, False, "")]
    assert log.forget("1228") == 2


def test_act_when_the_dial_moves_then_the_request_is_answered_with_it(
    counter: Counter, key: str
) -> None:
    screens = list(counter.act("dial 0.2 #3", key, "1228"))
    assert screens[-1].dial == 0.2
    assert 'id="card-P1"' in screens[-1].shelf
    assert "is no number" in tap(counter, "dial much", key).talk


def test_act_when_a_choice_is_tapped_then_its_message_is_asked(counter: Counter, key: str) -> None:
    screen = list(counter.ask("choose", key, "1228"))[-1]
    assert 'data-act="say snacks"' in screen.talk
    assert "snacks" in tap(counter, "say snacks", key).talk.rpartition("bubble you")[2]


@pytest.mark.parametrize("line", ["", "buy p1 #1", "<script> #1", "x" * 400])
def test_act_when_no_button_of_ours_sent_it_then_nothing_happens(
    counter: Counter, key: str, line: str
) -> None:
    assert list(counter.act(line, key, GUEST)) == []


def test_act_when_the_product_is_foreign_then_nothing_of_it_is_said(
    counter: Counter, key: str
) -> None:
    assert "Not this" in tap(counter, "dismiss <b>", key).talk


def test_back_when_the_page_is_reloaded_then_the_same_conversation(
    counter: Counter, key: str
) -> None:
    screen = counter.back(key, "")
    assert screen is not None
    assert screen.key == key
    assert "lunch" in screen.talk.rpartition("bubble you")[2]
    assert 'id="card-P1"' in screen.shelf


def test_back_when_the_shop_was_restarted_then_the_kept_one_or_nothing() -> None:
    fresh = Counter(FakeAssistant())
    screen = fresh.back("gone", "kept")
    assert screen is not None
    assert (screen.person, screen.kept) == ("1228", "kept")
    assert fresh.back("gone", "lost") is None
    assert fresh.back("gone", "") is None
