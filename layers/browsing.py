# SPDX-License-Identifier: Apache-2.0
"""What a reader of the map asks about plots: which fit, how many would fit otherwise, one object's card.

All from `published`: nothing here can tell more than the public may know. Each function gives one constant statement;
what the reader chose is bound.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Literal

from psycopg import sql

from layers.declaration import Catalogue, Layer

Sort = Literal["plot_number", "area_m2", "-area_m2", "rent", "-rent"]
SORTS: tuple[Sort, ...] = ("plot_number", "area_m2", "-area_m2", "rent", "-rent")
UTILITIES = ("water", "sewer", "power", "telecom")
"""Whose state at the plot's boundary is published with the plot."""


@dataclass(frozen=True)
class Criteria:
    """What a plot must be. An empty criterion leaves everything; of several values one must fit, of utilities all."""

    status: tuple[str, ...] = ()
    land_use: tuple[str, ...] = ()
    servicing: tuple[str, ...] = ()
    area_from: float | None = None
    area_to: float | None = None
    rent_to: float | None = None
    number: tuple[str, ...] = ()

    @property
    def active(self) -> tuple[str, ...]:
        """Names of the criteria that are set."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name) not in ((), None))

    def binds(self) -> dict[str, object]:
        """What the statements below ask for."""
        lists = {name: list(getattr(self, name)) or None for name in ("status", "land_use", "number")}
        utilities = {name: name in self.servicing for name in UTILITIES}
        return lists | utilities | {name: getattr(self, name) for name in ("area_from", "area_to", "rent_to")}


# Each criterion as a condition that is true when it is not set. rent_to leaves out plots without a charge: the reader
# asked for one that is known to be low enough.
_CONDITIONS: dict[str, str] = {
    "status": "(%(status)s::text[] is null or public_status = any(%(status)s::text[]))",
    "land_use": "(%(land_use)s::text[] is null or land_use = any(%(land_use)s::text[]))",
    "number": "(%(number)s::text[] is null or plot_number = any(%(number)s::text[]))",
    "area_from": "(%(area_from)s::float8 is null or area_m2 >= %(area_from)s::float8)",
    "area_to": "(%(area_to)s::float8 is null or area_m2 <= %(area_to)s::float8)",
    "rent_to": "(%(rent_to)s::float8 is null or coalesce(rent <= %(rent_to)s::float8, false))",
    "servicing": " and ".join(f"(not %({name})s or {name} = 'now')" for name in UTILITIES),
}
_ORDERS: dict[Sort, str] = {
    "plot_number": "plot_number",
    "area_m2": "area_m2, plot_number",
    "-area_m2": "area_m2 desc, plot_number",
    "rent": "rent nulls last, plot_number",
    "-rent": "rent desc nulls last, plot_number",
}


def _all_but(*left_out: str) -> sql.SQL:
    kept = [condition for name, condition in _CONDITIONS.items() if name not in left_out]
    return sql.SQL(" and ".join(f"({condition})" for condition in kept))


_OF_NUMBERS = ("area_from", "area_to", "rent_to", "number")
"""Criteria that the kept sums of plots cannot answer."""


def needs_plots(criteria: Criteria) -> bool:
    """Whether the plots themselves must be looked through to count; else their sums are enough."""
    return any(name in _OF_NUMBERS for name in criteria.active)


@cache
def counts_statement(*, from_plots: bool) -> str:
    """One row for the panel. Binds: `Criteria.binds()`.

    How many plots fit and their m²; by status and by land use how many would fit if that criterion were left out; by
    utility how many of those that fit have it now; by criterion how many would fit without it; available plots of the
    zone, their m² and the largest one; whether any is illustrative. `from_plots`: where `needs_plots`; else from sums.
    """
    groups: sql.Composable = sql.SQL("published.plot_sums")
    if from_plots:
        # Looked through once: what of numbers fits is decided for each plot, the rest for each kind of plot.
        groups = sql.SQL(
            "(select public_status, land_use, water, sewer, power, telecom, illustrative, {fits}, count(*) as plots,"
            " sum(area_m2) as area_m2 from published.plots group by 1, 2, 3, 4, 5, 6, 7, {ordinals}) kinds"
        ).format(
            fits=sql.SQL(", ".join(f"{_CONDITIONS[name]} as {name}_fits" for name in _OF_NUMBERS)),
            ordinals=sql.SQL(", ".join(str(8 + place) for place in range(len(_OF_NUMBERS)))),
        )

    def all_but(*left_out: str) -> sql.SQL:
        kept = {name: f"{name}_fits" if name in _OF_NUMBERS else condition for name, condition in _CONDITIONS.items()}
        words = [
            f"({condition})"
            for name, condition in kept.items()
            if name not in left_out and (from_plots or name not in _OF_NUMBERS)
        ]
        return sql.SQL(" and ".join(words))

    def plots(condition: sql.SQL) -> sql.Composed:
        return sql.SQL("coalesce(sum(plots) filter (where {}), 0)::bigint").format(condition)

    text = sql.SQL(
        "with kinds as materialized (select * from {groups})"
        " select {total}, coalesce(sum(area_m2) filter (where {fit}), 0)::float8,"
        " (select coalesce(json_object_agg(public_status, n) filter (where n > 0), '{{}}') from"
        " (select public_status, {but_status} as n from kinds group by 1) counted),"
        " (select coalesce(json_object_agg(land_use, n) filter (where there > 0), '{{}}') from"
        " (select land_use, {but_use} as n, sum(plots) as there from kinds group by 1) counted),"
        " json_build_object({utilities}), json_build_object({without}),"
        " {available}, coalesce(sum(area_m2) filter (where public_status = 'available'), 0)::float8,"
        " (select max(area_m2) from published.plots where public_status = 'available'),"
        " coalesce(sum(plots) filter (where illustrative) > 0, false)"
        " from kinds"
    ).format(
        groups=groups,
        total=plots(all_but()),
        fit=all_but(),
        but_status=plots(all_but("status")),
        but_use=plots(all_but("land_use")),
        utilities=sql.SQL(", ").join(
            sql.SQL("{}, {}").format(
                sql.Literal(name), plots(sql.SQL(f"{all_but().as_string(None)} and {name} = 'now'"))
            )
            for name in UTILITIES
        ),
        without=sql.SQL(", ").join(
            sql.SQL("{}, {}").format(sql.Literal(name), plots(all_but(name))) for name in _CONDITIONS
        ),
        available=plots(sql.SQL("public_status = 'available'")),
    )
    return text.as_string(None)


@cache
def matching_statement() -> str:
    """One row: tile ids of the plots that fit, in order. Binds: `Criteria.binds()`."""
    return (
        sql.SQL("select coalesce(array_agg(tile_id order by tile_id), '{{}}') from published.plots where {}")
        .format(_all_but())
        .as_string(None)
    )


@cache
def list_statement(sort: Sort) -> str:
    """One row: an array of plots that fit, in order. Binds: `Criteria.binds()`, limit, offset."""
    text = sql.SQL(
        "select coalesce(json_agg(row_to_json(page)), '[]') from (select plot_number, tile_id, public_status, land_use,"
        " area_m2, rent from published.plots where {fit} order by {order} limit %(limit)s offset %(offset)s) page"
    ).format(fit=_all_but(), order=sql.SQL(_ORDERS[sort]))
    return text.as_string(None)


@cache
def card_statement(layer: Layer, by: Literal["tile_id", "plot_number"] = "tile_id") -> str:
    """One row: all public facts of one object, its box in degrees, its uuid. Bind: key."""
    names = [field.name for field in layer.public_fields]
    text = sql.SQL(
        "select (select row_to_json(facts) from (select {names}) facts), tile_id, id::text, illustrative,"
        " ST_XMin(geom_4326), ST_YMin(geom_4326), ST_XMax(geom_4326), ST_YMax(geom_4326)"
        " from {relation} where {key} = %(key)s"
    ).format(
        names=sql.SQL(", ").join(sql.Identifier(name) for name in names) if names else sql.SQL("null as nothing"),
        relation=sql.Identifier("published", layer.published.name),
        key=sql.Identifier(by),
    )
    return text.as_string(None)


@cache
def nearby_statement(plots: Layer, others: Layer, title: str) -> str:
    """One row: an array of up to three objects nearest to a plot: tile id, title, metres. Binds: key (tile id), reach_m."""
    text = sql.SQL(
        "select coalesce(json_agg(row_to_json(near)), '[]') from (select other.tile_id, other.{title} as title,"
        " round(ST_Distance(other.geom, plot.geom)::numeric)::int as metres from {others} other, {plots} plot"
        " where plot.tile_id = %(key)s and ST_DWithin(other.geom, plot.geom, %(reach_m)s)"
        " order by ST_Distance(other.geom, plot.geom), other.tile_id limit 3) near"
    ).format(
        title=sql.Identifier(title),
        others=sql.Identifier("published", others.published.name),
        plots=sql.Identifier("published", plots.published.name),
    )
    return text.as_string(None)


@cache
def surroundings_statement(plots: Layer, reserves: Layer | None) -> str:
    """One row: a plot's shape as GeoJSON on the legal grid; an array of the road reserves it fronts on, widest front first:
    code, name_ar, name_en, road_class, width_m, metres; an array of the plots it borders on: number, metres. Bind: key (tile id).
    """
    roads = (
        sql.SQL(
            "select road.code, road.name_ar, road.name_en, road.road_class, road.width_m,"
            " ST_Length(ST_Intersection(ST_Boundary(plot.geom), road.geom)) as metres from {} road"
            " where ST_DWithin(road.geom, plot.geom, 0.001)"
        ).format(sql.Identifier("published", reserves.published.name))
        if reserves is not None
        else sql.SQL("select 0.0 as metres where false")
    )
    text = sql.SQL(
        "select ST_AsGeoJSON(plot.geom, 3)::json,"
        " (select coalesce(json_agg(row_to_json(road) order by metres desc), '[]') from ({roads}) road where metres > 0.5),"
        " (select coalesce(json_agg(row_to_json(near) order by plot_number), '[]') from (select other.plot_number,"
        " ST_Length(ST_Intersection(ST_Boundary(plot.geom), ST_Boundary(other.geom))) as metres from {plots} other"
        " where other.tile_id <> plot.tile_id and other.geom && plot.geom) near where metres > 0.5)"
        " from {plots} plot where plot.tile_id = %(key)s"
    ).format(roads=roads, plots=sql.Identifier("published", plots.published.name))
    return text.as_string(None)


@cache
def arcs_statement(plots: Layer, arcs: Layer) -> str:
    """One row: an array of the arcs on a plot's border: radius_m, length_m, turn, the places of both ends on the legal grid as text.

    Bind: key (tile id).
    """
    text = sql.SQL(
        "select coalesce(json_agg(row_to_json(arc) order by radius_m, length_m, begins), '[]') from ("
        "select distinct on (ST_Normalize(a.geom)) a.radius_m, a.length_m, a.turn,"
        " to_char(ST_X(ST_StartPoint(a.geom)), 'FM9999999990.000') || ' ' || to_char(ST_Y(ST_StartPoint(a.geom)), 'FM9999999990.000')"
        " as begins, to_char(ST_X(ST_EndPoint(a.geom)), 'FM9999999990.000') || ' ' ||"
        " to_char(ST_Y(ST_EndPoint(a.geom)), 'FM9999999990.000') as ends from {arcs} a, {plots} plot"
        " where plot.tile_id = %(key)s and a.geom && plot.geom and ST_CoveredBy(a.geom, ST_Boundary(plot.geom))) arc"
    )
    return text.format(
        arcs=sql.Identifier("published", arcs.published.name),
        plots=sql.Identifier("published", plots.published.name),
    ).as_string(None)


@cache
def codes_statement() -> str:
    """One row: every codelist as {list: {code: [ar, en]}}, codes in their order."""
    return (
        "select json_object_agg(list, codes) from (select list, json_object_agg(code, json_build_array(ar, en)"
        " order by position, code) as codes from published.codes group by list) lists"
    )


@cache
def years_statement(layer: Layer, first: str, last: str) -> str:
    """One row: first and last year that a layer's objects speak of, or nulls."""
    return (
        sql.SQL("select min({first}), greatest(max({first}), max({last})) from {relation}")
        .format(
            first=sql.Identifier(first),
            last=sql.Identifier(last),
            relation=sql.Identifier("published", layer.published.name),
        )
        .as_string(None)
    )


@cache
def drawings_statement(catalogue: Catalogue) -> str:
    """One row: an array of the reference drawings on the map: import_id, title, features, box in degrees."""
    layers = [layer for layer in catalogue.public if layer.group == "drawings"]
    pieces = sql.SQL(" union all ").join(
        sql.SQL(
            "select import_id, min(drawing) as title, count(*) as features, ST_Extent(geom_4326)::geometry as box"
            " from {} group by import_id"
        ).format(sql.Identifier("published", layer.published.name))
        for layer in layers
    )
    if not layers:
        return "select '[]'::json"
    text = sql.SQL(
        "select coalesce(json_agg(row_to_json(drawing)), '[]') from (select import_id, title, features,"
        " json_build_array(ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)) as box from (select import_id,"
        " min(title) as title, sum(features) as features, ST_Extent(box) as box from ({pieces}) pieces"
        " where import_id is not null group by import_id) whole order by title, import_id) drawing"
    ).format(pieces=pieces)
    return text.as_string(None)


@cache
def versions_statement() -> str:
    """One row: {layer: version} as the register stands."""
    return "select coalesce(json_object_agg(layer_id, version), '{}') from published.layer_versions"


@cache
def zone_statement() -> str:
    """One row: the zone's name in Arabic and English; no row when there is none."""
    return "select name_ar, name_en from published.zones order by code limit 1"


@cache
def summary_statement(layer: Layer) -> str:
    """One row: {box: [west, south, east, north] or null, codes: {field: codes in use, of fields that tiles carry}, illustrative}.

    For the caller to keep until the layer's version changes.
    """
    relation = sql.Identifier("published", layer.published.name)
    kept = layer.kept
    used, invented = _seen_in_sums(kept.summed_in) if kept and kept.summed_in else _seen_in_rows(relation)
    box = sql.SQL("select ST_Extent(geom_4326) from {}").format(relation)
    if kept and kept.lies_in:
        around = sql.Identifier("published", kept.lies_in)
        box = sql.SQL("select ST_Extent(geom_4326) from {} where exists (select from {})").format(around, relation)
    codes = sql.SQL(", ").join(
        sql.SQL("{name}, (select array_agg({field}) from ({used}) used)").format(
            name=sql.Literal(field.name), field=sql.Identifier(field.name), used=used(sql.Identifier(field.name))
        )
        for field in layer.tile_fields
        if field.codelist
    )
    return (
        sql.SQL(
            "select json_build_object('box', case when box is null then null else json_build_array("
            "ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)) end, 'codes', json_build_object({codes}),"
            " 'illustrative', ({invented})) from (select ({box}) as box) seen"
        )
        .format(codes=codes, invented=invented, box=box)
        .as_string(None)
    )


_Seen = tuple[Callable[[sql.Identifier], sql.Composed], sql.Composed]
"""Questions: which values one of a layer's fields has; whether any of it is illustrative."""


def _seen_in_rows(relation: sql.Identifier) -> _Seen:
    def used(field: sql.Identifier) -> sql.Composed:
        # Grouped, not array_agg(distinct …): that would sort all words to find seven.
        return sql.SQL("select {0} from {1} where {0} is not null group by 1").format(field, relation)

    return used, sql.SQL("select bool_or(illustrative) from {}").format(relation)


def _seen_in_sums(sums: str) -> _Seen:
    """Without looking through the rows."""
    kinds = sql.Identifier("published", sums)

    def used(field: sql.Identifier) -> sql.Composed:
        return sql.SQL("select {0} from {1} group by 1 having sum(plots) > 0").format(field, kinds)

    return used, sql.SQL("select sum(plots) filter (where illustrative) > 0 from {}").format(kinds)


@cache
def limits_statement(layer: Layer, field: str) -> str:
    """One row: an array of four limits that divide the different values of a public number into five even classes.

    Of the values, not of the objects: where most plots have one charge, all limits would fall on it.
    """
    # From one value to the next along the index: a million plots are charged by a few thousand different numbers.
    return (
        sql.SQL(
            "with recursive different as ((select min({field}) as value from {relation}) union all"
            " select (select min({field}) from {relation} where {field} > value) from different where value is not null)"
            " select percentile_disc(array[0.2, 0.4, 0.6, 0.8]) within group (order by value)"
            " from different where value is not null"
        )
        .format(field=sql.Identifier(field), relation=sql.Identifier("published", layer.published.name))
        .as_string(None)
    )
