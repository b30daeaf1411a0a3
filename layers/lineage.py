# SPDX-License-Identifier: Apache-2.0
"""Where plots come from: splits and merges, the plots in them, and who takes which right."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Row


class PlotChange(Row):
    """One act that makes plots out of plots; its source is the paper (LADM LA_Source, LA_RequiredRelationshipSpatialUnit)."""

    __tablename__ = "plot_change"

    kind: Mapped[str] = mapped_column(Text, info={"codelist": "plot_change_kind"})
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class PlotChangePart(Row):
    """A plot that goes into a change, or comes out of it."""

    __tablename__ = "plot_change_part"
    __table_args__ = (
        CheckConstraint("role in ('parent', 'child')", name="role"),
        UniqueConstraint("change_id", "plot_id", "role"),
    )

    change_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.plot_change.id"))
    plot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.plot.id"), index=True)
    role: Mapped[str] = mapped_column(Text)


class PlotChangeRight(Row):
    """The right on a parent that a right on a child goes on from."""

    __tablename__ = "plot_change_right"

    change_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.plot_change.id"), index=True)
    from_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.tenure_slot.id"), unique=True)
    to_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.tenure_slot.id"), index=True)
