# SPDX-License-Identifier: Apache-2.0
"""What must hold for every block that is cut into plots."""

from __future__ import annotations

from random import Random

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from shapely import Polygon, box
from shapely.affinity import rotate

from gis.subdivision import (
    PlotRule,
    cut,
    cut_by_share,
    street_frontage_m,
    subdivide_in_rows,
    subdivide_recursively,
    with_splays,
)

metres = st.integers(60, 400)
angles = st.floats(0, 180)
seeds = st.integers(0, 10_000)
RULE = PlotRule(min_area_m2=1_500, max_area_m2=6_000, min_frontage_m=12)


def streets_around(block: Polygon) -> Polygon:
    ring = box(*block.buffer(20, join_style="mitre").bounds).difference(block)
    assert isinstance(ring, Polygon)
    return ring


def test_a_line_beside_the_polygon_cuts_nothing() -> None:
    (whole,) = cut(box(0, 0, 10, 10), (50, 50), 90)
    assert whole.equals(box(0, 0, 10, 10))


def test_a_block_without_streets_stays_whole() -> None:
    block = box(0, 0, 300, 200)
    assert subdivide_recursively(block, Polygon(), RULE, Random(1)) == [block]


def test_a_corner_that_does_not_lie_on_two_streets_keeps_its_point() -> None:
    block, street = box(0, 0, 200, 100), box(0, -20, 200, 0)
    assert with_splays(block, street, 8).equals(block)


@given(width_m=metres, depth_m=metres, share=st.floats(0.1, 0.9), direction_deg=angles, turn_deg=angles)
def test_a_cut_by_share_gives_the_left_its_share(
    width_m: int, depth_m: int, share: float, direction_deg: float, turn_deg: float
) -> None:
    block = rotate(box(0, 0, width_m, depth_m), turn_deg)
    left, right = cut_by_share(block, share, direction_deg)
    assert left.area == approx(share * block.area, rel=1e-6)
    assert left.area + right.area == approx(block.area)


@settings(deadline=None)
@given(width_m=metres, depth_m=metres, turn_deg=angles, seed=seeds)
def test_recursive_plots_keep_frontage_and_area_and_fill_the_block(
    width_m: int, depth_m: int, turn_deg: float, seed: int
) -> None:
    block = rotate(box(0, 0, width_m, depth_m), turn_deg)
    streets = streets_around(block)
    plots = subdivide_recursively(block, streets, RULE, Random(seed))
    assert sum(plot.area for plot in plots) == approx(block.area)
    assert all(street_frontage_m(plot, streets) >= 12 for plot in plots)
    assert len(plots) == 1 or min(plot.area for plot in plots) >= 1_500


@given(length_m=st.integers(120, 400), depth_m=st.integers(80, 120), seed=seeds)
def test_two_rows_both_lie_on_a_street_and_fill_the_block(length_m: int, depth_m: int, seed: int) -> None:
    block = box(0, 0, length_m, depth_m)
    plots = subdivide_in_rows(block, rows=2, frontage_m=(38, 50), min_area_m2=1_500, random=Random(seed))
    assert sum(plot.area for plot in plots) == approx(block.area)
    assert all(street_frontage_m(plot, streets_around(block)) >= 12 for plot in plots)
    assert shapely.union_all(plots).symmetric_difference(block).area == approx(0, abs=1e-6)


@given(cut_off_m=st.integers(10, 150), seed=seeds)
def test_a_scrap_at_a_slanting_side_goes_to_its_neighbour(cut_off_m: int, seed: int) -> None:
    block = Polygon([(cut_off_m, 0), (300, 0), (300, 100), (0, 100)])
    plots = subdivide_in_rows(block, rows=2, frontage_m=(35, 45), min_area_m2=1_500, random=Random(seed))
    assert min(plot.area for plot in plots) >= 1_500
    assert sum(plot.area for plot in plots) == approx(block.area)


@settings(deadline=None)
@given(seed=seeds)
def test_the_same_seed_gives_the_same_plots(seed: int) -> None:
    block = box(0, 0, 300, 200)
    once, again = (subdivide_recursively(block, streets_around(block), RULE, Random(seed)) for _ in range(2))
    assert once == again


@given(splay_m=st.floats(4, 10))
def test_a_splay_takes_a_triangle_from_each_street_corner(splay_m: float) -> None:
    block = box(0, 0, 200, 100)
    assert with_splays(block, streets_around(block), splay_m).area == approx(block.area - 4 * splay_m**2 / 2)


def test_a_corner_that_points_inwards_is_not_filled() -> None:
    bent = Polygon([(0, 0), (200, 0), (200, 100), (100, 100), (100, 200), (0, 200)])
    splayed = with_splays(bent, streets_around(box(0, 0, 200, 200)).union(box(100, 100, 200, 200)), 8)
    assert splayed.within(bent)


@pytest.mark.parametrize("direction_deg", [0, 45, 90, 135])
def test_parts_come_from_left_to_right(direction_deg: float) -> None:
    left, right = cut(box(-10, -10, 10, 10), (0, 0), direction_deg)
    turned = [rotate(part, -direction_deg, origin=(0, 0)).centroid.y for part in (left, right)]
    assert turned[0] > 0 > turned[1]
