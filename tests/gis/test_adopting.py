# SPDX-License-Identifier: Apache-2.0
"""The existing edge is adopted: neighbours meet exactly, nothing farther than the tolerance moves, every move is told."""

import math
from typing import Any

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, affinity, box

from gis.adopting import adopt
from gis.placing import on_grid

TOLERANCE_M = 0.05
jitter = st.tuples(st.integers(-30, 30), st.integers(-30, 30)).map(lambda pair: (pair[0] / 1000, pair[1] / 1000))
turns = st.floats(0, 90)


def gridded(shape: Any) -> Any:
    return shapely.transform(shape, on_grid)


def array(*shapes: Any) -> Any:
    return np.array([*shapes, None], dtype=object)[:-1]


def jittered(ring: list[tuple[float, float]], by: list[tuple[float, float]]) -> Polygon:
    return gridded(Polygon([(x + dx, y + dy) for (x, y), (dx, dy) in zip(ring, by, strict=True)]))


@given(turn=turns, by=st.lists(jitter, min_size=4, max_size=4))
def test_a_neighbour_drawn_anew_meets_the_old_plot_and_overlaps_nobody(
    turn: float, by: list[tuple[float, float]]
) -> None:
    old = gridded(affinity.rotate(box(0, 0, 40, 30), turn, origin=(0, 0)))
    right = affinity.rotate(box(40, 0, 70, 30), turn, origin=(0, 0))
    new = jittered(list(right.exterior.coords)[:-1], by)
    made = adopt(array(new), beside=[old], tolerance_m=TOLERANCE_M)
    assert made.refused == ()
    shape = made.shapes[0]
    assert shape.is_valid and not shapely.relate_pattern(shape, old, "2********")
    assert math.isclose(shape.intersection(old).length, 30, abs_tol=0.01)
    assert all(move.distance_m <= TOLERANCE_M for move in made.moves)
    assert abs(shape.area - new.area) < TOLERANCE_M * new.length


@given(turn=turns, share=st.floats(0.1, 0.9), by=st.lists(jitter, min_size=4, max_size=4))
def test_a_corner_in_the_middle_of_an_old_edge_overlaps_nobody(
    turn: float, share: float, by: list[tuple[float, float]]
) -> None:
    old = gridded(affinity.rotate(box(0, 0, 40, 100), turn, origin=(0, 0)))
    low = 60 * share
    beside = affinity.rotate(box(40, low, 70, low + 25), turn, origin=(0, 0))
    made = adopt(array(jittered(list(beside.exterior.coords)[:-1], by)), beside=[old], tolerance_m=TOLERANCE_M)
    assert not shapely.relate_pattern(made.shapes[0], old, "2********")
    assert shapely.distance(made.shapes[0], old) <= 0.002


@given(by=st.lists(jitter, min_size=6, max_size=6))
def test_new_plots_that_share_corners_go_on_sharing_them(by: list[tuple[float, float]]) -> None:
    old = box(0, -30, 80, 0)
    corners = [(0.0, 0.0), (40.0, 0.0), (80.0, 0.0), (80.0, 30.0), (40.0, 30.0), (0.0, 30.0)]
    moved = [(round(x + dx, 3), round(y + dy, 3)) for (x, y), (dx, dy) in zip(corners, by, strict=True)]
    left, right = Polygon([moved[i] for i in (0, 1, 4, 5)]), Polygon([moved[i] for i in (1, 2, 3, 4)])
    made = adopt(array(left, right), beside=[old], tolerance_m=TOLERANCE_M)
    one, other = made.shapes
    assert not shapely.relate_pattern(one, other, "2********")
    assert one.intersection(other).length > 29.9


def test_a_corner_of_a_neighbour_in_the_middle_of_an_edge_takes_the_edge_along() -> None:
    old = box(0, -30, 80, 0)
    upper = Polygon([(0, 0.02), (80, 0.02), (80, 40), (0, 40)])
    # The thin strip's corner lies on the upper one's edge, and both go down to the old border.
    strip = Polygon([(30, 0.02), (50, 0.02), (50, 0.01), (30, 0.01)])
    made = adopt(array(upper, strip), beside=[old], tolerance_m=0.05)
    assert made.shapes[0].intersection(old).length == 80
    assert made.refused == (1,)  # it would vanish


def test_what_lies_farther_away_stays() -> None:
    new = box(40.06, 0, 70, 30)
    made = adopt(array(new, None, shapely.Point(1, 1)), beside=[box(0, 0, 40, 30)], tolerance_m=0.05)
    assert made.shapes[0] is new
    assert (made.moves, made.refused) == ((), ())


def test_every_move_is_told_with_its_distance() -> None:
    made = adopt(array(box(40.03, 0.04, 70, 30)), beside=[box(0, 0, 40, 30)], tolerance_m=0.051)
    told = {(move.start, move.end, round(move.distance_m, 3)) for move in made.moves}
    assert told == {((40.03, 0.04), (40.0, 0.0), 0.05), ((40.03, 30.0), (40.0, 30.0), 0.03)}


def test_an_old_corner_between_two_new_ones_is_taken_up() -> None:
    old = Polygon([(0, 0), (40, 0), (40.02, 15), (40, 30), (0, 30)])
    made = adopt(array(box(40, 0, 70, 30)), beside=[old], tolerance_m=0.05)
    assert [move.end for move in made.moves if move.added] == [(40.02, 15.0)]
    assert not shapely.relate_pattern(made.shapes[0], old, "2********")


def test_a_plot_over_the_edge_of_its_block_comes_back_into_it() -> None:
    block = box(0, 0, 100, 100)
    made = adopt(array(box(-0.03, -0.03, 50, 50.01)), beside=[], within=[block], tolerance_m=0.05)
    assert shapely.covers(block, made.shapes[0])


def test_an_area_that_would_break_is_refused_and_stays_with_its_neighbours() -> None:
    sliver = box(40.01, 0, 40.04, 30)
    behind = box(40.04, 0, 70, 30)
    made = adopt(array(sliver, behind), beside=[box(0, 0, 40, 30)], tolerance_m=0.05)
    assert made.refused == (0,)
    assert made.shapes[0] is sliver
    assert not shapely.relate_pattern(made.shapes[0], made.shapes[1], "2********")
