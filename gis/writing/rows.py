# SPDX-License-Identifier: Apache-2.0
"""What writers are given: columns with a kind, and rows in batches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

ColumnKind = Literal["text", "whole", "number", "yes_no", "day"]


@dataclass(frozen=True)
class OutColumn:
    """One column of a file: its name there, and what its values are. Any value may be None."""

    name: str
    kind: ColumnKind


@dataclass(frozen=True)
class OutBatch:
    """Some rows: their geometries, and their values column by column."""

    geometries: Sequence[bytes]
    """ISO WKB, in the CRS of the file."""
    values: Sequence[Sequence[Any]]
    """Text as str, days as `datetime.date`, numbers as they are."""


Batches = Iterable[OutBatch]
