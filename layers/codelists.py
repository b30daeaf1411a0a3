# SPDX-License-Identifier: Apache-2.0
"""Codelists: the words that columns take their values from, in both languages, with a standard's name for each.

Rows, not enums: a zone adds its own, and a retired code stays readable.
"""

from datetime import datetime

from sqlalchemy import Integer, Text, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Base
from layers.codelists_land import LAND
from layers.codelists_networks import NETWORKS
from layers.codelists_plan import PLAN
from layers.codelists_port import PORT
from layers.codelists_projects import PROJECTS
from layers.codelists_rasters import RASTERS
from layers.codelists_rights import RIGHTS
from layers.declaration import Codelists


class Code(Base):
    """One code of one list."""

    __tablename__ = "code"

    list: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    ar: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    standard: Mapped[str | None] = mapped_column(Text)
    """The same idea in a standard: INSPIRE HILUCS, OC4IDS, S-57 …"""
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE, server_default=text("tstzrange(null, null)"))


CODELISTS: Codelists = {**LAND, **PLAN, **PORT, **NETWORKS, **PROJECTS, **RASTERS, **RIGHTS}
"""`layers.migrate` writes them; a zone may add rows of its own."""
