# SPDX-License-Identifier: Apache-2.0
"""What commands leave behind beside the plots: numbers that were given, answers by key, acts that can be undone."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Base

NOW = text("clock_timestamp()")


class PlotNumberGiven(Base):
    """A number that a plot has or had; the key is what keeps any other plot from ever having it. Written by a trigger."""

    __tablename__ = "plot_number_given"

    plot_number: Mapped[str] = mapped_column(Text, primary_key=True)
    plot_id: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)
    given_at: Mapped[datetime] = mapped_column(server_default=NOW)
    ended_at: Mapped[datetime | None]
    """When the plot got another number, or was taken back."""


class FabricAct(Base):
    """One act on the fabric with its rows before and after, for undoing and doing again across saves."""

    __tablename__ = "fabric_act"
    __table_args__ = (
        Index("ix_fabric_act_user", "user_id", "number"),
        CheckConstraint("state in ('done','undone','dropped')", name="state"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, server_default=text("gen_random_uuid()"))
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    user_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(Text)
    plot_number: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="done")
    """done; undone; dropped: undone, and something else was done since."""
    made_at: Mapped[datetime] = mapped_column(server_default=NOW)
    changed_at: Mapped[datetime] = mapped_column(server_default=NOW)
    images: Mapped[list[Any]] = mapped_column(JSONB)
