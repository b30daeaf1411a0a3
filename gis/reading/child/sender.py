# SPDX-License-Identifier: Apache-2.0
"""What a reader in the child says, frame by frame."""

import json
import os
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

import numpy as np

from gis.reading.wire import LENGTHS, write_frame

BATCH = 10_000
Wkb = bytes | None


def as_json(value: object) -> str:
    """JSON that people can read; escaped where the text holds what UTF-8 cannot."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text if text.isascii() or text.isprintable() else json.dumps(value, allow_nan=False, separators=(",", ":"))


class Sender:
    """The pipe to the parent."""

    def __init__(self) -> None:
        self._pipe: BinaryIO = os.fdopen(os.dup(1), "wb")
        self._layers = 0
        self._tables = 0

    @staticmethod
    def close_standard_output() -> None:
        """From here on libraries that like to print cannot reach the parent."""
        os.dup2(2, 1)
        sys.stdout = sys.stderr

    def say(self, frame: str, **header: Any) -> None:
        """A frame without a body."""
        write_frame(self._pipe, {"frame": frame, **header})

    def carry(self, frame: str, body: bytes, **header: Any) -> None:
        """A frame with a body."""
        write_frame(self._pipe, {"frame": frame, **header}, body)

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

    def kind(self, name: str) -> None:
        """What the file is, closer than its suffix says."""
        self.say("kind", kind=name)

    def table(
        self,
        name: str,
        head: object,
        columns: Sequence[str],
        refs: Sequence[str | None],
        values: Sequence[object],
        texts: Sequence[str] | None = None,
    ) -> None:
        """A table that is kept word for word: its rows as JSON, and as written where `texts` has the lines."""
        self.say("table", name=name, head=as_json(head), columns=list(columns))
        for start in range(0, len(refs), BATCH):
            stop = start + BATCH
            lines = [None] * len(refs[start:stop]) if texts is None else list(texts[start:stop])
            said = [as_json(value) for value in values[start:stop]]
            self.say("records", table=self._tables, refs=list(refs[start:stop]), values=said, texts=lines)
        self._tables += 1

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
