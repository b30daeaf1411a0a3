# SPDX-License-Identifier: Apache-2.0
"""Who takes part: investors, agencies, operators (LADM LA_Party, OC4IDS Organization)."""

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Row


class Party(Row):
    """A person or body that can hold a right or run a project (LADM LA_Party)."""

    __tablename__ = "party"

    type: Mapped[str] = mapped_column(Text, info={"codelist": "party_type"})
    name_ar: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    registration_number: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    """ISO 3166-1 alpha-2."""
