"""Coverage: how much of the catalogue is ever shown?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence


def coverage(lists: Iterable[Sequence[str]], catalogue: Collection[str]) -> float:
    """Return the share of the catalogue that stands in at least one list.

    Aggregate diversity (Herlocker et al. 2004, section 4.2, catalogue coverage). Items that
    are not in the catalogue do not count. An empty catalogue raises ``ValueError``.

    Examples
    --------
    >>> coverage([["a", "b"], ["b", "ghost"]], ["a", "b", "c", "d"])  # a, b of four
    0.5
    """
    entries = set(catalogue)
    if not entries:
        raise ValueError("coverage of an empty catalogue has no value")
    shown = {item for one in lists for item in one}
    return len(shown & entries) / len(entries)
