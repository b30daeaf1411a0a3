# SPDX-License-Identifier: Apache-2.0
"""How one worker follows the register: versions of layers, notices of changes, and what to forget."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
import structlog
from psycopg import AsyncConnection

log = structlog.get_logger()
CHANNEL = "marsa_changes"
RECONNECT_S = 0.5
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class LayerChange:
    """A layer changed within a box (Web Mercator metres: left, bottom, right, top). No box: anywhere."""

    layer_id: str
    version: int
    extent: Box | None


class Listener:
    """Keeps one connection on the channel and calls `forget` for each change, in order.

    A version that does not follow the last one, or a lost connection, means that a notice may have been missed: then
    whole layers are forgotten.
    """

    def __init__(self, conninfo: str, forget: Callable[[LayerChange], None]) -> None:
        self._conninfo = conninfo
        self._forget = forget
        self.versions: dict[str, int] = {}
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Listens until cancelled; connects again after every loss."""
        while True:
            try:
                await self._follow()
            except psycopg.OperationalError as error:
                log.warning("listening_lost", error=str(error).strip())
            self.connected.clear()
            await asyncio.sleep(RECONNECT_S)

    async def _follow(self) -> None:
        connection = await AsyncConnection.connect(self._conninfo, autocommit=True)
        async with connection:
            # Listen first, read after: a change in between is then told twice rather than never.
            await connection.execute(f"listen {CHANNEL}")
            cursor = await connection.execute("select layer_id, version from published.layer_versions")
            for layer_id, version in await cursor.fetchall():
                if self.versions.get(layer_id) != version:
                    self.versions[layer_id] = version
                    self._forget(LayerChange(layer_id, version, None))
            self.connected.set()
            async for notice in connection.notifies():
                self._take(notice.payload)

    def _take(self, payload: str) -> None:
        told = json.loads(payload)
        layer_id, version = str(told["layer"]), int(told["version"])
        known = self.versions.get(layer_id)
        if known is not None and version <= known:
            return
        missed = known is not None and version != known + 1
        self.versions[layer_id] = version
        extent = None if missed or told["extent"] is None else tuple(float(side) for side in told["extent"])
        self._forget(LayerChange(layer_id, version, extent))  # type: ignore[arg-type]
