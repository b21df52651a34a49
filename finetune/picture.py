"""Curves as PNG files, written aside first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

Curve = tuple[str, Sequence[tuple[float, float]], bool]
"""Its label, its points, and whether each point is marked."""


def draw(curves: Iterable[Curve], picture: Path, size: tuple[float, float], **axes: str) -> None:
    """Draw curves that have points.

    Parameters
    ----------
    size
        Inches.
    axes
        What ``matplotlib.axes.Axes.set`` takes: labels and scales.
    """
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    plot = figure.add_subplot()
    for label, points, is_marked in curves:
        if points:
            plot.plot(*zip(*points, strict=True), label=label, marker="." if is_marked else "")
    plot.set(**axes)
    plot.grid(alpha=0.3)
    plot.legend()
    aside = picture.with_suffix(".part.png")
    figure.savefig(aside, dpi=120)
    aside.replace(picture)
