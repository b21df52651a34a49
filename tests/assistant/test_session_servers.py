"""Whole turns while the model server is dead, hanging or lying: cards come, templates speak."""

from __future__ import annotations

import time

import pytest

from assistant.config import ModelConfig, Settings
from assistant.models.openai import OpenAIModel
from assistant.prompts import load
from assistant.types import CardsReady
from assistant.wiring import assemble
from eval.drills.model_server import Say, deaf, garbled, hanging, serving
from index import open_search
from index.build import catalogue_texts, embed
from index.config import IndexConfig
from tests.assistant.model_server import refusing
from tests.index.small_shop import WordEncoder, make_shop

TIMEOUT_S = 0.4


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> IndexConfig:
    config = make_shop(tmp_path_factory.mktemp("home"))
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    return config


@pytest.mark.parametrize("say", [None, hanging, garbled, deaf, refusing])
def test_turn_when_the_model_server_fails_then_cards_and_templates_within_a_second(
    shop: IndexConfig, say: Say | None
) -> None:
    with serving(say or hanging) as server:
        if say is None:
            server.server_close()
        model = OpenAIModel.from_url(server.url, "tiny", timeout_s=TIMEOUT_S)
        settings = Settings(index=shop, model=ModelConfig(backend="none"))
        search = open_search(shop, chroma=False, encoder=WordEncoder())
        with assemble(settings, search, model, load("explain/1")) as assistant:
            session = assistant.session("s1")
            for message in ("something nice for breakfast", "milk under 5 dollars", "cheaper"):
                start = time.monotonic()
                events = list(session.stream(message))
                assert time.monotonic() - start < 1.0
                assert any(isinstance(event, CardsReady) for event in events)
                sentences = events[-1].reply.sentences  # type: ignore[union-attr]
                assert not any(sentence.by_model for sentence in sentences)
            assert session.state.shown
            # A server that refuses requests of a kind is up all the same.
            assert ("tiny is away" in assistant.status) is (say is not refusing)
