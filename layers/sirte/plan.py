# SPDX-License-Identifier: Apache-2.0
"""The plan of the zone: the ground, and what stands and limits on it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import shapely
from shapely import LineString, Point, box

from gis.fabric import on_grid
from layers.sirte import layout
from layers.sirte.coast_road import coast_road_of
from layers.sirte.ground import ground_of
from layers.sirte.networks import networks_of
from layers.sirte.port import facilities_of
from layers.sirte.rows import PlaceRow, Plan, PlanUnitRow, ZoneRow
from layers.sirte.shore import Shore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layers.sirte.ground import Ground

ZONE_CODE = "SFZ"
DEFAULT_SRID = 3201


@lru_cache(maxsize=2)
def plan_of(srid: int = DEFAULT_SRID) -> Plan:
    """The whole plan in a metric CRS, the same every time: no clock, random numbers from a constant.

    Raises pyproj's ProjError when the CRS cannot be reached from WGS 84 by better than a ballpark.
    """
    shore = Shore.of_srid(srid)
    ground = ground_of(shore)
    coast_road, coast_road_reserve = coast_road_of(shore)
    nodes, links = networks_of(ground, shore.frame)
    return Plan(
        srid=srid,
        zone=ZoneRow(ZONE_CODE, "المنطقة الحرة سرت", "Sirte Free Zone", ground.zone),
        basin=ground.basin,
        land=shore.land,
        sea=shore.sea,
        shoreline=shore.shoreline,
        crs_operation=shore.crs_operation,
        crs_accuracy_m=shore.crs_accuracy_m,
        axis_deg=shore.axis_deg,
        coast_road=coast_road,
        coast_road_reserve=coast_road_reserve,
        blocks=ground.blocks,
        road_reserves=ground.reserves,
        plots=ground.plots,
        plan_units=tuple(PlanUnitRow(block.code, block.land_use, block.geom) for block in ground.blocks),
        fences=tuple(_fences(shore, ground)),
        gates=tuple(_gates(shore)),
        control_points=tuple(_control_points(shore)),
        constraints=tuple(_constraints(shore, ground)),
        facilities=facilities_of(shore, ground),
        nodes=tuple(nodes),
        links=tuple(links),
    )


def _fences(shore: Shore, ground: Ground) -> Iterator[PlaceRow]:
    """Two metres inside the limit. At the port it runs from shore to shore: the sea side is the quay's own."""
    west, _, east, _ = shore.frame.to_local(ground.zone.geoms[0]).bounds
    harbour = [
        (-386.0, 185.0), (-386.0, -286.0), (west + 2, -286.0), (west + 2, layout.SOUTH + 2),
        (east - 2, layout.SOUTH + 2), (east - 2, 215.0),
    ]  # fmt: skip
    inland = [
        (-542.0, -1186.0), (layout.EAST_2 - 2, -1186.0), (layout.EAST_2 - 2, layout.SOUTH_2 + 2),
        (-542.0, layout.SOUTH_2 + 2), (-542.0, -1186.0),
    ]  # fmt: skip
    for number, (line, ar, en) in enumerate(
        ((harbour, "السور الجمركي للميناء", "Customs fence of the harbour"),
         (inland, "السور الجمركي للمنطقة الداخلية", "Customs fence of the inland area")), 1,
    ):  # fmt: skip
        yield PlaceRow(f"FNC-{number}", "fence", ar, en, number, _placed(shore, LineString(line)))


def _gates(shore: Shore) -> Iterator[PlaceRow]:
    """Where a street meets the fence."""
    gates = (
        (110.0, layout.SOUTH + 2, "البوابة الرئيسية", "Main gate", 1),
        (600.0, layout.SOUTH + 2, "بوابة الشحن والسكة", "Freight and rail gate", 1),
        (-610.0, -286.0, "بوابة البلدة", "Town gate", 1),
        (-386.0, 100.0, "بوابة العاملين", "Staff gate", 1),
        (110.0, -1186.0, "بوابة المنطقة الداخلية", "Inland gate", 2),
        (600.0, -1186.0, "بوابة الشحن الداخلية", "Inland freight gate", 2),
        (1120.0, -1186.0, "البوابة الشرقية", "East gate", 2),
    )
    for number, (x, y, ar, en, phase) in enumerate(gates, 1):
        yield PlaceRow(f"GATE-{number}", "gate", ar, en, phase, _placed(shore, Point(x, y)))


def _control_points(shore: Shore) -> Iterator[PlaceRow]:
    """At crossings that see each other along the spines, and at the zone's corners on land."""
    places = [(x, y) for y in (-300.0, layout.COAST_ROAD_Y + 24, -1170.0, -1640.0, -2295.0) for x in (110.0, 600.0)] + [
        (-605.0, layout.SOUTH + 8),
        (1200.0, layout.SOUTH + 8),
        (layout.WEST_2 + 5, -898.0),
        (1415.0, -2340.0),
    ]
    for number, place in enumerate(places, 1):
        phase = 1 if place[1] > layout.COAST_ROAD_Y else 2
        point = _placed(shore, Point(place))
        yield PlaceRow(
            f"SCP-{number:02}", "control_point", f"نقطة ضبط {number}", f"Control point {number}", phase, point
        )


def _constraints(shore: Shore, ground: Ground) -> Iterator[PlaceRow]:
    setback = shapely.union_all(shore.coast).buffer(50, cap_style="flat").intersection(ground.zone.geoms[0])
    setback = setback.difference(ground.basin)
    yield PlaceRow(
        "CST-1", "coast", "حرم الشاطئ", "Coast setback", 1, on_grid(setback),
        "خمسون متراً من خط الساحل؛ الرقم توضيحي", "Fifty metres from the coast line; the figure is illustrative",
    )  # fmt: skip
    yield PlaceRow(
        "WRH-1", "clearance", "قيد مخلفات الحروب", "War-remnant clearance hold", 1,
        _placed(shore, box(958, -648, 1190, -556)),
        "لا يُسلَّم موقع قبل شهادة التطهير", "No site is handed over before its clearance certificate",
    )  # fmt: skip
    yield PlaceRow(
        "UTC-1", "utility_corridor", "ممر خط النقل الكهربائي", "Power transmission corridor", 2,
        _placed(shore, box(1106, -2300, 1134, -900)),
        "لا بناء في الممر", "No building in the corridor",
    )  # fmt: skip
    yield PlaceRow(
        "CLM-1", "claim", "مطالبة بأرض قيد النظر", "Land claim under review", 2,
        _placed(shore, box(-200, -1390, -60, -1300)),
        "مطالبة توضيحية", "An illustrative claim",
    )  # fmt: skip


def _placed(shore: Shore, shape: Any) -> Any:
    return on_grid(shore.frame.to_grid(shape))
