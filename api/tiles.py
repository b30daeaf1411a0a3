# SPDX-License-Identifier: Apache-2.0
"""Tiles over HTTP. A plain Starlette route: it is asked most often, and FastAPI would double its cost."""

from starlette.requests import Request
from starlette.responses import Response

from api.caching import Tile
from api.maplayers import register_of
from api.moments import TIMES
from api.query import only
from api.service import Service, service_of
from layers.declaration import Layer
from layers.errors import NoSuchTile
from layers.tiles import TileAddress, limits, tile_statement

CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"


async def get_tile(request: Request) -> Response:
    """`/collections/{id}/tiles/WebMercatorQuad/{tile_matrix}/{tile_row}/{tile_col}`: Mapbox Vector Tile.

    204 where the layer has nothing, 404 for what is no tile or beyond the layer's levels and limits.
    """
    only(request, "v", "f", *TIMES)
    service = service_of(request)
    layer = service.layer(request.path_params["collection"])
    at = address_of(request, layer)

    async def make() -> Tile:
        # Binary: as text, bytes travel and are read as hexadecimal digits.
        answer = await service.ask(tile_statement(layer, at.matrix), at.binds(), binary=True)
        version, raw = answer.get_value(0, 0) or b"", answer.get_value(0, 1) or b""
        return Tile(int.from_bytes(version), raw)

    tile = await service.cache.get(layer.id, at, make)
    if not tile.raw and service.moment is None:  # a tileset states the limits of today
        await must_be_within(service, layer, at)
    return _answer(request, service, layer.id, tile)


def _answer(request: Request, service: Service, layer_id: str, tile: Tile) -> Response:
    gzipped = "gzip" in request.headers.get("accept-encoding", "")
    etag = f'"{service.installation.id.hex[:8]}.{layer_id}.{tile.version}{".gz" if gzipped else ""}"'
    headers = {
        "etag": etag,
        "vary": "accept-encoding",
        # An address that names this very version never means anything else.
        "cache-control": FOREVER if request.query_params.get("v") == str(tile.version) else ASK_AGAIN,
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if not tile.raw:
        return Response(status_code=204, headers=headers)
    if gzipped:
        headers["content-encoding"] = "gzip"
    return Response(tile.gzipped if gzipped else tile.raw, media_type=CONTENT_TYPE, headers=headers)


def address_of(request: Request, layer: Layer) -> TileAddress:
    """The tile that the address names, at a level that the layer is drawn at. Raises NoSuchTile."""
    matrix, row, col = (request.path_params[name] for name in ("tile_matrix", "tile_row", "tile_col"))
    if not all(word.isascii() and word.isdigit() and len(word) < 10 for word in (matrix, row, col)):
        raise NoSuchTile(matrix, row, col)
    at = TileAddress(int(matrix), int(row), int(col))
    if request.path_params["tile_matrix_set"] != "WebMercatorQuad" or not at.exists or at.matrix not in layer.zooms:
        raise NoSuchTile(matrix, row, col)
    return at


async def must_be_within(service: Service, layer: Layer, at: TileAddress) -> None:
    """For a tile without content: raises NoSuchTile when it lies beyond the limits that the tileset states.

    OGC API Tiles wants 404 there, and 204 only for what is empty within. Asked of empty tiles alone: a tile that has
    something need not be looked up.
    """
    box = ((await register_of(service)).summary.get(layer.id) or {}).get("box")
    if box is None:
        return
    top, bottom, left, right = limits(at.matrix, box)
    if not (top <= at.row <= bottom and left <= at.col <= right):
        raise NoSuchTile(str(at.matrix), str(at.row), str(at.col))
