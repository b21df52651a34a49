"""Both catalogues, open for one speaker: the default shop, and the outdoor shop built aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Self

from assistant.config import Settings
from assistant.session import Session
from assistant.understand import Gazetteer
from assistant.wiring import Assistant
from eval.shop import open_speaker, settings_for
from index.build import catalogue_texts, embed
from index.config import IndexConfig
from index.encoders.sentence import open_encoder
from index.importing import import_source
from index.search import Search, open_search
from index.sources.outdoor import OutdoorSource

JOURNEY, OUTDOOR = "journey", "outdoor"


class Shops:
    """Opens conversations on either catalogue; the same model speaks in both."""

    def __init__(self, by_name: Mapping[str, Assistant]) -> None:
        self._by_name = by_name

    @classmethod
    def open(cls, system: str) -> Self:
        """Open both. ``system`` is a row of ``eval.shop.SYSTEMS``."""
        settings = settings_for(system)
        ours = open_speaker(system)
        home = settings.index.home / "benchmarks"
        config = IndexConfig(home=home, catalogue=OUTDOOR, offline=settings.index.offline)
        return cls({JOURNEY: ours, OUTDOOR: _beside(ours, settings, _outdoor(config, settings))})

    def session(self, catalogue: str, shopper: str | None) -> Session:
        return self._by_name[catalogue].session(shopper)

    def search(self, catalogue: str) -> Search:
        return self._by_name[catalogue].search

    def hashes(self) -> Mapping[str, str]:
        """What decides the answers, of the default shop and of the outdoor one."""
        ours, other = (dict(self.session(n, None).parts.hashes) for n in (JOURNEY, OUTDOOR))
        return {**ours, OUTDOOR: other["catalogue"]}

    def close(self) -> None:
        self._by_name[OUTDOOR].search.close()
        self._by_name[JOURNEY].close()


def _outdoor(config: IndexConfig, settings: Settings) -> Search:
    """The outdoor shop, filled anew and embedded with the encoder of the settings."""
    encoder = open_encoder(settings.index)
    import_source(OutdoorSource(), config)
    embed(catalogue_texts(config), encoder, config.vectors, config.text_template)
    return open_search(config, chroma=False, encoder=encoder)


def _beside(ours: Assistant, settings: Settings, search: Search) -> Assistant:
    """An assistant for another catalogue with the same model, ranker and prompts."""
    parts, catalogue = ours.session().parts, search.catalogue
    gazetteer = Gazetteer.from_products(catalogue.many(catalogue.ids()))
    understander = parts.understander.over(gazetteer)
    hashes = {**parts.hashes, "catalogue": catalogue.fingerprint}
    other = replace(parts, search=search, understander=understander, hashes=hashes)
    return Assistant(settings, search, ours.speaker, other)
