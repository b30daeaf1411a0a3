# SPDX-License-Identifier: Apache-2.0
"""Corners that several plots share: set on the 1 mm grid once, so that no sliver opens between them.

A corner on a slanting side cannot lie on it exactly. Rounding it to the next grid point moves the side by up to 0.7 mm, which is
0.05 m² on a side of 150 m: more than a split may lose. So a grid point *beside* the wished place is taken that lies almost on the side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import Polygon, STRtree

from gis.fabric import GRID_M, on_grid
from gis.parcels.refusals import CornersOverlap, TooNarrow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    Vertex = tuple[float, float]
    Points = np.ndarray[Any, np.dtype[np.float64]]

SAME_M = 0.003
"""A wished corner this near an old one is that one."""
_TOUCHING_M = 1e-6
NODE_M = 0.001
"""A corner this near a neighbour's side is set into it; the register lets a side of a plot under a right move as far, no farther."""


@dataclass(frozen=True, slots=True)
class Leeway:
    """What a new corner may do for standing on the grid.

    `spent_m2`: area it may move from one side of an old side to the other. `window_m`: how far from the wished place a better grid
    point is looked for; where none is good enough, two more corners hold the side in place.
    """

    spent_m2: float = 0.0004
    window_m: float = 0.15


LITTLE = Leeway()


def corner_on_side(start: Vertex, end: Vertex, wished: Vertex, leeway: Leeway = LITTLE) -> Vertex:
    """The grid point near `wished` that lies on the side from `start` to `end`, as nearly as it takes to move no more area
    than the leeway says.

    Both ends are on the grid, in metres. A place within 3 mm of an end is that end.

    >>> corner_on_side((0.0, 0.0), (10.0, 0.0), (4.00049, 0.0))
    (4.0, 0.0)
    """
    for corner in (start, end):
        if math.dist(corner, wished) <= SAME_M:
            return corner
    dx, dy = round((end[0] - start[0]) / GRID_M), round((end[1] - start[1]) / GRID_M)
    steep = abs(dy) > abs(dx)
    long, short = (dy, dx) if steep else (dx, dy)
    length = math.hypot(dx, dy)
    along = ((wished[0] - start[0]) * dx + (wished[1] - start[1]) * dy) / GRID_M / length**2
    # Half-way to the nearer end at most, so that two corners on one side keep their order.
    reach = min(leeway.window_m / GRID_M, 0.4 * length * min(along, 1 - along))
    middle = along * long
    steps = np.arange(math.ceil(middle - reach), math.floor(middle + reach) + 1)
    if steps.size == 0:
        steps = np.array([round(middle)])
    across = steps * (short / long)
    off_m = np.abs(across - np.round(across)) * abs(long) / length * GRID_M
    enough = max(2 * leeway.spent_m2 / (length * GRID_M), float(off_m.min()))
    allowed = np.flatnonzero(off_m <= enough + 1e-12)
    best = allowed[np.argmin(np.abs(steps[allowed] - middle))]
    step, other = int(steps[best]), round(float(across[best]))
    moved = (other, step) if steep else (step, other)
    return round(start[0] + moved[0] * GRID_M, 3), round(start[1] + moved[1] * GRID_M, 3)


def partition_on_grid(plot: Polygon, parts: Sequence[Polygon], leeway: Leeway = LITTLE) -> list[Polygon]:
    """Parts of a plot on the grid, noded with each other, in their order; their union is the plot but for what one cannot measure.

    `plot` is on the grid; `parts` cover it and may have T-junctions. New corners on the plot's sides are chosen by `corner_on_side`,
    those inside are rounded. Raises TooNarrow when a part is no simple polygon then.
    """
    corners = _distinct(np.vstack([shapely.get_coordinates(part) for part in parts]))
    settled, helpers = _settled(plot, corners, leeway)
    if helpers:
        corners = np.vstack([corners, [wished for wished, _ in helpers]])
        settled += [place for _, place in helpers]
    places = shapely.points(corners)
    tree = STRtree(places)
    made = []
    for part in parts:
        rings = [_ring(ring.coords, corners, tree, settled) for ring in (part.exterior, *part.interiors)]
        made.append(_simple(rings))
    return made


@dataclass(frozen=True)
class Fitted:
    """Plots that were changed, and their neighbours as they must become so that no corner of one lies on a bare side of the other.

    `neighbours` holds only those that got a corner more.
    """

    changed: list[Polygon]
    neighbours: dict[str, Polygon]


def fitted(
    drawn: Polygon, neighbours: Mapping[str, Polygon], *, snap_m: float, inside: Polygon | None = None
) -> Fitted:
    """A plot drawn by hand, on the grid, its corners drawn to the neighbours' within `snap_m`; a neighbour gets corners, none moves.

    All in grid metres, neighbours on the grid, by plot number. `inside`: a block, whose border attracts corners too. Raises TooNarrow, and CornersOverlap where ground in common remains.
    """
    beside = [shape for shape in neighbours.values() if shape.dwithin(drawn, 2 * snap_m)]
    snapped = _drawn_to(on_grid(drawn), beside if inside is None else [*beside, inside], snap_m)
    return followed([_with_corners_of(snapped, beside)], neighbours)


def followed(changed: Sequence[Polygon], neighbours: Mapping[str, Polygon]) -> Fitted:
    """The neighbours with every corner of the changed plots that lies on their sides. Raises CornersOverlap."""
    after = {}
    for number, shape in neighbours.items():
        near = [plot for plot in changed if shape.dwithin(plot, 2 * NODE_M)]
        if not near:
            continue
        noded = _with_corners_of(shape, near)
        for plot in near:
            if plot.relate_pattern(noded, "2********"):
                common = plot.intersection(noded)
                raise CornersOverlap(number, common.area, common)
        if shapely.get_num_coordinates(noded) != shapely.get_num_coordinates(shape):
            after[number] = noded
    return Fitted(list(changed), after)


def with_corners(polygon: Polygon, corners: Points) -> Polygon:
    """The polygon with each corner within 1 mm of one of its sides set into that side. None of its own corners moves."""
    if len(corners) == 0:
        return polygon
    points = shapely.points(corners)
    tree = STRtree(points)
    rings = []
    for ring in (polygon.exterior, *polygon.interiors):
        own = [(x, y) for x, y, *_ in ring.coords]
        there = set(own)
        chain: list[Vertex] = [own[0]]
        for start, end in pairwise(own):
            near = tree.query(shapely.linestrings([start, end]), predicate="dwithin", distance=NODE_M)
            found = {(float(corners[i][0]), float(corners[i][1])) for i in near.tolist()} - there
            # By their place along the side: a corner beside its end, past it, is no corner of this side.
            along = sorted((_along(start, end, corner), corner) for corner in found)
            chain += [corner for place, corner in along if 0 < place < 1]
            chain.append(end)
        rings.append(chain)
    return _simple(rings)


def _with_corners_of(polygon: Polygon, others: Iterable[Polygon]) -> Polygon:
    near = [shapely.get_coordinates(other) for other in others if other is not polygon]
    return with_corners(polygon, np.unique(np.vstack(near), axis=0)) if near else polygon


def _drawn_to(polygon: Polygon, neighbours: Sequence[Polygon], snap_m: float) -> Polygon:
    """Its corners moved to a neighbour's corner within reach, else onto a neighbour's side within reach."""
    if not neighbours:
        return polygon
    corners = np.unique(shapely.get_coordinates(list(neighbours)), axis=0)
    tree = STRtree(shapely.points(corners))
    sides = [
        (a, b) for shape in neighbours for ring in (shape.exterior, *shape.interiors) for a, b in pairwise(ring.coords)
    ]
    side_tree = STRtree(shapely.linestrings(sides))

    def moved(corner: Vertex) -> Vertex:
        point = shapely.Point(corner)
        nearest = tree.query_nearest(point, max_distance=snap_m, all_matches=False)
        if len(nearest):
            x, y = corners[int(nearest[0])].tolist()
            return x, y
        side = side_tree.query_nearest(point, max_distance=snap_m, all_matches=False)
        return corner_on_side(*sides[int(side[0])], corner) if len(side) else corner

    rings = [[moved((x, y)) for x, y, *_ in ring.coords] for ring in (polygon.exterior, *polygon.interiors)]
    return _simple(rings)


def _settled(plot: Polygon, corners: Points, leeway: Leeway) -> tuple[list[Vertex], list[tuple[Vertex, Vertex]]]:
    """Each wished corner's place on the grid; and where more corners are wished on a side, with their places."""
    own = shapely.get_coordinates(plot)
    own_tree = STRtree(shapely.points(own))
    sides = [(a, b) for ring in (plot.exterior, *plot.interiors) for a, b in pairwise(ring.coords)]
    side_tree = STRtree(shapely.linestrings(sides))
    settled: list[Vertex] = []
    helpers: list[tuple[Vertex, Vertex]] = []
    for x, y in corners.tolist():
        point = shapely.Point(x, y)
        nearest = own_tree.query_nearest(point, max_distance=SAME_M, all_matches=False)
        side = side_tree.query_nearest(point, max_distance=_TOUCHING_M, all_matches=False)
        if len(nearest):
            x, y = own[int(nearest[0])].tolist()
            settled.append((x, y))
        elif len(side):
            start, end = sides[int(side[0])]
            settled.append(corner_on_side(start, end, (x, y), leeway))
            helpers += _helpers(start, end, settled[-1], leeway.spent_m2)
        else:
            settled.append((round(x, 3), round(y, 3)))
    return settled, helpers


def _helpers(start: Vertex, end: Vertex, corner: Vertex, spent_m2: float) -> list[tuple[Vertex, Vertex]]:
    """For a corner that had to stand off its side: two that hold the side in place before and after it, as (on the side, on the grid).

    A side that slants by a millimetre in a metre meets the grid that seldom.
    """
    dx, dy = round((end[0] - start[0]) / GRID_M), round((end[1] - start[1]) / GRID_M)
    length = math.hypot(dx, dy)
    off_m = abs((corner[0] - start[0]) * dy - (corner[1] - start[1]) * dx) / length
    if off_m * length * GRID_M / 2 <= 1.001 * spent_m2 or corner in (start, end):
        return []
    steep = abs(dy) > abs(dx)
    long, short = (dy, dx) if steep else (dx, dy)
    here = round((corner[steep] - start[steep]) / GRID_M)
    steps = np.arange(min(0, long), max(0, long) + 1)
    across = steps * (short / long)
    fine = np.abs(across - np.round(across)) * abs(long) / length * GRID_M <= 2 * spent_m2 / (length * GRID_M)
    found = []
    for beside in (steps[fine & (steps < here - 3)][-1:], steps[fine & (steps > here + 3)][:1]):
        for step in beside.tolist():
            if step in (0, long):
                continue
            grid = (round(step * short / long), step) if steep else (step, round(step * short / long))
            exact = (step * short / long, step) if steep else (step, step * short / long)
            found.append(
                (
                    (start[0] + exact[0] * GRID_M, start[1] + exact[1] * GRID_M),
                    (round(start[0] + grid[0] * GRID_M, 3), round(start[1] + grid[1] * GRID_M, 3)),
                )
            )
    return found


def _ring(coordinates: Iterable[Vertex], corners: Points, tree: STRtree, settled: list[Vertex]) -> list[Vertex]:
    """A ring with the corners that lie on its sides, each where it was settled."""
    own = [tree.nearest(shapely.Point(x, y)) for x, y, *_ in coordinates]
    chain = [own[0]]
    for start, end in pairwise(own):
        a, b = tuple(corners[start]), tuple(corners[end])
        near = tree.query(shapely.linestrings([a, b]), predicate="dwithin", distance=_TOUCHING_M).tolist()
        between = [i for i in near if i not in (start, end)]
        chain += sorted(between, key=lambda i: math.dist(a, corners[i]))
        chain.append(end)
    return [settled[i] for i in chain]


def _simple(rings: Sequence[Sequence[Vertex]]) -> Polygon:
    """A polygon of the rings without sides of no length. Raises TooNarrow."""
    kept = []
    for ring in rings:
        chain = [ring[0], *(here for before, here in pairwise(ring) if here != before)]
        if len(chain) < 4:
            raise TooNarrow()
        kept.append(chain)
    polygon = Polygon(kept[0], kept[1:])
    if not polygon.is_valid or polygon.area <= 0:
        raise TooNarrow()
    return polygon


def _distinct(points: Points) -> Points:
    """Without those that differ by the noise of computing alone."""
    unique = np.unique(points, axis=0)
    tree = STRtree(shapely.points(unique))
    here, there = tree.query(shapely.points(unique), predicate="dwithin", distance=_TOUCHING_M)
    first = np.arange(len(unique))
    np.minimum.at(first, here, there)
    return np.asarray(unique[np.unique(first)])


def _along(start: Vertex, end: Vertex, corner: Vertex) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    return ((corner[0] - start[0]) * dx + (corner[1] - start[1]) * dy) / (dx * dx + dy * dy)
