"""Trials over a small shop: every cell once, resumed, told apart, published and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.interfaces import Stop
from assistant.wiring import Assistant
from index.config import IndexConfig
from index.errors import BadData, TellPerson
from tests.eval.small_assistant import small_shop
from tests.ui.lab_parts import LOUD, PLAIN, open_small, room_of, scripted
from ui.lab import prompts, publish, rules
from ui.lab.drafts import draft, preview
from ui.lab.ledger import Kind, Overtaken
from ui.lab.room import Room
from ui.lab.scenarios import Scenario
from ui.lab.trial import Shelf, Variant, run, table

ROWS = [["s1", "milk", "contains costs"], ["s2", "bread", "at least 1 picks"], ["guest", "tea", ""]]
SOURCES = [PLAIN, LOUD, ""]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> IndexConfig:
    return small_shop(tmp_path_factory.mktemp("labshop"))


@pytest.fixture(autouse=True)
def _renderer_is_up() -> None:
    preview(PLAIN)


@pytest.fixture
def assistant(shop: IndexConfig) -> Iterator[Assistant]:
    with open_small(shop, scripted()) as found:
        yield found
    (shop.shop / "desk.sqlite").unlink(missing_ok=True)


@pytest.fixture
def room(assistant: Assistant, tmp_path: Path) -> Room:
    return room_of(assistant, tmp_path)


def variants() -> list[Variant]:
    return [Variant("A", draft(PLAIN)), Variant("B", draft(LOUD))]


SCENARIOS = [Scenario("s1", "milk"), Scenario(None, "bread"), Scenario("nobody", "tea")]


def test_run_when_finished_then_every_cell_with_its_figures(
    assistant: Assistant, tmp_path: Path
) -> None:
    steps = list(run(assistant, variants(), SCENARIOS, tmp_path))
    assert [(s.done, s.of, s.variant) for s in steps][-1] == (6, 6, "B")
    cells = [step.cell for step in steps]
    assert cells[0].picks[0].title == "Oat milk"
    assert all(c.sentences for c in cells if not c.trouble)
    assert any(c.by_model and c.tokens for c in cells)
    assert all(c.unknown == () for c in cells)
    assert "nobody" in cells[2].trouble


def test_run_when_killed_halfway_then_goes_on_and_asks_nothing_twice(
    assistant: Assistant, tmp_path: Path
) -> None:
    stop = Stop()
    for step in run(assistant, variants(), SCENARIOS, tmp_path, stop):
        if step.done == 2:
            stop.set()
    shelf = Shelf.of(tmp_path, variants()[0], assistant)
    with shelf.path.open("ab") as file:
        file.write(b'{"scenario": "torn')
    asked = len(assistant.model.requests)  # type: ignore[union-attr]
    before = shelf.cells()
    list(run(assistant, variants(), SCENARIOS, tmp_path))
    assert list(shelf.cells().items())[:2] == list(before.items())
    assert len(shelf.cells()) == 3
    list(run(assistant, variants(), SCENARIOS, tmp_path))
    assert len(assistant.model.requests) > asked  # type: ignore[union-attr]
    full = table(assistant, variants(), SCENARIOS, tmp_path)
    assert {name: len(cells) for name, cells in full.items()} == {"A": 3, "B": 3}


def test_shelf_when_the_dial_differs_then_another(assistant: Assistant, tmp_path: Path) -> None:
    one = Variant("A", draft(PLAIN))
    shelves = {
        Shelf.of(tmp_path, v, assistant).path
        for v in (one, Variant("B", draft(PLAIN)), Variant("C", draft(PLAIN), dial=0.1))
    }
    assert len(shelves) == 2


def test_tried_when_run_then_matrix_verdicts_and_files(room: Room) -> None:
    *_, bill = prompts.tried(room, "ann", SOURCES, ROWS, False, Stop())
    assert "Done: 6 of 6 cells." in bill.progress
    assert bill.matrix.count("<tr>") == 4
    assert "B against A" in bill.verdicts
    assert "the same in all 3 scenarios" in bill.verdicts
    only = prompts.redrawn(room, SOURCES, ROWS, True)[0]
    assert "Nothing was lost in any of the 3 scenarios." in only
    paths = [Path(p) for p in prompts.files(room, SOURCES, ROWS)]
    assert paths[0].read_text().count("\n") == 7
    assert len(json.loads(paths[1].read_text())["cells"]["B"]) == 3
    kept = room.bench.load("ann")
    assert kept is not None
    assert kept.sources == SOURCES


def test_tried_when_stopped_then_says_how_to_go_on(room: Room) -> None:
    stop = Stop()
    stop.set()
    (bill,) = prompts.tried(room, "ann", SOURCES, ROWS, False, stop)
    assert "Stopped; Run goes on from here" in bill.progress


@pytest.mark.parametrize(
    ("sources", "rows", "says"),
    [
        (["### user\n{{ hinst }}", "", ""], ROWS, "A: The prompt"),
        (["", "", ""], ROWS, "There is no prompt to try"),
        (SOURCES, [["s1", "", ""]], "There is no scenario to try"),
    ],
)
def test_tried_when_something_is_wrong_then_one_sentence(
    room: Room, sources: list[str], rows: list[list[str]], says: str
) -> None:
    (bill,) = prompts.tried(room, "ann", sources, rows, False, Stop())
    assert says in bill.progress
    assert "lab-bad" in bill.progress


def test_matrix_when_texts_are_hostile_then_escaped(room: Room) -> None:
    rows = [["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "never <b>"]]
    *_, bill = prompts.tried(room, "ann", SOURCES, rows, False, Stop())
    assert "<script" not in bill.matrix
    assert "<img" not in bill.matrix
    assert "&lt;img" in bill.matrix


def test_golden_when_another_answer_comes_then_the_expectation_fails(room: Room) -> None:
    rows = [["s1", "milk", "as golden"]]
    list(prompts.tried(room, "ann", SOURCES, rows, False, Stop()))
    assert "is golden" in prompts.marked(room, SOURCES, rows, 1, "A", None)
    assert "Noted" in prompts.marked(room, SOURCES, rows, 1, "B", "too loud")
    page, _ = prompts.redrawn(room, SOURCES, rows, False)
    assert "too loud" in page
    assert "✓ as golden" in page
    with pytest.raises(BadData, match="no scenario 2"):
        prompts.marked(room, SOURCES, rows, 2, "A", None)


def test_publish_when_taken_back_then_serves_what_shipped_again(room: Room) -> None:
    assistant = room.serving.assistant
    shipped = assistant.parts.hashes["prompt"]
    list(prompts.tried(room, "ann", SOURCES, ROWS, False, Stop()))
    told = prompts.published(room, "ann", SOURCES, ROWS, "B", "louder sells", 0)
    assert "B is in force" in told
    assert assistant.parts.hashes["prompt"] == draft(LOUD).hash
    assert prompts.source_of(room, prompts.IN_FORCE) == LOUD
    entry = room.serving.ledger.current(Kind.PROMPT)
    assert entry is not None
    assert "expectations held: the same" in entry.figures
    with pytest.raises(Overtaken, match="ann published another prompt"):
        prompts.published(room, "bob", SOURCES, ROWS, "A", "mine", 0)
    publish.taken_back(room, "bob", "prompt", "", entry.id)
    assert assistant.parts.hashes["prompt"] == shipped
    page = publish.book(room)
    assert "louder sells" in page
    assert "the chain of 2 holds" in page


def test_publish_when_restarted_then_still_in_force(room: Room, shop: IndexConfig) -> None:
    room.serving.publish(Kind.DIAL, "0.1", "ann", "calmer", 0)
    with open_small(shop) as again:
        room_of(again, room.folder)
        assert again.parts.dial == 0.1
        assert again.session("s1").dial == 0.1


@pytest.mark.parametrize("value", ["2", "-1", "nan", "much"])
def test_dial_when_out_of_range_then_refused(room: Room, value: str) -> None:
    with pytest.raises(BadData, match="The dial can't stand"):
        room.serving.publish(Kind.DIAL, value, "ann", "x", 0)


def test_rules_when_previewed_then_says_for_whom_and_publishes(room: Room) -> None:
    text = "rules:\n  - {name: No oat, exclude: {ids: [oat]}}\n"
    *_, (line, page) = rules.previewed(room, text, "milk", 5)
    number = int(line.split(">")[1].split(" of ")[0])
    assert number == page.count('<th scope="row">')
    shown = rules.published(room, "ann", text, "recalled", 0)
    assert "1 rules are in force" in shown
    assert room.serving.assistant.parts.rules.rules[0].name == "No oat"
    assert rules.in_force(room) == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rules: [", "line 1"),
        ("rules:\n  - {name: x}\n", "exactly one of"),
        ("rules: &a [*a]", "alias"),
        ("x" * 60_000, "50,000 characters"),
    ],
)
def test_rules_when_wrong_then_the_place_is_named(room: Room, text: str, says: str) -> None:
    (line, page), = rules.previewed(room, text, "milk", 5)  # fmt: skip
    assert says in line
    assert page == ""
    with pytest.raises(TellPerson):
        rules.published(room, "ann", text, "x", 0)
