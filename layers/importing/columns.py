# SPDX-License-Identifier: Apache-2.0
"""Fields of a file become columns of a layer's table: by name, by title, by heading, or as the user says."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Float, Integer, Numeric, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY

from gis.headings import folded, guess
from gis.numbers import numbers
from gis.reading import FileLayer, Issue
from layers.declaration import Layer
from layers.importing.report import FieldUse, Use
from layers.importing.wishes import Wishes

FOUND_BY_PLACE = ("zone_id", "block_id")
"""Columns that the place of a feature fills: the zone or block that it lies in."""
OF_A_DRAWING = frozenset({"entity", "text", "tag", "block", "handle", "arcs"})
"""Fields that the reader of drawings makes; only a person takes one for something."""
Codes = dict[str, dict[str, str]]
"""list → (folded code, Arabic or English label) → code."""


@dataclass(frozen=True)
class Columns:
    """What goes into the table: `values[column][i]` for feature i. `uses` tells of every field of the file."""

    values: dict[str, list[Any]]
    uses: tuple[FieldUse, ...]
    issues: tuple[Issue, ...]


def fillable(layer: Layer) -> dict[str, "Column[Any]"]:
    """The columns that an import may fill, by the layer's field names, and those of the table that must be filled."""
    table: Table = layer.table.__table__  # type: ignore[assignment]  # a mapped class has a Table
    open_ = {f.name for f in layer.fields if not f.derived and f.name in table.columns}
    needed = {column.name for column in table.columns if _needed(column)}
    return {name: table.columns[name] for name in table.columns.keys() if name in open_ | needed}  # noqa: SIM118


def _needed(column: "Column[Any]") -> bool:
    given = column.nullable or column.server_default is not None or column.computed or column.identity
    return not given and column.name not in {"geom", *FOUND_BY_PLACE}


def columns_of(file_layer: FileLayer, layer: Layer, wishes: Wishes, codes: Codes) -> Columns:
    """Everything that the layer's table takes from the file's fields, each value converted or an issue."""
    table_columns = fillable(layer)
    uses = [_use(file_layer, name, kind, layer, table_columns, wishes) for name, kind in _file_fields(file_layer)]
    issues: list[Issue] = []
    taken = Counter(use.column for use in uses if use.column)
    issues += [
        Issue(
            "field_twice",
            "fault",
            file_layer.name,
            facts={"field": name, "from": [u.file_field for u in uses if u.column == name]},
        )
        for name, count in taken.items()
        if count > 1
    ]
    values: dict[str, list[Any]] = {}
    for use in uses:
        if use.column:
            column = table_columns[use.column]
            values[use.column], found = _converted(file_layer, use, column, layer, codes)
            issues += found
    for name, text in wishes.values.items():
        if name in table_columns:
            uses.append(FieldUse(text, "text", name, "value"))
            stand_in = FieldUse(name, "text", name)
            whole = FileLayer(file_layer.name, (), file_layer.geometries[:1], file_layer.refs[:1], {name: [text]})
            one, found = _converted(whole, stand_in, table_columns[name], layer, codes)
            values[name] = one * len(file_layer)
            issues += found
    issues += _copied_names(values, table_columns, file_layer)
    missing = [name for name, column in table_columns.items() if _needed(column) and name not in values]
    issues += [Issue("field_missing", "fault", file_layer.name, facts={"field": name}) for name in missing]
    # What could not be read is told already: it is not missing too.
    told = {(issue.facts.get("field"), issue.ref) for issue in issues}
    for name, column_values in values.items():
        found = _gaps_and_repeats(file_layer, table_columns[name], column_values)
        issues += [issue for issue in found if (name, issue.ref) not in told]
    return Columns(values, tuple(uses), tuple(issues))


def _file_fields(file_layer: FileLayer) -> Iterable[tuple[str, str]]:
    return ((field.name, field.kind) for field in file_layer.fields)


def _use(
    file_layer: FileLayer, name: str, kind: str, layer: Layer, columns: dict[str, "Column[Any]"], wishes: Wishes
) -> FieldUse:
    column, how, doubtful = _column_for(file_layer, name, layer, columns, wishes)
    if column in wishes.values:
        return FieldUse(name, kind, meaning=guess(name).field)
    return FieldUse(name, kind, column, how, doubtful, guess(name).field)


def _column_for(
    file_layer: FileLayer, name: str, layer: Layer, columns: dict[str, "Column[Any]"], wishes: Wishes
) -> tuple[str | None, Use | None, tuple[str, ...]]:
    asked = wishes.columns.get(name)
    if asked is not None:
        return (asked if asked in columns else None), "asked", ()
    if name == file_layer.facts.get("numbers_from"):
        return next((number for number in ("plot_number", "code") if number in columns), None), "texts", ()
    if name in OF_A_DRAWING and "units" in file_layer.facts:
        return None, None, ()  # a drawing's block is no block of land
    phrase = folded(name)
    for field in layer.fields:
        if field.name in columns and phrase in {folded(field.name), folded(field.title.ar), folded(field.title.en)}:
            return field.name, "name", ()
    guessed = guess(name)
    if guessed.field in columns:
        return guessed.field, "heading", ()
    # A column of blocks headed "block" holds their codes.
    if f"{guessed.field}s" == layer.id and "code" in columns:
        return "code", "heading", ()
    if guessed.field == "frontage" and "frontage_m" in columns:
        return "frontage_m", "heading", ()
    if guessed.field in {"name", "remarks"}:
        stem = "name" if guessed.field == "name" else "remark"
        arabic = any(
            "\u0621" <= c <= "\u064a" for value in file_layer.columns[name] if isinstance(value, str) for c in value
        )
        localised = f"{stem}_{'ar' if arabic else 'en'}"
        return (localised if localised in columns else None), "heading", ()
    return None, None, guessed.candidates


def _copied_names(
    values: dict[str, list[Any]], columns: dict[str, "Column[Any]"], file_layer: FileLayer
) -> list[Issue]:
    """A name in one language stands for both where both are needed, and that is said."""
    issues = []
    for one, other in (("name_ar", "name_en"), ("name_en", "name_ar")):
        if one in values and other in columns and other not in values and _needed(columns[other]):
            values[other] = list(values[one])
            issues.append(Issue("name_copied", "doubt", file_layer.name, facts={"field": other}))
    return issues


def _gaps_and_repeats(file_layer: FileLayer, column: "Column[Any]", values: list[Any]) -> list[Issue]:
    issues = []
    if not column.nullable and column.server_default is None:
        issues += [
            Issue("value_missing", "fault", file_layer.name, file_layer.refs[i], facts={"field": column.name})
            for i, value in enumerate(values)
            if value is None
        ]
    if is_unique(column):
        counted = Counter(value for value in values if value is not None)
        issues += [
            Issue(
                "value_repeated",
                "fault",
                file_layer.name,
                file_layer.refs[i],
                facts={"field": column.name, "value": value},
            )
            for i, value in enumerate(values)
            if counted[value] > 1
        ]
    return issues


def is_unique(column: "Column[Any]") -> bool:
    """Whether no two rows of the table may have one value in it."""
    constraints = column.table.constraints
    alone = any(isinstance(c, UniqueConstraint) and list(c.columns.keys()) == [column.name] for c in constraints)
    return bool(column.unique) or alone


def _converted(
    file_layer: FileLayer, use: FieldUse, column: "Column[Any]", layer: Layer, codes: Codes
) -> tuple[list[Any], list[Issue]]:
    """The column's values as PostgreSQL takes them; what cannot be read is None and an issue."""
    given = file_layer.columns[use.file_field]
    field = layer.by_name.get(column.name)
    codelist = column.info.get("codelist") or (field.codelist if field else None)
    made: list[Any] = []
    convert = _converter(column, codes.get(codelist) if codelist else None)
    issues = []
    code = "code_unknown" if codelist else "value_not_read"
    for i, value in enumerate(given):
        text = value.strip() if isinstance(value, str) else value
        if text is None or text == "":
            made.append(None)
            continue
        try:
            made.append(convert(text))
        except (ValueError, TypeError, KeyError):
            made.append(None)
            facts = {"field": column.name, "value": str(value)[:60], "list": codelist}
            issues.append(Issue(code, "fault", file_layer.name, file_layer.refs[i], facts=facts))
    return made, issues


def _converter(column: "Column[Any]", codes: dict[str, str] | None) -> Callable[[Any], Any]:
    kind = column.type
    if isinstance(kind, ARRAY):
        return lambda value: [_code(part, codes) for part in str(value).replace("،", ",").replace(";", ",").split(",")]
    if codes is not None:
        return lambda value: _code(value, codes)
    if isinstance(kind, Boolean):
        return _boolean
    if isinstance(kind, Integer):
        return _whole
    if isinstance(kind, Numeric | Float):
        return _number
    if isinstance(kind, Date):
        return lambda value: date.fromisoformat(str(value)[:10]).isoformat()
    if isinstance(kind, DateTime):
        return lambda value: datetime.fromisoformat(str(value)).isoformat()
    return str


def _code(value: Any, codes: dict[str, str] | None) -> str:
    """Raises KeyError when neither a code nor a label of the list is written like this."""
    return str(value).strip() if codes is None else codes[folded(str(value))]


def _number(value: Any) -> float:
    read = value if isinstance(value, int | float) else numbers([str(value)])[0][0]
    if read is None:
        raise ValueError(value)
    return float(read)


def _whole(value: Any) -> int:
    number = _number(value)
    if number != int(number):
        raise ValueError(value)
    return int(number)


def _boolean(value: Any) -> bool:
    words = {"true": True, "1": True, "yes": True, "نعم": True, "false": False, "0": False, "no": False, "لا": False}
    return words[str(value).strip().lower()]
