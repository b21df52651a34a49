"""The shop with a model that answers from an empty script, at once: for measuring the rest."""

from __future__ import annotations

from assistant.wiring import Assistant


def open_scripted() -> Assistant:
    """Open it: every sentence is tried by the model, then a template speaks. It is closed by you.

    Raises
    ------
    index.errors.TellPerson
        Where data or index are missing.
    """
    from assistant.config import ModelConfig, Settings
    from assistant.models.scripted import ScriptedModel
    from assistant.prompts import load
    from assistant.speaking import UNTUNED_PROMPT
    from assistant.wiring import assemble
    from index import open_search

    settings = Settings().model_copy(update={"model": ModelConfig(backend="none")})
    search = open_search(settings.index)
    search.warm()
    return assemble(settings, search, ScriptedModel([]), load(UNTUNED_PROMPT))
