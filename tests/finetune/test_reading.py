"""Examples of the understand job: aisles that are there, and no message of an evaluation."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from assistant.models.grammar import follows
from assistant.models.local_prompt import text_of
from assistant.models.scripted import ScriptedModel
from assistant.prompts import load
from assistant.understanding.suggest import Suggester, names_grammar, render_understand
from eval.occasions import FILES, load_occasions
from finetune.examples import Example
from finetune.reading import HELD, held_messages, is_asked, occasions, reading_examples
from finetune.scenes import Shop
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.errors import BadData
from index.purchases import Purchases
from index.types import Product
from tests.finetune.aisles import make_wide
from tests.finetune.test_examples import Plain
from tests.finetune.test_scoring import CUT

TEMPLATE = load("understand/2")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make_wide(tmp_path_factory.mktemp("aisles"))


@pytest.fixture(scope="module")
def found(shop: Shop) -> list[Example]:
    return list(reading_examples(Plain(), TEMPLATE, shop, CUT, 300, 1))


def message_of(example: Example) -> str:
    return example.prompt.rpartition("user: ")[2].rpartition("\nA:")[0]


def test_examples_when_made_then_the_serving_grammar_could_have_answered(
    shop: Shop, found: list[Example]
) -> None:
    grammar = names_grammar(sorted(shop.by_category))
    assert len({e.prompt for e in found}) == 300
    for answer in {e.completion for e in found}:
        assert follows(grammar, answer), answer


def test_prompt_when_made_then_what_the_assistant_would_ask(found: list[Example]) -> None:
    suggester = Suggester(ScriptedModel([]), ["Soup"], "understand/2")
    for example in found[:20]:
        message = message_of(example)
        assert example.prompt == text_of(Plain(), render_understand(TEMPLATE, message))
        assert example.prompt == text_of(Plain(), suggester.request(message).prompt)


def test_examples_when_compared_with_evaluations_then_none_is_asked_there(
    found: list[Example],
) -> None:
    held = held_messages()
    assert len(held) > 500
    assert not [e.prompt for e in found if is_asked(message_of(e), held)]


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        (load_occasions(FILES["messages"])[0].message, True),
        (load_occasions(FILES["messages"])[0].message.upper() + "!!", True),
        ("a sore throat", False),
    ],
)
def test_is_asked_when_a_message_of_an_evaluation_comes_back_then_found(
    message: str, asked: bool
) -> None:
    assert is_asked(message, held_messages()) is asked


def test_occasions_when_read_then_none_is_asked_in_an_evaluation() -> None:
    assert not [use for use, _ in occasions() if is_asked(use, held_messages())]
    assert len({use for use, _ in occasions()}) == len(occasions()) > 150


def test_examples_when_an_order_is_planted_then_the_answer_is_an_aisle_of_the_occasion(
    found: list[Example],
) -> None:
    planted = [e for e in found if "planted" in e.plan]
    assert len(planted) > 5
    assert not [e for e in planted if e.completion in {"Liquor", "Beer", "Candy"}]


def test_examples_when_words_are_swapped_then_none_that_the_answer_quotes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = []

    def swap(text: str, _: Random, words: str) -> str:
        kept.append(words)
        return f"{text} swapped for {words}"

    monkeypatch.setattr("finetune.wordings.REWORDED", 1.0)
    monkeypatch.setattr("finetune.wordings.reworded", swap)
    made = list(reading_examples(Plain(), TEMPLATE, shop, CUT, 50, 1))
    assert all(e.completion in message_of(e).partition(" swapped for ")[2] for e in made)
    assert 10 < sum("of sort" in words for words in kept) < 40  # of a kind, its own name too


def test_examples_when_the_shop_has_no_such_aisle_then_told(tmp_path: Path) -> None:
    config = IndexConfig(home=tmp_path, catalogue="bolts", offline=True)
    catalogue = Catalogue.open(config, readonly=False)
    catalogue.upsert([Product("b", "Bolt", "Bolts", price=5)])
    catalogue.close()
    Purchases.open(config, readonly=False).close()
    shop = Shop(Catalogue.open(config), Purchases.open(config))
    with pytest.raises(BadData, match="None of the aisles"):
        next(reading_examples(Plain(), TEMPLATE, shop, CUT, 10, 1))


def test_held_when_looked_for_then_the_evaluations_are_there() -> None:
    assert all(file.is_file() and file.parent == HELD for file in FILES.values())
