# SPDX-License-Identifier: Apache-2.0
"""GeoParquet: a Parquet table whose metadata says which columns are shapes and in which system."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from gis.reading.child.geoarrow import LEVELS, wkb_of
from gis.reading.child.sender import Sender
from gis.reading.child.strict import loads
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

BATCH = 10_000
MOST_METADATA = 1 << 20
KINDS = (
    ("boolean", "is_boolean"), ("integer", "is_integer"), ("number", "is_floating"), ("number", "is_decimal"),
    ("date", "is_date"), ("datetime", "is_timestamp"), ("time", "is_time"), ("bytes", "is_binary"),
    ("bytes", "is_large_binary"), ("list", "is_list"),
)  # fmt: skip


def prepare() -> list[str]:
    """Arrow, which must be there before no more threads or sockets may be made."""
    import pyarrow.compute
    import pyarrow.parquet  # noqa: F401

    return []


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:  # noqa: ARG001 one layer, asked for or not
    """The table by its primary shape, in batches. Raises FileRefused."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, pre_buffer=False, thrift_string_size_limit=64 << 20) as file:
            _send(file, sender, limits)
    except (pa.ArrowException, OSError, OverflowError) as error:
        raise FileRefused("file_damaged") from error


def _send(file: Any, sender: Sender, limits: Limits) -> None:
    if file.metadata.num_rows > limits.features:
        raise FileRefused("too_many_features", most=limits.features)
    schema = file.schema_arrow
    primary, encoding, crs = _geo(schema.metadata or {}) or _by_extension(schema)
    if primary not in schema.names:
        raise FileRefused("file_damaged")
    names = [name for name in schema.names if name not in {primary, "bbox"}]
    layer = sender.layer("", [(name, _kind(schema.field(name).type)) for name in names], crs=crs)
    row = 0
    for batch in file.iter_batches(batch_size=BATCH, columns=[primary, *names], use_threads=False):
        shapes = _shapes(encoding, batch.column(batch.schema.get_field_index(primary)))
        columns = [
            [_plain(value) for value in batch.column(batch.schema.get_field_index(n)).to_pylist()] for n in names
        ]
        sender.rows(layer, range(row + 1, row + len(shapes) + 1), shapes, columns)
        row += len(shapes)


def _shapes(encoding: str, column: Any) -> list[bytes | None]:
    """Shapes as WKB, whichever of its forms they have. What is neither is a fault of the file."""
    # An extension that Arrow knows wraps what is stored.
    column = getattr(column, "storage", column)
    if encoding in LEVELS:
        return wkb_of(encoding, column)
    shapes = column.to_pylist()
    if any(shape is not None and not isinstance(shape, bytes) for shape in shapes):
        raise FileRefused("file_damaged")
    # The parent reads both orders of bytes, heights, and PostGIS's number of the system before them.
    return list(shapes)


def _encoding(said: str) -> str:
    """ "wkb", or one of GeoArrow's. Raises FileRefused for another."""
    plain = said.lower().removeprefix("geoarrow.").removeprefix("ogc.")
    if plain != "wkb" and plain not in LEVELS:
        raise FileRefused("parquet_encoding", found=said[:40])
    return plain


def _by_extension(schema: Any) -> tuple[str, str, tuple[str | None, str]]:
    """The first column that Arrow itself marks as shapes, where no metadata of GeoParquet does. Raises FileRefused."""
    for field in schema:
        marks = field.metadata or {}
        name = getattr(field.type, "extension_name", None) or marks.get(b"ARROW:extension:name", b"").decode()
        if name.startswith(("geoarrow.", "ogc.")):
            text = marks.get(b"ARROW:extension:metadata", b"")
            told = loads(text.decode("utf-8", "replace")) if 2 < len(text) <= MOST_METADATA else {}
            crs = told.get("crs") if isinstance(told, dict) else None
            return field.name, _encoding(name), _system(crs)
    raise FileRefused("parquet_without_shapes")


def _system(crs: Any) -> tuple[str | None, str]:
    return (None, "absent") if crs is None else (crs if isinstance(crs, str) else json.dumps(crs), "file")


def _geo(metadata: dict[bytes, bytes]) -> tuple[str, str, tuple[str | None, str]] | None:
    """The primary column, its encoding and its system, None where nothing is said of shapes.

    A system that is absent is longitude and latitude by the standard; null is unknown.
    """
    said = metadata.get(b"geo")
    if said is None:
        return None
    if len(said) > MOST_METADATA:
        raise FileRefused("parquet_without_shapes")
    geo = loads(said.decode("utf-8", "replace"))
    try:
        primary = str(geo["primary_column"])
        column = geo["columns"][primary]
        encoding = str(column["encoding"])
    except (KeyError, TypeError) as error:
        raise FileRefused("file_damaged") from error
    known = _encoding(encoding)
    if "crs" not in column:
        return primary, known, ("OGC:CRS84", "standard")
    return primary, known, _system(column["crs"])


def _kind(type_: Any) -> str:
    import pyarrow as pa

    return next((kind for kind, asks in KINDS if getattr(pa.types, asks)(type_)), "text")


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None  # neither NaN nor infinite
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return str(value)
