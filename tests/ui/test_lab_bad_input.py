"""Bad input walked through the lab: every place where something is typed, safe and clear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.interfaces import Stop
from index.config import IndexConfig
from index.errors import BadData
from tests.eval.small_assistant import small_shop
from tests.ui.lab_parts import PLAIN, open_small, room_of, scripted
from ui.lab import look, prompts, publish, rules
from ui.lab.parts import guarded_by
from ui.lab.room import Room

HOSTILE = {
    "html": "<b onmouseover=alert(1)>milk</b><img src=x onerror=alert(1)>",
    "script": "</textarea></script><script>alert(1)</script>",
    "markdown": "[milk](javascript:alert(1)) ![x](https://a.example/x.png) **bold**",
    "reordered": "milk \u202egnp.exe\u2066\u200b",
    "long": "milk\n" * 10_000,
    "template": "${alert(1)} {{ 7*7 }} {% raw %}",
}
TAGS = ("<script>", "<img src=x", "<b onmouseover", "</textarea", 'href="javascript:')


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> IndexConfig:
    return small_shop(tmp_path_factory.mktemp("badshop"))


@pytest.fixture
def room(shop: IndexConfig, tmp_path: Path) -> Iterator[Room]:
    with open_small(shop, scripted()) as assistant:
        yield room_of(assistant, tmp_path)
    (shop.shop / "desk.sqlite").unlink(missing_ok=True)


def as_scenario(room: Room, text: str) -> str:
    *_, bill = prompts.tried(room, "ann", [PLAIN, "", ""], [["s1", text, text]], False, Stop())
    return bill.progress + bill.matrix + bill.verdicts


def as_note(room: Room, text: str) -> str:
    bench = [PLAIN, "", ""], [["s1", "milk", ""]]
    list(prompts.tried(room, "ann", *bench, False, Stop()))
    return prompts.marked(room, *bench, 1, "A", text) + prompts.redrawn(room, *bench, False)[0]


def as_reason(room: Room, text: str) -> str:
    return publish.dial_published(room, "ann", 0.5, text, 0) + publish.book(room)


PLACES: dict[str, Callable[[Room, str], str]] = {
    "draft": lambda _, text: prompts.previewed(text),
    "scenario": as_scenario,
    "note": as_note,
    "words to find": lambda room, text: look.searched(room, text)[0],
    "product": lambda room, text: look.product(room, text),
    "shopper": lambda room, text: look.shopper(room, text),
    "turn": lambda room, text: look.traced(room, None, text),
    "rules": lambda room, text: "".join("".join(p) for p in rules.previewed(room, text, "milk")),
    "question of rules": lambda room, text: "".join(
        "".join(p) for p in rules.previewed(room, rules.STARTER, text)
    ),
    "reason": as_reason,
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", HOSTILE)
def test_text_when_hostile_then_it_is_text_wherever_it_is_typed(
    room: Room, kind: str, place: str
) -> None:
    shown: str = guarded_by(lambda: PLACES[place](room, HOSTILE[kind]), str)
    assert [tag for tag in TAGS if tag in shown] == []
    assert not set("\u202e\u2066\u200b") & set(shown)
    assert "went wrong on our side" not in shown, "told as what it is, not as an accident"
    assert len(shown) < 1_000_000


def test_text_when_shown_without_the_defence_then_the_check_above_sees_it() -> None:
    raw = "".join(HOSTILE.values())
    assert [tag for tag in TAGS if tag in raw]
    assert set("\u202e\u2066\u200b") & set(raw)


@pytest.mark.parametrize(
    "raw",
    [b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04 a spreadsheet", b"\xff\xfes\x00h\x00", b"{}", b""],
    ids=["picture", "spreadsheet", "utf-16", "json", "empty"],
)
def test_file_when_of_the_wrong_kind_then_told_and_the_table_stands(
    tmp_path: Path, raw: bytes
) -> None:
    file, there = tmp_path / "scenarios.csv", [["s1", "milk", ""]]
    file.write_bytes(raw)
    with pytest.raises(BadData, match=r"text file|no column"):
        prompts.from_file(str(file), there)
    assert there == [["s1", "milk", ""]]


def test_file_when_too_large_then_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "scenarios.csv"
    file.write_bytes(b"shopper,message\n" + b"s1,milk\n" * 200_000)
    with pytest.raises(BadData, match="larger than a megabyte"):
        prompts.from_file(str(file), [])


def test_file_when_three_rows_are_bad_then_the_others_join_the_table(tmp_path: Path) -> None:
    file = tmp_path / "scenarios.csv"
    file.write_text("shopper,message,expect\ns1,milk,\ns1,,\ns2,bread,purple 3\ns1,milk,\n")
    rows, words = prompts.from_file(str(file), [["guest", "tea", ""]])
    assert rows == [["guest", "tea", ""], ["s1", "milk", ""]]
    assert all(f"row {n}" in words for n in (3, 4, 5))
