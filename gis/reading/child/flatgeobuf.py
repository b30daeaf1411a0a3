# SPDX-License-Identifier: Apache-2.0
"""FlatGeobuf: one layer, its system in its head."""

from pathlib import Path

from gis.reading.child import gdal
from gis.reading.child.sender import Sender
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused


def prepare() -> list[str]:
    """GDAL with its FlatGeobuf driver alone."""
    return gdal.keep_only("FlatGeobuf")


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:  # noqa: ARG001 one layer, asked for or not
    """The layer, under the name that the file gives it. Raises FileRefused."""
    names = gdal.layers_of(path)
    if len(names) != 1:
        raise FileRefused("no_layers")
    found = gdal.read_layer(path, names[0])
    if len(found.fids) > limits.features:
        raise FileRefused("too_many_features", most=limits.features)
    # GDAL gives a layer without a name that of the file, which is ours.
    name = "" if names[0] == path.stem else names[0]
    layer = sender.layer(name, found.fields, crs=(found.crs, "file" if found.crs else "absent"))
    sender.rows(layer, found.fids, found.geometries, found.columns)
