# SPDX-License-Identifier: Apache-2.0
"""Development projects and the programmes they belong to, in the words of OC4IDS.

One collection holds points, lines and areas: a project keeps its id when a point becomes an area, and every count, filter
and year speaks of projects, not of shapes. What a typed file format cannot mix, an export divides.
"""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Computed, Identity, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Feature, Row, Valid, coded, refers_to
from layers.declaration import Field, Layer
from layers.declaration import Text as Words
from layers.fields import PROVENANCE


class Programme(Row):
    """What projects are parts of: a fund's or an agency's programme (OC4IDS relatedProjects, IATI hierarchy 1)."""

    __tablename__ = "programme"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="period"),)

    code: Mapped[str] = mapped_column(unique=True)
    title_ar: Mapped[str]
    title_en: Mapped[str]
    agency_id: Mapped[uuid.UUID] = refers_to("party")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]


class Project(Valid, Feature):
    """A development project (OC4IDS Project). What nobody has published is null, and shown as not published."""

    __tablename__ = "project"

    code: Mapped[str] = mapped_column(unique=True)
    title_ar: Mapped[str]
    title_en: Mapped[str]
    description_ar: Mapped[str | None]
    description_en: Mapped[str | None]
    agency_id: Mapped[uuid.UUID | None] = refers_to("party")
    """The body that owns it (OC4IDS publicAuthority); further parties by party_role."""
    programme_id: Mapped[uuid.UUID | None] = refers_to("programme")
    sectors: Mapped[list[str]] = coded("project_sector")
    """The first is its main one."""
    main_sector: Mapped[str] = mapped_column(
        Computed("sectors[1]", persisted=True), info={"codelist": "project_sector"}
    )
    type: Mapped[str] = coded("project_type")
    status: Mapped[str] = coded("project_status")
    suspended: Mapped[bool | None]
    """OC4IDS has no status for it. Null: not known."""
    physical_progress_pct: Mapped[float | None]
    financial_progress_pct: Mapped[float | None]
    progress_on: Mapped[date | None]
    """The day that the progress was true of."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    """Planned until it has ended."""
    start_year: Mapped[int | None] = mapped_column(Computed("extract(year from starts_on)::integer", persisted=True))
    end_year: Mapped[int | None] = mapped_column(Computed("extract(year from ends_on)::integer", persisted=True))
    budget: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    budget_currency: Mapped[str | None]
    """ISO 4217."""
    location_exactness: Mapped[str] = coded("location_exactness")

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            CheckConstraint("not isempty(valid)", name="valid_not_empty"),
            CheckConstraint("cardinality(sectors) > 0 and array_ndims(sectors) = 1", name="has_a_sector"),
            CheckConstraint("ends_on >= starts_on", name="period"),
            CheckConstraint("physical_progress_pct between 0 and 100", name="physical_progress"),
            CheckConstraint("financial_progress_pct >= 0", name="financial_progress"),
            CheckConstraint(
                "progress_on is not null or num_nonnulls(physical_progress_pct, financial_progress_pct) = 0",
                name="progress_has_a_day",
            ),
            CheckConstraint("(budget is null) = (budget_currency is null) and coalesce(budget, 0) >= 0", name="budget"),
            CheckConstraint("budget_currency ~ '^[A-Z]{3}$'", name="budget_currency"),
            CheckConstraint("geometrytype(geom) <> 'GEOMETRYCOLLECTION'", name="one_kind_of_shape"),
        )


class ProjectRecord(Row):
    """A project's document as a publisher wrote it, each time that it came (OC4IDS, World Bank, IATI).

    A project without a place has its record alone, until a file gives it one.
    """

    __tablename__ = "project_record"

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    """The later of two records of one project has the higher one."""
    scheme: Mapped[str]
    """oc4ids, worldbank or iati."""
    external_id: Mapped[str] = mapped_column(index=True)
    document: Mapped[str]
    """JSON text (of IATI, its XML as a JSON text): not jsonb, which orders members anew."""
    project_id: Mapped[uuid.UUID | None] = refers_to("project")
    version_after: Mapped[int | None] = mapped_column(BigInteger)
    """The project's version that this document made; another one now means that somebody worked on it since."""
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """The project as it stood before, for the undoing."""


NOT_PUBLISHED = Words(ar="غير منشور", en="Not published")

PROJECTS = Layer(
    id="projects",
    title=Words(ar="مشروعات التنمية", en="Development projects"),
    group="projects",
    table=Project,
    zooms=range(7, 21),
    colour_by="status",
    label="title_ar",
    during=("starts_on", "ends_on"),
    fields=(
        Field("code", Words(ar="رمز المشروع", en="Project code"), public=True, searchable=True),
        Field("title_ar", Words(ar="المشروع", en="Project in Arabic"), public=True, searchable=True),
        Field("title_en", Words(ar="المشروع بالإنجليزية", en="Project"), public=True, searchable=True),
        Field("description_ar", Words(ar="الوصف", en="Description in Arabic"), public=True),
        Field("description_en", Words(ar="الوصف بالإنجليزية", en="Description"), public=True),
        Field(
            "agency_ar",
            Words(ar="الجهة المالكة", en="Agency in Arabic"),
            through="agency_id.name_ar",
            public=True,
            when_null=NOT_PUBLISHED,
        ),
        Field(
            "agency_en",
            Words(ar="الجهة المالكة بالإنجليزية", en="Agency"),
            through="agency_id.name_en",
            public=True,
            when_null=NOT_PUBLISHED,
        ),
        Field(
            "programme_ar", Words(ar="البرنامج", en="Programme in Arabic"), through="programme_id.title_ar", public=True
        ),
        Field(
            "programme_en",
            Words(ar="البرنامج بالإنجليزية", en="Programme"),
            through="programme_id.title_en",
            public=True,
        ),
        Field("main_sector", Words(ar="القطاع الرئيسي", en="Main sector"), public=True, in_tiles=True),
        Field("sectors", Words(ar="القطاعات", en="Sectors"), public=True),
        Field("type", Words(ar="نوع المشروع", en="Kind of project"), public=True),
        Field("status", Words(ar="مرحلة المشروع", en="Stage"), public=True, in_tiles=True),
        Field("suspended", Words(ar="متوقف", en="Suspended"), public=True, when_null=NOT_PUBLISHED),
        Field(
            "physical_progress_pct",
            Words(ar="نسبة الإنجاز الفعلي", en="Physical progress"),
            unit="%",
            public=True,
            when_null=NOT_PUBLISHED,
        ),
        Field(
            "financial_progress_pct",
            Words(ar="نسبة الصرف المالي", en="Financial progress"),
            unit="%",
            public=True,
            when_null=NOT_PUBLISHED,
        ),
        Field("progress_on", Words(ar="تاريخ نسبة الإنجاز", en="Progress as of"), public=True),
        Field(
            "starts_on",
            Words(ar="البداية (أول السنة إن عُرفت وحدها)", en="Starts on (1 January where only the year is known)"),
            public=True,
            when_null=NOT_PUBLISHED,
        ),
        Field(
            "ends_on",
            Words(ar="النهاية (آخر السنة إن عُرفت وحدها)", en="Ends on (31 December where only the year is known)"),
            public=True,
            when_null=NOT_PUBLISHED,
        ),
        Field("start_year", Words(ar="سنة البداية", en="First year"), public=True, in_tiles=True),
        Field("end_year", Words(ar="سنة النهاية", en="Last year"), public=True, in_tiles=True),
        Field("budget", Words(ar="الميزانية", en="Budget"), public=True, when_null=NOT_PUBLISHED),
        Field("budget_currency", Words(ar="عملة الميزانية", en="Currency of the budget"), public=True),
        Field("location_exactness", Words(ar="دقة الموقع", en="Exactness of the place"), public=True),
        *PROVENANCE,
    ),
)
LAYERS = (PROJECTS,)
