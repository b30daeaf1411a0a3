# SPDX-License-Identifier: Apache-2.0
"""Nodes and links of every utility, with the typed sizes of each."""

from collections.abc import Iterator
from typing import Any

from layers.networks import NetworkLink, NetworkNode
from layers.sirte.rows import LinkRow, Plan
from layers.sirte.writing.surroundings import ROAD_CLASSES
from layers.sirte.writing.writer import Writer, invented, name_of

_PIPES = {"water", "sewer", "storm", "gas", "fire"}
_SIZE = {"road": "width_m", "rail": "gauge_mm", "power": "voltage_kv", "telecom": "fibres"}
_LANES = {"trunk": 4, "spine": 4, "collector": 2, "local": 2}
_MAINS = {"road": "road", "rail": "track", "sewer": "collector", "storm": "collector", "power": "cable",
          "telecom": "duct"}  # fmt: skip
_MATERIALS = {"water": "ductile_iron", "sewer": "pvc", "storm": "concrete", "gas": "pe", "fire": "ductile_iron"}
_SOURCES = {
    "water": ("خزان المياه ومحطة الضخ", "Water reservoir and pumps"),
    "sewer": ("محطة معالجة الصرف", "Sewage treatment works"),
    "storm": ("مصب مياه الأمطار", "Storm outfall"),
    "power": ("محطة التحويل الرئيسية", "Main substation"),
    "telecom": ("المقسم", "Telephone exchange"),
    "gas": ("محطة استقبال الغاز", "Gas reception station"),
    "fire": ("محطة ضخ مياه الحريق", "Fire-water pumps"),
    "rail": ("الربط بالسكة الساحلية", "Junction with the coastal railway"),
    "road": ("الربط بالطريق الساحلي", "Junction with the coast road"),
}
_COLUMNS = ("road_class", "lanes", "width_m", "gauge_mm", "voltage_kv", "fibres", "diameter_mm", "material")


def write_networks(writer: Writer, plan: Plan) -> None:
    writer.write(NetworkNode, _nodes(plan))
    writer.write(NetworkLink, (_link(row) for row in plan.links))


def _nodes(plan: Plan) -> Iterator[dict[str, Any]]:
    for row in plan.nodes:
        name_ar, name_en = (None, None) if row.kind in _COMMON else _SOURCES[row.utility]
        yield {
            "id": name_of("network_node", row.code),
            "utility": row.utility,
            "code": row.code,
            "name_ar": name_ar,
            "name_en": name_en,
            "kind": row.kind,
            "status": row.status,
            "geom": row.geom,
            **invented(),
        }


_COMMON = {"junction", "service", "intersection", "station"}


def _link(row: LinkRow) -> dict[str, Any]:
    # Every row names every column, so that one statement takes them all.
    sizes: dict[str, Any] = dict.fromkeys(_COLUMNS)
    sizes["material"] = _MATERIALS.get(row.utility, "unknown")
    column = "diameter_mm" if row.utility in _PIPES else _SIZE[row.utility]
    sizes[column] = row.size if column in {"diameter_mm", "voltage_kv", "width_m"} else int(row.size or 0)
    if row.utility == "road":
        sizes |= {"road_class": ROAD_CLASSES[row.rank], "lanes": _LANES[row.rank]}
    return {
        "id": name_of("network_link", row.code),
        "utility": row.utility,
        "code": row.code,
        "kind": _kind(row),
        "status": row.status,
        "start_node_id": name_of("network_node", row.start),
        "end_node_id": name_of("network_node", row.end),
        "geom": row.geom,
        **sizes,
        **invented(),
    }


def _kind(row: LinkRow) -> str:
    if row.rank == "service":
        return "service"
    if row.utility in _MAINS:
        return _MAINS[row.utility]
    return "main" if row.rank == "main" else "distribution"
