# SPDX-License-Identifier: Apache-2.0
"""One plot into several: by a drawn line, by an area at a bearing, into equal areas, by frontages.

Plots and answers are in grid metres, on the 1 mm grid; the parts are noded with each other. Bearings are degrees clockwise from grid
north, as surveyors say them.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import shapely
from shapely import LineString, Polygon
from shapely.ops import split

from gis.frame import LocalFrame
from gis.parcels.noding import Leeway, partition_on_grid
from gis.parcels.refusals import AreaOutOfReach, LineMissesPlot, NoFrontage, TooManyPieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

SMALLEST_M2 = 1.0
"""A piece below this is no plot, whatever the plan says."""
SHIFTS_M = sorted((step / 1000 for step in range(-12, 13, 2)), key=abs)
"""Corners on slanting sides stand a few millimetres from where they should; a cut moved as little may meet the area better."""
_NEAR_ENOUGH = 5e-5
"""An area met to this share, a quarter of what a split is allowed, needs no further looking."""
_WIDE, _NARROW = 0.15, 0.0006
"""Metres that a corner may stand from where the cut meets the side; near costs two more corners on each side."""
_AT_THE_FRONT = Leeway(window_m=0.01)
"""A frontage is asked for to the centimetre."""
_SPENT_M2 = 0.008
"""Area that all corners of one split together may move on the plot's sides: four fifths of what the register allows."""


def split_by_line(plot: Polygon, line: LineString) -> list[Polygon]:
    """The parts on both sides of a line, largest first. An end inside the plot is carried on, straight, to the border.

    Raises LineMissesPlot, TooNarrow.

    >>> [part.area for part in split_by_line(shapely.box(0, 0, 30, 20), LineString([(10, 5), (10, 15)]))]
    [400.0, 200.0]
    """
    frame = _frame(plot)
    local, cutter = frame.to_local(plot), frame.to_local(line)
    parts = _polygons(split(local, _carried_on(cutter, local)))
    if len(parts) < 2:
        raise LineMissesPlot()
    whole = partition_on_grid(plot, [frame.to_grid(part) for part in parts])
    return sorted(whole, key=lambda part: -part.area)


def split_by_area(
    plot: Polygon, area_m2: float, bearing_deg: float, *, spent_m2: float = _SPENT_M2
) -> tuple[Polygon, Polygon]:
    """Two parts by a straight cut of a bearing; the first, on the left of who walks along the bearing, has the area asked for.

    `spent_m2`: how much the two may differ from the plot together, for corners must stand on the grid. Raises AreaOutOfReach, TooManyPieces, TooNarrow.
    """
    if not SMALLEST_M2 <= area_m2 <= plot.area - SMALLEST_M2:
        raise AreaOutOfReach(area_m2, plot.area)
    # Level: the cut runs along x, what lies above it is on its left.
    frame = _frame(plot, axis_deg=90 - bearing_deg)
    level = frame.to_local(plot)
    height = _height_with_above(level, area_m2)
    best: list[Polygon] = []
    for leeway, shift in [(_WIDE, shift) for shift in SHIFTS_M] + [(_NARROW, shift / 8) for shift in SHIFTS_M]:
        parts = _cut_across(level, height + shift)
        if len(parts) != 2:
            raise TooManyPieces(2, len(parts))
        gridded = partition_on_grid(plot, [frame.to_grid(part) for part in parts], Leeway(spent_m2 / 2, leeway))
        if not best or abs(gridded[0].area - area_m2) < abs(best[0].area - area_m2):
            best = gridded
        if abs(best[0].area - area_m2) <= _NEAR_ENOUGH * area_m2:
            break
    return best[0], best[1]


def split_equally(plot: Polygon, count: int, bearing_deg: float) -> list[Polygon]:
    """So many parts of equal area by parallel cuts of a bearing, from the left of it to the right.

    Raises AreaOutOfReach (too many for its size), TooManyPieces where the plot is hollow across the cuts, TooNarrow.
    """
    if count < 2 or plot.area / count < SMALLEST_M2:
        raise AreaOutOfReach(plot.area / max(count, 1), plot.area)
    parts, rest = [], plot
    for left in range(count, 1, -1):
        part, rest = split_by_area(rest, rest.area / left, bearing_deg, spent_m2=_SPENT_M2 / (count - 1))
        parts.append(part)
    return [*parts, rest]


def split_by_frontage(
    plot: Polygon, streets: BaseGeometry, frontage_m: float, *, least_m: float | None = None
) -> list[Polygon]:
    """Parts side by side along the plot's longest straight side on a street, each `frontage_m` wide, the last with what is left.

    A rest narrower than `least_m` (the frontage asked for, unless said) goes to the last whole part. Cuts are square to the street.
    Raises NoFrontage where the side is too short for two, TooManyPieces, TooNarrow.
    """
    start, end = longest_front(plot, streets)
    length = math.dist(start, end)
    least = frontage_m if least_m is None else least_m
    count = int((length + 1e-6) // frontage_m)
    if length - count * frontage_m >= max(least, SMALLEST_M2) or count == 0:
        count += 1
    if count < 2:
        raise NoFrontage(2 * least, length)
    axis_deg = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
    frame = LocalFrame(start, axis_deg)
    rest = frame.to_local(plot)
    parts: list[Polygon] = []
    for number in range(1, count):
        left, right = _cut_at(rest, number * frontage_m)
        if len(left) != 1 or len(right) != 1:
            raise TooManyPieces(count, count - 2 + len(left) + len(right))
        parts.append(left[0])
        rest = right[0]
    return partition_on_grid(plot, [frame.to_grid(part) for part in (*parts, rest)], _AT_THE_FRONT)


def longest_front(plot: Polygon, streets: BaseGeometry) -> tuple[tuple[float, float], tuple[float, float]]:
    """The plot's longest straight side on a street, walked with the plot on its left. Raises NoFrontage when it has none."""
    ring = shapely.orient_polygons(plot).exterior.coords
    near = streets.buffer(0.05)
    chains: list[list[tuple[float, float]]] = []
    for a, b in pairwise(ring):
        side = LineString([a, b])
        if side.intersection(near).length < 0.9 * side.length:
            continue
        if chains and chains[-1][1] == a and _turn_deg(chains[-1][0], a, b) < 1:
            chains[-1][1] = b
        else:
            chains.append([a, b])
    if len(chains) > 1 and chains[-1][1] == chains[0][0] and _turn_deg(chains[-1][0], chains[0][0], chains[0][1]) < 1:
        chains[0][0] = chains.pop()[0]
    if not chains:
        raise NoFrontage(0.0, 0.0)
    longest = max(chains, key=lambda chain: math.dist(*chain))
    return longest[0], longest[1]


def _frame(plot: Polygon, axis_deg: float = 0.0) -> LocalFrame:
    left, bottom, *_ = plot.bounds
    return LocalFrame((math.floor(left), math.floor(bottom)), axis_deg)


def _height_with_above(level: Polygon, area_m2: float) -> float:
    left, bottom, right, top = level.bounds
    low, high = float(bottom), float(top)
    for _ in range(45):
        middle = (low + high) / 2
        above = float(level.intersection(shapely.box(left - 1, middle, right + 1, top + 1)).area)
        low, high = (middle, high) if above > area_m2 else (low, middle)
    return (low + high) / 2


def _cut_across(level: Polygon, height: float) -> list[Polygon]:
    """Above first."""
    left, bottom, right, top = level.bounds
    reach = right - left + top - bottom + 1
    parts = _polygons(split(level, LineString([(left - reach, height), (right + reach, height)])))
    return sorted(parts, key=lambda part: part.representative_point().y < height)


def _cut_at(level: Polygon, x: float) -> tuple[list[Polygon], list[Polygon]]:
    _, bottom, _, top = level.bounds
    reach = top - bottom + 1
    parts = _polygons(split(level, LineString([(x, bottom - reach), (x, top + reach)])))
    beside = [part.representative_point().x < x for part in parts]
    return [p for p, left in zip(parts, beside, strict=True) if left], [
        p for p, left in zip(parts, beside, strict=True) if not left
    ]


def _carried_on(line: LineString, plot: Polygon) -> LineString:
    """A line whose ends inside the plot, or just short of its border, go on straight until well past it."""
    reach = plot.length + line.length + 1
    points = [(x, y) for x, y, *_ in line.coords]
    for at, before in ((0, 1), (-1, -2)):
        end = shapely.Point(points[at])
        if plot.distance(end) < 0.5:
            (x, y), (from_x, from_y) = points[at], points[before]
            length = math.dist((x, y), (from_x, from_y))
            points[at] = (x + (x - from_x) / length * reach, y + (y - from_y) / length * reach)
    return LineString(points)


def _polygons(collection: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(collection).tolist() if isinstance(part, Polygon)]


def _turn_deg(a: Sequence[float], b: Sequence[float], c: Sequence[float]) -> float:
    turn = math.degrees(math.atan2(c[1] - b[1], c[0] - b[0]) - math.atan2(b[1] - a[1], b[0] - a[0]))
    return abs((turn + 180) % 360 - 180)
