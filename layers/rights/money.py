# SPDX-License-Identifier: Apache-2.0
"""Tariffs as rows, what they charge, and the invoices and payments that are recorded. No sum is written in code."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Row, coded, refers_to

CENT = Decimal("0.01")


class Tariff(Row):
    """A version of a zone's charges, in one currency."""

    __tablename__ = "tariff"
    __table_args__ = (
        UniqueConstraint("code", "edition"),
        CheckConstraint("not isempty(valid)", name="valid_not_empty"),
    )

    code: Mapped[str]
    edition: Mapped[int] = mapped_column(server_default=text("1"))
    title_ar: Mapped[str]
    title_en: Mapped[str]
    currency: Mapped[str] = coded("currency")
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE, server_default=text("tstzrange(now(), null, '[)')"))


class TariffLine(Row):
    """One charge of a tariff."""

    __tablename__ = "tariff_line"
    __table_args__ = (
        UniqueConstraint("tariff_id", "kind", "category"),
        CheckConstraint("(rate is null) <> (tiers is null)", name="rate_or_tiers"),
        CheckConstraint("least(rate, lower_limit, upper_limit) >= 0", name="not_negative"),
        CheckConstraint("upper_limit >= lower_limit", name="limits"),
        CheckConstraint("tiers is null or jsonb_array_length(tiers) > 0", name="has_tiers"),
    )

    tariff_id: Mapped[uuid.UUID] = refers_to("tariff")
    kind: Mapped[str] = coded("charge_kind")
    category: Mapped[str] = mapped_column(server_default="")
    """What it is charged for, where a tariff has several lines of a kind: a class of pollution, a certificate."""
    title_ar: Mapped[str]
    title_en: Mapped[str]
    basis: Mapped[str] = coded("charge_basis")
    rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    """Money a unit; of a share: percent."""
    tiers: Mapped[list[Any] | None] = mapped_column(JSONB)
    """Pairs of text: from how many units (the first: 0), and the rate from there on."""
    tier_kind: Mapped[str] = coded("tier_kind", unless_said="whole")
    lower_limit: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """At least this sum."""
    upper_limit: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """At most this sum."""


class Invoice(Row):
    """What a holder is asked to pay, recorded; Marsa moves no money."""

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint("num_nonnulls(application_id, lease_id) = 1", name="one_object"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    number: Mapped[str | None] = mapped_column(unique=True)
    application_id: Mapped[uuid.UUID | None] = refers_to("application")
    lease_id: Mapped[uuid.UUID | None] = refers_to("lease")
    kind: Mapped[str] = coded("charge_kind")
    period: Mapped[Range[date] | None] = mapped_column(DATERANGE)
    amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    currency: Mapped[str] = coded("currency")
    issued_on: Mapped[date] = mapped_column(Date, server_default=text("current_date"))
    due_on: Mapped[date] = mapped_column(Date)


class Payment(Row):
    """Money that came in, as its receipt says."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        UniqueConstraint("receipt_no"),
    )

    invoice_id: Mapped[uuid.UUID] = refers_to("invoice")
    amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    currency: Mapped[str] = coded("currency")
    paid_on: Mapped[date] = mapped_column(Date)
    receipt_no: Mapped[str]


@dataclass(frozen=True)
class Quantity:
    """What a charge is reckoned from."""

    area_m2: Decimal = Decimal(0)
    capital: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    """Of the land, as valued."""


@dataclass(frozen=True)
class Line:
    """A line of a tariff, as the row says it."""

    basis: str
    rate: Decimal | None = None
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()
    tier_kind: str = "whole"
    lower_limit: Decimal | None = None
    upper_limit: Decimal | None = None


def charged(line: Line, of: Quantity) -> Decimal:
    """The sum that a line charges: a year's, or once; rounded half up to cents, between its limits.

    >>> charged(Line("pct_capital", Decimal(10), upper_limit=Decimal(100000)), Quantity(capital=Decimal(2000000)))
    Decimal('100000.00')
    """
    units = _units(line.basis, of)
    sum_ = _tiered(line, units) if line.tiers else units * (line.rate or Decimal(0))
    if line.lower_limit is not None:
        sum_ = max(sum_, line.lower_limit)
    if line.upper_limit is not None:
        sum_ = min(sum_, line.upper_limit)
    return sum_.quantize(CENT, ROUND_HALF_UP)


def _units(basis: str, of: Quantity) -> Decimal:
    return {
        "m2_year": of.area_m2,
        "fixed": Decimal(1),
        "pct_capital": of.capital / 100,
        "pct_price_year": of.price / 100,
    }[basis]


def _tiered(line: Line, units: Decimal) -> Decimal:
    if line.tier_kind == "whole":
        return units * [rate for begins, rate in line.tiers if begins <= units][-1]
    ends = [begins for begins, _ in line.tiers[1:]] + [units]
    return sum(
        (
            (max(Decimal(0), min(units, end) - begins)) * rate
            for (begins, rate), end in zip(line.tiers, ends, strict=True)
        ),
        Decimal(0),
    )


def line_of(row: dict[str, Any]) -> Line:
    """A line from its row as JSON."""
    tiers = tuple((Decimal(str(begins)), Decimal(str(rate))) for begins, rate in row["tiers"] or ())

    def decimal(name: str) -> Decimal | None:
        return None if row[name] is None else Decimal(str(row[name]))

    return Line(row["basis"], decimal("rate"), tiers, row["tier_kind"], decimal("lower_limit"), decimal("upper_limit"))
