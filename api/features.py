# SPDX-License-Identifier: Apache-2.0
"""Features over HTTP (OGC API Features, Parts 1 and 2). Plain Starlette routes: the database writes the bytes."""

import json
import math
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg.pq.abc import PGresult
from starlette.requests import Request
from starlette.responses import Response

from api import links, negotiation, records
from api.counting import Count
from api.cursors import cursor
from api.links import link
from api.maplayers import register_of
from api.moments import TIMES
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
        page, count = await _page(service, layer, asked, version)
    except psycopg.DataError as error:
        if not asked.selection.condition:
            raise
        # Arithmetic that leaves the numbers: only the rows tell.
        raise BadQuery("filter", request.query_params["filter"], str(error.diag.message_primary)) from None
    etag = _etag(request, service, layer, page.version)
    following = _following(request, service, layer, asked, page)
    if form == "html":
        register = await register_of(service)
        told = records.many(request, register, layer, asked, page.features, count, following)
        return negotiation.answer(request, told, HTML, etag=etag, lang=lang, extra=crs)
    body = _collection(request, layer, page, count, following)
    return negotiation.answer(request, body, GEOJSON, etag=etag, extra=crs)


async def get_item(request: Request) -> Response:
    """`/collections/{collection}/items/{feature}`: one feature."""
    only(request, "crs", "f", *TIMES)
    service = service_of(request)
    layer = service.layer(request.path_params["collection"])
    form = negotiation.format_of(request)
    asked_crs = request.query_params.get("crs", CRS84)
    offered = views(service.installation.srid)
    if asked_crs not in offered:
        raise BadQuery("crs", asked_crs, ", ".join(offered))
    given = request.path_params["feature"]
    found = await service.ask(feature_statement(layer, offered[asked_crs]), {"id": _uuid(layer, given)})
    if not found.ntuples:
        raise NoSuchFeature(layer.id, given)
    version, feature = found.get_value(0, 0) or b"", found.get_value(0, 1) or b""
    lang = negotiation.reader_language(request) if form == "html" else None
    # The layer's version, not its own: a feature also shows words of others, such as the name of its operator.
    etag = _etag(request, service, layer, int(version))
    crs = {"content-crs": f"<{asked_crs}>"}
    if form == "html":
        page = records.one(request, await register_of(service), layer, json.loads(feature))
        return negotiation.answer(request, page, HTML, etag=etag, lang=lang, extra=crs)
    home = f"{links.base(request)}/collections/{layer.id}"
    leading = [
        link(links.here(request), "self", GEOJSON),
        link(links.here_but(request, f="html"), "alternate", HTML),
        link(home, "collection", negotiation.JSON),
    ]
    body = b'%b,"links":%b}' % (feature[:-1], links.as_json(leading).encode())
    return negotiation.answer(request, body, GEOJSON, etag=etag, extra=crs)


@dataclass(frozen=True)
class Found:
    """A page as the database answered it."""

    version: int
    selected: int | None
    """How many the question selects, at most one more than was asked for; None when they were not counted."""
    features: list[bytes]
    """In their order, as GeoJSON."""
    last: tuple[str | None, ...] | None
    """Keys and id of the last feature when others follow it."""

    @classmethod
    def of(cls, answer: PGresult, limit: int) -> "Found":
        """Rows as `page_statement` says them."""
        value = answer.get_value
        selected = value(0, 1)
        features: list[bytes] = [b""] * answer.ntuples
        last = None
        for row in range(answer.ntuples):
            place = int(value(row, 2) or 0)
            features[place - 1] = value(row, 3) or b""
            if place == limit < answer.ntuples:
                keys = (value(row, column) for column in range(4, answer.nfields))
                last = tuple(None if key is None else key.decode() for key in keys)
        empty = value(0, 2) is None
        return cls(
            version=int(value(0, 0) or 0),
            selected=None if selected is None else int(selected),
            features=[] if empty else features[:limit],
            last=last,
        )


def _following(request: Request, service: Service, layer: Layer, asked: Question, page: Found) -> str | None:
    """The address of the next page, or None after the last."""
    if page.last is None:
        return None
    place = cursor(service.installation.id.bytes, order_name(layer, asked.order), page.last)
    return links.here_but(request, "offset", after=place)


async def _page(service: Service, layer: Layer, asked: Question, version: int | None) -> tuple[Found, Count | None]:
    """The page, and how many features the whole question selects."""
    counts, wanted = service.counts, asked.how != "none"
    if asked.selection.all:
        page = await _found(service, layer, asked, walk=False)
        return page, await counts.of(service.ask, layer, EVERYTHING, {}, page.version, asked.how) if wanted else None
    total = await counts.of(service.ask, layer, EVERYTHING, {}, version, "auto")
    # From so many on, walking the order meets `limit` selected features sooner than all that are selected are found.
    most = math.isqrt(asked.limit * total.found)
    count = counts.kept(layer, asked.selection, asked.binds, version, asked.how)
    if count is None or (count.exact and count.found <= most):
        page = await _found(service, layer, asked, walk=False, most=most)
        if page.selected is not None and page.selected <= most:
            # The page and its count are of one state.
            count = counts.keep(
                layer, asked.selection, asked.binds, asked.how, Count(page.version, page.selected, exact=True)
            )
            return page, count if wanted else None
    page = await _found(service, layer, asked, walk=True)
    if not wanted:
        return page, None
    # The layer may have changed since the last count; what the page says of itself must be true of one state.
    return page, await counts.of(service.ask, layer, asked.selection, asked.binds, page.version, asked.how)


async def _found(service: Service, layer: Layer, asked: Question, *, walk: bool, most: int = 0) -> Found:
    statement = page_statement(layer, asked.page(walk=walk))
    return Found.of(await service.ask(statement, asked.page_binds() | {"most": most}), asked.limit)


def _collection(request: Request, layer: Layer, page: Found, count: Count | None, following: str | None) -> bytes:
    leading = [
        link(links.here(request), "self", GEOJSON),
        link(links.here_but(request, f="html"), "alternate", HTML),
        link(f"{links.base(request)}/collections/{layer.id}", "collection", negotiation.JSON),
    ]
    if following:
        leading.append(link(following, "next", GEOJSON))
    matched = ""
    if count is not None:
        # Beyond the cap nobody counted: said, not guessed.
        matched = f'"numberMatched":{count.found},' if count.exact else f'"numberMatchedAtLeast":{count.found + 1},'
    head = (
        f'{{"type":"FeatureCollection",{matched}"numberReturned":{len(page.features)},'
        f'"links":{links.as_json(leading)},"features":['
    )
    return b"%b%b]}" % (head.encode(), b",".join(page.features))


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
