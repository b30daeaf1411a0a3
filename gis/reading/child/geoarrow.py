# SPDX-License-Identifier: Apache-2.0
"""Shapes as columns of coordinates (GeoArrow): lists of points in lists of rings in lists of parts, one level for each."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.reading.refusals import FileRefused

LEVELS = {"point": 0, "linestring": 1, "multipoint": 1, "polygon": 2, "multilinestring": 2, "multipolygon": 3}
"""How many lists lie about the coordinates of one shape."""


def wkb_of(encoding: str, column: Any) -> list[bytes | None]:
    """The shapes of an Arrow array as WKB, None where there is none. Raises FileRefused when it is not built as its encoding says."""
    levels = LEVELS[encoding]
    missing = np.asarray(column.is_null().to_numpy(zero_copy_only=False), dtype=bool)
    offsets: list[NDArray[np.int64]] = []
    inner = column
    for _ in range(levels):
        if not _is_list(inner.type):
            raise FileRefused("file_damaged")
        offsets.append(_offsets(inner))
        inner = inner.flatten()
    coordinates = _coordinates(inner)
    # Innermost first, as shapely wants them. A point that is missing has a row of coordinates all the same.
    ragged = tuple(offsets[::-1])
    made = shapely.from_ragged_array(getattr(shapely.GeometryType, encoding.upper()), coordinates, ragged or None)
    return [None if gone else shape for gone, shape in zip(missing, shapely.to_wkb(made).tolist(), strict=True)]


def _is_list(type_: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_list(type_) or pa.types.is_large_list(type_))


def _offsets(column: Any) -> NDArray[np.int64]:
    """Where each list begins among all that follow: counted anew, for a slice or a null has offsets of its own."""
    import pyarrow.compute as pc

    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)


def _coordinates(column: Any) -> NDArray[np.float64]:
    """(n, 2) or, with heights, (n, 3): from a struct of x, y, z, or from numbers in pairs."""
    import pyarrow as pa

    if pa.types.is_fixed_size_list(column.type) and column.type.list_size in (2, 3, 4):
        size = column.type.list_size
        # A null stands for as many numbers as any other: none of them is left out.
        values = column.values.slice(column.offset * size, len(column) * size)
        return np.asarray(_numbers(values).reshape(-1, size)[:, : min(size, 3)])
    if not pa.types.is_struct(column.type):
        raise FileRefused("file_damaged")
    names = [column.type.field(i).name for i in range(column.type.num_fields)]
    if not {"x", "y"} <= set(names):
        raise FileRefused("file_damaged")
    axes = [name for name in ("x", "y", "z") if name in names]
    return np.column_stack([_numbers(column.field(names.index(name))) for name in axes]).reshape(-1, len(axes))


def _numbers(values: Any) -> NDArray[np.float64]:
    import pyarrow as pa

    if not pa.types.is_floating(values.type):
        raise FileRefused("file_damaged")
    return np.asarray(values.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
