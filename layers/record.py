# SPDX-License-Identifier: Apache-2.0
"""What the register remembers of itself: the installation, history, events, versions of layers."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Integer, LargeBinary, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Base, GridGeometry

THIS_TRANSACTION = text("pg_current_xact_id()::text::bigint")


class Installation(Base):
    """The one row that says which installation this database is."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("only_row", name="only_row"),)

    only_row: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    id: Mapped[uuid.UUID] = mapped_column(Uuid, server_default=text("gen_random_uuid()"))
    srid: Mapped[int]
    """EPSG number of the legal CRS: metric, fixed for the life of the installation."""
    time_zone: Mapped[str] = mapped_column(Text, server_default="Africa/Tripoli")
    """A legal day starts at midnight here."""


class History(Base):
    """A version of a row that is no longer the current one, as it was recorded."""

    __tablename__ = "history"
    __table_args__ = (
        Index("ix_history_row", "table_name", "row_id", "recorded"),
        CheckConstraint("not isempty(recorded)", name="recorded_not_empty"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    table_name: Mapped[str] = mapped_column(Text)
    row_id: Mapped[uuid.UUID]
    recorded: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    version: Mapped[int] = mapped_column(BigInteger)
    ended_by: Mapped[str] = mapped_column(Text)
    """UPDATE or DELETE."""
    actor: Mapped[str] = mapped_column(Text)
    stored: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The row; geometries as hexadecimal EWKB, so that no digit is lost."""


class Event(Base):
    """Something that happened to the register: who, what, why. Append-only; legal events are hash-chained."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_object", "object_table", "object_id"),
        CheckConstraint("legal = (hash is not null)", name="legal_events_are_chained"),
        CheckConstraint("(hash is null) = (canon is null)", name="hash_covers_stored_bytes"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    object_table: Mapped[str] = mapped_column(Text)
    object_id: Mapped[uuid.UUID | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    reason: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(Text)
    legal: Mapped[bool] = mapped_column(server_default=text("false"))
    chain_no: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    """Gap-free number within the chain."""
    canon: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The bytes that were hashed, stored as they were: a re-rendered row changes with the time zone."""
    prev: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    """Hash of the legal event before; unique, so the chain cannot fork."""
    hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)


class LayerVersion(Base):
    """How often what a layer publishes has changed. Rises inside the transaction that changes it."""

    __tablename__ = "layer_version"

    layer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))
    changed_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class Change(Base):
    """One statement that changed what a layer publishes, on its way to the workers; emptied once told."""

    __tablename__ = "change"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    transaction_no: Mapped[int] = mapped_column(BigInteger, server_default=THIS_TRANSACTION, index=True)
    layer_id: Mapped[str] = mapped_column(Text)
    """No foreign key: its check would lock the one row of layer_version that every writer updates."""
    # Web Mercator metres, whole: what tiles must be dropped for. Null: the whole layer.
    extent_left: Mapped[int | None] = mapped_column(Integer)
    extent_bottom: Mapped[int | None] = mapped_column(Integer)
    extent_right: Mapped[int | None] = mapped_column(Integer)
    extent_top: Mapped[int | None] = mapped_column(Integer)


class EventDraft(Base):
    """A legal event on its way into the chain, which it enters at commit; emptied there."""

    __tablename__ = "event_draft"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    transaction_no: Mapped[int] = mapped_column(BigInteger, server_default=THIS_TRANSACTION, index=True)
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    object_table: Mapped[str] = mapped_column(Text)
    object_id: Mapped[uuid.UUID | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    reason: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(Text)


class Touched(Base):
    """What one statement touched, on its way to be judged and published at commit; emptied there."""

    __tablename__ = "touched"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    transaction_no: Mapped[int] = mapped_column(BigInteger, server_default=THIS_TRANSACTION, index=True)
    plots: Mapped[list[uuid.UUID] | None] = mapped_column(ARRAY(Uuid))
    """Plots whose published row may have changed."""
    fabric: Mapped[list[uuid.UUID] | None] = mapped_column(ARRAY(Uuid))
    """Plots with a new shape, new days or a new block."""
    rights: Mapped[list[uuid.UUID] | None] = mapped_column(ARRAY(Uuid))
    """Tenure slots that are new or reach further."""
    blocks: Mapped[list[uuid.UUID] | None] = mapped_column(ARRAY(Uuid))
    lineages: Mapped[list[uuid.UUID] | None] = mapped_column(ARRAY(Uuid))
    cells: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    """The 200 m cells that the new shapes meet, as register.cells_of numbers them."""


class MovedPlot(Base):
    """A plot as a transaction found it, when it changes its shape or days; emptied at commit."""

    __tablename__ = "moved_plot"

    transaction_no: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    plot_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    geom: Mapped[Any] = mapped_column(GridGeometry("POLYGON"))
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    source_id: Mapped[uuid.UUID | None]


class Moment(Base):
    """An instant to come at which a row begins or ends to be valid, with nobody writing it; gone once that is published."""

    __tablename__ = "moment"

    at: Mapped[datetime] = mapped_column(primary_key=True)
    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    row_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)


class Clock(Base):
    """The one row that says when the clock last found something due: until then the passing of time is published."""

    __tablename__ = "clock"
    __table_args__ = (CheckConstraint("only_row", name="only_row"),)

    only_row: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    ran_until: Mapped[datetime] = mapped_column(server_default=text("now()"))
