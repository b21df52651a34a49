"""How a thing is waved away, whatever it is: a word, a brand, the shop's own label, a card.

Cues stand before the thing ("skip", "I don't want"), after it ("is out") or around it ("leave
… out"). What only looks like one ("isn't there any …?", "I have no … left") is made plain.
"""

from __future__ import annotations

import re

from assistant.understanding.amounts import NUMBER
from assistant.understanding.words import Rest

_NEVER = (
    r"(?:(?:do|does|did|can|could|would|should|must|will|may|is|are|was|has|have)(?:n't| not)|"
    r"can't|won't|shan't|cannot|don't|never|rather not|prefer not|not|nor)"
)
_WANTS = (
    r"(?:want|like|love|eat|drink|have|having|has|include|contain|containing|do|tolerate|give me|"
    r"show me|care for|see|get|take|touch|use|buy|bring|need|allow|be|stand|bear|stomach|digest|"
    r"enjoy|handle|fancy|been|put|add|fond of|full of|wear|trust|wearing|eating|buying|suggest|"
    r"recommend|offer|show|"
    r"(?:taste|smell) of|come with|come in|(?:loaded|packed|stuffed|filled|topped|coated|covered) "
    r"(?:with|in)|into|interested in|keen on|"
    r"(?:a |big |huge )*fan of|crazy about|(?:so )?hot on|looking for|after|in the mood for|"
    r"allowed(?: to (?:eat|have|drink))?|made (?:with|from|by|out of|of))"
)
_ALL = r"(?:anything|everything|all|nothing|any of them|whatever|something|anyone|everyone)"
_HOLDING = r"(?:with|containing|that (?:has|have|contains?)|made (?:with|from|of))"
BEFORE = "|".join(
    (
        rf"(?:(?:i|we|my \w+|he|she|they|it|which|that|and) |i'm |we're |i'd |we'd )?{_NEVER}"
        r"(?: (?:really|even|ever|actually|particularly|all that|so|want|like|wish|care))?"
        rf"(?: to)? {_WANTS}(?: to (?:eat|drink|see|have|get|buy|use))?",
        rf"(?:(?:leave|keep|cut) out |skip |avoid |exclude |omit )?{_ALL} "
        r"(?:but|except|apart from|besides|save)(?: for)?",
        r"(?:any|every) [a-z]+ (?:but|except|besides)(?: for)?",
        r"(?:any|every|all)(?: (?:kinds?|sorts?|types?|flavou?rs?|brands?|ones?|makers?|other))? "
        r"(?:but|except|besides)(?: for)?",
        r"(?:leave out|keep out|skip|avoid(?:ing)?|omit|exclude|drop|rule out|filter out) "
        rf"(?:{_ALL}|those|the ones|ones|products?|stuff) {_HOLDING}",
        r"(?:nothing|none|not (?:the |any |those )?(?:those|ones|anything|stuff|things)) "
        rf"{_HOLDING}",
        r"(?:no|not an?|not the|without an?y?) (?:coating|trace|hint|touch|bit|drop|speck|scent|"
        r"smell|taste|flavou?r)s? of",
        r"(?:nothing|none) (?:that is|that's|from|by|made by|in|too)",
        r"other than|rather than|instead of|in place of|(?:apart|aside) from|besides|save for|"
        r"another (?:brand )?than|different (?:one |ones |brand )?(?:than|from)|better than",
        r"isn't|aren't|neither|nor(?: with| any)?|(?:steer |stay )?clear of|can't be|"
        r"(?:stay )?away from|hold the",
        r"but (?:not|never)|never again|not including|excl\.?|except(?: for)?|excluding|exclude|"
        r"omit(?:ting)?|skip(?:ping)?|ditch|scrap|strike(?: out| off)?|cross (?:out|off)|"
        r"get rid of|bad luck with|swap(?: out)?|no to",
        r"(?:drop|remove|hide|replace)(?= (?:the|number|any|all|those|these|that|my)(?![a-z])|"
        r"\s+\|)",
        r"(?:leaves?|rules?|filter|cuts?|takes?|keeps?|sort) (?:out|off)",
        r"(?<!not )(?<!n't )(?:forget(?: about)?|lose(?: the|(?=\s+\|)))",
        rf"avoid(?:ing)?|minus(?! ?{NUMBER})|lacking|devoid of|less the|(?:with )?zero|"
        r"free (?:of|from)|sans",
        r"(?:i |we |he |she |they )?(?:hates?|dislikes?|detests?|loathes?|refuses?|avoids?|"
        r"boycotts?)(?: to (?:buy|eat|drink|have|use|wear))?",
        r"(?:am |is |are |i'm )?(?:allergic|intolerant|sensitive|averse|opposed) (?:to|of)|"
        r"reacts? (?:badly |strongly )?to|gets? (?:sick|ill|a rash|hives) from",
        r"(?:allerg(?:y|ies)|intolerances?|aversions?) to|"
        r"(?:allergic|allerg(?:y|ies)|intolerances?):",
        r"(?:i'm |i am |we're |we are )?(?:so )?(?:sick|tired|bored) of|fed up with|done with|"
        r"(?:i'm|we're) over|had it with|do without",
        r"without|w/out|w/o|(?:with|has|have|having|contains?|containing) no",
        r"(?:nobody|no one|none of us)(?: here| in (?:the|my|our) (?:family|house))? "
        r"(?:eats?|drinks?|likes?|wants?)",
        r"(?:i've |i |we |we've )?(?:have |had )enough of|"
        r"(?:(?:i |we )?(?:have |'ve )?had )?enough(?: of)?(?= [a-z]+(?: already)?(?:$|[.,;!]))",
        r"(?:i'm|i am|we're|we are|he's|she's) off"
        r"(?! (?:to|work|today|tomorrow|sick|for|on|the)(?![a-z]))|"
        r"(?:stay|keep) off|(?:gave|given|give) up|stopped (?:eating|drinking|buying)|quit|"
        r"spare me",
        r"not (?:that|this)(?= [a-z]+ (?:stuff|kind|sort|one|thing)(?![a-z]))",
        r"(?:under no circumstances|on no account)(?: any)?",
        r"none(?! (?:of|left|that|which|more|the|are|is|have|has|costing|cheaper|dearer)(?![a-z]))",
        r"no thanks to|no more|no|not|none of(?: that| the| those| this| your)?|nothing|"
        r"(?<=[,;] )never",
    )
)
_SOMEONE = r"(?:me|us|him|her|them|my \w+|our \w+|the kids)"
AFTER = (
    r"(?:(?: (?:is|are)|'s) (?:out|off[- ]limits|off the (?:table|list|menu)|(?:simply )?not for "
    rf"{_SOMEONE}|a (?:big )?no(?:[- ]?go)?|no good|"
    r"not (?:ok|okay|welcome|an option|good|allowed(?! [a-z]))|"
    r"forbidden|banned|taboo|prohibited|too much|an? deal[- ]?breaker|gross|disgusting|nasty|"
    r"yucky|awful|horrible|terrible|not what (?:i|we) (?:want|need)|not my (?:thing|cup of tea)|"
    r"to be avoided|(?:not |un)wanted)"
    rf"| (?:isn't|aren't) (?:for {_SOMEONE}|ok|okay|allowed(?! [a-z])|an option|good|welcome|"
    rf"my (?:thing|cup of tea)|something (?:i|we)|what (?:i|we) (?:want|need|like|meant|asked for))"
    r"|\? no(?=\s*(?:[.,;!]|$))"
    r"| excluded| excepted| not allowed(?! [a-z])| not wanted| to be avoided|"
    rf" disagrees with {_SOMEONE}| no,? thanks?| (?:makes?|gives?) {_SOMEONE} (?:\w+ )?"
    r"(?:itch\w*|ill|sick|swell|sneeze|hives|a? ?rash|headaches?|heartburn|nausea|bloated)"
    rf"| (?:upsets?|bothers?) (?:{_SOMEONE}|(?:my|his|her|our|their) (?:stomach|tummy|belly))"
    r"| left (?:out|off)"
    rf"| (?:doesn't|does not|don't|do not) (?:agree with {_SOMEONE}|sit well|appeal)"
    r"| (?:i|we|he|she|they) (?:really )?(?:(?:don't|do not|can't|cannot|won't) "
    r"(?:want|like|eat|have|need|stand|bear)|hate|dislike)(?=\s*(?:$|[,.;:!?|]))"
    r"|[ -](?:allerg(?:y|ies|ic)|intoleran(?:ce|t)|sensitivity))(?![a-z])(?! to\b)"
)
OUT = (r"(?:leave|keep(?![^|]* away)|take|cut|filter|sort)", r"(?:out|off|away)")
"""What stands around the thing: "leave … out"."""

_HAVE = r"(?:have|got|sell|carry|stock)"
_PLAIN = tuple(
    (re.compile(rf"(?<![\w'])(?:{said})(?![\w'])"), plain)
    for said, plain in (
        (
            rf"(?:isn't|aren't|wasn't) there|(?:don't|doesn't|haven't|didn't) (?:you|they)"
            rf"(?: {_HAVE})?|(?:do|does) (?:you|they) not {_HAVE}|you (?:don't|do not) {_HAVE}",
            "",
        ),
        (r"if (?:you have|they have|there are|there is|there's) no [a-z ]+?(?=,| then|$)", "|"),
        (r"(?:(?:i|we) (?:have|got)|(?:i|we)'ve(?: got)?) no(?: more)?", ""),
        (
            rf"(?:(?:i|we) (?:don't|do not) {_HAVE} (?:any|enough)|there(?:'s| is| are) no)"
            r"(?= [a-z' -]{2,30}? (?:left|at home|in the house))",
            "",
        ),
        (r"nothing (?:beats|compares|tastes (?:like|better))|there's nothing like", ""),
        (r"why not|not (?:just|only|necessarily)|need not|needn't|never mind", ""),
        (r"no wait|wait,? no|not really|no,? really", "|"),
        (r"(?:it's|it is|this is|that's|they're|they are) not for (?:me|us|myself)", "|"),
    )
)  # fmt: skip
"""What looks like a refusal and is none, and what it says."""


_AT = re.compile(
    rf"(?<![\w'-])(?:{BEFORE})(?: (?:a|an|the|in|any|ones?|for))*"
    r"(?: [a-z]+(?:,| or| nor))*\s+$"
)


def is_waved_away(text: str, start: int) -> bool:
    """Whether a refusal ends where something starts: "not red"."""
    return _AT.search(text[:start]) is not None


def make_plain(rest: Rest) -> None:
    """Take the look of a refusal from what is none: "isn't there any soup?" asks for soup."""
    for pattern, plain in _PLAIN:
        rest.text = pattern.sub(plain, rest.text)


def refusal_of(thing: str, link: str = "") -> str:
    """Return a pattern for a refusal of what the pattern ``thing`` matches.

    ``link`` is what may stand between the cue and the thing: "from", "the".
    """
    before, after = OUT
    return (
        rf"(?<![\w'-])(?:(?:{BEFORE}|non)(?![\w'])[- ]*(?:(?:{link})[- ]+)*{thing}"
        rf"|{before}\s+(?:the\s+)?{thing}\s+{after}(?![a-z])|{thing}{AFTER})"
    )
