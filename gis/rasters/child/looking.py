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

from gis.rasters.found import PICTURE_SIDE
from gis.reading.child.sender import Sender
from gis.reading.refusals import FileRefused

ROWS = 512


def work(order: dict[str, Any], sender: Sender) -> None:
    """Says the facts of the file. Raises FileRefused when a block of it cannot be decoded."""
    import warnings

    warnings.simplefilter("ignore", NotGeoreferencedWarning)
    try:
        with opened(order["path"]) as raster:
            picture = _Picture(raster)
            facts = _facts(raster, picture, sender)
            sender.carry("picture", picture.cells.tobytes(), shape=picture.cells.shape)
            sender.say("facts", facts=facts)
    except RasterioError as error:
        raise FileRefused("raster_unreadable") from error


def opened(path: str) -> Any:
    """The file by the one driver: no other looks at it."""
    return rasterio.open(path, driver="GTiff", sharing=False)


def strips(raster: Any) -> Iterator[Window]:
    """Windows of whole rows, top to bottom, in the file's own order."""
    for row in range(0, raster.height, ROWS):
        yield Window(0, row, raster.width, min(ROWS, raster.height - row))


class _Picture:
    """Every so many cells of the raster as small float32, NaN where there is nothing: what a person is shown before it is in."""

    def __init__(self, raster: Any) -> None:
        self._step = -(-max(raster.width, raster.height) // PICTURE_SIDE)
        self._first = self._step // 2
        self._palette: Any = None
        bands = 3 if raster.count >= 3 else 1
        if raster.colorinterp[0] is ColorInterp.palette:
            self._palette = np.zeros((256, 3), dtype=np.float32)
            for index, colour in raster.colormap(1).items():
                if 0 <= index < 256:
                    self._palette[index] = colour[:3]
            bands = 3
        rows, columns = (len(range(self._first, side, self._step)) for side in (raster.height, raster.width))
        self.cells = np.full((bands, rows, columns), np.nan, dtype="<f4")

    def take(self, row: int, values: Any, there: Any) -> None:
        """One strip: `values` bands × rows × columns from row `row` on, `there`: where its first band holds anything."""
        start = (self._first - row) % self._step
        if start >= values.shape[1]:
            return
        picked = values[:, start :: self._step, self._first :: self._step]
        held = there[start :: self._step, self._first :: self._step]
        if self._palette is not None:
            picked = self._palette[np.clip(picked[0], 0, 255).astype(int)].transpose(2, 0, 1)
        at = (row + start - self._first) // self._step
        self.cells[:, at : at + held.shape[0]] = np.where(held, picked[: len(self.cells)], np.nan)


def _facts(raster: Any, picture: _Picture, sender: Sender) -> dict[str, Any]:
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
        **_content(raster, nodata, picture, sender),
    }


def _content(raster: Any, nodata: float | None, picture: _Picture, sender: Sender) -> dict[str, Any]:
    """Lowest, highest, share of pixels that hold anything: of all bands' first, with every block of every band read."""
    lowest, highest, filled, odd = math.inf, -math.inf, 0, 0
    for window in strips(raster):
        bands = raster.read(window=window)
        values = bands[0]
        if values.dtype.kind == "c":
            return {"lowest": None, "highest": None, "filled": 1.0, "not_finite": 0}
        there = raster.read_masks(1, window=window) > 0
        finite = np.isfinite(values)
        picture.take(int(window.row_off), bands, there & finite)
        odd += int((there & ~finite).sum()) if nodata is not None and math.isfinite(nodata) else 0
        there &= finite
        filled += int(there.sum())
        if there.any():
            lowest, highest = min(lowest, float(values[there].min())), max(highest, float(values[there].max()))
        sender.say("progress", step="looking", done=int(window.row_off + window.height), of=raster.height)
    return {
        "lowest": lowest if math.isfinite(lowest) else None,
        "highest": highest if math.isfinite(highest) else None,
        "filled": filled / (raster.width * raster.height),
        "not_finite": odd,
    }
