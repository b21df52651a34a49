"""Reads what the page shows as a browser does: is there a tag or attribute that is not ours?"""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

from ui.templates import ASSETS

PAGES = ("talk", "shelf")
_SAFE = {"href": ("#", "data:application/json"), "src": ("https://",)}
"""How the address in an attribute may begin."""


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[tuple[str, str]] = set()
        self.addresses: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {(tag, ""), *((tag, name) for name, _ in attrs)}
        self.addresses += [(name, value or "") for name, value in attrs if name in _SAFE]

    def handle_comment(self, data: str) -> None:
        self.names.add(("<!--", ""))


def strange(markup: str) -> list[str]:
    """Name tags, attributes and addresses that the templates do not hold themselves."""
    found = _read(markup)
    faults = [f"<{tag} {name}>" for tag, name in sorted(found.names - _ours())]
    return faults + [
        f"{name}={value[:40]!r}"
        for name, value in found.addresses
        if not value.startswith(_SAFE[name])
    ]


def _read(markup: str) -> _Tags:
    tags = _Tags()
    tags.feed(markup)
    tags.close()
    return tags


@cache
def _ours() -> frozenset[tuple[str, str]]:
    texts = ((ASSETS / f"{page}.html").read_text(encoding="utf-8") for page in PAGES)
    bare = (re.sub(r"\{[%{].*?[%}]\}", " ", text) for text in texts)
    return frozenset(name for text in bare for name in _read(text).names)
