"""A turn that asks which thing is meant: as of old, or worded by a model once the cards stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.asking import NOT_TAUGHT, Asker
from assistant.config import ModelConfig, Settings
from assistant.interfaces import Stop
from assistant.models.scripted import ScriptedModel
from assistant.notes import WHICH_KIND
from assistant.prompts import load
from assistant.types import CardsReady, SentenceReady, TurnDone, TurnEvent
from assistant.wiring import Assistant, assemble
from index import open_search
from index.build import catalogue_texts, embed
from index.catalogue import Catalogue
from index.types import Product
from tests.index.small_shop import WordEncoder, make_shop

READY = WHICH_KIND.format("brush")
GOOD = "By [N.asked], do you mean [C1] or [C2]?"


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    config = make_shop(tmp_path)
    catalogue = Catalogue.open(config, readonly=False)
    catalogue.upsert(
        Product(f"{kind}{n}", f"{kind} {n}", aisle, kind=kind, price=100 + n)
        for kind, aisle in (("Hair brush", "Hair care"), ("Floor brush", "Brooms and mops"))
        for n in range(8)
    )
    catalogue.close()
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    settings = Settings(index=config, model=ModelConfig(backend="none"))
    search = open_search(config, chroma=False, encoder=WordEncoder())
    with assemble(settings, search, None, load("explain/1")) as found:
        yield found


def taught(assistant: Assistant, *said: str) -> ScriptedModel:
    model = ScriptedModel(said)
    assistant.parts = replace(assistant.parts, asker=Asker(model, load("ask/1")))
    return model


def turn(assistant: Assistant, message: str, stop: Stop | None = None) -> list[TurnEvent]:
    return list(assistant.session().stream(message, stop))


def notes(events: list[TurnEvent]) -> tuple[str, str]:
    """What is said with the cards, and in the end."""
    (cards,) = (e for e in events if isinstance(e, CardsReady))
    done = events[-1]
    assert isinstance(done, TurnDone)
    assert cards.choices == done.reply.choices
    assert {c.label for c in cards.choices} == {"Hair care", "Brooms and mops"}
    return cards.note, done.reply.note


def test_turn_when_nobody_was_taught_then_the_sentence_of_old_with_the_cards(
    assistant: Assistant,
) -> None:
    assert assistant.parts.asker is NOT_TAUGHT
    before, after = notes(turn(assistant, "brush"))
    assert before == after
    assert after.endswith(READY)


def test_turn_when_a_model_asks_then_after_the_sentences_and_in_place_of_it(
    assistant: Assistant,
) -> None:
    old, _ = notes(turn(assistant, "brush"))
    model = taught(assistant, GOOD)
    seen = [len(model.requests) for _ in assistant.session().stream("brush")]
    assert seen == [*[0] * (len(seen) - 1), 1]  # the last event alone waits for it
    taught(assistant, GOOD)
    events = turn(assistant, "brush")
    before, after = notes(events)
    assert [type(e) for e in events].count(SentenceReady) > 0
    assert before == old.removesuffix(READY).strip()
    labels = [c.label for c in events[-1].reply.choices] if isinstance(events[-1], TurnDone) else []
    assert after == f'{before} By "brush", do you mean {labels[0]} or {labels[1]}?'


def test_turn_when_the_model_fails_or_is_stopped_then_the_sentence_of_old(
    assistant: Assistant,
) -> None:
    taught(assistant)
    assert notes(turn(assistant, "brush"))[1].endswith(READY)
    stop = Stop()
    stop.set()
    model = taught(assistant, GOOD)
    assert notes(turn(assistant, "brush", stop))[1].endswith(READY)
    assert model.requests == []


def test_turn_when_there_is_nothing_to_ask_then_the_model_is_not_asked(
    assistant: Assistant,
) -> None:
    model = taught(assistant, GOOD)
    turn(assistant, "milk")
    assert model.requests == []


def test_turn_when_said_again_then_the_same_question(assistant: Assistant) -> None:
    model = taught(assistant, GOOD, GOOD)
    one, two = (notes(turn(assistant, "brush")) for _ in range(2))
    assert one == two
    assert model.requests[0] == model.requests[1]


def test_here_alone_when_nothing_may_leave_then_no_model_asks(assistant: Assistant) -> None:
    taught(assistant, GOOD)
    assert assistant.parts.here_alone().asker is NOT_TAUGHT
