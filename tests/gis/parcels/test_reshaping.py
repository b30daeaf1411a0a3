# SPDX-License-Identifier: Apache-2.0
"""Squaring, offsetting, turning and moving a shape on the drawing board."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Polygon, box
from shapely.affinity import rotate, translate

from gis.fabric import on_grid
from gis.parcels.refusals import NotSquare, TooNarrow
from gis.parcels.reshaping import moved, parallel, road_reserve, squared, turned
from tests.gis.parcels.shapes import ORIGIN, convex_plots, is_on_grid, turns


def test_a_triangle_is_not_squared() -> None:
    with pytest.raises(NotSquare):
        squared(Polygon([(0, 0), (30, 0), (0, 20)]))


@given(turn=turns, lean=st.floats(-0.8, 0.8))
def test_a_leaning_oblong_becomes_square_and_stays_where_it_was(turn: float, lean: float) -> None:
    leaning = Polygon([(0, 0), (40, lean), (40 + lean, 25), (0, 25)])
    placed = translate(rotate(leaning, turn, origin=(0, 0)), *ORIGIN)
    made = squared(placed)
    assert is_on_grid(made)
    assert made.minimum_rotated_rectangle.area == pytest.approx(made.area, abs=0.1)
    assert made.symmetric_difference(placed).area < 0.06 * placed.area


def test_an_l_shape_stays_an_l() -> None:
    made = squared(Polygon([(0, 0), (30, 0.3), (30, 10), (12, 10.2), (12.1, 30), (0, 30)]))
    assert len(made.exterior.coords) == 7
    assert made.area == pytest.approx(541, rel=0.02)


def test_a_reserve_is_as_wide_as_said_round_a_bend() -> None:
    reserve = road_reserve(LineString([(0, 0), (100, 0), (100, 80)]), 24)
    assert reserve.area == pytest.approx(24 * 180)
    assert parallel(LineString([(0, 0), (100, 0)]), 12).bounds == (0, 12, 100, 12)
    with pytest.raises(TooNarrow):
        parallel(LineString([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0.5)]), 8)


@settings(deadline=None)
@given(plot=convex_plots(), turn=turns, east=st.integers(-900_000, 900_000), north=st.integers(-900_000, 900_000))
def test_turned_and_moved_plots_keep_their_size_on_the_grid(plot: Polygon, turn: float, east: int, north: int) -> None:
    around = turned(plot, turn)
    assert is_on_grid(around)
    assert around.area == pytest.approx(plot.area, abs=0.001 * plot.length)
    away = moved(plot, east / 1000, north / 1000)
    assert on_grid(translate(away, -east / 1000, -north / 1000)).equals(plot)


def test_clockwise_is_clockwise() -> None:
    assert turned(box(0, 0, 10, 2), 90, (0, 0)).bounds == (0, -10, 2, 0)
