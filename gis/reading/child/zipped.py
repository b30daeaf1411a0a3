# SPDX-License-Identifier: Apache-2.0
"""A zip archive of Shapefiles: each a layer, whatever folder it lies in."""

import zipfile
from pathlib import Path, PurePosixPath

from gis.reading.archives import checked_members, shown, unpack
from gis.reading.child import gdal, shapefile
from gis.reading.child.sender import Sender
from gis.reading.found import ReadOptions
from gis.reading.kinds import SHAPEFILE
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused


def prepare() -> list[str]:
    """GDAL with its Shapefile driver alone."""
    return gdal.keep_only("ESRI Shapefile")


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:
    """All Shapefiles of the archive, in the order of their names. Raises FileRefused when it holds none."""
    sets: dict[PurePosixPath, dict[str, zipfile.ZipInfo]] = {}
    for member in checked_members(path, limits):
        inside = PurePosixPath(member.filename)
        # macOS writes a ghost of every file beside it.
        if inside.suffix.lower() in SHAPEFILE.parts and not inside.name.startswith("._"):
            sets.setdefault(inside.with_suffix(""), {})[inside.suffix.lower()] = member
    whole = {stem: parts for stem, parts in sorted(sets.items()) if ".shp" in parts}
    if not whole:
        raise FileRefused("archive_without_shapefile")
    names: set[str] = set()
    for number, (stem, parts) in enumerate(whole.items(), 1):
        name = shown(stem.name if stem.name not in names else str(stem))
        names.add(stem.name)
        for suffix, member in parts.items():
            unpack(path, member, path.parent / f"{number}{suffix}", limits)
        if options.layer in {None, name}:
            shapefile.read_one(path.parent / f"{number}.shp", name, sender, options)
