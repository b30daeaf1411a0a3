# SPDX-License-Identifier: Apache-2.0
"""The illustrative networks: one graph per utility, along the streets, with a service node at every serviced plot.

A utility's mains are the street graph moved aside by a few metres in both directions: all streets run along the
frame's axes, so the moved graph stays in the reserves and keeps its crossings.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import shapely
from shapely import LineString, Point, STRtree

from gis.fabric import on_grid
from gis.graphs import shortest_tree
from layers.sirte import layout
from layers.sirte.rows import LinkRow, NodeRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gis.frame import LocalFrame
    from layers.sirte.ground import Ground

    XY = tuple[float, float]

SERVED = ("water", "sewer", "storm", "power", "telecom")
"""Utilities that have a service node at every plot of phase 1."""
_SHARED_M = 5.0
"""A plot this near to its neighbour's service point is served from there."""


@dataclass(frozen=True, slots=True)
class _Main:
    start: XY
    end: XY
    rank: str
    phase: int


@dataclass(frozen=True, slots=True)
class _Utility:
    name: str
    prefix: str
    aside_m: float
    source: XY
    """Where it comes from or goes to, in local metres."""
    source_kind: str
    taps: XY
    """The point of its mains from which the source is reached."""
    sizes: dict[str, float]
    tree: bool = False
    """Drained by gravity: no loops; a street that is no part of the tree falls from its middle to both ends."""
    keeps: Callable[[_Main], bool] | None = None
    """The streets that have it. None: all."""


def _at_works(x: float, y: float, aside_m: float) -> tuple[XY, XY]:
    """A source in the utilities block at the east shore, and the point of the street north of it."""
    return (x, y), (x, -95 + aside_m)


def _utilities() -> tuple[_Utility, ...]:
    mm = {"spine": 400.0, "collector": 300.0, "local": 200.0, "service": 63.0}
    drains = {"spine": 800.0, "collector": 500.0, "local": 300.0, "service": 160.0}
    storm = {"spine": 1500.0, "collector": 1000.0, "local": 600.0, "service": 200.0}
    kilovolts = {"spine": 33.0, "collector": 11.0, "local": 11.0, "service": 0.4}
    fibres = {"spine": 288.0, "collector": 144.0, "local": 96.0, "service": 12.0}
    water, water_tap = _at_works(960, -140, 5)
    sewer, sewer_tap = _at_works(1180, -160, -3)
    power, power_tap = _at_works(1010, -150, -6.5)
    telecom, telecom_tap = _at_works(1060, -125, 7.5)
    fire, fire_tap = _at_works(930, -130, 3)
    return (
        _Utility("water", "W", 5, water, "source", water_tap, mm),
        _Utility("sewer", "S", -3, sewer, "treatment", sewer_tap, drains, tree=True),
        _Utility("storm", "R", 1.5, (1150, 180), "outfall", (1150, 101.5), storm, tree=True),
        _Utility("power", "E", -6.5, power, "substation", power_tap, kilovolts),
        _Utility("telecom", "T", 7.5, telecom, "exchange", telecom_tap, fibres),
        _Utility("fire", "F", 3, fire, "pump", fire_tap, mm, keeps=_carries_fire_water),
        _Utility("gas", "G", -8, (1180, -2020), "source", (1112, -2020), mm, keeps=_carries_gas),
    )


def _carries_fire_water(main: _Main) -> bool:
    return main.phase == 1 and (main.rank != "local" or min(main.start[1], main.end[1]) > -310)


def _carries_gas(main: _Main) -> bool:
    return main.phase == 2 and main.rank != "local" and max(main.start[1], main.end[1]) <= -1160


def networks_of(ground: Ground, frame: LocalFrame) -> tuple[list[NodeRow], list[LinkRow]]:
    """Nodes and links of every utility on the legal grid."""
    mains = _street_mains()
    fronts = _fronts(ground, frame)
    nodes: list[NodeRow] = []
    links: list[LinkRow] = []
    for utility in _utilities():
        graph = _laid(utility, mains, fronts if utility.name in SERVED else {})
        _write(graph, utility, frame, nodes, links)
    _write_roads(mains, frame, nodes, links)
    _write_rail(frame, nodes, links)
    return nodes, links


def _street_mains() -> list[_Main]:
    """The street graph: a main between each two neighbouring crossings, and two across the coast road."""
    across = [street for street in layout.STREETS if street.along == "x" and street.code != "2-S3"]
    upright = [street for street in layout.STREETS if street.along == "y"]
    on_street: defaultdict[str, list[XY]] = defaultdict(list)
    for street in across:
        for other in upright:
            half, half_other = street.width_m / 2, other.width_m / 2
            if (
                street.phase == other.phase
                and street.start - half_other <= other.at <= street.end + half_other
                and other.start - half <= street.at <= other.end + half
            ):
                on_street[street.code].append((other.at, street.at))
                on_street[other.code].append((other.at, street.at))
    mains = []
    for street in (*across, *upright):
        crossings = sorted(on_street[street.code])
        mains += [_Main(start, end, street.rank, street.phase) for start, end in pairwise(crossings)]
    for x in (110.0, 600.0):
        # Phase 2 hangs on phase 1 by the two spines.
        mains.append(_Main((x, -903.0), (x, -773.0), "spine", 2))
    return mains


@dataclass(frozen=True, slots=True)
class _Front:
    """Where a plot is served: the end of its longest border on a street, and the direction out to the street."""

    corner: XY
    out: XY


def _fronts(ground: Ground, frame: LocalFrame) -> dict[str, _Front]:
    """One for each pair of neighbours: what serves a plot at its corner serves the next plot too."""
    near = frame.to_local(ground.reserve_area).buffer(0.01)
    fronts: dict[str, _Front] = {}
    corners: list[Point] = []
    for plot in (plot for plot in ground.plots if plot.phase == 1):
        shape = frame.to_local(plot.geom)
        if corners and shapely.distance(shape, corners).min() <= _SHARED_M:
            continue
        ring = list(shapely.orient_polygons(shape).exterior.simplify(0.01).coords)
        side = max((LineString(pair) for pair in pairwise(ring)), key=lambda side: side.intersection(near).length)
        (x1, y1), (x2, y2) = side.coords
        # A ring counter-clockwise has its outside to the right.
        out = ((y2 - y1) / side.length, (x1 - x2) / side.length)
        # The end towards the plot that is numbered next.
        corner = max(side.coords, key=lambda end: (round(end[0]), -end[1]))
        fronts[plot.plot_number] = _Front(corner, out)
        corners.append(Point(corner))
    return fronts


@dataclass(slots=True)
class _Graph:
    links: list[tuple[XY, XY, str, int]]
    services: dict[XY, str]


def _laid(utility: _Utility, mains: Iterable[_Main], fronts: dict[str, _Front]) -> _Graph:
    """The mains beside the streets, cut where the source and the plots are joined to them."""
    kept = [main for main in mains if utility.keeps is None or utility.keeps(main)]
    lines = [_Main(_aside(m.start, utility), _aside(m.end, utility), m.rank, m.phase) for m in kept]
    if utility.tree:
        lines = _drained(lines, utility)
    tree = STRtree([LineString([line.start, line.end]) for line in lines])
    cuts: defaultdict[int, list[XY]] = defaultdict(list)
    cuts[int(tree.nearest(Point(utility.taps)))].append(utility.taps)
    links: list[tuple[XY, XY, str, int]] = [(utility.source, utility.taps, "collector", _phase_at(utility.source))]
    services: dict[XY, str] = {}
    shift = (SERVED.index(utility.name) - 2) * 2.0 if fronts else 0.0
    for plot_number, front in fronts.items():
        node = _moved(_moved(front.corner, front.out, 1.0), (-front.out[1], front.out[0]), shift)
        nearest = int(tree.nearest(Point(node)))
        foot = _foot(lines[nearest], node)
        cuts[nearest].append(foot)
        services[node] = plot_number
        links.append((foot, node, "service", lines[nearest].phase))
    for number, line in enumerate(lines):
        stops = sorted({line.start, line.end, *cuts[number]}, key=lambda stop: math.dist(line.start, stop))
        links += [(one, other, line.rank, line.phase) for one, other in pairwise(stops)]
    return _Graph(links, services)


def _drained(lines: list[_Main], utility: _Utility) -> list[_Main]:
    tap = Point(utility.taps)
    nearest = min(lines, key=lambda line: LineString([line.start, line.end]).distance(tap))
    root = min((nearest.start, nearest.end), key=lambda end: math.dist(end, utility.taps))
    tree = shortest_tree(root, [(line.start, line.end, math.dist(line.start, line.end)) for line in lines])
    drained = []
    for number, line in enumerate(lines):
        if number in tree or line is nearest:
            drained.append(line)
            continue
        whole = LineString([line.start, line.end])
        for end, share in ((line.start, 0.5 - 1 / whole.length), (line.end, 0.5 + 1 / whole.length)):
            high = whole.interpolate(share, normalized=True)
            drained.append(_Main(end, (high.x, high.y), line.rank, line.phase))
    return drained


def _write(graph: _Graph, utility: _Utility, frame: LocalFrame, nodes: list[NodeRow], links: list[LinkRow]) -> None:
    codes: dict[XY, str] = {}

    def code_of(place: XY, phase: int) -> str:
        if place not in codes:
            codes[place] = f"{utility.prefix}N{len(codes) + 1:04}"
            plot_number = graph.services.get(place)
            kind = utility.source_kind if place == utility.source else "service" if plot_number else "junction"
            nodes.append(
                NodeRow(codes[place], utility.name, kind, _status(utility, phase), _point(place, frame), plot_number)
            )
        return codes[place]

    for number, (start, end, rank, phase) in enumerate(graph.links, 1):
        links.append(
            LinkRow(
                f"{utility.prefix}L{number:04}", utility.name, code_of(start, phase), code_of(end, phase),
                {"spine": "main", "collector": "main", "local": "branch"}.get(rank, rank), _status(utility, phase),
                utility.sizes[rank], phase, _line([start, end], frame),
            )
        )  # fmt: skip


def _write_roads(mains: Iterable[_Main], frame: LocalFrame, nodes: list[NodeRow], links: list[LinkRow]) -> None:
    """The streets' centre lines; the national coast road is the source they all hang on."""
    codes: dict[XY, str] = {}

    def code_of(place: XY, phase: int) -> str:
        if place not in codes:
            on_coast_road = place[1] == layout.COAST_ROAD_Y
            codes[place] = f"DN{len(codes) + 1:04}"
            kind = "source" if on_coast_road else "intersection"
            status = "functional" if phase == 1 or on_coast_road else "projected"
            nodes.append(NodeRow(codes[place], "road", kind, status, _point(place, frame)))
        return codes[place]

    widths: dict[str, float] = {"trunk": layout.COAST_ROAD_M, **dict(layout.WIDTH_M.items())}
    for number, main in enumerate(_with_coast_road(mains), 1):
        start, end = code_of(main.start, main.phase), code_of(main.end, main.phase)
        status = "functional" if main.phase == 1 else "projected"
        width = widths[main.rank]
        line = _line([main.start, main.end], frame)
        links.append(LinkRow(f"DL{number:04}", "road", start, end, main.rank, status, width, main.phase, line))


def _with_coast_road(mains: Iterable[_Main]) -> list[_Main]:
    y = layout.COAST_ROAD_Y
    roads = []
    for main in mains:
        if main.start[1] < y < main.end[1]:
            middle = (main.start[0], y)
            roads += [_Main(middle, main.end, main.rank, 1), _Main(main.start, middle, main.rank, 2)]
        else:
            roads.append(main)
    stops = [layout.WEST_2, 110.0, 600.0, layout.EAST_2]
    roads += [_Main((one, y), (other, y), "trunk", 1) for one, other in pairwise(stops)]
    return roads


def _write_rail(frame: LocalFrame, nodes: list[NodeRow], links: list[LinkRow]) -> None:
    """The planned coastal railway along the south and its spur to the port, joined by a curve of 200 m radius."""
    y, x, radius = -2325.0, 612.0, 200.0
    curve = [
        (x - radius + radius * math.sin(turn), y + radius - radius * math.cos(turn))
        for turn in (math.radians(degrees) for degrees in range(0, 91, 6))
    ]
    # Exactly where the straights end: sin and cos leave 1e-14.
    curve = [(x - radius, y), *curve[1:-1], (x, y + radius)]
    ways: list[list[XY]] = [
        [(layout.EAST_2 - 2, y), (x - radius, y)],
        [(x - radius, y), (-640.0, y)],
        curve,
        [(x, y + radius), (x, -300.0)],
        [(x, -300.0), (x, 60.0)],
    ]
    codes: dict[XY, str] = {}
    kinds = {(layout.EAST_2 - 2, y): "source", (x, 60.0): "station"}
    for number, way in enumerate(ways, 1):
        for place in (way[0], way[-1]):
            if place not in codes:
                codes[place] = f"YN{len(codes) + 1:04}"
                kind = kinds.get(place, "junction")
                nodes.append(NodeRow(codes[place], "rail", kind, "projected", _point(place, frame)))
        start, end = codes[way[0]], codes[way[-1]]
        rank = "main" if number <= 2 else "branch"
        line = _line(way, frame)
        links.append(LinkRow(f"YL{number:04}", "rail", start, end, rank, "projected", 1435, 2, line))


def _status(utility: _Utility, phase: int) -> str:
    return "functional" if phase == 1 and utility.name != "gas" else "projected"


def _phase_at(place: XY) -> int:
    return 1 if place[1] > layout.COAST_ROAD_Y else 2


def _aside(place: XY, utility: _Utility) -> XY:
    return (place[0] + utility.aside_m, place[1] + utility.aside_m)


def _moved(place: XY, direction: XY, distance_m: float) -> XY:
    return (place[0] + direction[0] * distance_m, place[1] + direction[1] * distance_m)


def _foot(line: _Main, place: XY) -> XY:
    whole = LineString([line.start, line.end])
    foot = whole.interpolate(whole.project(Point(place)))
    # Plots back to back across a street are joined at one point, not at two 1e-10 m apart.
    return (round(foot.x, 2), round(foot.y, 2))


def _point(place: XY, frame: LocalFrame) -> Point:
    return on_grid(frame.to_grid(Point(place)))


def _line(places: list[XY], frame: LocalFrame) -> LineString:
    return on_grid(frame.to_grid(LineString(places)))
