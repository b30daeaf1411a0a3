# SPDX-License-Identifier: Apache-2.0
"""Heights of places and along lines, each with what it is counted from and how far it can be trusted."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api import negotiation
from api.answers import text_answer
from api.maplayers import register_of, said_of
from api.query import numbers, only
from api.service import service_of
from gis.rasters.lines import along
from layers.errors import BadQuery
from layers.rasters.asking import rasters_statement

CORNERS_MOST = 60
PLACES = 200
"""Of a profile; its corners are among them."""


async def get_heights(request: Request) -> Response:
    """`/map/heights?line=lon,lat,lon,lat,…`: height and slope of a place, or of places along a line, as JSON.

    `{places: [{lon, lat, metres, height_m, slope_percent}], sources: [sentence]}`; heights are null where no terrain is.
    """
    only(request, "line")
    service, lang = service_of(request), negotiation.reader_language(request)
    given = request.query_params.get("line", "")
    line = _line(given)
    places, metres = along(line, PLACES) if len(line) > 1 else (line, [0.0])
    lons, lats = [lon for lon, _ in line], [lat for _, lat in line]
    box = {"west": min(lons), "south": min(lats), "east": max(lons), "north": max(lats)}
    row = await service.row(rasters_statement(service.layer("terrain")), box)
    rasters: list[dict[str, Any]] = row[0] if row else []
    asked = {"do": "values", "rasters": [each["file_sha256"] for each in rasters], "places": places}
    found: dict[str, Any] = {"heights": [None] * len(places), "slopes": [None] * len(places), "rasters": []}
    if rasters:
        found, _ = await service.drawers.ask(asked)
    used = [each for each in rasters if each["file_sha256"] in set(found["rasters"])]
    register = await register_of(service)
    body = {
        "places": [
            {"lon": lon, "lat": lat, "metres": along_m, "height_m": height, "slope_percent": slope}
            for (lon, lat), along_m, height, slope in zip(
                places, metres, found["heights"], found["slopes"], strict=True
            )
        ],
        "sources": [said_of(each, register, lang) for each in used],
    }
    return text_answer(request, json.dumps(body, ensure_ascii=False), "application/json")


def _line(given: str) -> list[tuple[float, float]]:
    """Places between commas. Raises BadQuery."""
    ordinates = numbers("line", given)
    line = list(zip(ordinates[::2], ordinates[1::2], strict=False))
    inside = all(abs(lon) <= 180 and abs(lat) <= 89 for lon, lat in line)
    if len(ordinates) % 2 or not 1 <= len(line) <= CORNERS_MOST or not inside:
        raise BadQuery("line", given[:80], "lon,lat,lon,lat,…")
    return line
