# SPDX-License-Identifier: Apache-2.0
"""What the real network models and project files must come to, written down before the code that reads them.

Counts of the models' sections are those of a text search over the files; lengths are sums of their length columns, in
metres; counts of projects and places are those of the JSON as it stands.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ExpectedModel:
    """`layers`: features of each by name. `kept`: rows of each table that is kept word for word. `bounds`: of its nodes or
    projects, in the file's own numbers. `length_m`: of all links, as the model states it. `codes`: what must be said, how often
    (None: at least once). `placed`: whether the file itself says where it lies."""

    path: str
    kind: str
    layers: dict[str, int]
    kept: dict[str, int] = field(default_factory=dict)
    positions: int | None = None
    bounds: tuple[float, float, float, float] | None = None
    length_m: float | None = None
    codes: dict[str, int | None] = field(default_factory=dict)
    placed: bool = False


MODELS = (
    ExpectedModel(
        "utilities/Net3.inp",
        "epanet",
        {"nodes": 97, "links": 119},
        kept={
            "JUNCTIONS": 92,
            "RESERVOIRS": 2,
            "TANKS": 3,
            "PIPES": 117,
            "PUMPS": 2,
            "VALVES": 0,
            "CONTROLS": 18,
            "CURVES": 6,
            "PATTERNS": 20,
            "COORDINATES": 97,
            "VERTICES": 0,
        },
        bounds=(8.0, 0.0, 44.86, 31.06),
        length_m=65748.9566,
    ),
    ExpectedModel(
        "utilities/ky4.inp",
        "epanet",
        {"nodes": 964, "links": 1158},
        kept={
            "JUNCTIONS": 959,
            "RESERVOIRS": 1,
            "TANKS": 4,
            "PIPES": 1156,
            "PUMPS": 2,
            "CONTROLS": 2,
            "COORDINATES": 964,
            "VERTICES": 2812,
        },
        bounds=(4942452.99, 3888731.00, 4993232.24, 3917215.00),
        length_m=260241.0347,
    ),
    ExpectedModel(
        "utilities/swmm_example.inp",
        "swmm",
        {"nodes": 5, "links": 4, "subcatchments": 3},
        kept={"SUBCATCHMENTS": 3, "JUNCTIONS": 4, "OUTFALLS": 1, "CONDUITS": 4, "COORDINATES": 5, "Polygons": 12},
        bounds=(2607.891, 4488.286, 7441.430, 7299.630),
        # Flows in cubic feet a second: four conduits of 400 ft.
        length_m=4 * 400 * 0.3048,
    ),
    ExpectedModel(
        "utilities/mv_oberrhein.json",
        "pandapower",
        # 181 lines and two transformers.
        {"nodes": 179, "links": 183},
        kept={"bus": 179, "line": 181, "trafo": 2, "load": 147, "switch": 322, "sgen": 153, "ext_grid": 2, "gen": 0},
        bounds=(7.74426, 48.32846, 7.93829, 48.47484),
        length_m=108745.95316990002,
    ),
)
PROJECTS = (
    ExpectedModel(
        "projects/oc4ids_example.json",
        "oc4ids",
        {"projects": 1},
        kept={"projects": 1},
        # The example writes latitude first: taken as GeoJSON has it, its two places of England lie off Somalia.
        positions=2,
        bounds=(52.1373584, -0.1198955, 52.2571843, -0.1163333),
        placed=True,
    ),
    ExpectedModel(
        "projects/worldbank_projects.json",
        "worldbank",
        {"projects": 156},
        kept={"projects": 156},
        positions=2165,
        bounds=(-17.520278, -34.83333, 54.0333333, 37.21572),
        placed=True,
    ),
    ExpectedModel(
        "projects/iati_activity_example.xml",
        "iati",
        {"projects": 1},
        kept={"projects": 1},
        # Of its eight location elements two are places of the activity; the others are references and results.
        positions=2,
        bounds=(65.716944, 11.55, 104.9167, 31.616944),
        placed=True,
    ),
)
PIPES_OF_LINES = {"utilities/ky4_pipes.geojson": 0, "utilities/ky4_disconnected_pipes.geojson": 2050}
"""Lines of a network without its nodes: how many of their 2,312 ends lie apart from every other end of the same node. 262
nodes are named by one end alone, of which nothing can be said; in the second file all the others were cut off."""
