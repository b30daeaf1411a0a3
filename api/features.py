# SPDX-License-Identifier: Apache-2.0
"""Features over HTTP (OGC API Features, Parts 1 and 2). Plain Starlette routes: the database writes the bytes."""

import json
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow
from starlette.requests import Request
from starlette.responses import Response

from api import links, negotiation, records
from api.counting import Count
from api.cursors import cursor
from api.links import link
from api.maplayers import register_of
from api.negotiation import GEOJSON, HTML
from api.query import only
from api.question import Question, order_name, question
from api.service import Service, service_of
from layers.declaration import Layer
from layers.errors import BadQuery, NoSuchFeature
from layers.features import EVERYTHING, feature_statement, page_statement
from layers.reference import CRS84, views


async def list_items(request: Request) -> Response:
    """`/collections/{collection}/items`: a page of features."""
    service = service_of(request)
    layer = service.layer(request.path_params["collection"])
    form = negotiation.format_of(request)
    asked = question(request, service, layer)
    lang = negotiation.reader_language(request) if form == "html" else None
    crs = {"content-crs": f"<{asked.view.uri}>"}
    version = service.version(layer)
    if version is not None:
        etag = _etag(request, service, layer, version)
        if negotiation.has_it(request, etag):
            return negotiation.unchanged(etag, lang, crs)
    try:
        row, count = await _page(service, layer, asked, version)
    except psycopg.DataError as error:
        if not asked.selection.condition:
            raise
        # Arithmetic that leaves the numbers: only the rows tell.
        raise BadQuery("filter", request.query_params["filter"], str(error.diag.message_primary)) from None
    etag = _etag(request, service, layer, row[0])
    if form == "html":
        register = await register_of(service)
        page = records.many(request, register, layer, asked, row, count, following(request, service, layer, asked, row))
        return negotiation.answer(request, page, HTML, etag=etag, lang=lang, extra=crs)
    body = _collection(request, service, layer, asked, row, count)
    return negotiation.answer(request, body, GEOJSON, etag=etag, extra=crs)


async def get_item(request: Request) -> Response:
    """`/collections/{collection}/items/{feature}`: one feature."""
    only(request, "crs", "f")
    service = service_of(request)
    layer = service.layer(request.path_params["collection"])
    form = negotiation.format_of(request)
    asked_crs = request.query_params.get("crs", CRS84)
    offered = views(service.installation.srid)
    if asked_crs not in offered:
        raise BadQuery("crs", asked_crs, ", ".join(offered))
    given = request.path_params["feature"]
    row = await service.row(feature_statement(layer, offered[asked_crs]), {"id": _uuid(layer, given)})
    if row is None:
        raise NoSuchFeature(layer.id, given)
    lang = negotiation.reader_language(request) if form == "html" else None
    # Its own version is not enough: a feature also shows words of others, such as the name of its operator.
    etag = _etag(request, service, layer, row[0], row[1])
    crs = {"content-crs": f"<{asked_crs}>"}
    if form == "html":
        page = records.one(request, await register_of(service), layer, json.loads(row[2]))
        return negotiation.answer(request, page, HTML, etag=etag, lang=lang, extra=crs)
    home = f"{links.base(request)}/collections/{layer.id}"
    leading = [
        link(links.here(request), "self", GEOJSON),
        link(links.here_but(request, f="html"), "alternate", HTML),
        link(home, "collection", negotiation.JSON),
    ]
    body = f'{row[2][:-1]},"links":{links.as_json(leading)}}}'
    return negotiation.answer(request, body, GEOJSON, etag=etag, extra=crs)


def following(request: Request, service: Service, layer: Layer, asked: Question, row: TupleRow) -> str | None:
    """The address of the next page, or None after the last."""
    if row[2] <= asked.limit:
        return None
    place = cursor(service.installation.id.bytes, order_name(layer, asked.order), row[3:])
    return links.here_but(request, "offset", after=place)


async def _page(service: Service, layer: Layer, asked: Question, version: int | None) -> tuple[TupleRow, Count | None]:
    """The page's row, and how many features the whole question selects."""
    binds = dict(asked.binds)
    count = None
    if asked.how != "none" or not asked.selection.all:
        count = await service.counts.of(service.row, layer, asked.selection, binds, version=version, how=asked.how)
    walk = count is not None and not asked.selection.all and await _much(service, layer, asked, count)
    row = await service.row(page_statement(layer, asked.page(walk=walk)), asked.page_binds())
    if row is None:
        raise RuntimeError("an aggregate gave no row")
    if count is not None and count.version != row[0]:
        # The layer changed in between; what the page says of itself must be true of one state.
        count = await service.counts.of(service.row, layer, asked.selection, binds, version=row[0], how=asked.how)
    return row, None if asked.how == "none" else count


async def _much(service: Service, layer: Layer, asked: Question, count: Count) -> bool:
    """Whether walking the order meets `limit` selected features sooner than all that are selected could be sorted."""
    if not count.exact:
        return True
    total = await service.counts.of(service.row, layer, EVERYTHING, {}, version=count.version, how="auto")
    return count.found**2 > asked.limit * total.found


def _collection(
    request: Request, service: Service, layer: Layer, asked: Question, row: TupleRow, count: Count | None
) -> str:
    _, features, found, *_ = row
    leading = [
        link(links.here(request), "self", GEOJSON),
        link(links.here_but(request, f="html"), "alternate", HTML),
        link(f"{links.base(request)}/collections/{layer.id}", "collection", negotiation.JSON),
    ]
    after = following(request, service, layer, asked, row)
    if after:
        leading.append(link(after, "next", GEOJSON))
    matched = ""
    if count is not None:
        # Beyond the cap nobody counted: said, not guessed.
        matched = f'"numberMatched":{count.found},' if count.exact else f'"numberMatchedAtLeast":{count.found + 1},'
    return (
        f'{{"type":"FeatureCollection",{matched}"numberReturned":{min(found, asked.limit)},'
        f'"links":{links.as_json(leading)},"features":[{features}]}}'
    )


def _etag(request: Request, service: Service, layer: Layer, *versions: object) -> str:
    form = negotiation.format_of(request)
    lang = negotiation.reader_language(request) if form == "html" else None
    return negotiation.etag_of(request, service.installation.id.hex[:8], layer.id, *versions, form, lang=lang)


def _uuid(layer: Layer, given: str) -> UUID:
    """The id as addresses write it. Braces, capitals and URNs are other addresses, and lead nowhere."""
    try:
        found = UUID(given)
    except ValueError:
        raise NoSuchFeature(layer.id, given) from None
    if str(found) != given:
        raise NoSuchFeature(layer.id, given)
    return found
