# SPDX-License-Identifier: Apache-2.0
"""The child's life: shut itself in, say so, read one file, end."""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from gis.reading.child import walls
from gis.reading.child.sender import Sender
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

READERS = {
    "geopackage": "gis.reading.child.geopackage",
    "geojson": "gis.reading.child.geojson",
    "shapefile": "gis.reading.child.shapefile",
    "zip": "gis.reading.child.zipped",
    "dxf": "gis.reading.child.drawing",
    "csv": "gis.reading.child.table",
    "xlsx": "gis.reading.child.workbook",
    "s57": "gis.reading.child.chart",
    "landxml": "gis.reading.child.landxml",
    "inp": "gis.reading.child.inp",
    "flatgeobuf": "gis.reading.child.flatgeobuf",
    "kml": "gis.reading.child.kml",
    "kmz": "gis.reading.child.kml",
    "geodatabase": "gis.reading.child.geodatabase",
    "mapinfo": "gis.reading.child.mapinfo",
    "geoparquet": "gis.reading.child.geoparquet",
    "iati": "gis.reading.child.iati",
}
"""Each module has `prepare()`, which loads what it needs before the walls close, and `read(path, sender, options,
limits)`.
"""


def main(order_json: str) -> NoReturn:
    """Reads the file of the order. Ends the process: 0 when it was read or refused, else as it died."""
    order = json.loads(order_json)
    walls.set_limits(order["limits"])
    sender = Sender()
    try:
        _work(order, sender)
    except FileRefused as refused:
        sender.say("refused", code=refused.code, facts=refused.details)
    except MemoryError:
        sender.say("refused", code="out_of_memory", facts={})
    except RecursionError:
        sender.say("refused", code="nested_too_deep", facts={})
    except Exception as error:  # noqa: BLE001
        # Whatever a reader dies of is told by its name alone: its text may quote the file, or a path of ours.
        sender.say("refused", code="reader_failed", facts={"what": type(error).__name__})
    # Without the interpreter's own end: destructors of a library that a file has confused have been seen to hang.
    os._exit(0)


def _work(order: dict[str, Any], sender: Sender) -> None:
    reader = importlib.import_module(READERS[order["kind"]])
    drivers = reader.prepare()
    sender.close_standard_output()
    if order["no_sockets"]:
        walls.forbid_sockets()
    if walls.reaches_out(order["trap_port"]):
        raise FileRefused("not_isolated")
    sender.say(
        "hello", memory_bytes=walls.memory_bytes(), reached_out=False, drivers=drivers, python=sys.version_info[:2]
    )
    reader.read(Path(order["path"]), sender, ReadOptions(**order["options"]), Limits(**order["limits"]))
    sender.say("end")
