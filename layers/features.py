# SPDX-License-Identifier: Apache-2.0
"""Features of a layer as GeoJSON, written by the database: pages by key, never by counting rows from the start.

What a question holds decides its statement; what it says is bound. So there is one prepared statement per layer and shape
of question, and each answers within the time that its page takes, whether the layer has ten thousand features or a million.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from psycopg import sql

from layers.declaration import Layer
from layers.kinds import kind_of, may_be_null, property_names, sql_type
from layers.reference import Column, View

CEILINGS = (10, 100, 1000, 10_000)
"""Page sizes that statements are planned for. A bound limit alone is planned as a tenth of the table."""
STATEMENTS = 4000
"""Composed statements that a worker keeps."""


@dataclass(frozen=True)
class Selection:
    """Which features are meant.

    Binds: `equal_0` … the values of `equal`; `west_0`, `south_0`, `east_0`, `north_0` (and `_1` where two boxes meet at
    180°) in the units of `box`; `since` and `until` as days.
    """

    equal: tuple[str, ...] = ()
    """Properties that must have a value. Of a list, one entry must."""
    box: Column | None = None
    """The column that boxes are compared with: the box is never transformed, nor are the shapes."""
    boxes: Literal[1, 2] = 1
    since: bool = False
    until: bool = False
    """Whether what the layer speaks of must reach into days from `since`, to `until`."""
    condition: str = ""
    """Beyond these, as `layers.cql2` writes it, with binds of its own."""

    @property
    def all(self) -> bool:
        return self == EVERYTHING


EVERYTHING = Selection()


@dataclass(frozen=True)
class Key:
    """A property that features are put in order by. Missing values come last either way."""

    name: str
    descending: bool = False


@dataclass(frozen=True)
class Page:
    """One page of a selection. Binds: those of the selection, `limit`; `offset`; `after_0` … and `after_id`."""

    view: View
    selection: Selection = EVERYTHING
    order: tuple[Key, ...] = ()
    """Before the id, which always decides last."""
    after: tuple[bool, ...] | None = None
    """The page follows a feature: for each key of the order, whether that feature has a value."""
    offset: bool = False
    ceiling: int = CEILINGS[-1]
    """The smallest of CEILINGS that holds `limit`."""
    walk: bool = False
    """Go along the order and test each feature, as when much is selected; else find what is selected and sort it."""
    properties: tuple[str, ...] | None = None
    """None: all of them."""


@lru_cache(maxsize=STATEMENTS)
def feature_statement(layer: Layer, view: View) -> str:
    """One row: the layer's version, the feature's, the feature as GeoJSON text. Bind: id."""
    text = sql.SQL("select {version}, p.version, {feature} from {relation} p where p.id = %(id)s").format(
        version=_version(layer),
        feature=feature_text(view, property_names(layer)),
        relation=_relation(layer),
    )
    return text.as_string(None)


@lru_cache(maxsize=STATEMENTS)
def count_statement(layer: Layer, selection: Selection) -> str:
    """One row: the layer's version, how many are selected, at most `cap` (null: all are counted). Binds: the selection's, cap."""
    text = sql.SQL(
        "select {version}, (select count(*) from (select from {relation} p{where} limit %(cap)s) counted)"
    ).format(version=_version(layer), relation=_relation(layer), where=_where(list(conditions(layer, selection))))
    return text.as_string(None)


@lru_cache(maxsize=STATEMENTS)
def page_statement(layer: Layer, page: Page) -> str:
    """One row: the layer's version, features as one text joined by commas, how many rows were found (one more than `limit`
    means that a page follows), then the last feature's keys as text and its id.
    """
    names = page.properties if page.properties is not None else property_names(layer)
    last = [
        sql.SQL(", max({}) filter (where n = %(limit)s)").format(sql.SQL(text))
        for text in (*(f"p.key_{i}::text" for i in range(len(page.order))), "p.id::text")
    ]
    # The feature is made outside the limit: rows that an offset skips, or that a sort drops, cost no GeoJSON.
    text = sql.SQL(
        "select {version}, coalesce(string_agg({feature}, ',') filter (where n <= %(limit)s), ''), count(*)::int{last}"
        " from (select *, row_number() over () as n from ({rows}) page limit %(limit)s + 1) p"
    ).format(
        version=_version(layer),
        feature=feature_text(page.view, names),
        last=sql.SQL("").join(last),
        rows=_rows(layer, page, names),
    )
    return text.as_string(None)


def ceiling_of(limit: int) -> int:
    """The size that a page of `limit` features is planned for."""
    return next(ceiling for ceiling in CEILINGS if limit <= ceiling)


def _rows(layer: Layer, page: Page, names: tuple[str, ...]) -> sql.Composed:
    columns = [sql.SQL("p.id"), sql.SQL("p.{}").format(sql.Identifier(page.view.column))]
    columns += [sql.SQL("p.{}").format(sql.Identifier(name)) for name in names]
    columns += [
        sql.SQL("p.{} as {}").format(sql.Identifier(key.name), sql.Identifier(f"key_{i}"))
        for i, key in enumerate(page.order)
    ]
    after = [_after(layer, page)] if page.after is not None else []
    chosen = list(conditions(layer, page.selection))
    relation: sql.Composable = _relation(layer)
    if page.walk:
        # No index answers `is true`, so the order's own index is walked.
        chosen = [sql.SQL("({}) is true").format(condition) for condition in chosen]
    elif chosen:
        # Fenced: the selection is found by its own index, then put in order.
        relation = sql.SQL("(select * from {relation} p{where} offset 0)").format(
            relation=relation, where=_where(chosen)
        )
        chosen = []
    return sql.SQL("select {columns} from {relation} p{where} order by {order} {limit}").format(
        columns=sql.SQL(", ").join(columns),
        relation=relation,
        where=_where([*chosen, *after]),
        order=sql.SQL(", ").join(_order(layer, page)),
        limit=sql.SQL("limit %(limit)s + 1 offset %(offset)s")
        if page.offset
        else sql.SQL("limit {}").format(page.ceiling + 1),
    )


def _order(layer: Layer, page: Page) -> Iterator[sql.Composable]:
    yield from ordering(layer, page.order)


def ordering(layer: Layer, order: tuple[Key, ...]) -> Iterator[sql.Composable]:
    """What features `p` are put in order by; the id last, so that there is one order."""
    for key in order:
        yield sql.SQL("{}{}{}").format(
            _key(layer, key),
            sql.SQL(" desc" if key.descending else ""),
            # Said only where it matters: an index scanned backwards gives missing values first.
            sql.SQL(" nulls last" if key.descending and may_be_null(layer, key.name) else ""),
        )
    # The id goes the way of the last key, so that one index gives both.
    yield sql.SQL("p.id desc" if order and order[-1].descending else "p.id")


def _key(layer: Layer, key: Key) -> sql.Composed:
    """Arabic names in the order of the Arabic alphabet; all else as stored."""
    arabic = key.name.endswith("_ar") and kind_of(layer, key.name) == "text"
    return sql.SQL("p.{}{}").format(sql.Identifier(key.name), sql.SQL(' collate "ar-x-icu"' if arabic else ""))


def _after(layer: Layer, page: Page) -> sql.Composable:
    """Features that come after the one whose keys are bound."""
    has_value = page.after or ()
    id_sign = sql.SQL("<" if page.order and page.order[-1].descending else ">")
    bound = [
        sql.SQL("%({})s::{}").format(sql.SQL(f"after_{i}"), sql.SQL(sql_type(layer, key.name)))
        for i, key in enumerate(page.order)
    ]
    if not page.order:
        return sql.SQL("p.id > %(after_id)s::uuid")
    if len(page.order) == 1 and has_value[0] and not may_be_null(layer, page.order[0].name):
        # A row comparison is what an index on (key, id) answers.
        return sql.SQL("({key}, p.id) {sign} ({bound}, %(after_id)s::uuid)").format(
            key=_key(layer, page.order[0]), sign=id_sign, bound=bound[0]
        )
    ways: list[sql.Composable] = []
    same: list[sql.Composable] = []
    for key, value, has in zip(page.order, bound, has_value, strict=True):
        column = _key(layer, key)
        if has:
            further = sql.SQL("({column} {sign} {value} or {column} is null)").format(
                column=column, sign=sql.SQL("<" if key.descending else ">"), value=value
            )
            ways.append(sql.SQL(" and ").join([*same, further]))
            same.append(sql.SQL("{} = {}").format(column, value))
        else:
            same.append(sql.SQL("{} is null").format(column))
    ways.append(sql.SQL(" and ").join([*same, sql.SQL("p.id {} %(after_id)s::uuid").format(id_sign)]))
    return sql.SQL("({})").format(sql.SQL(" or ").join(ways))


def conditions(layer: Layer, selection: Selection) -> Iterator[sql.Composable]:
    """What features `p` must be."""
    for i, name in enumerate(selection.equal):
        value = sql.SQL(f"%(equal_{i})s")
        column = sql.SQL("p.{}").format(sql.Identifier(name))
        if kind_of(layer, name) == "list":
            yield sql.SQL("{} = any({})").format(value, column)
        else:
            yield sql.SQL("{} = {}::{}").format(column, value, sql.SQL(sql_type(layer, name)))
    if selection.box:
        shape = sql.SQL("p.{}").format(sql.Identifier(selection.box))
        meeting = [_meets(shape, i, selection.box) for i in range(selection.boxes)]
        yield sql.SQL("({})").format(sql.SQL(" or ").join(meeting))
    if layer.during:
        begins, ends = (sql.SQL("p.{}").format(sql.Identifier(name)) for name in layer.during)
        if selection.until:
            yield sql.SQL("({0} is null or {0} <= %(until)s::date)").format(begins)
        if selection.since:
            yield sql.SQL("({0} is null or {0} >= %(since)s::date)").format(ends)
    if selection.condition:
        yield sql.SQL(selection.condition)  # nothing but bound values and our own words


def _meets(shape: sql.Composed, i: int, column: Column) -> sql.Composed:
    """Shapes that meet a box. Most lie within it, which their own boxes tell for a tenth of the exact test's price."""
    srid = {"geom_4326": sql.SQL("4326"), "geom_3857": sql.SQL("3857")}.get(column)
    west, south, east, north = (sql.SQL(f"%({side}_{i})s") for side in ("west", "south", "east", "north"))
    box = sql.SQL("ST_MakeEnvelope({west}, {south}, {east}, {north}, {srid})").format(
        west=west, south=south, east=east, north=north, srid=srid or sql.SQL("%(srid)s::int")
    )
    return sql.SQL(
        "({shape} && {box} and (ST_XMin({shape}) >= {west} and ST_XMax({shape}) <= {east}"
        " and ST_YMin({shape}) >= {south} and ST_YMax({shape}) <= {north} or ST_Intersects({shape}, {box})))"
    ).format(shape=shape, box=box, west=west, south=south, east=east, north=north)


def feature_text(view: View, names: tuple[str, ...]) -> sql.Composed:
    """A feature `p` as GeoJSON."""
    shape = sql.SQL("p.{}").format(sql.Identifier(view.column))
    return sql.SQL(
        '\'{{"type":"Feature","id":"\' || p.id || \'","geometry":\' || ST_AsGeoJSON({shape}, {digits}, 0)'
        " || ',\"properties\":' || {properties} || '}}'"
    ).format(
        shape=sql.SQL("ST_FlipCoordinates({})").format(shape) if view.northing_first else shape,
        digits=sql.Literal(view.digits),
        properties=sql.SQL("(select row_to_json(q)::text from (select {}) q)").format(
            sql.SQL(", ").join(sql.SQL("p.{}").format(sql.Identifier(name)) for name in names)
        )
        if names
        else sql.SQL("'{}'"),
    )


def _version(layer: Layer) -> sql.Composed:
    return sql.SQL("(select version from published.layer_versions where layer_id = {})").format(sql.Literal(layer.id))


def _where(conditions: list[sql.Composable]) -> sql.Composable:
    return sql.SQL(" where {}").format(sql.SQL(" and ").join(conditions)) if conditions else sql.SQL("")


def _relation(layer: Layer) -> sql.Identifier:
    return sql.Identifier("published", layer.published.name)
