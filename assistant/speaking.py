"""Who speaks: the model with the adapter that is chosen, and the prompts that it was taught."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.asking import NOT_TAUGHT, Asker
from assistant.config import Settings
from assistant.errors import BadModel
from assistant.explain import Explainer
from assistant.finding import Parts
from assistant.interfaces import ChatModel
from assistant.models import open_model
from assistant.prompts import PromptTemplate, load
from assistant.tuned import SPEAKING, WEIGHTS, Tuned, find, of_base, serving
from assistant.understand import UNTUNED_READER
from index.weights import locate

UNTUNED_PROMPT = "explain/1"
"""For a model as it came; an adapter brings the prompt that it was trained on."""
NO_ADAPTER = "none"
"""In place of an adapter's name: the model as it came."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A model that is open, and how it is asked."""

    model: ChatModel | None
    template: PromptTemplate
    """Of the explanations."""
    tuned: Tuned | None = None
    """The adapter that is merged into the model."""
    written: tuple[int, ...] = ()
    """Of the adapter's weights; see :func:`written`."""

    def put_into(self, parts: Parts, settings: Settings) -> Parts:
        """The same parts, spoken by this model."""
        reader = reading_prompt(settings, self.tuned)
        hashes = {
            "model": self.model.fingerprint if self.model else "none",
            "adapter": self.tuned.folder.name if self.tuned else NO_ADAPTER,
            "prompt": self.template.hash,
        }
        return replace(
            parts,
            understander=parts.understander.asking(
                self.model if reader else None, reader or UNTUNED_READER
            ),
            explainer=Explainer(self.model, self.template, settings.model.retries),
            hashes=hashes | {k: v for k, v in parts.hashes.items() if k not in hashes},
            asker=asker_of(self.model, self.tuned),
            elsewhere=not getattr(self.model, "is_here", True),  # only a server's model says
        )


def open_speaker(settings: Settings) -> Speaker:
    """Open the model of the settings with the adapter that is chosen now.

    Raises
    ------
    assistant.errors.BadModel
        The weights or the adapter are missing or do not fit one another.
    """
    tuned = tuned_of(settings)
    at = written(tuned)
    prompt = settings.prompt_explain or (tuned.prompts[SPEAKING] if tuned else UNTUNED_PROMPT)
    template = load(prompt)
    config = settings.model.model_copy(update={"adapter": tuned.folder if tuned else None})
    model = open_model(config, lambda name: locate(name, settings.index))
    return Speaker(model, template, tuned, at)


def written(tuned: Tuned | None) -> tuple[int, ...]:
    """Which file the weights of an adapter are, and when it was written: another adapter may take
    a name over. Empty where there are none, which whoever opens them tells.
    """
    if tuned is None:
        return ()
    try:
        found = (tuned.folder / WEIGHTS).stat()
    except OSError:
        return ()
    return found.st_ino, found.st_mtime_ns


def reading_prompt(settings: Settings, tuned: Tuned | None) -> str | None:
    """The template that messages are read with: of the settings, else the adapter's own.

    ``None``: code alone reads. What a model names that was never taught to makes the cards of
    messages that name no aisle worse (``eval run understanding``).
    """
    own = tuned.prompts.get("understand") if tuned else None
    return settings.prompt_understand or own


def asker_of(model: ChatModel | None, tuned: Tuned | None) -> Asker:
    """Who words questions: the model, where its adapter was taught to."""
    own = tuned.prompts.get("ask") if tuned else None
    return Asker(model, load(own)) if own else NOT_TAUGHT


def tuned_of(settings: Settings) -> Tuned | None:
    """The adapter to merge: the named one, else the chosen or shipped one of a local model."""
    model, home = settings.model, settings.index.home
    if model.backend != "local" or str(model.adapter) == NO_ADAPTER:
        return None
    return find(model.adapter, home) if model.adapter else serving(model.name, home)


def check_choice(settings: Settings, name: str) -> None:
    """Look whether an adapter would speak if it were chosen.

    Raises
    ------
    assistant.errors.BadModel
        It is of another base, or the settings leave no choice.
    """
    model = settings.model
    if model.backend != "local" or model.adapter:
        named = f"the adapter {str(model.adapter)!r}" if model.adapter else model.backend
        raise BadModel(
            f"The settings name {named}, so no adapter can be chosen.",
            "Take SHELFTALK_MODEL__ADAPTER and SHELFTALK_MODEL__BACKEND out of them.",
        )
    of_base(find(name, settings.index.home), model.name)
