# SPDX-License-Identifier: Apache-2.0
"""A child's life for one order: shut itself in, say so, work on one raster, end."""

import importlib
import json
import os
import sys
from typing import Any, NoReturn

from gis.reading.child import gdal, walls
from gis.reading.child.sender import Sender
from gis.reading.refusals import FileRefused

TASKS = {
    "look": ("gis.rasters.child.looking", ("GTiff",)),
    "make": ("gis.rasters.child.making", ("GTiff", "COG")),
    "measure": ("gis.rasters.child.measuring", ("GTiff",)),
}
"""task → module with `work(order, sender)`, and the drivers that it needs."""


def main(order_json: str) -> NoReturn:
    """Carries out the order. Ends the process: 0 when it was done or refused, else as it died."""
    order = json.loads(order_json)
    walls.set_limits(order["limits"])
    sender = Sender()
    try:
        _work(order, sender)
    except FileRefused as refused:
        sender.say("refused", code=refused.code, facts=refused.details)
    except MemoryError:
        sender.say("refused", code="out_of_memory", facts={})
    except Exception as error:  # noqa: BLE001
        # Whatever a reader dies of is told by its name alone: its text may quote the file, or a path of ours.
        sender.say("refused", code="reader_failed", facts={"what": type(error).__name__})
    # Without the interpreter's own end: destructors of a library that a file has confused have been seen to hang.
    os._exit(0)


def _work(order: dict[str, Any], sender: Sender) -> None:
    name, allowed = TASKS[order["task"]]
    drivers = gdal.keep_only(*allowed, by="rasterio")
    task = importlib.import_module(name)
    sender.close_standard_output()
    shut_in(order)
    sender.say("hello", memory_bytes=walls.memory_bytes(), drivers=drivers, python=sys.version_info[:2])
    task.work(order, sender)
    sender.say("end")


def shut_in(order: dict[str, Any]) -> bool:
    """No sockets, no programs, no files but those of the order's folders; whether the kernel could do the last.

    Raises FileRefused when something outside can be reached all the same.
    """
    if order["no_sockets"]:
        walls.forbid_sockets()
    folders = walls.keep_to_folders(read=order.get("read", []), write=order.get("write", []))
    if walls.reaches_out(order["trap_port"]):
        raise FileRefused("not_isolated")
    return folders
