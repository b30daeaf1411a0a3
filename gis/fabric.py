# SPDX-License-Identifier: Apache-2.0
"""The fabric of plots: polygons on the 1 mm grid that share their borders vertex for vertex."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import shapely
from shapely import Polygon, STRtree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

    Vertex = tuple[float, float]

Shape = TypeVar("Shape", bound="BaseGeometry")

GRID_M = 0.001
"""Each ordinate is the double nearest to a number with three decimals."""

_SAME_M = 2 * GRID_M
"""Two vertices nearer than this were meant to be one: rounding may part them by a cell in each ordinate."""

_ON_EDGE_M = _SAME_M + 1.1 * GRID_M
"""Rounding moves a vertex up to half a diagonal of a cell (0.71 mm) away from the edge on which it was set, and merging
moves it once more: a junction that stood for two would otherwise be lost, and leave a sliver."""


class FabricBroken(ValueError):
    """A polygon is no longer simple once its vertices stand on the grid."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


def on_grid(shape: Shape) -> Shape:
    """The shape with every ordinate on the 1 mm grid, vertex by vertex; no vertex is added or dropped.

    >>> on_grid(shapely.Point(1.23449, 2.0)).wkt
    'POINT (1.234 2)'
    """
    gridded: Shape = shapely.transform(shape, lambda points: np.round(points, 3))
    return gridded


def noded(polygons: Sequence[Polygon]) -> list[Polygon]:
    """The same polygons on the grid, where every vertex on a neighbour's border is a vertex of the neighbour too.

    Without that a T-junction moved to the grid leaves a sliver of up to 0.7 mm between two plots. Polygons are in
    grid metres, in any order; the result keeps the order. Raises FabricBroken when rounding makes one invalid.
    """
    polygons = [on_grid(polygon) for polygon in polygons]
    vertices = _merged_vertices(polygons)
    rings = [[_moved_ring(ring.coords, vertices) for ring in (p.exterior, *p.interiors)] for p in polygons]
    rings = _with_junctions(rings)
    whole = [Polygon(outer, holes) for outer, *holes in rings]
    for position, polygon in enumerate(whole):
        if not polygon.is_valid or polygon.is_empty:
            raise FabricBroken(position)
    return whole


def frontage_m(plot: Polygon, reserve_border: BaseGeometry) -> float:
    """Metres of the plot's border that run along the border of the road reserves, both noded together."""
    return float(plot.boundary.intersection(reserve_border).length)


def gap_m2(outline: BaseGeometry, parts: Iterable[BaseGeometry]) -> float:
    """Square metres by which the union of the parts and the outline differ, either way."""
    return float(shapely.union_all(list(parts)).symmetric_difference(outline).area)


def main_axis_deg(polygon: Polygon) -> float:
    """Direction of most of the polygon's border, in [0, 90) from grid east: a rectangle has one such axis.

    The heaviest bundle of edges within one degree of each other decides, so that one slanting side (a quay, a
    coast) does not turn the axis of a block whose other three sides follow the streets.

    >>> main_axis_deg(Polygon([(0, 0), (100, 0), (100, 50), (0, 40)]))
    0.0
    """
    edges = np.diff(shapely.get_coordinates(polygon.exterior), axis=0)
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    directions = np.degrees(np.arctan2(edges[:, 1], edges[:, 0])) % 90
    apart = np.abs(directions[:, None] - directions[None, :])
    bundle = np.minimum(apart, 90 - apart) <= 1
    heaviest = int(np.argmax((bundle * lengths[None, :]).sum(axis=1)))
    members = bundle[heaviest]
    # Averaged on a circle of 90 degrees, so that 89.9 and 0.1 meet at 0 and not at 45.
    turns = np.radians(directions[members] * 4)
    mean = math.atan2((lengths[members] * np.sin(turns)).sum(), (lengths[members] * np.cos(turns)).sum())
    return math.degrees(mean) / 4 % 90


def axis_difference_deg(one_deg: float, other_deg: float) -> float:
    """Degrees between two axes, when a quarter turn makes no difference: 0 to 45."""
    apart = abs(one_deg - other_deg) % 90
    return min(apart, 90 - apart)


def _merged_vertices(polygons: Sequence[Polygon]) -> dict[Vertex, Vertex]:
    """Each vertex to the one that stands for it, so that what rounding parted by a cell is one again."""
    points = np.unique(shapely.get_coordinates(list(polygons)), axis=0)
    tree = STRtree(shapely.points(points))
    near, found = tree.query(shapely.points(points), predicate="dwithin", distance=_SAME_M)
    first = np.arange(len(points))
    for here, there in zip(near, found, strict=True):
        first[here] = min(first[here], first[there])
    while (first[first] != first).any():
        first = first[first]
    pairs = zip(points.tolist(), points[first].tolist(), strict=True)
    return {(x, y): (to_x, to_y) for (x, y), (to_x, to_y) in pairs}


def _moved_ring(coordinates: Iterable[Vertex], vertices: dict[Vertex, Vertex]) -> list[Vertex]:
    moved = [vertices[x, y] for x, y in coordinates]
    # A vertex merged with its neighbour would leave an edge of no length.
    return [moved[0], *(here for before, here in pairwise(moved) if here != before)]


def _with_junctions(rings: list[list[list[Vertex]]]) -> list[list[list[Vertex]]]:
    """The rings, with every vertex that lies on an edge set into that edge."""
    flat = [ring for polygon in rings for ring in polygon]
    points = np.unique(np.array([vertex for ring in flat for vertex in ring]), axis=0)
    starts = [vertex for ring in flat for vertex in ring[:-1]]
    ends = [vertex for ring in flat for vertex in ring[1:]]
    edges = shapely.linestrings([[start, end] for start, end in zip(starts, ends, strict=True)])
    on_edges: dict[int, list[tuple[float, Vertex]]] = {}
    found = STRtree(shapely.points(points)).query(edges, predicate="dwithin", distance=_ON_EDGE_M)
    for edge, point in zip(*found.tolist(), strict=True):
        x, y = points[point].tolist()
        if (x, y) not in (starts[edge], ends[edge]):
            along = math.dist(starts[edge], (x, y))
            on_edges.setdefault(edge, []).append((along, (x, y)))
    edge = -1
    result = []
    for polygon in rings:
        noded_rings = []
        for ring in polygon:
            chain = [ring[0]]
            for vertex in ring[1:]:
                edge += 1
                chain += [junction for _, junction in sorted(on_edges.get(edge, ()))]
                chain.append(vertex)
            noded_rings.append(chain)
        result.append(noded_rings)
    return result
