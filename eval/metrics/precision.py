"""Precision: how much of the list was wanted?"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from eval.metrics.cutoff import places


def precision(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Return the relevant share of the first ``k`` places.

    ``|top k ∩ relevant| / k`` (Manning, Raghavan & Schütze 2008, section 8.4). A list shorter
    than ``k`` is still divided by ``k``: an empty place is a wasted one.

    A case without a relevant item raises ``ValueError``.

    Examples
    --------
    >>> precision(["a", "b", "c", "d"], {"a", "d", "z"}, k=4)  # 2 of 4 places
    0.5
    """
    return len(places(ranked, relevant, k)) / k
