"""Examples of the ask job: sayable, and drawn from the shop's words."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice, product
from random import Random

import pytest

from assistant.asking import fault, question_grammar, render_ask
from assistant.clarify import alike
from assistant.interfaces import Message, Prompt
from assistant.models.grammar import follows
from assistant.models.local_prompt import text_of
from assistant.prompts import load
from assistant.understanding.words import stems
from finetune.asking import AFTER, asking_examples, forms, open_words, question, requests
from finetune.examples import Example
from finetune.scenes import Shop, is_held
from index.errors import BadData
from tests.finetune.meanings import make
from tests.finetune.test_examples import Plain
from tests.finetune.test_scoring import CUT

TEMPLATE = load("ask/2")
JOINTS = ("or", "rather", "maybe", "perhaps")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make(tmp_path_factory.mktemp("meanings"))


@pytest.fixture(scope="module")
def found(shop: Shop) -> list[Example]:
    return list(asking_examples(Plain(), TEMPLATE, shop, CUT, 100, 1))


def styled(*style: str) -> Prompt:
    return Prompt((Message("user", f"words\nStyle: {', '.join(style)}"),), 0, "ask/2")


def test_forms_when_read_then_every_style_of_the_prompt_has_its_own(found: list[Example]) -> None:
    texts = [text for moods in forms().values() for text in moods.values()]
    assert len(set(texts)) == len(texts) >= 60
    source = TEMPLATE.source
    for name, wanted in (("opening", forms()), ("mood", forms()["do"]), ("verb", AFTER)):
        listed = re.search(rf"set {name} = \[([^\]]*)\]", source)
        assert listed
        assert re.findall(r'"(\w+)"', listed[1]) == list(wanted)
    assert {tuple(moods) for moods in forms().values()} == {tuple(forms()["do"])}


@pytest.mark.parametrize("count", [2, 3, 4])
def test_forms_when_filled_then_none_is_outside_of_the_grammar_or_the_check(count: int) -> None:
    grammar = question_grammar(count)
    styles = product(forms(), forms()["do"], AFTER, JOINTS)
    said = list(dict.fromkeys(question(styled(*style), count) for style in styles))
    assert len(said) > 500
    assert not [text for text in said if fault(text, count)]
    assert not [text for text in said[::3] if not follows(grammar, text)]  # of every form one


def test_question_when_no_form_suits_then_told() -> None:
    for prompt in (styled("whence", "plain", "mean", "or"), styled("do")):
        with pytest.raises(BadData, match=r"No form of questions\.yaml suits"):
            question(prompt, 2)


def test_open_words_when_drawn_then_of_several_aisles_and_none_for_adults(shop: Shop) -> None:
    opened = [one for held in (True, False) for one in open_words(shop, CUT, held)]
    by_word = {one.word: one.aisles for one in opened}
    assert by_word["brush"] == ("Hair care", "Brooms and mops", "Teeth")
    assert set(by_word["spray"]) == {"Hair care", "Teeth", "Cooking", "Garden"}
    assert "duster" not in by_word  # one aisle
    assert not {aisle for aisles in by_word.values() for aisle in aisles} & {"Beer"}


def test_open_words_when_held_then_they_never_teach(shop: Shop, found: list[Example]) -> None:
    held = {stems(one.word)[0] for one in open_words(shop, CUT, held=True)}
    assert all(is_held(f"word/{word}") for word in held)
    asked = {e.prompt.partition("[N.asked] is ")[2].partition(".")[0] for e in found}
    assert len(asked) > 3
    assert held.isdisjoint(stems(word)[0] for word in asked)


def test_open_words_when_nothing_was_bought_before_the_cut_then_told(shop: Shop) -> None:
    with pytest.raises(BadData, match="No word of this shop's kinds"):
        open_words(shop, CUT.replace(year=2016), held=False)


def test_requests_when_drawn_then_the_choices_are_of_different_kinds(shop: Shop) -> None:
    opened = open_words(shop, CUT, held=False)
    for need, choices in islice(requests(opened, Random(1)), 50):
        aisles = [choice.label for choice in choices]
        (one,) = (one for one in opened if one.word == need.asked)
        assert 2 <= len(aisles) == len(alike(Counter(aisles))) <= 4
        assert aisles == [aisle for aisle in one.aisles if aisle in aisles]


def test_examples_when_made_then_each_prompt_once_and_as_it_serves(
    shop: Shop, found: list[Example]
) -> None:
    assert len({e.prompt for e in found}) == len(found) > 10
    assert {e.job for e in found} == {"ask"}
    again = list(asking_examples(Plain(), TEMPLATE, shop, CUT, 100, 1))
    assert again == found
    drawn = requests(open_words(shop, CUT, held=False), Random("1/asking"))
    served = {text_of(Plain(), render_ask(TEMPLATE, n, c)) for n, c in islice(drawn, 5000)}
    assert {e.prompt for e in found} <= served


def test_examples_when_a_form_cannot_be_said_then_it_teaches_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = {o: dict.fromkeys(moods, "Buy [LIST]?") for o, moods in forms().items()}
    monkeypatch.setattr("finetune.asking.forms", lambda: bad)
    with pytest.raises(BadData, match="can't teach: it asks nothing"):
        next(asking_examples(Plain(), TEMPLATE, shop, CUT, 5, 1))
