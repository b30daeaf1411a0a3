# SPDX-License-Identifier: Apache-2.0
"""One transaction's rows: how they are named, dated, and what they rest on."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert
from sqlalchemy.dialects.postgresql import Range

from layers.base import Row

# Names made from words, so that a demonstration loaded anew keeps its addresses.
_NAMES = uuid.UUID("6f0d3d1e-4c1e-5a86-9d4e-3a4f0c2b7e11")
_BEGINS = date(2024, 1, 1)
"""The zone was founded in 2024; the day is not published."""


@dataclass
class Writer:
    """One transaction's rows: names them, dates them, says what they rest on."""

    connection: Connection
    time_zone: ZoneInfo
    written: dict[str, int] = field(default_factory=dict)

    def write(self, table: type[Row], rows: Iterable[dict[str, Any]]) -> None:
        """The rows, in as few statements as their parameters allow."""
        listed = list(rows)
        if listed:
            self.connection.execute(insert(table), listed)
        name = table.__tablename__
        self.written[name] = self.written.get(name, 0) + len(listed)

    def instant(self, day: date) -> datetime:
        """The midnight at which a legal day begins here."""
        return datetime.combine(day, time(), self.time_zone)

    def valid(self, begins: date = _BEGINS, ends: date | None = None) -> Range[datetime]:
        return Range(self.instant(begins), self.instant(ends) if ends else None, bounds="[)")


def name_of(table: str, word: str) -> uuid.UUID:
    """The id of a row of the demonstration, by its table and its own name."""
    return uuid.uuid5(_NAMES, f"{table}/{word}")


def invented() -> dict[str, Any]:
    return {"illustrative": True, "source_id": name_of("source", "illustration")}


def resting_on(source: str) -> dict[str, Any]:
    """A fact, with the source that states it."""
    return {"illustrative": False, "source_id": name_of("source", source)}
