# SPDX-License-Identifier: Apache-2.0
"""What makes the plan one that a planner would believe, as questions on plain geometries.

Each question names its offenders; none is good. They are asked of the plan before it is written, and of the
database after (`layers.sirte.checking`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import shapely
from shapely import STRtree

from gis.fabric import axis_difference_deg, frontage_m, gap_m2, main_axis_deg
from gis.graphs import reached

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layers.sirte.rows import LinkRow, NodeRow

MIN_FRONTAGE_M = 12.0
MIN_PLOTS = 600
AREA_BAND_M2 = (1_500.0, 80_000.0)
MAX_SHARE_OF_ONE_AREA = 0.20
MAX_AXIS_DEG = 3.0
MAX_QUAY_M = 5.0
MAX_SERVICE_M = 15.0
MIN_IN_RESERVES = 0.95
MAX_GAP_M2 = 1.0
PHASE_1_HA = (210.0, 220.0)
STATUSES = ("available", "planned", "in_process", "allocated", "under_construction", "operating", "not_available")
BUILT = ("under_construction", "operating")
"""Statuses of a plot on which something can stand."""
SERVED = ("water", "sewer", "storm", "power", "telecom")
SOURCES = frozenset({"source", "treatment", "outfall", "substation", "exchange", "pump"})
"""Kinds of nodes that a network begins or ends at."""


@dataclass(frozen=True, slots=True)
class Area:
    """A named polygon of the tiling: block, reserve or basin."""

    name: str
    phase: int
    geom: Any


@dataclass(frozen=True, slots=True)
class Piece:
    """A plot as the checks need it."""

    plot_number: str
    block_code: str
    status: str
    geom: Any
    drawn: bool = True
    """Part of the illustrative plan; not what somebody divided, imported or drew since."""


@dataclass(frozen=True)
class Evidence:
    """The zone as it was read from somewhere, on the legal grid."""

    zone: Any
    sea: Any
    coast_road: Any
    blocks: Sequence[Area]
    reserves: Sequence[Area]
    outer_reserves: Sequence[Area]
    """Reserves that carry networks but lie outside the zone: the national coast road."""
    waters: Sequence[Area]
    plots: Sequence[Piece]
    quays: Mapping[str, Any]
    berths: Mapping[str, tuple[Any, float | None]]
    """Line and depth in metres by code."""
    fences: Sequence[Any]
    gates: Mapping[str, Any]
    stores: Mapping[str, Any]
    """Illustrative yards, warehouses and silos by code."""
    nodes: Sequence[NodeRow]
    links: Sequence[LinkRow]
    sectors: frozenset[str]
    """Sectors that have a project."""
    every_sector: frozenset[str]


def broken_borders(evidence: Evidence) -> list[str]:
    """Parts of the tiling that overlap a neighbour, or meet it without sharing vertices."""
    parts = [*evidence.blocks, *evidence.reserves, *evidence.waters]
    edges = shapely.coverage_invalid_edges([part.geom for part in parts])
    return [part.name for part, edge in zip(parts, edges, strict=True) if not edge.is_empty]


def broken_plot_borders(evidence: Evidence) -> list[str]:
    edges = shapely.coverage_invalid_edges([plot.geom for plot in evidence.plots])
    return [p.plot_number for p, edge in zip(evidence.plots, edges, strict=True) if not edge.is_empty]


def untiled(evidence: Evidence) -> list[str]:
    """The difference between the zone and the union of its parts, when it is more than a square metre."""
    parts = [part.geom for part in (*evidence.blocks, *evidence.reserves, *evidence.waters)]
    gap = gap_m2(evidence.zone, parts)
    return [f"{gap:.2f} m²"] if gap > MAX_GAP_M2 else []


def unfilled_blocks(evidence: Evidence) -> list[str]:
    """Blocks divided into plots that their plots do not fill to the square metre."""
    inside: dict[str, list[Any]] = {}
    for plot in evidence.plots:
        inside.setdefault(plot.block_code, []).append(plot.geom)
    return [
        block.name
        for block in evidence.blocks
        if block.name in inside and gap_m2(block.geom, inside[block.name]) > MAX_GAP_M2
    ]


def odd_phase_1_area(evidence: Evidence) -> list[str]:
    parts = (*evidence.blocks, *evidence.reserves, *evidence.waters)
    hectares = sum(part.geom.area for part in parts if part.phase == 1) / 10_000
    return [] if PHASE_1_HA[0] <= hectares <= PHASE_1_HA[1] else [f"{hectares:.2f} ha"]


def plots_without_frontage(evidence: Evidence) -> list[str]:
    # No reserves at all unite to an empty collection, which has no border.
    border = shapely.union_all([shapely.MultiPolygon(), *(reserve.geom for reserve in evidence.reserves)]).boundary
    shapely.prepare(border)
    return [p.plot_number for p in evidence.plots if frontage_m(p.geom, border) < MIN_FRONTAGE_M]


def plots_in_the_sea(evidence: Evidence) -> list[str]:
    if not evidence.plots:
        return []
    near = evidence.sea.intersection(shapely.box(*shapely.total_bounds([plot.geom for plot in evidence.plots])))
    return [plot.plot_number for plot in evidence.plots if plot.geom.intersection(near).area > 0]


def blocks_off_the_coast_road(evidence: Evidence) -> list[str]:
    """Blocks of phase 1 with plots whose axis is more than three degrees off the nearest stretch of the coast road."""
    with_plots = {plot.block_code for plot in evidence.plots}
    stretches = [shapely.LineString(pair) for pair in pairwise(evidence.coast_road.coords)]
    offenders = []
    for block in evidence.blocks:
        if block.phase == 1 and block.name in with_plots:
            nearest = min(stretches, key=block.geom.distance)
            axis = main_axis_deg(nearest.buffer(1, cap_style="flat"))
            if axis_difference_deg(main_axis_deg(block.geom), axis) > MAX_AXIS_DEG:
                offenders.append(block.name)
    return offenders


def quays_off_the_outline(evidence: Evidence) -> list[str]:
    return [code for code, line in evidence.quays.items() if _farthest_m(line, evidence.sea.boundary) > MAX_QUAY_M]


def berths_off_their_quay(evidence: Evidence) -> list[str]:
    """Berths that do not lie on a quay, or whose depth is outside the reported nine to eleven metres."""
    quays = shapely.union_all(list(evidence.quays.values()))
    return [
        code
        for code, (line, depth_m) in evidence.berths.items()
        if _farthest_m(line, quays) > MAX_QUAY_M or depth_m is None or not 9 <= depth_m <= 11
    ]


def unreached_nodes(evidence: Evidence) -> list[str]:
    """Nodes that their utility's source does not reach; the utility's name where it has no source."""
    offenders = []
    for utility in dict.fromkeys(node.utility for node in evidence.nodes):
        nodes = [node for node in evidence.nodes if node.utility == utility]
        source = next((node.code for node in nodes if node.kind in SOURCES), None)
        if source is None:
            offenders.append(utility)
            continue
        ways = [(link.start, link.end, 1.0) for link in evidence.links if link.utility == utility]
        there = reached(source, ways)
        offenders += [node.code for node in nodes if node.code not in there]
    return offenders


def loose_links(evidence: Evidence) -> list[str]:
    """Links whose line does not begin and end at their nodes."""
    places = {(node.utility, node.code): node.geom for node in evidence.nodes}
    offenders = []
    for link in evidence.links:
        ends = [places.get((link.utility, code)) for code in (link.start, link.end)]
        line_ends = [shapely.get_point(link.geom, 0), shapely.get_point(link.geom, -1)]
        if any(end is None or not end.equals(at) for end, at in zip(ends, line_ends, strict=True)):
            offenders.append(link.code)
    return offenders


def networks_outside_reserves(evidence: Evidence) -> list[str]:
    """Utilities with less than 95 % of their length in road reserves."""
    areas = [reserve.geom for reserve in (*evidence.reserves, *evidence.outer_reserves)]
    reserves = shapely.union_all(areas)
    shapely.prepare(reserves)
    offenders = []
    for utility in dict.fromkeys(link.utility for link in evidence.links):
        lines = [link.geom for link in evidence.links if link.utility == utility]
        length = sum(line.length for line in lines)
        inside = sum(line.length if reserves.covers(line) else line.intersection(reserves).length for line in lines)
        if inside < MIN_IN_RESERVES * length:
            offenders.append(f"{utility} {inside / length:.1%}")
    return offenders


def unserved_available_plots(evidence: Evidence) -> list[str]:
    """Available plots that have no service node of a utility within fifteen metres."""
    available = [plot for plot in evidence.plots if plot.status == "available"]
    offenders = []
    for utility in SERVED:
        points = [n.geom for n in evidence.nodes if n.utility == utility and n.kind == "service"]
        tree = STRtree(points)
        for plot in available:
            nearest = tree.nearest(plot.geom) if points else None
            if nearest is None or points[int(nearest)].distance(plot.geom) > MAX_SERVICE_M:
                offenders.append(f"{plot.plot_number} {utility}")
    return offenders


def too_few_plots(evidence: Evidence) -> list[str]:
    return [] if len(evidence.plots) >= MIN_PLOTS else [str(len(evidence.plots))]


def plots_of_odd_area(evidence: Evidence) -> list[str]:
    low, high = AREA_BAND_M2
    return [plot.plot_number for plot in evidence.plots if plot.drawn and not low <= plot.geom.area <= high]


def areas_too_often(evidence: Evidence) -> list[str]:
    """Areas, to the square metre, that more than a fifth of the plots have: a plan by rubber stamp."""
    often = Counter(round(plot.geom.area) for plot in evidence.plots if plot.drawn)
    return [f"{area} m²" for area, count in often.items() if count > MAX_SHARE_OF_ONE_AREA * often.total()]


def narrow_span(evidence: Evidence) -> list[str]:
    """Smallest and largest plot as drawn, when they leave out the workshop of 1,500 m² or the factory of 8 ha."""
    areas = [plot.geom.area for plot in evidence.plots if plot.drawn]
    low, high = AREA_BAND_M2
    if areas and min(areas) <= 1.1 * low and max(areas) >= 0.9 * high:
        return []
    return [f"{min(areas, default=0):.0f} m²", f"{max(areas, default=0):.0f} m²"]


def missing_statuses(evidence: Evidence) -> list[str]:
    there = {plot.status for plot in evidence.plots}
    return [status for status in STATUSES if status not in there]


def stores_on_unbuilt_plots(evidence: Evidence) -> list[str]:
    """Yards, warehouses and silos that stand on a plot where nobody builds or operates: "store on plot"."""
    plots = [plot for plot in evidence.plots if plot.drawn and plot.status not in BUILT]
    tree = STRtree([plot.geom for plot in plots])
    return [
        f"{code} on {plots[i].plot_number}"
        for code, store in evidence.stores.items()
        for i in tree.query(store, predicate="intersects").tolist()
        if store.intersection(plots[i].geom).area > MAX_GAP_M2
    ]


def missing_sectors(evidence: Evidence) -> list[str]:
    return sorted(evidence.every_sector - evidence.sectors)


def gates_off_the_fence(evidence: Evidence) -> list[str]:
    """Gates more than a metre from a customs fence; "gates" when there are fewer than three."""
    fences = shapely.union_all(list(evidence.fences))
    offenders = [code for code, point in evidence.gates.items() if fences.is_empty or point.distance(fences) > 1]
    return offenders if len(evidence.gates) - len(offenders) >= 3 else [*offenders, "gates"]


def _farthest_m(line: Any, outline: Any) -> float:
    """The greatest distance of a line's points from an outline."""
    points = shapely.points(shapely.get_coordinates(shapely.segmentize(line, 5)))
    return float(shapely.distance(points, outline).max())
