# SPDX-License-Identifier: Apache-2.0
"""What a file says beyond features, kept word for word: the tables of a model, the documents of projects."""

from dataclasses import dataclass, field
from typing import Any

from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

TELLING_KINDS = frozenset({"epanet", "swmm", "pandapower", "oc4ids", "worldbank", "iati"})
"""What a reader may find a file to be, closer than its suffix says."""


@dataclass(frozen=True)
class KeptRow:
    """A row: how the file names it, its values as JSON text, and the line as it was written where there is one."""

    ref: str | None
    values: str
    text: str | None = None


@dataclass(frozen=True)
class KeptTable:
    """A table in the file's order. `head` is JSON text of all that surrounds its rows; `columns` may be empty."""

    name: str
    head: str
    columns: tuple[str, ...]
    rows: list[KeptRow] = field(default_factory=list)

    @property
    def said(self) -> int:
        """Rows that hold values: not comments, not empty lines."""
        return sum(row.values != "[]" for row in self.rows)


class Keeping:
    """Takes the frames of kept tables. What is no text, or too long, raises TypeError, ValueError or FileRefused."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._records = 0
        self.tables: list[KeptTable] = []
        self.kind: str | None = None

    def take_kind(self, header: dict[str, Any], _: bytes) -> None:
        """What the file is."""
        if header["kind"] not in TELLING_KINDS:
            raise ValueError(header["kind"])
        self.kind = header["kind"]

    def take_table(self, header: dict[str, Any], _: bytes) -> None:
        """A table begins."""
        if len(self.tables) >= self._limits.kept_tables or len(header["columns"]) > self._limits.fields:
            raise FileRefused("too_many_layers", most=self._limits.kept_tables)
        columns = tuple(self._text(column) for column in header["columns"])
        self.tables.append(KeptTable(self._text(header["name"]), self._text(header["head"]), columns))

    def take_records(self, header: dict[str, Any], _: bytes) -> None:
        """Rows of a table that has begun."""
        rows = self.tables[header["table"]].rows
        for ref, values, text in zip(header["refs"], header["values"], header["texts"], strict=True):
            ours = None if text is None else self._text(text)
            rows.append(KeptRow(None if ref is None else self._text(ref), self._text(values), ours))
        self._records += len(header["refs"])
        if self._records > self._limits.features:
            raise FileRefused("too_many_features", most=self._limits.features)

    def _text(self, value: Any) -> str:
        """A text that PostgreSQL can keep, whole: what cannot be is refused and never cut."""
        if not isinstance(value, str) or "\x00" in value:
            raise TypeError("text")
        if len(value) > self._limits.kept_characters:
            raise FileRefused("value_too_long", most=self._limits.kept_characters)
        value.encode("utf-8")  # a lone surrogate is no text: UnicodeEncodeError is a ValueError
        return value
