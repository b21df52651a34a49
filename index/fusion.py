"""Several rankings of the same things made into one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import fsum

from index.types import Scored


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[str]], weights: Sequence[float] | None = None, k: int = 60
) -> list[Scored]:
    r"""Fuse rankings by their ranks alone; scores of different scales never meet.

    .. math:: \mathrm{RRF}(d) = \sum_{r \in \mathrm{rankings}} \frac{w_r}{k + \mathrm{rank}_r(d)}

    with ranks from 1, over the rankings that hold ``d``; all weights are 1 in the source:
    Cormack, Clarke and Büttcher, *Reciprocal Rank Fusion outperforms Condorcet and individual
    Rank Learning Methods*, SIGIR 2009, page 1 (where ``k = 60`` is found on pilot runs).

    Parameters
    ----------
    rankings
        Ids, best first, each at most once in a ranking.
    weights
        One for each ranking, not negative; ``None`` is 1 for all.
    k
        The larger, the less the first places count.

    Returns
    -------
    list[Scored]
        Every id of any ranking, best first, ties by id.

    Raises
    ------
    ValueError
        Where there are not as many weights as rankings.

    Examples
    --------
    >>> fused = reciprocal_rank_fusion([["milk", "bread"], ["bread"]], k=1)
    >>> [(s.id, round(s.score, 4)) for s in fused]  # bread: 1/3 + 1/2, milk: 1/2
    [('bread', 0.8333), ('milk', 0.5)]
    """
    shares: dict[str, list[float]] = defaultdict(list)
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, id_ in enumerate(ranking, start=1):
            shares[id_].append(weight / (k + rank))
    # fsum is exact, so that the order in which the rankings come cannot move a tie.
    fused = [Scored(id_, fsum(parts)) for id_, parts in shares.items()]
    return sorted(fused, key=lambda s: (-s.score, s.id))
