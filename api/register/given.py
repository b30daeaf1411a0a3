# SPDX-License-Identifier: Apache-2.0
"""What the commands on rights take. Codes are checked by the register's own lists, so a zone may add some."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, PlainSerializer

from api.commanding import Given

Money = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2), PlainSerializer(str)]
Positive = Annotated[float, Field(ge=0, lt=1e12)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Word = Annotated[str, Field(min_length=1, max_length=100)]
Days = Annotated[int, Field(ge=1, le=3650)]


class Paper(Given):
    """A paper: what is written on it. Its file is sent to `/register/documents/{id}/file`."""

    kind: Word
    title_ar: Text
    title_en: Text
    issuer_ar: Word | None = None
    issuer_en: Word | None = None
    reference_number: Word | None = None
    dated: date | None = None
    direction: Word | None = None
    visibility: Word | None = None


class Plain(Given):
    """A step that brings a reason at most, and papers."""

    reason: Text | None = None
    papers: list[Paper] = Field(default=[], max_length=50)


class Drafted(Given):
    """What an applicant asks for."""

    party: UUID
    plot_number: Word | None = None
    reserve_plots: list[Word] = Field(default=[], max_length=20)
    land_use: Word | None = None
    activity: Word | None = None
    area_wanted_m2: Positive | None = None
    capital: Money | None = None
    currency: Word | None = None
    jobs: Annotated[int, Field(ge=0, le=10**6)] | None = None
    power_kw: Positive | None = None
    water_m3_day: Positive | None = None
    tariff: Word | None = None
    """Whose deposit line says what is to be deposited."""
    illustrative: bool = False
    papers: list[Paper] = Field(default=[], max_length=50)


class Amended(Given):
    """What of a file is set right, and why."""

    reason: Text
    plot_number: Word | None = None
    reserve_plots: list[Word] | None = None
    land_use: Word | None = None
    activity: Word | None = None
    area_wanted_m2: Positive | None = None
    capital: Money | None = None
    currency: Word | None = None
    jobs: Annotated[int, Field(ge=0, le=10**6)] | None = None
    power_kw: Positive | None = None
    water_m3_day: Positive | None = None
    score: Annotated[Decimal, Field(ge=0, lt=10**5, decimal_places=3), PlainSerializer(str)] | None = None


class Papers(Given):
    papers: list[Paper] = Field(min_length=1, max_length=50)


class Returned(Plain):
    return_reasons: list[Word] = Field(min_length=1, max_length=20)


class Resubmitted(Plain):
    answered: list[Word] = Field(min_length=1, max_length=20)


class Reported(Plain):
    score: Annotated[Decimal, Field(ge=0, lt=10**5, decimal_places=3), PlainSerializer(str)]


class Approved(Plain):
    boundary_accepted: bool | None = None


class Because(Plain):
    reason: Text


class Obligation(Given):
    kind: Word
    due_on: date


class Signed(Plain):
    """A lease's terms."""

    years: Annotated[int, Field(ge=1, le=200)]
    tariff: Word
    category: str = ""
    right_type: Word | None = None
    price: Money | None = None
    publish: bool = False
    obligations: list[Obligation] = Field(default=[], max_length=50)


class HandedOver(Plain):
    seen_on: date
    survey: Paper | None = None
    remark_ar: Text | None = None
    remark_en: Text | None = None


class Extended(Given):
    days: Days
    reason: Text


class Called(Given):
    """A meeting: the first member named is in the chair."""

    zone: Word
    held_on: date
    place: Word | None = None
    members: list[Word] = Field(min_length=1, max_length=50)
    files: list[UUID] = Field(default=[], max_length=500)


class Item(Given):
    file: UUID


class Recused(Given):
    member: Word
    reason: Text


class Decided(Given):
    file: UUID
    decision: Word
    reason: Text | None = None
    recusals: list[Recused] = Field(default=[], max_length=50)


class Closed(Given):
    present: list[Word] = Field(min_length=1, max_length=50)
    decisions: list[Decided] = Field(max_length=500)
    minutes: Paper


class LeaseStep(Given):
    """A step of a lease, with the paper that it needs."""

    reason: Text | None = None
    paper: Paper | None = None


class Breached(LeaseStep):
    served_on: date


class Followed(LeaseStep):
    """The terms of the lease that follows."""

    years: Annotated[int, Field(ge=1, le=200)]
    tariff: Word
    category: str = ""
    right_type: Word | None = None
    price: Money | None = None
    publish: bool = False
    obligations: list[Obligation] = Field(default=[], max_length=50)


class Transferred(Followed):
    party: UUID


class Recovered(LeaseStep):
    seen_on: date


class FromPaper(Given):
    """A right of the back file: days are legal days, the end is the first free one."""

    plot_number: Word
    party: UUID
    valid_from: date
    valid_until: date | None = None
    decision: Paper
    met_on: date | None = None
    right_type: Word | None = None
    area_m2: Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=3), PlainSerializer(str)] | None = None
    annual_charge: Money | None = None
    currency: Word | None = None
    publish: bool = False


class Noticed(Given):
    served_on: date


class Met(Given):
    met_on: date
    evidence: Paper | None = None


class Invoiced(Given):
    kind: Word
    amount: Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=2), PlainSerializer(str)]
    currency: Word
    due_on: date
    period_from: date | None = None
    period_until: date | None = None


class Paid(Given):
    invoice: Word
    amount: Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=2), PlainSerializer(str)]
    currency: Word
    paid_on: date
    receipt_no: Word


class Guaranteed(Given):
    bank: Word
    bank_number: Word
    amount: Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=2), PlainSerializer(str)]
    currency: Word
    expires_on: date


class Added(Given):
    """An addendum."""

    paper: Paper
    signed_on: date
    area_m2: Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=3), PlainSerializer(str)] | None = None
    annual_charge: Money | None = None
    says: Text | None = None


class Corrected(Given):
    """A clerical slip: nothing legal changes."""

    reason: Text
    met_on: date | None = None
    decided_on: date | None = None
    right_type: Word | None = None


class Line(Given):
    kind: Word
    category: str = ""
    title_ar: Text
    title_en: Text
    basis: Word
    rate: Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6), PlainSerializer(str)] | None = None
    tiers: list[tuple[Decimal, Decimal]] | None = None
    tier_kind: Word | None = None
    lower_limit: Money | None = None
    upper_limit: Money | None = None


class Tariffed(Given):
    code: Word
    title_ar: Text
    title_en: Text
    currency: Word
    illustrative: bool = False
    lines: list[Line] = Field(min_length=1, max_length=200)


class Claimed(Given):
    plot_number: Word
    claimant: Text
    says: Text
    lodged_on: date
    paper: Paper | None = None


class ClaimEnded(Given):
    state: Word
    ended_on: date
    paper: Paper


OF_FILE: dict[str, type[Given]] = {
    "return": Returned,
    "resubmit": Resubmitted,
    "report": Reported,
    "approve": Approved,
    "sign": Signed,
    "hand_over": HandedOver,
    "cancel": Because,
}
"""What a step of a file takes, where it is more than a reason and papers."""
OF_LEASE: dict[str, type[Given]] = {
    "breach": Breached,
    "renew": Followed,
    "transfer": Transferred,
    "recover": Recovered,
}


def plain(given: Given) -> dict[str, Any]:
    """The body as commands in layers take it: dates as dates, money as decimals."""
    return given.model_dump(mode="python", exclude_none=True)
