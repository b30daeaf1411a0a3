# SPDX-License-Identifier: Apache-2.0
"""Well-known binary, written from plain coordinates without asking whether they make sense: that is the parent's
question.
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Coordinates = NDArray[np.float64]
"""Shape (n, 2)."""
POINT, LINE, POLYGON, MULTIPOINT, MULTILINE, MULTIPOLYGON, COLLECTION = range(1, 8)
PARTS = {POINT: MULTIPOINT, LINE: MULTILINE, POLYGON: MULTIPOLYGON}


def _head(kind: int) -> bytes:
    return struct.pack("<BI", 1, kind)


def _sequence(coordinates: Coordinates) -> bytes:
    return struct.pack("<I", len(coordinates)) + np.ascontiguousarray(coordinates, "<f8").tobytes()


def point(coordinates: Coordinates) -> bytes:
    """One point; shape (2,)."""
    return _head(POINT) + np.ascontiguousarray(coordinates, "<f8").tobytes()


def line(coordinates: Coordinates) -> bytes:
    """One line."""
    return _head(LINE) + _sequence(coordinates)


def polygon(rings: Sequence[Coordinates]) -> bytes:
    """One polygon, the shell first; rings closed as given."""
    return _head(POLYGON) + struct.pack("<I", len(rings)) + b"".join(map(_sequence, rings))


def gathered(kind: int, parts: Sequence[bytes]) -> bytes:
    """A multi geometry or collection of WKB records."""
    return _head(kind) + struct.pack("<I", len(parts)) + b"".join(parts)
