# SPDX-License-Identifier: Apache-2.0
"""Query parameters, strictly: what is unknown or malformed is refused, never passed over."""

import math

from starlette.requests import Request

from layers.errors import BadQuery
from layers.reference import View

FARTHEST = 1e9
"""Metres: beyond it no projection of the Earth reaches."""
EVERYWHERE = ("lang",)
"""Parameters that every address takes."""
Box = tuple[float, float, float, float]
"""west, south, east, north in the units of its coordinate system."""


def only(request: Request, *names: str) -> None:
    """Raises BadQuery when the address carries a parameter that it does not take."""
    for name in request.query_params:
        if name not in names and name not in EVERYWHERE:
            raise BadQuery(name, request.query_params[name], ", ".join(names) or "–")


def whole_number(request: Request, name: str, *, default: int, least: int, most: int | None = None) -> int:
    """A whole number from `least` on; one above `most` means `most`. Raises BadQuery."""
    given = request.query_params.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 16) or int(given) < least:
        raise BadQuery(name, given, f"≥ {least}")
    return int(given) if most is None else min(int(given), most)


def numbers(name: str, given: str) -> list[float]:
    """Finite numbers between commas. Raises BadQuery."""
    try:
        found = [float(word) for word in given.split(",")]
    except ValueError:
        raise BadQuery(name, given, "1.5,2.5,…") from None
    if not all(math.isfinite(number) for number in found):
        raise BadQuery(name, given, "1.5,2.5,…")
    return found


def box(name: str, given: str, view: View) -> list[Box]:
    """The box in the order of columns (east before north), or two where it crosses 180°. Heights are read and passed over.

    Raises BadQuery.
    """
    sides = numbers(name, given)
    if len(sides) == 6:
        sides = [*sides[0:2], *sides[3:5]]
    expected = "south,west,north,east" if view.northing_first else "west,south,east,north"
    if len(sides) != 4:
        raise BadQuery(name, given, expected)
    west, south, east, north = (sides[i] for i in ((1, 0, 3, 2) if view.northing_first else (0, 1, 2, 3)))
    if south > north or (west > east and not view.degrees):
        raise BadQuery(name, given, expected)
    if view.degrees and not (-180 <= west <= 180 and -180 <= east <= 180 and south >= -90 and north <= 90):
        raise BadQuery(name, given, "±180, ±90")
    if max(map(abs, sides)) > FARTHEST:
        raise BadQuery(name, given, expected)
    if west > east:
        return [(west, south, 180.0, north), (-180.0, south, east, north)]
    return [(west, south, east, north)]
