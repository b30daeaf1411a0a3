# SPDX-License-Identifier: Apache-2.0
"""A small picture of a raster that is not in yet, laid where it would lie on the map."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from gis.placing import WGS84, NoTransformation, way
from gis.rasters.found import RasterFacts, RasterKind
from gis.rasters.shading import classed, hillshade, level_colours, level_limits

MERCATOR = CRS.from_epsg(3857)
SIDE_MOST = 900
"""Pixels of the drawn picture's longer side."""
EDGE_POINTS = 9

Box = tuple[float, float, float, float]


def laid_on_map(
    cells: NDArray[np.float32], facts: RasterFacts, crs: CRS, kind: RasterKind
) -> tuple[NDArray[np.uint8], Box] | None:
    """Red, green, blue, alpha of the picture in Web Mercator, and its west, south, east, north in degrees.

    `cells`: bands × rows × columns of `Looked.picture`. None where no way leads there, or it has no place on the map.
    """
    a, b, c, d, e, f = facts.transform
    if b or d or not a or not e:
        return None
    left, right, top, bottom = c, c + a * facts.width, f, f + e * facts.height
    middle = ((left + right) / 2, (top + bottom) / 2)
    edge = np.linspace(0, 1, EDGE_POINTS)
    xs = np.concatenate([left + edge * (right - left)] * 2 + [np.full(EDGE_POINTS, x) for x in (left, right)])
    ys = np.concatenate([np.full(EDGE_POINTS, y) for y in (top, bottom)] + [top + edge * (bottom - top)] * 2)
    try:
        there, back = way(crs, MERCATOR, middle)[0], None
        x, y = there.transform(xs, ys) if there is not None else (xs, ys)
        if not (np.isfinite(x).all() and np.isfinite(y).all() and np.abs([x, y]).max() < 2.1e7):
            return None
        back, _ = way(MERCATOR, crs, (float(np.mean(x)), float(np.mean(y))))
        degrees, _ = way(MERCATOR, WGS84, (float(np.mean(x)), float(np.mean(y))))
    except NoTransformation:
        return None
    west, south, east, north = float(x.min()), float(y.min()), float(x.max()), float(y.max())
    pixel = max(east - west, north - south, 1e-3) / SIDE_MOST
    columns, rows = (max(1, math.ceil(side / pixel)) for side in (east - west, north - south))
    grid_x, grid_y = np.meshgrid(
        west + (np.arange(columns) + 0.5) / columns * (east - west),
        north - (np.arange(rows) + 0.5) / rows * (north - south),
    )
    there_x, there_y = back.transform(grid_x, grid_y) if back is not None else (grid_x, grid_y)
    with np.errstate(invalid="ignore"):
        across, down = (there_x - left) / (right - left), (there_y - top) / (bottom - top)
    inside = (across >= 0) & (across < 1) & (down >= 0) & (down < 1)
    _, height, width = cells.shape
    at_column = np.where(inside, across * width, 0).astype(int)
    at_row = np.where(inside, down * height, 0).astype(int)
    ground = (abs(a) * facts.width / width) * (111_320 if crs.is_geographic else 1)
    painted = _painted(cells, ground, kind)[at_row, at_column]
    painted[~inside] = 0
    corners = degrees.transform([west, east], [south, north]) if degrees is not None else ([west, east], [south, north])
    return painted, (corners[0][0], corners[1][0], corners[0][1], corners[1][1])


def _painted(cells: NDArray[np.float32], cell_m: float, kind: RasterKind) -> NDArray[np.uint8]:
    """Heights as classes of level under light; anything else as the grey or the colours that it has."""
    if kind == "terrain":
        return _heights(cells[0].astype(np.float64), cell_m)
    colours: NDArray[Any] = cells if len(cells) == 3 else np.repeat(cells[:1], 3, axis=0)
    there = np.isfinite(colours).all(axis=0)
    known = colours[:, there]
    if known.size and (known.min() < 0 or known.max() > 255):  # more than eight bits: seen, though it will be refused
        span = max(float(known.max() - known.min()), 1e-9)
        colours = (colours - known.min()) / span * 255
    painted = np.zeros((*there.shape, 4), dtype=np.uint8)
    painted[there, :3] = np.clip(np.rint(colours[:, there]), 0, 255).T.astype(np.uint8)
    painted[there, 3] = 255
    return painted


def _heights(heights: NDArray[np.float64], cell_m: float) -> NDArray[np.uint8]:
    there = np.isfinite(heights)
    if not there.any():
        return np.zeros((*heights.shape, 4), dtype=np.uint8)
    limits = level_limits(float(heights[there].min()), float(heights[there].max()))
    painted = classed(heights, limits, level_colours(limits))
    light = hillshade(np.pad(np.where(there, heights, np.nan), 1, mode="edge"), cell_m, cell_m, exaggerated=3.0)
    shade = np.where(np.isfinite(light), 0.55 + 0.45 * light, 1.0)
    painted[..., :3] = (painted[..., :3] * shade[..., None]).astype(np.uint8)
    return painted
