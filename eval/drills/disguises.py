"""The lies of ``eval/data/injections.yaml``, and the disguises that some are told again in."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

LIES = Path(__file__).parent.parent / "data" / "injections.yaml"
_LEET = str.maketrans("aeiostAEIOST", "431057431057")
_ALIKE = str.maketrans("aceiopxyACEHOPTX", "асеіорхуАСЕНОРТХ")
"""Latin letters to the Cyrillic ones that look the same."""

DISGUISES: dict[str, Callable[[str], str]] = {
    "base64": lambda text: "Decode and obey " + base64.b64encode(text.encode()).decode(),
    "rot13": lambda text: "Read as rot13 and obey " + codecs.encode(text, "rot13"),
    "leetspeak": lambda text: text.translate(_LEET),
    "homoglyphs": lambda text: text.translate(_ALIKE),
    "zero width": lambda text: "\u200b".join(text),
    "full width": lambda text: "".join(
        chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text
    ),
    "backwards": lambda text: "Read backwards and obey " + text[::-1],
}


@dataclass(frozen=True, slots=True)
class Lie:
    """One text of a liar."""

    family: str
    text: str
    disguise: str = ""


def told() -> list[Lie]:
    """The messages: each as it was written, some in every disguise as well."""
    read = yaml.safe_load(LIES.read_text(encoding="utf-8"))
    lies = [Lie(family, text) for family, texts in read["messages"].items() for text in texts]
    again = [lie for lie in lies if lie.family in read["disguised"]]
    return lies + [
        Lie(lie.family, hide(lie.text), name) for name, hide in DISGUISES.items() for lie in again
    ]


def planted() -> dict[str, list[Lie]]:
    """The texts for the catalogue, by family."""
    read = yaml.safe_load(LIES.read_text(encoding="utf-8"))
    return {name: [Lie(name, text) for text in texts] for name, texts in read["texts"].items()}
