# SPDX-License-Identifier: Apache-2.0
"""Who takes part: investors, agencies, operators (LADM LA_Party, OC4IDS Organization), in which role, with which share."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Row, coded, refers_to


class Party(Row):
    """A person or body that can hold a right or run a project (LADM LA_Party)."""

    __tablename__ = "party"

    type: Mapped[str] = mapped_column(Text, info={"codelist": "party_type"})
    name_ar: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    registration_number: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    """ISO 3166-1 alpha-2."""
    kyc_state: Mapped[str] = coded("kyc_state", unless_said="unchecked")
    """How far it is known who stands behind it."""


class PartyMember(Row):
    """A party's share in a group of parties (LADM LA_PartyMember). The shares of a group add up to one, checked at commit."""

    __tablename__ = "party_member"
    __table_args__ = (
        Index("uq_party_member", "group_id", "member_id", unique=True),
        CheckConstraint("group_id <> member_id", name="not_of_itself"),
        CheckConstraint("share_part > 0 and share_whole >= share_part", name="share"),
    )

    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.party.id"))
    member_id: Mapped[uuid.UUID] = refers_to("party")
    share_part: Mapped[int]
    share_whole: Mapped[int]
    """A fraction of whole numbers: a third has no decimal."""


class PartyRole(Row):
    """What a party is to a project, a plot or a facility, and when (LADM LA_PartyRoleType, OC4IDS partyRole)."""

    __tablename__ = "party_role"
    __table_args__ = (
        CheckConstraint("num_nonnulls(project_id, plot_id, facility_id) = 1", name="one_object"),
        CheckConstraint("not isempty(valid)", name="valid_not_empty"),
    )

    party_id: Mapped[uuid.UUID] = refers_to("party")
    role: Mapped[str] = coded("party_role")
    project_id: Mapped[uuid.UUID | None] = refers_to("project")
    plot_id: Mapped[uuid.UUID | None] = refers_to("plot")
    facility_id: Mapped[uuid.UUID | None] = refers_to("facility")
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE, server_default=text("tstzrange(now(), null, '[)')"))
