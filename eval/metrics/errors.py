"""Error rates of a list: what should never stand there, as a share of its places.

Kept from RecLM-eval's habit of counting format errors apart from quality. All functions give
0 for an empty list: it is short, which recall shows, and not wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence


def share(ranked: Sequence[str], wrong: Callable[[str], bool]) -> float:
    """Return the share of places whose item is wrong.

    Examples
    --------
    >>> share(["a", "b"], lambda item: item == "b")
    0.5
    """
    return sum(map(wrong, ranked)) / len(ranked) if ranked else 0.0


def out_of_catalogue(ranked: Sequence[str], catalogue: Collection[str]) -> float:
    """Return the share of places held by something that the shop does not sell.

    Examples
    --------
    >>> out_of_catalogue(["a", "ghost"], {"a", "b"})
    0.5
    """
    return share(ranked, lambda item: item not in catalogue)


def duplicate(ranked: Sequence[str]) -> float:
    """Return the share of places whose item already stood further up.

    Examples
    --------
    >>> duplicate(["a", "b", "a", "a"])
    0.5
    """
    return (len(ranked) - len(set(ranked))) / len(ranked) if ranked else 0.0


def out_of_stock(ranked: Sequence[str], stock: Mapping[str, int | None]) -> float:
    """Return the share of places whose item is known to be sold out.

    Stock that is not tracked (``None`` or no entry) is not sold out.

    Examples
    --------
    >>> out_of_stock(["a", "b", "c", "d"], {"a": 0, "b": 3, "c": None})
    0.25
    """
    return share(ranked, lambda item: stock.get(item) == 0)


def condition_violated(ranked: Sequence[str], meets: Callable[[str], bool]) -> float:
    """Return the share of places whose item does not meet the shopper's hard conditions.

    Examples
    --------
    >>> condition_violated(["a", "bb"], meets=lambda item: len(item) == 1)
    0.5
    """
    return share(ranked, lambda item: not meets(item))
