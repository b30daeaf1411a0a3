# SPDX-License-Identifier: Apache-2.0
"""What must hold for every fabric of plots, wherever it lies and however its axes are turned."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box

from gis.fabric import (
    FabricBroken,
    axis_difference_deg,
    frontage_m,
    gap_m2,
    main_axis_deg,
    noded,
    on_grid,
)
from gis.frame import LocalFrame
from gis.subdivision import subdivide_in_rows

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

turns = st.floats(0, 360, allow_nan=False)
seeds = st.integers(0, 10_000)
UTM_ORIGIN = (655_469.0, 3_454_314.0)


def a_turned_block(axis_deg: float, seed: int) -> tuple[list[Polygon], Polygon, Polygon]:
    """Plots of one block, the block, and a street along its southern side, all in grid coordinates, not noded."""
    frame = LocalFrame(UTM_ORIGIN, axis_deg)
    block, street = box(0, 0, 260, 95), box(-20, -20, 280, 0)
    plots = subdivide_in_rows(block, rows=2, frontage_m=(32, 48), min_area_m2=1_500, random=Random(seed))
    return [frame.to_grid(plot) for plot in plots], frame.to_grid(block), frame.to_grid(street)


def test_a_polygon_that_collapses_on_the_grid_is_refused_and_named() -> None:
    with pytest.raises(FabricBroken) as refusal:
        noded([box(0, 0, 10, 10), Polygon([(20, 0), (30, 0), (30, 0.0001)])])
    assert refusal.value.position == 1


@given(axis_deg=turns, seed=seeds)
def test_noded_plots_block_and_street_are_a_valid_coverage(axis_deg: float, seed: int) -> None:
    plots, _, street = a_turned_block(axis_deg, seed)
    assert shapely.coverage_is_valid([*noded([*plots, street])])


def test_without_noding_the_same_plots_are_no_coverage() -> None:
    plots, _, street = a_turned_block(17.3, 1)
    assert not shapely.coverage_is_valid([on_grid(polygon) for polygon in (*plots, street)])


@given(axis_deg=turns, seed=seeds)
def test_every_ordinate_is_the_double_nearest_to_three_decimals(axis_deg: float, seed: int) -> None:
    plots, *_ = a_turned_block(axis_deg, seed)
    for ordinate in shapely.get_coordinates(noded(plots)).ravel().tolist():
        assert ordinate == round(ordinate, 3)


@given(axis_deg=turns, seed=seeds)
@example(axis_deg=224.6839804331391, seed=1496)  # a junction moved off its edge by merging
def test_a_block_noded_with_its_plots_is_exactly_their_union(axis_deg: float, seed: int) -> None:
    plots, block, _ = a_turned_block(axis_deg, seed)
    *fabric, outline = noded([*plots, block])
    assert gap_m2(outline, fabric) == 0


def test_a_missing_plot_is_a_gap_of_its_area() -> None:
    assert gap_m2(box(0, 0, 30, 10), [box(0, 0, 10, 10), box(20, 0, 30, 10)]) == pytest.approx(100)


@given(axis_deg=turns, seed=seeds)
def test_frontage_is_the_border_shared_with_the_street(axis_deg: float, seed: int) -> None:
    plots, _, street = a_turned_block(axis_deg, seed)
    *fabric, reserve = noded([*plots, street])
    fronts = [frontage_m(plot, reserve.boundary) for plot in fabric]
    assert sum(fronts) == pytest.approx(260, abs=0.01)
    assert sum(front == 0 for front in fronts) == len(plots) / 2


@given(axis_deg=st.floats(0, 89.99), width_m=st.integers(20, 400), depth_m=st.integers(20, 400))
def test_a_rectangle_has_the_axis_it_was_turned_to(axis_deg: float, width_m: int, depth_m: int) -> None:
    turned = LocalFrame(UTM_ORIGIN, axis_deg).to_grid(box(0, 0, width_m, depth_m))
    assert axis_difference_deg(main_axis_deg(turned), axis_deg) < 0.01


def test_one_slanting_quay_side_does_not_turn_the_axis() -> None:
    yard = Polygon([(0, 0), (190, 0), (190, 205), (0, 230)])
    assert main_axis_deg(yard) == pytest.approx(0)


def test_axes_that_differ_by_a_quarter_turn_are_the_same() -> None:
    assert axis_difference_deg(89.5, 0.5) == pytest.approx(1)
    assert axis_difference_deg(4.8, 94.8) == 0


@given(axis_deg=turns, x=st.floats(-5_000, 5_000), y=st.floats(-5_000, 5_000))
def test_a_frame_and_back_is_where_we_were(axis_deg: float, x: float, y: float) -> None:
    frame = LocalFrame(UTM_ORIGIN, axis_deg)
    assert frame.to_local(frame.to_grid(Point(x, y))).distance(Point(x, y)) < 1e-6


@pytest.mark.parametrize("shape", [Point(0.12345, 5), LineString([(0, 0), (1.00049, 2)]), box(0, 0, 1.0005001, 1)])
def test_the_grid_keeps_every_vertex(shape: BaseGeometry) -> None:
    gridded = on_grid(shape)
    assert shapely.get_num_coordinates(gridded) == shapely.get_num_coordinates(shape)
    assert gridded.hausdorff_distance(shape) <= 0.00072
