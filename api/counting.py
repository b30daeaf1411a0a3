# SPDX-License-Identifier: Apache-2.0
"""How many features a question selects: counted once for each version of its layer, and not without end."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from psycopg.pq.abc import PGresult

from layers.declaration import Layer
from layers.features import EVERYTHING, Selection, count_statement

How = Literal["exact", "auto", "none"]
CAP = 10_000
"""Beyond it a count is worth less than its price: "more than ten thousand"."""
SMALL = 100_000
"""Features of a layer that are counted to the end whatever is asked: it takes 15 ms."""
Ask = Callable[[str, Mapping[str, object]], Awaitable[PGresult]]


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
        self, ask: Ask, layer: Layer, selection: Selection, binds: Mapping[str, object], version: int | None, how: How
    ) -> Count:
        """The count at the version that the layer is known to have, made if it is not kept."""
        kept = self.kept(layer, selection, binds, version, how)
        if kept is not None:
            return kept
        cap = None if selection.all or how == "exact" else await self._cap(ask, layer, version)
        answer = await ask(count_statement(layer, selection), {**binds, "cap": cap})
        now_version, found = int(answer.get_value(0, 0) or 0), int(answer.get_value(0, 1) or 0)
        exact = cap is None or found < cap
        return self.keep(layer, selection, binds, how, Count(now_version, found if exact else CAP, exact))

    def kept(
        self, layer: Layer, selection: Selection, binds: Mapping[str, object], version: int | None, how: How
    ) -> Count | None:
        """The count, if it was made at this version."""
        key = _key(layer, selection, binds, how)
        kept = self._kept.get(key)
        if kept is None or kept.version != version:
            return None
        self._kept.move_to_end(key)
        return kept

    def keep(self, layer: Layer, selection: Selection, binds: Mapping[str, object], how: How, count: Count) -> Count:
        """Keeps what was counted; the count."""
        self._kept[_key(layer, selection, binds, how)] = count
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return count

    async def _cap(self, ask: Ask, layer: Layer, version: int | None) -> int | None:
        total = await self.of(ask, layer, EVERYTHING, {}, version, "auto")
        return None if total.found <= SMALL else CAP + 1


def _key(layer: Layer, selection: Selection, binds: Mapping[str, object], how: How) -> tuple[object, ...]:
    return (layer.id, selection, how == "exact", *binds.values())
