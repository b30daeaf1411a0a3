# SPDX-License-Identifier: Apache-2.0
"""GeoParquet: a Parquet table whose metadata says which columns are shapes and in which system."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

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
    primary, crs = _geo(file.schema_arrow.metadata or {})
    schema = file.schema_arrow
    if primary not in schema.names:
        raise FileRefused("file_damaged")
    names = [name for name in schema.names if name not in {primary, "bbox"}]
    layer = sender.layer("", [(name, _kind(schema.field(name).type)) for name in names], crs=crs)
    row = 0
    for batch in file.iter_batches(batch_size=BATCH, columns=[primary, *names], use_threads=False):
        shapes = batch.column(batch.schema.get_field_index(primary)).to_pylist()
        if any(shape is not None and not isinstance(shape, bytes) for shape in shapes):
            raise FileRefused("file_damaged")
        columns = [
            [_plain(value) for value in batch.column(batch.schema.get_field_index(n)).to_pylist()] for n in names
        ]
        sender.rows(layer, range(row + 1, row + len(shapes) + 1), shapes, columns)
        row += len(shapes)


def _geo(metadata: dict[bytes, bytes]) -> tuple[str, tuple[str | None, str]]:
    """The primary column and its system. Absent it is longitude and latitude by the standard; null is unknown."""
    said = metadata.get(b"geo")
    if said is None or len(said) > MOST_METADATA:
        raise FileRefused("parquet_without_shapes")
    geo = loads(said.decode("utf-8", "replace"))
    try:
        primary = str(geo["primary_column"])
        column = geo["columns"][primary]
        encoding = str(column["encoding"])
    except (KeyError, TypeError) as error:
        raise FileRefused("file_damaged") from error
    if encoding.upper() != "WKB":
        raise FileRefused("parquet_encoding", found=encoding[:40])
    if "crs" not in column:
        return primary, ("OGC:CRS84", "standard")
    crs = column["crs"]
    return primary, (None, "absent") if crs is None else (crs if isinstance(crs, str) else json.dumps(crs), "file")


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
