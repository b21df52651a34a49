"""The curve of the dial: front, area, knee, and the line in the settings file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.curve import Point, hypervolume, knee, pareto
from eval.dial import DIALS, Sweep, distance_band, points
from eval.picture import curve_svg
from eval.tune_dial import write_dial

SHARES = st.floats(0, 1, allow_nan=False)
CURVES = st.lists(st.builds(Point, SHARES, SHARES, SHARES, SHARES), min_size=1, max_size=8)


def test_knee_when_one_point_bends_out_then_that_one() -> None:
    curve = [Point(0, 1.0, 0.0, 0.5), Point(0.5, 0.9, 0.8, 0.5), Point(1, 0.0, 1.0, 0.5)]
    assert knee(curve).dial == 0.5


def test_knee_when_the_bend_loses_hits_then_another() -> None:
    curve = [
        Point(0, 1.0, 0.0, 0.5),
        Point(0.5, 0.9, 0.8, 0.3, hits_lost=(-0.3, -0.1)),
        Point(1, 0.0, 1.0, 0.5),
    ]
    assert knee(curve).dial in (0, 1)


def test_knee_when_consistency_differs_within_its_doubt_then_it_decides_little() -> None:
    doubt = (0.5, 0.9)
    curve = [
        Point(0, 0.701, 0.2, 0.5, doubt),
        Point(0.5, 0.700, 0.8, 0.5, doubt),
        Point(1, 0.699, 0.9, 0.5, doubt),
    ]
    assert knee(curve).dial == 1


def test_knee_when_there_is_no_point_then_an_error() -> None:
    with pytest.raises(ValueError, match="no knee"):
        knee([])


@given(CURVES)
def test_pareto_when_any_curve_then_the_knee_is_on_it_and_the_area_is_its_own(
    curve: list[Point],
) -> None:
    front = pareto(curve)
    assert front
    assert knee(curve) in front
    assert hypervolume(curve) == pytest.approx(hypervolume(front))
    assert 0 <= hypervolume(curve) <= 1


def sweep() -> Sweep:
    """Three shoppers: alike at the first position, strangers at the last."""
    n = len(DIALS)
    apart = np.linspace(0, 1, n)[:, None, None] * (1 - np.eye(3))
    return Sweep(np.full((n, 4), 0.9), np.ones((n, 3)), apart)


def test_points_when_lists_drift_apart_then_distance_grows_and_nobody_loses_hits() -> None:
    found = points(sweep(), seed=0)
    assert [p.dial for p in found] == list(DIALS)
    assert [round(p.personal, 1) for p in found] == list(DIALS)
    assert not any(p.loses_hits for p in found)
    assert knee(found).dial == 1.0


def test_distance_band_when_all_are_as_far_then_no_width() -> None:
    assert distance_band(0.4 * (1 - np.eye(5)), seed=0) == pytest.approx((0.4, 0.4))


@pytest.mark.slow
def test_picture_when_drawn_twice_then_the_same_bytes() -> None:
    found = points(sweep(), seed=0)
    one = curve_svg(found, knee(found))
    assert one == curve_svg(found, knee(found))
    assert "served: dial 1" in one


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "dial = 0.4\n"),
        ("dial = 0.6\n", "dial = 0.4\n"),
        ("candidates = 80\n", "dial = 0.4\ncandidates = 80\n"),
        ('[model]\nname = "x"\n', 'dial = 0.4\n[model]\nname = "x"\n'),
        ("a = 1\ndial=0.1\n\n[rank]\ntext = 1\n", "a = 1\ndial = 0.4\n\n[rank]\ntext = 1\n"),
    ],
)
def test_write_dial_when_the_file_holds_other_things_then_they_stay(
    before: str, after: str, tmp_path: Path
) -> None:
    path = tmp_path / "shelftalk.toml"
    if before:
        path.write_text(before)
    write_dial(0.4, path)
    assert path.read_text() == after
