# SPDX-License-Identifier: Apache-2.0
"""Files of applicants, the committee that decides on them, and the zone's own time limits."""

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    Double,
    ForeignKey,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Base, Row, coded, refers_to


class RegisterNumber(Base):
    """The last number that a register has given out in a year. Counted in the transaction that uses it, so without a gap."""

    __tablename__ = "register_number"

    register: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


class RightsRule(Row):
    """A zone's own measures: time limits in days, quorum, terms. Null: the house's own (`register.rule_of`)."""

    __tablename__ = "rights_rule"
    __table_args__ = (
        CheckConstraint(
            "least(complete_days, accept_days, decide_days, sign_days, cure_days, appeal_days, renewal_window_days) > 0 "
            "and rent_late_days >= 0 and guarantee_alarm_days >= 0",
            name="days_positive",
        ),
        CheckConstraint("quorum > 0", name="quorum_positive"),
        CheckConstraint("term_min_years > 0 and term_max_years >= term_min_years", name="terms"),
    )

    zone_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.zone.id"), unique=True)
    complete_days: Mapped[int | None]
    """To complete what was received incomplete, or what was returned."""
    accept_days: Mapped[int | None]
    decide_days: Mapped[int | None]
    sign_days: Mapped[int | None]
    cure_days: Mapped[int | None]
    appeal_days: Mapped[int | None]
    renewal_window_days: Mapped[int | None]
    rent_late_days: Mapped[int | None]
    guarantee_alarm_days: Mapped[int | None]
    quorum: Mapped[int | None]
    term_min_years: Mapped[int | None]
    term_max_years: Mapped[int | None]
    lapse_automatic: Mapped[bool | None]
    """What is due for lapse lapses without a person. Unless a zone says so, a person confirms or extends."""
    papers: Mapped[list[str] | None] = mapped_column(ARRAY(Text), info={"codelist": "paper_kind"})
    """What must be in a file before it is lodged."""
    legal_basis_ar: Mapped[str | None]
    legal_basis_en: Mapped[str | None]


class Application(Row):
    """Somebody asks for land: one file, from draft to hand-over (SOLA `application`)."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("(state = 'DRF') = (reg_no is null) or state in ('WDN', 'CNL')", name="numbered_once_received"),
        CheckConstraint("least(area_wanted_m2, capital, power_kw, water_m3_day, deposit_due) >= 0 and jobs >= 0",
                        name="not_negative"),
        CheckConstraint("(capital is null and deposit_due is null) or currency is not null", name="money_has_a_currency"),
        Index("ix_application_due_by", "due_by"),
    )  # fmt: skip

    reg_no: Mapped[str | None] = mapped_column(unique=True)
    """الرقم الإشاري of the file: gapless within a year, given when it is received, for life."""
    state: Mapped[str] = coded("application_state", unless_said="DRF", index=True)
    party_id: Mapped[uuid.UUID] = refers_to("party")
    plot_id: Mapped[uuid.UUID | None] = refers_to("plot")
    reserve_plots: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    """Numbers of the plots wanted where the first cannot be had, in order."""
    land_use: Mapped[str | None] = coded("land_use")
    activity: Mapped[str | None]
    """ISIC code."""
    area_wanted_m2: Mapped[float | None] = mapped_column(Double)
    capital: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    currency: Mapped[str | None] = coded("currency")
    jobs: Mapped[int | None]
    power_kw: Mapped[float | None] = mapped_column(Double)
    water_m3_day: Mapped[float | None] = mapped_column(Double)
    lodged_at: Mapped[datetime | None]
    due_by: Mapped[datetime | None]
    """When the step that it waits for is due. Passing it ends nothing by itself."""
    clock_left_s: Mapped[float | None] = mapped_column(Double)
    """What was left of the time when the clock was stopped."""
    return_reasons: Mapped[list[str]] = mapped_column(
        ARRAY(Text), info={"codelist": "return_reason"}, server_default=text("'{}'")
    )
    answered: Mapped[list[str]] = mapped_column(
        ARRAY(Text), info={"codelist": "return_reason"}, server_default=text("'{}'")
    )
    score: Mapped[Decimal | None] = mapped_column(Numeric(8, 3))
    """For ranking; does not change once the technical report is given."""
    deposit_due: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    boundary_accepted: Mapped[bool] = mapped_column(server_default=text("false"))
    """The party takes the plot with its provisional boundary."""
    notice_no: Mapped[str | None]
    """الرقم الإشاري of the notice by which it lapsed."""
    reason: Mapped[str | None]
    """Of the last step."""
    from_paper: Mapped[bool] = mapped_column(server_default=text("false"))
    """Entered from the back file: its steps were taken before the register was kept here."""


class ApplicationPaper(Row):
    """A paper in a file."""

    __tablename__ = "application_paper"

    application_id: Mapped[uuid.UUID] = refers_to("application")
    kind: Mapped[str] = coded("paper_kind")
    document_id: Mapped[uuid.UUID] = refers_to("source")


class ApplicationStep(Row):
    """A step that a file has taken. Written by the database itself with the change of state."""

    __tablename__ = "application_step"

    application_id: Mapped[uuid.UUID] = refers_to("application")
    event: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    reason: Mapped[str | None]


class Meeting(Row):
    """A meeting of the allocation committee."""

    __tablename__ = "meeting"
    __table_args__ = (CheckConstraint("state in ('called', 'closed')", name="state"),)

    number: Mapped[str | None] = mapped_column(unique=True)
    zone_id: Mapped[uuid.UUID] = refers_to("zone")
    held_on: Mapped[date] = mapped_column(Date)
    place: Mapped[str | None]
    quorum: Mapped[int | None]
    """Members who must be there, from the zone's rule when it was called."""
    state: Mapped[str] = mapped_column(server_default="called")
    minutes_id: Mapped[uuid.UUID | None] = refers_to("source")
    """The signed minutes (محضر لجنة التخصيص)."""
    closed_at: Mapped[datetime | None]


class MeetingMember(Row):
    """Somebody who belongs to the committee, at one meeting."""

    __tablename__ = "meeting_member"
    __table_args__ = (UniqueConstraint("meeting_id", "name"),)

    meeting_id: Mapped[uuid.UUID] = refers_to("meeting")
    name: Mapped[str]
    present: Mapped[bool] = mapped_column(server_default=text("false"))
    chair: Mapped[bool] = mapped_column(server_default=text("false"))


class MeetingItem(Row):
    """A file on a meeting's agenda, and what was decided on it."""

    __tablename__ = "meeting_item"
    __table_args__ = (
        UniqueConstraint("meeting_id", "application_id"),
        UniqueConstraint("meeting_id", "position"),
        CheckConstraint("decision <> 'reject' or reason is not null", name="rejection_has_a_reason"),
    )

    meeting_id: Mapped[uuid.UUID] = refers_to("meeting")
    application_id: Mapped[uuid.UUID] = refers_to("application")
    position: Mapped[int]
    decision: Mapped[str | None] = coded("committee_decision")
    reason: Mapped[str | None]
    """Why it was rejected, put off, or picked before one that was lodged first and scored higher: that one is published."""


class Recusal(Row):
    """A member who keeps out of one item."""

    __tablename__ = "recusal"
    __table_args__ = (UniqueConstraint("item_id", "member_id"),)

    item_id: Mapped[uuid.UUID] = refers_to("meeting_item")
    member_id: Mapped[uuid.UUID] = refers_to("meeting_member")
    reason: Mapped[str]
