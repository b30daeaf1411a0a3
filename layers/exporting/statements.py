# SPDX-License-Identifier: Apache-2.0
"""The question whose answer is the file: one SELECT, whose columns are the file's in their order and the shape last.

Programs get codes and numbers as they are kept; people get words, rounded areas, and plots in the order in which they count.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import sql

from gis.formulas import PATTERN
from gis.writing.rows import ColumnKind, OutColumn
from layers.catalogue import LAYERS
from layers.declaration import Field, Language, Layer, Text
from layers.exporting.wanted import ID, ILLUSTRATIVE, Wanted, heading
from layers.features import conditions, ordering
from layers.kinds import kind_of
from layers.reference import DEGREES_DIGITS, METRES_DIGITS, Column, views

ROUNDED = {"m²": 2, "m": 3}
"""Decimals that people are told of a number with this unit."""
DIGITS: dict[Column, int] = {"geom": METRES_DIGITS, "geom_4326": DEGREES_DIGITS, "geom_3857": 4}
SHAPE = Text(ar="الشكل (WKT)", en="Shape (WKT)")
LONGITUDE, LATITUDE = Text(ar="خط الطول", en="Longitude"), Text(ar="خط العرض", en="Latitude")
CODE_OF = Text(ar="رمز", en="code")
BOUNDARY_POINTS = "boundary_points"
Codes = dict[str, dict[str, tuple[str, str]]]
"""list → code → Arabic, English."""


@dataclass(frozen=True)
class Asked:
    """A SELECT without parameters but those of the selection, and what its columns are."""

    statement: sql.Composed
    columns: tuple[OutColumn, ...]


def kind_in_file(layer: Layer, field: Field) -> ColumnKind:
    """A name is a text to a file."""
    if field is ID:
        return "text"
    kind = kind_of(layer, field.name)
    return "text" if kind == "name" else kind


def for_programs(wanted: Wanted, codes: Codes) -> Asked:
    """id, fields, illustrative; then the shape as hexadecimal WKB, or as KML where degrees alone are possible."""
    fields = [ID, *wanted.fields, *([ILLUSTRATIVE] if wanted.with_illustrative else [])]
    columns = tuple(_as_kept(wanted, field, codes) for field in fields)
    values = [_kept_value(column) for column in columns]
    if wanted.format.id in ("kml", "kmz"):
        shape = sql.SQL("ST_AsKML(p.geom_4326, {})").format(sql.Literal(DEGREES_DIGITS))
    else:
        shape = sql.SQL("encode(ST_AsBinary(p.{}), 'hex')").format(sql.Identifier(wanted.shapes_column))
    return Asked(_select(wanted, [*values, shape]), columns)


def _as_kept(wanted: Wanted, field: Field, codes: Codes) -> OutColumn:
    said = {
        code: ar if wanted.language == "ar" else en for code, (ar, en) in codes.get(field.codelist or "", {}).items()
    }
    return OutColumn(field.name, kind_in_file(wanted.layer, field), heading(field, wanted.language), said)


def _kept_value(column: OutColumn) -> sql.Composable:
    value = sql.SQL("p.{}").format(sql.Identifier(column.name))
    match column.kind:
        case "list":
            return sql.SQL("array_to_json({})::text").format(value)
        case "instant":
            return sql.SQL("to_char({} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')").format(value)
        case "number":
            return sql.SQL("{}::float8").format(value)
    return value


def for_people(wanted: Wanted, *, as_text: bool) -> Asked:
    """Fields in words, codes beside them, id, then the shape as asked. `as_text`: a text that would run is made harmless."""
    columns: list[OutColumn] = []
    values: list[sql.Composable] = []
    joined: list[sql.Composable] = []
    for field in [*wanted.fields, *([ILLUSTRATIVE] if wanted.with_illustrative else [])]:
        title = heading(field, wanted.language)
        kind = kind_in_file(wanted.layer, field)
        value, join = _said(field, kind, len(columns), wanted.language)
        columns.append(OutColumn(field.name, "text" if field.codelist else kind, title))
        values.append(_harmless(value) if as_text and columns[-1].kind in ("text", "list") else value)
        joined += join
        if field.codelist and kind != "list":
            columns.append(OutColumn(f"{field.name}_code", "text", f"{title} – {CODE_OF.said_in(wanted.language)}"))
            values.append(sql.SQL("p.{}").format(sql.Identifier(field.name)))
    columns.append(OutColumn(ID.name, "text", ID.title.said_in(wanted.language)))
    values.append(sql.SQL("p.id"))
    for column, value in _shape(wanted):
        columns.append(column)
        values.append(value)
    return Asked(_select(wanted, values, joined), tuple(columns))


def _said(
    field: Field, kind: ColumnKind, place: int, language: Language
) -> tuple[sql.Composable, list[sql.Composable]]:
    """A value as people read it, and the codelist that has to be joined for it."""
    value = sql.SQL("p.{}").format(sql.Identifier(field.name))
    if field.codelist is None:
        if kind == "list":
            return sql.SQL("array_to_json({})::text").format(value), []
        if kind == "yes_no":
            return sql.SQL("case when {0} then 'true' when not {0} then 'false' end").format(value), []
        if kind == "instant":
            return sql.SQL("to_char({} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')").format(value), []
        if kind == "text":  # a name (uuid) too
            return sql.SQL("{}::text").format(value), []
        digits = ROUNDED.get(field.unit or "") if kind == "number" else None
        return (value if digits is None else sql.SQL("round({}::numeric, {})").format(value, sql.Literal(digits))), []
    said = sql.Identifier("ar" if language == "ar" else "en")
    if kind == "list":
        return sql.SQL(
            "(select string_agg(coalesce(c.{said}, u.code), ', ' order by u.n) from unnest({value}) with ordinality u(code, n)"
            " left join published.codes c on c.list = {list} and c.code = u.code)"
        ).format(said=said, value=value, list=sql.Literal(field.codelist)), []
    alias = sql.Identifier(f"codes_{place}")
    join = sql.SQL(" left join published.codes {alias} on {alias}.list = {list} and {alias}.code = {value}").format(
        alias=alias, list=sql.Literal(field.codelist), value=value
    )
    return sql.SQL("coalesce({}.{}, {})").format(alias, said, value), [join]


def _harmless(value: sql.Composable) -> sql.Composed:
    return sql.SQL("case when {0} ~ {1} then '''' || {0} else {0} end").format(
        sql.SQL("({})").format(value), sql.Literal(PATTERN)
    )


def _shape(wanted: Wanted) -> Iterator[tuple[OutColumn, sql.Composable]]:
    language = wanted.language
    if wanted.table_shape == "wkt":
        column = wanted.shapes_column
        yield (
            OutColumn("wkt", "text", SHAPE.said_in(language)),
            sql.SQL("ST_AsText(p.{}, {})").format(sql.Identifier(column), sql.Literal(DIGITS[column])),
        )
    elif wanted.table_shape == "lonlat":
        for name, title, function in (("lon", LONGITUDE, "ST_X"), ("lat", LATITUDE, "ST_Y")):
            yield (
                OutColumn(name, "number", title.said_in(language)),
                sql.SQL("round({}(ST_PointOnSurface(p.geom_4326))::numeric, {})").format(
                    sql.SQL(function), sql.Literal(DEGREES_DIGITS)
                ),
            )


def for_surveyors(wanted: Wanted) -> Asked:
    """The stake-out list: a row for each corner with E, N, H on the legal grid, and the boundary point that marks it."""
    layer, language = wanted.layer, wanted.language
    label = layer.by_name[layer.label] if layer.label else ID
    height = sql.SQL("p.height_m::float8") if "height_m" in layer.by_name else sql.SQL("null::float8")
    points = LAYERS.get(BOUNDARY_POINTS)
    mark: sql.Composable = sql.SQL("null::text")
    joined: sql.Composable = sql.SQL("")
    if points is not None:
        # On the grid two equal places are equal numbers, which is a join by hash instead of one by nearness.
        mark = _harmless(sql.SQL("marks.point_number"))
        joined = sql.SQL(
            " left join {} marks on ST_X(marks.geom) = ST_X(corner) and ST_Y(marks.geom) = ST_Y(corner)"
        ).format(sql.Identifier("published", points.published.name))
    columns = (
        OutColumn("plot" if layer.id == "plots" else "feature", "text", label.title.said_in(language)),
        OutColumn("corner", "whole", Text(ar="الزاوية", en="Corner").said_in(language)),
        OutColumn("e", "number", Text(ar="شرقيات E", en="E").said_in(language)),
        OutColumn("n", "number", Text(ar="شماليات N", en="N").said_in(language)),
        OutColumn("h", "number", Text(ar="المنسوب H", en="H").said_in(language)),
        OutColumn("code", "text", Text(ar="رمز النقطة", en="Point code").said_in(language)),
    )
    named = sql.SQL("coalesce(p.{}::text, p.id::text)").format(sql.Identifier(label.name))
    statement = sql.SQL(
        "select {named}, corner_number, round(ST_X(corner)::numeric, 3), round(ST_Y(corner)::numeric, 3), height, {mark}"
        " from (select *, row_number() over (partition by id order by path) as corner_number from ("
        "select p.id, {label} as label, {key} as place, {height} as height, d.path, d.geom as corner,"
        " ST_Dimension(p.geom) < 2 or lead(d.path) over (partition by p.id, d.path[:array_upper(d.path, 1) - 1] order by d.path)"
        " is not null as apart from {relation} p cross join lateral ST_DumpPoints(p.geom) d{where}) every where apart) p"
        "{joined} order by place, p.id, corner_number"
    ).format(
        named=_harmless(sql.SQL("p.label")),
        label=named,
        key=natural_key(sql.SQL("({})").format(named)),
        mark=mark,
        height=height,
        relation=sql.Identifier("published", layer.published.name),
        where=_where(wanted),
        joined=joined,
    )
    return Asked(statement, columns)


def natural_key(text: sql.Composable) -> sql.Composed:
    """A2 before A10: every number in the text filled up with zeros."""
    return sql.SQL(
        "(select string_agg(lpad(m[1], 18, '0') || m[2], '' order by n) collate \"C\""
        " from regexp_matches({}, '([0-9]*)([^0-9]*)', 'g') with ordinality r(m, n))"
    ).format(text)


def _select(wanted: Wanted, values: list[sql.Composable], joined: list[sql.Composable] | None = None) -> sql.Composed:
    return sql.SQL("select {values} from {relation} p{joined}{where} order by {order}").format(
        values=sql.SQL(", ").join(values),
        relation=sql.Identifier("published", wanted.layer.published.name),
        joined=sql.SQL("").join(joined or []),
        where=_where(wanted),
        order=sql.SQL(", ").join(order_of(wanted)),
    )


def _where(wanted: Wanted) -> sql.Composable:
    chosen = list(conditions(wanted.layer, wanted.selection))
    return sql.SQL(" where {}").format(sql.SQL(" and ").join(chosen)) if chosen else sql.SQL("")


def order_of(wanted: Wanted) -> Iterator[sql.Composable]:
    """As asked; else for people as they count, for programs as the register got them.

    That is also how they lie on the disk: by their random ids, a whole layer would be read in leaps.
    """
    if not wanted.order and not (wanted.format.for_people and wanted.layer.label):
        yield sql.SQL("p.tile_id")
        return
    if not wanted.order and wanted.layer.label:
        yield natural_key(sql.SQL("p.{}::text").format(sql.Identifier(wanted.layer.label)))
    yield from ordering(wanted.layer, wanted.order)


def facts_statement(wanted: Wanted) -> sql.Composed:
    """One row: version of the layer, features selected, whether one of them is illustrative, the zone's names."""
    return sql.SQL(
        "select (select version from published.layer_versions where layer_id = {layer}), count(*),"
        " coalesce(bool_or(p.illustrative), false), (select array[name_ar, name_en] from published.zones order by code limit 1)"
        " from {relation} p{where}"
    ).format(
        layer=sql.Literal(wanted.layer.id),
        relation=sql.Identifier("published", wanted.layer.published.name),
        where=_where(wanted),
    )


CODES = "select list, code, ar, en from published.codes order by list, position, code"


def crs_uri(wanted: Wanted) -> str:
    """The coordinates of the file as OGC names them."""
    return next(view.uri for view in views(wanted.srid).values() if view.column == wanted.shapes_column)
