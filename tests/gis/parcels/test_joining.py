# SPDX-License-Identifier: Apache-2.0
"""What must hold for plots that become one, and for a border that moves."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box

from gis.parcels.joining import merge, move_border, move_corner
from gis.parcels.noding import fitted, followed
from gis.parcels.refusals import CornersOverlap, LineMissesPlot, NotOnePiece, TooNarrow
from gis.parcels.splitting import split_equally
from tests.gis.parcels.shapes import convex_plots, is_on_grid, nine_plots, turns


def test_plots_that_touch_at_a_corner_or_lie_apart_are_not_one() -> None:
    for other in (box(10, 10, 20, 20), box(30, 0, 40, 10)):
        with pytest.raises(NotOnePiece):
            merge([box(0, 0, 10, 10), other])


@settings(deadline=None, max_examples=20)
@given(plot=convex_plots(), count=st.integers(2, 5), bearing_deg=turns)
def test_what_was_split_and_is_merged_is_the_same_land(plot: Polygon, count: int, bearing_deg: float) -> None:
    joined = merge(split_equally(plot, count, bearing_deg))
    assert is_on_grid(joined)
    assert joined.symmetric_difference(plot).area <= 0.01


@settings(deadline=None, max_examples=20)
@given(plots=nine_plots(), data=st.data())
def test_a_border_moves_and_the_neighbours_follow(plots: list[Polygon], data: st.DataObject) -> None:
    one, other, *rest = plots[0], plots[5], *(p for i, p in enumerate(plots) if i not in (0, 5))
    ends = [one.centroid, other.centroid]
    shared = one.boundary.intersection(other.boundary)
    share = data.draw(st.floats(-0.4, 0.4))
    middle = shared.centroid
    toward = ends[1] if share > 0 else ends[0]
    dx, dy = (toward.x - middle.x) * abs(share), (toward.y - middle.y) * abs(share)
    line = LineString([(x + dx, y + dy) for x, y in LineString(shared.convex_hull.coords).coords])
    changed = move_border(one, other, line, rest)
    assert changed[0].area + changed[1].area == pytest.approx(one.area + other.area, abs=0.01)
    assert changed[0].contains(ends[0].centroid) or abs(share) > 0.39
    named = {str(i): shape for i, shape in enumerate(rest)}
    after = followed(list(changed), named)
    assert shapely.coverage_is_valid([*after.changed, *(named | after.neighbours).values()])


def test_a_border_that_misses_is_refused() -> None:
    with pytest.raises(LineMissesPlot):
        move_border(box(0, 0, 10, 10), box(10, 0, 20, 10), LineString([(40, 0), (40, 10)]))


def test_a_corner_moves_for_all_that_share_it() -> None:
    plots = {"1": box(0, 0, 10, 10), "2": box(10, 0, 20, 10), "3": box(0, 10, 10, 20), "4": box(50, 0, 60, 10)}
    moved = move_corner(plots, (10.0, 10.0), (10.5004, 9.5))
    assert sorted(moved) == ["1", "2", "3"]
    assert all(is_on_grid(shape) and Point(10.5, 9.5).intersects(shape) for shape in moved.values())
    with pytest.raises(LineMissesPlot):
        move_corner(plots, (1.0, 1.0), (2.0, 2.0))
    with pytest.raises(TooNarrow):
        move_corner(plots, (10.0, 10.0), (5.0, -5.0))


@settings(deadline=None, max_examples=20)
@given(plots=nine_plots(), noise=st.lists(st.floats(-0.01, 0.01), min_size=8, max_size=8))
def test_a_plot_drawn_a_centimetre_off_is_drawn_to_its_neighbours(plots: list[Polygon], noise: list[float]) -> None:
    plot, *around = plots
    corners = shapely.get_coordinates(plot)[:-1][:4]
    drawn = Polygon([(x + noise[2 * i], y + noise[2 * i + 1]) for i, (x, y) in enumerate(corners.tolist())])
    named = {str(i): shape for i, shape in enumerate(around)}
    after = fitted(drawn, named, snap_m=0.03)
    assert after.changed[0].equals(plot)
    assert shapely.coverage_is_valid([*after.changed, *(named | after.neighbours).values()])


def test_a_plot_drawn_over_its_neighbour_is_refused_with_name_and_ground() -> None:
    with pytest.raises(CornersOverlap) as refusal:
        fitted(box(0, 0, 12, 10), {"A01-002": box(10, 0, 20, 10)}, snap_m=0.03)
    assert (refusal.value.neighbour, refusal.value.overlap_m2) == ("A01-002", 20)
    assert refusal.value.where.bounds == (10, 0, 12, 10)
    assert refusal.value.facts()["place"] is None
