# SPDX-License-Identifier: Apache-2.0
"""Files that are sent while they are made, or made while somebody waits: a few at a time, and never half a file as a whole one."""

import asyncio
import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from isal import isal_zlib
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.answers import takes_gzip
from api.service import Service
from layers.errors import TooManyExports
from layers.exporting import Wanted, export, streamed
from layers.exporting.job import folder_of, forget_old, reading

OF_ONE_CLIENT, TOGETHER = 2, 4
"""Files under way in one worker."""
LIMIT_S = 900
"""Seconds after which a download is broken off, however slowly it is taken."""
_under_way: Counter[str] = Counter()


def client_of(request: Request, service: Service) -> str:
    """Who asks, as a word that leads back to nobody: it is kept with the job."""
    host = request.client.host if request.client else ""
    return "public:" + hashlib.blake2b(host.encode(), key=service.installation.id.bytes, digest_size=9).hexdigest()


def file_name(wanted: Wanted, version: int) -> str:
    """`plots-v12-20261124.gpkg`: what it is, of which state, from when; of a selection its words or a mark of its own."""
    if wanted.moment is not None:
        known_on = wanted.moment.known_on or datetime.now(UTC)
        day = f"{wanted.moment.on.astimezone(ZoneInfo(wanted.time_zone)):%Y%m%d}"
        return f"{wanted.name}-on-{day}-known-{known_on.astimezone(ZoneInfo(wanted.time_zone)):%Y%m%d}{wanted.format.ending}"
    return f"{wanted.name}-v{version}-{datetime.now(UTC):%Y%m%d}{wanted.format.ending}"


@contextmanager
def a_place(client: str) -> Iterator[None]:
    """One of the few. Raises TooManyExports."""
    if _under_way[client] >= OF_ONE_CLIENT or _under_way.total() >= TOGETHER:
        raise TooManyExports()
    _under_way[client] += 1
    try:
        yield
    finally:
        _under_way[client] -= 1
        if not _under_way[client]:
            del _under_way[client]


class Download(StreamingResponse):
    """A stream that is closed, with its connection, as soon as the client has it or is gone."""

    def __init__(self, body: AsyncIterator[bytes], **options: object) -> None:
        super().__init__(body, **options)  # type: ignore[arg-type]
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(LIMIT_S):
                await super().__call__(scope, receive, send)
        finally:
            await self._body.aclose()  # type: ignore[attr-defined]  # an async generator


async def stream(request: Request, service: Service, wanted: Wanted, name: str) -> Response:
    """The file of a format that is sent while it is made."""
    headers = _headers(name) | ({"content-encoding": "gzip"} if takes_gzip(request) else {})
    media_type = wanted.format.media_type
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    body = _pieces(service, wanted, client_of(request, service), packed=takes_gzip(request))
    first = await anext(body)  # what is refused is refused before the answer begins
    return Download(_joined(first, body), headers=headers, media_type=media_type)


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        yield first
        async for piece in rest:
            yield piece
    finally:
        await rest.aclose()  # type: ignore[attr-defined]  # an async generator


async def _pieces(service: Service, wanted: Wanted, client: str, *, packed: bool) -> AsyncIterator[bytes]:
    with a_place(client):
        made = _made(service, wanted, packed=packed)
        step: asyncio.Task[bytes | None] | None = None
        try:
            while True:
                # In threads: the event loop answers others meanwhile.
                step = asyncio.create_task(asyncio.to_thread(next, made, None))
                piece = await asyncio.shield(step)
                if piece is None:
                    return
                yield piece
        finally:
            await asyncio.shield(_closed(made, step))


async def _closed(made: Generator[bytes, None, None], step: "asyncio.Task[bytes | None] | None") -> None:
    """Ends the making and its connection, once the thread that is at it has come back."""
    if step is not None:
        await asyncio.wait([step])
    await asyncio.to_thread(made.close)


def _made(service: Service, wanted: Wanted, *, packed: bool) -> Generator[bytes, None, None]:
    with reading(service.settings.addresses().public, LIMIT_S) as connection:
        if not packed:
            yield from streamed(connection, wanted)
            return
        packing = isal_zlib.compressobj(1, isal_zlib.DEFLATED, 31)
        for piece in streamed(connection, wanted):
            yield packing.compress(piece)
        yield packing.flush()


async def whole(request: Request, service: Service, wanted: Wanted, name: str) -> Response:
    """The file of any other format: made first, sent when it is whole, then removed."""
    if request.method == "HEAD":
        return Response(headers=_headers(name), media_type=wanted.format.media_type)
    home = folder_of(service.settings.files)
    with a_place(client_of(request, service)):
        folder = await asyncio.to_thread(_folder_in, home)
        try:
            await _made_whole(service, wanted, folder / name)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return FileResponse(
        folder / name,
        headers=_headers(name),
        media_type=wanted.format.media_type,
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )


async def _made_whole(service: Service, wanted: Wanted, path: Path) -> None:
    gone = False

    def still_wanted(_done: int, _total: int) -> None:
        if gone:
            raise asyncio.CancelledError

    def make() -> None:
        with reading(service.settings.addresses().public, LIMIT_S) as connection:
            export(connection, wanted, path, still_wanted)

    making = asyncio.create_task(asyncio.to_thread(make))
    try:
        await asyncio.shield(making)
    except asyncio.CancelledError:
        gone = True
        await asyncio.wait([making])
        raise


def _folder_in(home: Path) -> Path:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    forget_old(home)
    return Path(tempfile.mkdtemp(prefix="direct-", dir=home))


def _headers(name: str) -> dict[str, str]:
    return {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
        "vary": "accept-encoding, accept-language",
    }
