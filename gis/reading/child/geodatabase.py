# SPDX-License-Identifier: Apache-2.0
"""File geodatabase: a folder of tables, each of one kind of shape."""

from pathlib import Path

from gis.reading.child import gdal
from gis.reading.child.sender import Sender
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused


def prepare() -> list[str]:
    """GDAL with its geodatabase driver alone."""
    return gdal.keep_only("OpenFileGDB")


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:  # noqa: ARG001 the parent counts
    """Every feature class; tables without a shape are named and left. Raises FileRefused when it holds none."""
    from pyogrio import list_layers

    found = 0
    for name in gdal.layers_of(path):
        if options.layer not in {None, name}:
            continue
        kinds = {str(layer): kind for layer, kind in list_layers(path)}
        if kinds[name] is None:
            sender.issue("table_without_shapes", "note", layer=name)
            continue
        layer = gdal.read_layer(path, name)
        found += 1
        number = sender.layer(name, layer.fields, crs=(layer.crs, "file" if layer.crs else "absent"))
        sender.rows(number, layer.fids, layer.geometries, layer.columns)
    if not found and options.layer is None:
        raise FileRefused("no_layers")
