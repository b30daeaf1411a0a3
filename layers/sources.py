# SPDX-License-Identifier: Apache-2.0
"""Documents: the papers that prove what the register says (LADM LA_Source)."""

from datetime import date

from sqlalchemy import Date, Text
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Row, coded


class Source(Row):
    """A decree, a plan, a survey, a press report: what a row rests on (LADM LA_AdministrativeSource, LA_SpatialSource)."""

    __tablename__ = "source"

    kind: Mapped[str] = mapped_column(Text, info={"codelist": "source_kind"})
    title_ar: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    issuer_ar: Mapped[str | None] = mapped_column(Text)
    issuer_en: Mapped[str | None] = mapped_column(Text)
    reference_number: Mapped[str | None] = mapped_column(Text)
    """الرقم الإشاري: the number under which its issuer files it."""
    dated: Mapped[date | None] = mapped_column(Date)
    citation: Mapped[str | None] = mapped_column(Text)
    """Where it can be read: publisher, page, day."""
    licence: Mapped[str | None] = mapped_column(Text)
    attribution: Mapped[str | None] = mapped_column(Text)
    file_sha256: Mapped[str | None] = mapped_column(Text)
    crs_operation: Mapped[str | None] = mapped_column(Text)
    """How its coordinates came into the legal CRS (PROJ operation)."""
    crs_accuracy_m: Mapped[float | None]
    visibility: Mapped[str] = coded("visibility", unless_said="public")
    """Who may know of it."""
    registered_as: Mapped[str | None] = mapped_column(Text, unique=True)
    """The number under which it came in or went out here (الوارد، الصادر), gapless within a year."""
    direction: Mapped[str | None] = coded("paper_direction")
    made_of: Mapped[str | None] = mapped_column(Text)
    """For a paper of ours: which, and of what, so that its text can be made again."""
