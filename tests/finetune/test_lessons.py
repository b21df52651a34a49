"""Data with a teacher: the card counts, a kill costs nothing, without one nothing changes."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.consent import Purpose, Wish, WishBook
from assistant.errors import BadModel
from assistant.models.openai import OpenAIModel
from assistant.prompts import load
from eval.drills.model_server import Say, serving
from finetune.build import Order, build
from finetune.lessons import Lessons, prose
from finetune.scenes import Shop
from finetune.teacher import KEY
from index.config import IndexConfig
from index.errors import BadData
from tests.finetune.aisles import make_wide
from tests.finetune.teachers import at, dying_after, mark, saying
from tests.finetune.test_examples import Plain
from tests.finetune.test_scoring import CUT
from ui.cli.finetune import finetune

MIX = [(load("explain/3"), 60), (load("understand/2"), 50)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make_wide(tmp_path_factory.mktemp("aisles"))


@pytest.fixture(scope="module")
def plain(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain") / "data"
    build(shop, Plain(), MIX, Order(CUT), folder)
    return folder


def words(question: str) -> str:
    """True where the note says so and the sentence is to begin with the product; else a lie."""
    into, _, message = question.partition(": ")
    if into.startswith("Into "):
        return message.replace("ideas", "thoughts").replace("please", "if you please")
    if "cheaper than [P" in question and f"Begin with {mark(question)}" in question:
        return f"{mark(question)} costs less than {question.partition('cheaper than ')[2][:4]}."
    return "This is a great choice."


def taught(shop: Shop, folder: Path, runs: Path, say: Say) -> tuple[dict[str, Any], int]:
    with serving(say) as server:
        lessons = Lessons(at(server, runs), 1.0, ("de",))
        try:
            return build(shop, Plain(), MIX, Order(CUT), folder, None, lessons), len(server.bodies)
        except BadModel:
            return {}, len(server.bodies)


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "train.jsonl").read_text().splitlines()]


def test_build_when_a_teacher_words_some_then_the_card_counts_them_and_the_rest_is_as_it_was(
    shop: Shop, plain: Path, tmp_path: Path
) -> None:
    card, _ = taught(shop, tmp_path / "data", tmp_path / "runs", saying(words))
    told = card["teacher"]
    sentences, messages = told["sentences"], told["translated"]["de"]
    changed = Counter[str]()
    for new, old in zip(lines(tmp_path / "data"), lines(plain), strict=True):
        if new != old:
            changed[new["job"]] += 1
            same = "prompt" if new["job"] == "explain" else "completion"
            assert new[same] == old[same]
            assert ("translated" in new["plan"]) == (new["job"] == "understand")
    assert changed == {"explain": sentences["passed"], "understand": messages["passed"]}
    assert min(changed.values()) > 0
    for counts in (sentences, messages):
        assert counts["asked"] == counts["passed"] + sum(counts["turned_down"].values())
    assert sentences["asked"] == 60
    assert told["model"] == "big"
    assert told["host"].startswith("127.0.0.1:")
    assert any("translated" in plan for plan in card["plans"])
    assert f"{sentences['passed']} of 60 sentences" in prose(card)
    assert "came back from German" in prose(card)
    assert json.loads((tmp_path / "data" / "card.json").read_text()) == card


def test_build_when_there_is_no_teacher_then_no_word_of_one(plain: Path) -> None:
    card = json.loads((plain / "card.json").read_text())
    assert "teacher" not in card
    assert prose(card) == ""


def test_build_when_the_teacher_dies_and_comes_back_then_as_if_it_never_had(
    shop: Shop, tmp_path: Path
) -> None:
    whole, asked = taught(shop, tmp_path / "whole", tmp_path / "a", saying(words))
    with serving(dying_after(9, words)) as server:
        lessons = Lessons(at(server, tmp_path / "b"), 1.0, ("de",))
        with pytest.raises(BadModel, match="The teacher is away"):
            build(shop, Plain(), MIX, Order(CUT), tmp_path / "data", None, lessons)
        assert not (tmp_path / "data").exists()
        server.say, before = saying(words), len(server.bodies)
        again = build(shop, Plain(), MIX, Order(CUT), tmp_path / "data", None, lessons)
        assert len(server.bodies) - before == asked - 9
    assert (tmp_path / "data" / "train.jsonl").read_text() == (
        tmp_path / "whole" / "train.jsonl"
    ).read_text()
    assert again["teacher"]["sentences"] == whole["teacher"]["sentences"]


def test_build_when_the_teacher_has_a_key_then_it_is_in_no_file(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "sk-of-the-teacher")
    taught(shop, tmp_path / "data", tmp_path / "runs", saying(words))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert not [path for path in files if "sk-of-the-teacher" in path.read_text()]


def test_build_when_the_teacher_is_elsewhere_then_it_hears_nothing_of_who_does_not_share(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = make_wide(tmp_path / "aisles")
    config = IndexConfig(home=tmp_path / "aisles", catalogue="aisles", offline=True)
    here, _ = taught(shop, tmp_path / "here", tmp_path / "runs", saying(words))
    of = [row for row in lines(plain) if row["job"] == "explain"]
    private = {row["shopper"] for row in lines(tmp_path / "here") if row not in lines(plain)} - {""}
    theirs = [row for row in of if row["shopper"] in private]
    assert theirs
    with closing(WishBook.open(config)) as book:
        for shopper in private:
            book.add(shopper, Wish.OFF, Purpose.SHARE)
    monkeypatch.setattr(OpenAIModel, "is_here", property(lambda _: False))
    away, _ = taught(shop, tmp_path / "away", tmp_path / "runs-away", saying(words))
    asked = [card["teacher"]["sentences"]["asked"] for card in (here, away)]
    assert asked == [len(of), len(of) - len(theirs)]
    assert [row for row in lines(tmp_path / "away") if row["shopper"] in private] == theirs


def test_lessons_when_a_language_is_unknown_then_told_before_anything_is_asked(
    tmp_path: Path,
) -> None:
    with serving(saying(words)) as server:
        with pytest.raises(BadData, match="No language goes by the code 'xx'"):
            Lessons(at(server, tmp_path), 0.3, ("xx",))
        assert server.bodies == []


@pytest.mark.parametrize(("name", "share"), [("understand/2", 0.3), ("explain/3", 0.0)])
def test_build_when_there_is_nothing_to_word_then_told_before_anything_is_drawn(
    name: str, share: float, shop: Shop, tmp_path: Path
) -> None:
    with serving(saying(words)) as server:
        lessons = Lessons(at(server, tmp_path), share)
        with pytest.raises(BadData, match=f"nothing to word in {name}"):
            build(shop, Plain(), [(load(name), 10)], Order(CUT), tmp_path / "d", None, lessons)
        assert server.bodies == []


@pytest.mark.parametrize(
    "options",
    [("--teacher", "http://localhost:1"), ("--teacher-model", "big"), ("--translate", "de")],
)
def test_command_when_half_a_teacher_is_named_then_both_are_asked_for(
    options: tuple[str, str],
) -> None:
    found = CliRunner().invoke(finetune, ["data", *options])
    assert found.exit_code == 2
    assert "give --teacher URL and --teacher-model NAME" in " ".join(
        found.output.replace("│", " ").split()
    )


def test_command_when_the_address_is_none_then_told_before_the_shop_is_opened() -> None:
    options = ["--teacher", "nowhere", "--teacher-model", "big"]
    found = CliRunner().invoke(finetune, ["data", *options])
    assert isinstance(found.exception, BadModel)
