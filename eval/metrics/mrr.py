"""Reciprocal rank: how far down did the first wanted one stand?"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from eval.metrics.cutoff import places


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Return ``1 / place`` of the first relevant item within ``k`` places, else 0.

    The mean over cases is MRR@k (Voorhees 1999, TREC-8 question answering track).

    An empty list gives 0. A case without a relevant item raises ``ValueError``.

    Examples
    --------
    >>> reciprocal_rank(["a", "b", "c", "d"], {"d", "b"}, k=4)
    0.5
    """
    found = places(ranked, relevant, k)
    return 1 / found[0] if found else 0.0
