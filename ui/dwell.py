"""How long cards were looked at, as the page tells it in one line. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Container

LONGEST = 4_000
"""Characters of a line; what is longer did not come from our page."""
LEAST_S, MOST_S = 1.0, 600.0
"""A glance is no look, and a page left open no longer one."""
MOST = 20
"""Products of a line."""


def read(line: str, known: Container[str]) -> list[tuple[str, float]]:
    """Read ``{"seen": {product: seconds}}``: the products that are known, with what counts.

    What can't be read, or is no number of seconds, is left out; nothing is raised.

    >>> read('{"seen": {"p1": 7.5, "p2": 0.2, "other": 9}}', {"p1", "p2"})
    [('p1', 7.5)]
    """
    if len(line) > LONGEST:
        return []
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return []
    seen = told.get("seen") if isinstance(told, dict) else None
    if not isinstance(seen, dict):
        return []
    return [
        (product, min(float(seconds), MOST_S))
        for product, seconds in list(seen.items())[:MOST]
        if product in known and _counts(seconds)
    ]


def _counts(seconds: object) -> bool:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return False
    return math.isfinite(seconds) and seconds >= LEAST_S
