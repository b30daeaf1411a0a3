# SPDX-License-Identifier: Apache-2.0
"""Where ships lie: quays, berths, basins, breakwaters, by S-57 and S-131.

A number that is not known is empty, and beside it stands "unknown": a berth without a surveyed depth has none.
"""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Computed
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import coded, refers_to
from layers.declaration import Field, Layer
from layers.declaration import Text as Words
from layers.facilities import DEPTH, IDENTITY, LENGTH, OPERATOR, Deep, Long, PortFeature, known_how
from layers.fields import PROVENANCE


class Quay(Long, Deep, PortFeature):
    """A wall that ships are made fast along (S-57 SLCONS, CATSLC wharf). Its line is the cope edge."""

    __tablename__ = "quay"
    geometry_kind = "LINESTRING"
    facility_type = "QUY"

    structure: Mapped[str] = coded("quay_structure", unless_said="unknown")
    built_year: Mapped[int | None]
    width_m: Mapped[float | None]
    """Of the apron behind the cope (HORWID)."""
    cope_level_m: Mapped[float | None]
    """Height of the cope above chart datum (HEIGHT)."""
    deck_load_t_m2: Mapped[float | None]

    @classmethod
    def measures(cls) -> tuple[Any, ...]:
        return (
            known_how("length"),
            known_how("depth"),
            CheckConstraint("width_m > 0 and deck_load_t_m2 > 0", name="sizes_positive"),
        )


class Berth(Long, Deep, PortFeature):
    """A place for one ship along a quay (S-131 Berth). Its line is the fender line."""

    __tablename__ = "berth"
    geometry_kind = "LINESTRING"
    facility_type = "BTH"

    quay_id: Mapped[uuid.UUID | None] = refers_to("quay")
    location: Mapped[str] = coded("berth_location", unless_said="unknown")
    metre_mark_from_m: Mapped[float | None]
    metre_mark_to_m: Mapped[float | None]
    bollards: Mapped[str | None]
    """Numbers of the first and the last, as painted: "12-19"."""
    bollard_swl_t: Mapped[float | None]
    """Safe working load of its weakest bollard."""
    fender_energy_knm: Mapped[float | None]
    surveyed_on: Mapped[date | None]
    """When its depth was sounded."""
    sounding_accuracy_m: Mapped[float | None]
    siltation_m: Mapped[float | None]
    """What may have settled since the survey, by the harbour master."""
    pocket_length_m: Mapped[float | None]
    pocket_width_m: Mapped[float | None]
    bottom: Mapped[str] = coded("bottom", unless_said="unknown")
    water_density_t_m3: Mapped[float | None]
    max_loa_m: Mapped[float | None]
    max_beam_m: Mapped[float | None]
    max_draught_m: Mapped[float | None]
    max_air_draught_m: Mapped[float | None]
    max_dwt_t: Mapped[float | None]
    max_displacement_t: Mapped[float | None]
    min_parallel_body_m: Mapped[float | None]
    cope_level_m: Mapped[float | None]
    deck_load_t_m2: Mapped[float | None]
    cargo: Mapped[list[str] | None] = coded("cargo")
    """Null: not stated."""
    shore_power_kw: Mapped[float | None]
    """0: none. Null: not known."""
    shore_power_v: Mapped[int | None]
    shore_power_hz: Mapped[int | None]
    un_location_code: Mapped[str | None]
    terminal_identifier: Mapped[str | None]
    port_facility_number: Mapped[str | None]
    """Its number in the ISPS list."""
    gln_extension: Mapped[str | None]

    @classmethod
    def measures(cls) -> tuple[Any, ...]:
        return (
            known_how("length"),
            known_how("depth"),
            CheckConstraint("depth_quality <> 'surveyed' or surveyed_on is not null", name="survey_has_a_day"),
            CheckConstraint("metre_mark_to_m > metre_mark_from_m", name="metre_marks"),
            CheckConstraint(
                "least(max_loa_m, max_beam_m, max_draught_m, max_air_draught_m, max_dwt_t, max_displacement_t, "
                "min_parallel_body_m, bollard_swl_t, fender_energy_knm, deck_load_t_m2, pocket_length_m, "
                "pocket_width_m, sounding_accuracy_m) > 0",
                name="limits_positive",
            ),
            CheckConstraint("siltation_m >= 0 and shore_power_kw >= 0", name="not_negative"),
            CheckConstraint("shore_power_hz in (50, 60)", name="shore_power_hz"),
        )


class Basin(Deep, PortFeature):
    """Sheltered water of the port (S-131 HarbourBasin)."""

    __tablename__ = "basin"
    geometry_kind = "POLYGON"
    facility_type = "BSN"

    turning_circle_m: Mapped[float | None]
    """Diameter of the circle in which ships turn."""
    bottom: Mapped[str] = coded("bottom", unless_said="unknown")
    area_m2: Mapped[float] = mapped_column(Computed("st_area(geom)", persisted=True))

    @classmethod
    def measures(cls) -> tuple[Any, ...]:
        return (known_how("depth"), CheckConstraint("turning_circle_m > 0", name="turning_circle_positive"))


class Breakwater(Long, PortFeature):
    """What keeps the sea out of the port (S-57 SLCONS, CATSLC breakwater). Its line is the crest."""

    __tablename__ = "breakwater"
    geometry_kind = "LINESTRING"
    facility_type = "BRW"

    structure: Mapped[str] = coded("breakwater_structure", unless_said="unknown")
    crest_level_m: Mapped[float | None]
    """Above chart datum."""
    crest_width_m: Mapped[float | None]

    @classmethod
    def measures(cls) -> tuple[Any, ...]:
        return (known_how("length"), CheckConstraint("crest_width_m > 0", name="width_positive"))


QUAYS = Layer(
    id="quays",
    title=Words(ar="الأرصفة", en="Quays"),
    group="port",
    table=Quay,
    zooms=range(12, 21),
    colour_by="status",
    label="name_ar",
    fields=(
        *IDENTITY,
        *LENGTH,
        *DEPTH,
        Field("structure", Words(ar="نوع المنشأ", en="Structure"), public=True),
        Field("built_year", Words(ar="سنة الإنشاء", en="Built in"), public=True),
        Field("width_m", Words(ar="عرض الرصيف", en="Width of the apron"), unit="m", public=True),
        Field("cope_level_m", Words(ar="منسوب حافة الرصيف", en="Cope level above chart datum"), unit="m", public=True),
        Field("deck_load_t_m2", Words(ar="الحمل المسموح", en="Deck load"), unit="t/m²", public=True),
        *OPERATOR,
        *PROVENANCE,
    ),
)
BERTHS = Layer(
    id="berths",
    title=Words(ar="مواقع الرسو", en="Berths"),
    group="port",
    table=Berth,
    zooms=range(13, 21),
    colour_by="status",
    label="code",
    fields=(
        *IDENTITY,
        Field("quay_code", Words(ar="الرصيف", en="Quay"), through="quay_id.code", public=True),
        *LENGTH,
        *DEPTH,
        Field("surveyed_on", Words(ar="تاريخ مسح العمق", en="Depth surveyed on"), public=True),
        Field("sounding_accuracy_m", Words(ar="دقة قياس العمق", en="Accuracy of the sounding"), unit="m", public=True),
        Field("siltation_m", Words(ar="الإطماء المتوقع", en="Siltation allowed for"), unit="m", public=True),
        Field("pocket_length_m", Words(ar="طول جيب الرسو", en="Length of the berth pocket"), unit="m", public=True),
        Field("pocket_width_m", Words(ar="عرض جيب الرسو", en="Width of the berth pocket"), unit="m", public=True),
        Field("bottom", Words(ar="طبيعة القاع", en="Bottom"), public=True),
        Field("water_density_t_m3", Words(ar="كثافة الماء", en="Water density"), unit="t/m³", public=True),
        Field("max_loa_m", Words(ar="أقصى طول للسفينة", en="Longest ship"), unit="m", public=True),
        Field("max_beam_m", Words(ar="أقصى عرض للسفينة", en="Widest ship"), unit="m", public=True),
        Field("max_draught_m", Words(ar="أقصى غاطس", en="Deepest draught"), unit="m", public=True),
        Field("max_air_draught_m", Words(ar="أقصى ارتفاع فوق الماء", en="Highest air draught"), unit="m", public=True),
        Field("max_dwt_t", Words(ar="أقصى حمولة ساكنة", en="Greatest deadweight"), unit="t", public=True),
        Field("max_displacement_t", Words(ar="أقصى إزاحة", en="Greatest displacement"), unit="t", public=True),
        Field("min_parallel_body_m", Words(ar="أقل طول متوازٍ للبدن", en="Least parallel body"), unit="m", public=True),
        Field("location", Words(ar="طريقة تحديد الموقع", en="How the place is told"), public=True),
        Field("metre_mark_from_m", Words(ar="من علامة المتر", en="From metre mark"), unit="m", public=True),
        Field("metre_mark_to_m", Words(ar="إلى علامة المتر", en="To metre mark"), unit="m", public=True),
        Field("bollards", Words(ar="أرقام مرابط الحبال", en="Bollards"), public=True),
        Field("bollard_swl_t", Words(ar="حمل مربط الحبال", en="Bollard safe working load"), unit="t", public=True),
        Field("fender_energy_knm", Words(ar="طاقة المصدات", en="Fender energy"), unit="kNm", public=True),
        Field("cope_level_m", Words(ar="منسوب حافة الرصيف", en="Cope level above chart datum"), unit="m", public=True),
        Field("deck_load_t_m2", Words(ar="الحمل المسموح", en="Deck load"), unit="t/m²", public=True),
        Field("cargo", Words(ar="أنواع البضائع", en="Cargo"), public=True),
        Field("shore_power_kw", Words(ar="كهرباء من الرصيف", en="Shore power"), unit="kW", public=True),
        Field("shore_power_v", Words(ar="جهد كهرباء الرصيف", en="Shore power voltage"), unit="V", public=True),
        Field("shore_power_hz", Words(ar="تردد كهرباء الرصيف", en="Shore power frequency"), unit="Hz", public=True),
        Field("un_location_code", Words(ar="رمز الموقع (UN/LOCODE)", en="UN/LOCODE"), public=True),
        Field("terminal_identifier", Words(ar="رمز المحطة", en="Terminal"), public=True),
        Field("port_facility_number", Words(ar="رقم المرفق (ISPS)", en="Port facility number (ISPS)"), public=True),
        Field("gln_extension", Words(ar="امتداد رقم الموقع العالمي", en="GLN extension"), public=True),
        *OPERATOR,
        *PROVENANCE,
    ),
)
BASINS = Layer(
    id="basins",
    title=Words(ar="الأحواض", en="Basins"),
    group="port",
    table=Basin,
    zooms=range(11, 21),
    colour_by="status",
    label="name_ar",
    fields=(
        *IDENTITY,
        *DEPTH,
        Field("turning_circle_m", Words(ar="قطر دائرة الدوران", en="Turning circle"), unit="m", public=True),
        Field("bottom", Words(ar="طبيعة القاع", en="Bottom"), public=True),
        Field("area_m2", Words(ar="المساحة", en="Area"), unit="m²", public=True),
        *OPERATOR,
        *PROVENANCE,
    ),
)
BREAKWATERS = Layer(
    id="breakwaters",
    title=Words(ar="كواسر الأمواج", en="Breakwaters"),
    group="port",
    table=Breakwater,
    zooms=range(11, 21),
    colour_by="status",
    label="name_ar",
    fields=(
        *IDENTITY,
        *LENGTH,
        Field("structure", Words(ar="نوع المنشأ", en="Structure"), public=True),
        Field("crest_level_m", Words(ar="منسوب القمة", en="Crest level above chart datum"), unit="m", public=True),
        Field("crest_width_m", Words(ar="عرض القمة", en="Crest width"), unit="m", public=True),
        *OPERATOR,
        *PROVENANCE,
    ),
)
LAYERS = (BASINS, BREAKWATERS, QUAYS, BERTHS)
