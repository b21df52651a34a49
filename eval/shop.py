"""The assistant on trial: the default shop with templates alone, or with a model."""

from __future__ import annotations

from pathlib import Path

from assistant.config import ModelConfig, Settings
from assistant.wiring import NO_ADAPTER, Assistant, open_assistant
from eval.datasets.files import Provenance
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


def open_speaker(system: str = TEMPLATE) -> Assistant:
    """Open the assistant of the settings with this speaker."""
    return open_assistant(settings_for(system))


def provenance(search: Search) -> Provenance:
    """Name the data that a run was measured on."""
    found = search.catalogue.dataset()
    return Provenance(found["name"], found["licence_note"], found["sha256"])
