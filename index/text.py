"""Text of the catalogue: cleaned on its way in, embedded by a versioned template."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import snowballstemmer

from index.types import Money, Product

TITLE_LIMIT = 200
PROSE_LIMIT = 2000
_STEMMER = snowballstemmer.stemmer("english")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0").union(
    map(chr, range(0xFE00, 0xFE10)), map(chr, range(0xE0100, 0xE01F0))
)
"""Fillers and variation selectors: letters and marks to Unicode, nothing to the eye."""
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


def clean(text: str, limit: int = PROSE_LIMIT) -> str:
    """One line of NFKC text without control, invisible or direction characters.

    Longer text is cut at a word.

    >>> clean("  Blue\\u202e\\u200b jacket\\x00 \\n")
    'Blue jacket'
    """
    # Hidden characters go before and after: without them, letters may compose anew.
    seen = _seen(unicodedata.normalize("NFKC", _seen(text)))
    line = " ".join(seen.split())
    return line if len(line) <= limit else line[: limit + 1].rsplit(" ", 1)[0][:limit]


def _seen(text: str) -> str:
    return "".join(
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in text
        if c not in _BLANKS and unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"}
    )


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The English Snowball stem of one word, case folded.

    >>> stem("Berries"), stem("berry")
    ('berri', 'berri')
    """
    folded: str = _STEMMER.stemWord(word.casefold())
    return folded


def words(text: str) -> list[str]:
    """The words of a text, as they stand."""
    return _WORD.findall(text)


def stem_words(text: str) -> list[str]:
    """The stems of a text's words, in order.

    >>> stem_words("Frozen berries, no nuts")
    ['frozen', 'berri', 'no', 'nut']
    """
    return [stem(word) for word in words(text)]


def money(amount: Money, currency: str = "USD") -> str:
    """Write an amount as a person reads it.

    >>> money(249), money(1000, "SEK")
    ('$2.49', '10.00 SEK')
    """
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{amount / 100:.2f}" if symbol else f"{amount / 100:.2f} {currency}"


def _product_1(product: Product) -> str:
    """Title, then whatever of kind, category and attributes the title does not say, prose."""
    parts = [product.title]
    said = set(stem_words(product.title))
    for extra in (
        product.kind,
        product.category,
        product.brand or "",
        *product.attributes.values(),
    ):
        new = set(stem_words(extra)) - said
        if new:
            parts.append(extra)
            said |= new
    return ". ".join(filter(None, (*parts, product.description)))[:PROSE_LIMIT]


def _product_2(product: Product) -> str:
    """The title and nothing else."""
    return product.title


def _product_3(product: Product) -> str:
    """Everything that is known, in sentences, whether the title says it or not."""
    maker = "the store brand" if product.store_brand else product.brand
    place = ", ".join(filter(None, (product.category, product.department)))
    parts = (
        product.title,
        f"A kind of {product.kind}" if product.kind else "",
        f"In the aisle {place}" if place else "",
        f"Made by {maker}" if maker else "",
        f"Size {product.size}" if product.size else "",
        *(f"{name.capitalize()}: {value}" for name, value in product.attributes.items()),
        product.description,
    )
    return ". ".join(filter(None, parts))[:PROSE_LIMIT]


def _product_4(product: Product) -> str:
    """What it is and where it stands, without numbers: no size, no prose."""
    title = product.title.removesuffix(f", {product.size}")
    names = (title, product.kind, product.category, product.department, product.brand)
    return ". ".join(dict.fromkeys(filter(None, names)))


TEMPLATES: dict[str, Callable[[Product], str]] = {
    "product/1": _product_1,
    "product/2": _product_2,
    "product/3": _product_3,
    "product/4": _product_4,
}
"""Released templates; a new wording is a new version, since vectors depend on it.

``shelftalk eval run templates`` measures them; ``docs/ranking.md`` has the figures.
"""


def product_text(product: Product, template: str = "product/1") -> str:
    """The text of a product that is embedded.

    Raises
    ------
    KeyError
        There is no such template.
    """
    return TEMPLATES[template](product)
