"""The three kinds of failure in a turn.

*Ask the model again* costs a retry, *the model failed* falls back to templates, and
``index.errors.TellPerson`` is a sentence for the person. Nothing else is caught in the rooms.
"""

from __future__ import annotations

from index.errors import TellPerson


class AskModelAgain(Exception):
    """The model's text can't be used; another try may be."""


class ModelFailed(Exception):
    """The model can't answer now: gone, hanging, cancelled, out of script. Use the template."""


class BadModel(TellPerson):
    """Weights, an adapter or a server that can't be used, found before it serves."""


class BadPrompt(TellPerson):
    """A prompt template that does not render; names the file and the line."""
