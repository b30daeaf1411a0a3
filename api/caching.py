# SPDX-License-Identifier: Apache-2.0
"""Finished tiles in a worker's memory: bounded in bytes, made once however many ask, dropped by the extent of a change."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import cached_property

from isal import igzip

from layers.declaration import Catalogue
from layers.listening import LayerChange
from layers.tiles import BUFFER, EXTENT, TileAddress

Key = tuple[str, int, int, int]
IMAGE_FORMATS = ("png", "webp")
ENTRY_OVERHEAD = 600
"""Bytes that an entry costs beyond its content."""


@dataclass(frozen=True)
class Tile:
    """A tile's content at one version of its layer."""

    version: int
    raw: bytes

    @cached_property
    def gzipped(self) -> bytes:
        """Made for the first reader who takes it. Level 1: a twentieth of gzip's time for a tenth more bytes."""
        return igzip.compress(self.raw, compresslevel=1) if self.raw else b""

    @property
    def size(self) -> int:
        """Bytes in memory, at most: gzip never makes more of them."""
        return 2 * len(self.raw) + ENTRY_OVERHEAD


class TileCache:
    """Tiles of one worker. `budget` in bytes; 0 keeps nothing."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._size = 0
        self._tiles: OrderedDict[Key, Tile] = OrderedDict()
        self._making: dict[Key, asyncio.Future[Tile]] = {}
        self._changes: dict[str, int] = {}
        self.hits = 0
        self.misses = 0

    async def get(self, layer_id: str, at: TileAddress, make: Callable[[], Awaitable[Tile]]) -> Tile:
        """The tile from memory, from the request that is making it right now, or made."""
        key = (layer_id, at.matrix, at.row, at.col)
        found = self._tiles.get(key)
        if found is not None:
            self._tiles.move_to_end(key)
            self.hits += 1
            return found
        waiting = self._making.get(key)
        if waiting is not None:
            return await asyncio.shield(waiting)
        self.misses += 1
        return await self._make(key, make)

    async def _make(self, key: Key, make: Callable[[], Awaitable[Tile]]) -> Tile:
        future: asyncio.Future[Tile] = asyncio.get_running_loop().create_future()
        self._making[key] = future
        changes_before = self._changes.get(key[0], 0)
        try:
            tile = await make()
        except BaseException as error:
            future.set_exception(error)
            future.exception()  # seen: nobody else may have been waiting
            raise
        else:
            future.set_result(tile)
            # A change that arrived meanwhile may not be in it.
            if self._changes.get(key[0], 0) == changes_before:
                self._keep(key, tile)
            return tile
        finally:
            if self._making.get(key) is future:
                del self._making[key]

    def _keep(self, key: Key, tile: Tile) -> None:
        if tile.size > self._budget:
            return
        self._tiles[key] = tile
        self._size += tile.size
        while self._size > self._budget:
            _, dropped = self._tiles.popitem(last=False)
            self._size -= dropped.size

    def forget(self, change: LayerChange) -> None:
        """Drops the tiles that show any of the change. Requests that come from now on do not join tiles begun before."""
        self._changes[change.layer_id] = self._changes.get(change.layer_id, 0) + 1
        for key in [key for key in self._making if key[0] == change.layer_id]:
            del self._making[key]
        stale = [key for key in self._tiles if key[0] == change.layer_id and _shows(key, change)]
        for key in stale:
            self._size -= self._tiles.pop(key).size

    def __len__(self) -> int:
        return len(self._tiles)

    @property
    def size(self) -> int:
        return self._size


def _shows(key: Key, change: LayerChange) -> bool:
    if change.extent is None:
        return True
    _, matrix, row, col = key
    left, bottom, right, top = TileAddress(matrix, row, col).box_3857()
    margin = (right - left) * BUFFER / EXTENT
    return (
        change.extent[0] <= right + margin
        and change.extent[2] >= left - margin
        and change.extent[1] <= top + margin
        and change.extent[3] >= bottom - margin
    )


def forget_images(images: TileCache, catalogue: Catalogue, change: LayerChange) -> None:
    """Drops all images of a layer that has changed: what lies on top, and the classes of levels, may be others everywhere."""
    layer = catalogue.get(change.layer_id)
    for style in layer.styles if layer else ():
        for form in IMAGE_FORMATS:
            images.forget(replace(change, layer_id=f"{change.layer_id}/{style.id}.{form}", extent=None))
