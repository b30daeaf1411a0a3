# SPDX-License-Identifier: Apache-2.0
"""How many features a question selects: counted once for each version of its layer, and not without end."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from psycopg.rows import TupleRow

from layers.declaration import Layer
from layers.features import EVERYTHING, Selection, count_statement

How = Literal["exact", "auto", "none"]
CAP = 10_000
"""Beyond it a count is worth less than its price: "more than ten thousand"."""
SMALL = 100_000
"""Features of a layer that are counted to the end whatever is asked: it takes 15 ms."""
Read = Callable[[str, dict[str, object]], Awaitable[TupleRow | None]]


@dataclass(frozen=True)
class Count:
    """Features selected at one version of their layer."""

    version: int
    found: int
    exact: bool
    """Else there are more than `found`."""


class Counts:
    """What one worker has counted lately."""

    def __init__(self, size: int = 4096) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[object, ...], Count] = OrderedDict()

    async def of(
        self, read: Read, layer: Layer, selection: Selection, binds: dict[str, object], *, version: int | None, how: How
    ) -> Count:
        """The count at the version that the layer is known to have, made if it is not kept."""
        key = (layer.id, selection, how == "exact", *binds.values())
        kept = self._kept.get(key)
        if kept is not None and kept.version == version:
            self._kept.move_to_end(key)
            return kept
        cap = None if selection.all or how == "exact" else await self._cap(read, layer, version)
        row = await read(count_statement(layer, selection), binds | {"cap": cap})
        now_version, found = row or (0, 0)
        exact = cap is None or found < cap
        count = Count(now_version, found if exact else CAP, exact)
        self._kept[key] = count
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return count

    async def _cap(self, read: Read, layer: Layer, version: int | None) -> int | None:
        total = await self.of(read, layer, EVERYTHING, {}, version=version, how="auto")
        return None if total.found <= SMALL else CAP + 1
