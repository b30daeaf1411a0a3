# SPDX-License-Identifier: Apache-2.0
"""The service's description in OpenAPI 3.0, made from the catalogue. Small: one path per kind of address, not per layer."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api import links, negotiation
from api.query import only
from api.question import OF_A_PAGE
from api.register import plotsdescribed
from api.register.described import register_paths
from api.service import Service, service_of
from layers.exporting import FORMATS
from layers.reference import views
from web.pages import render
from web.texts import Lang, texts

VERSION = "0.1.0"
MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.0"
GEOJSON = "application/geo+json"
PROBLEM = "application/problem+json"
Schema = dict[str, Any]


async def get_api(request: Request) -> Response:
    """`/api` and `/openapi.json`: the description."""
    only(request, "f")
    service = service_of(request)
    lang = negotiation.reader_language(request)
    body = json.dumps(described(service, links.base(request), lang), ensure_ascii=False)
    etag = negotiation.etag_of(request, service.installation.id.hex[:8], VERSION, "openapi", lang=lang)
    return negotiation.answer(request, body, MEDIA_TYPE, etag=etag, lang=lang)


async def get_docs(request: Request) -> Response:
    """`/docs`: the description for people, in a viewer of our own set-up."""
    only(request, "f")
    service = service_of(request)
    lang = negotiation.reader_language(request)
    page = render("ogc/docs.html", page="ogc", lang=lang, switched=links.here_but(request, lang=_other(lang)))
    etag = negotiation.etag_of(request, service.installation.id.hex[:8], VERSION, "docs", lang=lang)
    return negotiation.answer(request, page, negotiation.HTML, etag=etag, lang=lang)


def _other(lang: Lang) -> Lang:
    return "en" if lang == "ar" else "ar"


def described(service: Service, root: str, lang: Lang) -> Schema:
    """The whole document."""
    t = texts("ogc", lang)
    collection = _path("collection", {"type": "string", "enum": [layer.id for layer in service.catalogue.public]})
    feature = _path("feature", {"type": "string", "format": "uuid"})
    matrix_set = _path("tile_matrix_set", {"type": "string", "enum": ["WebMercatorQuad"]})
    tile = [_path(name, {"type": "integer", "minimum": 0}) for name in ("tile_matrix", "tile_row", "tile_col")]
    items = [{"$ref": f"#/components/parameters/{name}"} for name in _items_parameters(service)]
    plain: list[Schema] = [{"$ref": "#/components/parameters/f"}, {"$ref": "#/components/parameters/lang"}]
    crs: Schema = {"$ref": "#/components/parameters/crs"}
    mvt = {"application/vnd.mapbox-vector-tile": {"schema": {"type": "string", "format": "binary"}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Marsa", "version": VERSION, "description": t["service"], "license": {"name": "Apache-2.0"}},
        "servers": [{"url": root}],
        "tags": [{"name": "common"}, {"name": "features"}, {"name": "tiles"}, {"name": "register"}],
        "paths": {
            "/": _get("getLandingPage", "common", t["home"], plain),
            "/conformance": _get("getConformanceDeclaration", "common", t["conformance"], plain),
            "/api": _get("getApi", "common", t["api"], plain),
            "/collections": _get("getCollections", "common", t["collections"], plain),
            "/collections/{collection}": _get("describeCollection", "common", t["collection"], [collection, *plain]),
            "/collections/{collection}/queryables": _get(
                "getQueryables", "features", t["queryables"], [collection, *plain]
            ),
            "/collections/{collection}/schema": _get("getSchema", "features", t["schema"], [collection, *plain]),
            "/collections/{collection}/items": _get(
                "getFeatures", "features", t["features"], [collection, *items, *plain], {GEOJSON: _object()}
            ),
            "/collections/{collection}/export": _get(
                "getExport",
                "features",
                t["download"],
                [
                    collection,
                    *(each for each in items if not each["$ref"].endswith(_OF_A_PAGE)),
                    *_of_files(),
                    *plain[1:],
                ],
                {form.media_type: {"schema": {"type": "string", "format": "binary"}} for form in FORMATS.values()},
            ),
            "/collections/{collection}/items/{feature}": _get(
                "getFeature", "features", t["feature"], [collection, feature, crs, *plain], {GEOJSON: _object()}
            ),
            "/collections/{collection}/tiles": _get(
                ".collection.vector.getTileSetsList", "tiles", t["tilesets"], [collection, *plain]
            ),
            "/collections/{collection}/tiles/{tile_matrix_set}": _get(
                ".collection.vector.getTileSet", "tiles", t["tileset"], [collection, matrix_set, *plain]
            ),
            "/collections/{collection}/tiles/{tile_matrix_set}/{tile_matrix}/{tile_row}/{tile_col}": _get(
                ".collection.vector.getTile",
                "tiles",
                t["tile"],
                [collection, matrix_set, *tile, _version(), *plain],
                mvt,
            ),
            **plotsdescribed.paths(lang),
            **_image_paths(service, matrix_set, tile, plain, t),
            **register_paths(lang),
            "/tileMatrixSets": _get("getTileMatrixSetsList", "tiles", t["tile_matrix_sets"], plain),
            "/tileMatrixSets/{tile_matrix_set}": _get(
                "getTileMatrixSet", "tiles", t["tile_matrix_set"], [matrix_set, *plain]
            ),
        },
        "components": {"parameters": _parameters(service), "responses": {"Problem": _problem()}},
    }


def _image_paths(
    service: Service, matrix_set: Schema, tile: list[Schema], plain: list[Schema], t: Mapping[str, str]
) -> dict[str, Schema]:
    """Tiles of layers of rasters."""
    layers = [layer for layer in service.catalogue.public if layer.styles]
    collection = _path("collection", {"type": "string", "enum": [layer.id for layer in layers]})
    styles = [style.id for layer in layers for style in layer.styles]
    style = _query("style", {"type": "string", "enum": styles})
    binary: Schema = {"schema": {"type": "string", "format": "binary"}}
    form = _query("f", {"type": "string", "enum": ["png", "webp"]})
    root = "/collections/{collection}/map/tiles"
    return {
        root: _get(".collection.map.getTileSetsList", "tiles", t["map_tilesets"], [collection, *plain]),
        f"{root}/{{tile_matrix_set}}": _get(
            ".collection.map.getTileSet", "tiles", t["map_tileset"], [collection, matrix_set, *plain]
        ),
        f"{root}/{{tile_matrix_set}}/{{tile_matrix}}/{{tile_row}}/{{tile_col}}": _get(
            ".collection.map.getTile",
            "tiles",
            t["map_tile"],
            [collection, matrix_set, *tile, style, form, _version(), plain[1]],
            {"image/png": binary, "image/webp": binary},
        ),
    }


_OF_A_PAGE = tuple(f"/{name}" for name in OF_A_PAGE)


def _of_files() -> list[Schema]:
    """Which file, and how it tells shapes and letters."""
    shapes = list(dict.fromkeys(shape for form in FORMATS.values() for shape in form.shapes))
    encodings = list(dict.fromkeys(each for form in FORMATS.values() for each in form.encodings))
    return [
        _query("f", {"type": "string", "enum": ["json", "html", *FORMATS]}),
        _query("shape", {"type": "string", "enum": shapes}),
        _query("encoding", {"type": "string", "enum": encodings}),
    ]


def _items_parameters(service: Service) -> tuple[str, ...]:
    return tuple(name for name in _parameters(service) if name not in ("f", "lang"))


def _parameters(service: Service) -> dict[str, Schema]:
    crs = {"type": "string", "format": "uri", "enum": list(views(service.installation.srid))}
    words: Schema = {"type": "array", "items": {"type": "string"}}
    most = service.settings.page_limit
    return {
        "limit": _query("limit", {"type": "integer", "minimum": 1, "maximum": most, "default": min(100, most)}),
        "bbox": _query("bbox", {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}),
        "bbox-crs": _query("bbox-crs", crs),
        "crs": _query("crs", crs),
        "datetime": _query("datetime", {"type": "string"}),
        "properties": _query("properties", words),
        "sortby": _query("sortby", words),
        "offset": _query("offset", {"type": "integer", "minimum": 0, "default": 0}),
        "after": _query("after", {"type": "string"}),
        "count": _query("count", {"type": "string", "enum": ["exact", "auto", "none"], "default": "auto"}),
        "filter": _query("filter", {"type": "string"}),
        "filter-lang": _query(
            "filter-lang", {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"}
        ),
        "filter-crs": _query("filter-crs", crs),
        "on": _query("on", {"type": "string", "example": "2026-03-01"}),
        "known_on": _query("known_on", {"type": "string", "example": "2026-03-01"}),
        "f": _query("f", {"type": "string", "enum": ["json", "html"]}),
        "lang": _query("lang", {"type": "string", "enum": ["ar", "en"], "default": "ar"}),
    }


def _version() -> Schema:
    return _query("v", {"type": "integer", "minimum": 0})


def _query(name: str, schema: Schema) -> Schema:
    # `style` and `explode` are said although the first is the default: conformance suites read them.
    return {"name": name, "in": "query", "required": False, "schema": schema, "style": "form", "explode": False}


def _path(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _object() -> Schema:
    return {"schema": {"type": "object"}}


def _get(
    operation: str, tag: str, summary: str, parameters: list[Schema], content: dict[str, Schema] | None = None
) -> Schema:
    refusal = {"$ref": "#/components/responses/Problem"}
    bodies = content or {"application/json": _object(), "text/html": {"schema": {"type": "string"}}}
    return {
        "get": {
            "operationId": operation,
            "tags": [tag],
            "summary": summary,
            "parameters": parameters,
            "responses": {
                "200": {"description": summary, "content": bodies},
                "400": refusal,
                "404": refusal,
                "500": refusal,
            },
        }
    }


def _problem() -> Schema:
    member = {"type": "string"}
    schema = {
        "type": "object",
        "properties": {
            "type": member,
            "title": member,
            "status": {"type": "integer"},
            "detail": member,
            "instance": member,
        },
    }
    return {"description": "RFC 9457", "content": {PROBLEM: {"schema": schema}}}
