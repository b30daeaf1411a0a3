# SPDX-License-Identifier: Apache-2.0
"""Land: plots, the rights on them, and what limits them."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    Date,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    Text,
    column,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

import layers.rights.files
import layers.rights.leases
import layers.rights.money  # noqa: F401  the tables that rights lead to
from layers.base import Base, Feature, Kept, Row, Valid
from layers.declaration import Field, Layer
from layers.declaration import Text as Words


class Plot(Valid, Feature):
    """A piece of land that can be let (LADM LA_SpatialUnit)."""

    __tablename__ = "plot"
    geometry_kind = "POLYGON"

    plot_number: Mapped[str] = mapped_column(Text, unique=True)
    block_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.block.id"), index=True)
    land_use: Mapped[str] = mapped_column(Text, info={"codelist": "land_use"})
    legal_area_m2: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    """The area that the deciding paper states. Null: no paper states one."""
    computed_area_m2: Mapped[float] = mapped_column(Double, Computed("st_area(geom)", persisted=True))
    """Area on the legal grid, of the coordinates."""
    area_type: Mapped[str] = mapped_column(Text, info={"codelist": "area_type"}, server_default="calculated")
    boundary_state: Mapped[str] = mapped_column(Text, info={"codelist": "boundary_state"}, server_default="PRV")
    frontage_m: Mapped[float | None] = mapped_column(Double)
    """Length of its border with road reserves. Null: not measured."""
    rent_lyd_m2_year: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    """مقابل الانتفاع السنوي: Libyan dinars a square metre and year, by the published tariff. Null: none set."""
    progress: Mapped[str] = mapped_column(Text, info={"codelist": "progress"}, server_default="none")
    """Code of the list progress; kept from dated site records."""

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            CheckConstraint("not isempty(valid)", name="valid_not_empty"),
            CheckConstraint("legal_area_m2 > 0", name="legal_area_positive"),
            # 1 % is SOLA's warning level; here it blocks.
            CheckConstraint(
                "legal_area_m2 is null or abs(legal_area_m2::float8 - st_area(geom)) <= 0.01 * legal_area_m2::float8",
                name="legal_area_matches_shape",
            ),
        )


class SiteRecord(Row):
    """What somebody saw on a plot on a day (محضر معاينة): hand-over, works, operation, idleness."""

    __tablename__ = "site_record"

    plot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.plot.id"), index=True)
    seen_on: Mapped[date] = mapped_column(Date)
    progress: Mapped[str] = mapped_column(Text, info={"codelist": "progress"})
    remark_ar: Mapped[str | None] = mapped_column(Text)
    remark_en: Mapped[str | None] = mapped_column(Text)


class TenureSlot(Row):
    """An exclusive right for a time on a plot or port facility (LADM LA_Right): one at a time, by constraint."""

    __tablename__ = "tenure_slot"
    __table_args__ = (
        ExcludeConstraint(
            (column("target_id"), "="), (column("valid"), "&&"), using="gist", name="one_right_at_a_time"
        ),
        CheckConstraint("not isempty(valid)", name="valid_not_empty"),
        CheckConstraint("lower(valid) is not null", name="begins"),
        # Foreigners hold usufruct, never ownership (Investment Law, art. 17): no other kind exists.
        CheckConstraint("kind in ('reservation','allocation','lease','concession')", name="kind"),
        CheckConstraint("num_nonnulls(plot_id, facility_id) = 1", name="one_target"),
    )

    plot_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("register.plot.id"), index=True)
    facility_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("register.facility.id"), index=True)
    target_id: Mapped[uuid.UUID] = mapped_column(Computed("coalesce(plot_id, facility_id)", persisted=True))
    kind: Mapped[str] = mapped_column(Text, info={"codelist": "right_kind"})
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.party.id"), index=True)
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    decision_number: Mapped[str | None] = mapped_column(Text)
    published: Mapped[bool] = mapped_column(server_default=text("false"))
    """The decision is published, so the holder's name may be told."""
    due_by: Mapped[datetime | None]
    """When a step is due. Passing it makes the right due for a person's decision; it ends nothing by itself."""
    application_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("register.application.id"), index=True)
    """The file that it comes from. Null: it was entered as it stood."""


class Restriction(Row):
    """What limits a plot without possessing it (LADM LA_Restriction). Restrictions may overlap."""

    __tablename__ = "restriction"
    __table_args__ = (
        CheckConstraint("not isempty(valid)", name="valid_not_empty"),
        Index("ix_restriction_plot_valid", "plot_id", "valid", postgresql_using="gist"),
    )

    plot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.plot.id"))
    kind: Mapped[str] = mapped_column(Text, info={"codelist": "restriction_kind"})
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    blocks_allocation: Mapped[bool] = mapped_column(server_default=text("true"))
    remark_ar: Mapped[str | None] = mapped_column(Text)
    remark_en: Mapped[str | None] = mapped_column(Text)


class PlotService(Row):
    """When a utility reaches a plot's boundary, as its body's letter or a project says."""

    __tablename__ = "plot_service"
    __table_args__ = (
        Index("uq_plot_service", "plot_id", "utility", unique=True),
        CheckConstraint("(state = 'dated') = (available_on is not null)", name="dated_has_a_date"),
    )

    plot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.plot.id"))
    utility: Mapped[str] = mapped_column(Text, info={"codelist": "utility"})
    state: Mapped[str] = mapped_column(Text, info={"codelist": "servicing"})
    available_on: Mapped[date | None] = mapped_column(Date)


class PublishedPlot(Kept):
    """What everybody may know of a plot; triggers derive it from rights, restrictions, site records and services."""

    __tablename__ = "plots"
    geometry_kind = "POLYGON"
    summed_in = "plot_sums"
    lies_in = "zones"

    plot_number: Mapped[str] = mapped_column(Text, unique=True)
    zone_code: Mapped[str] = mapped_column(Text)
    block_code: Mapped[str] = mapped_column(Text, index=True)
    phase: Mapped[int] = mapped_column(Integer)
    public_status: Mapped[str] = mapped_column(Text)
    land_use: Mapped[str] = mapped_column(Text, info={"codelist": "land_use"})
    area_m2: Mapped[float] = mapped_column(Double)
    """The legal area where a paper states one, else the computed one."""
    area_type: Mapped[str] = mapped_column(Text, info={"codelist": "area_type"})
    boundary_state: Mapped[str] = mapped_column(Text, info={"codelist": "boundary_state"})
    frontage_m: Mapped[float | None] = mapped_column(Double)
    rent: Mapped[float | None] = mapped_column(Double)
    holder_ar: Mapped[str | None] = mapped_column(Text)
    holder_en: Mapped[str | None] = mapped_column(Text)
    held_from: Mapped[date | None] = mapped_column(Date)
    held_until: Mapped[date | None] = mapped_column(Date)
    progress: Mapped[str] = mapped_column(Text, info={"codelist": "progress"})
    water: Mapped[str] = mapped_column(Text)
    sewer: Mapped[str] = mapped_column(Text)
    power: Mapped[str] = mapped_column(Text)
    telecom: Mapped[str] = mapped_column(Text)
    updated_on: Mapped[date] = mapped_column(Date)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            # A page of one status in order of area, without sorting all that match.
            Index("ix_plots_public_status_area_m2_id", "public_status", "area_m2", "id"),
            Index("ix_plots_area_m2_id", "area_m2", "id"),
            Index("ix_plots_rent_plot_number", "rent", "plot_number"),
        )


class PlotSum(Base):
    """How many plots of one kind there are, as what one statement added or took away: all rows of a kind together tell it."""

    __tablename__ = "plot_sums"
    __table_args__ = ({"schema": "published"},)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    public_status: Mapped[str] = mapped_column(Text)
    land_use: Mapped[str] = mapped_column(Text)
    water: Mapped[str] = mapped_column(Text)
    sewer: Mapped[str] = mapped_column(Text)
    power: Mapped[str] = mapped_column(Text)
    telecom: Mapped[str] = mapped_column(Text)
    illustrative: Mapped[bool]
    plots: Mapped[int] = mapped_column(BigInteger)
    area_m2: Mapped[Decimal] = mapped_column(Numeric)
    """Exact: what was added can be taken away without a rest."""


PLOTS = Layer(
    id="plots",
    title=Words(ar="القطع", en="Plots"),
    group="land",
    table=Plot,
    kept=PublishedPlot,
    zooms=range(13, 21),
    colour_by="public_status",
    label="plot_number",
    fields=(
        Field("plot_number", Words(ar="رقم القطعة", en="Plot number"), public=True, searchable=True),
        Field("zone_code", Words(ar="المنطقة", en="Zone"), public=True, derived=True),
        Field("block_code", Words(ar="البلوك", en="Block"), public=True, derived=True, searchable=True),
        Field("phase", Words(ar="المرحلة", en="Phase"), public=True, derived=True),
        Field(
            "public_status",
            Words(ar="الحالة", en="Status"),
            codelist="public_status",
            public=True,
            derived=True,
            in_tiles=True,
        ),
        Field("land_use", Words(ar="الاستعمال", en="Land use"), codelist="land_use", public=True, in_tiles=True),
        Field("area_m2", Words(ar="المساحة", en="Area"), unit="m²", public=True, derived=True, in_tiles=True),
        Field("area_type", Words(ar="نوع المساحة", en="Kind of area"), codelist="area_type", public=True),
        Field("boundary_state", Words(ar="حالة الحد", en="Boundary"), codelist="boundary_state", public=True),
        Field("frontage_m", Words(ar="الواجهة على الطريق", en="Road frontage"), unit="m", public=True),
        Field(
            "rent",
            Words(ar="مقابل الانتفاع السنوي", en="Annual usufruct charge"),
            unit="LYD/m²",
            public=True,
            derived=True,
            in_tiles=True,
        ),
        Field("holder_ar", Words(ar="صاحب الحق", en="Holder (Arabic)"), public=True, derived=True, searchable=True),
        Field(
            "holder_en", Words(ar="صاحب الحق (بالإنجليزية)", en="Holder"), public=True, derived=True, searchable=True
        ),
        Field("held_from", Words(ar="من", en="Held from"), public=True, derived=True),
        Field("held_until", Words(ar="إلى", en="Held until"), public=True, derived=True),
        Field("progress", Words(ar="سير الأعمال", en="Progress"), codelist="progress", public=True, derived=True),
        Field("water", Words(ar="المياه", en="Water"), codelist="servicing", public=True, derived=True),
        Field("sewer", Words(ar="الصرف الصحي", en="Sewer"), codelist="servicing", public=True, derived=True),
        Field("power", Words(ar="الكهرباء", en="Power"), codelist="servicing", public=True, derived=True),
        Field("telecom", Words(ar="الاتصالات", en="Telecom"), codelist="servicing", public=True, derived=True),
        Field("updated_on", Words(ar="آخر تحديث", en="Last update"), public=True, derived=True),
        Field("legal_area_m2", Words(ar="المساحة حسب القرار", en="Legal area"), unit="m²"),
    ),
)
LAYERS = (PLOTS,)
