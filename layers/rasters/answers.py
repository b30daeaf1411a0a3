# SPDX-License-Identifier: Apache-2.0
"""What a person answered on the page about a raster, as wishes."""

import json
import math
from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from gis.coordinate_systems import CrsUnknown, named
from gis.rasters.found import METRES, RasterKind
from gis.rasters.judging import RasterWishes
from layers.codelists_plan import PLAN
from layers.incoming import BadAnswer

KINDS: tuple[RasterKind, ...] = get_args(RasterKind)
DATUMS = tuple(code for code, *_ in PLAN["vertical_datum"] if code != "unknown")
TEXTS = ("source", "title_ar", "title_en", "licence", "attribution")
NAMES = frozenset(
    {"kind", "crs", "nodata", "units", "vertical_datum", "accuracy_m", "taken_on", "illustrative", "again", *TEXTS}
)
TEXT_MOST = 200


def raster_wishes(given: Mapping[str, Any], looks_like: RasterKind) -> RasterWishes:
    """The answers as wishes; `looks_like` stands in until the kind is said. Raises BadAnswer."""
    unknown = sorted(given.keys() - NAMES)
    if unknown:
        raise BadAnswer(unknown[0], given[unknown[0]])
    if "\\u0000" in json.dumps(given):  # what PostgreSQL cannot keep
        raise BadAnswer("body", "U+0000")
    kind = _one_of(given, "kind", KINDS)
    texts = {name: _text(given, name) for name in TEXTS}
    return RasterWishes(
        kind=kind or looks_like,  # type: ignore[arg-type]
        kind_said=kind is not None,
        crs=_crs(given),
        nodata=_nodata(given),
        units=_one_of(given, "units", tuple(METRES)),
        vertical_datum=_one_of(given, "vertical_datum", DATUMS),
        accuracy_m=_number(given, "accuracy_m"),
        taken_on=_day(given),
        illustrative=_flag(given, "illustrative"),
        **texts,
    )


def is_again(given: Mapping[str, Any]) -> bool:
    """Whether the same file may come in once more."""
    return _flag(given, "again")


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > TEXT_MOST:
        raise BadAnswer(name, value)
    return " ".join(value.split()) or None


def _one_of(given: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str | None:
    value = _text(given, name)
    if value is not None and value not in allowed:
        raise BadAnswer(name, value)
    return value


def _crs(given: Mapping[str, Any]) -> Any:
    text = _text(given, "crs")
    try:
        return named(text) if text else None
    except CrsUnknown:
        raise BadAnswer("crs", text) from None


def _nodata(given: Mapping[str, Any]) -> float | str | None:
    if given.get("nodata") == "none":
        return "none"
    return _number(given, "nodata")


def _number(given: Mapping[str, Any], name: str) -> float | None:
    """A number, or its text in European or Arabic digits."""
    value = given.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > 40:
        raise BadAnswer(name, value)
    try:
        number = float(str(value).translate(str.maketrans("٫", ".")).replace(",", "."))
    except ValueError:
        raise BadAnswer(name, value) from None
    if not math.isfinite(number):
        raise BadAnswer(name, value)
    return number


def _day(given: Mapping[str, Any]) -> date | None:
    text = _text(given, "taken_on")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise BadAnswer("taken_on", text) from None
    if day is not None and not 1800 <= day.year <= 2200:
        raise BadAnswer("taken_on", text)
    return day


def _flag(given: Mapping[str, Any], name: str) -> bool:
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise BadAnswer(name, value)
    return value
