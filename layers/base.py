# SPDX-License-Identifier: Apache-2.0
"""What every table of the register has in common: identity, the grid, versions, the two times.

Coordinates are in the installation's legal CRS (metres, default EPSG:3201), on a 1 mm grid.
"""

import uuid
from datetime import datetime
from typing import Any, ClassVar

import shapely
from geoalchemy2 import Geometry
from sqlalchemy import Column, Computed, DateTime, ForeignKey, Identity, Index, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, TSTZRANGE, Range
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column
from sqlalchemy.types import BigInteger, Boolean, Integer

DEFAULT_SRID = 3201


class GridGeometry(Geometry):
    """A geometry in the legal CRS; its number comes from the engine, which read it from the installation row.

    Values are shapely geometries, in and out.
    """

    cache_ok = True

    def __init__(self, geometry_type: str = "GEOMETRY") -> None:
        super().__init__(geometry_type, srid=-1, spatial_index=False)

    def bind_expression(self, bindvalue: Any) -> Any:
        return bindvalue

    def column_expression(self, col: Any) -> Any:
        return col

    def bind_processor(self, dialect: Any) -> Any:
        srid = legal_srid(dialect)

        def as_ewkb(value: shapely.Geometry | None) -> str | None:
            if value is None:
                return None
            return str(shapely.to_wkb(shapely.set_srid(value, srid), hex=True, include_srid=True))

        return as_ewkb

    def result_processor(self, dialect: Any, coltype: Any) -> Any:  # noqa: ARG002 the signature is SQLAlchemy's
        return lambda value: None if value is None else shapely.from_wkb(value)


class ViewGeometry(GridGeometry):
    """The same shape in a CRS that outsiders ask for, transformed by PostGIS when the row is written."""

    cache_ok = True

    def __init__(self, geometry_type: str = "GEOMETRY", view_srid: int = 4326) -> None:
        super().__init__(geometry_type)
        self.view_srid = view_srid


@compiles(GridGeometry, "postgresql")
def _grid_geometry(type_: GridGeometry, compiler: Any, **_: Any) -> str:
    return f"geometry({type_.geometry_type},{legal_srid(compiler.dialect)})"


@compiles(ViewGeometry, "postgresql")
def _view_geometry(type_: ViewGeometry, compiler: Any, **_: Any) -> str:  # noqa: ARG001 the signature is SQLAlchemy's
    return f"geometry({type_.geometry_type},{type_.view_srid})"


def legal_srid(dialect: Any) -> int:
    """The EPSG number of the legal CRS; `layers.database` sets it on every engine it makes."""
    return int(getattr(dialect, "marsa_srid", DEFAULT_SRID))


class Base(DeclarativeBase):
    metadata = MetaData(
        schema="register",
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        Range[datetime]: TSTZRANGE,
        int: Integer,
        str: Text,
        list[str]: ARRAY(Text),
    }


def coded(codelist: str, *, unless_said: str | None = None, index: bool | None = None) -> "MappedColumn[Any]":
    """A column whose value, or each of whose values, is a code of a list; `unless_said` is written when none is given."""
    return mapped_column(info={"codelist": codelist}, server_default=unless_said, index=index)


def refers_to(table: str) -> "MappedColumn[Any]":
    """A column that names a row of another table of the register."""
    return mapped_column(ForeignKey(f"register.{table}.id"), index=True)


class Row(Base):
    """A row of the register: a random name, a version, the moment since which it is recorded, the paper behind it."""

    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(
        Uuid, primary_key=True, server_default=text("gen_random_uuid()"), sort_order=-9
    )
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("1"), sort_order=90)
    recorded_from: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"), sort_order=91)
    illustrative: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), sort_order=92)
    """Invented for the demonstration: said wherever it is shown."""

    @declared_attr.directive
    def source_id(cls) -> Mapped[uuid.UUID | None]:  # noqa: N805 SQLAlchemy calls it on the class
        """The document that proves the row (LADM LA_Source)."""
        return mapped_column(ForeignKey("register.source.id"), index=True, sort_order=93)


class Feature(Row):
    """A row with a place on the ground."""

    __abstract__ = True
    geometry_kind: ClassVar[str] = "GEOMETRY"
    may_be_faulty: ClassVar[bool] = False
    """Shapes are kept as they were drawn, valid or not."""

    tile_id: Mapped[int] = mapped_column(Integer, Identity(always=True), unique=True, sort_order=-8)
    """The feature's number in vector tiles, whose ids are integers. Says nothing, leads nowhere else."""

    @declared_attr.directive
    def geom(cls) -> Mapped[Any]:  # noqa: N805
        return mapped_column(GridGeometry(cls.geometry_kind), nullable=False, sort_order=95)

    @declared_attr.directive
    def geom_3857(cls) -> Mapped[Any]:  # noqa: N805
        """For tiles: a stored column makes them 1.3 times as fast as transforming for each."""
        return mapped_column(
            ViewGeometry(cls.geometry_kind, 3857), Computed("st_transform(geom, 3857)", persisted=True), sort_order=96
        )

    @declared_attr.directive
    def geom_4326(cls) -> Mapped[Any]:  # noqa: N805
        """For GeoJSON and boxes in degrees."""
        return mapped_column(
            ViewGeometry(cls.geometry_kind, 4326), Computed("st_transform(geom, 4326)", persisted=True), sort_order=97
        )

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805
        return (*feature_indexes(cls.__tablename__), *cls.constraints())

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        """Constraints and indexes of the table beyond those of every feature."""
        return ()


class Valid:
    """True in the world from one instant to another, half-open: the end is the first instant it is no longer true."""

    valid: Mapped[Range[datetime]] = mapped_column(
        TSTZRANGE, server_default=text("tstzrange(now(), null, '[)')"), sort_order=89
    )


class Kept(Base):
    """A table in the schema `published`, kept by triggers, for a layer whose public values are derived.

    Beside it stands `{its name}_written`: each feature as readers get it, written when it changes instead of at each reading.
    """

    __abstract__ = True
    written: ClassVar[Table]

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, sort_order=-9)
    tile_id: Mapped[int] = mapped_column(Integer, unique=True, sort_order=-8)
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("1"), sort_order=90)
    illustrative: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), sort_order=92)
    geometry_kind: ClassVar[str] = "GEOMETRY"
    summed_in: ClassVar[str | None] = None
    """A table in `published` that says how many rows (`plots`) there are of each kind: nobody counts a million of them."""
    lies_in: ClassVar[str | None] = None
    """A published relation whose fewer shapes hold all of these: how far they reach is asked there."""

    @declared_attr.directive
    def geom(cls) -> Mapped[Any]:  # noqa: N805
        return mapped_column(GridGeometry(cls.geometry_kind), nullable=False, sort_order=95)

    @declared_attr.directive
    def geom_3857(cls) -> Mapped[Any]:  # noqa: N805
        return mapped_column(ViewGeometry(cls.geometry_kind, 3857), nullable=False, sort_order=96)

    @declared_attr.directive
    def geom_4326(cls) -> Mapped[Any]:  # noqa: N805
        return mapped_column(ViewGeometry(cls.geometry_kind, 4326), nullable=False, sort_order=97)

    @declared_attr.directive
    def label_3857(cls) -> Mapped[Any]:  # noqa: N805
        """Where tiles write the label: within the shape, stored since finding it costs a third of a tile."""
        return mapped_column(
            ViewGeometry("POINT", 3857), Computed("st_pointonsurface(geom_3857)", persisted=True), sort_order=98
        )

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805
        return (*feature_indexes(cls.__tablename__), *cls.constraints(), {"schema": "published"})

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # Not a column of the table itself: tiles read that, and would read twice the pages.
        cls.written = Table(
            f"{cls.__tablename__}_written",
            Base.metadata,
            Column("id", Uuid, primary_key=True),
            Column("feature", Text, nullable=False),
            schema="published",
        )


def feature_indexes(table_name: str) -> tuple[Index, ...]:
    """One GiST index per stored geometry: the guards read geom, tiles geom_3857, boxes in degrees geom_4326."""
    return tuple(
        Index(f"ix_{table_name}_{column}", column, postgresql_using="gist")
        for column in ("geom", "geom_3857", "geom_4326")
    )


def common_columns() -> "tuple[Column[Any], ...]":
    """The columns that every published relation starts with."""
    return (
        Column("id", Uuid, primary_key=True),
        Column("tile_id", Integer),
        Column("version", BigInteger),
        Column("illustrative", Boolean),
        Column("geom", GridGeometry()),
        Column("geom_3857", ViewGeometry(view_srid=3857)),
        Column("geom_4326", ViewGeometry(view_srid=4326)),
    )
