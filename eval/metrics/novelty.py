"""Novelty: how little known are the listed items?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2


def novelty(ranked: Sequence[str], bought_by: Mapping[str, int], shoppers: int, k: int) -> float:
    """Return the mean self-information of the first ``k`` items, in bits.

    ``mean -log2 (bought_by[i] / shoppers)`` (Zhou et al. 2010, PNAS; Vargas & Castells 2011,
    popularity complement). An item nobody bought counts as if half a shopper had: rarer than
    any that one shopper bought, and finite. An empty list gives 0.

    Parameters
    ----------
    bought_by
        Item to the number of shoppers who bought it before the cut.
    shoppers
        All shoppers, at least 1, else ``ValueError``.

    Examples
    --------
    >>> novelty(["a", "b"], {"a": 4, "b": 1}, shoppers=4, k=2)  # (0 + 2) / 2
    1.0
    """
    if shoppers < 1:
        raise ValueError(f"novelty needs at least one shopper, got {shoppers}")
    listed = ranked[:k]
    bits = [-log2(max(bought_by.get(item, 0), 0.5) / shoppers) for item in listed]
    return sum(bits) / len(bits) if bits else 0.0
