# SPDX-License-Identifier: Apache-2.0
"""Which coordinate system a file is in: known, or asked. Never guessed: on the coast of Libya three grids differ by tens of metres
and all look right."""

import functools
import math
from dataclasses import dataclass

from pyproj import CRS, Geod
from pyproj.exceptions import CRSError
from pyproj.transformer import TransformerGroup

from gis.errors import MarsaError
from gis.reading.found import FileCrs

HARBOUR = (16.6315, 31.2125)
"""Where candidates are compared unless a better place is known: WGS 84 longitude and latitude in the harbour of Sirte."""
LIBYAN_33N = (32633, 3201, 2078)
"""The readings of "UTM 33N" without a datum, by EPSG code."""
LIBYAN_DEGREES = (4326, 4754, 4159)
"""The same three datums in degrees."""
LIKELY = 70
"""pyproj's confidence, in per cent, from which an ESRI definition counts as an EPSG system: its names differ, its numbers do not."""


class CrsUnknown(MarsaError):
    """The text names no coordinate system."""

    def __init__(self, given: str) -> None:
        super().__init__(given)
        self.given = given


@dataclass(frozen=True)
class Candidate:
    """One possible reading. `shift_m`: how far the first candidate's numbers would come to lie, read as this one."""

    epsg: int
    name: str
    shift_m: float


@dataclass(frozen=True)
class CrsFinding:
    """`crs` when known; else `why` ("absent", "unreadable", "no_datum", "local") and what a person can choose from."""

    crs: CRS | None = None
    how: str = "unknown"
    why: str | None = None
    candidates: tuple[Candidate, ...] = ()


def named(text: str) -> CRS:
    """A system that a person names, as EPSG:n. Raises CrsUnknown."""
    try:
        crs = CRS.from_user_input(int(text) if text.strip().isascii() and text.strip().isdigit() else text.strip())
    except CRSError as error:
        raise CrsUnknown(text[:80]) from error
    return crs


def finding(found: FileCrs, *, confirmed: CRS | None = None) -> CrsFinding:
    """What is known of a file's system. What a person `confirmed` wins, since they were shown what the file says."""
    if confirmed is not None:
        return CrsFinding(confirmed, "confirmed")
    if found.definition is None:
        return CrsFinding(why="absent", candidates=candidates(LIBYAN_33N))
    try:
        crs = CRS.from_user_input(found.definition)
    except CRSError:
        return CrsFinding(why="unreadable", candidates=candidates(LIBYAN_33N))
    if crs.is_engineering or (
        not crs.is_projected and not crs.is_geographic and not crs.is_bound and not crs.is_compound
    ):
        return CrsFinding(why="local", candidates=candidates(LIBYAN_33N))
    code = crs.to_epsg(min_confidence=LIKELY)
    if not _datum_named(crs):
        return CrsFinding(why="no_datum", candidates=candidates(LIBYAN_33N))
    return CrsFinding(CRS.from_epsg(code) if code and found.how == "file" and not _axis_kept(found) else crs, found.how)


def _axis_kept(found: FileCrs) -> bool:
    return found.definition == "OGC:CRS84"


def _datum_named(crs: CRS) -> bool:
    """Whether the definition says on which figure of the earth it stands, and not only how large that is."""
    geodetic = crs.geodetic_crs
    datum = geodetic.datum if geodetic is not None else None
    name = (datum.name if datum is not None else "").lower()
    unsure = (
        "unknown",
        "not specified",
        "not_specified",
        "unnamed",
        "undefined",
        "user_defined",
        "user-defined",
        "based on",
    )
    return bool(name) and not any(word in name for word in unsure)


def choices(legal_epsg: int | None, *, degrees: bool) -> tuple[Candidate, ...]:
    """What a person can choose from for numbers that look like degrees, or like a grid, where the register's own is `legal_epsg`."""
    if degrees:
        return candidates(LIBYAN_DEGREES)
    if legal_epsg is None or legal_epsg in LIBYAN_33N:
        return candidates(LIBYAN_33N)
    return (Candidate(legal_epsg, CRS.from_epsg(legal_epsg).name, 0.0),)


@functools.cache
def candidates(codes: tuple[int, ...], at: tuple[float, float] = HARBOUR) -> tuple[Candidate, ...]:
    """Systems to choose from, each with how far the numbers of the first come to lie when read in it, in metres."""
    wgs84 = CRS.from_epsg(4326)
    places = []
    for code in codes:
        group = TransformerGroup(wgs84, CRS.from_epsg(code), always_xy=True, allow_ballpark=False)
        places.append(group.transformers[0].transform(*at))
    return tuple(
        Candidate(code, CRS.from_epsg(code).name, round(_apart_m(CRS.from_epsg(code), places[0], place), 1))
        for code, place in zip(codes, places, strict=True)
    )


def _apart_m(crs: CRS, one: tuple[float, float], other: tuple[float, float]) -> float:
    if crs.is_geographic:
        return float(Geod(ellps="WGS84").inv(*one, *other)[2])
    return float(math.hypot(other[0] - one[0], other[1] - one[1]))
