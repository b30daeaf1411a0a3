# SPDX-License-Identifier: Apache-2.0
"""How a layer is declared: what a table cannot say of itself.

The table knows types and nulls; the declaration adds titles, codelists, who may see a field, and where it is drawn.
Every door (API, tiles, map, import, export) walks the catalogue and names no layer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from functools import cached_property
from typing import TYPE_CHECKING, Literal, cast

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.types import TypeEngine

if TYPE_CHECKING:
    from layers.base import Feature, Kept

Language = Literal["ar", "en"]
Group = Literal["base", "plan", "land", "port", "networks", "projects", "drawings", "terrain"]
Audience = Literal["public", "staff"]
Codelists = dict[str, tuple[tuple[str, str, str, str | None], ...]]
"""list → (code, Arabic, English, the same idea in a standard), in the order in which they are listed."""

# The views and kept tables that anonymous traffic reads. Apart from the register's metadata: Alembic never sees the views.
PUBLISHED = MetaData(schema="published")


@dataclass(frozen=True)
class Text:
    """A text that a person reads, in both languages."""

    ar: str
    en: str

    def said_in(self, language: Language) -> str:
        return self.ar if language == "ar" else self.en


@dataclass(frozen=True)
class Field:
    """One attribute of a layer, by the name of its column."""

    name: str
    title: Text
    unit: str | None = None
    codelist: str | None = None
    """The list in register.code that its values come from; the column's own list unless said here."""
    through: str | None = None
    """Read from the row that a column refers to: `agency_id.name_ar` is the name of the agency. Implies derived."""
    public: bool = False
    derived: bool = False
    """Computed by the register: import never reads it, export says so."""
    when_null: Text | None = None
    """What an empty value means where that is more than "not known": "the plan sets no limit", "not published"."""
    in_tiles: bool = False
    """Carried by vector tiles. Four at most: each costs bytes and database time on every tile."""
    searchable: bool = False
    """Found by the map's search box."""


@dataclass(frozen=True)
class Style:
    """A way in which a layer of rasters is drawn as images."""

    id: str
    title: Text


@dataclass(frozen=True, eq=False)  # equal is the same declaration: statements are cached by it
class Layer:
    """One layer of the register: what it is called, which table holds it, how it is drawn."""

    id: str
    title: Text
    group: Group
    table: "type[Feature]"
    fields: tuple[Field, ...]
    zooms: range = range(10, 21)
    """Tile levels at which features are drawn; other levels answer with an empty tile."""
    colour_by: str | None = None
    label: str | None = None
    """The field written on the map; of a name in two languages the Arabic one, and the map writes the reader's."""
    audience: Audience = "public"
    kept: "type[Kept] | None" = None
    """A table in `published` that triggers keep, where public values are derived. None: a view is enough."""
    only: tuple[str, str] | None = None
    """A column and the value that the layer's rows have in it, where one table holds several layers: `("utility", "water")`."""
    drawn_with: str | None = None
    """The layer with which the map shows, hides and explains this one: nodes of a network with its links."""
    during: tuple[str, str] | None = None
    """The fields that say from and until which day (both included) what the layer holds is or was going on."""
    description: Text | None = None
    attribution: str | None = None
    styles: tuple[Style, ...] = ()
    """A layer of rasters: how its pixels are drawn, the usual way first. Its shapes are their outlines."""
    codelists: Codelists = made_by(default_factory=dict, compare=False)
    """Lists that only this layer uses; those that layers share are in `layers.codelists`."""

    def __post_init__(self) -> None:
        names = [field.name for field in self.fields]
        if len(set(names)) != len(names):
            raise ValueError(f"layer {self.id} declares a field twice")
        if sum(field.in_tiles for field in self.fields) > 4:
            raise ValueError(f"layer {self.id} puts more than four attributes into tiles")
        object.__setattr__(self, "fields", tuple(self._completed(field) for field in self.fields))

    def _completed(self, field: Field) -> Field:
        """The field with what its column says, so that no declaration repeats it."""
        column = referred(self.table.__table__, field.through) if field.through else self._own_column(field.name)  # type: ignore[arg-type]  # a mapped class has a Table
        return replace(
            field,
            codelist=field.codelist or column.info.get("codelist"),
            derived=field.derived or field.through is not None or column.computed is not None,
        )

    def column(self, name: str) -> "Column[object]":
        """The column behind a field. Raises KeyError when no table has it."""
        field = self.by_name.get(name)
        if field and field.through:
            return referred(self.table.__table__, field.through)  # type: ignore[arg-type]  # a mapped class has a Table
        return self._own_column(name)

    def _own_column(self, name: str) -> "Column[object]":
        for table in (self.kept, self.table):
            if table is not None and name in table.__table__.columns:
                return cast("Column[object]", table.__table__.columns[name])
        raise KeyError(f"layer {self.id} declares {name}, which no table has")

    def type_of(self, name: str) -> TypeEngine[object]:
        return self.column(name).type

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.fields}

    @cached_property
    def public_fields(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.public)

    @cached_property
    def tile_fields(self) -> tuple[Field, ...]:
        return tuple(field for field in self.public_fields if field.in_tiles)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The fields that label points carry: `label`, and beside an Arabic name the English one."""
        if self.label is None:
            return ()
        other = self.label.removesuffix("_ar") + "_en"
        return (self.label, other) if other in self.by_name and other != self.label else (self.label,)

    @property
    def geometry_kind(self) -> str:
        """POINT, LINESTRING, POLYGON … as PostGIS names it; GEOMETRY when mixed."""
        return self.table.geometry_kind

    @cached_property
    def published(self) -> Table:
        """What anonymous traffic may read: a view or kept table in the schema `published`, of the layer's name."""
        from layers.base import common_columns  # base needs this module for its types

        return Table(
            self.id.replace("-", "_"),
            PUBLISHED,
            *common_columns(),
            *(Column(field.name, self.type_of(field.name)) for field in self.public_fields),
        )


def referred(table: Table, through: str) -> "Column[object]":
    """The column that `through` reads: `agency_id.name_ar` leads over the foreign key to `party.name_ar`."""
    key, name = through.split(".")
    (link,) = table.columns[key].foreign_keys
    return cast("Column[object]", link.column.table.columns[name])


class Catalogue:
    """All layers, in the order in which the map lists them."""

    def __init__(self, *layers: Layer) -> None:
        self._layers = {layer.id: layer for layer in layers}
        if len(self._layers) != len(layers):
            raise ValueError("two layers share one id")

    def __iter__(self) -> Iterator[Layer]:
        return iter(self._layers.values())

    def __len__(self) -> int:
        return len(self._layers)

    def __getitem__(self, layer_id: str) -> Layer:
        return self._layers[layer_id]

    def get(self, layer_id: str) -> Layer | None:
        return self._layers.get(layer_id)

    @property
    def public(self) -> tuple[Layer, ...]:
        return tuple(layer for layer in self if layer.audience == "public")
