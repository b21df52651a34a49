"""Repeat and explore: buying again and buying anew are two tasks, measured apart.

Li, Jullien, Ariannezhad & de Rijke, "A next basket recommendation reality check", TOIS 2023,
section 4: one recall over both hides that most methods do only the first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from eval.metrics.cutoff import head
from eval.metrics.recall import recall


def repeat_recall(
    ranked: Sequence[str], relevant: Collection[str], bought: Collection[str], k: int
) -> float | None:
    """Return recall@k over the relevant items that were bought before; ``None`` if there is none.

    Examples
    --------
    >>> repeat_recall(["a", "x"], {"a", "b", "n"}, bought={"a", "b"}, k=2)  # a of a, b
    0.5
    """
    again = set(relevant) & set(bought)
    return recall(ranked, again, k) if again else None


def explore_recall(
    ranked: Sequence[str], relevant: Collection[str], bought: Collection[str], k: int
) -> float | None:
    """Return recall@k over the relevant items never bought before; ``None`` if there is none.

    Examples
    --------
    >>> explore_recall(["a", "x"], {"a", "b", "n"}, bought={"a", "b"}, k=2)  # none of n
    0.0
    """
    anew = set(relevant) - set(bought)
    return recall(ranked, anew, k) if anew else None


def repeat_ratio(ranked: Sequence[str], bought: Collection[str], k: int) -> float:
    """Return the share of the listed items (at most ``k``) that were bought before.

    Over the items that are there, not over ``k``; an empty list gives 0.

    Examples
    --------
    >>> repeat_ratio(["a", "x", "b", "y"], bought={"a", "b"}, k=4)
    0.5
    """
    listed = head(ranked, k)
    return sum(item in set(bought) for item in listed) / len(listed) if listed else 0.0
