# SPDX-License-Identifier: Apache-2.0
"""What all parts of a port share: a name that rights can point at, a status, who runs it.

Each kind has its own table with its own geometry type and attributes. `facility` lists them all by id (triggers keep it),
so that a right on a berth and a right on a yard meet one constraint.
"""

import uuid
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Uuid
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

import layers.parties  # noqa: F401  the operators that `through` leads to
from layers.base import Base, Feature, Valid, coded, refers_to
from layers.declaration import Field
from layers.declaration import Text as Words


class Facility(Base):
    """Anything in the port that somebody can hold a right on, by its id. Kept by triggers of the kinds' tables."""

    __tablename__ = "facility"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = coded("facility_type")


class PortFeature(Valid, Feature):
    """A part of the port (S-57, S-131). Metres, tonnes; depths count from chart datum downwards."""

    __abstract__ = True
    facility_type: ClassVar[str]

    code: Mapped[str] = mapped_column(unique=True, sort_order=-7)
    name_ar: Mapped[str] = mapped_column(sort_order=-6)
    name_en: Mapped[str] = mapped_column(sort_order=-5)

    @declared_attr.directive
    def status(cls) -> Mapped[str]:  # noqa: N805 SQLAlchemy calls it on the class
        return coded("facility_status", unless_said="unknown")

    @declared_attr.directive
    def operator_id(cls) -> Mapped[uuid.UUID | None]:  # noqa: N805
        """The port operator that runs it. Null: none named."""
        return refers_to("party")

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (CheckConstraint("not isempty(valid)", name="valid_not_empty"), *cls.measures())

    @classmethod
    def measures(cls) -> tuple[Any, ...]:
        """Constraints on what is measured of this kind."""
        return ()


class Long:
    """A length, with how it is known."""

    length_m: Mapped[float | None]
    length_quality: Mapped[str] = coded("measure_quality", unless_said="unknown")


class Deep:
    """A depth below chart datum, with how it is known and since when."""

    depth_m: Mapped[float | None]
    depth_quality: Mapped[str] = coded("measure_quality", unless_said="unknown")

    @declared_attr.directive
    def depth_source_id(cls) -> Mapped[uuid.UUID | None]:  # noqa: N805
        return refers_to("source")


def known_how(measure: str) -> CheckConstraint:
    """A number says how it is known, and where it is not known there is none."""
    return CheckConstraint(
        f"({measure}_m is null) = ({measure}_quality = 'unknown') and coalesce({measure}_m, 1) > 0",
        name=f"{measure}_known_how",
    )


IDENTITY = (
    Field("code", Words(ar="الرمز", en="Code"), public=True, in_tiles=True, searchable=True),
    Field("name_ar", Words(ar="الاسم", en="Name in Arabic"), public=True, in_tiles=True, searchable=True),
    Field("name_en", Words(ar="الاسم بالإنجليزية", en="Name"), public=True, in_tiles=True, searchable=True),
    Field("status", Words(ar="الحالة", en="Status"), public=True, in_tiles=True),
)
OPERATOR = (
    Field("operator_ar", Words(ar="المشغّل", en="Operator in Arabic"), through="operator_id.name_ar", public=True),
    Field("operator_en", Words(ar="المشغّل بالإنجليزية", en="Operator"), through="operator_id.name_en", public=True),
)
LENGTH = (
    Field("length_m", Words(ar="الطول", en="Length"), unit="m", public=True),
    Field("length_quality", Words(ar="كيف عُرف الطول", en="How the length is known"), public=True),
)
DEPTH = (
    Field("depth_m", Words(ar="العمق تحت صفر الخريطة", en="Depth below chart datum"), unit="m", public=True),
    Field("depth_quality", Words(ar="كيف عُرف العمق", en="How the depth is known"), public=True),
    Field(
        "depth_source_ar",
        Words(ar="مصدر العمق", en="Source of the depth in Arabic"),
        through="depth_source_id.title_ar",
        public=True,
    ),
    Field(
        "depth_source_en",
        Words(ar="مصدر العمق بالإنجليزية", en="Source of the depth"),
        through="depth_source_id.title_en",
        public=True,
    ),
    Field(
        "depth_source_dated",
        Words(ar="تاريخ مصدر العمق", en="Date of that source"),
        through="depth_source_id.dated",
        public=True,
    ),
)
