# SPDX-License-Identifier: Apache-2.0
"""The application: which address is answered by what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api import (
    account,
    admin,
    administering,
    exports,
    features,
    filepages,
    files,
    health,
    images,
    landing,
    ogc,
    openapi,
    pages,
    plotpages,
    problems,
    sessions,
    sheets,
    tiles,
    tilesets,
    transactions,
    users,
)
from api.answers import StaticFolder
from api.doors import Door
from api.guarding import Guard
from api.hot import HotRoutes
from api.measuring import Measure
from api.permissions import declared, require_declared
from api.register import geometry as board
from api.register import plots as commands
from api.register import reading as register_reading
from api.register import rights
from api.service import running, warm_statements
from api.settings import Settings
from layers.catalogue import LAYERS
from layers.database import Kept
from layers.declaration import Catalogue
from layers.errors import MarsaError

HOT = (tiles.get_tile, features.list_items, features.get_item)
WEB = Path(__file__).resolve().parent.parent / "web"


def create_app(settings: Settings, installation: Kept, catalogue: Catalogue = LAYERS) -> FastAPI:
    """The whole service over one installation."""
    warm_statements(catalogue)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings, installation, catalogue) as service:
            app.state.service = service
            yield

    app = _Application(
        settings,
        title="Marsa",
        lifespan=lifespan,
        openapi_url=None,  # /api is made from the catalogue
        docs_url=None,
        redoc_url=None,
        routes=[
            *declared("published", "read", _hot_routes()),
            *declared("published", "read", transactions.asking_routes()),
            *declared("plans", "write", transactions.writing_routes()),
            *declared("published", "read", _data_routes()),
            *declared("published", "read", exports.read_routes()),
            *declared("published", "export", exports.ask_routes()),
            *declared("health", "read", _health_routes()),
            *declared("pages", "read", [*pages.routes(), *plotpages.routes(), Route("/map/print", sheets.map_sheet)]),
            *declared("session", "open", [*admin.open_routes(), *sessions.opening_routes()]),
            *declared("session", "end", sessions.ending_routes()),
            *declared("account", "read", account.reading_routes()),
            *declared("account", "write", account.acting_routes()),
            *declared("users", "read", users.reading_routes()),
            *declared("users", "approve", users.confirming_routes()),
            *declared("users", "write", users.acting_routes()),
            *declared("plans", "write", [*commands.writing_routes(), *board.routes()]),
            *declared("plans", "survey", commands.surveying_routes()),
            *declared("plans", "read", commands.reading_routes()),
            *declared("installation", "read", admin.admin_routes()),
            *declared("installation", "tend", administering.acting_routes()),
            *declared("files", "bring", [*files.routes(), *filepages.routes(), *administering.undoing_routes()]),
            *declared("pages", "read", [Route("/files", filepages.show)]),
            *register_reading.routes(),
            *rights.routes(),
            *declared("pages", "read", _static_routes()),
        ],
    )
    require_declared(app.routes)
    app.add_exception_handler(MarsaError, problems.on_marsa_error)
    for busy in problems.BUSY:
        app.add_exception_handler(busy, problems.on_busy)
    app.add_exception_handler(HTTPException, problems.on_http_exception)
    app.add_exception_handler(Exception, problems.on_fault)
    return app


class _Application(FastAPI):
    """FastAPI, with the guard around all of it and the hot routes right behind the guard."""

    def __init__(self, settings: Settings, **options: Any) -> None:
        self._settings = settings
        super().__init__(**options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.middleware_stack is None:
            await super().__call__(scope, receive, send)
        else:  # without FastAPI's own telemetry, which looks at the environment for every request
            scope["app"] = self
            await self.middleware_stack(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        hot = [route for route in self.routes if isinstance(route, Route) and route.endpoint in HOT]
        return Guard(
            HotRoutes(super().build_middleware_stack(), hot),
            door=Door(self._settings.host_names, self._settings.public_url),
            measure=Measure(self.routes),
            imagery_url=self._settings.imagery_url,
        )


def _hot_routes() -> list[Route]:
    return [
        Route("/collections/{collection}/tiles/{tile_matrix_set}/{tile_matrix}/{tile_row}/{tile_col}", tiles.get_tile),
        Route(
            "/collections/{collection}/map/tiles/{tile_matrix_set}/{tile_matrix}/{tile_row}/{tile_col}",
            images.get_image,
        ),
        Route("/collections/{collection}/items", features.list_items),
        Route("/collections/{collection}/items/{feature}", features.get_item),
    ]


def _health_routes() -> list[Route]:
    return [
        Route("/health/live", health.live),
        Route("/health/ready", health.ready),
        Route("/metrics", health.metrics),
    ]


def _data_routes() -> list[Route]:
    """What the service says of itself and of its layers."""
    return [
        Route("/", landing.get_landing),
        Route("/conformance", ogc.conformance),
        Route("/api", openapi.get_api),
        Route("/openapi.json", openapi.get_api),
        Route("/docs", openapi.get_docs),
        Route("/collections", ogc.list_collections),
        Route("/collections/{collection}", ogc.get_collection),
        Route("/collections/{collection}/queryables", ogc.get_queryables),
        Route("/collections/{collection}/schema", ogc.get_schema),
        Route("/collections/{collection}/tiles", tilesets.list_tilesets),
        Route("/collections/{collection}/tiles/{tile_matrix_set}", tilesets.get_tileset),
        Route("/collections/{collection}/map/tiles", tilesets.list_image_tilesets),
        Route("/collections/{collection}/map/tiles/{tile_matrix_set}", tilesets.get_image_tileset),
        Route("/tileMatrixSets", tilesets.list_sets),
        Route("/tileMatrixSets/{tile_matrix_set}", tilesets.get_set),
    ]


def _static_routes() -> list[Mount | Route]:
    return [
        # Asked for by every browser that opens an answer which is no page.
        Route("/favicon.ico", lambda _: FileResponse(WEB / "static" / "icon.svg", media_type="image/svg+xml")),
        Mount("/static", StaticFolder(directory=WEB / "static", check_dir=False), name="static"),
        Mount("/vendor", StaticFolder(directory=WEB / "vendor", check_dir=False), name="vendor"),
    ]
