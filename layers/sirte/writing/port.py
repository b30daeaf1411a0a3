# SPDX-License-Identifier: Apache-2.0
"""The port's facilities, each kind in its table, and the sample concession on the container berths."""

from collections.abc import Callable
from datetime import date
from typing import Any

from layers.base import Row
from layers.berths import Basin, Berth, Breakwater, Quay
from layers.customs import Gate
from layers.land import TenureSlot
from layers.sirte.rows import FacilityRow, Plan
from layers.sirte.writing.writer import Writer, invented, name_of, resting_on
from layers.storage import Crane, NavigationAid, Silo, Warehouse, Yard

_OPERATOR_BEGINS, _OPERATOR_ENDS = date(2025, 6, 1), date(2055, 6, 1)
_BEING_BUILT = {"QUY-S", "QUY-E", "BTH-3", "BTH-4", "BTH-5", "BTH-6", "CRN-1", "CRN-2", "CRN-3", "YRD-1"}
"""Paving of the south and east quays is reported as under way."""
_QUAY_OF = {"BTH-1": "QUY-W", "BTH-2": "QUY-W", "BTH-6": "QUY-E"}
_YARDS = {"YRD-1": "container", "YRD-2": "container", "YRD-3": "general"}
_LIGHTS = {"NAV-1": "green", "NAV-2": "red"}


def write_port(writer: Writer, plan: Plan) -> None:
    by_kind: dict[str, list[FacilityRow]] = {}
    for row in plan.facilities:
        by_kind.setdefault(row.kind, []).append(row)
    # Quays first: berths and cranes stand on them.
    for kind, (table, extras) in _TABLES.items():
        writer.write(table, (_row(row, table) | extras(row) | {"valid": writer.valid()} for row in by_kind[kind]))
    writer.write(
        TenureSlot,
        (
            {
                "facility_id": name_of("facility", row.code),
                "kind": "concession",
                "party_id": name_of("party", row.operator),
                "valid": writer.valid(_OPERATOR_BEGINS, _OPERATOR_ENDS),
                "decision_number": "توضيحي 2025/امتياز",
                "published": True,
                **invented(),
            }
            for row in by_kind["BTH"]
            if row.operator
        ),
    )


def _row(row: FacilityRow, table: type[Row]) -> dict[str, Any]:
    status = "under_construction" if row.code in _BEING_BUILT else "working"
    common = {
        "id": name_of("facility", row.code),
        "code": row.code,
        "name_ar": row.name_ar,
        "name_en": row.name_en,
        "status": status,
        "operator_id": name_of("party", row.operator) if row.operator else None,
        "geom": row.geom,
        **(invented() if row.illustrative else resting_on(row.source)),
    }
    columns = table.__table__.columns
    if "length_m" in columns:
        common |= {"length_m": row.length_m, "length_quality": "map" if row.length_m else "unknown"}
    if "depth_m" in columns:
        common |= {
            "depth_m": row.depth_m,
            "depth_quality": "reported" if row.depth_m else "unknown",
            "depth_source_id": _depth_source(row),
        }
    return common


def _depth_source(row: FacilityRow) -> Any:
    if row.depth_m is None:
        return None
    return name_of("source", "lana-387871" if row.depth_m == 11 else "su-2025")


def _nothing_more(row: FacilityRow) -> dict[str, Any]:  # noqa: ARG001 one signature for all kinds
    return {}


def _berth(row: FacilityRow) -> dict[str, Any]:
    quay = _QUAY_OF.get(row.code, "QUY-S")
    return {"quay_id": name_of("facility", quay), "cargo": [row.extra["cargo"]]}


def _yard(row: FacilityRow) -> dict[str, Any]:
    return {"use": _YARDS[row.code], "surface": "blocks"}


def _warehouse(row: FacilityRow) -> dict[str, Any]:
    return {"kind": "bonded" if row.code == "WHS-1" else "general", "floor_area_m2": round(row.geom.area)}


def _silo(row: FacilityRow) -> dict[str, Any]:
    return {"commodity": "grain", "capacity_t": row.extra["capacity_t"], "cells": 1}


def _port_gate(row: FacilityRow) -> dict[str, Any]:  # noqa: ARG001 one signature for all kinds
    return {"kind": "port", "lanes_in": 3, "lanes_out": 3}


def _crane(row: FacilityRow) -> dict[str, Any]:
    return {"quay_id": name_of("facility", "QUY-S"), "kind": "mobile", "swl_t": row.extra["lifting_capacity_t"]}


def _aid(row: FacilityRow) -> dict[str, Any]:
    return {
        "kind": "light",
        "light_colour": _LIGHTS[row.code],
        "light_character": row.extra["character"],
        "range_nm": row.extra["range_nm"],
    }


_TABLES: dict[str, tuple[type[Row], Callable[[FacilityRow], dict[str, Any]]]] = {
    "QUY": (Quay, _nothing_more),
    "BTH": (Berth, _berth),
    "BSN": (Basin, _nothing_more),
    "BRW": (Breakwater, _nothing_more),
    "YRD": (Yard, _yard),
    "WHS": (Warehouse, _warehouse),
    "SIL": (Silo, _silo),
    "GAT": (Gate, _port_gate),
    "CRN": (Crane, _crane),
    "NAV": (NavigationAid, _aid),
}
