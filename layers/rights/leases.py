# SPDX-License-Identifier: Apache-2.0
"""Leases and what follows from them: obligations, notices, addenda, guarantees; claims; photos of a site."""

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, Double, ForeignKey, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Row, coded, refers_to


class Lease(Row):
    """A contract of usufruct over one slot of tenure (LADM LA_RRR). Renewal and transfer make a new one that follows it."""

    __tablename__ = "lease"
    __table_args__ = (
        CheckConstraint("area_m2 > 0 and annual_charge >= 0", name="not_negative"),
        CheckConstraint("previous_id <> id", name="not_after_itself"),
    )

    number: Mapped[str | None] = mapped_column(unique=True)
    """Gapless within a year."""
    state: Mapped[str] = coded("lease_state", unless_said="ACT", index=True)
    slot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.tenure_slot.id"), unique=True)
    application_id: Mapped[uuid.UUID | None] = refers_to("application")
    previous_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("register.lease.id"), unique=True)
    """The lease that this one renews or takes over: the chain of title."""
    right_type: Mapped[str] = coded("right_type", unless_said="usufruct")
    tariff_id: Mapped[uuid.UUID | None] = refers_to("tariff")
    """The version that its charge was fixed by."""
    charge_category: Mapped[str | None]
    """The tariff's line that holds, where it has several."""
    area_m2: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    """The area that is charged."""
    annual_charge: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """مقابل الانتفاع السنوي."""
    currency: Mapped[str] = coded("currency", unless_said="LYD")
    cure_by: Mapped[datetime | None]
    """In breach: the end of the time to cure."""
    hold_id: Mapped[uuid.UUID | None] = refers_to("restriction")
    """Suspended: the hold beside it."""
    recovery_id: Mapped[uuid.UUID | None] = refers_to("restriction")
    """From its end until somebody has seen the site, the plot is nobody's to take."""
    reason: Mapped[str | None]
    """Of the last step."""
    document_id: Mapped[uuid.UUID | None] = refers_to("source")
    """The paper of the last step."""
    from_paper: Mapped[bool] = mapped_column(server_default=text("false"))
    """Entered from the back file, with its old days."""
    met_on: Mapped[date | None] = mapped_column(Date)
    decided_on: Mapped[date | None] = mapped_column(Date)
    """A decision's days: meeting and decision as the paper says them; the third, when it was recorded, every row has."""


class LeaseStep(Row):
    """A step that a lease has taken. Written by the database itself with the change of state."""

    __tablename__ = "lease_step"

    lease_id: Mapped[uuid.UUID] = refers_to("lease")
    event: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    reason: Mapped[str | None]


class Obligation(Row):
    """What the holder must do by a day (LADM LA_Responsibility)."""

    __tablename__ = "obligation"

    lease_id: Mapped[uuid.UUID] = refers_to("lease")
    kind: Mapped[str] = coded("obligation_kind")
    due_on: Mapped[date] = mapped_column(Date)
    met_on: Mapped[date | None] = mapped_column(Date)
    evidence_id: Mapped[uuid.UUID | None] = refers_to("source")


class Notice(Row):
    """A numbered notice to a holder."""

    __tablename__ = "notice"

    number: Mapped[str | None] = mapped_column(unique=True)
    lease_id: Mapped[uuid.UUID] = refers_to("lease")
    kind: Mapped[str] = coded("notice_kind")
    served_on: Mapped[date] = mapped_column(Date)


class Addendum(Row):
    """A numbered change to a lease: its area after a resurvey, its term, its charge."""

    __tablename__ = "addendum"
    __table_args__ = (CheckConstraint("area_m2 > 0", name="area_positive"),)

    number: Mapped[str | None] = mapped_column(unique=True)
    lease_id: Mapped[uuid.UUID] = refers_to("lease")
    document_id: Mapped[uuid.UUID] = refers_to("source")
    signed_on: Mapped[date] = mapped_column(Date)
    area_m2: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    annual_charge: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    says: Mapped[str | None]


class Guarantee(Row):
    """A bank's guarantee (خطاب ضمان) for a file or a lease; it alarms before it expires."""

    __tablename__ = "guarantee"
    __table_args__ = (
        CheckConstraint("num_nonnulls(application_id, lease_id) = 1", name="one_object"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    application_id: Mapped[uuid.UUID | None] = refers_to("application")
    lease_id: Mapped[uuid.UUID | None] = refers_to("lease")
    bank: Mapped[str]
    bank_number: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    currency: Mapped[str] = coded("currency")
    expires_on: Mapped[date] = mapped_column(Date)
    released_on: Mapped[date | None] = mapped_column(Date)


class Claim(Row):
    """Somebody says that land is theirs, or that they are owed for it. While it is open a restriction stands on the plot."""

    __tablename__ = "claim"
    __table_args__ = (CheckConstraint("(state = 'open') = (ended_on is null)", name="ended_has_a_day"),)

    number: Mapped[str | None] = mapped_column(unique=True)
    plot_id: Mapped[uuid.UUID] = refers_to("plot")
    claimant: Mapped[str]
    says: Mapped[str]
    lodged_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = coded("claim_state", unless_said="open")
    ended_on: Mapped[date | None] = mapped_column(Date)
    restriction_id: Mapped[uuid.UUID | None] = refers_to("restriction")


class SitePhoto(Row):
    """A photo of a site record, with where it looks."""

    __tablename__ = "site_photo"
    __table_args__ = (
        CheckConstraint("direction_deg >= 0 and direction_deg < 360", name="direction"),
        UniqueConstraint("record_id", "document_id"),
    )

    record_id: Mapped[uuid.UUID] = refers_to("site_record")
    document_id: Mapped[uuid.UUID] = refers_to("source")
    direction_deg: Mapped[float | None] = mapped_column(Double)
    """Clockwise from north. Null: not noted."""
