"""Chat messages to tokens, the shared prefix apart from the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError

from assistant.errors import ModelFailed
from assistant.interfaces import Message, Prompt


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt in tokens: the whole is ``prefix`` and then ``suffix``."""

    prefix_text: str
    prefix: tuple[int, ...]
    suffix: tuple[int, ...]

    @property
    def length(self) -> int:
        """Tokens of the whole."""
        return len(self.prefix) + len(self.suffix)


def render(tokenizer: Any, prompt: Prompt) -> Rendered:
    """Apply the model's own chat template.

    Prefix and suffix are turned into tokens separately, so that the prefix has the same
    tokens whatever follows. Where a template does not render the stable messages as a prefix
    of the whole, nothing is shared.

    Raises
    ------
    ModelFailed
        Where the template refuses the messages.
    """
    messages, stable = list(prompt.messages), prompt.stable
    if messages[0].role != "system":
        # some templates, SmolLM2's among them, put in a default of their own where none is given
        messages.insert(0, Message("system", ""))
        stable = stable + 1 if stable else 0
    whole = _text(tokenizer, messages, prompt.name, more=True)
    prefix = _text(tokenizer, messages[:stable], prompt.name, more=False) if stable else ""
    if not whole.startswith(prefix) or whole == prefix:
        prefix = ""
    return Rendered(prefix, _tokens(tokenizer, prefix), _tokens(tokenizer, whole[len(prefix) :]))


def text_of(tokenizer: Any, prompt: Prompt) -> str:
    """The text that the model reads, the head of the answer included."""
    rendered = render(tokenizer, prompt)
    text: str = tokenizer.decode((*rendered.prefix, *rendered.suffix))
    return text


def _text(tokenizer: Any, messages: list[Message], name: str, *, more: bool) -> str:
    chat = [{"role": m.role, "content": m.content} for m in messages]
    try:
        text: str = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=more)
    except TemplateError as error:
        raise ModelFailed(f"The model's chat template refuses prompt {name}: {error}") from error
    return text


def _tokens(tokenizer: Any, text: str) -> tuple[int, ...]:
    if not text:
        return ()
    return tuple(tokenizer(text, add_special_tokens=False)["input_ids"])
