"""Kendall's tau: do two rankings order the same pairs the same way?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import sqrt


def tau_b(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return tau-b of two scorings of the same items, ties allowed, from -1 to 1.

    ``(C - D) / sqrt((C + D + T_one)(C + D + T_other))`` over all pairs: concordant,
    discordant, tied in one only (Kendall 1945). Where either side ties everything the formula
    has no value: 1 if both do (they agree that nothing is better), else 0.

    Raises
    ------
    ValueError
        The two score different items.

    Examples
    --------
    >>> tau_b({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 3, "c": 2})  # (2 - 1) / 3
    0.3333333333333333
    """
    if one.keys() != other.keys():
        raise ValueError(f"scored on one side only: {sorted(one.keys() ^ other.keys())[:5]}")
    difference = untied_one = untied_other = 0
    for a, b in combinations(sorted(one), 2):
        left = (one[a] > one[b]) - (one[a] < one[b])
        right = (other[a] > other[b]) - (other[a] < other[b])
        difference += left * right
        untied_one += abs(left)
        untied_other += abs(right)
    if not untied_one or not untied_other:
        return float(untied_one == untied_other)
    return difference / sqrt(untied_one * untied_other)


def kendall_tau(one: Sequence[str], other: Sequence[str]) -> float:
    """Return tau-b of two ranked lists that may hold different items.

    An item that a list leaves out is placed below its end, tied with all others it leaves
    out: neither list says which of them it likes less (after Fagin, Kumar & Sivakumar 2003,
    "Comparing top k lists", neutral case). Two lists without a common item are near -1, two
    equal lists 1.

    Examples
    --------
    >>> kendall_tau(["a", "b"], ["b", "a"])
    -1.0
    >>> kendall_tau(["a", "b"], ["a", "c"])  # ab +, ac +, bc -; nothing tied: (2 - 1) / 3
    0.3333333333333333
    """
    union = dict.fromkeys([*one, *other])
    first = {item: place for place, item in reversed(list(enumerate(one)))}
    second = {item: place for place, item in reversed(list(enumerate(other)))}
    return tau_b(
        {item: first.get(item, len(one)) for item in union},
        {item: second.get(item, len(other)) for item in union},
    )
