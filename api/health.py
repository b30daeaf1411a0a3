# SPDX-License-Identifier: Apache-2.0
"""Whether the service lives, and whether it can answer; figures for Prometheus."""

from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.service import service_of

TILES_KEPT = Gauge("marsa_tiles_kept", "Finished tiles in this worker's memory")
TILES_BYTES = Gauge("marsa_tiles_bytes", "Bytes that they take")
TILE_HITS = Gauge("marsa_tile_hits", "Tiles answered from memory since start")
TILE_MISSES = Gauge("marsa_tile_misses", "Tiles made since start")


async def live(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "live"})


async def ready(request: Request) -> Response:
    """The database answers, and the worker hears of changes."""
    service = service_of(request)
    await service.row("select 1")
    hears = service.listener.connected.is_set()
    return JSONResponse({"status": "ready" if hears else "deaf"}, status_code=200 if hears else 503)


async def metrics(request: Request) -> Response:
    cache = service_of(request).cache
    TILES_KEPT.set(len(cache))
    TILES_BYTES.set(cache.size)
    TILE_HITS.set(cache.hits)
    TILE_MISSES.set(cache.misses)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
