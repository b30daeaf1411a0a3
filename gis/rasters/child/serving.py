# SPDX-License-Identifier: Apache-2.0
"""The long life of a child that draws tiles: one request in, one answer out, until its parent closes the pipe.

It opens our own copies alone, by their digests, within one folder; the kernel holds it to that where it can.
"""

import json
import os
import sys
from typing import Any, BinaryIO, NoReturn

from gis.reading.child import gdal, walls
from gis.reading.refusals import FileRefused
from gis.reading.wire import HEAD, write_frame

DRIVERS = ("GTiff", "MEM", "WEBP")
"""Our copies; and for images WebP, which GDAL writes by way of memory."""


def main(order_json: str) -> NoReturn:
    """Serves until standard input ends. Each answer is {"ok": true, …} with a body, or {"ok": false, "code": …}."""
    from gis.rasters.child.main import shut_in

    order = json.loads(order_json)
    walls.set_limits(order["limits"])
    gdal.keep_only(*DRIVERS, by="rasterio")
    from gis.rasters.child import drawing  # loads what it needs while it still can

    answers, requests = os.fdopen(os.dup(1), "wb"), os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    folders = shut_in(order)
    desk = drawing.Desk(order["folder"])
    write_frame(answers, {"ok": True, "folders": folders})
    while head := requests.read(HEAD.size):
        length, _ = HEAD.unpack(head)
        _answer(desk, json.loads(requests.read(length)), answers)
    os._exit(0)


def _answer(desk: Any, asked: dict[str, Any], answers: BinaryIO) -> None:
    try:
        header, body = desk.carry_out(asked)
    except FileRefused as refused:
        header, body = {"ok": False, "code": refused.code}, b""
    except Exception as error:  # noqa: BLE001
        # One request must not cost the next one its child; what went wrong is told by its name alone.
        header, body = {"ok": False, "code": type(error).__name__}, b""
    write_frame(answers, header, body)
