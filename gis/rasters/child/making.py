# SPDX-License-Identifier: Apache-2.0
"""Our own copy of a checked raster: pixels alone go over, into a cloud-optimised GeoTIFF with overviews.

Terrain comes out as metres in float32, to the millimetre; imagery as red, green, blue with a mask.
"""

import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.crs import CRS
from rasterio.errors import RasterioError
from rasterio.shutil import copy
from rasterio.transform import Affine
from rasterio.windows import Window

from gis.rasters.child.looking import opened, strips
from gis.reading.child.sender import Sender
from gis.reading.refusals import FileRefused

NODATA = -9999.0
BLOCK = 512
CACHE_MB = 64
"""Of GDAL while the copy is written: what it reads twice it reads from the file."""
TERRAIN = {"COMPRESS": "LERC_ZSTD", "MAX_Z_ERROR": "0.001"}
IMAGERY = {"COMPRESS": "JPEG", "QUALITY": "85"}
COMMON = {
    "BLOCKSIZE": str(BLOCK),
    "OVERVIEW_RESAMPLING": "AVERAGE",
    "OVERVIEWS": "IGNORE_EXISTING",
    "BIGTIFF": "IF_SAFER",
}


def work(order: dict[str, Any], sender: Sender) -> None:
    """Writes `order["target"]` from `order["path"]`, and says what came out."""
    plain = Path(order["target"]).with_suffix(".plain.tif")
    terrain = order["kind"] == "terrain"
    try:
        with opened(order["path"]) as raster, rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
            lowest, highest = _plain_copy(raster, plain, order, sender, terrain=terrain)
        # Overviews, then all blocks in order. GDAL tells no progress of it, but it reads our plain copy twice on the way.
        counted = _Counted(plain, lambda share: sender.say("progress", step="writing", done=share, of=100))
        with (
            rasterio.Env(GDAL_CACHEMAX=CACHE_MB),
            rasterio.open(
                plain, driver="GTiff", opener=lambda path, mode="rb", **_: counted.opened(path, mode)
            ) as read,
        ):
            copy(read, order["target"], driver="COG", strict=True, **COMMON, **(TERRAIN if terrain else IMAGERY))
        plain.unlink()
        with opened(order["target"]) as made:
            sender.say(
                "made", width=made.width, height=made.height, bands=made.count, lowest_m=lowest, highest_m=highest
            )
    except RasterioError as error:
        raise FileRefused("raster_unreadable") from error


class _Counted:
    """A file that tells in hundredths how much of two readings of it is done."""

    def __init__(self, path: Path, told: Callable[[int], None]) -> None:
        self._size, self._read, self._share, self._told = max(path.stat().st_size, 1), 0, -1, told

    def opened(self, path: str, mode: str) -> Any:
        """Raises OSError: nothing but this file is there, and nothing writes it."""
        if "r" not in mode:
            raise OSError(mode)
        return _CountedFile(path, self)

    def take(self, number: int) -> None:
        self._read += number
        share = min(99, 50 * self._read // self._size)
        if share != self._share:
            self._share = share
            self._told(share)


class _CountedFile(io.FileIO):
    def __init__(self, path: str, counted: _Counted) -> None:
        super().__init__(path, "rb")
        self._counted = counted

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size if size is not None else -1) or b""
        self._counted.take(len(found))
        return found


def _plain_copy(
    raster: Any, plain: Path, order: dict[str, Any], sender: Sender, *, terrain: bool
) -> tuple[float | None, float | None]:
    transform = Affine(*order["transform"]) if order.get("transform") else raster.transform
    upward = transform.e > 0
    bands = 1 if terrain else 3
    profile = {
        "driver": "GTiff", "width": raster.width, "height": raster.height, "count": bands,
        "dtype": "float32" if terrain else "uint8", "nodata": NODATA if terrain else None,
        "crs": CRS.from_user_input(order["crs"]), "transform": _downward(transform, raster.height), "tiled": True,
        "blockxsize": BLOCK, "blockysize": BLOCK, "bigtiff": "IF_SAFER", "photometric": "minisblack" if terrain else "rgb",
    }  # fmt: skip
    lowest, highest = math.inf, -math.inf
    with rasterio.open(plain, "w", **profile) as written:
        for window in strips(raster):
            target = window if not upward else _mirrored(window, raster.height)
            step = -1 if upward else 1
            if terrain:
                heights = _heights(raster, window, order)
                there = heights[heights != NODATA]
                if len(there):
                    lowest, highest = min(lowest, float(there.min())), max(highest, float(there.max()))
                written.write(heights[::step], 1, window=target)
            else:
                colours, mask = _colours(raster, window, order["nodata"])
                written.write(colours[:, ::step], window=target)
                written.write_mask(mask[::step], window=target)
            sender.say("progress", step="reading", done=int(window.row_off + window.height), of=raster.height)
    return (lowest, highest) if math.isfinite(lowest) else (None, None)


def _downward(t: Affine, height: int) -> Affine:
    """The transform with rows from north to south, whatever order the file has them in."""
    return t if t.e < 0 else Affine(t.a, t.b, t.c, t.d, -t.e, t.f + t.e * height)


def _mirrored(window: Window, height: int) -> Window:
    return Window(0, height - window.row_off - window.height, window.width, window.height)


def _heights(raster: Any, window: Window, order: dict[str, Any]) -> "np.ndarray[Any, Any]":
    values = raster.read(1, window=window)
    there = (raster.read_masks(1, window=window) > 0) & np.isfinite(values)
    if order["nodata"] is not None:
        there &= values != np.asarray(order["nodata"], dtype=values.dtype)
    metres = (values.astype(np.float64) * raster.scales[0] + raster.offsets[0]) * order["to_metres"]
    return np.where(there, metres, NODATA).astype(np.float32)


def _colours(raster: Any, window: Window, nodata: float | None) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Three bands of bytes, and 255 where there is anything."""
    values = raster.read(window=window)
    mask = raster.dataset_mask(window=window)
    if nodata is not None:
        mask = np.where((values[:3] == nodata).all(axis=0), 0, mask).astype(np.uint8)
    if raster.colorinterp[0] is rasterio.enums.ColorInterp.palette:
        table = np.zeros((256, 3), dtype=np.uint8)
        for index, colour in raster.colormap(1).items():
            table[index] = colour[:3]
        return table[values[0]].transpose(2, 0, 1), mask
    return (np.repeat(values[:1], 3, axis=0) if raster.count < 3 else values[:3]), mask
