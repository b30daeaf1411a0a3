# SPDX-License-Identifier: Apache-2.0
"""GDAL with one driver. It looks at content, not names: any driver that exists may open any file (a VRT called
plan.geojson
reads other files of the disk), so all the others must not exist. pyogrio has no such list; GDAL reads one when it
starts."""

import ctypes
import importlib
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gis.reading.refusals import FileRefused

SKIPPED = "MARSA_SKIPPED"


def keep_only(*drivers: str, by: str = "pyogrio") -> list[str]:
    """Loads GDAL so that `drivers` alone exist, and asserts it. Starts this process anew once, with the other names
    to skip. `by`: the package whose GDAL it is, each carries its own.

    Raises FileRefused when another driver is still there.
    """
    names = _drivers(by)
    others = [name for name in names if name not in drivers]
    if others and SKIPPED not in os.environ:
        # Both variables: which one a driver heeds depends on its age.
        skip = ",".join(others)
        os.environ.update({"GDAL_SKIP": skip, "OGR_SKIP": skip, SKIPPED: "1"})
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    if sorted(names) != sorted(drivers):
        raise FileRefused("not_isolated")
    return names


def _drivers(by: str) -> list[str]:
    """All drivers of the GDAL inside a package, of any kind: pyogrio itself lists only the vector ones."""
    importlib.import_module(by)
    library = ctypes.CDLL(_library_path())
    library.GDALAllRegister()
    library.GDALGetDriver.restype = ctypes.c_void_p
    library.GDALGetDriverShortName.restype = ctypes.c_char_p
    handles = [ctypes.c_void_p(library.GDALGetDriver(i)) for i in range(library.GDALGetDriverCount())]
    return [library.GDALGetDriverShortName(handle).decode() for handle in handles]


def _library_path() -> str:
    """The GDAL that is loaded in this process: a wheel carries its own under a name with a hash."""
    loaded = re.findall(r"(/\S*/libgdal[-.][^\s]*)$", Path("/proc/self/maps").read_text(), re.MULTILINE)
    if not loaded:
        raise FileRefused("not_isolated")
    return str(loaded[0])


@dataclass(frozen=True)
class GdalLayer:
    """One layer as GDAL reads it."""

    fields: list[tuple[str, str]]
    fids: list[int]
    geometries: list[bytes | None]
    """WKB, curves already made lines; heights and measures are dropped by the parent."""
    columns: list[list[Any]]
    crs: str | None = None
    """As WKT or AUTHORITY:CODE."""


def layers_of(path: Path) -> list[str]:
    """Names of the layers. Raises FileRefused when GDAL cannot open the file."""
    from pyogrio import list_layers
    from pyogrio.errors import DataSourceError

    try:
        return [str(name) for name, _ in list_layers(path)]
    except (DataSourceError, UnicodeDecodeError) as error:
        raise FileRefused("file_damaged") from error


def read_layer(path: Path, layer: str | None, *, encoding: str | None = None) -> GdalLayer:
    """A whole layer. Raises FileRefused when GDAL cannot read it."""
    from pyogrio import raw
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

    try:
        meta, fids, geometries, columns = raw.read(
            path, layer=layer, encoding=encoding, return_fids=True, force_2d=False, datetime_as_string=True
        )
    except (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError, UnicodeDecodeError) as error:
        raise FileRefused("file_damaged") from error
    named = _fields(meta)
    kinds = [kind for _, kind in named]
    return GdalLayer(
        fields=named,
        fids=fids.tolist(),
        geometries=[None] * len(fids) if geometries is None else list(geometries),
        columns=[plain(column, kind) for column, kind in zip(columns, kinds, strict=True)],
        crs=meta.get("crs"),
    )


def plain(column: "np.ndarray[Any, Any]", kind: str) -> list[Any]:
    """Values that JSON knows: NaN and NaT as None, dates as ISO text, bytes as hexadecimal."""
    if column.dtype.kind == "f" and kind in {"integer", "boolean"}:
        # pyogrio makes a column of whole numbers with nulls one of floats.
        return [None if value != value else int(value) for value in column.tolist()]
    return [_plain(value) for value in column.tolist()]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, np.ndarray | list | tuple):
        return ", ".join(str(part) for part in value)
    return str(value)


KINDS = {
    "OFTInteger": "integer",
    "OFTInteger64": "integer",
    "OFTReal": "number",
    "OFTDate": "date",
    "OFTTime": "time",
    "OFTDateTime": "datetime",
    "OFTBinary": "bytes",
}


def _fields(meta: dict[str, Any]) -> list[tuple[str, str]]:
    subtypes = meta.get("ogr_subtypes") or ["OFSTNone"] * len(meta["fields"])
    return [
        (str(name), "boolean" if sub == "OFSTBoolean" else KINDS.get(kind, "list" if "List" in kind else "text"))
        for name, kind, sub in zip(meta["fields"], meta["ogr_types"], subtypes, strict=True)
    ]
