"""Points of two goods: which of them nothing beats, how much they cover, and where the knee is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Band = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Point:
    """One position of the dial. More is better on every scale."""

    dial: float
    consistency: float
    personal: float
    hits: float
    consistency_band: Band = (0.0, 0.0)
    """95% of resampled needs."""
    personal_band: Band = (0.0, 0.0)
    """95% of resampled shoppers."""
    hits_band: Band = (0.0, 0.0)
    needs: int = 1
    """Behind the consistency."""
    shoppers: int = 1
    """Behind the rest."""
    hits_lost: Band = (0.0, 0.0)
    """95% of the paired difference to the position with most hits; 0 inside: none lost."""

    @property
    def loses_hits(self) -> bool:
        return self.hits_lost[1] < 0


def pareto(points: Sequence[Point]) -> list[Point]:
    """Return the points that no other one equals or beats in both goods and beats in one.

    >>> [p.dial for p in pareto([Point(0, 1, 0, 0), Point(1, 0, 1, 0), Point(2, 0, 0.5, 0)])]
    [0, 1]
    """

    def beaten(p: Point) -> bool:
        return any(
            q.consistency >= p.consistency
            and q.personal >= p.personal
            and (q.consistency, q.personal) != (p.consistency, p.personal)
            for q in points
        )

    return [p for p in points if not beaten(p)]


def hypervolume(points: Sequence[Point]) -> float:
    """Return the area that the points dominate, from (0, 0) (Zitzler & Thiele 1998).

    >>> hypervolume([Point(0, 1, 0.5, 0), Point(1, 0.5, 1, 0)])  # 1 x .5 + .5 x .5
    0.75
    """
    area, reached = 0.0, 0.0
    for point in sorted(pareto(points), key=lambda p: -p.consistency):
        if point.personal > reached:
            area += point.consistency * (point.personal - reached)
            reached = point.personal
    return area


def knee(points: Sequence[Point]) -> Point:
    """Return the position to serve with.

    Of the positions on the front that lose no hits (all of the front where each loses some),
    the one furthest above the chord between the two ends: both goods are brought to 0 to 1
    over the whole curve, and the sum is the largest (after Satopaa et al. 2011, "Finding a
    Kneedle in a haystack"). No scale is finer than the 95% band of what it measures, so that
    noise makes no knee. Ties go to more hits, then to the smaller dial.

    Raises
    ------
    ValueError
        No point at all.

    Examples
    --------
    >>> knee([Point(0, 1, 0, 0), Point(0.5, 0.9, 0.8, 0), Point(1, 0, 1, 0)]).dial
    0.5
    """
    if not points:
        raise ValueError("a curve without points has no knee")
    front = pareto(points)
    kept = [p for p in front if not p.loses_hits] or front
    across = _scale([p.consistency for p in points], [p.consistency_band for p in points])
    up = _scale([p.personal for p in points], [p.personal_band for p in points])

    def worth(p: Point) -> tuple[float, float, float]:
        height = (p.consistency - across[0]) / across[1] + (p.personal - up[0]) / up[1]
        return height, p.hits, -p.dial

    return max(kept, key=worth)


def _scale(values: Sequence[float], bands: Sequence[Band]) -> tuple[float, float]:
    """Least value and width; a width of nothing scales to nothing."""
    doubt = sum(high - low for low, high in bands) / len(bands)
    return min(values), max(max(values) - min(values), doubt) or 1.0
