"""NDCG: were the wanted ones near the top?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import log2

from eval.metrics.cutoff import head


def ndcg(ranked: Sequence[str], relevant: Collection[str] | Mapping[str, float], k: int) -> float:
    """Return the discounted gain of the first ``k`` places over that of the best ``k``.

    ``DCG = Σ gain(place i) / log2(i + 1)``, ``i`` from 1 (Järvelin & Kekäläinen 2002, with
    the discount of Burges et al. 2005 and linear gain, as trec_eval's ``ndcg_cut``). A plain
    collection gains 1 an item; a mapping gives the gains. Repeated items earn once.

    An empty list gives 0. No positive gain at all raises ``ValueError``, a negative one too.

    Examples
    --------
    >>> ndcg(["a", "b", "c"], {"b"}, k=3) == (1 / log2(3)) / (1 / log2(2))
    True
    >>> ndcg(["a", "b"], {"a": 1.0, "b": 3.0}, k=2) == (1 + 3 / log2(3)) / (3 + 1 / log2(3))
    True
    """
    gains = dict(relevant) if isinstance(relevant, Mapping) else dict.fromkeys(relevant, 1.0)
    if min(gains.values(), default=0.0) < 0 or not any(gains.values()):
        raise ValueError("gains must be at least 0 and one of them above")
    ideal = sorted(gains.values(), reverse=True)[:k]
    best = sum(gain / log2(place + 1) for place, gain in enumerate(ideal, start=1))
    got = sum(gains.get(item, 0.0) / log2(ranked.index(item) + 2) for item in head(ranked, k))
    return got / best
