# SPDX-License-Identifier: Apache-2.0
"""What tiles there are: tile matrix sets, and the tilesets of layers (OGC API Tiles, Part 1)."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api import links, negotiation
from api.images import raster_layer
from api.links import link
from api.maplayers import register_of
from api.negotiation import HTML, JSON
from api.query import only
from api.service import service_of
from api.shells import Crumb, shell, within
from layers.declaration import Layer
from layers.errors import NoSuchPage
from layers.reference import CRS84
from layers.tiles import DEEPEST_ZOOM, EARTH_M, limits
from web.texts import Lang, texts

TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"
CONFORMS = (
    f"{TILES}/core",
    f"{TILES}/tileset",
    f"{TILES}/tilesets-list",
    f"{TILES}/geodata-tilesets",
    f"{TILES}/mvt",
    f"{TILES}/png",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
)
MVT = "application/vnd.mapbox-vector-tile"
SET = "WebMercatorQuad"
SET_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{SET}"
SCHEME_REL = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
PIXEL_M = 0.00028
"""Side of the standard's rendering pixel, from which scale denominators are reckoned."""


async def list_sets(request: Request) -> Response:
    """`/tileMatrixSets`: the one grid that tiles are cut by."""
    only(request, "f")
    address = f"{links.base(request)}/tileMatrixSets/{SET}"
    body = {
        "tileMatrixSets": [
            {"id": SET, "title": SET, "uri": SET_URI, "crs": MERCATOR, "links": [link(address, "self", JSON)]}
        ]
    }
    return await _answer(
        request, body, "tile_matrix_sets", doors=[(SET, within(f"/tileMatrixSets/{SET}", _lang(request)))]
    )


async def get_set(request: Request) -> Response:
    """`/tileMatrixSets/WebMercatorQuad`: the grid, level by level."""
    only(request, "f")
    if request.path_params["tile_matrix_set"] != SET:
        raise NoSuchPage
    body = {
        "id": SET,
        "title": SET,
        "uri": SET_URI,
        "crs": MERCATOR,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(level) for level in range(DEEPEST_ZOOM + 1)],
    }
    return await _answer(request, body, "tile_matrix_sets", doors=[])


async def list_tilesets(request: Request) -> Response:
    """`/collections/{collection}/tiles`: the layer's tilesets."""
    only(request, "f")
    layer = service_of(request).layer(request.path_params["collection"])
    body = {"tilesets": [_summary(request, layer)]}
    address = within(f"/collections/{layer.id}/tiles/{SET}", _lang(request))
    return await _answer(request, body, "tilesets", layer=layer, doors=[(SET, address)])


async def get_tileset(request: Request) -> Response:
    """`/collections/{collection}/tiles/WebMercatorQuad`: at which levels, with which attributes, at which address."""
    only(request, "f")
    service = service_of(request)
    layer = service.layer(request.path_params["collection"])
    if request.path_params["tile_matrix_set"] != SET:
        raise NoSuchPage
    register = await register_of(service)
    box = (register.summary.get(layer.id) or {}).get("box")
    body = _summary(request, layer)
    body["layers"] = [
        {
            "id": layer.id,
            "title": layer.title.said_in(_lang(request)),
            "dataType": "vector",
            "geometryDimension": _dimension(layer),
            "minTileMatrix": str(layer.zooms.start),
            "maxTileMatrix": str(layer.zooms.stop - 1),
            "propertiesSchema": {"type": "object", "properties": {field.name: {} for field in layer.tile_fields}},
        }
    ]
    body["tileMatrixSetLimits"] = [_limits(level, box) for level in layer.zooms] if box else []
    if box:
        body["boundingBox"] = {"lowerLeft": box[:2], "upperRight": box[2:], "crs": CRS84}
    template = f"{links.base(request)}/collections/{layer.id}/tiles/{SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    body["links"].append(link(f"{template}?f=mvt", "item", MVT, templated=True))
    return await _answer(request, body, "tilesets", layer=layer, doors=[], template_address=template)


async def list_image_tilesets(request: Request) -> Response:
    """`/collections/{collection}/map/tiles`: tilesets of a layer of rasters, as images."""
    only(request, "f")
    layer = raster_layer(service_of(request), request)
    body = {"tilesets": [_image_summary(request, layer)]}
    address = within(f"/collections/{layer.id}/map/tiles/{SET}", _lang(request))
    return await _answer(request, body, "tilesets", layer=layer, doors=[(SET, address)])


async def get_image_tileset(request: Request) -> Response:
    """`/collections/{collection}/map/tiles/WebMercatorQuad`: at which levels, in which styles, at which address."""
    only(request, "f")
    service = service_of(request)
    layer = raster_layer(service, request)
    if request.path_params["tile_matrix_set"] != SET:
        raise NoSuchPage
    register = await register_of(service)
    box = (register.summary.get(layer.id) or {}).get("box")
    body = _image_summary(request, layer)
    body["tileMatrixSetLimits"] = [_limits(level, box) for level in layer.zooms] if box else []
    if box:
        body["boundingBox"] = {"lowerLeft": box[:2], "upperRight": box[2:], "crs": CRS84}
    root = f"{links.base(request)}/collections/{layer.id}/map/tiles/{SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    for style in layer.styles:
        said = style.title.said_in(_lang(request))
        body["links"].append(link(f"{root}?style={style.id}&f=png", "item", "image/png", said, templated=True))
    return await _answer(
        request, body, "tilesets", layer=layer, doors=[], template_address=f"{root}?style={layer.styles[0].id}"
    )


def _image_summary(request: Request, layer: Layer) -> dict[str, Any]:
    root = f"{links.base(request)}/collections/{layer.id}/map/tiles/{SET}"
    summary = _summary(request, layer)
    summary["dataType"] = "map"
    summary["links"][0] = link(f"{root}?f=json", "self", JSON)
    summary["styles"] = [{"id": style.id, "title": style.title.said_in(_lang(request))} for style in layer.styles]
    return summary


def _summary(request: Request, layer: Layer) -> dict[str, Any]:
    root = f"{links.base(request)}/collections/{layer.id}/tiles/{SET}"
    return {
        "title": layer.title.said_in(_lang(request)),
        "dataType": "vector",
        "crs": MERCATOR,
        "tileMatrixSetURI": SET_URI,
        "links": [
            link(f"{root}?f=json", "self", JSON),
            link(f"{links.base(request)}/tileMatrixSets/{SET}", SCHEME_REL, JSON),
        ],
    }


def _matrix(level: int) -> dict[str, Any]:
    cell_m = EARTH_M / 256 / 2**level
    return {
        "id": str(level),
        "scaleDenominator": cell_m / PIXEL_M,
        "cellSize": cell_m,
        "pointOfOrigin": [-EARTH_M / 2, EARTH_M / 2],
        "tileWidth": 256,
        "tileHeight": 256,
        "matrixWidth": 2**level,
        "matrixHeight": 2**level,
    }


def _limits(level: int, box: list[float]) -> dict[str, Any]:
    top, bottom, left, right = limits(level, box)
    return {"tileMatrix": str(level), "minTileRow": top, "maxTileRow": bottom, "minTileCol": left, "maxTileCol": right}


def _dimension(layer: Layer) -> int:
    kind = layer.geometry_kind.removeprefix("MULTI")
    return {"POINT": 0, "LINESTRING": 1}.get(kind, 2)


def _lang(request: Request) -> Lang:
    return negotiation.reader_language(request)


async def _answer(
    request: Request,
    body: dict[str, Any],
    title_key: str,
    *,
    doors: list[tuple[str, str]],
    layer: Layer | None = None,
    template_address: str | None = None,
) -> Response:
    service = service_of(request)
    register = await register_of(service)
    lang = negotiation.reader_language(request)
    form = negotiation.format_of(request)
    state = sum(register.versions.values())
    etag = negotiation.etag_of(request, service.installation.id.hex[:8], state, "tilesets", form, lang=lang)
    if form == "html":
        crumbs = [Crumb(texts("ogc", lang)["collections"], within("/collections", lang))] if layer else []
        if layer:
            crumbs.append(Crumb(layer.title.said_in(lang), within(f"/collections/{layer.id}", lang)))
        page = shell(
            request, register, "tilesets", crumbs=crumbs, title=texts("ogc", lang)[title_key], doors=doors,
            template_address=template_address, zooms=layer.zooms if layer else None,
        )  # fmt: skip
        return negotiation.answer(request, page, HTML, etag=etag, lang=lang)
    return negotiation.answer(request, json.dumps(body, ensure_ascii=False), JSON, etag=etag, lang=lang)
