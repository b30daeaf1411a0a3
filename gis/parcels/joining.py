# SPDX-License-Identifier: Apache-2.0
"""Several plots into one, and a border moved between two. Grid metres, on the 1 mm grid, noded."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString, Polygon

from gis.fabric import GRID_M
from gis.parcels.noding import with_corners
from gis.parcels.refusals import LineMissesPlot, NotOnePiece, TooManyPieces, TooNarrow
from gis.parcels.splitting import split_by_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Vertex = tuple[float, float]


def merge(plots: Sequence[Polygon], neighbours: Sequence[Polygon] = ()) -> Polygon:
    """The land of all the plots as one. A corner that lies exactly on a straight side stays only where a neighbour has it too.

    Raises NotOnePiece when they do not lie side by side.

    >>> merge([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 30, 10)]).area
    300.0
    """
    corners = np.unique(shapely.get_coordinates(list(plots)), axis=0)
    joined = shapely.union_all([with_corners(plot, corners) for plot in plots])
    if not isinstance(joined, Polygon):
        raise NotOnePiece(len(shapely.get_parts(joined)))
    kept = {(x, y) for x, y in shapely.get_coordinates(list(neighbours)).tolist()}
    return Polygon(
        _without_idle(joined.exterior.coords, kept), [_without_idle(r.coords, kept) for r in joined.interiors]
    )


def move_border(
    one: Polygon, other: Polygon, border: LineString, neighbours: Sequence[Polygon] = ()
) -> tuple[Polygon, Polygon]:
    """Two plots side by side with the line as their new border; each keeps the side where most of it was.

    The line's ends are carried on to the border of their common land. Raises NotOnePiece, LineMissesPlot, TooManyPieces, TooNarrow.
    """
    land = merge([one, other], neighbours)
    parts = split_by_line(land, border)
    if len(parts) != 2:
        raise TooManyPieces(2, len(parts))
    first, second = parts
    straight = first.intersection(one).area + second.intersection(other).area
    crossed = first.intersection(other).area + second.intersection(one).area
    return (first, second) if straight >= crossed else (second, first)


def move_corner(plots: Mapping[str, Polygon], corner: Vertex, to: Vertex) -> dict[str, Polygon]:
    """The plots that have a corner, with it somewhere else: all that share it follow, so no gap opens between them.

    Raises LineMissesPlot when none has it, TooNarrow when a plot would cross itself.
    """
    place = round(to[0], 3), round(to[1], 3)
    moved = {}
    for number, plot in plots.items():
        rings = [
            [place if (x, y) == corner else (x, y) for x, y, *_ in r.coords] for r in (plot.exterior, *plot.interiors)
        ]
        shape = Polygon(rings[0], rings[1:])
        if shape.equals_exact(plot, 0):
            continue
        if not shape.is_valid:
            raise TooNarrow()
        moved[number] = shape
    if not moved:
        raise LineMissesPlot()
    return moved


def border_between(one: Polygon, other: Polygon) -> float:
    """Metres that two plots have in common, both noded."""
    return float(one.boundary.intersection(other.boundary).length)


def _without_idle(coordinates: Sequence[Vertex], kept: set[Vertex]) -> list[Vertex]:
    """A ring without corners exactly on the straight line between those beside them, but for those to be kept."""
    ring = [(x, y) for x, y, *_ in coordinates][:-1]
    millimetres = [(round(x / GRID_M), round(y / GRID_M)) for x, y in ring]
    ends = [millimetres[-1], *millimetres, millimetres[0]]
    chain = []
    for place, (before, here) in zip(range(len(ring)), pairwise(ends[:-1]), strict=False):
        after = ends[place + 2]
        cross = (here[0] - before[0]) * (after[1] - here[1]) - (here[1] - before[1]) * (after[0] - here[0])
        if cross != 0 or ring[place] in kept:
            chain.append(ring[place])
    return [*chain, chain[0]]
