# SPDX-License-Identifier: Apache-2.0
"""What a reader in the child says, frame by frame."""

import os
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

import numpy as np

from gis.reading.wire import LENGTHS, write_frame

BATCH = 10_000
Wkb = bytes | None


class Sender:
    """The pipe to the parent."""

    def __init__(self) -> None:
        self._pipe: BinaryIO = os.fdopen(os.dup(1), "wb")
        self._layers = 0

    @staticmethod
    def close_standard_output() -> None:
        """From here on libraries that like to print cannot reach the parent."""
        os.dup2(2, 1)
        sys.stdout = sys.stderr

    def say(self, frame: str, **header: Any) -> None:
        """A frame without a body."""
        write_frame(self._pipe, {"frame": frame, **header})

    def issue(
        self,
        code: str,
        level: str = "fault",
        *,
        layer: str | None = None,
        ref: object = None,
        place: tuple[float, float] | None = None,
        **facts: Any,
    ) -> None:
        """One thing found; see gis.reading.refusals.Issue."""
        self.say("issue", code=code, level=level, layer=layer, ref=ref, place=place, facts=facts)

    def layer(
        self,
        name: str,
        fields: Sequence[tuple[str, str]],
        *,
        crs: tuple[str | None, str],
        encoding: tuple[str, str, list[str]] = ("UTF-8", "standard", []),
        facts: dict[str, Any] | None = None,
    ) -> int:
        """Announces a layer; its number is for `rows`. An empty name: the parent names it after the file."""
        self.say("layer", name=name, fields=fields, crs=crs, encoding=encoding, facts=facts or {})
        self._layers += 1
        return self._layers - 1

    def rows(
        self, layer: int, refs: Sequence[object], geometries: Sequence[Wkb], columns: Sequence[Sequence[Any]]
    ) -> None:
        """Features of an announced layer, in batches; `columns` in the order of its fields."""
        for start in range(0, len(refs), BATCH):
            stop = start + BATCH
            records = [record or b"" for record in geometries[start:stop]]
            body = np.array([len(record) for record in records], LENGTHS).tobytes() + b"".join(records)
            header = {
                "frame": "rows",
                "layer": layer,
                "refs": list(refs[start:stop]),
                "columns": [list(column[start:stop]) for column in columns],
            }
            write_frame(self._pipe, header, body)
