"""What a model adds to a request that names no thing: names of a closed list."""

from __future__ import annotations

from assistant.conversation import ConversationState
from assistant.models.scripted import ScriptedModel
from assistant.types import Origin
from assistant.understand import Gazetteer, Understander
from assistant.understanding.suggest import names_grammar
from tests.assistant.shelf import PROFILE, shelf_products

START = ConversationState()


def scripted(*lines: str) -> tuple[Understander, ScriptedModel]:
    model = ScriptedModel(lines)
    return Understander(Gazetteer.from_products(shelf_products()), model), model


def test_model_when_words_name_no_thing_then_its_names_are_searched_beside_them() -> None:
    reader, model = scripted("Tea; Soup")
    need = reader.read("something for a rainy evening under 5 dollars", START, PROFILE)
    assert (need.search_text, need.suggested) == ("rainy evening", ("Tea", "Soup"))
    assert need.origins["search_text"] is Origin.CODE
    assert (need.origins["suggested"], need.categories) == (Origin.MODEL, ())
    assert model.requests[0].max_tokens <= 12
    assert model.requests[0].prompt.name == "understand/1"


def test_model_when_words_name_a_thing_then_it_is_not_asked() -> None:
    reader, model = scripted()
    for message in ("yogurt under 5 dollars", "cheapest chips", "my usual", "hello"):
        reader.read(message, START, PROFILE)
    assert model.requests == []


def test_model_when_it_fails_then_the_shoppers_own_words() -> None:
    reader, _ = scripted()
    need = reader.read("something for a rainy evening", START, PROFILE)
    assert (need.search_text, need.suggested) == ("rainy evening", ())
    assert "suggested" not in need.origins


def test_over_when_another_catalogue_then_its_names_by_the_same_model_and_prompt() -> None:
    model = ScriptedModel(["Tents", "Tents"])
    reader = Understander(Gazetteer.from_products(shelf_products()), model, "understand/2")
    other = reader.over(Gazetteer(["Tents"]))
    assert other.read("something for a rainy evening", START, PROFILE).suggested == ("Tents",)
    assert reader.read("something for a rainy evening", START, PROFILE).suggested == ()
    assert {request.prompt.name for request in model.requests} == {"understand/2"}


def test_grammar_when_names_are_odd_then_quoted_and_closed() -> None:
    assert names_grammar(['Tea "x"', "Soup"], 2) == (
        'start: name ("; " name){0,1}\nname: "Tea \\"x\\""\n    | "Soup"\n'
    )
