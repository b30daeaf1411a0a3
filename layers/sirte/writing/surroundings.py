# SPDX-License-Identifier: Apache-2.0
"""The real base map, and what the plan says beside its plots: rules, reserves, fences, control, constraints."""

from collections.abc import Iterator
from typing import Any

import shapely
from shapely import Point

from layers.basemap import Airport, Coast, Land, MainRoad, Place, Sea
from layers.customs import CustomsFence, Gate
from layers.sirte.layout import COAST_ROAD_M
from layers.sirte.plan import ZONE_CODE
from layers.sirte.rows import PlaceRow, Plan
from layers.sirte.rules import PERMITTED, RULES
from layers.sirte.shore import features, on_legal_grid
from layers.sirte.writing.writer import Writer, invented, name_of, resting_on
from layers.survey import ControlPoint
from layers.zoning import ConstraintArea, PlanUnit, RoadReserve

ROAD_CLASSES = {"trunk": "highway", "spine": "arterial", "collector": "collector", "local": "local"}
RAIL_RESERVE = "2-S3"


def write_base(writer: Writer, plan: Plan) -> None:
    """Real, but for the line of the coast road."""
    writer.write(Land, [{"id": name_of("land", "land"), "geom": plan.land, **resting_on("osm")}])
    writer.write(Sea, [{"id": name_of("sea", "sea"), "geom": plan.sea, **resting_on("osm")}])
    writer.write(Coast, [{"id": name_of("coast", "coast"), "geom": plan.shoreline, **resting_on("osm")}])
    writer.write(Place, (_place(feature, plan.srid) for feature in features("places")))
    writer.write(Airport, (_airport(feature, plan.srid) for feature in features("airports")))
    coast_road = {
        "id": name_of("main_road", "coast road"),
        "name_ar": "الطريق الساحلي",
        "name_en": "Libyan Coastal Highway",
        "road_class": "highway",
        "geom": plan.coast_road,
        **invented(),
    }
    writer.write(MainRoad, [coast_road])


def _place(feature: dict[str, Any], srid: int) -> dict[str, Any]:
    said = feature["properties"]
    population = int(said["population"])
    return {
        "id": name_of("place", str(said["geonames_id"])),
        "name_ar": said["name_ar"],
        "name_en": said["name_en"],
        "kind": "city" if population > 100_000 else "town" if population > 5_000 else "village",
        "population": population,
        "geom": on_legal_grid(Point(feature["geometry"]["coordinates"]), srid),
        **resting_on("geonames"),
    }


def _airport(feature: dict[str, Any], srid: int) -> dict[str, Any]:
    said = feature["properties"]
    return {
        "id": name_of("airport", said["icao"]),
        "name_ar": said["name_ar"],
        "name_en": said["name_en"],
        "kind": "international",
        "icao": said["icao"],
        "iata": said["iata"],
        "elevation_m": said["elevation_m"],
        "geom": on_legal_grid(Point(feature["geometry"]["coordinates"]), srid),
        **resting_on("airports"),
    }


def write_planning(writer: Writer, plan: Plan) -> None:
    """Plan units, road reserves, customs fence and gates, control points, constraint areas."""
    in_zone = {"zone_id": name_of("zone", ZONE_CODE)}
    writer.write(PlanUnit, (row | in_zone | {"valid": writer.valid()} for row in _plan_units(plan)))
    writer.write(RoadReserve, (row | in_zone | {"valid": writer.valid()} for row in _reserves(plan)))
    writer.write(
        CustomsFence,
        (
            _named(row) | in_zone | {"status": _status(row), "height_m": 2.4, "valid": writer.valid()}
            for row in plan.fences
        ),
    )
    writer.write(Gate, (_gate(row) | {"valid": writer.valid()} for row in plan.gates))
    writer.write(ControlPoint, (_control_point(row) for row in plan.control_points))
    writer.write(ConstraintArea, (row | {"valid": writer.valid()} for row in _constraints(plan)))


def _plan_units(plan: Plan) -> Iterator[dict[str, Any]]:
    names = {block.code: (block.name_ar, block.name_en) for block in plan.blocks}
    for unit in plan.plan_units:
        rule = RULES.get(unit.land_use)
        name_ar, name_en = names[unit.block_code]
        yield {
            "id": name_of("plan_unit", unit.block_code),
            "code": f"PU-{unit.block_code}",
            "name_ar": name_ar,
            "name_en": name_en,
            "land_use": unit.land_use,
            "uses": [unit.land_use, *PERMITTED.get(unit.land_use, ())],
            "min_area_m2": rule.min_area_m2 if rule else None,
            "min_frontage_m": rule.min_frontage_m if rule else None,
            "setback_front_m": rule.setback_front_m if rule else None,
            "setback_rear_m": rule.setback_rear_m if rule else None,
            "setback_side_m": rule.setback_side_m if rule else None,
            "coverage_max_pct": rule.coverage_max_pct if rule else None,
            "far_max": rule.far_max if rule else None,
            "height_max_m": rule.height_max_m if rule else None,
            "geom": unit.geom,
            **invented(),
        }


def _reserves(plan: Plan) -> Iterator[dict[str, Any]]:
    for row in plan.road_reserves:
        rail = row.code.startswith(f"{RAIL_RESERVE}/")
        yield {
            "id": name_of("road_reserve", row.code),
            "code": row.code,
            "name_ar": row.name_ar,
            "name_en": row.name_en,
            "road_class": "unknown" if rail else ROAD_CLASSES[row.rank],
            "width_m": row.width_m,
            "geom": row.geom,
            **invented(),
        }
    yield {
        "id": name_of("road_reserve", "0-C"),
        "code": "0-C",
        "name_ar": "حرم الطريق الساحلي (خارج المنطقة)",
        "name_en": "Coast road reserve (outside the zone)",
        "road_class": "highway",
        "width_m": COAST_ROAD_M,
        "geom": plan.coast_road_reserve,
        **invented(),
    }


def _gate(row: PlaceRow) -> dict[str, Any]:
    return _named(row, "gate") | {"kind": "customs", "status": _status(row), "lanes_in": 2, "lanes_out": 2}


def _control_point(row: PlaceRow) -> dict[str, Any]:
    # No accuracy and no height: nobody has measured an invented point.
    return {
        "id": name_of("control_point", row.code),
        "code": row.code,
        "control_order": "secondary",
        "geom": row.geom,
        **invented(),
    }


def _constraints(plan: Plan) -> Iterator[dict[str, Any]]:
    kinds = {"utility_corridor": "utility_buffer"}
    for row in plan.constraints:
        parts = shapely.get_parts(row.geom).tolist()
        for number, part in enumerate(parts, 1):
            code = row.code if len(parts) == 1 else f"{row.code}/{number}"
            yield {
                "id": name_of("constraint_area", code),
                "code": code,
                "name_ar": row.name_ar,
                "name_en": row.name_en,
                "kind": kinds.get(row.kind, row.kind),
                "state": "in_force" if row.phase == 1 else "proposed",
                "clearance": "SUS" if row.kind == "clearance" else None,
                "remark_ar": row.remark_ar,
                "remark_en": row.remark_en,
                "geom": part,
                **invented(),
            }


def _named(row: PlaceRow, table: str = "customs_fence") -> dict[str, Any]:
    return {
        "id": name_of(table, row.code),
        "code": row.code,
        "name_ar": row.name_ar,
        "name_en": row.name_en,
        "geom": row.geom,
        **invented(),
    }


def _status(row: PlaceRow) -> str:
    return "working" if row.phase == 1 else "planned"
