"""Questions about the cards, read by code: "how much is the first one?", "which is cheaper?"."""

from __future__ import annotations

import re

from assistant.acts import IS, Ask
from assistant.conversation import ConversationState
from assistant.pointed import left_over, left_words, phrases, point
from assistant.types import Intent, Need
from assistant.understanding.intent import is_out_of_scope
from assistant.understanding.words import Rest

_WHICH = r"which(?: (?:one|two|of (?:them|these|those|the two)))?(?:'s| is| would be| has| holds)?"
ASKS: tuple[tuple[Ask, re.Pattern[str]], ...] = (
    (
        Ask.UNIT_PRICE,
        phrases("""unit price
            (?:price )?per (?:unit|oz|ounce|pound|lb|count|piece|litre|liter|ml|gram)"""),
    ),
    (
        Ask.CHEAPER,
        phrases(rf"""{_WHICH} (?:the )?(?:cheaper|cheapest|less expensive|least expensive)
            which(?: one)? costs (?:the )?(?:less|least)
            (?:cheaper|less expensive) than"""),
    ),
    (
        Ask.BIGGER,
        phrases(rf"""{_WHICH} (?:the )?(?:bigger|biggest|larger|largest|more in it)
            (?:bigger|larger) than"""),
    ),
    (Ask.LIGHTER, phrases(rf"{_WHICH} (?:the )?(?:lighter|lightest)" "\nlighter than")),
    (Ask.HEAVIER, phrases(rf"{_WHICH} (?:the )?(?:heavier|heaviest)" "\nheavier than")),
    (
        Ask.OTHERWISE,
        phrases(rf"{_WHICH} (?:the )?(?!most\b)(?:(?:more|less) [a-z]+|[a-z]+er|[a-z]+est)"),
    ),
    (Ask.INGREDIENTS, phrases("ingredients?\nallergens?\nwhat(?:'s| is| are) in")),
    (
        Ask.BOUGHT,
        phrases("""have i (?:ever )?(?:bought|had|tried)
            (?:did|do) i (?:ever |usually |often |last )?buy
            how often (?:do|did|have) i (?:buy|bought)"""),
    ),
    (
        Ask.BUYERS,
        phrases("""how many (?:people|shoppers|others|customers) (?:buy|bought|have bought)
            do (?:others|many people|people|other people) buy
            popular"""),
    ),
    (
        Ask.STOCK,
        phrases("""in stock
            available
            sold out
            how many (?:are left|do you have(?: left)?)"""),
    ),
    (
        Ask.STORE_BRAND,
        phrases("""(?:store|shop|house|own|shop's own|store's own)[- ](?:brand|label)
            generic"""),
    ),
    (
        Ask.PROMOTION,
        phrases("""(?:on|in) (?:a |the |any )?(?:offer|sale|promotion|special|display|mailer|deal)
            reduced
            discounted
            promoted
            special offer"""),
    ),
    (Ask.PRICE, phrases("how much\nprices?\ncosts?")),
    (Ask.SIZE, phrases("how (?:big|large|heavy|many)\n(?:what )?sizes?\nweigh(?:t|s)?")),
    (Ask.BRAND, phrases("brands?\nwho makes\nmade by\nmaker")),
    (
        Ask.RATING,
        phrases("""ratings?
            rated
            stars
            reviews?
            any good
            what do (?:people|others|shoppers|customers) (?:say|think)(?: about| of)?"""),
    ),
    (
        Ask.AISLE,
        phrases("""(?:which|what) (?:aisle|section|category)
            where (?:is|are|do i find|can i find)"""),
    ),
    (Ask.DETAILS, phrases("tell me (?:more )?about\nmore about\ndetails?")),
)
"""In this order: "how many people buy it" is no size."""
OF_ALL = frozenset({Ask.CHEAPER, Ask.BIGGER, Ask.LIGHTER, Ask.HEAVIER, Ask.OTHERWISE})
"""Questions that are about several products, all that are shown where none is pointed at."""
_ALONE = OF_ALL | {Ask.PRICE, Ask.SIZE, Ask.UNIT_PRICE, Ask.BRAND, Ask.STOCK}
"""Questions that need no pointer: "what size?"."""
_OPENS = re.compile(
    r"^(?:and |but |so |ok(?:ay)?,? )*"
    r"(?:how|what|what's|which|who|where|when|is|are|does|do|did|have|has|was|tell)\b"
)
_WHETHER = re.compile(r"^(?:and |but |so )*(?:is|are|does|do|has|have|was|were)\b")
_WORDS_OF_A_WHETHER = 2
_BEST = phrases(r"""which(?: one| of (?:them|these))?(?:'s| is| would be)? (?:the )?(?:best|better)
    which(?: one)? (?:would|do) you (?:pick|choose|take|recommend|suggest)
    what (?:would|do) you (?:pick|choose|take|recommend|suggest)""")


def read_question(text: str, state: ConversationState) -> Need | None:
    """Return the question that a message asks of the cards; ``None`` where it is none."""
    said = text.lower().strip(" .!?")
    rest = Rest(said)
    if state.shown and rest.take(_BEST) and not left_over(rest):
        return Need(text, Intent.EXPLAIN, about=state.shown_ids[:1])
    asks: list[str] = [name for name in _attributes(state) if rest.take(_name(name))]
    asks = [ask for ask, pattern in ASKS if rest.take(pattern)] + asks
    if not _OPENS.search(said):
        return None
    pointed = point(rest, state)
    if Ask.UNIT_PRICE in asks:
        asks = [ask for ask in asks if ask != Ask.CHEAPER]  # that is by the pack
    if not asks and pointed.about and _WHETHER.search(said) and not is_out_of_scope(text):
        asks = [f"{IS}{' '.join(words)}"] if (words := _whether(rest)) else []
    elif left_over(rest):
        return None
    if not asks or not (pointed.about or pointed.lost or _ALONE.intersection(asks)):
        return None
    about = pointed.about
    if OF_ALL.intersection(asks):
        about = about if len(about) > 1 or pointed.lost else state.shown_ids
    elif not about and not pointed.lost:
        about = state.focus or state.shown_ids
    return Need(text, Intent.ASK_PRODUCT, about=about, asks=tuple(asks), remarks=pointed.remarks)


def _whether(rest: Rest) -> list[str]:
    """What it is asked to be: "is it waterproof?"; nothing where too much is said for that."""
    words = left_words(rest)
    return words if len(words) <= _WORDS_OF_A_WHETHER else []


def _attributes(state: ConversationState) -> tuple[str, ...]:
    names = (name for pick in state.shown for name in pick.candidate.product.attributes)
    return tuple(dict.fromkeys(names))


def _name(attribute: str) -> re.Pattern[str]:
    return phrases(re.escape(attribute.replace("_", " ").lower()) + "s?")
