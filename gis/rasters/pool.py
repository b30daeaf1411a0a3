# SPDX-License-Identifier: Apache-2.0
"""A few children that draw tiles, for a server that waits for many things at once: begun when first asked, ended when idle.

A web worker never loads GDAL; a child that hangs, dies or has drawn enough is replaced, and its request is told so.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from gis.errors import MarsaError
from gis.reading.limits import GB, Limits
from gis.reading.parent import OUR_ROOT, can_unshare, clean_environment
from gis.reading.wire import HEAD

BOOT = "import sys; sys.path.append(sys.argv[1]); from gis.rasters.child.serving import main; main(sys.argv[2])"
DRAWING = Limits(memory_bytes=2 * GB, cpu_s=600, written_bytes=0, wall_s=20.0, answer_bytes=8 << 20, open_files=64)
"""`wall_s` is for one request. Processor time is for a child's life: one that has used it up is replaced."""
IDLE_S = 60.0
WAIT_S = 8.0
"""For a child that is free: who waits longer is told to come again, rather than to be drawn when nobody looks any more."""


class RasterUnreadable(MarsaError):
    """A raster could not be drawn: its file is missing or damaged, or it took too long."""


class DrawersBusy(MarsaError):
    """All children are at work, and so many wait for them that this one would wait too long."""


@dataclass
class _Child:
    process: asyncio.subprocess.Process
    folder: str
    since: float
    """When it was last given back, by the loop's clock."""


class Pool:
    """At most `most` children over one folder of rasters. Of one event loop."""

    def __init__(
        self, folder: Path, *, most: int = 1, limits: Limits = DRAWING, idle_s: float = IDLE_S, wait_s: float = WAIT_S
    ) -> None:
        self._folder, self._limits, self._idle_s, self._wait_s = folder, limits, idle_s, wait_s
        self._free: list[_Child] = []
        self._turns = asyncio.Semaphore(most)
        self._sweeper: asyncio.Task[None] | None = None

    async def ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Header and body of a child's answer. Raises RasterUnreadable, DrawersBusy."""
        async with self._turn():
            for _ in range(2):  # a child may have died of age since it answered last
                fresh = not self._free
                try:
                    async with self._child() as child:
                        header, body = await asyncio.wait_for(self._exchange(child, request), self._limits.wall_s)
                except (OSError, EOFError, asyncio.IncompleteReadError, TimeoutError, RuntimeError) as error:
                    # uvloop says of a pipe whose other end has died that it is closed, as a RuntimeError.
                    if fresh:
                        raise RasterUnreadable from error
                    continue
                if not header.get("ok"):
                    raise RasterUnreadable
                return header, body
        raise RasterUnreadable

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            await asyncio.wait_for(self._turns.acquire(), self._wait_s)
        except TimeoutError:
            raise DrawersBusy from None
        try:
            yield
        finally:
            self._turns.release()

    @property
    def children(self) -> int:
        """How many wait for work."""
        return len(self._free)

    async def close(self) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeper
        for child in self._free:
            await _end(child)
        self._free.clear()

    @contextlib.asynccontextmanager
    async def _child(self) -> AsyncIterator[_Child]:
        """One that is free, or a new one; it goes back only if its work ended well."""
        child = self._free.pop() if self._free else await self._begun()
        try:
            yield child
        except BaseException:
            # Cancelled halfway, its pipe holds half an answer: it is of no use to the next.
            await _end(child)
            raise
        child.since = asyncio.get_running_loop().time()
        self._free.append(child)
        if self._sweeper is None or self._sweeper.done():
            self._sweeper = asyncio.create_task(self._sweep())

    async def _sweep(self) -> None:
        """Ends children that have had nothing to do for a while; itself too, when none is left."""
        while self._free:
            await asyncio.sleep(self._idle_s / 4)
            now = asyncio.get_running_loop().time()
            for child in [each for each in self._free if now - each.since >= self._idle_s]:
                self._free.remove(child)
                await _end(child)

    async def _begun(self) -> _Child:
        folder = tempfile.mkdtemp(prefix="marsa-draw-")
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trap:
            trap.bind(("127.0.0.1", 0))
            trap.listen(1)
            order = {
                "limits": asdict(replace(self._limits)), "folder": str(self._folder), "read": [str(self._folder)],
                "no_sockets": True, "trap_port": trap.getsockname()[1],
            }  # fmt: skip
            command = [sys.executable, "-I", "-c", BOOT, OUR_ROOT, json.dumps(order)]
            if can_unshare():
                command = [str(shutil.which("unshare")), "--map-current-user", "--net", "--", *command]
            process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                env=clean_environment(Path(folder)), cwd=folder, start_new_session=True, limit=1 << 20,
            )  # fmt: skip
            child = _Child(process, folder, 0.0)
            try:
                await asyncio.wait_for(self._answer(child), self._limits.wall_s)
            except BaseException:
                await _end(child)
                raise
        return child

    async def _exchange(self, child: _Child, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        text = json.dumps(request, allow_nan=False).encode()
        if child.process.stdin is None:
            raise EOFError
        child.process.stdin.write(HEAD.pack(len(text), 0) + text)
        await child.process.stdin.drain()
        return await self._answer(child)

    async def _answer(self, child: _Child) -> tuple[dict[str, Any], bytes]:
        pipe = child.process.stdout
        if pipe is None:
            raise EOFError
        header_bytes, body_bytes = HEAD.unpack(await pipe.readexactly(HEAD.size))
        if header_bytes + body_bytes > self._limits.answer_bytes:
            raise EOFError
        header: dict[str, Any] = json.loads(await pipe.readexactly(header_bytes))
        return header, await pipe.readexactly(body_bytes) if body_bytes else b""


async def _end(child: _Child) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    await child.process.wait()
    shutil.rmtree(child.folder, ignore_errors=True)
