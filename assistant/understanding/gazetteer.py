"""The catalogue's own names of aisles and kinds, found in what a shopper types.

A name is found by its stems, the longest first. Three ways, the surest that matches counts:
the whole name ("peanut butter"), one part or the last words of names ("chips" of "Potato
chips" and "Corn chips"), or two words and more that stand together anywhere in a name. So
"peanut butter" is not "butter", and "chips" is every kind of chips.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from assistant.understanding.labels import Labels
from assistant.understanding.slips import is_slip
from assistant.understanding.words import STOP_WORDS, listed, stems, words
from index.text import stem
from index.types import Product

DATA = Path(__file__).parent.parent / "data"
MOST_NAMES = 40
"""A word that ends more names than this ("mix") says too little to be a condition."""
LONGEST_NAME = 5
"""Words."""
LONGEST_WORD = 40
"""Letters; what is longer is no word."""
SHORTEST_PART = 3
"""Letters of each half of two words that are written as one."""
_PARTS = re.compile(r"\s*(?:/|,|;|\(|\)|&|\band\b|\bor\b)\s*")
_JOINS = frozenset({"and", "or"})
"""No name begins or ends with one: "milk and bread" is no "… and bread crumbs"."""
_WITH = re.compile(r"\b(?:with|without|non|breaded)\b")
_LIST = re.compile(r",.*\band\b")

TAILS = frozenset(
    stem(word)
    for word in listed(
        """cup can tub stick box bag bottle multipack canister pouch quart pail pint carton
    jar pack size single serve other large small bulk prepacked packaged regular assorted plain
    goods products supplies only piece per"""
    )
)
"""Words at the end of a name that say how it is packed, not what it is."""
NOT_NAMES = TAILS | frozenset(
    stem(word)
    for word in listed(
        """cold hot eye ear bottled canned fall winter spring summer dry fresh frozen
    natural prepared chilled deli health beauty food care mix kit set item needs accessory
    specialty aid dish meal part sweetened unsweetened still home good general go use first stage
    children women men adult family premium value economy traditional white red green cream sliced
    whole party day night free sweet breakfast lunch dinner dessert baby"""
    )
)
"""Words that alone name nothing, though names end in them or have them as a part."""

SYNONYMS: dict[str, tuple[str, ...]] = {
    said: tuple(names.split("; "))
    for said, _, names in (
        line.partition("\t")
        for line in (DATA / "synonyms.tsv").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
}
"""What shoppers say, and the names it stands for, as far as the catalogue has them."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One name found: words ``start`` to ``end`` (exclusive) of a run of words."""

    start: int
    end: int
    categories: tuple[str, ...]
    kinds: tuple[str, ...]
    means: tuple[str, ...] = ()
    """Words of the name where other words were said for it: "oj"."""


@dataclass(frozen=True, slots=True)
class Names:
    """Categories and kinds that a phrase names."""

    categories: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def __or__(self, other: Names) -> Names:
        return Names(self.categories | other.categories, self.kinds | other.kinds)

    def __len__(self) -> int:
        return len(self.categories) + len(self.kinds)


Phrase = tuple[str, ...]


class Gazetteer:
    """Names of a catalogue, by the stems of their words.

    Parameters
    ----------
    categories, kinds
        Names as the catalogue writes them.
    vocabulary
        Further words that the search can find something by, such as those of titles.
    found_in
        Word to the categories that have it in a title: tells "greek", which goes with yogurt,
        from a word that starts another request.
    aisles
        Kind to the categories that have it.
    texts
        Word to the categories that have it anywhere in a product: title, prose, attributes.
    labels
        Brands and properties that the products carry.
    """

    def __init__(
        self,
        categories: Iterable[str],
        kinds: Iterable[str] = (),
        vocabulary: Iterable[str] = (),
        found_in: Mapping[str, Collection[str]] | None = None,
        aisles: Mapping[str, Collection[str]] | None = None,
        texts: Mapping[str, Collection[str]] | None = None,
        labels: Labels | None = None,
    ) -> None:
        self.categories = tuple(sorted(set(categories)))
        self.kinds = tuple(sorted({kind for kind in kinds if kind}))
        self._exact: dict[Phrase, Names] = defaultdict(Names)
        self._heads: dict[Phrase, Names] = defaultdict(Names)
        self._parts: dict[Phrase, Names] = defaultdict(Names)
        self._within: dict[Phrase, Names] = defaultdict(Names)
        for name in self.categories:
            self._enter(name, Names(categories=frozenset({name})))
        for name in self.kinds:
            self._enter(name, Names(kinds=frozenset({name})))
        self._found_in = {stem(w): frozenset(c) for w, c in (found_in or {}).items()}
        self._aisles = aisles or {}
        self._texts = texts or {}
        # A brand that is also a word of the shelf ("Apple") may mean the thing.
        labels = labels or Labels()
        self.labels = labels.without({b.lower() for b in labels.brands if self.is_name(b)})
        self._listed = [name.lower() for name in self.names if "," in name]
        self._words = {w for name in (*self.categories, *self.kinds) for w in words(name)}
        spoken = {*self._words, *(word.lower() for word in vocabulary)}
        self._known = {stem(word) for word in spoken} | set(self._found_in)
        self._spelt: dict[str, str] = {}
        for word in sorted(spoken, key=lambda w: (-len(w), w)):
            self._spelt[stem(word)] = word

    @classmethod
    def from_products(cls, products: Iterable[Product]) -> Gazetteer:
        """Collect the names, the vocabulary and where its words are found."""
        found: dict[str, set[str]] = defaultdict(set)
        aisles: dict[str, set[str]] = defaultdict(set)
        texts: dict[str, set[str]] = defaultdict(set)
        products = tuple(products)
        for product in products:
            aisles[product.kind].add(product.category)
            more = f"{product.description} {' '.join(product.attributes.values())}"
            for word in stems(f"{product.title} {product.kind} {product.brand or ''} {more}"):
                texts[word].add(product.category)
            for word in words(f"{product.title} {product.kind} {product.brand or ''}"):
                found[word].add(product.category)
        joined: dict[str, set[str]] = defaultdict(set)
        for word, of_it in found.items():
            joined[stem(word)] |= of_it
        categories = {name for of_it in aisles.values() for name in of_it}
        return cls(categories, aisles, found, joined, aisles, texts, Labels.of(products))

    @property
    def names(self) -> tuple[str, ...]:
        """All categories and kinds, each once, sorted."""
        return tuple(sorted({*self.categories, *self.kinds}))

    def unbroken(self, text: str) -> str:
        """Take the commas out of names that are typed as they stand: "candy, small packs"."""
        for name in self._listed if "," in text else ():
            text = text.replace(name, name.replace(",", ""))
        return text

    def knows(self, word: str) -> bool:
        """Whether the search can find anything by this word."""
        return stem(word) in self._known

    def spelt(self, word: str) -> str:
        """The word as the catalogue has it, the shortest of its forms: "yogurts" as "yogurt"."""
        return self._spelt.get(stem(word), word)

    def is_name(self, phrase: str) -> bool:
        """Whether the phrase stands in a name, whole words."""
        key = stems(phrase)
        return any(key in t for t in (self._exact, self._heads, self._parts, self._within))

    def goes_with(self, word: str, categories: Collection[str]) -> bool:
        """Whether a title in one of these categories has the word."""
        return not self._found_in.get(stem(word), frozenset()).isdisjoint(categories)

    def tells_apart(self, word: str, names: Collection[str]) -> bool:
        """Whether a product of these names has the word: what none has can't choose among them."""
        if not self._texts:
            return True
        within = set(names).union(*map(self._of, names))
        return not within.isdisjoint(self._texts.get(stem(word), ()))

    def narrows(self, said: Sequence[str], kinds: Collection[str], names: Collection[str]) -> bool:
        """Whether kinds are part of what was named before: "cream cheese" after "cheese".

        All of them are, or one in those aisles is called just what is said ("chewing gum").
        """
        within = [k for k in kinds if k in names or not self._of(k).isdisjoint(names)]
        called = stems(" ".join(said))
        return bool(within) and (
            len(within) == len(kinds) or any(stems(kind) == called for kind in within)
        )

    def only_in(self, kinds: Collection[str], names: Collection[str]) -> bool:
        """Whether these kinds stand in no other aisle than those named."""
        return all(self._of(kind) <= set(names) for kind in kinds)

    def _of(self, kind: str) -> frozenset[str]:
        return frozenset(self._aisles.get(kind, ()))

    def correct(self, word: str) -> str | None:
        """The one name's word that an unknown word is a slip of: "yougrt"; ``None`` if unsure.

        Only letters swapped, left out or put in count as a slip: "greek" with another last
        letter is "green", and is not.
        """
        if len(word) < 5 or self.knows(word):
            return None
        found = {w for w in self._words if w[0] == word[0] and is_slip(word, w)}
        return found.pop() if len(found) == 1 else None

    def mentions(self, said: Sequence[str]) -> list[Mention]:
        """The names in a run of words, from left to right, the longest at every place."""
        found: list[Mention] = []
        at = 0
        while at < len(said):
            mention = self._longest(said, at)
            if mention:
                found.append(mention)
            at = mention.end if mention else at + 1
        return found

    def _longest(self, said: Sequence[str], at: int) -> Mention | None:
        for length in range(min(LONGEST_NAME, len(said) - at), 0, -1):
            run = said[at : at + length]
            if length == 1 and run[0] in STOP_WORDS:
                return None
            names, means = self._named(run)
            if names:
                categories, kinds = tuple(sorted(names.categories)), tuple(sorted(names.kinds))
                return Mention(at, at + length, categories, kinds, means)
        return None

    def _named(self, run: Sequence[str]) -> tuple[Names, tuple[str, ...]]:
        """Names for a run of words, and the words of the first if it was said in others."""
        for name in SYNONYMS.get(" ".join(run), ()):
            if self._look_up(stems(name)):
                every = (self._look_up(stems(n)) for n in SYNONYMS[" ".join(run)])
                return reduce(Names.__or__, every), tuple(words(name))
        if len(run) == 1 and not self.knows(run[0]):
            return self._in_one_word(run[0])
        return self._look_up(stems(" ".join(run))), ()

    def _in_one_word(self, word: str) -> tuple[Names, tuple[str, ...]]:
        """A name of two words written as one: "dogfood"."""
        if len(word) > LONGEST_WORD:
            return Names(), ()
        for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            parts = (word[:at], word[at:])
            if all(map(self.knows, parts)) and (found := self._named(parts))[0]:
                return found[0], found[1] or parts
        return Names(), ()

    def stands_for(self, phrase: str) -> bool:
        """Whether the phrase is a whole name, or all of one but how it is packed."""
        key = stems(phrase)
        return any(key in names for names in (self._exact, self._heads, self._parts))

    def _look_up(self, key: Phrase) -> Names:
        """An aisle's own name alone; a kind's with all kinds that end in it; else what fits."""
        exact = self._exact.get(key, Names())
        if exact.categories:
            return exact
        if len(key) == 1 and key[0] in NOT_NAMES and not exact:
            return Names()
        found = exact | self._heads.get(key, Names())
        if not exact or len(key) == 1:
            found |= self._parts.get(key, Names())
        if len(key) > 1:
            found |= Names(kinds=self._within.get(key, Names()).kinds)
            found = found or self._within.get(key, Names())
        return found if len(found) <= MOST_NAMES else Names()

    def _enter(self, name: str, names: Names) -> None:
        self._exact[stems(name)] |= names
        parts = _parts(name)
        ends = self._heads if len(parts) == 1 else self._parts
        for part in parts:
            for start in range(len(part)):
                ends[part[start:]] |= names
        whole = _without_tail(stems(name))
        for start in range(len(whole)):
            for end in range(start + 2, len(whole) + 1):
                if _JOINS.isdisjoint((whole[start], whole[end - 1])):
                    self._within[whole[start:end]] |= names


def _parts(name: str) -> list[Phrase]:
    """Stems of the things that a name lists; what stands after a lone comma is no thing."""
    said = _WITH.split(name)[0]
    said = said if _LIST.search(said) else said.split(",")[0]
    return [part for text in _PARTS.split(said) if (part := _without_tail(stems(text)))]


def _without_tail(key: Phrase) -> Phrase:
    """Drop the packing at the end, never all of it; digits anywhere say size, not thing."""
    kept = [word for word in key if not word.isdigit()]
    while len(kept) > 1 and kept[-1] in TAILS:
        kept.pop()
    return tuple(kept) or key
