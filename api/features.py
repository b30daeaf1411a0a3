# SPDX-License-Identifier: Apache-2.0
"""Features over HTTP (OGC API Features, Part 1). Plain Starlette routes: the database writes the bytes."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.query import numbers, only, whole_number
from api.service import service_of
from layers.errors import BadQuery, NoSuchFeature
from layers.features import feature_statement, page_statement

GEOJSON = "application/geo+json"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


async def list_items(request: Request) -> Response:
    """`/collections/{id}/items`: a page of features, by key."""
    only(request, "limit", "bbox", "after", "f")
    service = service_of(request)
    layer = service.layer(request.path_params["collection"])
    limit = whole_number(request, "limit", default=100, least=1, most=service.settings.page_limit)
    binds: dict[str, object] = {"limit": limit}
    bbox = request.query_params.get("bbox")
    if bbox is not None:
        sides = numbers("bbox", bbox)
        if len(sides) != 4 or sides[1] > sides[3]:
            raise BadQuery("bbox", bbox, "west,south,east,north")
        binds |= dict(zip(("west", "south", "east", "north"), sides, strict=True))
    after = request.query_params.get("after")
    if after is not None:
        binds["after"] = _uuid_in("after", after)
    row = await service.row(page_statement(layer, after=after is not None, bbox=bbox is not None), binds)
    _, features, returned, last = row or (0, "", 0, None)
    links = f'{{"href":"{request.url.path}","rel":"self","type":"{GEOJSON}"}}'
    if returned == limit:
        address = request.url.include_query_params(after=str(last))
        links += f',{{"href":"{address.path}?{address.query}","rel":"next","type":"{GEOJSON}"}}'
    body = f'{{"type":"FeatureCollection","numberReturned":{returned},"links":[{links}],"features":[{features}]}}'
    return Response(body, media_type=GEOJSON, headers={"content-crs": f"<{CRS84}>"})


async def get_item(request: Request) -> Response:
    """`/collections/{id}/items/{uuid}`: one feature."""
    only(request, "f")
    service = service_of(request)
    layer = service.layer(request.path_params["collection"])
    given = request.path_params["feature"]
    try:
        feature_id = UUID(given)
    except ValueError:
        raise NoSuchFeature(layer.id, given) from None
    row = await service.row(feature_statement(layer), {"id": feature_id})
    if row is None:
        raise NoSuchFeature(layer.id, given)
    etag = f'"{feature_id.hex[:8]}.{row[0]}"'
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"etag": etag})
    return Response(row[1], media_type=GEOJSON, headers={"etag": etag, "content-crs": f"<{CRS84}>"})


def _uuid_in(name: str, given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise BadQuery(name, given, "uuid") from None
