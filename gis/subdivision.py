# SPDX-License-Identifier: Apache-2.0
"""Cutting blocks into plots: by a line, by recursive oriented boxes, by rows of frontages.

Everything here works in a local frame (`gis.frame`), in metres, and leaves the 1 mm grid to `gis.fabric`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.affinity import rotate
from shapely.ops import split

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from shapely.geometry.base import BaseGeometry

_NEAR_M = 0.01
"""A border this near a street lies on it: cutting leaves about 1e-9 m in a local frame."""


@dataclass(frozen=True, slots=True)
class PlotRule:
    """What every plot of a block must keep to. Areas in square metres, frontage in metres along a street."""

    min_area_m2: float
    max_area_m2: float
    min_frontage_m: float = 12.0


def cut(polygon: Polygon, through: tuple[float, float], direction_deg: float) -> list[Polygon]:
    """The parts of a polygon on both sides of an endless line, ordered from the left of its direction to the right.

    The line is drawn well past the polygon: one clipped to it beforehand ends 1e-10 m short and cuts nothing.

    >>> [round(part.area) for part in cut(shapely.box(0, 0, 30, 20), (10, 0), 90)]
    [200, 400]
    """
    reach = 2 * (polygon.length + polygon.distance(Point(through)) + 1)
    dx, dy = math.cos(math.radians(direction_deg)), math.sin(math.radians(direction_deg))
    x, y = through
    line = LineString([(x - reach * dx, y - reach * dy), (x + reach * dx, y + reach * dy)])
    parts = [part for part in split(polygon, line).geoms if isinstance(part, Polygon)]
    return sorted(parts, key=lambda part: -_side(part, through, (dx, dy)))


def cut_by_share(polygon: Polygon, share: float, direction_deg: float) -> list[Polygon]:
    """Two parts (more where the polygon is hollow) by a line of a direction; the left holds `share` of the area."""
    level = rotate(polygon, -direction_deg, origin=(0, 0))
    left, bottom, right, top = level.bounds
    low, high = bottom, top
    for _ in range(60):
        middle = (low + high) / 2
        above = level.intersection(shapely.box(left - 1, middle, right + 1, top + 1)).area
        low, high = (middle, high) if above > share * polygon.area else (low, middle)
    on_line = rotate(Point((left + right) / 2, (low + high) / 2), direction_deg, origin=(0, 0))
    return cut(polygon, (on_line.x, on_line.y), direction_deg)


def subdivide_recursively(block: Polygon, streets: BaseGeometry, rule: PlotRule, random: Random) -> list[Polygon]:
    """Plots by halving the oriented box again and again (Vanegas et al. 2012, recursive OBB).

    `streets` is the area of the road reserves. A cut runs across the longer side of the block's box; when a child
    would have no frontage the cut is turned by 90 degrees; when neither works the block stays whole, however large.
    """
    enough = random.uniform(max(rule.min_area_m2, 0.55 * rule.max_area_m2), rule.max_area_m2)
    if block.area <= enough:
        return [block]
    along_deg = longer_side_deg(block)
    share = random.uniform(0.44, 0.56)
    for direction_deg in (along_deg + 90, along_deg):
        children = cut_by_share(block, share, direction_deg)
        if len(children) == 2 and all(_is_plot(child, streets, rule) for child in children):
            return [plot for child in children for plot in subdivide_recursively(child, streets, rule, random)]
    return [block]


def subdivide_in_rows(
    block: Polygon, *, rows: int, frontage_m: tuple[float, float], min_area_m2: float, random: Random
) -> list[Polygon]:
    """Plots side by side along the x axis, in one row or in two with their backs on a common spine.

    `frontage_m` is the range of the plots' widths. Corners that the block's outline leaves too small go to the
    neighbour with which they share most border. Plots come row by row from the top, each from left to right.
    """
    left, bottom, right, top = block.bounds
    depths = np.linspace(top, bottom, rows + 1)
    fronts = _fronts_m(right - left, frontage_m, random)
    plots: list[Polygon] = []
    for upper, lower in pairwise(depths):
        x = left
        for width in fronts:
            cell = block.intersection(shapely.box(x, lower, x + width, upper))
            plots += [part for part in shapely.get_parts(cell).tolist() if isinstance(part, Polygon)]
            x += width
    return _without_scraps(plots, min_area_m2)


def with_splays(block: Polygon, streets: BaseGeometry, splay_m: float) -> Polygon:
    """The block with its street corners cut off, so that a lorry's driver sees into the crossing.

    Only square corners that point outwards, between two borders on a street, are cut: `splay_m` along each border.
    """
    corners = list(shapely.orient_polygons(block).exterior.coords)[:-1]
    kept: list[tuple[float, float]] = []
    for before, corner, after in zip([corners[-1], *corners[:-1]], corners, [*corners[1:], corners[0]], strict=True):
        sides = LineString([before, corner]), LineString([corner, after])
        if _is_square(before, corner, after) and all(
            side.length > 4 * splay_m and _runs_along(side, streets) for side in sides
        ):
            kept += [_towards(corner, before, splay_m), _towards(corner, after, splay_m)]
        else:
            kept.append(corner)
    return Polygon(kept, block.interiors)


def street_frontage_m(plot: Polygon, streets: BaseGeometry) -> float:
    """Metres of the plot's border that lie on the streets' area, before either stands on the grid."""
    return float(plot.boundary.intersection(streets.buffer(_NEAR_M)).length)


def longer_side_deg(polygon: Polygon) -> float:
    """Direction of the longer side of the smallest box around a polygon, degrees from the x axis in [0, 180)."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(polygon))
    sides = np.diff(corners[:3], axis=0)
    dx, dy = sides[int(np.argmax(np.hypot(sides[:, 0], sides[:, 1])))]
    return math.degrees(math.atan2(dy, dx)) % 180


def _is_plot(polygon: Polygon, streets: BaseGeometry, rule: PlotRule) -> bool:
    return polygon.area >= rule.min_area_m2 and street_frontage_m(polygon, streets) >= rule.min_frontage_m


def _side(part: Polygon, through: tuple[float, float], direction: tuple[float, float]) -> float:
    centre = part.centroid
    return float(direction[0] * (centre.y - through[1]) - direction[1] * (centre.x - through[0]))


def _fronts_m(length_m: float, frontage_m: tuple[float, float], random: Random) -> list[float]:
    """Widths that fill a row, to the half metre but for the last, which takes what is left."""
    count = max(1, round(length_m / (sum(frontage_m) / 2)))
    drawn = [random.uniform(*frontage_m) for _ in range(count)]
    fronts = [round(2 * width * length_m / sum(drawn)) / 2 for width in drawn[:-1]]
    return [*fronts, length_m - sum(fronts)]


def _without_scraps(plots: list[Polygon], min_area_m2: float) -> list[Polygon]:
    while len(plots) > 1:
        scrap = min(plots, key=lambda plot: plot.area)
        if scrap.area >= min_area_m2:
            break
        others = [plot for plot in plots if plot is not scrap]
        widened = scrap.buffer(_NEAR_M)
        neighbour = max(others, key=lambda plot: plot.boundary.intersection(widened).length)
        joined = shapely.union(scrap, neighbour)
        if not isinstance(joined, Polygon):
            break
        plots = [joined if plot is neighbour else plot for plot in others]
    return plots


def _is_square(before: Sequence[float], corner: Sequence[float], after: Sequence[float]) -> bool:
    """Whether a ring that runs counter-clockwise turns left by a right angle here."""
    (dx, dy), (next_dx, next_dy) = np.subtract(corner, before), np.subtract(after, corner)
    lengths = math.hypot(dx, dy) * math.hypot(next_dx, next_dy)
    return bool(dx * next_dy - dy * next_dx > 0.99 * lengths)


def _runs_along(side: LineString, streets: BaseGeometry) -> bool:
    return bool(side.intersection(streets.buffer(_NEAR_M)).length > 0.9 * side.length)


def _towards(start: Sequence[float], end: Sequence[float], distance_m: float) -> tuple[float, float]:
    point = LineString([start, end]).interpolate(distance_m)
    return (point.x, point.y)
