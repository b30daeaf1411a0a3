# SPDX-License-Identifier: Apache-2.0
"""Makers of network models: small sound ones, and such as no program would write."""

import json
from pathlib import Path
from typing import Any

SOUND = """[TITLE]
شبكة تجريبية
[JUNCTIONS]
;ID\tElev\tDemand
 J1\t10\t5\t;قرب الميناء
 J2\t12.5\t1
[RESERVOIRS]
 R1\t40
[PIPES]
 P1\tR1\tJ1\t100\t200\t130\t0\tOpen
 P2\tJ1\tJ2\t0.1\t150\t130
[OPTIONS]
 UNITS\t{units}
 HEADLOSS\tH-W
[COORDINATES]
 J1\t655500\t3454100
 J2\t655600\t3454150
 R1\t655400\t3454100
[VERTICES]
 P2\t655550\t3454100
[END]
"""


def epanet(
    path: Path, text: str | None = None, *, units: str = "LPS", encoding: str = "utf-8", end: str = "\n"
) -> Path:
    """An EPANET model: two junctions, a reservoir, two pipes, by the harbour of Sirte in the register's own grid."""
    said = SOUND.format(units=units) if text is None else text
    path.write_bytes(said.replace("\n", end).encode(encoding))
    return path


def frame(columns: list[str], rows: list[list[Any]], index: list[Any] | None = None) -> dict[str, Any]:
    """A table as pandapower writes one."""
    inside = {"columns": columns, "index": list(range(len(rows))) if index is None else index, "data": rows}
    head = {"_module": "pandas.core.frame", "_class": "DataFrame"}
    return {**head, "_object": json.dumps(inside), "orient": "split", "dtype": dict.fromkeys(columns, "object")}


def bus(x: float, y: float) -> str:
    """A bus's place as its text."""
    return json.dumps({"coordinates": [x, y], "type": "Point"})


def net(**more: Any) -> dict[str, Any]:
    """A net of three buses, a line and a transformer in one place."""
    members: dict[str, Any] = {
        "bus": frame(
            ["name", "vn_kv", "type", "geo"],
            [
                ["محطة", 66.0, "b", bus(16.63, 31.21)],
                ["B", 11.0, "b", bus(16.63, 31.21)],
                ["C", 11.0, "n", bus(16.64, 31.21)],
            ],
        ),
        "line": frame(
            ["name", "std_type", "from_bus", "to_bus", "length_km", "parallel", "type", "geo"],
            [["L", "X", 1, 2, 0.1, 2, "cs", None]],
        ),
        "trafo": frame(["name", "hv_bus", "lv_bus"], [["T", 0, 1]], index=[7]),
        "ext_grid": frame(["name", "bus"], [["G", 0]]),
        "std_types": {"line": {"X": {"q_mm2": 240}}},
        "version": "3.5.6",
        "f_hz": 50.0,
        **more,
    }
    return {"_module": "pandapower.auxiliary", "_class": "pandapowerNet", "_object": members}


def pandapower(path: Path, document: Any = None) -> Path:
    """A net as a file."""
    path.write_text(document if isinstance(document, str) else json.dumps(document or net()), encoding="utf-8")
    return path
