# SPDX-License-Identifier: Apache-2.0
"""What lies beside a TIFF and says where it is: a world file of six numbers, a definition of its system; and both in a zip."""

import math
from dataclasses import replace
from pathlib import Path

from gis.rasters.found import RasterFacts
from gis.reading.archives import checked_members, unpack
from gis.reading.kinds import RASTER
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

WORLD = (".tfw", ".tifw", ".tiffw")
TEXT_BYTES = 16_384
"""A world file has some hundred bytes, a definition some thousand."""


def rasters_inside(archive: Path, limits: Limits | None = None) -> list[str]:
    """Names of the TIFFs in a zip; none where it holds a plan too, or is no zip. Raises FileRefused for a harmful one."""
    try:
        members = checked_members(archive, limits or Limits())
    except FileRefused as refused:
        if refused.code == "archive_broken":  # its own reader says so
            return []
        raise
    names = [member.filename for member in members]
    suffixes = {Path(name).suffix.lower() for name in names}
    if suffixes & {".shp", ".gpkg", ".dxf", ".geojson", ".kml", ".tab", ".mif", ".000", ".gdbtable", ".fgb", ".csv"}:
        return []
    return [name for name in names if Path(name).suffix.lower() in RASTER.suffixes]


def unpacked(archive: Path, folder: Path, limits: Limits | None = None) -> Path:
    """The one TIFF of a zip, in `folder`, with what belongs to it beside it. Raises FileRefused."""
    limits = limits or Limits()
    names = rasters_inside(archive, limits)
    if len(names) != 1:
        raise FileRefused("raster_several", number=len(names))
    stem = Path(names[0]).with_suffix("").as_posix().casefold()
    for member in checked_members(archive, limits):
        part = Path(member.filename)
        suffix = part.suffix.lower()
        if part.with_suffix("").as_posix().casefold() == stem and suffix in RASTER.parts:
            target = folder / f"inside{suffix}"
            if not target.exists():
                unpack(archive, member, target, limits)
    return folder / f"inside{Path(names[0]).suffix.lower()}"


def with_beside(facts: RasterFacts, path: Path) -> RasterFacts:
    """The facts with what the files beside `path` say of place and system, where the file itself says nothing.

    Raises FileRefused for a world file that is none.
    """
    world = next((each for suffix in WORLD if (each := path.with_suffix(suffix)).is_file()), None)
    if world is not None and not facts.georeferenced:
        facts = replace(facts, transform=_transform(_text(world)), georeferenced=True, placed_beside=True)
    defined = path.with_suffix(".prj")
    if defined.is_file() and facts.crs is None:
        facts = replace(facts, crs=_text(defined).strip() or None)
    return facts


def _transform(text: str) -> tuple[float, float, float, float, float, float]:
    """Six lines: width, two turns, height, and the middle of the first cell."""
    try:
        a, d, b, e, x, y = (float(word.replace(",", ".")) for word in text.split())
    except ValueError:
        raise FileRefused("raster_world_file") from None
    if not all(math.isfinite(number) for number in (a, d, b, e, x, y)):
        raise FileRefused("raster_world_file")
    return (a, b, x - a / 2 - b / 2, d, e, y - d / 2 - e / 2)


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(TEXT_BYTES).decode("utf-8-sig", "replace").replace("\x00", " ")
