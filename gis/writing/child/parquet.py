# SPDX-License-Identifier: Apache-2.0
"""GeoParquet 1.1: shapes as WKB, their CRS as PROJJSON, compressed."""

import json
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import shapely
from pyarrow import parquet
from pyproj import CRS

from gis.writing.child.batches import SHAPE, Batches
from gis.writing.rows import Order

ROWS_PER_GROUP = 65_536


def write(order: Order, batches: Batches) -> Mapping[str, int]:
    """The file of the order. Nothing is lost: lists stay lists."""
    lists = [i for i, column in enumerate(order.columns) if column.kind == "list"]
    schema = batches.schema
    for i in lists:
        schema = schema.set(i, pa.field(schema.field(i).name, pa.list_(pa.string())))
    box = np.array([np.inf, np.inf, -np.inf, -np.inf])
    kinds: set[str] = set()
    # Without Arrow's own copy of the schema, which would hide from readers what is only known at the end.
    with parquet.ParquetWriter(order.path, schema, compression="zstd", version="2.6", store_schema=False) as file:
        waiting: list[pa.RecordBatch] = []
        for batch in batches:
            shapes = shapely.from_wkb(batch.column(SHAPE).to_numpy(zero_copy_only=False))
            found = shapely.bounds(shapes)
            box = np.concatenate([np.fmin(box[:2], found[:, :2].min(0)), np.fmax(box[2:], found[:, 2:].max(0))])
            kinds |= {shapely.GeometryType(int(kind)).name for kind in np.unique(shapely.get_type_id(shapes))}
            waiting.append(_with_lists(batch, lists, schema))
            if sum(each.num_rows for each in waiting) >= ROWS_PER_GROUP:
                file.write_table(pa.Table.from_batches(waiting))
                waiting = []
        if waiting:
            file.write_table(pa.Table.from_batches(waiting))
        file.add_key_value_metadata(
            {"geo": json.dumps(_geo(order, box, kinds)), "marsa": json.dumps(dict(order.about), ensure_ascii=False)}
        )
    return {}


def _with_lists(batch: pa.RecordBatch, lists: list[int], schema: pa.Schema) -> pa.RecordBatch:
    columns = list(batch.columns)
    for i in lists:
        columns[i] = pa.array(
            [None if text is None else json.loads(text) for text in columns[i].to_pylist()], pa.list_(pa.string())
        )
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _geo(order: Order, box: "np.ndarray[tuple[int], np.dtype[np.float64]]", kinds: set[str]) -> dict[str, object]:
    names = {
        "POINT": "Point",
        "LINESTRING": "LineString",
        "POLYGON": "Polygon",
        "GEOMETRYCOLLECTION": "GeometryCollection",
    }
    said = sorted("Multi" + names[kind[5:]] if kind.startswith("MULTI") else names[kind] for kind in kinds)
    column: dict[str, object] = {
        "encoding": "WKB",
        "geometry_types": said,
        "crs": CRS.from_user_input(order.crs).to_json_dict(),
    }
    if np.isfinite(box).all():
        column["bbox"] = box.tolist()
    return {"version": "1.1.0", "primary_column": SHAPE, "columns": {SHAPE: column}}
