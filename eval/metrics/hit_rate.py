"""Hit rate: did anything wanted stand in the list?"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from eval.metrics.cutoff import places


def hit_rate(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Return 1 where at least one relevant item stands in the first ``k`` places, else 0.

    The mean over cases is HR@k; with one relevant item a case it equals recall@k. Also
    called success@k (Manning, Raghavan & Schütze 2008, section 8.4).

    An empty list gives 0. A case without a relevant item raises ``ValueError``.

    Examples
    --------
    >>> hit_rate(["a", "b", "c"], {"c", "z"}, k=3)
    1.0
    >>> hit_rate(["a", "b", "c"], {"c", "z"}, k=2)
    0.0
    """
    return float(bool(places(ranked, relevant, k)))
