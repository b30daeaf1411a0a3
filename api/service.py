# SPDX-License-Identifier: Apache-2.0
"""What one worker holds while it runs: connections, the tile cache, the ear on the register."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import psycopg
import psycopg_pool
from psycopg import AsyncConnection
from psycopg.pq.abc import PGresult
from psycopg.rows import TupleRow
from sqlalchemy.engine import make_url
from starlette.requests import Request

from api.caching import TileCache, forget_images
from api.comparing import Comparing
from api.counting import Counts
from api.moments import moment_of
from api.settings import Settings
from gis.rasters.pool import Pool
from layers import errors
from layers.catalogue import LAYERS
from layers.database import Kept, libpq
from layers.declaration import Catalogue, Layer
from layers.listening import LayerChange, Listener
from layers.past import SET_MOMENT, Moment, in_past
from layers.rasters import FOLDER
from layers.steady import SteadyConnection
from layers.tiles import tile_statement

PREPARED = 500
"""Statements that a connection keeps planned: about fifty layers in several zooms and shapes of question."""
CUT_OFF = (psycopg.errors.AdminShutdown, psycopg.errors.CrashShutdown, psycopg.errors.DeadlockDetected)
"""What ends a read through no fault of its own. A connection that is merely gone carries no state at all."""
Readers = psycopg_pool.AsyncConnectionPool[SteadyConnection]
Connections = psycopg_pool.AsyncConnectionPool[AsyncConnection[TupleRow]]
Commanding = psycopg_pool.ConnectionPool[psycopg.Connection[TupleRow]]
T = TypeVar("T")


@dataclass(frozen=True)
class Service:
    """The parts that requests share. Reads as the public alone."""

    settings: Settings
    installation: Kept
    catalogue: Catalogue
    pool: Readers
    staff: Connections
    commands: Commanding
    cache: TileCache
    listener: Listener
    images: TileCache
    drawers: Pool
    counts: Counts = field(default_factory=Counts)
    comparing: Comparing = field(default_factory=Comparing)
    moment: Moment | None = None
    """What is asked is asked of the register as it was then; None: as it is."""

    def at(self, moment: Moment) -> "Service":
        """The same service for one question about the past. It remembers nothing of it."""
        return replace(self, moment=moment, cache=TileCache(0), images=TileCache(0), counts=Counts())

    def version(self, layer: Layer) -> int | None:
        """The layer's version as this worker last heard of it; None while it hears nothing, and of the past."""
        if self.moment is not None:
            return None
        return self.listener.versions.get(layer.id) if self.listener.connected.is_set() else None

    def layer(self, layer_id: str) -> Layer:
        """A public layer. Raises NoSuchLayer, also for one that only staff may see."""
        layer = self.catalogue.get(layer_id)
        if layer is None or layer.audience != "public":
            raise errors.NoSuchLayer(layer_id)
        return layer

    async def row(self, statement: str, binds: Mapping[str, object] | None = None) -> TupleRow | None:
        """The first row of a read. Raises Busy when no connection comes free in time."""

        text = statement if self.moment is None else in_past(statement)

        async def first(connection: SteadyConnection) -> TupleRow | None:
            cursor = await connection.execute(text, binds or {}, prepare=True)  # type: ignore[arg-type,unused-ignore]
            return await cursor.fetchone()

        return await self._with_connection(first)

    async def ask(self, statement: str, binds: Mapping[str, object], *, binary: bool = False) -> PGresult:
        """What a read answers, its values as the database writes them: for those who pass them on. Raises Busy."""
        text = statement if self.moment is None else in_past(statement)
        return await self._with_connection(lambda connection: connection.ask(text, binds, binary=binary))

    async def _with_connection(self, read: Callable[[SteadyConnection], Awaitable[T]]) -> T:
        try:
            return await self._once(read)
        except psycopg.OperationalError as error:
            if not isinstance(error, CUT_OFF) and error.sqlstate is not None:
                raise
        # The database was restarted, or the connection cut: the others of the pool are dead too. A read can be asked again.
        await self.pool.check()
        return await self._once(read)

    async def _once(self, read: Callable[[SteadyConnection], Awaitable[T]]) -> T:
        try:
            connection = await self.pool.getconn()
        except psycopg_pool.PoolTimeout:
            raise errors.Busy from None
        try:
            if self.moment is None:
                return await read(connection)
            async with connection.transaction():
                await connection.execute(SET_MOMENT, self.moment.binds())
                return await read(connection)
        finally:
            # Each statement is its own transaction: there is none to end, which `pool.connection()` would see to.
            await self.pool.putconn(connection)


async def as_staff(service: Service, statement: str, binds: dict[str, Any]) -> Any:
    """The one value of a question that the public may not ask. Raises Busy when no connection comes free in time."""
    try:
        async with service.staff.connection() as connection:
            row = await (await connection.execute(statement, binds)).fetchone()  # type: ignore[arg-type,unused-ignore]
    except psycopg_pool.PoolTimeout:
        raise errors.Busy from None
    return row[0] if row else None


async def _as_reader(connection: AsyncConnection[TupleRow]) -> None:
    """Each statement is its own transaction; plans are made once, PROJ is loaded before the first request waits for it."""
    try:
        await connection.set_autocommit(True)
        connection.prepared_max = PREPARED
        await connection.execute("select ST_Transform(ST_SetSRID(ST_MakePoint(16.6, 31.2), 4326), 3857)")
        # Tiles come in all sizes of box: one plan for all is what makes them cheap, and the index is always right.
        await connection.execute("set plan_cache_mode = force_generic_plan")
    except BaseException:
        # The pool drops one that is not ready (the database away, the service ending meanwhile) without closing it.
        await connection.close()
        raise


@asynccontextmanager
async def running(settings: Settings, installation: Kept, catalogue: Catalogue = LAYERS) -> AsyncIterator[Service]:
    """The service, connected; on leaving everything is closed."""
    addresses = settings.addresses()
    pool: Readers = psycopg_pool.AsyncConnectionPool(
        libpq(addresses.public),
        connection_class=SteadyConnection,
        min_size=1,
        max_size=settings.pool_size,
        timeout=settings.query_limit_s,
        kwargs={"options": _options(addresses.public, settings)},
        configure=_as_reader,
        open=False,
    )
    cache = TileCache(settings.tile_cache_mb * 1_000_000)
    # Nobody signs in most of the time: then it holds no connection.
    staff: Connections = psycopg_pool.AsyncConnectionPool(
        libpq(addresses.staff), min_size=0, max_size=2, timeout=settings.query_limit_s, kwargs={"autocommit": True},
        check=psycopg_pool.AsyncConnectionPool.check_connection, open=False,
    )  # fmt: skip
    commands: Commanding = psycopg_pool.ConnectionPool(
        libpq(addresses.staff), min_size=0, max_size=settings.pool_size, timeout=settings.query_limit_s,
        check=psycopg_pool.ConnectionPool.check_connection, open=False,
    )  # fmt: skip
    images = TileCache(settings.tile_cache_mb * 500_000)
    # Nobody looks at terrain most of the time: then no child runs.
    drawers = Pool(settings.files / FOLDER, most=settings.raster_children)

    def forget(change: LayerChange) -> None:
        cache.forget(change)
        forget_images(images, catalogue, change)

    listener = Listener(libpq(addresses.public), forget)
    await pool.open(wait=True, timeout=30)
    await staff.open()
    commands.open()
    listening = asyncio.create_task(listener.run())
    try:
        await asyncio.wait_for(listener.connected.wait(), 30)
        yield Service(settings, installation, catalogue, pool, staff, commands, cache, listener, images, drawers)
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
        await drawers.close()
        await asyncio.to_thread(commands.close)
        await staff.close()
        await pool.close()


def _options(url: str, settings: Settings) -> str:
    """Connection options, added to those that the address carries (an outside PostGIS names the role there)."""
    given = make_url(url).query.get("options", "")
    return f"{given} -c statement_timeout={int(settings.query_limit_s * 1000)}".strip()


def service_of(request: Request) -> Service:
    """The worker's service; for one who reads an address that names an instant, as the register was then. Raises BadQuery."""
    service: Service = request.app.state.service
    if b"on=" in request.scope["query_string"] and request.method in ("GET", "HEAD"):
        moment = moment_of(request, service.installation.time_zone)
        return service if moment is None else service.at(moment)
    return service


def warm_statements(catalogue: Catalogue) -> None:
    """Composes the tile statements once, before the first reader waits for them."""
    for layer in catalogue.public:
        for matrix in layer.zooms:
            tile_statement(layer, matrix)
