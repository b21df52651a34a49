"""An assistant over the six products of ``tests.index.small_shop``; templates or a script speak."""

from __future__ import annotations

from pathlib import Path

from assistant.config import ModelConfig, Settings
from assistant.interfaces import ChatModel
from assistant.prompts import load
from assistant.wiring import Assistant, assemble
from index import open_search
from index.build import catalogue_texts, embed
from index.config import IndexConfig
from tests.index.small_shop import WordEncoder, make_shop


def small_shop(home: Path) -> IndexConfig:
    """Make the shop and its vectors."""
    config = make_shop(home)
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    return config


def small_assistant(
    shop: IndexConfig, model: ChatModel | None = None, reader: str | None = None
) -> Assistant:
    """Open it; whoever opens it closes it. A model reads messages where ``reader`` is a prompt."""
    settings = Settings(index=shop, model=ModelConfig(backend="none"), prompt_understand=reader)
    search = open_search(shop, chroma=False, encoder=WordEncoder())
    return assemble(settings, search, model, load("explain/1"))
