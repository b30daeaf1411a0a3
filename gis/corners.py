# SPDX-License-Identifier: Apache-2.0
"""Corners of a plot as a surveyor lists them: clockwise, with the side and the grid bearing to the next one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Corner:
    """One corner. Coordinates in metres of the grid; `side_m` and `bearing_deg` (from grid north, clockwise) to the next."""

    number: int
    easting: float
    northing: float
    side_m: float
    bearing_deg: float


def corners_of(rings: Sequence[Sequence[Sequence[float]]]) -> list[list[Corner]]:
    """The corners of each ring, numbered through; the outer ring clockwise from its north-westernmost corner, holes the other way.

    `rings`: of one polygon on a metric grid, closed or not, the outer one first.

    >>> [(c.number, c.easting, c.northing, c.side_m, c.bearing_deg) for c in corners_of([[(0, 0), (30, 0), (30, 20), (0, 20)]])[0]]
    [(1, 0, 20, 30.0, 90.0), (2, 30, 20, 20.0, 180.0), (3, 30, 0, 30.0, 270.0), (4, 0, 0, 20.0, 0.0)]
    """
    listed: list[list[Corner]] = []
    number = 0
    for place, ring in enumerate(rings):
        points = _from_north_west([(each[0], each[1]) for each in ring], clockwise=place == 0)
        corners = []
        for point, following in zip(points, [*points[1:], *points[:1]], strict=True):
            number += 1
            east, north = following[0] - point[0], following[1] - point[1]
            corners.append(Corner(number, *point, math.hypot(east, north), math.degrees(math.atan2(east, north)) % 360))
        listed.append(corners)
    return listed


def _from_north_west(points: list[Point], *, clockwise: bool) -> list[Point]:
    if len(points) > 1 and points[0] == points[-1]:
        points = points[:-1]
    twice_area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], *points[:1]], strict=True))
    if (twice_area < 0) != clockwise:
        points = points[::-1]
    first = max(range(len(points)), key=lambda i: points[i][1] - points[i][0])
    return [*points[first:], *points[:first]]
