"""What the model adds where a request names no thing: names of the catalogue to search for.

The model picks from a closed list under a grammar, so it can't invent an aisle; what it picks
only adds words to the search and is never a condition.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from assistant.errors import ModelFailed
from assistant.interfaces import ChatModel, Prompt, Request
from assistant.prompts import PromptTemplate, load

MOST_TERMS = 2
MOST_TOKENS = 12
MESSAGE_LENGTH = 200
"""Characters of the message that the model reads."""


def names_grammar(names: Sequence[str], most: int = MOST_TERMS) -> str:
    """Return a Lark grammar of one to ``most`` of the names, with "; " between them.

    Raises
    ------
    ValueError
        There is no name to choose from.
    """
    if not names:
        raise ValueError("a grammar needs at least one name")
    choices = "\n    | ".join(json.dumps(name, ensure_ascii=False) for name in names)
    more = f' ("; " name){{0,{most - 1}}}' if most > 1 else ""
    return f"start: name{more}\nname: {choices}\n"


def render_understand(template: PromptTemplate, message: str) -> Prompt:
    """Write the prompt about one message.

    Raises
    ------
    assistant.errors.BadPrompt
        The template does not render.
    """
    return template.render({"message": message[:MESSAGE_LENGTH]})


class Suggester:
    """Asks the model for names of the catalogue that suit an open request.

    Parameters
    ----------
    names
        The closed list; the answer holds nothing else.
    prompt
        Template and version: "understand/1".
    """

    def __init__(self, model: ChatModel, names: Sequence[str], prompt: str) -> None:
        self._model = model
        self._prompt = load(prompt)
        self._grammar = names_grammar(names)
        self._names = frozenset(names)

    def request(self, message: str) -> Request:
        """What the model is asked for a message."""
        return Request(render_understand(self._prompt, message), self._grammar, MOST_TOKENS)

    def names(self, message: str) -> tuple[str, ...]:
        """Names for a message, best first; none where the model fails or is cut short."""
        try:
            (completion,) = self._model.complete([self.request(message)])
        except ModelFailed:
            return ()
        said = [name.strip() for name in completion.text.split(";")]
        return tuple(dict.fromkeys(name for name in said if name in self._names))
