"""A sentence of the assistant taken apart again: which stretch of it came from which reference."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.types import Reference, Sentence


@dataclass(frozen=True, slots=True)
class Rendered:
    """Words and values in turn, as they stood in the shown sentence."""

    parts: tuple[tuple[Reference | None, str], ...]
    """Reference, or nothing for plain words, and the text."""

    @classmethod
    def of(cls, sentence: Sentence, titles: Mapping[str, str]) -> Rendered | None:
        """Line the sentence's parts up with its text; ``None`` where they do not fit.

        ``titles`` are those of the reply's picks, by pick.
        """
        pattern = "".join(
            f"({re.escape(part) if isinstance(part, str) else _value(part, titles)})"
            for part in sentence.parts
        )
        found = re.fullmatch(pattern.strip(), sentence.text, re.IGNORECASE | re.DOTALL)
        if found is None:
            return None
        refs = [None if isinstance(part, str) else part for part in sentence.parts]
        return cls(tuple(zip(refs, found.groups(), strict=True)))

    @property
    def references(self) -> list[Reference]:
        return [ref for ref, _ in self.parts if ref is not None]

    def value(self, ref: Reference) -> str:
        return next(text for other, text in self.parts if other == ref)

    def put(self, values: dict[Reference, str]) -> Rendered:
        """Return the sentence with other values behind these references."""
        return replace(
            self,
            parts=tuple((r, values.get(r, text) if r else text) for r, text in self.parts),
        )

    @property
    def text(self) -> str:
        """The sentence, its first letter a capital."""
        line = "".join(text for _, text in self.parts)
        return f"{line[:1].upper()}{line[1:]}"


def _value(ref: Reference, titles: Mapping[str, str]) -> str:
    """What a reference may read as: a title whole or cut, a count, or anything."""
    if ref.field == "count":
        return r"once|[\d,]+ times"
    if ref.target in titles and not ref.field:
        title = titles[ref.target]
        return rf"{re.escape(title)}|{re.escape(title[:20])}[^…]*…"
    return ".+?"
