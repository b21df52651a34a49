"""The words of the page: the same in every language, and none that is not among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

import pytest

from assistant.consent import Purpose, Wishes
from assistant.types import EvidenceKind, Verdict
from index.types import Source
from tests.ui.fake_assistant import FACTS, FakeAssistant
from tests.ui.fake_profiles import FakeProfiles
from ui.counter import Counter
from ui.drawer import drawer
from ui.events import UNDER_WAY
from ui.language import ENGLISH, NAMES, language, preferred
from ui.reasons import WORDS
from ui.screen import Screen
from ui.words import day, every, fact

CHINESE = language("zh")


def sentences(words: Mapping[str, object], at: str = "") -> Iterator[tuple[str, str]]:
    """Every key with its sentence; of those that vary by number, the one for most numbers."""
    for name, value in words.items():
        if isinstance(value, Mapping) and "other" in value:
            yield f"{at}{name}", str(value["other"])
        elif isinstance(value, Mapping):
            yield from sentences(value, f"{at}{name}.")
        else:
            yield f"{at}{name}", str(value)


def filled(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("code", NAMES)
def test_words_when_of_another_language_then_the_same_keys_with_the_same_values(code: str) -> None:
    ours, theirs = dict(sentences(ENGLISH.words)), dict(sentences(language(code).words))
    assert theirs.keys() == ours.keys()
    dates = {"value.day"}  # one writes the month's name, the other its number
    assert {k for k in ours if filled(ours[k]) != filled(theirs[k])} <= dates


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda one: one.code)
def test_words_when_something_new_can_be_shown_then_they_know_it(words) -> None:  # type: ignore[no-untyped-def]
    for name in Source:
        assert words(f"found.{name.value}")
    for name in Verdict:
        assert words(f"verdict.{name.value}")
    for name in Purpose:
        assert words(f"purpose.{name.value}")
    for stage in UNDER_WAY:
        assert words(f"doing.{stage.value}", 2)
    assert set(WORDS) == set(EvidenceKind)


def test_words_when_a_key_or_a_value_is_missing_then_an_error() -> None:
    with pytest.raises(KeyError):
        ENGLISH("page.nothing")
    with pytest.raises(KeyError):
        ENGLISH("fact.category", name="Yogurt")


def test_values_when_in_chinese_then_as_they_are_written_there() -> None:
    assert day(date(2017, 12, 22), CHINESE) == "2017年12月22日"
    assert (every(1, CHINESE), every(9, CHINESE)) == ("每天", "每 9 天")
    assert fact(FACTS[0], words=CHINESE) == (
        "您大约每 9 天买 Greek yogurt, vanilla（23 次，上次是 2017年12月22日）。"
    )


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de-DE, en;q=0.5, zh;q=0.4", "en"),
        ("en;q=0.2, ZH-tw;q=0.3", "zh"),
        ("", "en"),
        ("fr", "en"),
        ("zh;q=much, *;q=0.1", "en"),
        ("\u202e;;q=,,", "en"),
    ],
)
def test_preferred_when_a_browser_says_then_the_best_that_is_known(header: str, code: str) -> None:
    assert preferred(header) == code


def conversation(tongue: str) -> Screen:
    """A turn with everything in it, after every part around it has been used."""
    counter = Counter(FakeAssistant(), profiles=FakeProfiles())
    key = counter.begin("", "1228", tongue).key
    for message in ("crash", "choose compare basket"):
        screen = list(counter.ask(message, key, "1228"))[-1]
    for line in ("like p1", "avoid peanut", "forget category:Yogurt", "export"):
        screen = list(counter.act(line, key, "1228"))[-1]
    return list(counter.ask("compare basket", key, "1228"))[-1] if screen else screen


def test_page_when_in_chinese_then_no_english_sentence_of_ours_is_left() -> None:
    screen = conversation("zh")
    html = screen.talk + screen.shelf
    ours = [text for _, text in sentences(ENGLISH.words) if " " in text and not filled(text)]
    assert [text for text in ours if text in html and not text.endswith((" ", "and"))] == []
    assert "加入购物篮" in html
    english = conversation("en")
    assert [text for text in ours if text in english.talk + english.shelf], "the test sees some"


def test_page_when_another_language_is_chosen_then_the_same_conversation_in_it() -> None:
    counter = Counter(FakeAssistant())
    key = counter.begin("", "1228", "zh").key
    list(counter.ask("lunch", key, "1228"))
    (screen,) = counter.act("speak en", key, "1228", "zh")
    assert (screen.language, screen.key) == ("en", key)
    assert "Why this?" in screen.shelf
    assert "lunch" in screen.talk
    (screen,) = counter.act("speak klingon", key, "1228", "en")
    assert screen.language == "en"


def test_drawer_when_in_chinese_then_its_purposes_too() -> None:
    found = drawer(FakeAssistant().session("1228").profile, Wishes(), words=CHINESE)
    assert found["purposes"][0][1] == "用我的购买记录来排列我看到的商品"
