# SPDX-License-Identifier: Apache-2.0
"""New areas beside old ones take over the old border where they lie within a few centimetres of it; each move is told.

A surveyor's border drawn anew is never the same to the millimetre; the register allows no overlap of one.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon, STRtree

GRID_M = 0.001
Point = tuple[float, float]
Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Move:
    """A corner of a new area that moved onto an old border, or (`added`) a corner of the old border that it took up.

    `feature`: number of the new area. Coordinates and `distance_m` in metres of the legal grid.
    """

    feature: int
    start: Point
    end: Point
    distance_m: float
    added: bool = False


@dataclass(frozen=True)
class Adopted:
    """`refused`: numbers of areas that would have broken (crossed themselves, vanished, lost a hole): they stay as they were."""

    shapes: Geometries
    moves: tuple[Move, ...]
    refused: tuple[int, ...]


@dataclass
class _Border:
    """Old corners and edges, findable by place. `inside[k]`: new areas beside edge k lie inside its owner (a block)."""

    corners: NDArray[np.float64]
    edges: Geometries
    owners: list[Any]
    inside: list[bool]
    corner_tree: STRtree = field(init=False)
    edge_tree: STRtree = field(init=False)

    def __post_init__(self) -> None:
        self.corner_tree = STRtree(shapely.points(self.corners))
        self.edge_tree = STRtree(self.edges)


def adopt(shapes: Geometries, *, beside: Sequence[Any], within: Sequence[Any] = (), tolerance_m: float) -> Adopted:
    """The areas with every corner that is within `tolerance_m` of an old border moved onto it, to an old corner first.

    `beside`: areas that must not be overlapped (plots); `within`: areas that hold the new ones (blocks). All lie on the
    millimetre grid of the legal CRS. Common corners of new areas stay common. On a slanted edge the corner goes to the
    grid's point beside the line that overlaps nobody, so that it may be a millimetre off the line.
    """
    border = _border(beside, within)
    near = [i for i in _near(shapes, border, tolerance_m) if isinstance(shapes[i], Polygon | shapely.MultiPolygon)]
    fixed: set[Point] = set()
    refused: list[int] = []
    while True:
        targets = _targets(shapes[near], border, tolerance_m, fixed)
        made, moves, broken = _moved(shapes, near, targets, border, tolerance_m)
        if not broken:
            break
        # A corner that one area cannot give up stays for its neighbours too, or they would part.
        refused += broken
        near = [i for i in near if i not in set(broken)]
        for i in broken:
            fixed |= {_point(c) for c in shapely.get_coordinates(shapes[i])}
    result = shapes.copy()
    for i, shape in made.items():
        result[i] = shape
    return Adopted(result, tuple(moves), tuple(sorted(refused)))


def _border(beside: Sequence[Any], within: Sequence[Any]) -> _Border:
    edges: list[Any] = []
    owners: list[Any] = []
    inside: list[bool] = []
    corners: set[Point] = set()
    for group, holds in ((beside, False), (within, True)):
        for owner in group:
            shapely.prepare(owner)
            for ring in _rings(owner):
                points = [_point(c) for c in shapely.get_coordinates(ring)]
                corners.update(points)
                pairs = np.array(list(itertools.pairwise(points)))
                edges += shapely.linestrings(pairs).tolist()
                owners += [owner] * len(pairs)
                inside += [holds] * len(pairs)
    return _Border(
        np.array(sorted(corners)).reshape(-1, 2), np.array([*edges, None], dtype=object)[:-1], owners, inside
    )


def _rings(shape: Any) -> Iterable[Any]:
    for part in shapely.get_parts(shape):
        yield part.exterior
        yield from part.interiors


def _near(shapes: Geometries, border: _Border, tolerance_m: float) -> list[int]:
    there = np.flatnonzero(~shapely.is_missing(shapes) & shapely.is_valid(shapes))
    if not len(there) or not len(border.edges):
        return []
    found = border.edge_tree.query(shapes[there], predicate="dwithin", distance=tolerance_m)[0]
    return [int(i) for i in there[np.unique(found)]]


def _point(coordinate: Any) -> Point:
    return float(coordinate[0]), float(coordinate[1])


def _targets(shapes: Geometries, border: _Border, tolerance_m: float, fixed: set[Point]) -> dict[Point, Point]:
    """Where each corner goes; those that stay are left out."""
    corners = sorted({_point(c) for c in shapely.get_coordinates(shapes)} - fixed)
    if not corners:
        return {}
    points = shapely.points(corners)
    targets: dict[Point, Point] = {}
    settled: set[int] = set()
    which, whose = border.corner_tree.query_nearest(points, max_distance=tolerance_m, all_matches=False)
    for i, k in zip(which.tolist(), whose.tolist(), strict=True):
        settled.add(i)
        targets[corners[i]] = _point(border.corners[k])
    free = [i for i in range(len(corners)) if i not in settled]
    if free:
        which, whose = border.edge_tree.query_nearest(points[free], max_distance=tolerance_m)
        beside: dict[int, list[int]] = {}
        for i, k in zip(which.tolist(), whose.tolist(), strict=True):
            beside.setdefault(free[i], []).append(k)
        for i, edges in beside.items():
            target = _on_edge(corners[i], edges, border, tolerance_m)
            if target is not None:
                targets[corners[i]] = target
    return {start: end for start, end in targets.items() if start != end}


def _on_edge(corner: Point, edges: list[int], border: _Border, tolerance_m: float) -> Point | None:
    """The grid's point at the foot of the corner on an old edge, on the side where it overlaps nobody."""
    # The edge of a plot decides before that of a block on the same line: of a block a millimetre may be left.
    k = min(edges, key=lambda edge: border.inside[edge])
    line = border.edges[k]
    foot = shapely.line_interpolate_point(line, shapely.line_locate_point(line, shapely.Point(corner)))
    low_x, low_y = math.floor(foot.x / GRID_M), math.floor(foot.y / GRID_M)
    around = [((low_x + i) / 1000, (low_y + j) / 1000) for i in range(-1, 3) for j in range(-1, 3)]
    around.sort(key=lambda point: (math.hypot(point[0] - foot.x, point[1] - foot.y), point))
    for point in around:
        place = shapely.Point(point)
        outside = not any(shapely.contains_properly(border.owners[e], place) for e in edges if not border.inside[e])
        held = border.inside[k] is False or shapely.intersects(border.owners[k], place)
        if outside and held and math.hypot(point[0] - corner[0], point[1] - corner[1]) <= tolerance_m:
            return point
    return None


def _moved(
    shapes: Geometries, near: list[int], targets: dict[Point, Point], border: _Border, tolerance_m: float
) -> tuple[dict[int, Any], list[Move], list[int]]:
    """The areas as they become, their moves, and those that would break."""
    moving = sorted(targets)
    moving_tree = STRtree(shapely.points(moving)) if moving else None
    made: dict[int, Any] = {}
    moves: list[Move] = []
    broken: list[int] = []
    for i in near:
        ours: list[Move] = []
        parts = []
        for part in shapely.get_parts(shapes[i]):
            rings = [
                _ring(i, ring, targets, border, moving, moving_tree, tolerance_m, ours)
                for ring in (part.exterior, *part.interiors)
            ]
            parts.append(rings)
        shape = _whole(shapes[i], parts)
        if not ours:
            continue
        if shape is None or _breaks(shapes[i], shape, tolerance_m):
            broken.append(i)
            continue
        made[i] = shape
        moves += ours
    return made, moves, broken


def _ring(
    feature: int,
    ring: Any,
    targets: dict[Point, Point],
    border: _Border,
    moving: list[Point],
    moving_tree: STRtree | None,
    tolerance_m: float,
    moves: list[Move],
) -> list[Point]:
    points = [_point(c) for c in shapely.get_coordinates(ring)][:-1]
    made: list[Point] = []
    for start, stop in zip(points, [*points[1:], points[0]], strict=True):
        begins, ends = targets.get(start, start), targets.get(stop, stop)
        if begins != start:
            moves.append(Move(feature, start, begins, _apart(start, begins)))
        made.append(begins)
        line = shapely.LineString([start, stop])
        between: dict[Point, float] = {}
        for k in border.corner_tree.query(line, predicate="dwithin", distance=tolerance_m).tolist():
            corner = _point(border.corners[k])
            if corner not in {begins, ends}:
                between[corner] = float(line.distance(shapely.Point(corner)))
        # A neighbour's corner in the middle of this edge moves: the edge goes along.
        for k in [] if moving_tree is None else moving_tree.query(line, predicate="dwithin", distance=GRID_M).tolist():
            if moving[k] not in {start, stop} and targets[moving[k]] not in {begins, ends}:
                between[targets[moving[k]]] = _apart(moving[k], targets[moving[k]])
        along = {corner: float(line.project(shapely.Point(corner), normalized=True)) for corner in between}
        for corner in sorted((c for c in between if 0 < along[c] < 1), key=lambda c: along[c]):
            made.append(corner)
            moves.append(Move(feature, corner, corner, between[corner], added=True))
    return [point for k, point in enumerate(made) if point != made[k - 1]] if len(made) > 1 else made


def _whole(before: Any, parts: list[list[list[Point]]]) -> Any:
    """The area of its rings again; None when a ring has become nothing."""
    if any(len(set(ring)) < 3 for rings in parts for ring in rings):
        return None
    polygons = [Polygon(rings[0], rings[1:]) for rings in parts]
    return polygons[0] if before.geom_type == "Polygon" else shapely.MultiPolygon(polygons)


def _breaks(before: Any, after: Any, tolerance_m: float) -> bool:
    """Invalid, or more changed than a strip of the tolerance along the border explains."""
    strip = tolerance_m * (before.length + 4 * tolerance_m)
    return not shapely.is_valid(after) or abs(after.area - before.area) > strip or after.area < before.area / 2


def _apart(one: Point, other: Point) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])
