# SPDX-License-Identifier: Apache-2.0
"""Shapefiles in a zip: one for each kind of shape, ten-letter names with a list of what they mean, and a readme."""

import csv
import errno
import io
import struct
import tempfile
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely

from gis.writing.child.batches import SHAPE, Batches
from gis.writing.child.gdal import write_stream
from gis.writing.rows import Order, OutColumn

NAME_BYTES = 10
TEXT_BYTES = 254
PARTS = {"points": (0, "Point"), "multipoints": (4, "MultiPoint"), "lines": (1, "LineString"), "areas": (3, "Polygon")}
"""Ending of a file of one kind of shape → that kind's number in WKB, its name in GDAL. Multiple lines and areas are no
kind of their own here."""
SINGLE = {4: 4, 5: 1, 6: 3}


def write(order: Order, batches: Batches) -> Mapping[str, int]:
    """A zip with the .shp, .shx, .dbf, .prj and .cpg, `fields.csv` and `readme.txt`."""
    names = short_names(order.columns)
    lost: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir=Path(order.path).parent) as folder:
        _parts(order, batches, names, Path(folder), lost)
        for path in Path(folder).glob("*.shp"):
            _require_whole(path)
        with zipfile.ZipFile(order.path, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for path in sorted(Path(folder).iterdir()):
                archive.write(path, path.name)
            archive.writestr("fields.csv", _fields(order, names))
            archive.writestr("readme.txt", "\ufeff" + _readme(order))
    return lost


def short_names(columns: tuple[OutColumn, ...]) -> list[str]:
    """Names of at most ten bytes, each once, the beginning kept.

    >>> short_names((OutColumn("public_status", "text"), OutColumn("public_statute", "text"), OutColumn("id", "text")))
    ['public_sta', 'public_s_2', 'id']
    """
    taken: dict[str, None] = {}
    for column in columns:
        name, again = column.name[:NAME_BYTES], 2
        while name in taken:
            name, again = f"{column.name[: NAME_BYTES - 1 - len(str(again))]}_{again}", again + 1
        taken[name] = None
    return list(taken)


def _parts(order: Order, batches: Batches, names: list[str], folder: Path, lost: Counter[str]) -> None:
    schema = pa.schema(
        [
            *(_dbf_field(name, field) for name, field in zip(names, batches.schema, strict=False)),
            batches.schema.field(SHAPE),
        ]
    )
    kind = order.geometry_kind.removeprefix("MULTI") if order.geometry_kind != "MULTIPOINT" else "MULTIPOINT"
    of_one = {"POINT": "Point", "MULTIPOINT": "MultiPoint", "LINESTRING": "LineString", "POLYGON": "Polygon"}.get(kind)
    if of_one:
        stream = pa.RecordBatchReader.from_batches(schema, (_fitted(batch, schema, order, lost) for batch in batches))
        _shapefile(order, stream, folder / f"{order.layer}.shp", of_one)
        batches.raise_failure()
        return
    for batch in batches:
        fitted = _fitted(batch, schema, order, lost)
        kinds = shapely.get_type_id(shapely.from_wkb(fitted.column(SHAPE).to_numpy(zero_copy_only=False)))
        single = np.array([SINGLE.get(int(kind), int(kind)) for kind in kinds])
        for ending, (number, said) in PARTS.items():
            if (single == number).any():
                part = fitted.filter(pa.array(single == number))
                _shapefile(
                    order,
                    pa.RecordBatchReader.from_batches(schema, [part]),
                    folder / f"{order.layer}_{ending}.shp",
                    said,
                )
        lost["shapes"] += int((~np.isin(single, [number for number, _ in PARTS.values()])).sum())


def _shapefile(order: Order, stream: pa.RecordBatchReader, path: Path, kind: str) -> None:
    if path.exists():
        pyogrio.write_arrow(
            stream, path, driver="ESRI Shapefile", geometry_name="geometry", geometry_type=kind, crs=order.crs,
            encoding=order.encoding, append=True,
        )  # fmt: skip
        return
    write_stream(order, stream, str(path), "ESRI Shapefile", kind)


def _require_whole(path: Path) -> None:
    """Raises OSError where a part is shorter than its head says: the driver may pass over a full disk."""
    for ending in (".shp", ".shx"):
        head = path.with_suffix(ending).open("rb").read(28)[24:]
        if int.from_bytes(head, "big") * 2 != path.with_suffix(ending).stat().st_size:
            raise OSError(errno.ENOSPC, "cut off", str(path))
    with path.with_suffix(".dbf").open("rb") as table:
        rows, head_bytes, row_bytes = struct.unpack("<4xIHH", table.read(12))
    if path.with_suffix(".dbf").stat().st_size < head_bytes + rows * row_bytes:
        raise OSError(errno.ENOSPC, "cut off", str(path))


def _dbf_field(name: str, field: pa.Field) -> pa.Field:
    kinds = {pa.bool_(): pa.int32(), pa.timestamp("us", tz="UTC"): pa.string()}
    return pa.field(name, kinds.get(field.type, field.type))


def _fitted(batch: pa.RecordBatch, schema: pa.Schema, order: Order, lost: Counter[str]) -> pa.RecordBatch:
    """The batch as a .dbf can hold it; what is cut is counted."""
    columns = []
    for values, field in zip(batch.columns, schema, strict=True):
        made = values if values.type == field.type else values.cast(field.type)
        if pa.types.is_string(field.type):
            made = _cut(made, order.encoding, lost)
        columns.append(made)
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _cut(values: pa.Array, encoding: str, lost: Counter[str]) -> pa.Array:
    """Texts in bytes that a .dbf can hold. Letters that the alphabet lacks become question marks."""
    if encoding == "UTF-8" and (pc.max(pc.binary_length(values)).as_py() or 0) <= TEXT_BYTES:
        return values
    made: list[str | None] = []
    for text in values.to_pylist():
        if text is None:
            made.append(None)
            continue
        raw = text.encode(encoding, "replace")
        kept = raw[:TEXT_BYTES].decode(encoding, "ignore")
        lost["texts_cut"] += len(raw) > TEXT_BYTES
        lost["letters"] += kept != text[: len(kept)]
        made.append(kept)
    return pa.array(made, pa.string())


def _fields(order: Order, names: list[str]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(["field", "name", "title", "codes"])
    for name, column in zip(names, order.columns, strict=True):
        writer.writerow(
            [name, column.name, column.heading, "; ".join(f"{c} = {said}" for c, said in column.labels.items())]
        )
    return "\ufeff" + table.getvalue()


def _readme(order: Order) -> str:
    lines = [f"{heading}: {text}" for heading, text in order.about]
    return "\r\n".join([order.title, "", *lines, "", *order.losses, ""])
