"""The assistant on trial: the default shop with templates alone, or with a model."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from assistant.config import ModelConfig, Settings
from assistant.speaking import NO_ADAPTER, tuned_of
from assistant.tuned import WEIGHTS
from assistant.wiring import Assistant, open_assistant
from eval.datasets.files import Provenance
from index.catalogue import Catalogue
from index.search import Search

TEMPLATE = "template"
BASE = "base"
TUNED = "tuned"
SYSTEMS = (TEMPLATE, BASE, TUNED)
"""Who speaks: templates alone, the model as it came, the model with its adapter."""


def settings_for(system: str, settings: Settings | None = None) -> Settings:
    """Return the settings, with the speaker that a row of the tables names."""
    settings = settings or Settings()
    if system == TEMPLATE:
        model = ModelConfig(backend="none")
    else:
        adapter = Path(NO_ADAPTER) if system == BASE else settings.model.adapter
        model = settings.model.model_copy(update={"adapter": adapter})
    return settings.model_copy(update={"model": model})


def open_speaker(system: str = TEMPLATE, as_of: date | None = None) -> Assistant:
    """Open the assistant of the settings with this speaker, on the shop's day or another."""
    settings = settings_for(system)
    if as_of:
        index = settings.index.model_copy(update={"as_of": as_of})
        settings = settings.model_copy(update={"index": index})
    return open_assistant(settings)


def last_day(settings: Settings | None = None) -> date:
    """Return the shop's day: that of the settings, else the last of the data."""
    index = (settings or Settings()).index
    if index.as_of:
        return index.as_of
    catalogue = Catalogue.open(index)
    try:
        return catalogue.last_day
    finally:
        catalogue.close()


def provenance(search: Search) -> Provenance:
    """Name the data that a run was measured on."""
    found = search.catalogue.dataset()
    return Provenance(found["name"], found["licence_note"], found["sha256"])


def adapter_hash(settings: Settings | None = None) -> str:
    """Name the adapter that serves, with a hash of its weights; "none" without one."""
    tuned = tuned_of(settings or Settings())
    if tuned is None:
        return NO_ADAPTER
    weights = tuned.folder / WEIGHTS
    return f"{tuned.folder.name}-{hashlib.sha256(weights.read_bytes()).hexdigest()[:16]}"
