# SPDX-License-Identifier: Apache-2.0
"""What a file holds, in the file's own words: layers, fields, coordinates, with how each was known."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.reading.kept import KeptTable
from gis.reading.refusals import Issue

Geometries = NDArray[np.object_]
"""shapely geometries or None, one per feature."""

FIELD_KINDS = frozenset({"text", "integer", "number", "boolean", "date", "datetime", "time", "bytes", "list"})


@dataclass(frozen=True)
class FileField:
    """A column as the file declares it; values are text, numbers, booleans, None; dates are ISO text, bytes are
    hexadecimal.
    """

    name: str
    kind: str = "text"


@dataclass(frozen=True)
class TextEncoding:
    """How the bytes of the texts were read. `how`: "declared" by the file, "standard" of the format, "asked" by the
    user, or "assumed" from the bytes, then `samples` shows what came out."""

    name: str
    how: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileCrs:
    """What the file says of its coordinates. `definition` is WKT or AUTHORITY:CODE, None when it says nothing.

    `how`: "file", "standard" (GeoJSON is CRS84 by RFC 7946), or "absent".
    """

    definition: str | None = None
    how: str = "absent"


@dataclass(frozen=True)
class FileLayer:
    """One layer: features in the file's order, coordinates as the file has them."""

    name: str
    fields: tuple[FileField, ...]
    geometries: Geometries
    refs: tuple[str, ...]
    """How the file names each feature: feature id, DXF handle, row number."""
    columns: dict[str, list[Any]]
    crs: FileCrs = FileCrs()
    encoding: TextEncoding = TextEncoding("UTF-8", "standard")
    facts: dict[str, Any] = field(default_factory=dict)
    """What else the format tells: units of a drawing, images it refers to."""

    def __len__(self) -> int:
        return len(self.refs)

    def taking(self, keep: NDArray[np.bool_]) -> "FileLayer":
        """The layer with only the features where `keep` is true."""
        wanted = np.flatnonzero(keep)
        return replace(
            self,
            geometries=self.geometries[wanted],
            refs=tuple(self.refs[i] for i in wanted),
            columns={name: [values[i] for i in wanted] for name, values in self.columns.items()},
        )


@dataclass(frozen=True)
class Reading:
    """A file as it was read. `sha256` is of the bytes given (of a Shapefile's parts, one after the other, by
    suffix).
    """

    kind: str
    sha256: str
    size_bytes: int
    layers: tuple[FileLayer, ...]
    issues: tuple[Issue, ...]
    tables: tuple[KeptTable, ...] = ()
    """What is kept word for word beside the features: a model's sections, the documents of projects."""
    original: bytes = b""
    """The file itself, where its tables are kept."""

    def layer(self, name: str) -> FileLayer:
        """The layer called `name`. Raises KeyError."""
        return {layer.name: layer for layer in self.layers}[name]


@dataclass(frozen=True)
class ReadOptions:
    """What the user says about the file. None: the file is asked, and what had to be assumed is said."""

    encoding: str | None = None
    """Of the texts, as Python names it."""
    units: str | None = None
    """Of a drawing whose header is wrong: m, cm, mm, km, ft, us-ft, in."""
    layer: str | None = None
    """Only this layer is kept."""
    columns: tuple[tuple[str, str], ...] = ()
    """Of a table: heading and what it holds (a field of `gis.headings`), where the heading does not say."""
    comma_is_decimal: bool | None = None
    """Of a table whose commas could be read both ways."""
