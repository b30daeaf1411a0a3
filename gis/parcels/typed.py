# SPDX-License-Identifier: Apache-2.0
"""Corners as people type or paste them, a line each: legal grid, another grid, WGS 84; or bearings and distances from a point.

What cannot be read is refused with the number of its line. Digits may be Arabic-Indic.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

from gis.numbers import DIGITS
from gis.parcels.refusals import CoordinatesUnreadable, Misclosed
from gis.positions import GridPlace, LonLat, read_position, to_grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Vertex = tuple[float, float]

LONGEST_LINE = 200
MOST_LINES = 2000
LEAST_RATIO = 1000.0
"""A traverse may miss its end by a metre in a kilometre, no more, unless said."""
Adjustment = Literal["compass", "transit", "none"]
_NUMBERED = re.compile(r"^\s*(?:(?:[\w/-]{0,12}[.):])|(?:(?:p|pt|ن|ق|م)[-_ ]?\d{1,4}))\s+(?=\S)", re.IGNORECASE)
"""A corner's own name before its place: "1) ", "P4 ", "ن٣ "."""
_BARE_NUMBER = re.compile(r"^\s*\d{1,3}[\s,;\t]+(?=\S+[\s,;\t]+\S)")
_QUADRANT = re.compile(r"^(?P<ns>[nsشج])\s*(?P<angle>[^a-zA-Zشجقغ]+?)\s*(?P<ew>[ewقغ])\s+(?P<rest>.+)$", re.IGNORECASE)
_ANGLE = re.compile(
    r"""^(?P<deg>\d+(?:\.\d+)?)(?:\s*[°ºd-]\s*(?:(?P<min>\d+(?:\.\d+)?)\s*['′’m-]?\s*(?:(?P<sec>\d+(?:\.\d+)?)\s*(?:"|″|”|''|s)?)?)?)?$""",
    re.IGNORECASE,
)
_DISTANCE = re.compile(r"(?P<metres>\d+(?:\.\d+)?)\s*(?:m|م|متر)?\.?$")


def read_corners(text: str, legal: CRS, *, system: CRS | None = None) -> list[Vertex]:
    """Places on the legal grid, in metres, in the order in which they were typed; a last one equal to the first is left out.

    `system`: the grid that grid numbers are in; None: the legal one. Degrees are WGS 84 whatever it is. Raises CoordinatesUnreadable.

    >>> read_corners("1) 655469.090 3454314.770\\n2) ٦٥٥٤٩٩٫٠٩٠ ٣٤٥٤٣١٤٫٧٧٠", CRS.from_epsg(3201))
    [(655469.09, 3454314.77), (655499.09, 3454314.77)]
    """
    corners: list[Vertex] = []
    for number, line in _lines(text):
        place = _place(line)
        if place is None:
            raise CoordinatesUnreadable(number, line[:80], "not_a_place")
        corners.append(_on_legal(place, legal, system, number, line))
    if len(corners) > 2 and math.dist(corners[0], corners[-1]) < 0.0015:
        corners.pop()
    return corners


@dataclass(frozen=True)
class Leg:
    """From one point to the next: bearing in degrees clockwise from grid north, metres on the grid."""

    bearing_deg: float
    length_m: float


@dataclass(frozen=True)
class Traverse:
    """Points that a walk of legs passes, start first, on the grid; for a closed one the start is not repeated.

    `misclosure_m` and its parts: how far the walk ends from where it should, before adjusting; `ratio`: the walk's length over that
    (infinite when it closes exactly).
    """

    points: list[Vertex]
    length_m: float
    east_m: float
    north_m: float
    misclosure_m: float
    ratio: float


def read_legs(text: str) -> list[Leg]:
    """Legs typed a line each: "45°30'20" 120.50", "045.5055 120.5", "N 45°30' E 120.5", "ش ٤٥°٣٠' ق ١٢٠٫٥". Raises CoordinatesUnreadable."""
    legs = []
    for number, line in _lines(text):
        leg = _leg(_NUMBERED.sub("", line))
        if leg is None:
            raise CoordinatesUnreadable(number, line[:80], "not_a_leg")
        legs.append(leg)
    return legs


def walk(
    start: Vertex,
    legs: Sequence[Leg],
    *,
    end: Vertex | None = None,
    adjustment: Adjustment = "compass",
    least_ratio: float = LEAST_RATIO,
) -> Traverse:
    """The points of a traverse that should end at `end` (None: at its start), its misclosure shared out.

    "compass" (Bowditch) shares by the length of the legs, "transit" by their easting and northing. Raises Misclosed where it misses by
    more than one in `least_ratio`, CoordinatesUnreadable for fewer than two legs.
    """
    if len(legs) < 2:
        raise CoordinatesUnreadable(len(legs), "", "too_few")
    steps = [
        (leg.length_m * math.sin(math.radians(leg.bearing_deg)), leg.length_m * math.cos(math.radians(leg.bearing_deg)))
        for leg in legs
    ]
    length = sum(leg.length_m for leg in legs)
    goal = end or start
    east, north = (start[i] + math.fsum(step[i] for step in steps) - goal[i] for i in (0, 1))
    miss = math.hypot(east, north)
    # Below a tenth of a millimetre it is the arithmetic's, not the walk's.
    ratio = math.inf if miss < 1e-4 else length / miss
    if ratio < least_ratio:
        raise Misclosed(round(miss, 3), round(length, 3), round(ratio, 1), least_ratio)
    corrections = _corrections(steps, legs, east, north, adjustment)
    x, y = start
    points = [(round(x, 3), round(y, 3))]
    for (dx, dy), (cx, cy) in zip(steps, corrections, strict=True):
        x, y = x + dx - cx, y + dy - cy
        points.append((round(x, 3), round(y, 3)))
    if end is None:
        points.pop()
    return Traverse(points, length, east, north, miss, ratio)


def _corrections(
    steps: Sequence[Vertex], legs: Sequence[Leg], east: float, north: float, adjustment: Adjustment
) -> list[Vertex]:
    if adjustment == "none":
        return [(0.0, 0.0)] * len(steps)
    if adjustment == "compass":
        length = sum(leg.length_m for leg in legs)
        return [(east * leg.length_m / length, north * leg.length_m / length) for leg in legs]
    eastings, northings = (sum(abs(step[i]) for step in steps) or 1.0 for i in (0, 1))
    return [(east * abs(dx) / eastings, north * abs(dy) / northings) for dx, dy in steps]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Numbered as an editor numbers them; empty lines and remarks after # are passed over."""
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.split("#", 1)[0].replace("\ufeff", "").strip(" \t\u200e\u200f\u202a\u202b\u202c")
        if number > MOST_LINES or len(said) > LONGEST_LINE:
            raise CoordinatesUnreadable(number, said[:80], "not_a_place")
        if said:
            yield number, said


def _place(line: str) -> LonLat | GridPlace | None:
    plain = line.translate(DIGITS).replace("\t", " ").replace(";", " ")
    for text in (plain, _NUMBERED.sub("", plain), _BARE_NUMBER.sub("", plain)):
        place = read_position(text)
        if place is not None:
            return place
    return None


def _on_legal(place: LonLat | GridPlace, legal: CRS, system: CRS | None, number: int, line: str) -> Vertex:
    try:
        if isinstance(place, LonLat):
            grid = to_grid(place, legal)
            x, y = (grid.easting, grid.northing) if grid else (math.inf, math.inf)
        elif system is None or system == legal:
            x, y = place.easting, place.northing
        else:
            x, y = _operation(system, legal).transform(place.easting, place.northing)
    except ProjError:
        x = y = math.inf
    if not (abs(x) < 1e7 and abs(y) < 1e7):
        raise CoordinatesUnreadable(number, line[:80], "out_of_reach")
    return round(x, 3), round(y, 3)


def _operation(system: CRS, legal: CRS) -> Transformer:
    # Never a ballpark: it moves nothing, and misses by 150 m on older grids.
    return TransformerGroup(system, legal, always_xy=True, allow_ballpark=False).transformers[0]


def _leg(line: str) -> Leg | None:
    plain = line.translate(DIGITS).replace("\t", " ").replace(";", " ").replace("،", " ").replace(",", " ").strip()
    quadrant = _QUADRANT.match(plain)
    if quadrant:
        angle, distance = _angle(quadrant["angle"]), _DISTANCE.fullmatch(quadrant["rest"].strip())
        if angle is None or angle > 90 or distance is None:
            return None
        south, west = quadrant["ns"].lower() in "sج", quadrant["ew"].lower() in "wغ"
        bearing = 180 - angle if south else angle
        bearing = -bearing if west else bearing
    else:
        head, _, tail = plain.rpartition(" ")
        if tail.lower() in ("m", "م", "متر"):
            head, _, tail = head.rpartition(" ")
        angle, distance = _angle(head), _DISTANCE.fullmatch(tail)
        if angle is None or distance is None:
            return None
        bearing = angle
    length = float(distance["metres"])
    return Leg(bearing % 360, length) if 0 < length < 1e5 else None


def _angle(text: str) -> float | None:
    parts = _ANGLE.match(text.strip())
    if parts is None:
        return None
    degrees, minutes, seconds = (float(parts[name] or 0) for name in ("deg", "min", "sec"))
    if minutes >= 60 or seconds >= 60 or degrees > 360:
        return None
    return degrees + minutes / 60 + seconds / 3600
