# SPDX-License-Identifier: Apache-2.0
"""What a reader of the map asks about plots: which fit, how many would fit otherwise, one object's card.

All from `published`: nothing here can tell more than the public may know. Each function gives one constant statement;
what the reader chose is bound.
"""

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


@cache
def counts_statement() -> str:
    """One row for the panel. Binds: `Criteria.binds()`.

    How many plots fit and their m²; tile ids of those that fit; by status and by land use how many would fit if that
    criterion were left out; by utility how many of those that fit have it now; by criterion how many would fit without
    it; available plots of the zone, their m² and the largest one.
    """
    without = sql.SQL(", ").join(
        sql.SQL("{name}, count(*) filter (where {rest})").format(name=sql.Literal(name), rest=_all_but(name))
        for name in _CONDITIONS
    )
    utilities = sql.SQL(", ").join(
        sql.SQL("{name}, count(*) filter (where {fit} and {column} = 'now')").format(
            name=sql.Literal(name), fit=_all_but(), column=sql.Identifier(name)
        )
        for name in UTILITIES
    )
    text = sql.SQL(
        "select count(*) filter (where {fit}), coalesce(sum(area_m2) filter (where {fit}), 0)::float8,"
        " coalesce(array_agg(tile_id) filter (where {fit}), '{{}}'),"
        " (select coalesce(json_object_agg(public_status, n), '{{}}') from"
        " (select public_status, count(*) as n from published.plots where {but_status} group by 1) counted),"
        " (select coalesce(json_object_agg(land_use, n), '{{}}') from"
        " (select land_use, count(*) filter (where {but_use}) as n from published.plots group by 1) counted),"
        " json_build_object({utilities}), json_build_object({without}),"
        " count(*) filter (where public_status = 'available'),"
        " coalesce(sum(area_m2) filter (where public_status = 'available'), 0)::float8,"
        " max(area_m2) filter (where public_status = 'available'),"
        " coalesce(bool_or(illustrative), false)"
        " from published.plots"
    ).format(
        fit=_all_but(),
        but_status=_all_but("status"),
        but_use=_all_but("land_use"),
        utilities=utilities,
        without=without,
    )
    return text.as_string(None)


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
def summary_statement(catalogue: Catalogue) -> str:
    """One row: {layer: {box: [west, south, east, north] or null, codes: {field: codes in use, of fields that tiles carry}, illustrative}}.

    Reads every layer once: for the caller to keep until a version changes.
    """
    pairs = [
        sql.SQL(
            "{id}, (select json_build_object('box', case when box is null then null else json_build_array("
            "ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)) end, 'codes', codes, 'illustrative', illustrative)"
            " from (select ST_Extent(geom_4326) as box, {codes} as codes, bool_or(illustrative) as illustrative"
            " from {relation}) seen)"
        ).format(
            id=sql.Literal(layer.id),
            codes=sql.SQL("json_build_object({})").format(
                sql.SQL(", ").join(
                    # Grouped, not array_agg(distinct …): that would sort a million words to find seven.
                    sql.SQL(
                        "{name}, (select array_agg({field}) from (select {field} from {relation}"
                        " where {field} is not null group by 1) used)"
                    ).format(
                        name=sql.Literal(field.name),
                        field=sql.Identifier(field.name),
                        relation=sql.Identifier("published", layer.published.name),
                    )
                    for field in layer.tile_fields
                    if field.codelist
                )
            ),
            relation=sql.Identifier("published", layer.published.name),
        )
        for layer in catalogue.public
    ]
    # A function takes at most a hundred arguments: an object of forty layers is joined from single ones.
    objects = sql.SQL(" || ").join(sql.SQL("jsonb_build_object({})").format(pair) for pair in pairs)
    return sql.SQL("select {}").format(objects).as_string(None)


@cache
def limits_statement(layer: Layer, field: str) -> str:
    """One row: an array of four limits that divide the different values of a public number into five even classes.

    Of the values, not of the objects: where most plots have one charge, all limits would fall on it.
    """
    return (
        sql.SQL(
            "select percentile_disc(array[0.2, 0.4, 0.6, 0.8]) within group (order by {field})"
            " from (select distinct {field} from {relation} where {field} is not null) different"
        )
        .format(field=sql.Identifier(field), relation=sql.Identifier("published", layer.published.name))
        .as_string(None)
    )
