# SPDX-License-Identifier: Apache-2.0
"""What must hold for every plot that is split, wherever it lies and however it is turned."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import LineString, Polygon, box
from shapely.affinity import rotate, translate

from gis.fabric import on_grid
from gis.parcels.noding import corner_on_side, followed
from gis.parcels.refusals import AreaOutOfReach, LineMissesPlot, NoFrontage, TooManyPieces, TooNarrow
from gis.parcels.splitting import split_by_area, split_by_frontage, split_by_line, split_equally
from tests.gis.parcels.shapes import ORIGIN, convex_plots, is_on_grid, nine_plots, turns

U_SHAPE = on_grid(
    translate(Polygon([(0, 0), (90, 0), (90, 60), (60, 60), (60, 20), (30, 20), (30, 60), (0, 60)]), *ORIGIN)
)


def require_same_land(plot: Polygon, parts: list[Polygon]) -> None:
    """The law of every split: a hundredth of a square metre, no overlap, valid, on the grid, noded."""
    assert all(part.is_valid and is_on_grid(part) for part in parts)
    assert abs(sum(part.area for part in parts) - plot.area) <= 0.01
    assert shapely.union_all(parts).symmetric_difference(plot).area <= 0.01
    assert shapely.coverage_is_valid(parts)


def test_a_line_beside_the_plot_is_refused() -> None:
    with pytest.raises(LineMissesPlot):
        split_by_line(box(0, 0, 30, 20), LineString([(40, 0), (40, 20)]))


@pytest.mark.parametrize("area_m2", [0, -5, 600, 10_000])
def test_an_area_that_the_plot_has_not_is_refused(area_m2: float) -> None:
    with pytest.raises(AreaOutOfReach):
        split_by_area(box(0, 0, 30, 20), area_m2, 0)


def test_a_cut_that_leaves_three_pieces_is_refused_with_their_number() -> None:
    with pytest.raises(TooManyPieces) as refusal:
        split_by_area(U_SHAPE, 1_000, 90)
    assert (refusal.value.wanted, refusal.value.found) == (2, 3)


def test_a_front_too_short_for_two_is_refused() -> None:
    with pytest.raises(NoFrontage):
        split_by_frontage(box(0, 0, 30, 20), box(0, -10, 30, 0), 25)
    with pytest.raises(NoFrontage):
        split_by_frontage(box(0, 0, 30, 20), box(0, -30, 30, -20), 10)


@settings(deadline=None)
@given(plot=convex_plots(), turn=turns, data=st.data())
def test_a_line_through_a_plot_keeps_its_land(plot: Polygon, turn: float, data: st.DataObject) -> None:
    inside = plot.centroid
    line = translate(
        rotate(LineString([(-3, 0), (data.draw(st.floats(1, 200)), 0)]), turn, origin=(0, 0)), inside.x, inside.y
    )
    require_same_land(plot, split_by_line(plot, line))


@settings(deadline=None, max_examples=40)
@given(plot=convex_plots(), bearing_deg=turns, share=st.floats(0.1, 0.9))
def test_an_area_at_a_bearing_is_met(plot: Polygon, bearing_deg: float, share: float) -> None:
    wanted = round(plot.area * share)
    try:
        parts = split_by_area(plot, wanted, bearing_deg)
    except TooNarrow:  # a part that runs out into a needle is refused, whatever its area
        assume(False)
    require_same_land(plot, list(parts))
    assert abs(parts[0].area - wanted) <= max(2e-4 * wanted, 0.1)


def test_the_part_asked_for_lies_on_the_left_of_the_bearing() -> None:
    west, east = split_by_area(box(0, 0, 30, 20), 200, 0)
    assert west.area == 200
    assert west.centroid.x < east.centroid.x


@settings(deadline=None, max_examples=20)
@given(plot=convex_plots(), count=st.integers(2, 11), bearing_deg=turns)
def test_equal_parts_are_as_many_as_asked_and_equal(plot: Polygon, count: int, bearing_deg: float) -> None:
    parts = split_equally(plot, count, bearing_deg)
    assert len(parts) == count
    require_same_land(plot, parts)
    assert all(abs(part.area - plot.area / count) <= max(2e-4 * plot.area / count, 0.1) for part in parts)


@settings(deadline=None, max_examples=20)
@given(plots=nine_plots(), bearing_deg=turns)
def test_neighbours_get_the_corners_of_a_split_and_nothing_else_happens_to_them(
    plots: list[Polygon], bearing_deg: float
) -> None:
    plot, *around = plots
    named = {str(i): shape for i, shape in enumerate(around)}
    after = followed(split_equally(plot, 3, bearing_deg), named)
    assert shapely.coverage_is_valid([*after.changed, *(named | after.neighbours).values()])
    for name, shape in after.neighbours.items():
        before = {tuple(corner) for corner in shapely.get_coordinates(named[name]).tolist()}
        assert before < {tuple(corner) for corner in shapely.get_coordinates(shape).tolist()}
        assert abs(shape.area - named[name].area) <= 0.01


@settings(deadline=None, max_examples=20)
@given(turn=turns, frontage_m=st.floats(9, 40))
def test_lots_by_frontage_have_it_all_but_a_last_wider_one(turn: float, frontage_m: float) -> None:
    def placed(shape: Polygon) -> Polygon:
        return on_grid(translate(rotate(shape, turn, origin=(0, 0)), *ORIGIN))

    plot, street = placed(box(0, 0, 120, 45)), placed(box(-10, -12, 130, 0))
    parts = split_by_frontage(plot, street, frontage_m)
    require_same_land(plot, parts)
    fronts = [part.boundary.intersection(street.buffer(0.01)).length for part in parts]
    assert all(abs(front - frontage_m) < 0.05 for front in fronts[:-1])
    assert fronts[-1] > frontage_m - 0.05


@given(
    start=st.tuples(st.integers(-200_000, 200_000), st.integers(-200_000, 200_000)),
    step=st.tuples(st.integers(-150_000, 150_000), st.integers(-150_000, 150_000)),
    share=st.floats(0, 1),
)
def test_a_corner_on_a_side_is_on_the_grid_beside_where_it_was_wished(
    start: tuple[int, int], step: tuple[int, int], share: float
) -> None:
    if max(map(abs, step)) < 100:
        return
    a = (start[0] / 1000, start[1] / 1000)
    b = (round(a[0] + step[0] / 1000, 3), round(a[1] + step[1] / 1000, 3))
    wished = (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
    corner = corner_on_side(a, b, wished)
    assert is_on_grid(shapely.Point(corner))
    assert shapely.distance(shapely.Point(corner), LineString([a, b])) <= 0.00071
    assert shapely.distance(shapely.Point(corner), shapely.Point(wished)) <= 0.22
