# SPDX-License-Identifier: Apache-2.0
"""A plan laid on control points: what is given comes out, what is left is told, and what cannot be fitted is refused."""

import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from gis import fitting
from gis.fitting import ControlPoint, FitRefused, fit

EAST, NORTH = 655_000.0, 3_454_000.0
SQUARE = [(0.0, 0.0), (400_000.0, 0.0), (400_000.0, 250_000.0), (0.0, 250_000.0), (180_000.0, 90_000.0)]
turns = st.floats(-180, 180)
scales = st.floats(1e-4, 100)
millimetres = st.integers(-5000, 5000).map(lambda n: n / 1000)


def laid(turn_deg: float, scale: float, points: list[tuple[float, float]] = SQUARE) -> list[ControlPoint]:
    """Points of a drawing, and where a plan turned and scaled like this has them."""
    cos, sin = scale * math.cos(math.radians(turn_deg)), scale * math.sin(math.radians(turn_deg))
    return [ControlPoint(x, y, EAST + cos * x - sin * y, NORTH + sin * x + cos * y) for x, y in points]


def spoiled(points: list[ControlPoint], which: int, by_m: float) -> list[ControlPoint]:
    return [ControlPoint(p.x, p.y, p.east + (by_m if i == which else 0), p.north, p.name) for i, p in enumerate(points)]


@pytest.mark.parametrize("points", [[], SQUARE[:1], SQUARE[:2]])
def test_fewer_than_three_points_are_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(FitRefused) as refused:
        fit(laid(10, 0.001, points))
    assert refused.value.code == "fit_too_few"


@given(turn=turns, along=st.lists(st.integers(-1000, 1000), min_size=3, max_size=6, unique=True))
def test_points_on_one_line_are_refused(turn: float, along: list[int]) -> None:
    line = [(1000.0 * n, 300.0 * n) for n in along]
    with pytest.raises(FitRefused) as refused:
        fit(laid(turn, 0.001, line), "affine")
    assert refused.value.code == "fit_on_a_line"


def test_the_same_point_three_times_is_refused() -> None:
    with pytest.raises(FitRefused):
        fit(laid(0, 1, [(5.0, 5.0)] * 3))


@pytest.mark.parametrize("kind", ["similarity", "affine"])
def test_easting_and_northing_exchanged_are_refused(kind: fitting.FitKind) -> None:
    exchanged = [ControlPoint(p.x, p.y, p.north, p.east) for p in laid(0, 0.001)]
    with pytest.raises(FitRefused) as refused:
        fit(exchanged, kind)
    assert refused.value.code == "fit_mirrored"


@pytest.mark.parametrize("kind", ["similarity", "affine"])
@given(turn=turns, scale=scales, count=st.integers(3, 5))
def test_a_plan_that_was_only_moved_comes_back_to_its_place(
    kind: fitting.FitKind, turn: float, scale: float, count: int
) -> None:
    points = laid(turn, scale)[:count]
    made = fit(points, kind)
    assert made.scale == pytest.approx(scale, rel=1e-9)
    assert math.cos(math.radians(made.rotation_deg - turn)) == pytest.approx(1, abs=1e-9)
    assert made.rms_m < 1e-6 * max(1, scale)
    there = made.moved(np.array([(p.x, p.y) for p in points]))
    assert there == pytest.approx(np.array([(p.east, p.north) for p in points]), abs=1e-5 * max(1, scale))
    assert made.outlier is None


@given(errors=st.lists(st.tuples(millimetres, millimetres), min_size=5, max_size=5))
def test_no_other_similarity_leaves_less(errors: list[tuple[float, float]]) -> None:
    points = [
        ControlPoint(p.x, p.y, p.east + dx, p.north + dy) for p, (dx, dy) in zip(laid(7, 0.001), errors, strict=True)
    ]
    made = fit(points)
    best = sum(value**2 for value in made.residuals_m)
    for turned, scaled, shifted in ((1e-6, 0, 0), (-1e-6, 0, 0), (0, 1e-6, 0), (0, -1e-6, 0), (0, 0, 1e-3)):
        left = 0.0
        for p in points:
            east, north = made.moved(np.array([(p.x, p.y)]))[0] - (EAST, NORTH)
            other_east = (1 + scaled) * east - turned * north + EAST + shifted
            other_north = (1 + scaled) * north + turned * east + NORTH
            left += (other_east - p.east) ** 2 + (other_north - p.north) ** 2
        assert left >= best - 1e-9


@given(which=st.integers(0, 4), by=st.floats(0.5, 100), turn=turns)
def test_one_wrong_point_among_five_is_marked(which: int, by: float, turn: float) -> None:
    assert fit(spoiled(laid(turn, 0.001), which, by)).outlier == which


def test_of_three_points_none_can_be_called_wrong() -> None:
    assert fit(spoiled(laid(0, 0.001)[:3], 1, 50)).outlier is None


def test_an_affine_takes_a_stretched_scan_and_a_similarity_says_what_is_left() -> None:
    stretched = [ControlPoint(p.x, p.y, EAST + p.x * 0.001, NORTH + p.y * 0.00101) for p in laid(0, 0.001)]
    assert fit(stretched, "affine").rms_m < 1e-6
    assert fit(stretched).rms_m > 0.3


@given(turn=turns, scale=scales)
def test_the_stored_transformation_is_the_one_that_was_used(turn: float, scale: float) -> None:
    made = fit(laid(turn, scale))
    x, y = Transformer.from_pipeline(made.pipeline).transform(1234.5, 678.9)
    assert (x, y) == pytest.approx(tuple(made.moved(np.array([(1234.5, 678.9)]))[0]), abs=1e-6)


def test_the_examples_in_the_code_hold() -> None:
    assert doctest.testmod(fitting).failed == 0
