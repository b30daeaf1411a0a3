# SPDX-License-Identifier: Apache-2.0
"""Terrain and imagery as image tiles, named as OGC API Maps and Tiles name them. Children draw; a worker passes bytes on."""

import re

from starlette.requests import Request
from starlette.responses import Response

from api.caching import IMAGE_FORMATS, Tile
from api.query import only
from api.service import Service, service_of
from api.tiles import ASK_AGAIN, FOREVER, address_of, must_be_within
from gis.rasters.shading import level_limits
from layers.declaration import Layer
from layers.errors import BadQuery, NoSuchPage
from layers.rasters.asking import image_statement

PNG, WEBP = "image/png", "image/webp"
SIZE = 256
FORMATS = dict(zip(IMAGE_FORMATS, (PNG, WEBP), strict=True))


async def get_image(request: Request) -> Response:
    """`/collections/{id}/map/tiles/WebMercatorQuad/{tile_matrix}/{tile_row}/{tile_col}?style=…`: PNG, or WebP for imagery.

    204 where no raster has anything, 404 for what is no tile, beyond the layer's levels and limits, or no layer of
    rasters, 400 for an unknown style.
    """
    only(request, "v", "f", "style")
    service = service_of(request)
    layer = raster_layer(service, request)
    at = address_of(request, layer)
    style, form = style_of(layer, request), _format_of(layer, request)
    left, bottom, right, top = at.box_3857()

    async def make() -> Tile:
        row = await service.row(image_statement(layer), {"left": left, "bottom": bottom, "right": right, "top": top})
        version, rasters, range_m = row if row else (0, [], None)
        if not rasters:
            return Tile(version, b"")
        limits = list(level_limits(*range_m)) if range_m else []
        asked = {
            "do": "tile", "rasters": rasters, "box": [left, bottom, right, top], "size": SIZE, "style": style,
            "format": form, "limits": limits,
        }  # fmt: skip
        return Tile(version, (await service.drawers.ask(asked))[1])

    tile = await service.images.get(f"{layer.id}/{style}.{form}", at, make)
    if not tile.raw:
        await must_be_within(service, layer, at)
    return _answer(request, service, tile, f"{layer.id}.{style}", FORMATS[form])


def raster_layer(service: Service, request: Request) -> Layer:
    """The layer of rasters that the address names. Raises NoSuchLayer, NoSuchPage."""
    layer = service.layer(request.path_params["collection"])
    if not layer.styles:
        raise NoSuchPage
    return layer


def style_of(layer: Layer, request: Request) -> str:
    """The style that is asked for, else the layer's usual one. Raises BadQuery."""
    known = [style.id for style in layer.styles]
    asked = request.query_params.get("style", known[0])
    if asked not in known:
        raise BadQuery("style", asked, ", ".join(known))
    return asked


def _format_of(layer: Layer, request: Request) -> str:
    # Photographs are a fifth of the size in WebP; shades and classes are smaller in PNG.
    offered = ("webp", "png") if layer.id == "imagery" else ("png",)
    asked = request.query_params.get("f", offered[0])
    if asked not in offered:
        raise BadQuery("f", asked, ", ".join(offered))
    return asked


def _answer(request: Request, service: Service, tile: Tile, name: str, media_type: str) -> Response:
    etag = f'"{service.installation.id.hex[:8]}.{name}.{tile.version}.{media_type[6:]}"'
    forever = request.query_params.get("v") == str(tile.version)
    headers = {"etag": etag, "cache-control": FOREVER if forever else ASK_AGAIN}
    if etag in re.split(r"\s*,\s*", request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    if not tile.raw:
        return Response(status_code=204, headers=headers)
    return Response(tile.raw, media_type=media_type, headers=headers)
