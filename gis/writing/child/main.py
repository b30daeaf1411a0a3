# SPDX-License-Identifier: Apache-2.0
"""Where the child begins: an order, then rows until it is told that there are no more."""

import importlib
import json
import os
import struct
import sys
from typing import BinaryIO

from gis.writing.child.batches import Batches
from gis.writing.rows import Order

HEAD = struct.Struct(">I")
MODULES = {
    "gpkg": "gdal",
    "fgb": "gdal",
    "shp": "shapefile",
    "parquet": "parquet",
    "kml": "kml",
    "kmz": "kml",
    "dxf": "drawing",
    "xlsx": "workbook",
}


class PipeCut(Exception):
    """Whoever sends the rows has gone before the last one."""


def main() -> None:
    """Writes the file and says on standard output what became of it. Leaves no file when the rows do not come to their end."""
    pipe = sys.stdin.buffer
    order = Order.from_json(_frame(pipe))
    batches = Batches(order, iter(lambda: _frame(pipe), b""))
    try:
        lost = importlib.import_module(f"gis.writing.child.{MODULES[order.format]}").write(order, batches)
    except BaseException:
        if os.path.exists(order.path):  # noqa: PTH110 a path of ours
            os.unlink(order.path)  # noqa: PTH108
        raise
    sys.stdout.write(json.dumps({"features": batches.features, "lost": lost}))


def _frame(pipe: BinaryIO) -> bytes:
    head = pipe.read(HEAD.size)
    if len(head) < HEAD.size:
        raise PipeCut
    (length,) = HEAD.unpack(head)
    body = pipe.read(length)
    if len(body) < length:
        raise PipeCut
    return body
