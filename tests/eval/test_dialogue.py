"""Conversations held to what was said: the watcher, the scripts, the ledger and the rambler."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from assistant.acts import Tap
from assistant.session import Session
from assistant.types import Intent, Need, Reply, Sentence, TurnEvent
from assistant.wiring import Assistant
from eval.dialogue.replay import play
from eval.dialogue.script import FILES, Script, Step, read, scripts
from eval.dialogue.wanted import Wanted
from eval.dialogue.watch import Watch
from eval.simulator.ledger import Ledger
from eval.simulator.rambler import Rambler, things_of
from eval.summary import spread
from eval.tasks.dialogue import RAMBLES, SHORT, Ramble, ordered
from index.config import IndexConfig
from index.errors import BadData
from index.types import Candidate, Product
from tests.eval.small_assistant import small_assistant

CARD = Candidate(
    Product(
        "p1", "Hazel bar", "Bars", "Nut bar", brand="Hill", store_brand=False, price=300,
        description="With walnuts.", attributes={"colour": "Red"}, stock=2,
    ), {}, 0.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def assistant(shop: IndexConfig) -> Iterator[Assistant]:
    with small_assistant(shop) as found:
        yield found


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        (Wanted(max_price=300, min_price=300, aisles=("Bars",)), True),
        (Wanted(max_price=299), False),
        (Wanted(min_price=301), False),
        (Wanted(aisles=("Milk",), kinds=("Nut bar",)), True),
        (Wanted(aisles=("Milk",)), False),
        (Wanted(store_brand=True), False),
        (Wanted(brands=("Vale",)), False),
        (Wanted(not_brands=("Hill",)), False),
        (Wanted(without=("walnut",)), False),
        (Wanted(without=("nuts",)), False),
        (Wanted(without=("haze",)), True),
        (Wanted(promoted=True), False),
        (Wanted(attributes=(("colour", "red"),)), True),
        (Wanted(attributes=(("colour", "blue"),)), False),
        (Wanted(not_ids=("p1",)), False),
    ],
)
def test_wanted_when_a_card_is_held_to_it_then_as_a_person_would(
    wanted: Wanted, holds: bool
) -> None:
    assert (wanted.broken_by(CARD) == []) is holds


def test_wanted_when_it_is_sold_out_then_broken() -> None:
    gone = replace(CARD, product=replace(CARD.product, stock=0))
    assert Wanted().broken_by(gone) == ["Hazel bar: it is sold out"]


def watched(assistant: Assistant) -> tuple[Session, Watch, Reply]:
    session = assistant.session("s1")
    return session, Watch(assistant.search, session.profile), session.ask("milk")


def test_watch_when_all_is_well_then_nothing(assistant: Assistant) -> None:
    session, watch, reply = watched(assistant)
    assert watch.turn(reply, Wanted(aisles=("Milk",))).lines == []
    assert watch.turn(session.ask("why the first one?")).lines == []


def test_watch_when_a_refused_card_is_shown_then_a_contradiction(assistant: Assistant) -> None:
    _, watch, reply = watched(assistant)
    marks = watch.turn(reply, refused={"oat"})
    assert marks.contradictions == ["Oat milk was refused"]
    assert watch.turn(reply, Wanted(max_price=300)).hard == ["Oat milk: price 399 is over 300"]


def test_watch_when_a_price_is_told_anew_then_a_contradiction(assistant: Assistant) -> None:
    session, watch, _ = watched(assistant)
    asked = session.ask("how much is the first one?")
    watch.turn(asked)
    (pick,) = asked.picks
    dearer = replace(pick.candidate.product, price=499)
    moved = replace(pick, candidate=replace(pick.candidate, product=dearer))
    marks = watch.turn(replace(asked, picks=(moved,)))
    assert marks.contradictions == ["oat price was $3.99, now $4.99"]
    assert marks.out_of_step  # the words still say $3.99


def test_watch_when_prose_names_what_is_not_shown_then_out_of_step(assistant: Assistant) -> None:
    _, watch, reply = watched(assistant)
    watch.turn(reply)
    other = replace(reply, picks=reply.picks[:1], sentences=(), note="Try Whole milk.")
    assert watch.turn(other).out_of_step == ["'Whole milk' is named and not shown"]
    stray = replace(reply.sentences[0], pick_id="P9")
    assert "belongs to no card" in watch.turn(replace(reply, sentences=(stray,))).out_of_step[0]
    unproved: Sentence = replace(reply.sentences[0], claims=())
    assert watch.turn(replace(reply, sentences=(unproved,))).out_of_step


def test_scripts_when_read_then_as_many_as_promised_and_ten_for_the_model() -> None:
    found = scripts()
    assert len(found) >= 40
    assert len({script.id for script in found}) == len(found)
    assert sum(script.real_model for script in found) >= 10
    assert {script.catalogue for script in found} == {"journey", "outdoor"}
    assert len(FILES) == 2


def test_read_when_a_step_does_two_things_then_named(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    step = "{say: a, drop: price}"
    path.write_text(f"- {{id: x, about: y, catalogue: journey, steps: [{step}]}}\n")
    with pytest.raises(BadData, match=r"r\.yaml, x, steps"):
        read(path)


def script(*steps: Step) -> Script:
    return Script(id="x", about="y", catalogue="small", shopper="s1", steps=steps)


GOOD = (
    Step(say="milk", name={"a": 1, "b": 2}, cards=Wanted(aisles=("Milk",)), count=2),
    Step(tap=Tap.DISMISS, card=2, refuses=("b",), hides=("b",), only=("a",)),
    Step(say="undo", returns=("b",), as_step=1),
    Step(say="add two of the first", basket={"a": 2}, intent=Intent.BASKET),
    Step(put={"a": 100}, fails=True),
    Step(say="what did shopper s2 buy?", silent=True, tells=True),
    Step(say="compare them", columns=2, keeps=("named",), lacks=("price",)),
)


def test_play_when_everything_holds_then_passed_and_twice_the_same(assistant: Assistant) -> None:
    one, two = (play(script(*GOOD), assistant.session("s1"), assistant.search) for _ in range(2))
    assert one.failures == []
    assert one.passed
    assert one.said == two.said


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (Step(say="bread", only=("a",)), "not exactly a"),
        (Step(say="milk", none=True), "none was to be there"),
        (Step(say="milk", hides=("a",)), "a is shown"),
        (Step(say="bread", shows=("a",)), "a is not shown"),
        (Step(say="bread", keeps=("price",)), "price is not kept"),
        (Step(say="milk", lacks=("named",)), "named is kept"),
        (Step(say="milk", basket={"a": 1}), "the basket holds"),
        (Step(say="milk", columns=2), "a table of 0"),
        (Step(say="milk", fails=True), "to be refused"),
        (Step(say="  "), "it was refused"),
        (Step(say="milk", silent=True), "something is said"),
        (Step(say="milk", intent=Intent.MORE), "read as"),
        (Step(say="milk", name={"c": 9}), "no card 9"),
    ],
)
def test_play_when_something_does_not_hold_then_told(
    assistant: Assistant, step: Step, says: str
) -> None:
    steps = (GOOD[0], Step(say="hello"), Step(say="hello"), step)
    played = play(script(*steps), assistant.session("s1"), assistant.search)
    assert not played.passed
    assert any(says in line for line in played.failures), played.failures


def test_ledger_when_things_are_taken_back_then_the_last_first() -> None:
    ledger = Ledger()
    ledger.refuse({"p1"})
    ledger.never(CARD.product)
    ledger.put("p1", 2)
    ledger.limit, ledger.label = 300, False
    assert ledger.wanted == Wanted(max_price=300, store_brand=False, not_brands=("Hill",))
    forgot = list(ledger.forgotten_by(Need("", max_price=400)))
    assert len(forgot) == 3
    for _ in range(3):
        ledger.undo()
    assert (ledger.packs, ledger.never_brands, ledger.refused, ledger.taken) == (
        {},
        set(),
        set(),
        [],
    )
    ledger.undo()
    ledger.drop("price")
    ledger.drop("store_brand")
    assert ledger.wanted == Wanted()


def test_rambler_when_it_talks_then_nothing_is_wrong_and_the_same_seed_says_the_same(
    assistant: Assistant,
) -> None:
    def talk() -> list[str]:
        session = assistant.session("s1")
        things = things_of(assistant.search)
        said = list(Rambler(session, assistant.search, things, Random(4)).talk(30))
        assert [line for one in said for line in one.marks.lines] == []
        return [one.message for one in said]

    assert talk() == talk()


def test_rambler_when_the_assistant_forgets_a_refusal_then_it_is_caught(
    assistant: Assistant,
) -> None:
    class Forgetful(Session):
        def stream(self, message: str, stop: object = None) -> Iterator[TurnEvent]:
            self.state = replace(self.state, refused=(), never_brands=())
            yield from super().stream(message)

    whole = assistant.session("s1")
    session = Forgetful(whole.parts, whole.profile, ())
    things = things_of(assistant.search)
    said = list(Rambler(session, assistant.search, things, Random(2)).talk(60))
    assert any("was refused" in line for one in said for line in one.marks.lines)


def test_ordered_when_cut_short_then_every_script_is_there() -> None:
    replays, rambles = scripts(), [Ramble(n) for n in range(RAMBLES)]
    cases = ordered(replays, rambles, SHORT)
    assert len(cases) == len(replays) + RAMBLES
    short = [cases[n] for n in spread(len(cases), SHORT)]
    assert sum(isinstance(case, Script) for case in short) == len(replays)
    assert sum(r.real_model for r in rambles) == RAMBLES // 10
    assert {r.catalogue for r in rambles if r.real_model} == {"journey", "outdoor"}
