# SPDX-License-Identifier: Apache-2.0
"""Query parameters, strictly: what is unknown or malformed is refused, never passed over."""

import math

from starlette.requests import Request

from layers.errors import BadQuery

EVERYWHERE = ("lang",)
"""Parameters that every address takes."""
LonLatBox = tuple[float, float, float, float]


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
