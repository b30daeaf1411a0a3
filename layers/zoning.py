# SPDX-License-Identifier: Apache-2.0
"""What the plan allows where: plan units with their rules, road reserves, areas under a constraint."""

import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Computed
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Feature, Valid, coded, refers_to
from layers.declaration import Field, Layer
from layers.declaration import Text as Words
from layers.fields import NAMES, PROVENANCE, REMARKS


class PlanUnit(Valid, Feature):
    """An area in which one set of building rules holds (LADM SP_PlanUnit). A rule that is null is not set by the plan."""

    __tablename__ = "plan_unit"
    geometry_kind = "POLYGON"

    zone_id: Mapped[uuid.UUID] = refers_to("zone")
    code: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]
    land_use: Mapped[str] = coded("land_use")
    uses: Mapped[list[str]] = coded("land_use")
    """All uses that it permits; `land_use`, the main one, is among them."""
    min_area_m2: Mapped[float | None]
    max_area_m2: Mapped[float | None]
    min_frontage_m: Mapped[float | None]
    setback_front_m: Mapped[float | None]
    setback_side_m: Mapped[float | None]
    setback_rear_m: Mapped[float | None]
    coverage_max_pct: Mapped[float | None]
    """Share of a plot that buildings may cover."""
    far_max: Mapped[float | None]
    """Floor area over plot area, at most."""
    height_max_m: Mapped[float | None]

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            CheckConstraint("not isempty(valid)", name="valid_not_empty"),
            CheckConstraint("land_use = any(uses)", name="main_use_is_permitted"),
            CheckConstraint("min_area_m2 > 0 and max_area_m2 >= coalesce(min_area_m2, 0)", name="areas"),
            CheckConstraint("min_frontage_m > 0", name="frontage_positive"),
            CheckConstraint("least(setback_front_m, setback_side_m, setback_rear_m) >= 0", name="setbacks"),
            CheckConstraint("coverage_max_pct > 0 and coverage_max_pct <= 100", name="coverage"),
            CheckConstraint("far_max > 0 and height_max_m > 0", name="bulk"),
        )


class RoadReserve(Valid, Feature):
    """Land kept for a road, its pavements and the networks beneath it; plots front on it."""

    __tablename__ = "road_reserve"
    geometry_kind = "POLYGON"

    zone_id: Mapped[uuid.UUID] = refers_to("zone")
    code: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str | None]
    name_en: Mapped[str | None]
    road_class: Mapped[str] = coded("road_class", unless_said="unknown")
    width_m: Mapped[float | None]
    """Between the property lines on its sides. Null: it has no single width."""

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            CheckConstraint("not isempty(valid)", name="valid_not_empty"),
            CheckConstraint("width_m > 0", name="width_positive"),
        )


class ConstraintArea(Valid, Feature):
    """An area that limits what may be done in it (LADM LA_Restriction on a spatial unit)."""

    __tablename__ = "constraint_area"
    geometry_kind = "POLYGON"

    code: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str] = coded("constraint_kind")
    state: Mapped[str] = coded("constraint_state", unless_said="proposed")
    clearance: Mapped[str | None] = coded("clearance")
    """How far war remnants are cleared; for areas of that kind only, where "unknown" is a code."""
    certificate_number: Mapped[str | None]
    """Of the clearance certificate, once released."""
    remark_ar: Mapped[str | None]
    remark_en: Mapped[str | None]
    area_m2: Mapped[float] = mapped_column(Computed("st_area(geom)", persisted=True))

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            CheckConstraint("not isempty(valid)", name="valid_not_empty"),
            CheckConstraint("(kind = 'clearance') = (clearance is not null)", name="clearance_says_its_state"),
            CheckConstraint("clearance <> 'REL' or certificate_number is not null", name="release_has_a_certificate"),
        )


NOT_SET = Words(ar="لا يحدده المخطط", en="Not set by the plan")

PLAN_UNITS = Layer(
    id="plan_units",
    title=Words(ar="وحدات التخطيط", en="Plan units"),
    group="plan",
    table=PlanUnit,
    zooms=range(12, 21),
    colour_by="land_use",
    label="code",
    description=Words(
        ar="ما يسمح به المخطط في كل جزء من المنطقة: الاستعمال والارتدادات ونسبة البناء والارتفاع.",
        en="What the plan permits in each part of the zone: use, setbacks, coverage and height.",
    ),
    fields=(
        Field("code", Words(ar="رمز الوحدة", en="Plan unit"), public=True, in_tiles=True, searchable=True),
        *NAMES,
        Field("land_use", Words(ar="الاستعمال الرئيسي", en="Main use"), public=True, in_tiles=True),
        Field("uses", Words(ar="الاستعمالات المسموحة", en="Permitted uses"), public=True),
        Field(
            "min_area_m2", Words(ar="أصغر مساحة للقطعة", en="Smallest plot"), unit="m²", public=True, when_null=NOT_SET
        ),
        Field(
            "max_area_m2", Words(ar="أكبر مساحة للقطعة", en="Largest plot"), unit="m²", public=True, when_null=NOT_SET
        ),
        Field("min_frontage_m", Words(ar="أقل واجهة", en="Least frontage"), unit="m", public=True, when_null=NOT_SET),
        Field(
            "setback_front_m",
            Words(ar="الارتداد الأمامي", en="Front setback"),
            unit="m",
            public=True,
            when_null=NOT_SET,
        ),
        Field(
            "setback_side_m", Words(ar="الارتداد الجانبي", en="Side setback"), unit="m", public=True, when_null=NOT_SET
        ),
        Field(
            "setback_rear_m", Words(ar="الارتداد الخلفي", en="Rear setback"), unit="m", public=True, when_null=NOT_SET
        ),
        Field(
            "coverage_max_pct",
            Words(ar="أقصى نسبة بناء", en="Greatest coverage"),
            unit="%",
            public=True,
            when_null=NOT_SET,
        ),
        Field("far_max", Words(ar="أقصى معامل بناء", en="Greatest floor area ratio"), public=True, when_null=NOT_SET),
        Field("height_max_m", Words(ar="أقصى ارتفاع", en="Greatest height"), unit="m", public=True, when_null=NOT_SET),
        *PROVENANCE,
    ),
)
ROAD_RESERVES = Layer(
    id="road_reserves",
    title=Words(ar="حرم الطرق", en="Road reserves"),
    group="plan",
    table=RoadReserve,
    zooms=range(12, 21),
    colour_by="road_class",
    label="name_ar",
    fields=(
        Field("code", Words(ar="رمز الطريق", en="Road code"), public=True, searchable=True),
        Field("name_ar", Words(ar="الاسم", en="Name in Arabic"), public=True, in_tiles=True, searchable=True),
        Field("name_en", Words(ar="الاسم بالإنجليزية", en="Name"), public=True, in_tiles=True, searchable=True),
        Field("road_class", Words(ar="درجة الطريق", en="Road class"), public=True, in_tiles=True),
        Field(
            "width_m",
            Words(ar="عرض الحرم", en="Width of the reserve"),
            unit="m",
            public=True,
            when_null=Words(ar="ليس له عرض واحد", en="No single width"),
            in_tiles=True,
        ),
        *PROVENANCE,
    ),
)
CONSTRAINT_AREAS = Layer(
    id="constraint_areas",
    title=Words(ar="مناطق القيود", en="Constraint areas"),
    group="plan",
    table=ConstraintArea,
    zooms=range(11, 21),
    colour_by="kind",
    label="name_ar",
    fields=(
        Field("code", Words(ar="الرمز", en="Code"), public=True, searchable=True),
        Field("name_ar", Words(ar="الاسم", en="Name in Arabic"), public=True, in_tiles=True, searchable=True),
        Field("name_en", Words(ar="الاسم بالإنجليزية", en="Name"), public=True, in_tiles=True, searchable=True),
        Field("kind", Words(ar="نوع القيد", en="Kind of constraint"), public=True, in_tiles=True),
        Field("state", Words(ar="الحالة", en="State"), public=True, in_tiles=True),
        Field("clearance", Words(ar="حالة التطهير من المخلفات", en="War-remnant clearance"), public=True),
        Field("certificate_number", Words(ar="رقم شهادة التطهير", en="Clearance certificate"), public=True),
        Field("area_m2", Words(ar="المساحة", en="Area"), unit="m²", public=True),
        *REMARKS,
        *PROVENANCE,
    ),
)
LAYERS = (PLAN_UNITS, ROAD_RESERVES, CONSTRAINT_AREAS)
