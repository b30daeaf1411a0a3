# SPDX-License-Identifier: Apache-2.0
"""Which rules of the register would refuse which feature: all of them at once, where a guard names only the first.

The guards judge again when the rows are written; this is for the report.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import shapely
from psycopg import Connection, sql
from pyproj import CRS
from sqlalchemy import Table

from gis.placing import to_lonlat
from gis.reading import Issue
from layers.importing.columns import fillable, is_unique
from layers.importing.staging import Staged, StagedLayer

Db = Connection[tuple[Any, ...]]

STAGE = """
    create temporary table import_stage (n int primary key, geom public.geometry, zone_id uuid, block_id uuid) on commit drop
"""
ZONE_BY_PLACE = """
    update import_stage s set zone_id = z.id from register.zone z
    where z.valid @> now() and (%(zone)s::text is null or z.code = %(zone)s)
      and z.geom && s.geom and ST_Intersects(z.geom, ST_PointOnSurface(s.geom))
"""
BLOCK_BY_PLACE = """
    update import_stage s set block_id = b.id from register.block b join register.zone z on z.id = b.zone_id
    where b.valid @> now() and (%(zone)s::text is null or z.code = %(zone)s)
      and b.geom && s.geom and ST_Intersects(b.geom, ST_PointOnSurface(s.geom))
"""
# Each question answers: number of the feature, what it meets, square metres, longitude and latitude of the place.
PLACE = "ST_X(public.ST_Transform(ST_PointOnSurface(shape), 4326)), ST_Y(public.ST_Transform(ST_PointOnSurface(shape), 4326))"
FABRIC = frozenset({"plot", "block"})
"""Tables whose areas do not overlap each other."""
QUESTIONS: dict[str, tuple[tuple[str, LiteralString], ...]] = {
    "plot": (
        (
            "overlaps_plot",
            "select a.n, p.plot_number, ST_Area(shape), {place} from import_stage a join register.plot p on a.geom && p.geom "
            "and (upper_inf(p.valid) or upper(p.valid) > now()) and ST_Relate(a.geom, p.geom, '2********') "
            "cross join lateral (select ST_Intersection(a.geom, p.geom) as shape) i",
        ),
        (
            "no_block",
            "select n, null, ST_Area(geom), {place} from import_stage cross join lateral (select geom as shape) i "
            "where block_id is null",
        ),
        (
            "leaves_block",
            "select a.n, b.code, ST_Area(shape), {place} from import_stage a join register.block b on b.id = a.block_id "
            "cross join lateral (select ST_Difference(a.geom, b.geom) as shape) i "
            "where register.leaves(a.geom, b.geom)",
        ),
    ),
    "block": (
        (
            "overlaps_block",
            "select a.n, b.code, ST_Area(shape), {place} from import_stage a join register.block b on a.geom && b.geom "
            "and b.zone_id = a.zone_id and (upper_inf(b.valid) or upper(b.valid) > now()) "
            "and ST_Relate(a.geom, b.geom, '2********') cross join lateral (select ST_Intersection(a.geom, b.geom) as shape) i",
        ),
        (
            "leaves_zone",
            "select a.n, z.code, ST_Area(shape), {place} from import_stage a join register.zone z on z.id = a.zone_id "
            "cross join lateral (select ST_Difference(a.geom, z.geom) as shape) i where register.leaves(a.geom, z.geom)",
        ),
    ),
}
NO_ZONE: LiteralString = "select n, null, ST_Area(geom), {place} from import_stage cross join lateral (select geom as shape) i where zone_id is null"


@dataclass(frozen=True)
class Judged:
    """What the register says before anything is written. `places`: per feature the zone or block that it lies in."""

    issues: tuple[Issue, ...]
    faulty: frozenset[int]
    places: dict[str, dict[int, UUID]]


def judged(db: Db, staged: Staged, layer: StagedLayer, srid: int) -> Judged:
    """Asks every question about the faultless features of a layer. Places in the issues are degrees."""
    if staged.target is None:
        return Judged((), frozenset(), {})
    table: Table = staged.target.table.__table__  # type: ignore[assignment]  # a mapped class has a Table
    _fill(db, layer, srid)
    places = _places(db, table, staged.wishes.zone)
    issues: list[Issue] = []
    faulty: set[int] = set()
    refs = layer.layer.refs
    if table.name in FABRIC:
        within = _overlaps_in_file(layer, CRS.from_epsg(srid))
        issues += [issue for _, issue in within]
        faulty |= {number for number, _ in within}
    for code, number, met, area_m2, lon, lat in _asked(db, table):
        place = None if lon is None or lat is None else (lon, lat)
        facts = {"other": met, "area_m2": round(area_m2 or 0, 3)}
        issues.append(Issue(code, "fault", layer.layer.name, refs[number], place, facts))
        faulty.add(number)
    for number, issue in _taken(db, staged, layer, table):
        issues.append(issue)
        faulty.add(number)
    return Judged(tuple(issues), frozenset(faulty), places)


def _overlaps_in_file(layer: StagedLayer, legal: CRS) -> list[tuple[int, Issue]]:
    """Features of the file that share ground, each told with the other. Here and not in SQL: a fifth of the time."""
    numbers = layer.keep.nonzero()[0]
    shapes = layer.layer.geometries[numbers]
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.relate_pattern(shapes[one], shapes[other], "2********")
    one, other = one[shared], other[shared]
    ground = shapely.intersection(shapes[one], shapes[other])
    places = to_lonlat(legal, shapely.get_coordinates(shapely.point_on_surface(ground)).tolist()) if len(ground) else []
    found = []
    for a, b, area_m2, place in zip(
        numbers[one].tolist(), numbers[other].tolist(), shapely.area(ground).tolist(), places, strict=True
    ):
        for number, met in ((a, b), (b, a)):
            facts = {"other": layer.layer.refs[met], "area_m2": round(area_m2, 3)}
            name, ref = layer.layer.name, layer.layer.refs[number]
            found.append((number, Issue("overlaps_in_file", "fault", name, ref, place, facts)))
    return found


def _fill(db: Db, layer: StagedLayer, srid: int) -> None:
    db.execute("drop table if exists import_stage")
    db.execute(STAGE)
    shapes = shapely.to_wkb(shapely.set_srid(layer.layer.geometries[layer.keep], srid), hex=True, include_srid=True)
    with db.cursor().copy("copy import_stage (n, geom) from stdin") as copy:
        for number, shape in zip(layer.keep.nonzero()[0].tolist(), shapes, strict=True):
            copy.write_row((number, shape))
    db.execute("create index on import_stage using gist (geom)")
    db.execute("analyze import_stage")


def _places(db: Db, table: Table, zone: str | None) -> dict[str, dict[int, UUID]]:
    found: dict[str, dict[int, UUID]] = {}
    for column, statement in (("zone_id", ZONE_BY_PLACE), ("block_id", BLOCK_BY_PLACE)):
        if column in table.columns:
            db.execute(statement, {"zone": zone})
            question = sql.SQL("select n, {} from import_stage").format(sql.Identifier(column))
            found[column] = {number: there for number, there in db.execute(question) if there is not None}
    return found


def _asked(db: Db, table: Table) -> Iterator[tuple[str, int, Any, float | None, float | None, float | None]]:
    questions = QUESTIONS.get(table.name, ())
    if "zone_id" in table.columns and not table.columns["zone_id"].nullable:
        questions = (*questions, ("no_zone", NO_ZONE))
    for code, question in questions:
        for number, met, area_m2, lon, lat in db.execute(sql.SQL(question).format(place=sql.SQL(PLACE))):
            yield code, number, met, area_m2, lon, lat


def _taken(db: Db, staged: Staged, layer: StagedLayer, table: Table) -> Iterator[tuple[int, Issue]]:
    """Values of the file that another row of the register has already."""
    if staged.target is None:
        return
    for name, column in fillable(staged.target).items():
        values = layer.values.get(name)
        if values is None or not is_unique(column):
            continue
        given = [str(values[i]) for i in layer.keep.nonzero()[0] if values[i] is not None]
        question = sql.SQL("select {0}::text from {1} where {0}::text = any(%s)").format(
            sql.Identifier(name), sql.Identifier("register", table.name)
        )
        there = {row[0] for row in db.execute(question, [given])}
        for i in layer.keep.nonzero()[0].tolist():
            if values[i] is not None and str(values[i]) in there:
                facts = {"field": name, "value": values[i]}
                yield i, Issue("value_taken", "fault", layer.layer.name, layer.layer.refs[i], facts=facts)
