"""Replies of the shop of ``aisles`` in which a model speaks in the words of the forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.claims import Context
from assistant.config import ModelConfig, Settings
from assistant.explain import render_explain
from assistant.interfaces import ChatModel, Prompt, Request
from assistant.models.scripted import ScriptedModel
from assistant.plan import plan_for
from assistant.prompts import load
from assistant.references import Resolver
from assistant.said import Said
from assistant.wiring import Assistant, assemble
from finetune.examples import best_wording
from finetune.forms import Style
from index import open_search
from index.build import catalogue_texts, embed
from index.config import IndexConfig
from tests.finetune.aisles import make
from tests.index.small_shop import WordEncoder

TEMPLATE = load("explain/3")
MESSAGE = "yogurt under 3 dollars"


@dataclass(frozen=True)
class Served:
    """What a model was asked in one turn, and what may teach of it."""

    prompts: tuple[Prompt, ...]
    said: Said


def make_open(home: Path) -> IndexConfig:
    """Make the shop, and its vectors with it."""
    make(home)
    config = IndexConfig(home=home, catalogue="aisles", offline=True)
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    return config


def opened(config: IndexConfig, model: ChatModel | None = None) -> Assistant:
    settings = Settings(index=config, model=ModelConfig(backend="none"))
    search = open_search(config, chroma=False, encoder=WordEncoder())
    return assemble(settings, search, model, TEMPLATE)


def speaker(config: IndexConfig, shopper: str | None, message: str = MESSAGE) -> ScriptedModel:
    """A model that words every pick of this reply as the forms do."""
    with opened(config) as assistant:
        talk = assistant.session(shopper)
        reply = talk.ask(message)
        day = talk.profile.as_of
        resolver = Resolver(reply.picks, talk.profile, reply.need, day)
    rules = []
    for pick in reply.picks:
        context = Context(pick, resolver)
        plan = plan_for(context)
        prompt = render_explain(TEMPLATE, plan, context)
        raw = best_wording(plan, context, Style.of(prompt))
        assert raw
        rules.append((_asks(prompt), raw))
    return ScriptedModel(rules)


def _asks(prompt: Prompt) -> Callable[[Request], bool]:
    return lambda request: request.prompt == prompt


def served(config: IndexConfig, shopper: str | None, message: str = MESSAGE) -> Served:
    """Ask in a conversation, and return what the model was asked there."""
    model = speaker(config, shopper, message)
    with opened(config, model) as assistant:
        talk = assistant.session(shopper)
        talk.ask(message)
        assert talk.said
        return Served(tuple(request.prompt for request in model.requests), talk.said)
