# SPDX-License-Identifier: Apache-2.0
"""Plain edits of a layer's features, as standards know them: one is made, replaced, changed, taken away.

The rules are the database's own, the same as for every other way in, and each edit is one event. What is legal and true
for a time is not deleted: it ends. Commands that say more (a split, a decision) stand beside this, not above it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from psycopg import Connection, sql
from pyproj import CRS
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Table

from gis.placing import placed
from gis.reading import FileLayer
from layers import events
from layers.declaration import Layer
from layers.errors import MarsaError, NoSuchFeature
from layers.importing.columns import FOUND_BY_PLACE, fillable
from layers.kinds import Kind, kind_of, property_names

EDITED = frozenset({"plan", "land", "port", "networks", "projects"})
"""Groups of layers whose features people edit. What comes as a file (drawings, rasters, the base map) is sent as one."""
LEGAL = frozenset({"plot", "block", "zone", "plan_unit"})
"""Tables whose edits are legal acts, chained."""
LONGEST_TEXT = 4000
MOST_CORNERS = 100_000
NO_TEXT = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
Db = Connection[tuple[Any, ...]]


class NotEditable(MarsaError):
    """The layer's features are not edited one by one."""

    def __init__(self, layer_id: str) -> None:
        super().__init__(layer_id)
        self.layer_id = layer_id


class BadFeature(MarsaError):
    """What was sent is no feature of the layer. `pointer` is a JSON pointer to the place."""

    def __init__(self, pointer: str, given: object, expected: str) -> None:
        super().__init__(pointer, expected)
        self.pointer, self.expected = pointer, expected
        self.given = str(given)[:80].encode("utf-8", "replace").decode()


class LiesInNoZone(MarsaError):
    """The shape's middle is in no zone to which the feature could belong."""


class LiesInNoBlock(MarsaError):
    """The shape's middle is in no block to which the feature could belong."""


class StaleFeature(MarsaError):
    """The feature has changed since the one who sends it read it."""

    def __init__(self, feature: str, version: int) -> None:
        super().__init__(feature, version)
        self.feature, self.version = feature, version


@dataclass(frozen=True)
class Sent:
    """A feature as it was sent: a shape in the coordinates of `crs` (longitude or easting first), values by property.

    `shape` None and a property that is missing: nothing is said of it.
    """

    shape: BaseGeometry | None
    properties: Mapping[str, Any]
    crs: CRS


@dataclass(frozen=True)
class Seen:
    """What whoever edits has read: the row at a version, or the layer at one. Neither: nothing that there ever was."""

    row: int | None = None
    layer: int | None = None


@dataclass(frozen=True)
class Edited:
    """Which feature it is now, and its row's version; 0 when it is there no more."""

    id: UUID
    version: int


def editable(layer: Layer) -> bool:
    return layer.group in EDITED and layer.audience == "public"


def create(db: Db, layer: Layer, sent: Sent, legal: CRS) -> Edited:
    """A new feature. Raises NotEditable, BadFeature, NoTransformation, and what the rules refuse at the end."""
    table = _table(layer)
    if sent.shape is None:
        raise BadFeature("/geometry", None, layer.geometry_kind)
    values = _values(layer, sent.properties)
    missing = next(
        (name for name, column in fillable(layer).items() if _must(column) and values.get(name) is None), None
    )
    if missing:
        raise BadFeature(
            f"/properties/{missing}",
            None,
            "a value" if layer.by_name.get(missing) is None else layer.by_name[missing].title.en,
        )
    values |= _made_from(db, table, _on_grid(layer, sent.shape, sent.crs, legal))
    values |= dict([layer.only]) if layer.only else {}
    row = db.execute(
        sql.SQL("insert into {} ({}) values ({}) returning id, version").format(
            _name(table), _names(values), sql.SQL(", ").join(sql.Placeholder(name) for name in values)
        ),
        values,
    ).fetchone()
    made = _edited(row, layer, "")
    _record(db, "create", table, made.id, before=None, after=_told(db, table, made.id))
    return made


def change(
    db: Db, layer: Layer, feature: UUID, sent: Sent, legal: CRS, *, whole: bool, expected: Seen | None = None
) -> Edited:
    """An edit of a feature that is there. `whole`: what is not said is emptied, else it stays. `expected`: what was read of it.

    Raises NotEditable, NoSuchFeature, StaleFeature, BadFeature, NoTransformation, and what the rules refuse at the end.
    """
    table = _table(layer)
    before = _held(db, layer, table, feature, expected)
    values = _values(layer, sent.properties)
    if whole:
        if sent.shape is None:
            raise BadFeature("/geometry", None, layer.geometry_kind)
        emptied = {name: None for name, column in fillable(layer).items() if column.nullable and name not in values}
        values = {**{name: None for name in emptied if name in layer.by_name}, **values}
    for name, value in values.items():
        if value is None and not fillable(layer)[name].nullable:
            raise BadFeature(
                f"/properties/{name}", None, layer.by_name[name].title.en if name in layer.by_name else "…"
            )
    if sent.shape is not None:
        values |= _made_from(db, table, _on_grid(layer, sent.shape, sent.crs, legal))
    if values:
        row = db.execute(
            sql.SQL("update {} set {} where id = %(feature_id)s returning id, version").format(
                _name(table),
                sql.SQL(", ").join(
                    sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values
                ),
            ),
            {**values, "feature_id": feature},
        ).fetchone()
        after = _told(db, table, feature)
        _record(db, "replace" if whole else "change", table, feature, before=before, after=after)
        return _edited(row, layer, str(feature))
    return Edited(feature, int(before["version"]))


def take_away(db: Db, layer: Layer, feature: UUID, *, expected: Seen | None = None) -> Edited:
    """Ends what is valid for a time, at this instant; deletes what is not, and what began only now. History keeps both.

    Raises NotEditable, NoSuchFeature, StaleFeature, and what the rules refuse at the end.
    """
    table = _table(layer)
    before = _held(db, layer, table, feature, expected)
    ended = None
    if "valid" in table.columns:
        ended = db.execute(
            sql.SQL(
                "update {} set valid = tstzrange(lower(valid), now(), '[)') "
                "where id = %s and coalesce(lower(valid), '-infinity') < now() returning id, version"
            ).format(_name(table)),
            [feature],
        ).fetchone()
    if ended is None:
        db.execute(sql.SQL("delete from {} where id = %s").format(_name(table)), [feature])
    after = _told(db, table, feature) if ended else None
    _record(db, "end" if ended else "delete", table, feature, before=before, after=after)
    return _edited(ended, layer, str(feature)) if ended else Edited(feature, 0)


def version_of(db: Db, layer: Layer, feature: UUID) -> int | None:
    """The version of a feature's row; None when it is not there."""
    row = db.execute(sql.SQL("select version from {} where id = %s").format(_name(_table(layer))), [feature]).fetchone()
    return None if row is None else int(row[0])


def _table(layer: Layer) -> Table:
    if not editable(layer):
        raise NotEditable(layer.id)
    return layer.table.__table__  # type: ignore[return-value]  # a mapped class has a Table


def _must(column: Any) -> bool:
    return not column.nullable and column.server_default is None


def _held(db: Db, layer: Layer, table: Table, feature: UUID, expected: Seen | None) -> dict[str, Any]:
    """The row, locked until the transaction's end, as history would keep it."""
    only = (
        sql.SQL(" and {} = {}").format(sql.Identifier(layer.only[0]), sql.Literal(layer.only[1]))
        if layer.only
        else sql.SQL("")
    )
    valid = sql.SQL(" and valid @> now()") if "valid" in table.columns else sql.SQL("")
    found = db.execute(
        sql.SQL("select version from {} where id = %s{}{} for no key update").format(_name(table), only, valid),
        [feature],
    ).fetchone()
    if found is None:
        raise NoSuchFeature(layer.id, str(feature))
    if expected is not None and not _as_seen(db, layer, int(found[0]), expected):
        raise StaleFeature(str(feature), int(found[0]))
    return _told(db, table, feature)


def _as_seen(db: Db, layer: Layer, version: int, expected: Seen) -> bool:
    if expected.layer is None:
        return version == expected.row
    now = db.execute("select version from published.layer_versions where layer_id = %s", [layer.id]).fetchone()
    return now is not None and int(now[0]) == expected.layer


def _told(db: Db, table: Table, feature: UUID) -> dict[str, Any]:
    """The row for an event: without what follows from it."""
    row = db.execute(
        sql.SQL(
            "select to_jsonb(t) - 'geom_3857' - 'geom_4326' - 'tile_id' || jsonb_build_object('geom', ST_AsText(t.geom, 3))"
            " from {} t where id = %s"
        ).format(_name(table)),
        [feature],
    ).fetchone()
    told: dict[str, Any] = row[0] if row else {}
    return told


def _record(
    db: Db, action: str, table: Table, feature: UUID, *, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    if before is not None and after is not None:  # what changed, no more
        before, after = (
            {name: value for name, value in one.items() if one.get(name) != other.get(name)}
            for one, other in ((before, after), (after, before))
        )
    events.record(db, action, table=table.name, row=feature, before=before, after=after, legal=table.name in LEGAL)


def _values(layer: Layer, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Columns and values of what was sent. What the register computes itself is passed over: clients send it back."""
    open_, known = fillable(layer), set(property_names(layer)) | {"illustrative"}
    found = {}
    for name, value in properties.items():
        if name in FOUND_BY_PLACE or (name not in open_ and name in known):
            continue
        if name not in open_:
            raise BadFeature(f"/properties/{name[:60]}", value, ", ".join(open_))
        found[name] = _value(f"/properties/{name}", kind_of(layer, name), value)
    return found


def _value(pointer: str, kind: Kind, given: Any) -> Any:
    """The value as the driver takes it. Raises BadFeature."""
    if given is None:
        return None
    match kind, given:
        case (("text" | "name"), str()) if _readable(given):
            return given
        case "whole", int() if not isinstance(given, bool) and abs(given) < 2**53:
            return given
        case "whole", float() if given.is_integer() and abs(given) < 2**53:
            return int(given)
        case "number", int() | float() if not isinstance(given, bool) and isfinite(given) and abs(given) < 1e12:
            return given
        case "yes_no", bool():
            return given
        case "list", list() if all(isinstance(each, str) and _readable(each) for each in given):
            return given
        case (("day" | "instant"), str()):
            return _time(pointer, kind, given)
    raise BadFeature(pointer, given, EXPECTED[kind])


def _readable(given: str) -> bool:
    """Whether a person can read it as it stands: no control character, no mark that turns the direction of the text."""
    return len(given) <= LONGEST_TEXT and not NO_TEXT.search(given)


def _time(pointer: str, kind: Kind, given: str) -> date | datetime:
    try:
        if kind == "day":
            return date.fromisoformat(given)
        found = datetime.fromisoformat(given)
    except ValueError:
        raise BadFeature(pointer, given, EXPECTED[kind]) from None
    if found.tzinfo is None:
        raise BadFeature(pointer, given, EXPECTED[kind])
    return found


EXPECTED: Mapping[Kind, str] = {
    "text": "text", "name": "uuid", "whole": "12", "number": "12.5", "yes_no": "true, false", "day": "2026-11-24",
    "instant": "2026-11-24T08:00:00Z", "list": '["…"]',
}  # fmt: skip


def _on_grid(layer: Layer, shape: BaseGeometry, crs: CRS, legal: CRS) -> BaseGeometry:
    """The shape in the legal CRS, of the kind that the table holds."""
    if shapely.get_num_coordinates(shape) > MOST_CORNERS:
        raise BadFeature("/geometry", shapely.get_num_coordinates(shape), f"≤ {MOST_CORNERS}")
    kind, wanted = shape.geom_type.upper(), layer.geometry_kind
    if wanted == f"MULTI{kind}":
        shape = {"POINT": shapely.MultiPoint, "LINESTRING": shapely.MultiLineString, "POLYGON": shapely.MultiPolygon}[
            kind
        ]([shape])
    elif kind == f"MULTI{wanted}" and shapely.get_num_geometries(shape) == 1:
        shape = shapely.get_geometry(shape, 0)
    elif wanted not in (kind, "GEOMETRY"):
        raise BadFeature("/geometry/type", shape.geom_type, wanted)
    one = np.empty(1, dtype=np.object_)
    one[0] = shapely.force_2d(shape)
    found: BaseGeometry = placed(FileLayer("sent", (), one, ("1",), {}), crs, legal).layer.geometries[0]
    if found is None or found.is_empty:
        raise BadFeature("/geometry", shape.geom_type, "…")
    return found


def _made_from(db: Db, table: Table, shape: BaseGeometry) -> dict[str, Any]:
    """The columns that a shape fills: itself, and the zone or block that it lies in."""
    srid = db.execute("select srid from register.installation").fetchone()
    text = shapely.to_wkb(shapely.set_srid(shape, int(srid[0]) if srid else 0), hex=True, include_srid=True)
    made: dict[str, Any] = {"geom": text}
    for column, of in (("zone_id", "zone"), ("block_id", "block")):
        if column in table.columns:
            found = db.execute(
                sql.SQL(
                    "select id from {} where valid @> now() and geom && %(shape)s::public.geometry"
                    " and ST_Intersects(geom, ST_PointOnSurface(%(shape)s::public.geometry)) order by code limit 1"
                ).format(sql.Identifier("register", of)),
                {"shape": text},
            ).fetchone()
            if found is None and not table.columns[column].nullable:
                raise (LiesInNoZone if of == "zone" else LiesInNoBlock)()
            made[column] = found[0] if found else None
    return made


def _name(table: Table) -> sql.Identifier:
    return sql.Identifier("register", table.name)


def _names(values: Mapping[str, Any]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in values)


def _edited(row: Any, layer: Layer, feature: str) -> Edited:
    if row is None:
        raise NoSuchFeature(layer.id, feature)
    return Edited(row[0], int(row[1]))
