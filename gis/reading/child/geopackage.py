# SPDX-License-Identifier: Apache-2.0
"""GeoPackages: every feature table is a layer. What GDAL smooths over (curves, undefined systems) is read from the
tables.
"""

import sqlite3
import struct
from pathlib import Path

from gis.reading.archives import shown
from gis.reading.child import gdal
from gis.reading.child.sender import Sender
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

CURVES = {8: "CIRCULARSTRING", 9: "COMPOUNDCURVE", 10: "CURVEPOLYGON", 11: "MULTICURVE", 12: "MULTISURFACE"}
ENVELOPE_BYTES = (0, 32, 48, 48, 64)


def prepare() -> list[str]:
    """GDAL with its GeoPackage driver alone."""
    return gdal.keep_only("GPKG")


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:
    """All feature tables. Views are left out, with a word: what a view calls is not data."""
    with _opened(path) as database:
        tables = _feature_tables(database)
        if len(tables) > limits.layers:
            raise FileRefused("too_many_layers", most=limits.layers)
        for name, kind, column, crs in tables:
            if options.layer not in {None, shown(name)}:
                continue
            if kind != "table":
                sender.issue("layer_is_view", "doubt", layer=name)
                continue
            found = gdal.read_layer(path, name)
            for fid, curve in _curves(database, name, column):
                sender.issue("curve_made_lines", "doubt", layer=name, ref=fid, curve=curve)
            layer = sender.layer(name, found.fields, crs=crs)
            sender.rows(layer, found.fids, found.geometries, found.columns)
    if not tables:
        raise FileRefused("no_layers")


def _opened(path: Path) -> sqlite3.Connection:
    try:
        # immutable: no journal beside it is looked for, no lock taken.
        database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        database.execute("PRAGMA trusted_schema = OFF")
        database.execute("PRAGMA cell_size_check = ON")
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    except sqlite3.Error as error:
        raise FileRefused("file_damaged") from error
    return database


def _feature_tables(database: sqlite3.Connection) -> list[tuple[str, str, str, tuple[str | None, str]]]:
    """Name, "table" or "view", geometry column, CRS of each."""
    try:
        rows = database.execute(
            """SELECT c.table_name, m.type, g.column_name,
                upper(s.organization), s.organization_coordsys_id, s.srs_id, s.definition
            FROM gpkg_contents c
            JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
            JOIN sqlite_master m ON lower(m.name) = lower(c.table_name) AND m.type IN ('table', 'view')
            LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
            WHERE c.data_type = 'features' ORDER BY c.rowid"""
        ).fetchall()
    except sqlite3.Error as error:
        raise FileRefused("file_damaged") from error
    return [(name, kind, column, _crs(*crs)) for name, kind, column, *crs in rows]


def _crs(authority: str | None, code: int | None, srs_id: int | None, definition: str | None) -> tuple[str | None, str]:
    # -1 and 0 are the standard's "undefined cartesian" and "undefined geographic".
    if srs_id in {None, -1, 0}:
        return None, "absent"
    if authority == "EPSG" and code:
        return f"EPSG:{code}", "file"
    if definition and definition.lower() not in {"undefined", "unknown"}:
        return definition[:20_000], "file"
    return None, "absent"


def _curves(database: sqlite3.Connection, table: str, column: str) -> list[tuple[int, str]]:
    """Feature ids of geometries with arcs, which come as short lines, and what they were."""
    quoted_table, quoted_column = (name.replace('"', '""') for name in (table, column))
    # Names of tables cannot be bound; both are quoted, and the connection can only read.
    heads = f'SELECT rowid, substr("{quoted_column}", 1, 80) FROM "{quoted_table}"'  # noqa: S608
    try:
        return [(rowid, curve) for rowid, head in database.execute(heads) if (curve := _curve(head))]
    except sqlite3.Error as error:
        raise FileRefused("file_damaged") from error


def _curve(head: bytes | None) -> str | None:
    """The curve type at the start of a GeoPackage geometry, None for types made of straight lines."""
    if not isinstance(head, bytes) or len(head) < 13 or head[:2] != b"GP":
        return None
    start = 8 + ENVELOPE_BYTES[min(head[3] >> 1 & 7, 4)]
    record = head[start : start + 5]
    if len(record) < 5:
        return None
    code = struct.unpack("<I" if record[0] == 1 else ">I", record[1:])[0]
    return CURVES.get(code % 1000)
