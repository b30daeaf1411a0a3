# SPDX-License-Identifier: Apache-2.0
"""GeoTIFFs made on the spot: good ones, and TIFFs made to hurt, byte by byte."""

import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning
from rasterio.transform import Affine

EAST, NORTH = 655000.0, 3455000.0
"""Upper left corner, EPSG:3201, by the harbour of Sirte."""


def from_origin(west: float, north: float, width: float, height: float) -> Affine:
    """A transform north up, from its upper left corner. (rasterio's own warns of its future.)"""
    return Affine(width, 0, west, 0, -height, north)


def terrain(
    path: Path, heights: NDArray[Any] | None = None, *, cell_m: float = 2.0, crs: str | None = "EPSG:3201",
    nodata: float | None = -9999.0, transform: Affine | None = None, **more: Any,
) -> Path:  # fmt: skip
    """Heights as float32: a plane that rises 5 cm a metre to the east, unless others are given."""
    values = plane() if heights is None else heights
    profile = {
        "dtype": values.dtype,
        "crs": crs,
        "nodata": nodata,
        "transform": transform or from_origin(EAST, NORTH, cell_m, cell_m),
    }
    return _write(path, values[None], **profile, **more)


def plane(side: int = 300, *, rise: float = 0.05, cell_m: float = 2.0) -> NDArray[np.float32]:
    """10 m at the western edge, rising to the east."""
    return np.tile((10 + rise * cell_m * np.arange(side)).astype(np.float32), (side, 1))


def image(path: Path, bands: int = 3, side: int = 300, **more: Any) -> Path:
    """A picture of a chequerboard, green and sand."""
    rows, columns = np.indices((side, side)) // 50
    board = ((rows + columns) % 2)[None].repeat(bands, axis=0) * np.array([120, 60, 90, 0])[:bands, None, None]
    values = (board + np.array([90, 130, 60, 255])[:bands, None, None]).astype(np.uint8)
    profile = {"crs": "EPSG:3201", "transform": from_origin(EAST, NORTH, 2, 2), **more}
    return _write(path, values, **profile)


def _write(path: Path, values: NDArray[Any], **profile: Any) -> Path:
    count, height, width = values.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(
            path,
            "w",
            **{"driver": "GTiff", "count": count, "height": height, "width": width, "dtype": values.dtype, **profile},
        ) as written:
            written.write(values)
    return path


def tiff(
    path: Path, *, width: int = 16, height: int = 16, bands: int = 1, bits: int = 8, compression: int = 1,
    cells: bytes | None = None, counts: list[int] | None = None, offsets: list[int] | None = None, rows: int | None = None,
    next_directory: int | None = None, tile: tuple[int, int] | None = None, first: int = 8,
) -> Path:  # fmt: skip
    """A little-endian TIFF whose directory says exactly what it is told, true or not. It starts at byte 8."""
    stored = bytes(min(width * height * bands * bits // 8, 4096)) if cells is None else cells
    entries: list[tuple[int, int, list[int]]] = [
        (256, 4, [width]), (257, 4, [height]), (258, 3, [bits] * min(bands, 60_000)), (259, 3, [compression]),
        (262, 3, [1]), (277, 3, [bands]),
    ]  # fmt: skip
    held = len(stored)
    if tile:
        entries += [(322, 4, [tile[0]]), (323, 4, [tile[1]]), (324, 4, offsets or [0]), (325, 4, counts or [held])]
    else:
        entries += [(273, 4, offsets or [0]), (278, 4, [rows or height]), (279, 4, counts or [held])]
    entries.sort()
    after = 8 + 2 + 12 * len(entries) + 4
    body, blocks = b"", b""
    data_at = after + sum(_length(kind, values) for _, kind, values in entries if _length(kind, values) > 4)
    for tag, kind, values in entries:
        told = [data_at] if tag in {273, 324} and values == [0] else values
        raw = b"".join(
            struct.pack("<H" if kind == 3 else "<I", min(value, 2 ** (16 if kind == 3 else 32) - 1)) for value in told
        )
        if len(raw) > 4:
            value, blocks = struct.pack("<I", after + len(blocks)), blocks + raw
        else:
            value = raw.ljust(4, b"\0")
        body += struct.pack("<HHI", tag, kind, len(told)) + value
    directory = struct.pack("<H", len(entries)) + body + struct.pack("<I", next_directory or 0)
    path.write_bytes(b"II*\0" + struct.pack("<I", first) + directory + blocks + stored)
    return path


def _length(kind: int, values: list[int]) -> int:
    return len(values) * (2 if kind == 3 else 4)


def sparse_giant(path: Path, side: int = 200_000) -> Path:
    """Forty gigapixels declared in tiles that are not there: the file is as good as empty."""
    tiles = (-(-side // 4096)) ** 2
    return tiff(path, width=side, height=side, tile=(4096, 4096), cells=b"", counts=[0] * tiles, offsets=[0] * tiles)


def deflated_bomb(path: Path, side: int = 20_000) -> Path:
    """Four hundred million zeros, whose strips all point at the same few bytes."""
    strip = zlib.compress(bytes(side * 100), 9)
    strips = side // 100
    at = 8 + 2 + 12 * 9 + 4 + 8 * strips
    return tiff(
        path,
        width=side,
        height=side,
        compression=8,
        cells=strip,
        rows=100,
        counts=[len(strip)] * strips,
        offsets=[at] * strips,
    )


def vrt(path: Path, canary: Path) -> Path:
    """GDAL's virtual raster under a TIFF's name: reads any other file as pixels."""
    path.write_text(
        f'<VRTDataset rasterXSize="8" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1" subClass="VRTRawRasterBand">'
        f"<SourceFilename relativeToVRT='0'>{canary}</SourceFilename></VRTRasterBand></VRTDataset>"
    )
    return path


STRANGERS = {
    "hdf5": b"\x89HDF\r\n\x1a\n" + bytes(600),
    "nitf": b"NITF02.10" + bytes(600),
    "pdf": b"%PDF-1.7\n" + bytes(600),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(600),
    "pcidsk": b"PCIDSK  " + bytes(600),
    "jp2": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(600),
}
"""First bytes of other formats of rasters."""
