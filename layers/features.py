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
from layers.reference import LON_LAT, Column, View

CEILINGS = (10, 100, 1000, 10_000)
"""Page sizes that statements are planned for. A bound limit alone is planned as a tenth of the table."""
STATEMENTS = 4000
"""Composed statements that a worker keeps."""
SIDES = ("west", "south", "east", "north")
NOWHERE = -2e9
"""Metres or degrees, where no shape is."""
INNER_SIDES = ("inner_west", "inner_south", "inner_east", "inner_north")


@dataclass(frozen=True)
class Selection:
    """Which features are meant.

    Binds: `equal_0` … the values of `equal`; those of `box_binds` with 0 (and 1 where two boxes meet at 180°) in the units
    of `box`; `since` and `until` as days.
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
    """One page of a selection. Binds: those of the selection, `limit`; `most`, of how many a page is made where they have to
    be found first; `offset`; `after_0` … and `after_id`.
    """

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
    """One row: the layer's version, the feature as GeoJSON text. Bind: id."""
    relation, feature = _source(layer, view, property_names(layer))
    text = sql.SQL("select {version}, {feature} from {relation} p where p.id = %(id)s").format(
        version=_version(layer), feature=feature, relation=relation
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
    """At least one row, each: the layer's version, how many are selected, the feature's place on the page, the feature,
    and where it is the page's last one its keys and its id as text.

    How many: null unless they had to be found to put them in order; one more than the bind `most` means that there are
    more, and that the page is of some of them. Place: from 1 to one more than `limit`, which means that a page follows;
    null where the page is empty. Rows come in any order.
    """
    names = page.properties if page.properties is not None else property_names(layer)
    relation, feature = _source(layer, page.view, names)
    found = not page.walk and not page.selection.all
    last = [
        sql.SQL(", case when q.n = %(limit)s then q.{}::text end").format(sql.Identifier(name))
        for name in (*(f"key_{i}" for i in range(len(page.order))), "id")
    ]
    # Features are read for the rows of the page alone: those that an offset skips, or that a sort drops, cost nothing. They
    # travel as rows: to join them into one text would cost the database a third of a page of a hundred.
    text = sql.SQL(
        "{chosen}select head.*, page.* from (select {version}, {found}) head left join ("
        "select q.n, {feature}{last} from (select *, row_number() over () as n from ({rows}) ordered limit %(limit)s + 1) q"
        " join {relation} p on p.id = q.id) page on true"
    ).format(
        chosen=_chosen(layer, page) if found else sql.SQL(""),
        version=_version(layer),
        found=sql.SQL("(select count(*) from chosen)" if found else "null"),
        feature=feature,
        last=sql.SQL("").join(last),
        rows=_rows(layer, page, sql.Identifier("chosen") if found else _relation(layer)),
        relation=relation,
    )
    return text.as_string(None)


def ceiling_of(limit: int) -> int:
    """The size that a page of `limit` features is planned for."""
    return next(ceiling for ceiling in CEILINGS if limit <= ceiling)


def _chosen(layer: Layer, page: Page) -> sql.Composed:
    """The selection, found by its own index before anything is put in order."""
    columns = [sql.SQL("p.{}").format(sql.Identifier(name)) for name in ("id", *(key.name for key in page.order))]
    return sql.SQL(
        "with chosen as materialized (select {columns} from {relation} p{where} limit %(most)s::bigint + 1) "
    ).format(
        columns=sql.SQL(", ").join(columns),
        relation=_relation(layer),
        where=_where(list(conditions(layer, page.selection))),
    )


def _rows(layer: Layer, page: Page, relation: sql.Composable) -> sql.Composed:
    columns: list[sql.Composable] = [sql.SQL("p.id")]
    columns += [
        sql.SQL("p.{} as {}").format(sql.Identifier(key.name), sql.Identifier(f"key_{i}"))
        for i, key in enumerate(page.order)
    ]
    # No index answers `is true`, so the order's own index is walked.
    tested = [sql.SQL("({}) is true").format(each) for each in conditions(layer, page.selection)] if page.walk else []
    after = [_after(layer, page)] if page.after is not None else []
    return sql.SQL("select {columns} from {relation} p{where} order by {order} {limit}").format(
        columns=sql.SQL(", ").join(columns),
        relation=relation,
        where=_where([*tested, *after]),
        order=sql.SQL(", ").join(ordering(layer, page.order)),
        limit=sql.SQL("limit %(limit)s + 1 offset %(offset)s")
        if page.offset
        else sql.SQL("limit {}").format(page.ceiling + 1),
    )


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
    """Shapes that meet a box. Most lie well within it, which their own boxes tell for a tenth of the exact test's price.

    Boxes of shapes are kept in single precision, rounded outwards: `inner` is so much smaller that this cannot matter.
    """
    srid = {"geom_4326": sql.SQL("4326"), "geom_3857": sql.SQL("3857")}.get(column) or sql.SQL("%(srid)s::int")
    # As queries of their own they are made once, not for every shape.
    box, inner = (
        sql.SQL("(select ST_MakeEnvelope({}, {}))").format(
            sql.SQL(", ").join(sql.SQL(f"%({name}_{i})s") for name in names), srid
        )
        for names in (SIDES, INNER_SIDES)
    )
    # `is true`: else the index is read twice, for this condition too.
    return sql.SQL("({shape} && {box} and (({shape} @ {inner}) is true or ST_Intersects({shape}, {box})))").format(
        shape=shape, box=box, inner=inner
    )


def box_binds(i: int, west: float, south: float, east: float, north: float) -> dict[str, float]:
    """Binds of a box, in the units of its column."""
    outer = (west, south, east, north)
    # Single precision keeps 24 bits: two units of the last one, for the shape's box and for this one.
    slack = [max(abs(side), 1e-30) * 2.0**-22 for side in outer]
    inner = (west + slack[0], south + slack[1], east - slack[2], north - slack[3])
    if inner[0] > inner[2] or inner[1] > inner[3]:  # too small to lie well within
        inner = (NOWHERE,) * 4
    return {f"{side}_{i}": value for side, value in zip((*SIDES, *INNER_SIDES), (*outer, *inner), strict=True)}


def written_as(layer: Layer) -> sql.Composed:
    """A row `p` of what a layer publishes as readers get it who ask for nothing in particular."""
    return feature_text(LON_LAT, property_names(layer))


def _source(layer: Layer, view: View, names: tuple[str, ...]) -> tuple[sql.Identifier, sql.Composable]:
    """The relation that features come from, and what to read of its row `p`: written already, or to be made."""
    if layer.kept is not None and view == LON_LAT and names == property_names(layer):
        return sql.Identifier("published", layer.kept.written.name), sql.SQL("p.feature")
    return _relation(layer), feature_text(view, names)


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
