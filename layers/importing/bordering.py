# SPDX-License-Identifier: Apache-2.0
"""Arcs of a file's borders as facts of their own: radius, length and turn stay, where the border itself is made of short lines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from psycopg import sql

from gis.arcs import FIELD
from gis.reading import Issue
from gis.reading.found import FileLayer
from layers.importing.checking import Db
from layers.importing.staging import StagedLayer

BORDERED = frozenset({"zone", "block", "plot"})
"""Tables whose areas are borders of land."""
TABLE = "boundary_arc"
THERE = """
    delete from arcs_stage a where exists (
      select from register.boundary_arc b where b.geom && a.geom and ST_Equals(b.geom, a.geom))
"""
WRITE = """
    insert into register.boundary_arc (radius_m, length_m, turn, source_id, geom)
    select radius_m, length_m, turn, %s, geom from arcs_stage
"""


@dataclass(frozen=True)
class BorderArc:
    """An arc on the legal grid; `line` from its first point to its last."""

    line: Any
    radius_m: float
    length_m: float
    turn: str


def kept_arcs(drawn: StagedLayer, taken: StagedLayer, features: list[int]) -> tuple[list[BorderArc], list[Issue]]:
    """The arcs of features that went in, each once; and those whose border was moved off them. `drawn`: before any move."""
    if FIELD not in drawn.layer.columns:
        return [], []
    found: dict[bytes, BorderArc] = {}
    issues = []
    for i in features:
        for arc in _arcs(drawn.layer, i):
            corners = {tuple(corner) for corner in shapely.get_coordinates(taken.layer.geometries[i]).tolist()}
            if not all(tuple(corner) in corners for corner in arc.line.coords):
                facts = {"radius_m": arc.radius_m, "length_m": arc.length_m}
                issues.append(Issue("arc_not_kept", "doubt", drawn.layer.name, drawn.layer.refs[i], facts=facts))
                continue
            # Two neighbours have one border: whichever way it runs, it is one arc.
            found.setdefault(shapely.to_wkb(shapely.normalize(arc.line)), arc)
    return list(found.values()), issues


def _arcs(layer: FileLayer, feature: int) -> Iterator[BorderArc]:
    """What the reader told of a feature's arcs. A shape that lost its vertices on the way has none."""
    shape, told = layer.geometries[feature], layer.columns[FIELD][feature]
    if not told or shape is None:
        return
    ring = np.asarray(shapely.get_coordinates(shapely.get_exterior_ring(_one(shape))))
    for arc in json.loads(told):
        first, last = int(arc["first"]), int(arc["last"])
        if not (0 <= first < len(ring) and 0 <= last < len(ring)) or "radius_m" not in arc:
            continue
        points = ring[first : last + 1] if first < last else np.vstack([ring[first:-1], ring[: last + 1]])
        if len(points) > 1 and arc["radius_m"] > 0 and arc["length_m"] > 0:
            yield BorderArc(shapely.LineString(points), arc["radius_m"], arc["length_m"], arc["turn"])


def _one(shape: Any) -> Any:
    return shape.geoms[0] if shape.geom_type == "MultiPolygon" and len(shape.geoms) else shape


def write_arcs(db: Db, arcs: list[BorderArc], source: UUID, srid: int) -> int:
    """Writes those that the register does not have; how many."""
    if not arcs:
        return 0
    db.execute("drop table if exists arcs_stage")
    db.execute(
        "create temporary table arcs_stage (radius_m float8, length_m float8, turn text, geom public.geometry) on commit drop"
    )
    shapes = shapely.to_wkb(
        shapely.set_srid(np.array([arc.line for arc in arcs], dtype=np.object_), srid), hex=True, include_srid=True
    )
    columns = sql.SQL(", ").join(map(sql.Identifier, ("radius_m", "length_m", "turn", "geom")))
    with db.cursor().copy(sql.SQL("copy arcs_stage ({}) from stdin").format(columns)) as copy:
        for arc, shape in zip(arcs, shapes, strict=True):
            copy.write_row((arc.radius_m, arc.length_m, arc.turn, shape))
    db.execute(THERE)
    return db.execute(WRITE, [source]).rowcount
