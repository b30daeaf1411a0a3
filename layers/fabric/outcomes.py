# SPDX-License-Identifier: Apache-2.0
"""What a command has made, or would make: plots as they stand after it, findings, what may be built on them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import shapely
from psycopg.types.json import Jsonb
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from gis.parcels.building import envelope
from layers.errors import MarsaError
from layers.fabric.acts import Act
from layers.fabric.ground import Db, Rules, ewkb, rules_at, streets_near
from layers.refusals import BelowPlanRules, refusal

JUDGE_NOW = "set constraints all immediate"
MOST_ENVELOPES = 60
ROWS = (
    "select p.id, p.plot_number, p.version, p.land_use, p.computed_area_m2, p.legal_area_m2::float8, p.frontage_m, "
    "p.boundary_state, b.code, ST_AsGeoJSON(p.geom_4326, 9), ST_AsGeoJSON(p.geom, 3), p.geom "
    "from register.plot p join register.block b on b.id = p.block_id where p.id = any(%s) order by p.plot_number"
)


@dataclass
class Outcome:
    """`findings`: what would refuse it, empty for what is done. `left_over`: ground of a subdivision that is no plot."""

    kind: str
    plots: list[dict[str, Any]]
    event: int | None = None
    act: UUID | None = None
    findings: list[MarsaError] = field(default_factory=list)
    left_over: list[dict[str, Any]] = field(default_factory=list)
    dry_run: bool = False


class Rehearsed(Exception):
    """Carries the outcome of a dry run out of the transaction, which is rolled back by it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def finished(act: Act, *, dry_run: bool, left_over: Sequence[tuple[str, Polygon]] = ()) -> Outcome:
    """The outcome of an act whose rows are written. A dry run is judged at once, told, and taken back by raising Rehearsed."""
    outcome = Outcome(act.kind, [], act.event, dry_run=dry_run)
    outcome.left_over = [
        {"kind": kind, "area_m2": round(shape.area, 3), **as_geojson(act.db, shape)} for kind, shape in left_over
    ]
    if dry_run:
        outcome.findings = judged(act.db)
    outcome.plots = told(act.db, act, with_envelopes=dry_run)
    if dry_run:
        plan = _against_plan(act)
        outcome.findings = [*plan, *(f for f in outcome.findings if not (plan and isinstance(f, BelowPlanRules)))]
        raise Rehearsed(outcome)
    row = act.db.execute(
        "select register.keep_fabric_act(%s, %s, %s)",
        [act.kind, _name(outcome), Jsonb(act.images)],
    ).fetchone()
    outcome.act = row[0] if row else None
    return outcome


def told(db: Db, act: Act, *, with_envelopes: bool) -> list[dict[str, Any]]:
    """Every plot that the act made, kept, ended or gave a corner, as people and maps read it."""
    states = {
        **dict.fromkeys(act.noded, "noded"),
        **dict.fromkeys(act.ended, "ended"),
        **dict.fromkeys(act.kept, "kept"),
        **dict.fromkeys(act.made, "made"),
    }
    plots: list[dict[str, Any]] = []
    for row in db.execute(ROWS, [list(states)]).fetchall():
        plot = {
            "id": str(row[0]),
            "plot_number": row[1],
            "version": row[2],
            "state": states[row[0]],
            "land_use": row[3],
            "area_m2": round(row[4], 3),
            "legal_area_m2": row[5],
            "frontage_m": row[6],
            "boundary_state": row[7],
            "block_code": row[8],
            "geometry": json.loads(row[9]),
            "geometry_legal": json.loads(row[10]),
        }
        if with_envelopes and plot["state"] in ("made", "kept") and len(plots) < MOST_ENVELOPES:
            plot["envelope"] = buildable(db, shapely.from_wkb(row[11]))
        plots.append(plot)
    order = {"made": 0, "kept": 1, "ended": 2, "noded": 3}
    return sorted(plots, key=lambda plot: order[str(plot["state"])])


def buildable(db: Db, shape: Polygon) -> dict[str, Any] | None:
    """What the plan unit lets be built on a plot, with the envelope's shape; None where no plan unit lies."""
    rules = rules_at(db, shape)
    if rules is None:
        return None
    made = envelope(shape, streets_near(db, shape), rules.building)
    return {
        "plan_unit": rules.code,
        "footprint_m2": round(made.footprint_m2, 1),
        "floor_m2": None if made.floor_m2 is None else round(made.floor_m2, 1),
        "height_max_m": rules.building.height_max_m,
        "limited_by": made.limited_by,
        "setbacks_m": {
            "front": rules.building.setback_front_m,
            "side": rules.building.setback_side_m,
            "rear": rules.building.setback_rear_m,
        },
        **as_geojson(db, made.shape),
    }


def as_geojson(db: Db, shape: BaseGeometry) -> dict[str, Any]:
    """A shape in longitude and latitude and in the legal CRS."""
    row = db.execute(
        "select ST_AsGeoJSON(ST_Transform(%(shape)s::geometry, 4326), 9), ST_AsGeoJSON(%(shape)s::geometry, 3)",
        {"shape": ewkb(db, shape)},
    ).fetchone()
    if row is None:
        raise RuntimeError("a select returns a row")
    return {"geometry": json.loads(row[0]), "geometry_legal": json.loads(row[1])}


def against(number: str, shape: Polygon, frontage_m: float | None, rules: Rules) -> list[MarsaError]:
    """Where a plot is against its plan unit."""
    found: list[MarsaError] = []
    if rules.min_area_m2 is not None and shape.area < rules.min_area_m2:
        found.append(BelowPlanRules(number, rules.code, "area_m2", round(shape.area, 3), rules.min_area_m2))
    if rules.max_area_m2 is not None and shape.area > rules.max_area_m2:
        found.append(BelowPlanRules(number, rules.code, "area_m2", round(shape.area, 3), rules.max_area_m2))
    if rules.min_frontage_m is not None and frontage_m is not None and frontage_m < rules.min_frontage_m:
        found.append(BelowPlanRules(number, rules.code, "frontage_m", frontage_m, rules.min_frontage_m))
    return found


def _against_plan(act: Act) -> list[MarsaError]:
    found: list[MarsaError] = []
    for row in act.db.execute(ROWS, [[*act.made, *act.kept]]).fetchall():
        shape = shapely.from_wkb(row[11])
        rules = rules_at(act.db, shape)
        if rules is not None:
            found += against(row[1], shape, row[6], rules)
    return found


def judged(db: Db) -> list[MarsaError]:
    """What commit would refuse."""
    try:
        with db.transaction():
            db.execute(JUDGE_NOW)
    except psycopg.Error as error:
        return [refusal(error)]
    return []


def _name(outcome: Outcome) -> str:
    """The plot that people name the act by: the one that was there before, else the first that was made."""
    ended = [plot for plot in outcome.plots if plot["state"] == "ended"]
    kept = [plot for plot in outcome.plots if plot["state"] == "kept"]
    return str((ended or kept or outcome.plots)[0]["plot_number"])
