# SPDX-License-Identifier: Apache-2.0
"""The land that a command works on: held, read, with its neighbours, its streets and the plan's rules."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import shapely
from psycopg import Connection
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from gis.parcels.building import BuildingRule
from gis.parcels.refusals import CornersOverlap
from gis.subdivision import street_frontage_m
from layers.errors import Busy
from layers.fabric.refusals import NoSuchPlot, NotInOneBlock, PlotChanged, PlotRetired

Db = Connection[Any]
BESIDE_M = 0.05
"""Plots this near are neighbours; a slit any wider is open land."""
PLOT = "p.id, p.plot_number, p.version, p.block_id, p.land_use, p.illustrative, p.geom, p.valid @> now(), p.frontage_m"
IN_AREA = f"select {PLOT} from register.plot p where p.geom && %s and p.valid @> now() order by p.id"  # noqa: S608 our own columns


@dataclass(frozen=True)
class Plot:
    """A plot as it stands: shape in grid metres."""

    id: UUID
    plot_number: str
    version: int
    block_id: UUID
    land_use: str
    illustrative: bool
    shape: Polygon
    current: bool
    frontage_m: float | None


@dataclass(frozen=True)
class Block:
    id: UUID
    code: str
    zone_code: str
    pattern: str | None
    complete: bool
    shape: Polygon


@dataclass(frozen=True)
class Rules:
    """What the plan unit at a place asks of a plot; None where it sets nothing."""

    code: str
    min_area_m2: float | None
    max_area_m2: float | None
    min_frontage_m: float | None
    building: BuildingRule


def ewkb(db: Db, shape: BaseGeometry) -> str:
    """As the database takes it, in the legal CRS."""
    return str(shapely.to_wkb(shapely.set_srid(shape, legal_srid(db)), hex=True, include_srid=True))


def legal_srid(db: Db) -> int:
    row = db.execute("select srid from published.installation").fetchone()
    if row is None:
        raise RuntimeError("a register has an installation")
    return int(row[0])


def hold(db: Db, shapes: Sequence[BaseGeometry]) -> None:
    """Nobody else changes land near the shapes until the transaction ends. The first thing that a command does.

    Their neighbours are held whole: one of them may get a corner, and locks that are taken later are where deadlocks come from.
    """
    area = shapely.union_all([shapely.box(*shape.bounds) for shape in shapes]).buffer(1)
    beside = [plot.shape for plot in _in_area(db, area)]
    whole = shapely.box(*shapely.union_all([area, *beside]).bounds)
    db.execute("select register.lock_cells(%s)", [ewkb(db, whole)])
    if not all(whole.covers(plot.shape) for plot in _in_area(db, area)):
        raise Busy()  # somebody drew a large neighbour between the look and the lock


def plots_held(db: Db, asked: Mapping[str, int | None]) -> list[Plot]:
    """Plots by id or number with the version that the command was made for, in the order asked; their land is held.

    Raises NoSuchPlot, PlotRetired (by whom, and what follows), PlotChanged.
    """
    first = [plot_named(db, name) for name in asked]
    hold(db, [plot.shape for plot in first])
    held = []
    for name, version in asked.items():
        plot = plot_named(db, name)
        if not plot.current:
            raise _retired(db, plot)
        if version is not None and version != plot.version:
            what, since, by = last_act(db, plot.id)
            raise PlotChanged(plot.plot_number, version, plot.version, what, since, by)
        held.append(plot)
    return held


def around(db: Db, shapes: Sequence[BaseGeometry], but: Sequence[UUID] = ()) -> dict[str, Plot]:
    """Current plots beside the shapes, by number."""
    area = shapely.union_all(list(shapes))
    found = _in_area(db, area.buffer(BESIDE_M))
    return {p.plot_number: p for p in found if p.id not in but and p.shape.dwithin(area, BESIDE_M)}


def block_of(db: Db, block_id: UUID) -> Block:
    row = db.execute(BLOCK + " where b.id = %s", [block_id]).fetchone()
    if row is None:
        raise NotInOneBlock()
    return _block(row)


def block_around(db: Db, shape: Polygon) -> Block:
    """The block in which most of a shape lies. Raises NotInOneBlock when it lies in none."""
    rows = db.execute(BLOCK + " where b.geom && %s and b.valid @> now()", [ewkb(db, shape)]).fetchall()
    blocks = [_block(row) for row in rows]
    held = [block for block in blocks if block.shape.intersection(shape).area > 0.5 * shape.area]
    if not held:
        raise NotInOneBlock()
    return held[0]


BLOCK = (
    "select b.id, b.code, z.code, z.plot_number_pattern, b.complete, b.geom from register.block b "
    "join register.zone z on z.id = b.zone_id"
)


def streets_near(db: Db, shape: BaseGeometry) -> BaseGeometry:
    """The area of the road reserves beside a shape; empty where there are none."""
    rows = db.execute(
        "select geom from register.road_reserve where geom && %s and valid @> now()", [ewkb(db, shape.buffer(1))]
    ).fetchall()
    return shapely.union_all([shapely.from_wkb(row[0]) for row in rows])


def frontage(db: Db, shape: Polygon) -> float | None:
    """Metres along the streets: 0 for a plot that none reaches; None in a register without road reserves, where nobody has measured."""
    streets = streets_near(db, shape)
    if streets.is_empty:
        row = db.execute("select exists (select from register.road_reserve where valid @> now())").fetchone()
        return 0.0 if row and row[0] else None
    # Noded together, the border in common is exact; else a centimetre apart is still the street's.
    exact, near = shape.boundary.intersection(streets).length, street_frontage_m(shape, streets)
    return round(exact if near - exact < 0.1 else near, 2)


def rules_at(db: Db, shape: Polygon) -> Rules | None:
    """The plan unit in which a plot lies."""
    row = db.execute(
        "select code, min_area_m2, max_area_m2, min_frontage_m, setback_front_m, setback_side_m, setback_rear_m, "
        "coverage_max_pct, far_max, height_max_m from register.plan_unit "
        "where geom && %(at)s and ST_Contains(geom, %(at)s) and valid @> now() order by code limit 1",
        {"at": ewkb(db, shape.representative_point())},
    ).fetchone()
    if row is None:
        return None
    own, building = row[:4], row[4:]
    return Rules(own[0], own[1], own[2], own[3], BuildingRule(*building))


@contextmanager
def placed(db: Db) -> Iterator[None]:
    """Where two shapes have ground in common is told in degrees, as all refusals tell their place."""
    try:
        yield
    except CornersOverlap as error:
        if error.where is not None:
            row = db.execute(
                "select ST_AsGeoJSON(ST_Transform(%s::geometry, 4326), 9)", [ewkb(db, error.where)]
            ).fetchone()
            error.place = json.loads(row[0]) if row else None
        raise


def last_act(db: Db, plot_id: UUID) -> tuple[str, str, str]:
    """The last event on a plot, or on a change that it was part of: what, when, by whom."""
    row = db.execute(
        "select e.action, e.at, e.actor from register.event e "
        "where (e.object_table = 'plot' and e.object_id = %(plot)s) or (e.object_table = 'plot_change' and e.object_id in "
        "(select change_id from register.plot_change_part where plot_id = %(plot)s)) order by e.seq desc limit 1",
        {"plot": plot_id},
    ).fetchone()
    if row is None:
        return "edit", "", ""
    return str(row[0]), row[1].isoformat(timespec="seconds"), str(row[2])


def plot_named(db: Db, name: str) -> Plot:
    """A plot, current or not, by its id or a number that it has or had. Raises NoSuchPlot."""
    try:
        by, value = "p.id", str(UUID(name))
    except ValueError:
        by, value = "p.plot_number", name
    # A plot once had the number: it is still meant.
    row = db.execute(f"select {PLOT} from register.plot p where {by} = %s", [value]).fetchone()  # noqa: S608
    if row is None and by == "p.plot_number":
        row = db.execute(
            f"select {PLOT} from register.plot p join register.plot_number_given g on g.plot_id = p.id "  # noqa: S608
            "where g.plot_number = %s",
            [value],
        ).fetchone()
    if row is None:
        raise NoSuchPlot(name[:60])
    return _made(row)


def _retired(db: Db, plot: Plot) -> PlotRetired:
    rows = db.execute(
        "select c.plot_number from register.plot_change_part x join register.plot_change_part y "
        "on y.change_id = x.change_id and y.role = 'child' join register.plot c on c.id = y.plot_id "
        "where x.plot_id = %s and x.role = 'parent' and y.plot_id <> x.plot_id order by 1",
        [plot.id],
    ).fetchall()
    _, since, by = last_act(db, plot.id)
    return PlotRetired(plot.plot_number, [row[0] for row in rows], since, by)


def _in_area(db: Db, area: BaseGeometry) -> list[Plot]:
    return [_made(row) for row in db.execute(IN_AREA, [ewkb(db, area)]).fetchall()]


def _made(row: Sequence[Any]) -> Plot:
    values: list[Any] = [*row[:6], shapely.from_wkb(row[6]), *row[7:]]
    return Plot(*values)


def _block(row: Sequence[Any]) -> Block:
    values: list[Any] = [*row[:5], shapely.from_wkb(row[5])]
    return Block(*values)
