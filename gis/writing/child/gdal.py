# SPDX-License-Identifier: Apache-2.0
"""GeoPackage and FlatGeobuf by GDAL, from a stream of Arrow batches."""

import errno
import mmap
import os
import sqlite3
import struct
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pyarrow as pa

# The file is nobody's until it is whole.
os.environ |= {"OGR_SQLITE_JOURNAL": "OFF", "OGR_SQLITE_SYNCHRONOUS": "OFF"}

import pyogrio

from gis.writing.child.batches import Batches
from gis.writing.child.styles import qml, sld
from gis.writing.rows import Order

GEOMETRY_TYPES = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
}
MAGIC_BYTES = 8
SIZE = struct.Struct("<I")
"""A FlatGeobuf is its magic word, then header and features, each after its size."""
# As QGIS makes it when a style is saved with the data.
LAYER_STYLES = """
    create table layer_styles (
      id integer primary key autoincrement not null, f_table_catalog text(256), f_table_schema text(256),
      f_table_name text(256), f_geometry_column text(256), styleName text(30), styleQML text, styleSLD text,
      useAsDefault boolean, description text, owner text(30), ui text(30),
      update_time datetime default (strftime('%Y-%m-%dT%H:%M:%fZ','now')))
"""


def write(order: Order, batches: Batches) -> Mapping[str, int]:
    """The file of the order. Nothing is lost."""
    if order.format == "gpkg":
        _written(
            order,
            batches,
            "GPKG",
            geometry_name="geom",
            SPATIAL_INDEX="YES",
            IDENTIFIER=order.title,
            DESCRIPTION=_said(order),
        )
        _styled(order)
    else:
        # An index would put the features in another order.
        _written(order, batches, "FlatGeobuf", SPATIAL_INDEX="NO", TITLE=order.title, DESCRIPTION=_said(order))
        _require_whole(Path(order.path), batches.features)
    return {}


def _written(order: Order, batches: Batches, driver: str, **options: str) -> None:
    write_stream(order, batches.reader(), order.path, driver, **options)
    batches.raise_failure()


def write_stream(
    order: Order, stream: pa.RecordBatchReader, path: str, driver: str, kind: str | None = None, **options: str
) -> None:
    """A stream of batches as a file of one layer."""
    geometry_name = options.pop("geometry_name", None)
    named = {"GEOMETRY_NAME": geometry_name} if geometry_name else {}
    pyogrio.write_arrow(
        stream,
        path,
        layer=order.layer,
        driver=driver,
        geometry_name="geometry",
        geometry_type=kind or GEOMETRY_TYPES.get(order.geometry_kind, "Unknown"),
        crs=order.crs,
        layer_options={**named, **options},
        **({"encoding": order.encoding} if driver == "ESRI Shapefile" else {}),
        **({"layer_metadata": dict(order.about)} if driver == "GPKG" else {}),
    )


def _require_whole(path: Path, features: int) -> None:
    """Raises OSError for a FlatGeobuf that does not end with its last feature: its driver passes over a full disk."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as written:
        place, found = MAGIC_BYTES, -1
        while place + SIZE.size <= len(written):
            place += SIZE.size + SIZE.unpack_from(written, place)[0]
            found += 1
        if place != len(written) or found != features:
            raise OSError(errno.ENOSPC, "cut off", str(path))


def _said(order: Order) -> str:
    return "\n".join(f"{heading}: {text}" for heading, text in order.about)


def _styled(order: Order) -> None:
    with closing(sqlite3.connect(order.path)) as file, file:
        file.execute(LAYER_STYLES)
        file.execute(
            "insert into gpkg_contents (table_name, data_type, identifier, description) values ('layer_styles', 'attributes', 'layer_styles', '')"
        )
        file.execute(
            "insert into layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, styleSLD, useAsDefault, description, owner) values ('', '', ?, 'geom', ?, ?, ?, 1, ?, '')",
            [order.layer, order.layer[:30], qml(order), sld(order), order.title],
        )
