# SPDX-License-Identifier: Apache-2.0
"""What an operator's GeoTIFF is. Every block is decoded once: what cannot be read is found now, not by the job."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import rasterio
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from gis.reading.child.sender import Sender
from gis.reading.refusals import FileRefused

ROWS = 512


def work(order: dict[str, Any], sender: Sender) -> None:
    """Says the facts of the file. Raises FileRefused when a block of it cannot be decoded."""
    import warnings

    warnings.simplefilter("ignore", NotGeoreferencedWarning)
    try:
        with opened(order["path"]) as raster:
            sender.say("facts", facts=_facts(raster))
    except RasterioError as error:
        raise FileRefused("raster_unreadable") from error


def opened(path: str) -> Any:
    """The file by the one driver: no other looks at it."""
    return rasterio.open(path, driver="GTiff", sharing=False)


def strips(raster: Any) -> Iterator[Window]:
    """Windows of whole rows, top to bottom, in the file's own order."""
    for row in range(0, raster.height, ROWS):
        yield Window(0, row, raster.width, min(ROWS, raster.height - row))


def _facts(raster: Any) -> dict[str, Any]:
    transform = tuple(raster.transform)[:6]
    nodata = raster.nodatavals[0]
    masked = any(MaskFlags.per_dataset in flags for flags in raster.mask_flag_enums)
    return {
        "width": raster.width,
        "height": raster.height,
        "bands": raster.count,
        "dtype": raster.dtypes[0] if len(set(raster.dtypes)) == 1 else "mixed",
        "transform": [number if math.isfinite(number) else 0.0 for number in transform],
        "georeferenced": all(map(math.isfinite, transform))
        and transform != (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
        and not raster.gcps[0],
        "crs": raster.crs.to_wkt() if raster.crs else None,
        "nodata": None if nodata is None or not math.isfinite(nodata) else nodata,
        "nodata_is_nan": nodata is not None and not math.isfinite(nodata),
        "masked": masked,
        "palette": raster.colorinterp[0] is ColorInterp.palette,
        "unit": raster.units[0] or None,
        "scaled": raster.scales[0] != 1 or raster.offsets[0] != 0,
        **_content(raster, nodata),
    }


def _content(raster: Any, nodata: float | None) -> dict[str, Any]:
    """Lowest, highest, share of pixels that hold anything: of all bands' first, with every block of every band read."""
    lowest, highest, filled, odd = math.inf, -math.inf, 0, 0
    for window in strips(raster):
        values = raster.read(window=window)[0]
        if values.dtype.kind == "c":
            return {"lowest": None, "highest": None, "filled": 1.0, "not_finite": 0}
        there = raster.read_masks(1, window=window) > 0
        finite = np.isfinite(values)
        odd += int((there & ~finite).sum()) if nodata is not None and math.isfinite(nodata) else 0
        there &= finite
        filled += int(there.sum())
        if there.any():
            lowest, highest = min(lowest, float(values[there].min())), max(highest, float(values[there].max()))
    return {
        "lowest": lowest if math.isfinite(lowest) else None,
        "highest": highest if math.isfinite(highest) else None,
        "filled": filled / (raster.width * raster.height),
        "not_finite": odd,
    }
