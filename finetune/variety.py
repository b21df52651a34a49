"""How varied sentences are: different shapes, and types of claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from eval.intervals import jackknife_interval, ratio_interval
from eval.report import Row


def unique(shapes: Sequence[str], groups: Sequence[str], system: str, table: str = "") -> Row:
    """Return how many of the shapes are different, with an interval over what groups them."""
    low, high = jackknife_interval(lambda some: len(set(some)) / len(some), shapes, groups)
    between = (max(0.0, low), min(1.0, high))
    return Row("unique_masked", len(set(shapes)) / len(shapes), system, table, between, len(shapes))


def variety(
    shapes: Sequence[str],
    types: Sequence[Collection[str]],
    shoppers: Sequence[str],
    system: str,
    table: str = "",
) -> Iterator[Row]:
    """Yield how many shapes and claim types there are, and how large the largest is.

    Different shapes become rarer the more sentences there are, so compare shares of the same
    number only. Intervals are over shoppers; those of the largest hold the one that is largest
    here.

    Parameters
    ----------
    shapes
        Of each sentence, its references masked.
    types
        Of each sentence, the types of its supported claims, each once.
    shoppers
        Whose each sentence is.
    """
    n = len(shapes)
    yield unique(shapes, shoppers, system, table)
    top = Counter(shapes).most_common(1)[0][0]
    is_top = [float(shape == top) for shape in shapes]
    share = ratio_interval(is_top, [1.0] * n, shoppers)
    yield Row("largest_shape", sum(is_top) / n, system, table, share, n)
    used = Counter(kind for some in types for kind in some)
    between = jackknife_interval(lambda some: float(len(set().union(*some))), types, shoppers)
    yield Row("claim_types", float(len(used)), system, table, between, n)
    if not used:
        yield Row("largest_claim_type", 0.0, system, table, n=n)
        return
    first = used.most_common(1)[0][0]
    ours, all_ = [float(first in some) for some in types], [float(len(some)) for some in types]
    share = ratio_interval(ours, all_, shoppers)
    yield Row("largest_claim_type", sum(ours) / sum(all_), system, table, share, n)
