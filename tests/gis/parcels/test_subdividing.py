# SPDX-License-Identifier: Apache-2.0
"""What must hold for every block that is divided: band of areas, frontage, no gap, no overlap."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box
from shapely.affinity import rotate, translate

from gis.fabric import on_grid
from gis.parcels.refusals import CannotSubdivide
from gis.parcels.subdividing import LotRule, Subdivided, Way, subdivide
from tests.gis.parcels.shapes import ORIGIN, is_on_grid, turns

WAYS: tuple[Way, ...] = ("halving", "rows")


def a_block(wide: float, deep: float, turn: float, slant: float = 0.0) -> tuple[Polygon, Polygon]:
    """A block and the streets round it, in grid metres."""

    def placed(shape: Polygon) -> Polygon:
        return on_grid(translate(rotate(shape, turn, origin=(0, 0)), *ORIGIN))

    block = Polygon([(0, 0), (wide, 0), (wide - slant, deep), (0, deep)])
    return placed(block), placed(block.buffer(20, join_style="mitre").difference(block))


def require_rule(block: Polygon, streets: Polygon, rule: LotRule, made: Subdivided) -> None:
    pieces = [*made.lots, *made.strips, *made.corners]
    assert shapely.coverage_is_valid(pieces)
    assert all(is_on_grid(piece) for piece in pieces)
    assert shapely.union_all(pieces).symmetric_difference(block).area <= 1e-5 * block.area
    seen = shapely.union_all([streets, *made.corners]).buffer(0.02)
    for lot in made.lots:
        assert rule.min_area_m2 <= lot.area <= rule.max_area_m2
        assert lot.boundary.intersection(seen).length >= rule.min_frontage_m


@pytest.mark.parametrize("way", WAYS)
def test_a_rule_that_the_block_cannot_keep_is_refused_with_its_figures(way: Way) -> None:
    block, streets = a_block(100, 100, 0)
    with pytest.raises(CannotSubdivide) as refusal:
        subdivide(block, streets, LotRule(400, 500, 60), way)
    assert refusal.value.facts()["min_frontage_m"] == 60


@pytest.mark.parametrize("way", WAYS)
@settings(deadline=None, max_examples=10)
@given(
    wide=st.floats(180, 320),
    deep=st.floats(80, 130),
    turn=turns,
    slant=st.floats(0, 25),
    target=st.floats(900, 2_500),
)
def test_every_lot_keeps_the_rule_and_all_are_the_block(
    way: Way, wide: float, deep: float, turn: float, slant: float, target: float
) -> None:
    block, streets = a_block(wide, deep, turn, slant)
    rule = LotRule(0.6 * target, 1.6 * target, 12, target)
    require_rule(block, streets, rule, subdivide(block, streets, rule, way))


def test_eight_hectares_become_thirty_two_lots_with_frontage() -> None:
    block, streets = a_block(400, 200, 23.4)
    rule = LotRule(1_500, 4_000, 12, 2_500)
    made = subdivide(block, streets, rule, "halving")
    assert len(made.lots) == 32
    require_rule(block, streets, rule, made)


def test_rows_leave_the_easement_free_and_the_corners_to_the_street() -> None:
    block, streets = a_block(240, 90, 11)
    rule = LotRule(800, 2_000, 20, 1_200, chamfer_m=6, easement_m=3)
    made = subdivide(block, streets, rule, "rows")
    require_rule(block, streets, rule, made)
    assert sum(strip.area for strip in made.strips) == pytest.approx(240 * 3, abs=1)
    assert sorted(round(corner.area) for corner in made.corners) == [18, 18, 18, 18]


def test_a_shallow_block_gets_one_row() -> None:
    block, streets = box(0, 0, 200, 30), box(-20, -20, 220, 0)
    made = subdivide(block, streets, LotRule(500, 800, 15), "rows")
    assert len(made.lots) == 9
    require_rule(block, streets, LotRule(500, 800, 15), made)
