# SPDX-License-Identifier: Apache-2.0
"""The drawing board: shapes squared, offset, turned, moved, typed or walked, before anything is saved. No door here writes."""

import json
import math
from typing import Annotated, Any, Literal

import numpy as np
import shapely
from pydantic import Field
from pyproj import CRS
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.query import only
from api.register.bodies import Bearing, Body, Metres, Model, Place, geometry, on_legal, raw_body, read
from api.register.doing import PRIVATE, legal
from gis.coordinate_systems import CrsUnknown, named
from gis.parcels import reshaping
from gis.parcels.refusals import TooNarrow
from gis.parcels.typed import read_corners, read_legs, walk
from gis.positions import GridPlace, to_lonlat
from layers.fabric.refusals import CommandUnreadable

Text = Annotated[str, Field(max_length=100_000)]
Moved = Annotated[float, Field(ge=-100_000, le=100_000)]


class Shaped(Body):
    geometry: dict[str, Any]
    crs: Annotated[str, Field(max_length=20)] | None = None


class Square(Shaped):
    tolerance_deg: Annotated[float, Field(gt=0, lt=45)] = reshaping.SQUARE_TOLERANCE_DEG


class Reserve(Shaped):
    width_m: Metres


class Parallel(Shaped):
    distance_m: Moved


class Turned(Shaped):
    clockwise_deg: Bearing
    about: Place | None = None


class MovedBy(Shaped):
    east_m: Moved
    north_m: Moved


class Coordinates(Body):
    """`system`: the grid that grid numbers are in, EPSG:n; degrees are WGS 84 always."""

    text: Text
    system: Annotated[str, Field(max_length=20)] | None = None


class Traverse(Body):
    start: Place
    legs: Text
    end: Place | None = None
    adjustment: Literal["compass", "transit", "none"] = "compass"
    least_ratio: Annotated[float, Field(ge=1, le=1e6)] = 1000.0
    crs: Annotated[str, Field(max_length=20)] | None = None


async def square(request: Request) -> JSONResponse:
    body = await _body(request, Square)
    polygon = Polygon(geometry(body.geometry, "/geometry", "Polygon", body.crs, legal(request)))
    return _answer(reshaping.squared(polygon, body.tolerance_deg), legal(request))


async def reserve(request: Request) -> JSONResponse:
    body = await _body(request, Reserve)
    line = LineString(geometry(body.geometry, "/geometry", "LineString", body.crs, legal(request)))
    return _answer(reshaping.road_reserve(line, body.width_m), legal(request))


async def parallel(request: Request) -> JSONResponse:
    body = await _body(request, Parallel)
    line = LineString(geometry(body.geometry, "/geometry", "LineString", body.crs, legal(request)))
    return _answer(reshaping.parallel(line, body.distance_m), legal(request))


async def turn(request: Request) -> JSONResponse:
    body = await _body(request, Turned)
    polygon = Polygon(geometry(body.geometry, "/geometry", "Polygon", body.crs, legal(request)))
    about = on_legal(body.about, "/about", body.crs, legal(request)) if body.about else None
    return _answer(reshaping.turned(polygon, body.clockwise_deg, about), legal(request))


async def move(request: Request) -> JSONResponse:
    body = await _body(request, MovedBy)
    polygon = Polygon(geometry(body.geometry, "/geometry", "Polygon", body.crs, legal(request)))
    return _answer(reshaping.moved(polygon, body.east_m, body.north_m), legal(request))


async def coordinates(request: Request) -> JSONResponse:
    body = await _body(request, Coordinates)
    try:
        system = named(body.system) if body.system else None
    except CrsUnknown:
        raise CommandUnreadable("/system", "EPSG:n") from None
    return _answer(_drawn(read_corners(body.text, legal(request), system=system)), legal(request))


async def traverse(request: Request) -> JSONResponse:
    body = await _body(request, Traverse)
    start = on_legal(body.start, "/start", body.crs, legal(request))
    end = on_legal(body.end, "/end", body.crs, legal(request)) if body.end else None
    walked = walk(start, read_legs(body.legs), end=end, adjustment=body.adjustment, least_ratio=body.least_ratio)
    shape = LineString(walked.points) if end else _drawn(walked.points)
    said = {
        "length_m": round(walked.length_m, 3),
        "misclosure_m": round(walked.misclosure_m, 4),
        "east_m": round(walked.east_m, 4),
        "north_m": round(walked.north_m, 4),
        "ratio": None if math.isinf(walked.ratio) else round(walked.ratio),
        "adjustment": body.adjustment,
    }
    return _answer(shape, legal(request), traverse=said)


async def _body(request: Request, kind: type[Model]) -> Model:
    only(request, "lang")
    return read(kind, await raw_body(request))


def _drawn(corners: list[Place]) -> BaseGeometry:
    """A polygon of three corners and more, else the line or point that there is."""
    if not corners:
        raise CommandUnreadable("/text", "لا إحداثيات / no coordinates")
    if len(corners) < 3:
        return LineString(corners) if len(corners) == 2 else shapely.Point(corners[0])
    polygon = Polygon(corners)
    if not polygon.is_valid:
        raise TooNarrow()
    return polygon


def _answer(shape: BaseGeometry, crs: CRS, **more: object) -> JSONResponse:
    lonlat = shapely.transform(shape, lambda points: np.array(_degrees(points.tolist(), crs)))
    return JSONResponse(
        {
            "geometry": _listed(lonlat),
            "geometry_legal": _listed(shape),
            "area_m2": round(shape.area, 3),
            "length_m": round(shape.length, 3),
            **more,
        },
        headers=PRIVATE,
    )


def _listed(shape: BaseGeometry) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return made


def _degrees(points: list[list[float]], crs: CRS) -> list[list[float]]:
    made = []
    for x, y in points:
        place = to_lonlat(GridPlace(x, y), crs)
        if place is None:
            raise CommandUnreadable("/geometry", "خارج مدى الشبكة / out of the grid's reach")
        made.append([round(place.lon, 9), round(place.lat, 9)])
    return made


def routes() -> list[Route]:
    return [
        Route("/register/geometry/square", square, methods=["POST"]),
        Route("/register/geometry/reserve", reserve, methods=["POST"]),
        Route("/register/geometry/parallel", parallel, methods=["POST"]),
        Route("/register/geometry/turn", turn, methods=["POST"]),
        Route("/register/geometry/move", move, methods=["POST"]),
        Route("/register/geometry/coordinates", coordinates, methods=["POST"]),
        Route("/register/geometry/traverse", traverse, methods=["POST"]),
    ]
