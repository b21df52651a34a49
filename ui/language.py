"""The words of the page in the language of whoever reads it: a file of them for each.

What is said in the conversation is not among them: the model, the catalogue and the code that
reads messages speak English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "assets" / "words"
NAMES: Mapping[str, str] = {"en": "English", "zh": "中文"}
"""Code of each language to its own name for itself."""
_ONE, _TWO, _OTHER = "one", "two", "other"


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language."""

    code: str
    """As in the attribute ``lang``: "en", "zh"."""
    words: Mapping[str, Any]
    """As in its file: tables of sentences."""

    def __call__(self, key: str, count: int | None = None, **values: object) -> str:
        """The sentence under "table.name" with its values; ``count`` chooses its number.

        Raises
        ------
        KeyError
            There is no such sentence, or it lacks a value.
        """
        table, _, name = key.partition(".")
        found = self.words[table][name]
        if isinstance(found, Mapping):
            number = {1: _ONE, 2: _TWO}.get(count or 0, _OTHER)
            found = found.get(number, found[_OTHER])
        counted = {} if count is None else {"count": f"{count:,}"}
        return str(found).format(**counted, **values)


@cache
def language(code: str) -> Language:
    """The language of a code; English where there is no such one."""
    known = code if code in NAMES else "en"
    text = (HERE / f"{known}.toml").read_text(encoding="utf-8")
    return Language(known, tomllib.loads(text))


def preferred(accepted: str) -> str:
    """Code of what a browser would rather read, from its header ``Accept-Language``.

    >>> preferred("zh-CN,zh;q=0.9,en;q=0.8"), preferred("de, en;q=0.5, zh;q=0.4")
    ('zh', 'en')
    """
    wanted: list[tuple[float, int, str]] = []
    for part in accepted.split(","):
        tag, _, weight = part.partition(";q=")
        code = tag.strip().partition("-")[0].casefold()
        try:
            wanted.append((-float(weight or 1), len(wanted), code))
        except ValueError:
            continue
    return next((code for _, _, code in sorted(wanted) if code in NAMES), "en")


ENGLISH = language("en")
