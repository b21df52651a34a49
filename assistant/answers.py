"""Answers to questions about the cards, from the fields of the catalogue and by code alone.

What the references can say is a sentence like any other and passes the same verifier. What
is not so, or not known, has no reference to point at: it is said in the note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.acts import IS, Ask
from assistant.claims import Context
from assistant.questions import OF_ALL
from assistant.references import Resolver, day, parse
from assistant.shopper import Line
from assistant.types import Fact, FactKind, Need, Pick, Profile, Sentence
from assistant.verify import verify
from index.text import money
from index.types import Interaction, Product

WORDS: Mapping[str, tuple[str, ...]] = {
    Ask.PRICE: ("[P] costs [P.price], down from [P.was].", "[P] costs [P.price]."),
    Ask.UNIT_PRICE: ("[P] costs [P.unit_price].",),
    Ask.BRAND: ("[P] is by [P.brand].",),
    Ask.STORE_BRAND: ("[P] is a store brand.",),
    Ask.PROMOTION: ("[P] is [P.promotion].", "[P] is on promotion."),
    Ask.RATING: ("[P] is rated [P.rating].",),
    Ask.AISLE: ("[P] is in the [P.category] aisle.",),
    Ask.BUYERS: ("[P] is bought by [P.buyers].",),
    Ask.BOUGHT: ("You bought [P] [H.count], last on [H.last].",),
    Ask.CHEAPER: ("[P] is the cheapest of these at [P.price].",),
    Ask.BIGGER: ("[P] is the biggest of these.",),
}
"""The first wording that the verifier passes is said; P and H stand for the card and a fact."""
IN_IT = ("ingredients", "allergens", "diet", "material")
"""Attributes that say what a product is made of."""
UNKNOWN: Mapping[str, str] = {
    Ask.PRICE: "the price",
    Ask.UNIT_PRICE: "a price per unit",
    Ask.SIZE: "the size",
    Ask.BRAND: "the brand",
    Ask.STORE_BRAND: "whether it is the store brand",
    Ask.RATING: "any rating",
    Ask.STOCK: "how many are left",
    Ask.BUYERS: "who else buys it",
    Ask.INGREDIENTS: "what is in it",
}
_WEIGHT = re.compile(r"(\d+(?:\.\d+)?) ?(g|kg|oz|lb)")
SEVERAL: Mapping[str, tuple[str, ...]] = {
    Ask.DETAILS: (Ask.PRICE, Ask.SIZE, Ask.BRAND, Ask.PROMOTION)
}
"""Questions that ask for several things at once; what is not known of them goes unsaid."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: verified sentences, and a note of what is not so or not known."""

    sentences: tuple[Sentence, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question can be answered from."""

    need: Need
    picks: tuple[Pick, ...]
    """Those that it is about."""
    profile: Profile
    history: Sequence[Interaction]

    @property
    def resolver(self) -> Resolver:
        return Resolver(self.picks, self.profile, self.need, self.profile.as_of)


def answer(asked: Asked) -> Said:
    """Return the answer to every question of the need, in its order."""
    sentences, notes = list[Sentence](), list[str]()
    for ask in asked.need.asks or (Ask.DETAILS,):
        if ask in OF_ALL:
            found = [one for pick in asked.picks if (one := _sentence(ask, pick, asked))]
            sentences += found
            notes += [] if found else [_no_one(ask, asked.picks)]
            continue
        for pick in asked.picks:
            for part in SEVERAL.get(ask, (ask,)):
                if sentence := _sentence(part, pick, asked):
                    sentences.append(sentence)
                elif (told := _plainly(part, pick, asked)) and (ask == part or "not" not in told):
                    notes.append(told)
    return Said(tuple(sentences), " ".join((*asked.need.remarks, *dict.fromkeys(notes))))


def _sentence(ask: str, pick: Pick, asked: Asked) -> Sentence | None:
    """The first wording whose every claim is supported."""
    context = Context(pick, asked.resolver)
    fact = next(iter(context.about_product()), None)
    for wording in WORDS.get(ask, ()):
        if "[H" in wording and fact is None:
            continue
        raw = wording.replace("[P", f"[{pick.id}").replace("[H", f"[{fact.id if fact else ''}")
        parts = parse(raw)
        found = verify(parts, context)
        if found.ok:
            return Sentence(pick.id, parts, asked.resolver.text(parts), found.claims)
    return None


def _plainly(ask: str, pick: Pick, asked: Asked) -> str:
    """What the references have no words for: sizes, numbers in stock, and every "no"."""
    product = pick.candidate.product
    if ask.startswith(IS):
        return _whether(ask.removeprefix(IS), product)
    if say := _PLAINLY.get(ask):
        if told := say(pick, asked):
            return told
    elif value := product.attributes.get(ask):
        return f"{product.title}: {ask.replace('_', ' ')} {value}."
    what = UNKNOWN.get(ask, f"the {ask.replace('_', ' ')}")
    return f"This shop's data does not say {what} of {product.title}."


def _size(pick: Pick, asked: Asked) -> str:
    product = pick.candidate.product
    return f"{product.title}: {product.size}." if product.size else ""


def _stock(pick: Pick, asked: Asked) -> str:
    product = pick.candidate.product
    if product.stock is None:
        return ""
    return f"{product.title}: {product.stock or 'not one'} in stock."


def _own_label(pick: Pick, asked: Asked) -> str:
    product = pick.candidate.product
    return f"{product.title} is not the store brand." if product.store_brand is False else ""


def _promotion(pick: Pick, asked: Asked) -> str:
    return f"{pick.candidate.product.title} is not on promotion today."


def _bought(pick: Pick, asked: Asked) -> str:
    """From the receipt lines, since what was bought once is no fact of the profile."""
    product = pick.candidate.product
    if asked.profile.is_guest:
        return "I don't know your purchases."
    lines = [Line(e, product) for e in asked.history if e.product_id == product.id]
    times = len({line.basket for line in lines})
    if not times:
        return f"{product.title} is not among your purchases here."
    last = day(max(line.day for line in lines), asked.profile.as_of)
    often = "once" if times == 1 else f"{times:,} times"
    return f"You bought {product.title} {often}, last on {last}."


def _ingredients(pick: Pick, asked: Asked) -> str:
    product = pick.candidate.product
    told = [f"{name} {product.attributes[name]}" for name in IN_IT if name in product.attributes]
    return f"{product.title}: {'; '.join(told)}." if told else ""


def _whether(words: str, product: Product) -> str:
    """Whether it is something, by an attribute of this name or value; else nobody knows."""
    for name, value in product.attributes.items():
        if words in (name.replace("_", " ").lower(), value.lower()):
            return f"{product.title}: {name.replace('_', ' ')} {value}."
    return f"This shop's data does not say that of {product.title}."


def _silent(pick: Pick, asked: Asked) -> str:
    return ""


_PLAINLY: Mapping[str, Callable[[Pick, Asked], str]] = {
    Ask.SIZE: _size,
    Ask.STOCK: _stock,
    Ask.STORE_BRAND: _own_label,
    Ask.PROMOTION: _promotion,
    Ask.BOUGHT: _bought,
    Ask.INGREDIENTS: _ingredients,
    **dict.fromkeys((Ask.PRICE, Ask.UNIT_PRICE, Ask.BRAND, Ask.RATING, Ask.BUYERS), _silent),
}


def _no_one(ask: str, picks: Sequence[Pick]) -> str:
    """Why no product is ahead of all others."""
    if ask == Ask.OTHERWISE:
        return "That I can't tell from this shop's data; ask me to compare them."
    if ask in (Ask.LIGHTER, Ask.HEAVIER):
        return _by_weight(ask, picks)
    if ask == Ask.BIGGER:
        return "Their sizes are not known, not of one unit, or the largest is there twice."
    prices = [pick.candidate.price_today for pick in picks]
    if None in prices or not prices:
        return "The price of one of them is not known."
    lowest = min(price for price in prices if price is not None)
    return f"More than one costs {money(lowest, picks[0].candidate.product.currency)}, the least."


def _by_weight(ask: str, picks: Sequence[Pick]) -> str:
    """The lightest or heaviest by the attribute, where all have it in one unit."""
    found = [_WEIGHT.fullmatch(p.candidate.product.attributes.get("weight", "")) for p in picks]
    known = [(float(m[1]), m[2]) for m in found if m]
    if len(known) < len(picks) or len({unit for _, unit in known}) != 1:
        return "Their weights are not all known, or not in one unit."
    wanted = (min if ask == Ask.LIGHTER else max)(known)
    if known.count(wanted) > 1:
        return f"More than one weighs {wanted[0]:g} {wanted[1]}."
    word = "lightest" if ask == Ask.LIGHTER else "heaviest"
    title = picks[known.index(wanted)].candidate.product.title
    return f"{title} is the {word} of these at {wanted[0]:g} {wanted[1]}."


def would_change(
    picks: Sequence[Pick],
    facts: Sequence[Fact],
    places: Callable[[str, str], tuple[int, int] | None],
) -> Iterator[str]:
    """What would have moved each pick down: its strongest fact, taken away.

    ``places`` gives, by product and fact, the place now and the place without the fact.
    """
    known = {fact.id: fact for fact in facts}
    for pick in picks:
        cited = (ref.target for e in pick.evidence if e.ranks_lost for ref in e.references)
        fact = next((known[target] for target in cited if target in known), None)
        found = places(pick.candidate.product.id, fact.id) if fact else None
        if fact and found and found[1] > found[0]:
            yield (
                f"{_if_not(fact)}, {pick.candidate.product.title} would stand at number"
                f" {found[1]} instead of {found[0]}."
            )


def _if_not(fact: Fact) -> str:
    match fact.kind:
        case FactKind.CATEGORY:
            return f"If you did not buy from {fact.category}"
        case FactKind.STORE_BRAND:
            return "If you did not buy the store brand"
        case FactKind.PRICE_BAND:
            return "If you paid other prices"
        case _:
            return "If you had not bought it before"
