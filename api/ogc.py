# SPDX-License-Identifier: Apache-2.0
"""What the service says of itself: landing, conformance, collections and their properties (OGC API Common, Features)."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api import links, negotiation, openapi
from api.cards import UNITS
from api.links import Link, link
from api.maplayers import Register, register_of
from api.negotiation import GEOJSON, HTML, JSON
from api.query import only
from api.schemas import queryables_of, schema_of
from api.service import Service, service_of
from api.shells import Crumb, shell, within
from api.tilesets import CONFORMS as TILES_CONFORM
from layers.declaration import Layer
from layers.reference import CRS84, storage_crs, views
from web.texts import Lang, texts

FEATURES = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    f"{FEATURES}/core",
    f"{FEATURES}/geojson",
    f"{FEATURES}/html",
    f"{FEATURES}/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    *(
        f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "temporal-functions",
            "array-functions",
            "property-property",
            "arithmetic",
            "basic-spatial-operators",  # the name by which QGIS asks for the functions above
        )
    ),
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/core-roles-features",
    "http://www.opengis.net/spec/ogcapi-common-3/1.0/conf/schemas",
    *TILES_CONFORM,
)
SCHEMA_JSON = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA_REL = "http://www.opengis.net/def/rel/ogc/1.0/schema"
QUERYABLES_REL = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
VECTOR_TILES_REL = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
MAP_TILES_REL = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-map"
SCHEMES_REL = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"


async def conformance(request: Request) -> Response:
    """`/conformance`: which classes of which standards the service keeps to."""
    only(request, "f")
    return await _answer(request, {"conformsTo": list(CONFORMS)}, "conformance", title_key="conformance", uris=CONFORMS)


async def landing_json(request: Request) -> Response:
    """`/` for machines: where everything is."""
    service = service_of(request)
    register = await register_of(service)
    lang = negotiation.reader_language(request)
    t = texts("ogc", lang)
    root = links.base(request)
    body = {
        "title": register.zone[lang],
        "description": t["service"],
        "links": [
            link(f"{root}/?f=json", "self", JSON),
            link(f"{root}/?f=html", "alternate", HTML),
            link(f"{root}/api", "service-desc", OPENAPI, t["api"]),
            link(f"{root}/docs", "service-doc", HTML, t["api"]),
            link(f"{root}/conformance", "conformance", JSON, t["conformance"]),
            link(f"{root}/collections", "data", JSON, t["collections"]),
            link(f"{root}/tileMatrixSets", SCHEMES_REL, JSON, t["tile_matrix_sets"]),
        ],
    }
    etag = negotiation.etag_of(request, service.installation.id.hex[:8], _state(register), "landing", "json", lang=lang)
    return negotiation.answer(request, _text(body), JSON, etag=etag, lang=lang)


async def list_collections(request: Request) -> Response:
    """`/collections`: every layer that the reader may see."""
    only(request, "f")
    service = service_of(request)
    register = await register_of(service)
    lang = negotiation.reader_language(request)
    root = links.base(request)
    described = [_collection(request, service, register, layer, lang) for layer in service.catalogue.public]
    body = {
        "links": [
            link(links.here_but(request, f="json"), "self", JSON),
            link(links.here_but(request, f="html"), "alternate", HTML),
            link(f"{root}/api", "service-desc", OPENAPI),
        ],
        "crs": list(views(service.installation.srid)),
        "collections": described,
    }
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for layer in service.catalogue.public:
        address = within(f"/collections/{layer.id}", lang)
        groups.setdefault(layer.group, []).append((layer.title.said_in(lang), address, _said(layer, lang)))
    return await _answer(request, body, "collections", title_key="collections", groups=groups)


async def get_collection(request: Request) -> Response:
    """`/collections/{collection}`: one layer, and where its features, properties and tiles are."""
    only(request, "f")
    service = service_of(request)
    layer = service.layer(request.path_params["collection"])
    register = await register_of(service)
    lang = negotiation.reader_language(request)
    body = _collection(request, service, register, layer, lang)
    t = texts("ogc", lang)
    here = f"/collections/{layer.id}"
    return await _answer(
        request,
        body,
        "collection",
        title=layer.title.said_in(lang),
        description=_said(layer, lang),
        attribution=layer.attribution,
        doors=[
            (t["features"], within(f"{here}/items", lang)),
            (t["download"], within(f"{here}/export", lang)),
            (t["queryables"], within(f"{here}/queryables", lang)),
            (t["schema"], within(f"{here}/schema", lang)),
            (t["tilesets"], within(f"{here}/tiles", lang)),
            *([(t["map_tilesets"], within(f"{here}/map/tiles", lang))] if layer.styles else []),
        ],
        on_map=within("/map", lang, layers=layer.drawn_with or layer.id),
        extent=(register.summary.get(layer.id) or {}).get("box"),
        crumbs=[_collections_crumb(lang)],
        crs=list(views(service.installation.srid)),
        properties=[
            (
                field.title.said_in(lang),
                field.name,
                UNITS.get(field.unit or "", {}).get(lang, field.unit),
                field.codelist is not None,
            )
            for field in layer.public_fields
        ],
    )


async def get_queryables(request: Request) -> Response:
    """`/collections/{collection}/queryables`: what features can be asked for by."""
    return await _schema_page(request, "queryables")


async def get_schema(request: Request) -> Response:
    """`/collections/{collection}/schema`: what a feature says (Features, Part 5)."""
    return await _schema_page(request, "schema")


async def _schema_page(request: Request, which: str) -> Response:
    only(request, "f")
    service = service_of(request)
    layer = service.layer(request.path_params["collection"])
    register = await register_of(service)
    lang = negotiation.reader_language(request)
    make = queryables_of if which == "queryables" else schema_of
    body = make(layer, register, lang, address=f"{links.base(request)}/collections/{layer.id}/{which}")
    rows = [
        (said.get("title", name), name, [entry["title"] for entry in said.get("oneOf", ())])
        for name, said in body["properties"].items()
    ]
    crumbs = [_collections_crumb(lang), Crumb(layer.title.said_in(lang), within(f"/collections/{layer.id}", lang))]
    return await _answer(request, body, "properties", title_key=which, media_type=SCHEMA_JSON, rows=rows, crumbs=crumbs)


def _collection(request: Request, service: Service, register: Register, layer: Layer, lang: Lang) -> dict[str, Any]:
    root = f"{links.base(request)}/collections/{layer.id}"
    srid = service.installation.srid
    made: dict[str, Any] = {
        "id": layer.id,
        "title": layer.title.said_in(lang),
        "description": _said(layer, lang),
        "itemType": "feature",
        "crs": list(views(srid)),
        "storageCrs": storage_crs(srid),
        "links": _collection_links(root, layer, lang),
    }
    if layer.attribution:
        made["attribution"] = layer.attribution
    box = (register.summary.get(layer.id) or {}).get("box")
    if box:
        made["extent"] = {"spatial": {"bbox": [box], "crs": CRS84}}
    return made


def _collection_links(root: str, layer: Layer, lang: Lang) -> list[Link]:
    t = texts("ogc", lang)
    title = layer.title.said_in(lang)
    return [
        link(f"{root}?f=json", "self", JSON, title),
        link(f"{root}?f=html", "alternate", HTML, title),
        link(f"{root}/items?f=json", "items", GEOJSON, t["features"]),
        link(f"{root}/items?f=html", "items", HTML, t["features"]),
        link(f"{root}/export?f=json", "related", JSON, t["download"]),
        link(f"{root}/queryables?f=json", QUERYABLES_REL, SCHEMA_JSON, t["queryables"]),
        link(f"{root}/schema?f=json", SCHEMA_REL, SCHEMA_JSON, t["schema"]),
        link(f"{root}/schema?f=json", "describedby", SCHEMA_JSON, t["schema"]),
        link(f"{root}/tiles?f=json", VECTOR_TILES_REL, JSON, t["tilesets"]),
        *([link(f"{root}/map/tiles?f=json", MAP_TILES_REL, JSON, t["map_tilesets"])] if layer.styles else []),
    ]


def _said(layer: Layer, lang: Lang) -> str:
    return layer.description.said_in(lang) if layer.description else ""


def _collections_crumb(lang: Lang) -> Crumb:
    return Crumb(texts("ogc", lang)["collections"], within("/collections", lang))


async def _answer(
    request: Request,
    body: dict[str, Any],
    template: str,
    *,
    title_key: str | None = None,
    media_type: str = JSON,
    crumbs: list[Crumb] | None = None,
    **values: Any,
) -> Response:
    """The resource in the form and language that the reader takes."""
    service = service_of(request)
    register = await register_of(service)
    lang = negotiation.reader_language(request)
    form = negotiation.format_of(request)
    if title_key:
        values["title"] = texts("ogc", lang)[title_key]
    etag = negotiation.etag_of(
        request, service.installation.id.hex[:8], _state(register), openapi.VERSION, form, lang=lang
    )
    if form == "html":
        page = shell(request, register, template, crumbs=crumbs or [], **values)
        return negotiation.answer(request, page, HTML, etag=etag, lang=lang)
    return negotiation.answer(request, _text(body), media_type, etag=etag, lang=lang)


def _state(register: Register) -> int:
    """One number for the versions of all layers: each only rises."""
    return sum(register.versions.values())


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False)
