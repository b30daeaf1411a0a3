# SPDX-License-Identifier: Apache-2.0
"""The coast road: past the zone a straight line along the coast, beyond it a line 1.5 km inland. Illustrative."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapely import LineString, Point, Polygon, box
from shapely.ops import linemerge, substring

from gis.fabric import on_grid
from layers.sirte import layout

if TYPE_CHECKING:
    from layers.sirte.shore import Shore

_REACH_M = 56_000.0
_INLAND_M = 1_500.0
_STRAIGHT_M = 1_500.0
"""How far beyond the zone the road still runs straight."""


def coast_road_of(shore: Shore) -> tuple[LineString, Polygon]:
    """The road, from west to east, and the 60 m of its reserve that divide the two phases."""
    y, half = layout.COAST_ROAD_Y, layout.COAST_ROAD_M / 2
    west, east = layout.WEST_2 - _STRAIGHT_M, layout.EAST_2 + _STRAIGHT_M
    straight = shore.frame.to_grid(LineString([(west, y), (east, y)]))
    inland = _inland(shore)
    before = substring(inland, 0, inland.project(Point(straight.coords[0])) - 2_500)
    after = substring(inland, inland.project(Point(straight.coords[-1])) + 2_500, inland.length)
    road = LineString([*before.coords, *straight.coords, *after.coords])
    reserve = box(layout.WEST_2, y - half, layout.EAST_2, y + half)
    return on_grid(road), on_grid(shore.frame.to_grid(reserve))


def _inland(shore: Shore) -> LineString:
    x, y = shore.frame.origin
    near = box(x - _REACH_M, y - 60_000, x + _REACH_M, y + 60_000)
    line = shore.land.buffer(-_INLAND_M).boundary.intersection(near)
    if not isinstance(line, LineString):
        line = max(linemerge(line).geoms, key=lambda part: part.length)
    if line.coords[0][0] > line.coords[-1][0]:
        line = line.reverse()
    return line.simplify(60)
