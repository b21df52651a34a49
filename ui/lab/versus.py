"""Two variants over the same scenarios: what differs, how sure that is, and in plain words."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from eval.intervals import paired_difference
from ui.lab.cell import Cell
from ui.lab.expect import outcomes
from ui.lab.scenarios import Scenario

Z = 1.959964
POINTS = 0.05
"""A difference of shares that is worth finding."""
PART = 0.10
"""The same for amounts: this part of the first variant's mean."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that is compared, and which way is better."""

    name: str
    of: Callable[[Scenario, Cell, Cell | None], float]
    share: bool = True
    more: bool = True


def _passes(scenario: Scenario, cell: Cell, golden: Cell | None) -> float:
    held = [o.holds for o in outcomes(scenario.expect, cell, golden)]
    return sum(held) / len(held) if held else 1.0


FIGURES = (
    Figure("expectations held", _passes),
    Figure("grounded", lambda s, c, g: c.grounded),
    Figure("worded by the model", lambda s, c, g: c.by_model),
    Figure("tries rejected", lambda s, c, g: sum(len(x.rejected) for x in c.sentences), False,
           more=False),
    Figure("words a reply", lambda s, c, g: len(c.words.split()), False, more=False),
    Figure("tokens", lambda s, c, g: c.tokens, False, more=False),
    Figure("seconds", lambda s, c, g: c.seconds, False, more=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of two variants, paired over scenarios."""

    figure: Figure
    one: float
    other: float
    difference: float
    """``other - one``."""
    ci95: tuple[float, float]
    n: int
    words: str


Golden = Mapping[str, Cell]


def compare(
    scenarios: Sequence[Scenario],
    one: Mapping[str, Cell],
    other: Mapping[str, Cell],
    names: tuple[str, str],
    golden: Golden | None = None,
) -> list[Compared]:
    """Compare two variants over the scenarios that both answered."""
    both = [s for s in scenarios if s.key in one and s.key in other]
    if len(both) < 2:
        return []
    gold = golden or {}
    found = []
    for figure in FIGURES:
        a = [figure.of(s, one[s.key], gold.get(s.key)) for s in both]
        b = [figure.of(s, other[s.key], gold.get(s.key)) for s in both]
        mean, low, high = paired_difference(b, a, [s.shopper or s.key for s in both])
        words = verdict(figure, a, b, (mean, low, high), names)
        ends = (low, high)
        found.append(
            Compared(figure, float(np.mean(a)), float(np.mean(b)), mean, ends, len(both), words)
        )
    return found


def verdict(
    figure: Figure,
    one: Sequence[float],
    other: Sequence[float],
    difference: tuple[float, float, float],
    names: tuple[str, str],
) -> str:
    """Say what the paired difference shows, and where it shows nothing what would."""
    mean, low, high = difference
    n, spread = len(one), float(np.std(np.subtract(other, one), ddof=1))
    if spread == 0 and mean == 0:
        return f"the same in all {n} scenarios"
    unit = _points if figure.share else _plain
    if low > 0 or high < 0:
        better = names[1] if (mean > 0) is figure.more else names[0]
        return f"{better} is better, by {unit(abs(mean))} ({unit(low)} to {unit(high)})"
    worth = POINTS if figure.share else PART * abs(float(np.mean(one)))
    said = f"no difference that {n} scenarios can show ({unit(low)} to {unit(high)})"
    if not worth:
        return said
    needed = max(n + 1, ceil((Z * spread / worth) ** 2))
    what = "5 points" if figure.share else f"{PART:.0%}"
    return f"{said}; {needed:,} would show one of {what}"


def _points(value: float) -> str:
    return f"{100 * value:.1f} points"


def _plain(value: float) -> str:
    return f"{value:.3g}"


def pick_changes(one: Cell, other: Cell) -> list[tuple[str, str]]:
    """What became of the picks: (``in`` | ``out`` | ``moved``, title)."""
    before = [p.id for p in one.picks]
    after = [p.id for p in other.picks]
    titles = {p.id: p.title for p in (*one.picks, *other.picks)}
    found = [("out", titles[i]) for i in before if i not in after]
    for place, id_ in enumerate(after):
        if id_ not in before:
            found.append(("in", titles[id_]))
        elif before.index(id_) != place:
            found.append(("moved", f"{titles[id_]} {before.index(id_) + 1} → {place + 1}"))
    return found


def word_changes(one: str, other: str) -> list[tuple[str, str]]:
    """Stretches of words: (``same`` | ``out`` | ``in``, text)."""
    before, after = one.split(), other.split()
    found: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found.append(("same", " ".join(before[a:b])))
            continue
        found += [(k, " ".join(w)) for k, w in (("out", before[a:b]), ("in", after[c:d])) if w]
    return found


def regressions(
    scenario: Scenario, one: Cell, other: Cell, golden: Cell | None = None
) -> list[str]:
    """Name what the second lost that the first had; empty where nothing did."""
    before = outcomes(scenario.expect, one, golden)
    after = outcomes(scenario.expect, other, golden)
    found = [b.line for a, b in zip(before, after, strict=True) if a.holds and not b.holds]
    if other.grounded < one.grounded:
        found.append("less grounded")
    if other.by_model < one.by_model:
        found.append("more templates")
    if other.trouble and not one.trouble:
        found.append("no answer")
    return found
