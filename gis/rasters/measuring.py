# SPDX-License-Identifier: Apache-2.0
"""Heights and slopes under many areas of one raster, computed by a child."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from gis.placing import way
from gis.rasters.found import MEASURING
from gis.rasters.parent import BOOT, Progress
from gis.reading.limits import Limits, Walls
from gis.reading.parent import at_work, reader_identity
from gis.reading.refusals import FileRefused
from gis.reading.wire import LENGTHS


@dataclass(frozen=True)
class Figures:
    """Of one area. Heights in metres above the raster's datum, slopes in per cent; None where the raster holds nothing."""

    covered: float
    """Share of the area with heights, 0 to 1."""
    mean_m: float | None = None
    lowest_m: float | None = None
    highest_m: float | None = None
    slope_percent: float | None = None
    steepest_percent: float | None = None


def measured(
    raster: Path,
    raster_crs: str,
    areas: Sequence[shapely.Geometry],
    crs: CRS,
    *,
    progress: Progress = lambda *_: None,
    limits: Limits = MEASURING,
) -> list[Figures]:
    """Figures of polygons whose coordinates are in `crs`, in their order. Raises FileRefused, NoTransformation."""
    if not areas:
        return []
    there, _ = way(crs, CRS.from_user_input(raster_crs), tuple(shapely.get_coordinates(areas[0])[0]))

    def moved(coordinates: Any) -> Any:
        return coordinates if there is None else np.column_stack(there.transform(*coordinates.T))

    records = shapely.to_wkb(shapely.transform(np.array(areas, dtype=np.object_), moved)).tolist()
    with tempfile.TemporaryDirectory(prefix="marsa-measure-") as folder:
        handed = Path(folder) / "areas.wkb"
        handed.write_bytes(np.array([len(record) for record in records], LENGTHS).tobytes() + b"".join(records))
        if reader_identity():
            # Root's child is nobody, who cannot reach into the data folder.
            raster = Path(shutil.copyfile(raster, Path(folder) / "raster.tif"))
        order = {"task": "measure", "path": str(raster), "areas": str(handed), "number": len(records)}
        rows = _rows(order | {"read": [folder, str(raster)]}, Path(folder), limits, progress)
    if len(rows) != len(records):
        raise FileRefused("reader_failed", what="figures")
    return [Figures(covered or 0.0, *heights) for covered, *heights in rows]


def _rows(order: dict[str, Any], folder: Path, limits: Limits, progress: Progress) -> list[list[float | None]]:
    rows: list[list[float | None]] = []
    with at_work(BOOT, order, folder, limits, Walls()) as frames:
        for header, _ in frames:
            if header["frame"] == "refused":
                raise FileRefused(str(header["code"]), **dict(header["facts"]))
            if header["frame"] == "progress":
                progress(str(header["step"]), int(header["done"]), int(header["of"]))
            if header["frame"] == "figures":
                rows += [[None if value is None else float(value) for value in row] for row in header["rows"]]
    return rows
