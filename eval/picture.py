"""Measurements as pictures: the curve over the dial, and growth over the catalogue."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from eval.curve import Point, pareto
from eval.report import Row


def curve_svg(points: Sequence[Point], chosen: Point) -> str:
    """Draw consistency to the right, personalisation up, hits as colour.

    The same points give the same bytes.
    """
    figure = Figure(figsize=(7.2, 4.8), layout="constrained")
    axes = figure.add_subplot()
    across, up = [p.consistency for p in points], [p.personal for p in points]
    axes.plot(across, up, color="#b8b8b8", linewidth=1, zorder=1)
    for p in points:
        axes.plot(p.consistency_band, (p.personal,) * 2, color="#d8d8d8", zorder=0)
        axes.plot((p.consistency,) * 2, p.personal_band, color="#d8d8d8", zorder=0)
    dots = axes.scatter(across, up, c=[p.hits for p in points], cmap="viridis", s=60, zorder=3)
    front = {p.dial for p in pareto(points)}
    for p in points:
        weight = "bold" if p.dial in front else "normal"
        axes.annotate(
            f"{p.dial:g}", (p.consistency, p.personal), xytext=(6, 6),
            textcoords="offset points", fontsize=9, fontweight=weight,
        )  # fmt: skip
    axes.scatter(
        [chosen.consistency], [chosen.personal], s=220, facecolors="none",
        edgecolors="#c0392b", linewidths=2, zorder=4, label=f"served: dial {chosen.dial:g}",
    )  # fmt: skip
    axes.set_xlabel("consistency: overlap of the first five over four wordings (Jaccard@5)")
    axes.set_ylabel("personalisation: distance between shoppers")
    axes.set_title("Personal or consistent? Every position of the dial; bold: beaten by none")
    axes.legend(loc="center left", frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.colorbar(dots, ax=axes, label="hit rate@5, next 14 days")
    return _svg(figure)


def growth_svg(
    rows: Sequence[Row],
    sizes: Mapping[str, int],
    metric: str = "p50_ms",
    up_is: str = "median milliseconds of a search",
    title: str = "How a search grows with the catalogue",
) -> str:
    """Draw a time of each system over the size of the catalogue, both by logarithm.

    ``sizes`` is table to products; ``metric`` the rows to draw, ``up_is`` what they are.
    """
    figure = Figure(figsize=(7.2, 4.8), layout="constrained")
    axes = figure.add_subplot()
    drawn = [row for row in rows if row.metric == metric]
    for system in dict.fromkeys(row.system for row in drawn):
        points = sorted((sizes[row.table], row.value) for row in drawn if row.system == system)
        across, up = zip(*points, strict=True)
        ours = system == "shelftalk"
        axes.plot(across, up, marker="o", linewidth=2.5 if ours else 1.2, label=system)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("products")
    axes.set_ylabel(up_is)
    axes.set_title(title)
    axes.legend(frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return _svg(figure)


def _svg(figure: Figure) -> str:
    stream = io.StringIO()
    FigureCanvasSVG(figure)
    # Words stay words, and names inside do not change from run to run.
    with rc_context({"svg.hashsalt": "shelftalk", "svg.fonttype": "none"}):
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()
