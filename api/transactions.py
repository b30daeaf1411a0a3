# SPDX-License-Identifier: Apache-2.0
"""Writing features through the standard (OGC API Features, Part 4): POST, PUT, PATCH, DELETE, and OPTIONS that says so.

QGIS edits through these: it asks OPTIONS, sends GeoJSON with `Content-Crs` and never an `If-Match`. Whoever sends one is
held to it.
"""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import shapely
from pyproj import CRS
from shapely.errors import GEOSException
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import links
from api.acting import act
from api.bodies import BodyTooLarge, UnsupportedBody
from api.permissions import Needs, may
from api.query import only
from api.service import Service, service_of
from layers import editing
from layers.declaration import Layer
from layers.editing import BadFeature, Edited, NotEditable, Seen, Sent
from layers.errors import NoSuchFeature
from layers.reference import CRS84, views

WRITE = Needs("plans", "write")
BODY_BYTES = 8_000_000
GEOJSON, MERGE = "application/geo+json", "application/merge-patch+json"
READING = ("GET", "HEAD", "OPTIONS")
DEEPEST = 32


async def options_of_items(request: Request) -> Response:
    """OPTIONS `/collections/{collection}/items`."""
    return await _options(request, ("POST",), accept_post=GEOJSON)


async def options_of_item(request: Request) -> Response:
    """OPTIONS `/collections/{collection}/items/{feature}`."""
    return await _options(request, ("PUT", "PATCH", "DELETE"), accept_patch=MERGE)


async def post_item(request: Request) -> Response:
    """POST `/collections/{collection}/items`: a new feature; `Location` says where it is."""
    only(request)
    service, layer = service_of(request), _layer(request)
    sent = await _sent(request, service, GEOJSON)
    legal = _legal(service)
    made = await act(request, _edit(lambda db: editing.create(db, layer, sent, legal)))
    where = f"{links.base(request)}/collections/{layer.id}/items/{made.id}"
    return Response(status_code=201, headers={"location": where, **_headers(layer, made)})


async def put_item(request: Request) -> Response:
    """PUT: the feature is as it is sent; what is not said is emptied."""
    return await _change(request, GEOJSON, whole=True)


async def patch_item(request: Request) -> Response:
    """PATCH (RFC 7396): what is said changes, the rest stays."""
    return await _change(request, MERGE, whole=False)


async def delete_item(request: Request) -> Response:
    """DELETE: what is true for a time ends now, the rest is gone; history keeps both."""
    only(request)
    layer, feature, expected = _layer(request), _feature(request), _expected(request)
    gone = await act(request, _edit(lambda db: editing.take_away(db, layer, feature, expected=expected)))
    return Response(status_code=204, headers=_headers(layer, gone) if gone.version else {"cache-control": "no-store"})


async def _change(request: Request, kind: str, *, whole: bool) -> Response:
    only(request)
    service, layer, feature, expected = service_of(request), _layer(request), _feature(request), _expected(request)
    sent = await _sent(request, service, kind)
    legal = _legal(service)
    made = await act(
        request,
        _edit(lambda db: editing.change(db, layer, feature, sent, legal, whole=whole, expected=expected)),
    )
    return Response(status_code=204, headers=_headers(layer, made))


async def _options(request: Request, writing: tuple[str, ...], **accepted: str) -> Response:
    layer = service_of(request).layer(request.path_params["collection"])
    allowed = [*READING]
    headers = {"cache-control": "no-store", "vary": "cookie, authorization"}
    if editing.editable(layer) and await may(request, WRITE):
        allowed += writing
        headers |= {name.replace("_", "-"): value for name, value in accepted.items()}
    return Response(status_code=204, headers={**headers, "allow": ", ".join(allowed)})


def _edit(command: Callable[[Any], Edited]) -> "Callable[[Any], Edited]":
    """Deferred rules are asked within the command, so that what they refuse is the command's own refusal."""

    def run(connection: "Any") -> Edited:
        done = command(connection)
        connection.execute("set constraints all immediate")
        return done

    return run


def _layer(request: Request) -> Layer:
    layer = service_of(request).layer(request.path_params["collection"])
    if not editing.editable(layer):
        raise NotEditable(layer.id)
    return layer


def _feature(request: Request) -> UUID:
    given = request.path_params["feature"]
    try:
        found = UUID(given)
    except ValueError:
        raise NoSuchFeature(request.path_params["collection"], given) from None
    if str(found) != given:
        raise NoSuchFeature(request.path_params["collection"], given)
    return found


def _expected(request: Request) -> Seen | None:
    """What If-Match says that the sender has read: a row's version (as writing answers) or the layer's (as reading does)."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return None
    row = re.fullmatch(r'\s*(?:W/)?"[^"]*\.row([0-9]{1,18})"\s*', given)
    if row:
        return Seen(row=int(row[1]))
    service, layer = service_of(request), request.path_params["collection"]
    start = f'"{service.installation.id.hex[:8]}.{layer}.'
    read = re.fullmatch(re.escape(start) + r'([0-9]{1,18})\.[a-z.]+"', given.strip())
    return Seen(layer=int(read[1])) if read else Seen(row=0)


def _headers(layer: Layer, made: Edited) -> dict[str, str]:
    return {"etag": f'"{layer.id}.row{made.version}"', "cache-control": "no-store"}


def _legal(service: Service) -> CRS:
    return CRS.from_epsg(service.installation.srid)


async def _sent(request: Request, service: Service, kind: str) -> Sent:
    """The feature in the body. Raises UnsupportedBody, BodyTooLarge, BadFeature."""
    given = request.headers.get("content-type", "").split(";")[0].strip().lower()
    accepted = (GEOJSON, "application/json") if kind == GEOJSON else (MERGE, GEOJSON, "application/json")
    if given not in accepted:
        raise UnsupportedBody(given, ", ".join(accepted))
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > BODY_BYTES:
            raise BodyTooLarge(BODY_BYTES)
    try:
        body = json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadFeature("", raw[:40].decode("utf-8", "replace"), "GeoJSON") from None
    if not isinstance(body, dict):
        raise BadFeature("", type(body).__name__, "a feature")
    if kind == GEOJSON and body.get("type") != "Feature":
        raise BadFeature("/type", body.get("type"), "Feature")
    properties = body.get("properties") or {}
    if not isinstance(properties, dict):
        raise BadFeature("/properties", properties, "{…}")
    return Sent(_shape(body.get("geometry"), request, service), properties, _crs(request, service))


def _no_number(word: str) -> float:
    raise ValueError(word)


def _crs(request: Request, service: Service) -> CRS:
    """The system of the body's coordinates, east before north: `Content-Crs`, with or without brackets."""
    given = request.headers.get("content-crs", CRS84).strip().removeprefix("<").removesuffix(">")
    offered = views(service.installation.srid)
    if given not in offered:
        raise BadFeature("Content-Crs", given, ", ".join(offered))
    match offered[given].column:
        case "geom":
            return _legal(service)
        case "geom_3857":
            return CRS.from_epsg(3857)
        case _:
            return CRS.from_user_input("OGC:CRS84")


def _shape(given: Any, request: Request, service: Service) -> BaseGeometry | None:
    if given is None:
        return None
    if (
        not isinstance(given, dict)
        or _depth(given.get("coordinates"), 0) > 5
        or given.get("type") == "GeometryCollection"
    ):
        raise BadFeature("/geometry", given, "Point, LineString, Polygon, Multi…")
    try:
        found = shape_of(given)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, GEOSException):
        raise BadFeature("/geometry/coordinates", given.get("type"), "[[…]]") from None
    coordinates = shapely.get_coordinates(found)
    if not len(coordinates) or not (abs(coordinates) < 1e9).all():
        raise BadFeature("/geometry/coordinates", given.get("type"), "[[…]]")
    uri = request.headers.get("content-crs", CRS84).strip().removeprefix("<").removesuffix(">")
    view = views(service.installation.srid).get(uri)
    if view is not None and view.northing_first:
        found = shapely.transform(found, lambda pairs: pairs[:, ::-1])
    return found


def _depth(given: Any, at: int) -> int:
    if not isinstance(given, list) or at > DEEPEST:
        return at
    return max((_depth(each, at + 1) for each in given[:1]), default=at + 1)


def asking_routes() -> list[Route]:
    return [
        Route("/collections/{collection}/items", options_of_items, methods=["OPTIONS"]),
        Route("/collections/{collection}/items/{feature}", options_of_item, methods=["OPTIONS"]),
    ]


def writing_routes() -> list[Route]:
    return [
        Route("/collections/{collection}/items", post_item, methods=["POST"]),
        Route("/collections/{collection}/items/{feature}", put_item, methods=["PUT"]),
        Route("/collections/{collection}/items/{feature}", patch_item, methods=["PATCH"]),
        Route("/collections/{collection}/items/{feature}", delete_item, methods=["DELETE"]),
    ]
