# SPDX-License-Identifier: Apache-2.0
"""Starts the child that writes a file with GDAL, and hands it batches."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from pyproj import CRS

import gis
from gis.errors import MarsaError
from gis.reading.wire import LENGTHS, write_frame
from gis.writing.rows import Batches, OutBatch, OutColumn

OUR_ROOT = str(Path(gis.__file__).parent.parent)
BOOT = "import sys; sys.path.append(sys.argv[1]); from gis.writing.child import main; main(sys.argv[2])"
GEOMETRY_TYPES = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
}


class FileNotWritten(MarsaError):
    """The file could not be written: no room, no permission, or the writer failed."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def write_geopackage(
    path: Path, batches: Batches, *, layer: str, columns: Sequence[OutColumn], geometry_kind: str, crs: CRS
) -> None:
    """One layer as a GeoPackage at `path`, where nothing may stand yet.

    `geometry_kind` as PostGIS names it; GEOMETRY makes a table of any kind. `crs` is that of the batches' geometries.
    Raises FileNotWritten. Batches that hold no row make no file: the first must hold one.
    """
    order = {
        "path": str(path),
        "driver": "GPKG",
        "layer": layer,
        "columns": [(column.name, column.kind) for column in columns],
        "geometry_type": GEOMETRY_TYPES.get(geometry_kind, "Unknown"),
        "crs": crs.to_wkt(),
        "layer_options": {"GEOMETRY_NAME": "geom", "SPATIAL_INDEX": "YES"},
    }
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", BOOT, OUR_ROOT, json.dumps(order)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"},
        start_new_session=True,
    )
    pipe = cast(BinaryIO, process.stdin)
    try:
        for batch in batches:
            _send(pipe, batch)
        pipe.close()
    except BrokenPipeError:
        raise FileNotWritten(path.name) from None  # the child has died; its exit status says no more
    except BaseException:
        process.kill()
        raise
    finally:
        process.wait()
    if process.returncode != 0 or not path.exists():
        raise FileNotWritten(path.name)


def _send(pipe: BinaryIO, batch: OutBatch) -> None:
    lengths = np.array([len(shape) for shape in batch.geometries], dtype=LENGTHS)
    values = [
        [value.isoformat() if hasattr(value, "isoformat") else value for value in column] for column in batch.values
    ]
    write_frame(pipe, {"rows": len(batch.geometries), "values": values}, lengths.tobytes() + b"".join(batch.geometries))
