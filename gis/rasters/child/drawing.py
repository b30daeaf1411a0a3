# SPDX-License-Identifier: Apache-2.0
"""Tiles, values and profiles from our own copies: cells by place, drawn in Web Mercator without a seam.

A pixel's value depends on where it lies and on the zoom alone, never on the tile that it is drawn in: the overview is
chosen by the zoom and read on its own grid, and a tile is drawn with a margin for what its neighbours know.
"""

import math
import re
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from pyproj import CRS, Transformer
from rasterio.windows import Window

from gis.placing import way
from gis.rasters import images
from gis.rasters.child.looking import opened
from gis.rasters.shading import (
    SLOPE_COLOURS,
    SLOPE_LIMITS,
    classed,
    exaggeration,
    hillshade,
    level_colours,
    slope_percent,
)
from gis.reading.refusals import FileRefused

MERCATOR = CRS.from_epsg(3857)
DEGREES = CRS.from_epsg(4326)
EARTH_M = 6378137.0
MARGIN = 2
"""Pixels beyond a tile's edge that its shade depends on, and one to spare."""
MESH = 17
"""Places of a tile's side that are transformed; between them it is straight to a fraction of a pixel."""
OPEN_MOST = 16
OVERVIEWS_MOST = 12


class Desk:
    """What one child has open."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._open: OrderedDict[tuple[str, int], Any] = OrderedDict()
        self._ways: dict[tuple[str, int], Transformer | None] = {}
        # What PROJ and GDAL read late would be read behind the wall: so it is read now.
        Transformer.from_crs(3857, 4326, always_xy=True).transform(0, 0)

    def carry_out(self, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """One request. Raises FileRefused for a file that is not ours."""
        do = {"tile": self._tile, "values": self._values}[asked["do"]]
        return do(asked)

    def _tile(self, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """An image of a box in Web Mercator; an empty body where no raster has anything there."""
        left, _, right, top = asked["box"]
        size = int(asked["size"])
        pixel = (right - left) / size
        side = size + 2 * MARGIN
        xs = left + (np.arange(side) - MARGIN + 0.5) * pixel
        ys = top - (np.arange(side) - MARGIN + 0.5) * pixel
        if asked["style"] == "imagery":
            return {"ok": True}, self._image(asked, xs, ys, pixel)
        heights = np.full((side, side), np.nan)
        for name in asked["rasters"]:
            if np.isfinite(heights).all():
                break
            found = self._cells(name, xs, ys, pixel)[0]
            heights = np.where(np.isfinite(heights), heights, found)
        if not np.isfinite(heights[MARGIN:-MARGIN, MARGIN:-MARGIN]).any():
            return {"ok": True}, b""
        return {"ok": True}, images.png(_painted(heights, ys, pixel, asked))

    def _image(self, asked: dict[str, Any], xs: Any, ys: Any, pixel: float) -> bytes:
        inner = slice(MARGIN, -MARGIN)
        painted = np.zeros((len(ys) - 2 * MARGIN, len(xs) - 2 * MARGIN, 4), dtype=np.uint8)
        for name in asked["rasters"]:
            if painted[..., 3].all():
                break
            found = self._cells(name, xs[inner], ys[inner], pixel)
            there = np.isfinite(found[0]) & (painted[..., 3] == 0)
            painted[there] = (
                np.concatenate([np.clip(np.rint(found[:3]), 0, 255), np.full((1, *found[0].shape), 255)])
                .transpose(1, 2, 0)[there]
                .astype(np.uint8)
            )
        if not painted[..., 3].any():
            return b""
        return images.png(painted) if asked["format"] == "png" else _webp(painted)

    def _values(self, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Height and slope at places in degrees, from the first raster that has a height there."""
        lon, lat = np.array(asked["places"], dtype=np.float64).reshape(-1, 2).T
        heights, slopes = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
        used: list[str | None] = [None] * len(lon)
        for name in asked["rasters"]:
            missing = np.flatnonzero(~np.isfinite(heights))
            if not len(missing):
                break
            z, s = self._at(name, lon[missing], lat[missing])
            for i, height, slope in zip(missing.tolist(), z.tolist(), s.tolist(), strict=True):
                if math.isfinite(height):
                    heights[i], slopes[i], used[i] = height, slope, name
        told = [None if not math.isfinite(z) else z for z in heights.tolist()]
        steep = [None if not math.isfinite(s) else s for s in slopes.tolist()]
        return {"ok": True, "heights": told, "slopes": steep, "rasters": used}, b""

    def _at(self, name: str, lon: Any, lat: Any) -> tuple[Any, Any]:
        raster = self._raster(name, 0)
        columns, rows = _cell_of(raster, *self._moved(raster, 4326, lon, lat))
        cell_x, cell_y = _sides(raster, float(np.nanmean(lat)))
        z, s = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
        for i, (column, row) in enumerate(zip(columns.tolist(), rows.tolist(), strict=True)):
            if not (-0.5 <= column <= raster.width - 0.5 and -0.5 <= row <= raster.height - 0.5):
                continue
            left, top = math.floor(column) - 1, math.floor(row) - 1
            around = _read(raster, left, top, 4, 4)[0]
            z[i] = _bilinear(around, np.array([column - left]), np.array([row - top]))[0]
            middle = around[
                round(row) - top - 1 : round(row) - top + 2, round(column) - left - 1 : round(column) - left + 2
            ]
            if middle.shape == (3, 3):
                s[i] = slope_percent(middle, cell_x, cell_y)[0, 0]
        return z, s

    def _cells(self, name: str, xs: Any, ys: Any, pixel: float) -> Any:
        """Values of all bands at the crossings of Web Mercator columns and rows, NaN where there is nothing."""
        full = self._raster(name, 0)
        raster = self._raster(name, _overview_for(full, pixel))
        mesh_x, mesh_y = np.linspace(xs[0], xs[-1], MESH), np.linspace(ys[0], ys[-1], MESH)
        there_x, there_y = self._moved(full, 3857, *(each.ravel() for each in np.meshgrid(mesh_x, mesh_y)))
        down, across = _between(ys), _between(xs)
        grid = [down @ each.reshape(MESH, MESH) @ across.T for each in (there_x, there_y)]
        columns, rows = _cell_of(raster, *grid)
        empty = np.full((raster.count, *columns.shape), np.nan)
        if not np.isfinite(columns).all():
            return empty
        left, right = math.floor(columns.min()) - 1, math.ceil(columns.max()) + 2
        top, bottom = math.floor(rows.min()) - 1, math.ceil(rows.max()) + 2
        left, right = max(left, -1), min(right, raster.width + 1)
        top, bottom = max(top, -1), min(bottom, raster.height + 1)
        if right <= left or bottom <= top:
            return empty
        around = _read(raster, left, top, right - left, bottom - top)
        inside = (columns > -0.5) & (columns < raster.width - 0.5) & (rows > -0.5) & (rows < raster.height - 0.5)
        found = np.stack([_bilinear(band, columns - left, rows - top) for band in around])
        return np.where(inside, found, np.nan)

    def _moved(self, raster: Any, epsg: int, x: Any, y: Any) -> tuple[Any, Any]:
        key = (raster.crs.to_wkt(), epsg)
        if key not in self._ways:
            self._ways[key] = way(CRS.from_epsg(epsg), CRS.from_wkt(key[0]), (float(x[0]), float(y[0])))[0]
        there = self._ways[key]
        return (x, y) if there is None else there.transform(x, y)

    def _raster(self, name: str, overview: int) -> Any:
        """One of our copies, or one of its overviews (1 is the first)."""
        key = (name, overview)
        if key in self._open:
            self._open.move_to_end(key)
            return self._open[key]
        if not re.fullmatch(r"[0-9a-f]{64}", name):
            raise FileRefused("raster_unreadable")
        path = str(self._folder / f"{name}.tif")
        if overview:
            raster = rasterio.open(path, driver="GTiff", sharing=False, overview_level=overview - 1)
        else:
            raster = opened(path)
        self._open[key] = raster
        while len(self._open) > OPEN_MOST:
            self._open.popitem(last=False)[1].close()
        return raster


def _painted(heights: Any, ys: Any, pixel: float, asked: dict[str, Any]) -> Any:
    """The inner pixels: grey for shade, colours for classes."""
    # Web Mercator stretches with latitude: on the ground a pixel is smaller.
    ground = (pixel * np.cos(2 * np.arctan(np.exp(ys / EARTH_M)) - math.pi / 2))[1:-1, None]
    trim = slice(MARGIN - 1, 1 - MARGIN)
    if asked["style"] == "levels":
        limits = tuple(asked["limits"])
        return classed(heights[MARGIN:-MARGIN, MARGIN:-MARGIN], limits, level_colours(limits))
    # At the edge of what is known the neighbour's height stands in, else every raster would end in a missing line.
    filled = _with_edge(heights)
    if asked["style"] == "slope":
        slopes = np.where(np.isfinite(heights[1:-1, 1:-1]), slope_percent(filled, ground, ground), np.nan)
        return classed(slopes[trim, trim], SLOPE_LIMITS, SLOPE_COLOURS)
    light = hillshade(filled, ground, ground, exaggerated=exaggeration(pixel))
    there = np.isfinite(heights[1:-1, 1:-1]) & np.isfinite(light)
    grey = np.where(there, np.rint(255 * np.nan_to_num(light)), 0).astype(np.uint8)
    return np.stack([grey, np.where(there, 255, 0).astype(np.uint8)], axis=-1)[trim, trim]


def _with_edge(heights: Any) -> Any:
    filled = heights.copy()
    for shift in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        missing = ~np.isfinite(filled)
        if not missing.any():
            break
        filled[missing] = np.roll(heights, shift, axis=(0, 1))[missing]
    return filled


def _overview_for(raster: Any, pixel: float) -> int:
    """The overview whose cells are about as wide as a pixel: by the raster's own middle, so that all tiles of a zoom agree."""
    t = raster.transform
    middle_x, middle_y = t.c + t.a * raster.width / 2, t.f + t.e * raster.height / 2
    there, _ = way(CRS.from_wkt(raster.crs.to_wkt()), MERCATOR, (middle_x, middle_y))
    if there is None:
        cell = abs(t.a)
    else:
        x, _y = there.transform([middle_x, middle_x + t.a], [middle_y, middle_y])
        cell = abs(x[1] - x[0])
    wanted, chosen = pixel / cell, 0
    for i, factor in enumerate(raster.overviews(1)[:OVERVIEWS_MOST], 1):
        if factor <= wanted * 1.01:
            chosen = i
    return chosen


def _cell_of(raster: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Column and row of places, counted from the middle of the first cell."""
    t = raster.transform
    return (np.asarray(x) - t.c) / t.a - 0.5, (np.asarray(y) - t.f) / t.e - 0.5


def _read(raster: Any, left: int, top: int, width: int, height: int) -> Any:
    """Cells of all bands as floats, NaN where they hold nothing or lie beyond the raster."""
    found = np.full((raster.count, height, width), np.nan)
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + width, raster.width), min(top + height, raster.height)
    if x1 <= x0 or y1 <= y0:
        return found
    window = Window(x0, y0, x1 - x0, y1 - y0)
    values = raster.read(window=window).astype(np.float64)
    there = raster.read_masks(1, window=window) > 0
    values[:, ~there] = np.nan
    found[:, y0 - top : y1 - top, x0 - left : x1 - left] = values
    return found


def _bilinear(cells: Any, columns: Any, rows: Any) -> Any:
    """Values between cells; where some of the four hold nothing, from the others, if they are the nearer half."""
    height, width = cells.shape
    c0 = np.clip(np.floor(columns).astype(int), 0, width - 2)
    r0 = np.clip(np.floor(rows).astype(int), 0, height - 2)
    across, down = np.clip(columns - c0, 0, 1), np.clip(rows - r0, 0, 1)
    total, weight = np.zeros(columns.shape), np.zeros(columns.shape)
    for dr, dc in ((0, 0), (0, 1), (1, 0), (1, 1)):
        value = cells[r0 + dr, c0 + dc]
        share = (down if dr else 1 - down) * (across if dc else 1 - across)
        there = np.isfinite(value)
        total += np.where(there, value, 0) * share * there
        weight += share * there
    return np.where(weight >= 0.5 - 1e-9, total / np.where(weight > 0, weight, 1), np.nan)


def _between(places: Any) -> Any:
    """Weights that lead from the mesh to every place: a row each, two of them not nothing."""
    at = np.linspace(0, MESH - 1, len(places))
    weights = np.zeros((len(places), MESH))
    low = np.minimum(at.astype(int), MESH - 2)
    weights[np.arange(len(places)), low] = 1 - (at - low)
    weights[np.arange(len(places)), low + 1] = at - low
    return weights


def _sides(raster: Any, latitude: float) -> tuple[float, float]:
    t = raster.transform
    if raster.crs.is_geographic:
        degree = math.pi / 180 * 6_371_008.8
        return abs(t.a) * degree * math.cos(math.radians(latitude)), abs(t.e) * degree
    unit = raster.crs.linear_units_factor[1]
    return abs(t.a) * unit, abs(t.e) * unit


def _webp(painted: Any) -> bytes:
    height, width, _ = painted.shape
    with rasterio.MemoryFile() as memory:
        with memory.open(driver="WEBP", width=width, height=height, count=4, dtype="uint8", QUALITY=80) as written:
            written.write(painted.transpose(2, 0, 1))
        return bytes(memory.read())
