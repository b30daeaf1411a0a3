# SPDX-License-Identifier: Apache-2.0
"""A layer as a file to take away: what is published of it, read once, in one snapshot, batch by batch.

GeoJSON is in degrees with nine decimals (RFC 7946), so no millimetre is lost; CSV writes shapes as WKT on the legal grid,
under headings that people read, with units; a GeoPackage holds the same doubles as the register.
"""

import csv
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import Connection, sql
from psycopg.rows import TupleRow
from pyproj import CRS

from gis.errors import MarsaError
from gis.writing.parent import FileNotWritten, write_geopackage
from gis.writing.rows import ColumnKind, OutBatch, OutColumn
from layers.declaration import Field, Language, Layer, Text

BATCH = 2_000
DEGREES_DIGITS = 9
GRID_DIGITS = 3
# A spreadsheet runs what begins so; an apostrophe makes it text again.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

ID = Field("id", Text(ar="المعرّف", en="Identifier"))
ILLUSTRATIVE = Field("illustrative", Text(ar="توضيحي", en="Illustrative"))
SHAPE = Text(ar="الشكل (WKT)", en="Shape (WKT)")


class NoSuchFormat(MarsaError):
    """No file can be written with this ending."""

    def __init__(self, ending: str) -> None:
        super().__init__(ending)
        self.ending = ending
        self.known = ", ".join(FORMATS)


@dataclass(frozen=True)
class Exported:
    """What was written."""

    path: Path
    features: int


Writer = Callable[["Connection[TupleRow]", Layer, Path, int, Language], int]


def export(
    connection: "Connection[TupleRow]",
    layer: Layer,
    path: Path,
    *,
    format: str,  # noqa: A002 the word that people type
    srid: int,
    language: Language = "ar",
) -> Exported:
    """Writes a layer to `path`, whole or not at all: a file that stands there is replaced only by a complete one.

    `connection` decides what is seen; `srid` is the legal CRS; `language` is that of CSV headings. Raises KeyError for
    a format that is not in FORMATS, FileNotWritten when the disk refuses.
    """
    write = FORMATS[format]
    with _whole(path) as unfinished, connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        features = write(connection, layer, unfinished, srid, language)
    return Exported(path, features)


def _fields(layer: Layer) -> tuple[Field, ...]:
    return (ID, *layer.public_fields, ILLUSTRATIVE)


def _rows(connection: "Connection[TupleRow]", layer: Layer, shape: str) -> Iterator[list[TupleRow]]:
    """Batches of rows, in order of id: the fields' values, then the shape as the SQL expression says."""
    statement = sql.SQL("select {fields}, {shape} from {relation} order by id").format(
        fields=sql.SQL(", ").join(sql.Identifier(field.name) for field in _fields(layer)),
        shape=sql.SQL(shape),
        relation=sql.Identifier("published", layer.published.name),
    )
    with connection.cursor(name="export", binary=True) as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(BATCH):
            yield rows


def _geojson(connection: "Connection[TupleRow]", layer: Layer, path: Path, _srid: int, _language: Language) -> int:
    names = [field.name for field in _fields(layer)][1:]
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"type":"FeatureCollection","name":{json.dumps(layer.id)},"features":[')
        for rows in _rows(connection, layer, f"ST_AsGeoJSON(geom_4326, {DEGREES_DIGITS})"):
            for identifier, *values, shape in rows:
                properties = json.dumps(
                    dict(zip(names, values, strict=True)), ensure_ascii=False, default=_as_json, separators=(",", ":")
                )
                file.write(
                    f'{"," if count else ""}\n{{"type":"Feature","id":"{identifier}","geometry":{shape},'
                    f'"properties":{properties}}}'
                )
                count += 1
        file.write("\n]}\n")
    return count


def _csv(connection: "Connection[TupleRow]", layer: Layer, path: Path, _srid: int, language: Language) -> int:
    count = 0
    # With a byte order mark, without which a spreadsheet reads Arabic as another alphabet.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(heading(field, language) for field in _fields(layer)), SHAPE.said_in(language)])
        for rows in _rows(connection, layer, f"ST_AsText(geom, {GRID_DIGITS})"):
            writer.writerows([_as_cell(value) for value in row] for row in rows)
            count += len(rows)
    return count


def heading(field: Field, language: Language) -> str:
    """A column's heading: the field's title, its unit in brackets."""
    return field.title.said_in(language) + (f" ({field.unit})" if field.unit else "")


def _geopackage(connection: "Connection[TupleRow]", layer: Layer, path: Path, srid: int, _language: Language) -> int:
    columns = [OutColumn(field.name, _kind(layer, field)) for field in _fields(layer)]
    count = 0

    def batches() -> Iterator[OutBatch]:
        nonlocal count
        for rows in _rows(connection, layer, "ST_AsBinary(geom)"):
            *values, shapes = zip(*rows, strict=True)
            count += len(rows)
            yield OutBatch(shapes, [[_as_value(value) for value in column] for column in values])
        if not count:
            yield OutBatch((), [[] for _ in columns])

    write_geopackage(
        path,
        batches(),
        layer=layer.id,
        columns=columns,
        geometry_kind=layer.geometry_kind,
        crs=CRS.from_epsg(srid),
    )
    return count


FORMATS: dict[str, Writer] = {"gpkg": _geopackage, "geojson": _geojson, "csv": _csv}


def format_of(path: Path) -> str:
    """What the ending of a file's name asks for. Raises NoSuchFormat."""
    ending = path.suffix.removeprefix(".").lower()
    chosen = {"json": "geojson"}.get(ending, ending)
    if chosen not in FORMATS:
        raise NoSuchFormat(ending)
    return chosen


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A place beside `path` to write to; what is there at the end takes the path's place."""
    try:
        with tempfile.TemporaryDirectory(prefix=".marsa-export-", dir=path.parent) as folder:
            unfinished = Path(folder) / path.name
            yield unfinished
            unfinished.replace(path)
    except OSError as error:
        raise FileNotWritten(str(path)) from error


def _kind(layer: Layer, field: Field) -> ColumnKind:
    kinds: Sequence[tuple[type, ColumnKind]] = (
        (bool, "yes_no"),
        (int, "whole"),
        (float, "number"),
        (Decimal, "number"),
        (date, "day"),
    )
    python_type = layer.published.columns[field.name].type.python_type
    return next((kind for type_, kind in kinds if issubclass(python_type, type_)), "text")


def _as_value(value: object) -> object:
    """As GDAL's simple columns take it: lists as JSON text."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return str(value) if isinstance(value, UUID) else value


def _as_json(value: object) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _as_cell(value: object) -> object:
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value
