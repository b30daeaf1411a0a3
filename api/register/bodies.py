# SPDX-License-Identifier: Apache-2.0
"""Bodies of commands on the fabric, typed. What is not known is refused: a misspelt word would otherwise be passed over."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

import shapely
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pyproj import CRS
from shapely.errors import ShapelyError
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry
from starlette.requests import Request

from gis.parcels.subdividing import LotRule
from gis.positions import LonLat, to_grid
from layers.fabric.acts import Paper
from layers.fabric.refusals import CommandUnreadable

BODY_MOST = 512 * 1024
DEGREES = ("CRS84", "OGC:CRS84", "EPSG:4326")
Metres = Annotated[float, Field(gt=0, le=100_000)]
Reason = Annotated[str, Field(max_length=2000)]
Number = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^\S(.*\S)?$")]
Bearing = Annotated[float, Field(ge=-360, le=360)]
Place = tuple[float, float]
Model = TypeVar("Model", bound=BaseModel)


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PaperBody(Body):
    """The document behind an act: `id` of one that the register has, or what a new one says."""

    id: UUID | None = None
    kind: Annotated[str, Field(max_length=40)] = "survey"
    title_ar: Annotated[str, Field(max_length=300)] = ""
    title_en: Annotated[str, Field(max_length=300)] = ""
    reference_number: Annotated[str, Field(max_length=100)] | None = None
    dated: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None

    def paper(self) -> Paper:
        return Paper(**self.model_dump())


class Command(Body):
    """What every command has. `crs`: of its coordinates; the legal CRS unless said, or CRS84."""

    reason: Reason = ""
    crs: Annotated[str, Field(max_length=20)] | None = None
    paper: PaperBody | None = None

    def papers(self) -> Paper | None:
        return self.paper.paper() if self.paper else None


class Draw(Command):
    geometry: dict[str, Any]
    land_use: str
    plot_number: Number | None = None


class ByLine(Body):
    by: Literal["line"]
    line: dict[str, Any]


class ByArea(Body):
    by: Literal["area"]
    area_m2: Annotated[float, Field(gt=0)]
    bearing_deg: Bearing


class Equally(Body):
    by: Literal["equal"]
    count: Annotated[int, Field(ge=2, le=200)]
    bearing_deg: Bearing


class ByFrontage(Body):
    by: Literal["frontage"]
    frontage_m: Metres
    least_m: Metres | None = None


class Lots(Body):
    """The rule of a subdivision; areas in square metres."""

    min_area_m2: Annotated[float, Field(gt=0)]
    max_area_m2: Annotated[float, Field(gt=0)]
    min_frontage_m: Annotated[float, Field(ge=0)]
    target_area_m2: Annotated[float, Field(gt=0)] | None = None
    chamfer_m: Annotated[float, Field(ge=0, le=50)] = 0.0
    easement_m: Annotated[float, Field(ge=0, le=50)] = 0.0
    way: Literal["halving", "rows"] = "halving"

    def rule(self) -> LotRule:
        return LotRule(**self.model_dump(include=set(LotRule.__dataclass_fields__)))


class ByLots(Lots):
    by: Literal["lots"]


class Split(Command):
    cut: Annotated[ByLine | ByArea | Equally | ByFrontage | ByLots, Field(discriminator="by")]
    rights: dict[UUID, int] = {}
    numbers: Annotated[list[Number], Field(max_length=500)] = []


class OnePlot(Body):
    plot: Annotated[str, Field(max_length=60)]
    version: int | None = None


class Merge(Command):
    plots: Annotated[list[OnePlot], Field(min_length=2, max_length=100)]
    rights: list[UUID] = []
    plot_number: Number | None = None
    land_use: str | None = None


class Adjust(Command):
    """Either `line` and the other plot, or `corner` and where it goes."""

    line: dict[str, Any] | None = None
    other: OnePlot | None = None
    corner: Place | None = None
    to: Place | None = None


class Resurvey(Command):
    geometry: dict[str, Any]
    paper: PaperBody
    legal_area_m2: Annotated[float, Field(gt=0)] | None = None


class Renumber(Command):
    plot_number: Number | None = None


class Retire(Command):
    pass


class Correct(Command):
    fields: Annotated[dict[str, Any], Field(min_length=1)]


class Subdivide(Command):
    lots: Lots
    land_use: str | None = None


class Turn(Body):
    """Of undo and redo."""

    reason: Reason = ""


async def raw_body(request: Request) -> bytes:
    """The body. Raises CommandUnreadable for one that no command needs."""
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > BODY_MOST:
            raise CommandUnreadable("/", f"أكبر من {BODY_MOST // 1024} KiB / larger than {BODY_MOST // 1024} KiB")
        pieces.append(piece)
    return b"".join(pieces)


def read(kind: type[Model], raw: bytes) -> Model:
    """The body as the command takes it. Raises CommandUnreadable with the place."""
    try:
        given = json.loads(raw or b"{}", parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise CommandUnreadable("/", "ليس JSON / not JSON") from None
    try:
        return TypeAdapter(kind).validate_python(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = "/" + "/".join(str(part) for part in first["loc"])
        raise CommandUnreadable(place[:100], _why(first["type"], first["msg"])) from None


def geometry(given: dict[str, Any], pointer: str, kind: str, crs: str | None, legal: CRS) -> BaseGeometry:
    """A GeoJSON geometry on the legal grid, in metres, to the millimetre. Raises CommandUnreadable."""
    try:
        shape: BaseGeometry | None = shape_of(given)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, ShapelyError):
        shape = None
    if shape is None or shape.is_empty or shape.geom_type != kind:
        raise CommandUnreadable(pointer, f"المطلوب {kind} من GeoJSON / a GeoJSON {kind} is needed")
    flat = shapely.force_2d(shape)
    if not bool(shapely.is_valid(flat)) and kind == "Polygon":
        raise CommandUnreadable(pointer, "الشكل يقطع نفسه / the shape crosses itself")
    coordinates = [on_legal((x, y), pointer, crs, legal) for x, y in shapely.get_coordinates(flat).tolist()]
    placed: BaseGeometry = shapely.set_coordinates(flat, coordinates)
    return placed


def on_legal(place: Place, pointer: str, crs: str | None, legal: CRS) -> Place:
    """One place on the legal grid. Raises CommandUnreadable for a CRS that is neither, or a place beyond the grid."""
    if crs in DEGREES:
        grid = (
            to_grid(LonLat(lon=place[0], lat=place[1]), legal) if abs(place[0]) <= 180 and abs(place[1]) <= 90 else None
        )
        if grid is None:
            raise CommandUnreadable(pointer, "خارج مدى الشبكة / out of the grid's reach")
        return round(grid.easting, 3), round(grid.northing, 3)
    if crs not in (None, f"EPSG:{legal.to_epsg()}"):
        raise CommandUnreadable("/crs", f"EPSG:{legal.to_epsg()} أو CRS84 / or CRS84")
    if not (abs(place[0]) < 1e8 and abs(place[1]) < 1e8):
        raise CommandUnreadable(pointer, "خارج مدى الشبكة / out of the grid's reach")
    return round(place[0], 3), round(place[1], 3)


def _no_number(word: str) -> None:
    raise ValueError(word)


def _why(kind: str, said: str) -> str:
    words = {
        "missing": "مطلوب / required",
        "extra_forbidden": "غير معروف / not known",
        "union_tag_invalid": "غير معروف / not known",
        "union_tag_not_found": "مطلوب / required",
    }
    return words.get(kind, f"قيمة غير صالحة / not a valid value ({said[:80]})")
