# SPDX-License-Identifier: Apache-2.0
"""Whether a raster can lie under the plan: what is missing, what is odd, where it comes to lie."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Geod
from shapely import Polygon

from gis.coordinate_systems import CrsFinding, choices, finding
from gis.placing import WGS84, NoTransformation, Operation, on_grid, way
from gis.rasters.found import METRES, Preparation, RasterFacts, RasterKind
from gis.rasters.header import Header
from gis.reading.found import FileCrs
from gis.reading.refusals import Issue

FAR_KM = 100
"""A raster whose edge is farther from the zone than this belongs to another place, or its system is wrong."""
LOWEST_M, HIGHEST_M = -500.0, 9000.0
COARSE_M = 30.0
"""From this cell size on heights are for orientation only, and it is said."""
SMALLEST_M, LARGEST_M = 0.005, 20_000.0
HEIGHT_TYPES = frozenset({"int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"})
SUSPECTS = (-9999.0, -32768.0, -32767.0, -99999.0, -3.4028234663852886e38)
"""Numbers that mean "nothing" in most files that hold them."""
FEET = {"ft", "foot", "feet", "international foot"}
US_FEET = {"us-ft", "ftus", "us survey foot", "foot_us", "us survey feet"}
IN_METRES = {"m", "metre", "meter", "metres", "meters"}
SIDE_POINTS = 24
GEOD = Geod(ellps="WGS84")
DATUMS = {3855: "egm2008", 5773: "egm96", 5714: "msl", 5703: "local"}
"""EPSG numbers of vertical systems that a file may name."""


@dataclass(frozen=True)
class RasterWishes:
    """What a person says of a raster. `nodata`: a number, or "none" where every cell holds a value."""

    kind: RasterKind
    kind_said: bool = True
    """False: `kind` is what its bands and numbers look like; somebody must still say it."""
    crs: CRS | None = None
    nodata: float | str | None = None
    units: str | None = None
    vertical_datum: str | None = None
    accuracy_m: float | None = None
    taken_on: date | None = None
    source: str | None = None
    title_ar: str | None = None
    title_en: str | None = None
    licence: str | None = None
    attribution: str | None = None
    illustrative: bool = False


@dataclass(frozen=True)
class Judged:
    """What would become of a raster. The last five are None until everything that they need is known."""

    issues: tuple[Issue, ...]
    system: CrsFinding
    preparation: Preparation | None = None
    outline: Polygon | None = None
    """In the legal CRS, on the millimetre grid."""
    operation: Operation | None = None
    resolution_m: float | None = None
    range_m: tuple[float, float] | None = None

    @property
    def can_commit(self) -> bool:
        return self.preparation is not None and not any(issue.level == "fault" for issue in self.issues)


@dataclass
class _Notes:
    issues: list[Issue] = field(default_factory=list)

    def issue(self, code: str, level: str = "fault", **facts: Any) -> None:
        self.issues.append(Issue(code, level, facts=facts))


def looks_like(facts: RasterFacts) -> RasterKind:
    """What a file's bands and numbers look like: offered, never taken for said."""
    return "terrain" if facts.bands == 1 and facts.dtype != "uint8" and not facts.palette else "imagery"


def judged(
    facts: RasterFacts, header: Header, wishes: RasterWishes, legal: CRS, zone: shapely.Geometry | None
) -> Judged:
    """The judgement. `zone`: all zones of the register in `legal`; None while it has none."""
    notes = _Notes()
    system = finding(FileCrs(facts.crs, "file" if facts.crs else "absent"), confirmed=wishes.crs)
    if system.crs is not None and system.crs.is_compound:
        system = CrsFinding(system.crs.sub_crs_list[0], system.how)
    for told in (_content(facts, header, wishes), _words(facts, wishes)):
        notes.issues += told
    to_metres = _to_metres(facts, wishes, system.crs, notes) if wishes.kind == "terrain" else 1.0
    nodata = _nodata(facts, wishes, notes)
    range_m = None
    if wishes.kind == "terrain" and facts.lowest is not None and facts.highest is not None:
        range_m = (facts.lowest * to_metres, facts.highest * to_metres)
        # Factor and offset of the file are applied when it is made: until then its range says nothing.
        if not facts.scaled and (range_m[0] < LOWEST_M or range_m[1] > HIGHEST_M):
            notes.issue("raster_heights_odd", lowest_m=round(range_m[0], 1), highest_m=round(range_m[1], 1))
    if system.crs is None:
        degrees = max(map(abs, (*_corner(facts, 0, 0), *_corner(facts, facts.width, facts.height)))) <= 180
        offered = [f"EPSG:{each.epsg}" for each in choices(legal.to_epsg(), degrees=degrees)]
        notes.issue("raster_crs_unknown", why=system.why, candidates=offered)
        return Judged(tuple(notes.issues), system)
    if not _placed(facts, notes):
        return Judged(tuple(notes.issues), system)
    outline, operation, resolution = _on_ground(facts, system.crs, legal, notes)
    if outline is not None and zone is not None:
        _distance(outline, zone, notes)
    code = system.crs.to_epsg()
    preparation = Preparation(
        wishes.kind,
        f"EPSG:{code}" if code else system.crs.to_wkt(),
        nodata,
        to_metres,
        facts.transform if facts.placed_beside else None,
    )
    return Judged(
        tuple(notes.issues),
        system,
        preparation if outline is not None else None,
        outline,
        operation,
        resolution,
        range_m,
    )


def _content(facts: RasterFacts, header: Header, wishes: RasterWishes) -> Iterator[Issue]:
    """Bands and numbers of the kind that is wanted."""
    if wishes.kind == "terrain":
        if facts.bands != 1:
            yield Issue("raster_bands", facts={"bands": facts.bands, "wanted": "1"})
        if facts.dtype not in HEIGHT_TYPES or facts.palette:
            yield Issue(
                "raster_numbers",
                facts={"found": "palette" if facts.palette else facts.dtype, "wanted": "int16, float32 …"},
            )
        if facts.scaled:
            yield Issue("raster_scaled", "note")
        if facts.lowest is not None and facts.lowest == facts.highest:
            yield Issue("raster_flat", "doubt", facts={"value": facts.lowest})
    else:
        if facts.bands not in {1, 3, 4}:
            yield Issue("raster_bands", facts={"bands": facts.bands, "wanted": "1, 3, 4"})
        if facts.dtype != "uint8":
            yield Issue("raster_numbers", facts={"found": facts.dtype, "wanted": "uint8"})
        if facts.palette:
            yield Issue("raster_palette", "note")
        yield Issue("raster_jpeg", "note")
    if facts.lowest is None:
        yield Issue("raster_empty")
    if header.pages > 1:
        yield Issue("raster_pages", "doubt", facts={"pages": header.pages})
    if facts.transform[4] > 0:
        yield Issue("raster_upward", "note")


def _words(facts: RasterFacts, wishes: RasterWishes) -> Iterator[Issue]:
    """What a file cannot say of itself and a person must."""
    if not wishes.kind_said:
        yield Issue("raster_kind_missing")
    if not wishes.source:
        yield Issue("raster_source_missing")
    if wishes.taken_on is None:
        yield Issue("raster_date_missing")
    if not wishes.title_ar or not wishes.title_en:
        yield Issue("raster_title_missing")
    if wishes.accuracy_m is not None and not 0 < wishes.accuracy_m < 10_000:
        yield Issue("raster_accuracy_odd", facts={"accuracy_m": wishes.accuracy_m})
    if wishes.kind == "imagery":
        return
    stated = _stated_datum(facts)
    if wishes.vertical_datum is None:
        yield Issue(
            "raster_datum_missing",
            facts={"stated": stated, "choices": ["msl", "egm2008", "egm96", "ellipsoid", "chart_datum", "local"]},
        )
    elif stated and stated != wishes.vertical_datum:
        yield Issue("raster_datum_differs", "doubt", facts={"stated": stated, "asked": wishes.vertical_datum})
    if wishes.accuracy_m is None:
        yield Issue("raster_accuracy_missing", "doubt")


def _stated_datum(facts: RasterFacts) -> str | None:
    """The vertical datum that the file itself names, as our code."""
    vertical = _vertical(facts)
    code = vertical.to_epsg() if vertical is not None else None
    return DATUMS.get(code) if code else None


def _vertical(facts: RasterFacts) -> CRS | None:
    known = finding(FileCrs(facts.crs, "file")).crs if facts.crs else None
    return known.sub_crs_list[1] if known is not None and known.is_compound and len(known.sub_crs_list) > 1 else None


def _to_metres(facts: RasterFacts, wishes: RasterWishes, crs: CRS | None, notes: _Notes) -> float:
    """Metres in one unit of height: as the person says, else as the file does, else metres, which is said."""
    if wishes.units is not None:
        if wishes.units != "m":
            notes.issue("raster_units_converted", "note", units=wishes.units)
        return METRES[wishes.units]
    vertical = _vertical(facts)
    named = (facts.unit or "").strip().lower() or (
        vertical.axis_info[0].unit_name.lower() if vertical is not None else ""
    )
    for names, unit in ((IN_METRES, "m"), (FEET, "ft"), (US_FEET, "us-ft")):
        if named in names:
            if unit != "m":
                notes.issue("raster_units_converted", "note", units=unit)
            return METRES[unit]
    in_feet = crs is not None and crs.is_projected and crs.axis_info[0].unit_conversion_factor < 0.9
    # A file whose places are in feet may well hold heights in feet: then nobody should guess.
    notes.issue("raster_units_unknown", "fault" if named or in_feet else "doubt", stated=named or None)
    return 1.0


def _nodata(facts: RasterFacts, wishes: RasterWishes, notes: _Notes) -> float | None:
    """The number that a person names for "nothing"; that of the file is heeded by its reader."""
    said = wishes.nodata
    if isinstance(said, int | float):
        return float(said)
    if wishes.kind == "imagery":
        return None
    known = facts.nodata is not None or facts.nodata_is_nan or facts.masked or said == "none"
    suspect = facts.lowest if facts.lowest in SUSPECTS else None
    if not known or suspect is not None:
        notes.issue("raster_nodata_unknown", lowest=facts.lowest)
    if facts.not_finite:
        notes.issue("raster_not_finite", "doubt", number=facts.not_finite)
    return None


def _placed(facts: RasterFacts, notes: _Notes) -> bool:
    a, b, _, d, e, _ = facts.transform
    if not facts.georeferenced:
        notes.issue("raster_no_place")
    elif b or d:
        notes.issue("raster_rotated")
    elif a <= 0 or not e:
        notes.issue("raster_mirrored")
    else:
        return True
    return False


def _corner(facts: RasterFacts, column: float, row: float) -> tuple[float, float]:
    a, b, c, d, e, f = facts.transform
    return a * column + b * row + c, d * column + e * row + f


def _on_ground(
    facts: RasterFacts, crs: CRS, legal: CRS, notes: _Notes
) -> tuple[Polygon | None, Operation | None, float | None]:
    """Outline on the legal grid, the way there, and how long a cell's longer side is on the ground."""
    middle = _corner(facts, facts.width / 2, facts.height / 2)
    try:
        there, operation = way(crs, legal, middle)
        degrees, _ = way(crs, WGS84, middle)
    except NoTransformation:
        notes.issue("raster_no_way", system=crs.name)
        return None, None, None
    left, top = _corner(facts, 0, 0)
    right, bottom = _corner(facts, facts.width, facts.height)
    edge = shapely.get_coordinates(
        shapely.segmentize(
            shapely.box(left, min(top, bottom), right, max(top, bottom)),
            max(abs(right - left), abs(top - bottom)) / SIDE_POINTS,
        )
    )
    x, y = there.transform(*edge.T) if there is not None else edge.T
    corners = np.column_stack([x, y])
    if not np.isfinite(corners).all() or np.abs(corners).max() > 1e8:
        notes.issue("raster_no_way", system=crs.name)
        return None, None, None
    ends = np.array([middle, (middle[0] + facts.transform[0], middle[1]), (middle[0], middle[1] + facts.transform[4])])
    lon, lat = degrees.transform(*ends.T) if degrees is not None else ends.T
    if not np.isfinite([lon, lat]).all():
        notes.issue("raster_no_way", system=crs.name)
        return None, None, None
    _, _, sides = GEOD.inv([lon[0], lon[0]], [lat[0], lat[0]], [lon[1], lon[2]], [lat[1], lat[2]])
    resolution = float(max(sides))
    if not SMALLEST_M <= resolution <= LARGEST_M:
        notes.issue("raster_cell_odd", metres=round(resolution, 4))
    elif resolution >= COARSE_M:
        notes.issue("raster_coarse", "note", metres=round(resolution))
    if not operation.best:
        notes.issue("better_way_missing", "doubt", operation=operation.name)
    return Polygon(on_grid(corners)), operation, resolution


def _distance(outline: Polygon, zone: shapely.Geometry, notes: _Notes) -> None:
    km = shapely.distance(outline, zone) / 1000
    if km > FAR_KM:
        notes.issue("raster_far", km=round(km))
    elif km > 0:
        notes.issue("raster_beside", "doubt", km=round(km, 1))
    elif not shapely.contains(outline, zone):
        share = shapely.area(shapely.intersection(outline, zone)) / max(shapely.area(zone), 1e-9)
        notes.issue("raster_part", "note", percent=round(share * 100))
