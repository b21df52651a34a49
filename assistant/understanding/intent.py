"""What a message is for, beyond the things it names: small talk, why, more, cheaper."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.types import Sort
from assistant.understanding.negation import refusal_of
from assistant.understanding.words import Rest, listed, words

_START = r"^(?:and |but |so |ok(?:ay)?,? |hm+,? |well,? )*"
_OUT_OF_SCOPE = re.compile(
    r"(?:give|get|have|want|grant|offer|receive|apply|any chance of)(?: me| us| you)?(?: an?|"
    r" the| your| some| any| extra| more)? "
    r"(?:\d+ ?%? |\w+ percent |special |extra |employee |student |senior )*discounts?(?! \w+ing)|"
    r"\d+ ?(?:%|percent) off(?! (?:items|products))|"
    r"(?:coupon|promo(?:tion)?|voucher|discount) codes?|\bcoupons?\b|\bvouchers?\b|"
    r"loyalty points|gift cards? balance|"
    r"(?:employee|staff|student|senior|loyalty|military) discount|"
    r"(?:set|change|make|reduce) (?:the |all )?prices? (?:of|for|on) .*\bto\b|"
    r"^(?:please |now )?(?:repeat after me|translate|pretend|act as|you are now)\b|"
    r"\bpay (?:with|by|in|using) |"
    r"(?:list|show|name|give)(?: me)? (?:all|every|the names of)(?: of)? (?:the |your )*"
    r"(?:shopper|customer|user|household|member)s?\b|"
    r"\b(?:shopper|customer|household|user) (?:no\.? ?|number |id |#)?\d+|"
    r"\b(?:show|tell|see|list|read|open|what(?:'s| is| was))\b.*\b(?!(?:mother|father|valentine|"
    r"kid|child|baby|woman|man|today|what|that|it|here)'s)[a-z]+'s (?:basket|cart|purchases|"
    r"orders?|receipts?|history|profile|shopping list)\b|"
    r"other (?:shopper|customer|people|person|user|household|member)s?(?:'s?)? |"
    r"(?:what|when|where|how|did|does|show|tell|list)\b.*\b(?:shopper|customer|household|"
    r"user) (?:no\.? ?|number |id |#)?[a-z]?\d+|"
    r"\b(?:what|when|where|how (?:much|often)|which \w+) (?:did|does) (?!i\b|we\b|you\b|people\b|"
    r"others\b|most\b|many\b|every|it\b|this\b|that\b|the\b|anyone\b)[a-z\d][\w' -]* "
    r"(?:buy|purchase|order)\b|"
    r"(?:someone|somebody|anyone|neighbou?r|wife|husband|friend|"
    r"boss)(?: else)?(?:'s)? (?:purchases?|history|basket|data|account|bought|buys|buy|orders?)|"
    r"\brefunds?\b|\breturns?\b.*\b(?:policy|item|product|it|this|something)\b|return policy|"
    r"\bpolic(?:y|ies)\b|opening (?:hours|times)|when (?:do|are) you (?:open|close)|"
    r"\bdeliver(?:y|ies|ed)?\b|\bshipping\b|\bcomplain(?:t|ts)?\b|speak to (?:a|the|"
    r"your) (?:human|manager|person)|"
    r"\bmanager\b|\bpassword\b|credit card|phone number|\be-?mail address\b|"
    r"(?:ignore|forget|disregard) (?:all |any |your |the |these |previous |prior |"
    r"above )*(?:instructions?|rules?|prompts?)|"
    r"\bfor free\b|\bcosts? nothing\b|\bprices? .*\bto (?:zero|nothing)\b|\bto \$ ?0(?![.\d])|"
    r"\badministrator\b|(?:number|no\.) ?\d+ (?:bought|buys|purchased)|what time do you|who won\b|"
    r"system prompt|(?:your|the) (?:prompt|instructions)|"
    r"\bweather\b|who (?:is|are|was) (?:the )?(?:president|prime minister)|\bjokes?\b|\bpoems?\b|"
    r"write (?:me )?(?:a|an|some) (?:poem|essay|story|code|program)|"
    r"(?:how many|what|which) (?:calories|ingredients|nutrients)|nutrition(?:al)? (?:facts|"
    r"values)"
)
_CHAT = frozenset(
    listed(
        """hi hiya mate hello hey howdy greetings morning afternoon evening good thanks thank you
        thx ty cheers bye goodbye later see great nice cool awesome perfect wonderful lovely
        ok okay fine alright sure yes yep yeah no nope lol haha hmm um well so much
        very a lot that's that is all how are doing today there again for now the help
        your and who what do can this i'm am just test testing ping was were it have
        day done nothing else wow sweet please sorry night everything
        human robot bot real person machine ai made built created name an what's"""
    )
)
_GREETS = re.compile(
    r"\b(?:hi|hiya|hello|hey|howdy|greetings|thanks|thank|thx|ty|cheers|bye|goodbye|great|nice|"
    r"cool|"
    r"awesome|perfect|wonderful|lovely|ok|okay|fine|alright|yes|yep|yeah|no|nope|lol|haha|hmm|"
    r"test|testing|ping|wow|sorry|sure|good (?:morning|afternoon|evening|night|day)|"
    r"how are you|who are you|what are you|what can you do|what do you do|"
    r"who (?:made|built|created) you|are you (?:an? )?(?:human|robot|bot|real|person|machine|ai)|"
    r"what(?:'s| is) your name|"
    r"can you help(?: me)?|help)\b"
)
_WHY = re.compile(
    _START + r"(?:(?:can|could) you )?(?:please )?(?:tell me |say )?(?:why(?! not\b)|how come|"
    r"for what reason|explain|"
    r"what(?:'s| is| was) the reason|what ma(?:kes|de)|on what grounds|"
    r"how did you (?:pick|choose|come))"
    r"|\bwhy (?:did you|do you|are you|this|that|these|the|is|was|should|it)\b|\bwhy\s*\?*$"
)
_QUESTION = re.compile(
    _START + r"(?:how much (?:is|are|does|do|for)|how big (?:is|are)|how (?:large|many|heavy)|"
    r"what(?:'s| is| are| was)? (?:the )?(?:size|price|brand|cost|unit price)|what (?:size|"
    r"brand)|"
    r"who makes|is (?:it|that|this|the|there|number|option|#)|are (?:they|these|those|the)|"
    r"does (?:it|that|this|the|number)|do (?:they|these|the)|"
    r"(?:the )?(?:weight|size|price|capacity|length|brand) of|compare|which (?:of|one)|"
    r"tell me (?:more )?about|more about|what about|how about|"
    r"(?:i'll|i will|let me|i'd|i would like to|i) (?:take|have|go with|choose|pick|want|like|"
    r"buy)|what is|what's)"
)
_MORE = re.compile(
    r"\b(?:(?:some|any)(?:thing)? (?:else|other|more)|what else|anything else|"
    r"something (?:else|different)|"
    r"(?:show|give|find|get)(?: me)? (?:some |a few )?(?:more|others?|different)|"
    r"(?:an)?other(?: ones?| options?| ideas?| suggestions?)?|others|different ones?|"
    r"more(?: options?| ideas?| of (?:those|these|them)| like (?:this|that|these|those|it))?|"
    r"the next ones?|next|alternatives?|keep going)\b(?! (?:than|expensive|affordable|popular))"
)
_OTHER = re.compile(r"thing else|different")
_LIKE = re.compile(
    r"\b(?:more|something|anything|others?|products?)? ?(?:like|similar to|close to)(?= *(?:\|"
    r"|$))"
)
_CHEAPER = re.compile(
    r"\b(?:(?:something|anything|any|a|one|bit|little|even|much|way) )*(?:cheaper|"
    r"less (?:expensive|pricey|dear)|lower(?:[- ]priced| price)?|"
    r"more affordable|for less(?: money)?|too (?:expensive|dear|pricey|much money))(?: ones?|"
    r" options?| alternatives?| version)?"
    r"(?: than)?\b"
)
_DEARER = re.compile(
    r"\b(?:(?:something|anything|any|a|one|bit|little|even|much) )*(?:more (?:expensive|upscale|"
    r"luxurious)|dearer|pricier|fancier|costlier|higher[- ]priced|too cheap)(?: ones?| options?| "
    r"version)?(?: than)?\b"
)
_BIGGER = re.compile(
    r"\b(?:(?:a|bit|even|much) )*(?:bigger|larger|too small|family size)(?: (?:packs?|ones?|"
    r"sizes?|version))?(?: than)?\b"
)
_SMALLER = re.compile(
    r"\b(?:(?:a|bit|even|much) )*(?:smaller|too (?:big|large))(?: (?:packs?|ones?|sizes?|"
    r"version))?(?: than)?\b"
)
_REFINES = re.compile(
    r"\b(?:ones?|instead|versions?|kind|variety|flavou?r(?:ed)?|type)\b|^(?:with|but|only|"
    r"just|make|rather)\b"
)
_OCCASION = re.compile(r"\b(?:something|anything|stuff|ideas?|things?|what|whatever)\b")
_SORTS = (
    (
        Sort.CHEAPEST,
        re.compile(
            r"\b(?:the )?(?:(?:the |your )?cheapest|least expensive|"
            r"lowest[- ]priced?|lowest cost|most affordable|costs? (?:the )?least|cheap|"
            r"inexpensive|affordable|low[- ]cost|budget|"
            r"bargain)(?: (?:ones?|option|price|first))?\b"
        ),
    ),
    (
        Sort.DEAREST,
        re.compile(
            r"\b(?:the )?(?:most expensive|dearest|priciest|"
            r"highest[- ]priced?|fanciest|most luxurious)(?: (?:ones?|"
            r"option|first))?\b"
        ),
    ),
    (Sort.BIGGEST, re.compile(r"\b(?:the )?(?:biggest|largest)(?: (?:packs?|ones?|sizes?))?\b")),
    (Sort.SMALLEST, re.compile(r"\b(?:the )?smallest(?: (?:packs?|ones?|sizes?))?\b")),
    (
        Sort.MOST_BOUGHT,
        re.compile(
            r"\b(?:the )?(?:most (?:bought|popular|purchased|sold|"
            r"common)|best[- ]?sell(?:er|ers|ing)|top[- ]?sell(?:er|ers|"
            r"ing)|popular|everyone buys|(?:everybody|others|"
            r"people) (?:buys?|like)(?: most| the most)?)(?: (?:ones?|"
            r"option|first))?\b"
        ),
    ),
)
_NO_SORT = re.compile(r"\b(?:not (?:too )?(?:cheap|popular)|no cheap)\b")
_STORE_BRAND = (
    r"(?:(?:the )?(?:store|shop|house|own|store's own|shop's own|your own|your|private|"
    r"supermarket)(?:'s)?[- ]?(?:brand|brands|label|labels|branded|line|range)|"
    r"generic(?: brand)?s?|"
    r"(?:the )?(?:(?:store|shop|supermarket)'s(?: own)?|your own)"
    r"(?=\s*(?:$|[,.;!?|]|(?:please|only|instead|thanks)(?![a-z])))|"
    r"off[- ]brand|no[- ]?name(?: brand)?s?)"
)
_NAME_BRAND = (
    r"(?:(?:the )?(?:name|national|big|real|proper|famous|leading|known|"
    r"well[- ]known)[- ]brand(?:s|ed)?|"
    r"brand[- ]?names?|branded)"
)
_LINK = "an?|any|the|from|of|your|our|to|be|with|by|that|those|ones|under|in"
_ONES = r"(?: (?:products?|ones?|stuff))?(?![a-z])"
_BRANDS = (
    (
        None,
        re.compile(
            r"\b(?:any brand(?! (?:but|except|other|besides))(?: is fine| will do)?|"
            r"brand (?:does not|"
            rf"doesn't) matter|(?:don't|do not) mind (?:the |your |a )?{_STORE_BRAND}|"
            r"(?:don't|do not) care about (?:the )?brands?|"
            rf"(?:either )?{_STORE_BRAND},? or (?:not|otherwise|{_NAME_BRAND})|"
            rf"(?:either )?{_NAME_BRAND},? or {_STORE_BRAND}|"
            rf"(?:can|could|may|might) be (?:an? |the )?{_STORE_BRAND}|"
            rf"(?:happy|fine|ok|okay) with (?:an? |the |your )?{_STORE_BRAND}|"
            rf"{_STORE_BRAND}(?: (?:versions?|stuff|kind|ones?))?"
            r" (?:is|are|would be|will be)(?: just| also| perfectly)? "
            r"(?:fine|ok|okay|good|acceptable|alright)(?: with me| by me)?(?: too| also| as well)?|"
            r"all brands(?! (?:but|except)))\b"
        ),
    ),
    (False, re.compile(refusal_of(_STORE_BRAND, _LINK) + _ONES)),
    (True, re.compile(refusal_of(_NAME_BRAND, _LINK) + _ONES)),
    (
        True,
        re.compile(
            rf"\b(?:only |just )?{_STORE_BRAND}(?: (?:products?|ones?|only|"
            rf"please))?\b"
        ),
    ),
    (False, re.compile(rf"\b(?:only |just )?{_NAME_BRAND}(?: (?:products?|ones?|only))?\b")),
)
_PROMOTED = re.compile(
    r"\b(?:(?:that is |that's |is |are |which is |currently |things |stuff |only )*(?:on|"
    r"in)(?: a| the| any)? (?:offer|sale|special|promotion|promo|deal|discount|mailer|display)s?|"
    r"(?:special |weekly |any |good |the )*(?:offers|deals|specials|promotions|discounts|"
    r"bargains)|special offer|promoted|discounted|reduced(?: price)?|on special)\b"
)
_USUAL = re.compile(
    r"\b(?:(?:my|the) usuals?|what i (?:usually|normally|always) (?:buy|get)|do i (?:usually|"
    r"normally|always|often) buy|"
    r"(?:buy|need|get) again|running (?:out|low)(?: of)?|run out(?: of)?|(?:my )?staples|"
    r"re-?stock|restocking|due again)\b"
)


@dataclass(frozen=True, slots=True)
class Follow:
    """What a message changes about the answer before it."""

    more: bool = False
    other: bool = False
    """Whether what is shown is waved away: "something else", not "show me more"."""
    like: bool = False
    cheaper: bool = False
    dearer: bool = False
    size: Sort | None = None
    """Biggest or smallest first."""


@dataclass(frozen=True, slots=True)
class Brand:
    """A wish about the shop's own label; ``said`` tells "any brand" from silence."""

    said: bool = False
    store_brand: bool | None = None

    @property
    def frees(self) -> bool:
        """Whether an earlier wish is taken back."""
        return self.said and self.store_brand is None


def is_out_of_scope(text: str) -> bool:
    """Whether the shop's data can't answer it: discounts, others' purchases, policies."""
    return _OUT_OF_SCOPE.search(text.lower()) is not None


def is_chat(text: str) -> bool:
    """Whether it is a greeting, thanks or the like, and nothing more."""
    said = words(text)
    return all(word in _CHAT for word in said) and _GREETS.search(text.lower()) is not None


def asks_why(text: str) -> bool:
    """Whether it asks for the reason of what was shown."""
    return _WHY.search(text.lower()) is not None


def asks_about(text: str) -> bool:
    """Whether it asks about, or takes, one product; only with a pointer does it mean that."""
    return _QUESTION.search(text.lower()) is not None


def is_refining(text: str) -> bool:
    """Whether its wording changes a request rather than starts one: "with", "ones"."""
    return _REFINES.search(text.lower()) is not None


def is_occasion(text: str) -> bool:
    """Whether it asks for something, not for a thing."""
    return _OCCASION.search(text.lower()) is not None


def take_usual(rest: Rest) -> bool:
    """Take "what I usually buy" out: it names no thing and searches for nothing."""
    return rest.take(_USUAL) is not None


def take_follow(rest: Rest) -> Follow:
    """Take out what only makes sense after an answer. Prices and pointers go first."""
    cheaper = rest.take(_CHEAPER) is not None
    while cheaper and rest.take(_CHEAPER):
        pass  # "too expensive, something less pricey"
    dearer = rest.take(_DEARER) is not None
    size = Sort.BIGGEST if rest.take(_BIGGER) else Sort.SMALLEST if rest.take(_SMALLER) else None
    like = rest.take(_LIKE) is not None
    more = rest.take(_MORE)
    other = more is not None and not like and _OTHER.search(more[0]) is not None
    return Follow(more is not None, other, like, cheaper, dearer, size)


def take_sort(rest: Rest) -> Sort | None:
    """Take an order out: "cheapest", "most popular". "Cheap" is read as cheapest first."""
    rest.take(_NO_SORT)
    found = None
    for sort, pattern in _SORTS:
        if rest.take(pattern) and found is None:
            found = sort
    return found


def take_brand(rest: Rest) -> Brand:
    """Take wishes about the shop's own label out."""
    for store_brand, pattern in _BRANDS:
        if rest.take(pattern):
            while rest.take(pattern):
                pass  # "generic, I mean the store's own brand"
            return Brand(True, store_brand)
    return Brand()


def take_promoted(rest: Rest) -> bool:
    """Take "on offer" out."""
    return rest.take(_PROMOTED) is not None
