# SPDX-License-Identifier: Apache-2.0
"""A shape on the drawing board: squared, offset, turned, moved by a value. Nothing is saved, neighbours are not looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.affinity import rotate, translate

from gis.fabric import main_axis_deg, on_grid
from gis.parcels.refusals import NotSquare, TooNarrow

if TYPE_CHECKING:
    from collections.abc import Sequence

SQUARE_TOLERANCE_DEG = 10.0


def squared(polygon: Polygon, tolerance_deg: float = SQUARE_TOLERANCE_DEG) -> Polygon:
    """The polygon with every corner a right angle, to its main direction: each side keeps its middle and turns.

    Raises NotSquare where a side would turn by more than the tolerance, TooNarrow where nothing simple comes out.

    >>> squared(Polygon([(0, 0), (20, 0.4), (20.2, 10), (0, 10)])).minimum_rotated_rectangle.area > 190
    True
    """
    axis = main_axis_deg(polygon)
    origin = polygon.centroid
    level = rotate(polygon, -axis, origin=origin)
    rings = [_squared_ring(ring.coords, tolerance_deg) for ring in (level.exterior, *level.interiors)]
    return _whole(rotate(Polygon(rings[0], rings[1:]), axis, origin=origin))


def road_reserve(centre: LineString, width_m: float) -> Polygon:
    """Land to both sides of a centre line, flat at its ends, with mitred bends.

    >>> road_reserve(LineString([(0, 0), (100, 0)]), 20).area
    2000.0
    """
    return _whole(centre.buffer(width_m / 2, cap_style="flat", join_style="mitre", mitre_limit=3))


def parallel(line: LineString, distance_m: float) -> LineString:
    """The line beside a line: on its left, or on its right for a distance below 0. Raises TooNarrow where bends swallow it."""
    beside = shapely.offset_curve(line, distance_m, join_style="mitre", mitre_limit=3)
    if not isinstance(beside, LineString) or beside.is_empty:
        raise TooNarrow()
    return on_grid(beside)


def turned(polygon: Polygon, clockwise_deg: float, about: tuple[float, float] | None = None) -> Polygon:
    """Turned clockwise about a place, else about its centre; on the grid."""
    return _whole(rotate(polygon, -clockwise_deg, origin=about or polygon.centroid))


def moved(polygon: Polygon, east_m: float, north_m: float) -> Polygon:
    """Moved by so many metres; by whole millimetres its shape stays to the last digit."""
    return _whole(translate(polygon, east_m, north_m))


def _whole(shape: Polygon) -> Polygon:
    gridded = on_grid(shape)
    if not isinstance(gridded, Polygon) or not gridded.is_valid or gridded.is_empty:
        raise TooNarrow()
    return gridded


def _squared_ring(coordinates: Sequence[tuple[float, ...]], tolerance_deg: float) -> list[tuple[float, float]]:
    """The ring with each side level or upright. Sides of one direction in a row become one, at their mean weighted by length."""
    corners = np.asarray(coordinates)[:-1, :2]
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    directions = np.degrees(np.arctan2(sides[:, 1], sides[:, 0]))
    quarters = np.round(directions / 90).astype(int)
    turned_deg = np.abs(directions - quarters * 90)
    if (turned_deg > tolerance_deg).any():
        raise NotSquare(float(turned_deg.max()), tolerance_deg)
    level = quarters % 2 == 0
    middles = (corners + np.roll(corners, -1, axis=0)) / 2
    runs: list[tuple[bool, float, float]] = []
    for i in range(len(corners)):
        kind, length, at = bool(level[i]), float(lengths[i]), float(middles[i][1] if level[i] else middles[i][0])
        if runs and runs[-1][0] == kind:
            _, before, there = runs[-1]
            runs[-1] = kind, before + length, (there * before + at * length) / (before + length)
        else:
            runs.append((kind, length, at))
    if len(runs) > 1 and runs[0][0] == runs[-1][0]:
        kind, length, at = runs.pop()
        _, first, there = runs[0]
        runs[0] = kind, first + length, (there * first + at * length) / (first + length)
    if len(runs) < 4:
        raise TooNarrow()
    ring = [(a[2], b[2]) if b[0] else (b[2], a[2]) for a, b in zip(runs, [*runs[1:], runs[0]], strict=True)]
    return [*ring, ring[0]]
