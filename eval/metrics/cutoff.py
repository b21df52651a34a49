"""What every ranked-list metric does first: cut at ``k``, count each item once."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def head(ranked: Sequence[str], k: int) -> list[str]:
    """Return the first ``k`` places without repeated items.

    A second mention of an item keeps its place (the list does not close up) but earns
    nothing: it is left out here, so a list cannot gain by saying one thing twice.

    Raises
    ------
    ValueError
        ``k`` below 1.

    Examples
    --------
    >>> head(["a", "b", "a", "c"], k=3)
    ['a', 'b']
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    return list(dict.fromkeys(ranked[:k]))


def places(ranked: Sequence[str], relevant: Collection[str], k: int) -> list[int]:
    """Return the places (from 1, at most ``k``) at which a relevant item first stands.

    Raises
    ------
    ValueError
        No relevant item: no ranked list can be right or wrong, so the case is no case.

    Examples
    --------
    >>> places(["a", "b", "a", "c"], {"a", "c"}, k=4)
    [1, 4]
    """
    if not relevant:
        raise ValueError("a case without a relevant item has no value; leave it out")
    wanted = set(relevant) & set(head(ranked, k))
    return sorted(ranked.index(item) + 1 for item in wanted)
