# SPDX-License-Identifier: Apache-2.0
"""What a planner asks before a command: the plot, its rights, its neighbours in words, what may be built, where it comes from."""

from typing import Any

import shapely

from gis.parcels.described import Beside, four_boundaries, in_words
from layers.fabric.ground import Db, Plot, around, frontage, plot_named
from layers.fabric.outcomes import as_geojson, buildable

ROAD = "select coalesce(name_ar, 'طريق ' || code), coalesce(name_en, 'road ' || code), geom from register.road_reserve where valid @> now() and geom && %s"


def plot_sheet(db: Db, name: str) -> dict[str, Any]:
    """Everything that a command needs to know of a plot. Raises NoSuchPlot."""
    plot = plot_named(db, name)
    return {
        "id": str(plot.id),
        "plot_number": plot.plot_number,
        "version": plot.version,
        "current": plot.current,
        "land_use": plot.land_use,
        "area_m2": round(plot.shape.area, 3),
        "frontage_m": frontage(db, plot.shape) if plot.frontage_m is None else plot.frontage_m,
        **as_geojson(db, plot.shape),
        "rights": _rights(db, plot),
        "neighbours": sorted(around(db, [plot.shape], [plot.id])),
        "boundaries": boundaries(db, plot),
        "envelope": buildable(db, plot.shape),
        "numbers": _numbers(db, plot),
        "comes_from": _kin(db, plot, "child", "parent"),
        "became": _kin(db, plot, "parent", "child"),
    }


def boundaries(db: Db, plot: Plot) -> dict[str, list[str]]:
    """The four boundaries in words, in both languages."""
    beside = [
        Beside(f"القطعة {number}", f"plot {number}", each.shape)
        for number, each in around(db, [plot.shape], [plot.id]).items()
    ]
    area = db.execute("select ST_Expand(geom, 1) from register.plot where id = %s", [plot.id]).fetchone()
    roads = db.execute(ROAD, [area[0] if area else None]).fetchall()
    beside += [Beside(ar, en, shapely.from_wkb(geom)) for ar, en, geom in roads]
    sides = four_boundaries(plot.shape, beside)
    return {"ar": in_words(sides, "ar"), "en": in_words(sides, "en")}


def old_and_new(db: Db, block_code: str | None = None) -> list[dict[str, Any]]:
    """Old ↔ new: every number that is no plot's any more, or whose plot has ended, with those that stand in its place."""
    rows = db.execute(
        """
        select g.plot_number, p.plot_number, g.ended_at, upper(p.valid), (
          select coalesce(array_agg(c.plot_number order by c.plot_number), '{}') from register.plot_change_part x
          join register.plot_change_part y on y.change_id = x.change_id and y.role = 'child' and y.plot_id <> x.plot_id
          join register.plot c on c.id = y.plot_id where x.plot_id = g.plot_id and x.role = 'parent')
        from register.plot_number_given g join register.plot p on p.id = g.plot_id join register.block b on b.id = p.block_id
        where (g.ended_at is not null or not p.valid @> now()) and (%(block)s::text is null or b.code = %(block)s)
        order by 1
        """,
        {"block": block_code},
    ).fetchall()
    return [
        {
            "old": old,
            "new": [now] if old != now else children,
            "since": (ended if old != now else retired).isoformat() if (ended or retired) else None,
        }
        for old, now, ended, retired, children in rows
    ]


def _rights(db: Db, plot: Plot) -> list[dict[str, Any]]:
    rows = db.execute(
        "select id, kind, lower(valid), upper(valid) from register.tenure_slot "
        "where plot_id = %s and register.binds(valid, now()) order by lower(valid)",
        [plot.id],
    ).fetchall()
    return [
        {
            "id": str(right),
            "kind": kind,
            "from": since.isoformat(),
            "until": until.isoformat() if until else None,
        }
        for right, kind, since, until in rows
    ]


def _numbers(db: Db, plot: Plot) -> list[dict[str, Any]]:
    rows = db.execute(
        "select plot_number, given_at, ended_at from register.plot_number_given where plot_id = %s order by given_at",
        [plot.id],
    ).fetchall()
    return [
        {"plot_number": number, "given": given.isoformat(), "ended": ended.isoformat() if ended else None}
        for number, given, ended in rows
    ]


def _kin(db: Db, plot: Plot, as_role: str, others: str) -> list[dict[str, Any]]:
    """Plots on the other side of changes that the plot was part of."""
    rows = db.execute(
        "select c.kind, c.at, k.plot_number, k.id from register.plot_change_part x "
        "join register.plot_change c on c.id = x.change_id "
        "join register.plot_change_part y on y.change_id = c.id and y.role = %s and y.plot_id <> x.plot_id "
        "join register.plot k on k.id = y.plot_id where x.plot_id = %s and x.role = %s order by c.at, k.plot_number",
        [others, plot.id, as_role],
    ).fetchall()
    return [
        {"kind": kind, "at": at.isoformat(), "plot_number": number, "id": str(kin)} for kind, at, number, kin in rows
    ]
