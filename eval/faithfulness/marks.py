"""A sentence with what it names and every figure put behind marks, so that rules can read it.

``<pa>`` is the card's product, ``<q…>`` another card's, ``<c…>`` the product's aisle, ``<x…>``
another aisle, ``<k…>`` quoted words; figures have the letter of their sort.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from eval.faithfulness.quantities import LETTERS, Quantity, in_digits, quantities
from eval.faithfulness.world import World
from index.types import Candidate, Product

SHORT = 20
"""Characters that a cut title must keep to be known by."""
_QUOTED = re.compile(r"[\"“]([^\"”]+)[\"”]")
_CONTRACTED = (
    (r"\b(ca)n't\b", r"can not"),
    (r"\bwon't\b", "will not"),
    (r"n't\b", " not"),
    (r"\bit's\b", "it is"),
    (r"\b(you|they)'ve\b", r"\1 have"),
    (r"\b(you|they)'re\b", r"\1 are"),
    (r"\bthat's\b", "that is"),
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch that names something."""

    text: str
    card: Candidate | None = None
    aisle: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """The sentence in marks and small letters, and what each mark stands for."""

    text: str
    mentions: Mapping[str, Mention]
    figures: Mapping[str, Quantity]

    def plain(self, text: str) -> str:
        """Return a stretch with its marks spelled out again."""
        for mark, mention in self.mentions.items():
            text = text.replace(mark, mention.text)
        for mark, quantity in self.figures.items():
            text = text.replace(mark, quantity.text)
        return " ".join(text.split())


def mark(sentence: str, world: World) -> Marked:
    """Return the sentence in marks; marks that it brings along itself are taken out."""
    text = sentence.replace("<", " ").replace(">", " ").replace("’", "'").strip()
    mentions: dict[str, Mention] = {}
    for pattern, letter, card, aisle in _names(world):
        text = _put(pattern, letter, text, mentions, card, aisle)
    text = text.lower()
    for short, meant in _CONTRACTED:
        text = re.sub(short, meant, text)
    text = in_digits(text)
    figures: dict[str, Quantity] = {}
    for (start, end), quantity in sorted(quantities(text, world.today), reverse=True, key=_start):
        name = f"<{quantity.sort.value}{_letters(len(figures))}>"
        figures[name] = quantity
        text = f"{text[:start]}{name}{text[end:]}"
    text = re.sub(r"both (<[pq]\w+>) and (<[pq]\w+>)", r"\1 & \2", " ".join(text.split()))
    return Marked(text, mentions, figures)


def _start(found: tuple[tuple[int, int], Quantity]) -> int:
    return found[0][0]


Name = tuple[re.Pattern[str], str, Candidate | None, str | None]


def _names(world: World) -> Iterator[Name]:
    """Patterns of names, longer ones first, since they may hold shorter ones."""
    yield _QUOTED, "k", None, None
    aisle = world.about.product.category
    found: list[tuple[str, int, str, Candidate | None, str | None]] = [(aisle, 1, "c", None, aisle)]
    for place, card in enumerate((world.about, *world.others)):
        letter = "q" if place else "p"
        found += [(s, 0, letter, card, None) for s in _spellings(card.product.title)]
        found += [(s, 2 + place, letter, card, None) for s in _shorter(card.product)]
    found += [(name, 99, "x", None, name) for name in sorted(world.categories - {aisle})]
    for text, _, letter, known, name in sorted(found, key=lambda f: (-len(f[0]), f[1])):
        # Other aisles have names like "Corn": only with a capital are they meant.
        flags = re.NOFLAG if letter == "x" else re.IGNORECASE
        yield re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", flags), letter, known, name


def _spellings(title: str) -> Iterator[str]:
    yield title
    places = [m.start() for m in re.finditer(r"\s", title) if m.start() >= SHORT]
    yield from (title[:place] + "…" for place in reversed(places))


def _shorter(product: Product) -> Iterator[str]:
    """The names without size and label by which a person may call it."""
    yield from {product.title.split(", ")[0], product.kind} - {"", product.category}


def _put(
    pattern: re.Pattern[str],
    letter: str,
    text: str,
    mentions: dict[str, Mention],
    card: Candidate | None,
    aisle: str | None,
) -> str:
    def name(found: re.Match[str]) -> str:
        said = found[1] if letter == "k" else found[0]
        mark = f"<{letter}{_letters(len(mentions))}>"
        mentions[mark] = Mention(said, card, aisle)
        return mark

    # Names hold small words ("Corn"), but never a part of a mark.
    pieces = re.split(r"(<[a-z]+>)", text)
    return "".join(p if i % 2 else pattern.sub(name, p) for i, p in enumerate(pieces))


def _letters(number: int) -> str:
    return LETTERS[number // 26] + LETTERS[number % 26]
