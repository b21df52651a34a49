"""Recall: how much of what was wanted stands in the list?"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from eval.metrics.cutoff import places


def recall(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Return the share of the relevant items that stand in the first ``k`` places.

    ``|top k ∩ relevant| / |relevant|`` (Manning, Raghavan & Schütze 2008, section 8.3). The
    denominator is not capped at ``k``: with 20 relevant items recall@10 is at most .5.

    An empty list gives 0. A case without a relevant item raises ``ValueError``.

    Examples
    --------
    >>> recall(["a", "b", "c"], {"a", "c", "y", "z"}, k=3)  # 2 of 4
    0.5
    """
    return len(places(ranked, relevant, k)) / len(set(relevant))
