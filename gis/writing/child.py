# SPDX-License-Identifier: Apache-2.0
"""The child that writes a file with GDAL: gets batches through a pipe, so that GDAL stays out of the server."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from pyogrio import raw

from gis.reading.wire import HEAD, LENGTHS

DTYPES = {"text": "O", "whole": "int64", "number": "float64", "yes_no": "bool", "day": "datetime64[D]"}
# What stands under a null: a mask covers it.
BLANKS = {"text": "", "whole": 0, "number": 0.0, "yes_no": False, "day": "1970-01-01"}


def main(order_json: str) -> None:
    """Writes the file of the order from the batches on standard input."""
    order = json.loads(order_json)
    path = Path(order["path"])
    kinds = [kind for _, kind in order["columns"]]
    for header, body in _frames(sys.stdin.buffer):
        raw.write(
            path,
            _geometries(body, header["rows"]),
            [_filled(values, kind) for values, kind in zip(header["values"], kinds, strict=True)],
            [name for name, _ in order["columns"]],
            field_mask=[np.array([value is None for value in values]) for values in header["values"]],
            layer=order["layer"],
            driver=order["driver"],
            geometry_type=order["geometry_type"],
            crs=order["crs"],
            promote_to_multi=False,
            append=path.exists(),
            layer_options=order["layer_options"],
        )


def _frames(pipe: BinaryIO) -> Iterator[tuple[dict[str, Any], bytes]]:
    while head := pipe.read(HEAD.size):
        header_bytes, body_bytes = HEAD.unpack(head)
        yield json.loads(pipe.read(header_bytes)), pipe.read(body_bytes)


def _geometries(body: bytes, rows: int) -> "np.ndarray[Any, Any]":
    lengths = np.frombuffer(body, dtype=LENGTHS, count=rows)
    records = io.BytesIO(body[lengths.nbytes :])
    found = np.empty(rows, dtype=object)
    for place, length in enumerate(lengths):
        found[place] = records.read(int(length))
    return found


def _filled(values: list[Any], kind: str) -> "np.ndarray[Any, Any]":
    return np.array([BLANKS[kind] if value is None else value for value in values], dtype=DTYPES[kind])
