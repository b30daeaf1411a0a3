# SPDX-License-Identifier: Apache-2.0
"""Coordinates as people write them, and the same place in degrees and on the legal grid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pyproj import CRS, Transformer
from pyproj.transformer import TransformerGroup

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫،", "01234567890123456789.,")
_HEMISPHERES = {"n": 1, "s": -1, "e": 1, "w": -1, "ش": 1, "ج": -1, "ق": 1, "غ": -1}
_LATITUDES = "nsشج"
_PART = re.compile(
    r"""(?P<before>[nsewشجقغ])?\s*(?P<sign>[-+−])?\s*(?P<degrees>\d+(?:\.\d+)?)\s*(?:[°º]\s*
        (?:(?P<minutes>\d+(?:\.\d+)?)\s*['′’]\s*)?(?:(?P<seconds>\d+(?:\.\d+)?)\s*(?:["″”]|''))?)?
        (?(before)|\s*(?P<after>[nsewشجقغ](?![a-z\u0621-\u064a]))?)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class LonLat:
    """A place in WGS 84 degrees."""

    lon: float
    lat: float


@dataclass(frozen=True)
class GridPlace:
    """A place on the legal grid, in metres."""

    easting: float
    northing: float


def read_position(text: str) -> LonLat | GridPlace | None:
    """A typed place: grid metres (easting first), decimal degrees (latitude first) or degrees, minutes and seconds.

    Letters of the hemispheres decide the order when they are there, in Latin (N S E W) or Arabic (ش ج ق غ). None when
    the words are no place.

    >>> read_position("31.2125, 16.6315"), read_position("655469.09 3454314.77")
    (LonLat(lon=16.6315, lat=31.2125), GridPlace(easting=655469.09, northing=3454314.77))
    >>> read_position("16°37'53.4\\"E 31°12'45\\"N")
    LonLat(lon=16.6315, lat=31.2125)
    """
    words = _without_thousands(text.strip().lower().translate(_DIGITS))
    parts = list(_PART.finditer(words))
    rest = _PART.sub("", words)
    if len(parts) != 2 or rest.strip(" ,;\t"):
        return None
    values = [_value(part) for part in parts]
    letters = [part["before"] or part["after"] for part in parts]
    if None in values or (letters[0] is None) != (letters[1] is None):
        return None
    first, second = (float(value or 0.0) for value in values)
    if letters[0] is None:
        degrees = abs(first) <= 90 and abs(second) <= 180
        return LonLat(lon=second, lat=first) if degrees else _grid(first, second)
    latitude_first = letters[0] in _LATITUDES
    if latitude_first == ((letters[1] or "") in _LATITUDES):
        return None
    lat, lon = (first, second) if latitude_first else (second, first)
    if abs(lat) <= 90 and abs(lon) <= 180:
        return LonLat(lon=lon, lat=lat)
    return _grid(lon, lat)


def to_grid(place: LonLat, crs: CRS) -> GridPlace | None:
    """The place on a grid; None where the grid does not reach.

    Raises pyproj.exceptions.ProjError when no operation without a guess joins the two systems.
    """
    easting, northing = _transformer(crs).transform(place.lon, place.lat)
    if not (abs(easting) < 1e8 and abs(northing) < 1e8):
        return None
    return GridPlace(easting, northing)


def to_lonlat(place: GridPlace, crs: CRS) -> LonLat | None:
    """The place in degrees; None where the grid has none."""
    lon, lat = _transformer(crs).transform(place.easting, place.northing, direction="INVERSE")
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        return None
    return LonLat(lon, lat)


@cache
def _transformer(crs: CRS) -> Transformer:
    # The best operation that is no "ballpark": PROJ would also offer one that moves nothing and misses by 150 m.
    group = TransformerGroup(CRS.from_epsg(4326), crs, always_xy=True, allow_ballpark=False)
    return group.transformers[0]


def _without_thousands(words: str) -> str:
    # "655,469.09 3,454,314.77": commas between groups of three are no separators. Degrees have no such groups.
    return re.sub(r"\d{1,3}(?:,\d{3})+(?=\D|$)", lambda found: found[0].replace(",", ""), words)


def _value(part: re.Match[str]) -> float | None:
    minutes, seconds = (float(part[name] or 0) for name in ("minutes", "seconds"))
    if minutes >= 60 or seconds >= 60:
        return None
    size = float(part["degrees"]) + minutes / 60 + seconds / 3600
    letter = part["before"] or part["after"]
    sign = -1 if part["sign"] in ("-", "−") else 1
    return sign * size * (_HEMISPHERES[letter] if letter else 1)


def _grid(easting: float, northing: float) -> GridPlace | None:
    return GridPlace(easting, northing) if abs(easting) < 1e8 and abs(northing) < 1e8 else None
