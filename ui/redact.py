"""What a log may hold: no secret, no shopper by id, and nothing by which a person is found.

Patterns, not understanding: a name is known where somebody says that it is theirs, an address
where a street says so. What they miss is named in docs/security.md.
"""

from __future__ import annotations

import hashlib
import hmac
import re

SECRET, MAIL, CARD, PHONE, ADDRESS, NAME = (
    "[secret]", "[mail]", "[card]", "[phone]", "[address]", "[name]",
)  # fmt: skip
_SECRET = re.compile(
    r"\bst_[\w-]{8}_[\w-]{43}"  # a token of the API
    r"|(?i:\bbearer\s+)[\w.~+/=-]{8,}"
    r"|\b(?:sk|pk|hf|ghp)[-_][A-Za-z0-9_-]{16,}"
    r"|(?i:(?<![a-z])(?:password|passwd|api_?key|secret|token|cookie)['\"]?\s*[=:]\s*)"
    r"(?:\"[^\"]*\"|'[^']*'|[^\s,;'\"]+)"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"(?<![\w.])\d(?:[ -]?\d){12,}(?!\w)")
_GAP = re.compile("([ -])")
_PHONE = re.compile(
    r"(?<![\w.-])(?!\d{4}-\d\d-\d\d)"
    r"(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,5}\)[ .-]?)?\d{2,5}(?:[ .-]\d{2,4}){2,4}(?![\w-])"
    r"|(?<!\w)(?:\+\d|00?[1-9])\d{7,13}(?!\w)"
    r"|(?<!\w)\(\d{2,5}\)[ .-]?\d{3,4}[ .-]?\d{3,4}(?!\w)"
)
_STREETS = "street|avenue|road|boulevard|lane|drive|highway|terrace"
_SHORT = "St|Ave|Rd|Blvd|Ln|Dr|Ct|Court|Way|Place|Pl|Square|Sq"
_ADDRESS = re.compile(
    rf"\b\d{{1,5}}[a-zA-Z]?\s+(?:[\w'-]+\s+){{1,3}}(?i:{_STREETS})\b\.?"
    rf"|\b\d{{1,5}}[a-zA-Z]?\s+(?:[A-Z][\w'-]+\s+){{1,3}}(?:{_SHORT})\b\.?"
    r"|\b[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|weg|platz|gasse|allee)\s+\d{1,4}[a-z]?\b"
    r"|\b(?i:p\.?\s?o\.?\s?box)\s+\d+"
)
_NAME = re.compile(
    r"(?i:\b(?:my name(?:'s| is)|i am called|call me|this is|mr\.?|mrs\.?|ms\.?|dr\.?)\s+)"
    r"(?P<name>[A-ZÀ-Ý][\w'-]+(?:\s+[A-ZÀ-Ý][\w'-]+){0,2})"
)
_SHOPPER = re.compile(
    r"(?P<before>\bshopper(?:_id)?\b['\"]?(?:\s*[=:]\s*|\s+(?=['\"]|\w*\d)))"
    r"(?P<quote>['\"]?)(?P<id>[\w.:@-]+)(?P=quote)"
)


class Redactor:
    """Takes out of a text what a log may not hold.

    Parameters
    ----------
    key
        Makes a shopper's hash one that nobody without it can count through.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def whose(self, shopper_id: str) -> str:
        """A shopper's mark: the same every time, and no way back without the key."""
        return "~" + hmac.new(self._key, shopper_id.encode(), hashlib.sha256).hexdigest()[:12]

    def __call__(self, text: str) -> str:
        """The text without secrets, mails, cards, phones, addresses, names and shopper ids."""
        text = _SECRET.sub(SECRET, text)
        text = _SHOPPER.sub(lambda m: m["before"] + self.whose(m["id"]), text)
        text = _MAIL.sub(MAIL, text)
        text = _DIGITS.sub(lambda m: _without_cards(m[0]), text)
        text = _ADDRESS.sub(ADDRESS, text)
        text = _PHONE.sub(lambda m: PHONE if _is_phone(m[0]) else m[0], text)
        return _NAME.sub(lambda m: m[0].replace(m["name"], NAME), text)


def _without_cards(text: str) -> str:
    """Digits in groups: whichever groups side by side can be a card's number are one."""
    parts = _GAP.split(text)  # groups at even places, what parts them between
    for start in range(0, len(parts), 2):
        for end in range(len(parts), start, -2):
            if is_card("".join(parts[start:end])):
                before, gap = "".join(parts[:start]), "".join(parts[end : end + 1])
                return before + CARD + gap + _without_cards("".join(parts[end + 1 :]))
    return text


def _is_phone(text: str) -> bool:
    return 7 <= sum(map(str.isdigit, text)) <= 15


def is_card(text: str) -> bool:
    """Whether the digits can be a card's: 13 to 19 of them with Luhn's check (ISO/IEC 7812-1).

    >>> is_card("4111 1111 1111 1111"), is_card("4111 1111 1111 1112")
    (True, False)
    """
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [d if n % 2 == 0 else d * 2 - 9 * (d > 4) for n, d in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and sum(doubled) % 10 == 0
