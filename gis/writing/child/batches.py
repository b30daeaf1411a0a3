# SPDX-License-Identifier: Apache-2.0
"""Frames of CSV as Arrow batches: parsed in C++, one at a time, no Python object for any value."""

import binascii
import json
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from pyarrow import csv

from gis.writing.rows import Order, OutColumn

SHAPE = "geometry"
TYPES = {
    "text": pa.string(),
    "whole": pa.int64(),
    "number": pa.float64(),
    "yes_no": pa.bool_(),
    "day": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "list": pa.string(),
}


class Batches:
    """Every frame as a record batch, whose last column is the shape where there is one. Counts what passed."""

    def __init__(self, order: Order, frames: Iterator[bytes]) -> None:
        self.order = order
        self.features = 0
        self.failure: BaseException | None = None
        """What cut the frames off: GDAL passes no Python error on."""
        self._frames = frames
        names = [f"c{i}" for i in range(len(order.columns))]
        types = {name: TYPES[column.kind] for name, column in zip(names, order.columns, strict=True)}
        if order.shape != "none":
            names.append(SHAPE)
            types[SHAPE] = pa.string()
        self._read = csv.ReadOptions(column_names=names, use_threads=False)
        self._parse = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
        self._convert = csv.ConvertOptions(
            column_types=types,
            # As PostgreSQL writes them: nothing at all is a missing value, two quotes are an empty text.
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t", "true"],
            false_values=["f", "false"],
        )

    @property
    def schema(self) -> pa.Schema:
        """Fields under the columns' names; the shape as binary, or as text where it is one."""
        fields = [pa.field(column.name, TYPES[column.kind]) for column in self.order.columns]
        if self.order.shape != "none":
            fields.append(pa.field(SHAPE, pa.binary() if self.order.shape == "wkb" else pa.string()))
        return pa.schema(fields)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        schema = self.schema
        try:
            for frame in self._frames:
                self._read.block_size = len(frame) + 1
                table = csv.read_csv(
                    pa.BufferReader(frame), self._read, parse_options=self._parse, convert_options=self._convert
                )
                (batch,) = table.combine_chunks().to_batches() or [None]
                if batch is None:
                    continue
                columns = list(batch.columns)
                if self.order.shape == "wkb":
                    columns[-1] = _as_binary(columns[-1])
                self.features += batch.num_rows
                yield pa.RecordBatch.from_arrays(columns, schema=schema)
        except BaseException as error:
            self.failure = error
            raise

    def reader(self, schema: pa.Schema | None = None) -> pa.RecordBatchReader:
        """The batches as GDAL takes them: a stream. `schema` gives the fields other names or says more of them."""
        if schema is None:
            return pa.RecordBatchReader.from_batches(self.schema, self)
        return pa.RecordBatchReader.from_batches(
            schema, (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in self)
        )

    def raise_failure(self) -> None:
        if self.failure is not None:
            raise self.failure


def _as_binary(written: pa.StringArray) -> pa.BinaryArray:
    """Hexadecimal text as the bytes that it means, all rows at once."""
    valid, offsets, text = written.buffers()
    bounds = np.frombuffer(offsets, np.int32, count=len(written) + 1, offset=written.offset * 4)
    raw = binascii.unhexlify(text[int(bounds[0]) : int(bounds[-1])]) if text is not None else b""
    halves = ((bounds - bounds[0]) // 2).astype(np.int32)
    return pa.BinaryArray.from_buffers(
        pa.binary(), len(written), [valid, pa.py_buffer(halves.tobytes()), pa.py_buffer(raw)]
    )


def texts_of(values: pa.Array, column: OutColumn) -> list[object]:
    """A column as Python values: days and instants as such, lists joined as people read them, codes as they are."""
    found: list[object] = values.to_pylist()
    if column.kind == "list":
        return [None if value is None else ", ".join(map(str, json.loads(str(value)))) for value in found]
    return found
