"""Versioned prompts: jinja files that render to chat messages.

A file holds the parts of a chat, each under a line ``### system``, ``### user`` or
``### assistant``; the last part is the user's. Values that are put in never hold a line
break, so none can open a part of its own. A released file is never edited: a changed prompt
is a new version.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from assistant.errors import BadPrompt
from assistant.interfaces import Message, Prompt

__all__ = ["PromptTemplate", "load", "read"]

_FOLDER = Path(__file__).parent
_NAME = re.compile(r"([a-z]+)/(\d+)")
_HEAD = re.compile(r"^### (system|user|assistant)[ \t]*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """One version of a prompt."""

    name: str
    """"explain/1"."""
    source: str
    path: Path

    @property
    def job(self) -> str:
        """What it is for: "explain"."""
        return self.name.partition("/")[0]

    @property
    def hash(self) -> str:
        """SHA-256 of the file, first 16 digits."""
        return hashlib.sha256(self.source.encode()).hexdigest()[:16]

    def render(self, values: Mapping[str, object]) -> Prompt:
        """Fill in the values; all messages but the last are ``stable``.

        Raises
        ------
        BadPrompt
            A value is missing, the file is no valid template, or its parts are out of order;
            names the file and the line.
        """
        environment = SandboxedEnvironment(
            undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
        )
        try:
            code = environment.compile(self.source, filename=str(self.path))
            text = environment.template_class.from_code(environment, code, {}).render(values)
        except TemplateSyntaxError as error:
            raise self._bad(str(error.message), error.lineno) from error
        except (TemplateError, TypeError, ArithmeticError) as error:
            raise self._bad(str(error), self._line(error.__traceback__)) from error
        return Prompt(messages := self._messages(text), len(messages) - 1, self.name)

    def _messages(self, text: str) -> tuple[Message, ...]:
        head, *parts = _HEAD.split(text)
        roles, contents = parts[::2], parts[1::2]
        if head.strip() or not roles or roles[-1] != "user":
            raise self._bad('the parts must start with "### system" and end with "### user"', 1)
        return tuple(
            Message(role, content.strip())  # type: ignore[arg-type]
            for role, content in zip(roles, contents, strict=True)
        )

    def _line(self, trace: TracebackType | None) -> int:
        line = 1
        while trace:
            if trace.tb_frame.f_code.co_filename == str(self.path):
                line = trace.tb_lineno
            trace = trace.tb_next
        return line

    def _bad(self, why: str, line: int) -> BadPrompt:
        return BadPrompt(
            f"The prompt {self.name} does not render: {self.path.name}, line {line}: {why}.",
            "Correct that line, or set the prompt of the settings to a released version.",
        )


@cache
def load(name: str) -> PromptTemplate:
    """Return the shipped prompt of this name and version, "explain/1".

    Raises
    ------
    BadPrompt
        There is none.
    """
    return read(name, _FOLDER)


def read(name: str, folder: Path) -> PromptTemplate:
    """Return a prompt from a folder of ``<job>_<version>.jinja`` files.

    Raises
    ------
    BadPrompt
        There is none of this name.
    """
    found = _NAME.fullmatch(name)
    path = folder / f"{found[1]}_{found[2]}.jinja" if found else folder / "_"
    if not path.is_file():
        known = ", ".join(sorted(p.stem.replace("_", "/") for p in folder.glob("*_*.jinja")))
        raise BadPrompt(f"There is no prompt {name!r}.", f"Known: {known or 'none'}.")
    return PromptTemplate(name, path.read_text(encoding="utf-8"), path)
