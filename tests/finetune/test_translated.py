"""Messages by way of another language: other words, the same wish, no planted order read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.prompts import load
from assistant.understanding.words import stems
from eval.drills.model_server import Server, serving
from finetune.examples import Example, Wording
from finetune.reading import held_messages, is_asked, reading_examples
from finetune.taught import PASSED
from finetune.translated import LANGUAGES, MARK, check, translated
from finetune.wordings import ORDERS
from index.errors import BadData
from tests.finetune.aisles import make_wide
from tests.finetune.teachers import asked, at, saying
from tests.finetune.test_examples import Plain
from tests.finetune.test_scoring import CUT

COUNT = 40


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    shop = make_wide(tmp_path_factory.mktemp("aisles"))
    return list(reading_examples(Plain(), load("understand/2"), shop, CUT, COUNT, 3))


@pytest.fixture(autouse=True)
def of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finetune.translated.SHARE", 1.0)


def wording(example: Example) -> Wording:
    assert isinstance(example.source, Wording)
    return example.source


def travel(
    examples: list[Example], runs: Path, home: Callable[[str], str], languages: tuple[str, ...]
) -> tuple[list[Example], dict[str, dict[str, int]], Server]:
    """Every message goes out with a mark around it, and comes back as ``home`` has it."""

    def words(question: str) -> str:
        into, _, text = question.partition(": ")
        return home(text[3:-3]) if into == "Into English" else f"<<<{text}>>>"

    with serving(saying(words)) as server:
        found, counts = translated(examples, at(server, runs), languages, 7)
    return found, {code: dict(n) for code, n in counts.items()}, server


def test_translated_when_it_comes_back_in_other_words_then_they_stand_in_the_same_prompt(
    reading: list[Example], tmp_path: Path
) -> None:
    found, counts, server = travel(reading, tmp_path, lambda text: f"oh {text}", ("de", "fr"))
    assert counts["de"][PASSED] + counts["fr"][PASSED] > 0.9 * COUNT
    assert len(counts) == 2
    assert all(count[PASSED] > 10 for count in counts.values())
    for new, old in zip(found, reading, strict=True):
        said = wording(old)
        if new == old:
            continue
        assert new.prompt == old.prompt.replace(said.text, f"oh {' '.join(said.text.split())}")
        assert new.completion == old.completion
        assert new.plan == (*said.done, MARK)
    languages = {asked(body).partition(":")[0] for body in server.bodies}
    assert languages == {"Into German", "Into French", "Into English"}


def test_translated_when_an_order_is_planted_then_nobody_reads_it_and_it_is_put_back(
    reading: list[Example], tmp_path: Path
) -> None:
    found, _, server = travel(reading, tmp_path, lambda text: f"oh {text}", ("de",))
    planted = [e for e in reading if wording(e).orders]
    assert planted
    everything = "\n".join(asked(body) for body in server.bodies)
    assert not [order for order in ORDERS if order in everything]
    for new, old in zip(found, reading, strict=True):
        said = wording(old)
        assert said.again(said.text + said.orders, said.done) == old
        if new != old:
            assert said.again(f"oh {said.text}{said.orders}", new.plan) == new


def test_translated_when_a_word_that_the_answer_quotes_is_lost_then_it_teaches_nothing(
    reading: list[Example], tmp_path: Path
) -> None:
    quoting = [e for e in reading if wording(e).stay]
    found, counts, _ = travel(quoting, tmp_path, lambda _: "gizmo", ("de",))
    assert found == quoting
    assert counts["de"]["lost a word that stays"] == len(quoting) > 3
    kept, counts, _ = travel(quoting, tmp_path, lambda text: f"oh {text}", ("de",))
    for new, old in zip(kept, quoting, strict=True):
        if new != old:
            assert wording(old).stay <= set(stems(new.prompt))
    assert counts["de"][PASSED] > 0.5 * len(quoting)
    loose = [replace(e, source=replace(wording(e), stay=frozenset())) for e in quoting]
    _, counts, _ = travel(loose, tmp_path, lambda _: "gizmo", ("de",))
    assert counts["de"][PASSED] > 0  # the control


def test_stay_when_the_answer_quotes_a_word_of_the_message_then_it_is_among_what_stays(
    reading: list[Example],
) -> None:
    for example in reading:
        stay, said = wording(example).stay, set(stems(wording(example).text))
        quoted = said & set(stems(example.completion)) - {"for", "of", "and"}
        assert quoted <= stay | {"help"}
    assert any(wording(e).stay for e in reading)


@pytest.mark.parametrize(
    ("home", "why"),
    [
        ("", "no answer"),
        (" \x07\u200b ", "no answer"),
        ("a cold " * 60, "too long"),
        ("ich brauche etwas für die Nase bitte", "not in English"),
        ("一些牛奶", "not in English"),
    ],
)
def test_translated_when_what_comes_back_is_no_message_then_it_teaches_nothing(
    home: str, why: str, reading: list[Example], tmp_path: Path
) -> None:
    found, counts, _ = travel(reading, tmp_path, lambda _: home, ("de",))
    assert found == reading
    assert counts["de"].keys() - {why} <= {"too long", "lost a word that stays"}
    assert counts["de"][why] > 0.3 * COUNT


def test_translated_when_it_comes_back_as_it_went_then_it_is_as_it_was(
    reading: list[Example], tmp_path: Path
) -> None:
    found, counts, _ = travel(reading, tmp_path, lambda text: f"{text} !", ("de",))
    assert found == reading
    assert counts == {"de": {"unchanged": COUNT}}


def test_translated_when_it_becomes_what_an_evaluation_asks_then_it_teaches_nothing(
    reading: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [e for e in reading if not wording(e).stay]
    question = next(
        " ".join(words)
        for words in sorted(map(sorted, held_messages()))
        if 4 < len(words) < 8 and is_asked(" ".join(words), held_messages())
    )
    found, counts, _ = travel(free, tmp_path, lambda _: question, ("de",))
    assert found == free
    assert counts["de"]["asked in an evaluation"] > 1
    monkeypatch.setattr("finetune.translated.is_asked", lambda *_: False)  # the control
    found, counts, _ = travel(free, tmp_path, lambda _: question, ("de",))
    assert counts["de"][PASSED] > 0
    assert len({e.prompt for e in found}) == len(found)  # none twice


def test_check_when_a_language_has_no_name_then_the_known_are_told() -> None:
    check(list(LANGUAGES))
    with pytest.raises(BadData, match="No language goes by the code 'xx'") as caught:
        check(["de", "xx"])
    assert "de (German)" in caught.value.remedy
