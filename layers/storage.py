# SPDX-License-Identifier: Apache-2.0
"""Where the port keeps and moves cargo: yards, warehouses, silos, cranes; and the aids that lead ships in."""

import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Computed
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import coded, refers_to
from layers.declaration import Field, Layer
from layers.declaration import Text as Words
from layers.facilities import IDENTITY, OPERATOR, PortFeature
from layers.fields import PROVENANCE


class Yard(PortFeature):
    """Open ground for cargo."""

    __tablename__ = "yard"
    geometry_kind = "POLYGON"
    facility_type = "YRD"

    use: Mapped[str] = coded("yard_use")
    surface: Mapped[str] = coded("surface", unless_said="unknown")
    load_t_m2: Mapped[float | None]
    ground_slots_teu: Mapped[int | None]
    reefer_plugs: Mapped[int | None]
    area_m2: Mapped[float] = mapped_column(Computed("st_area(geom)", persisted=True))

    @classmethod
    def measures(cls) -> tuple[Any, ...]:
        return (
            CheckConstraint("load_t_m2 > 0", name="load_positive"),
            CheckConstraint("ground_slots_teu >= 0 and reefer_plugs >= 0", name="not_negative"),
        )


class Warehouse(PortFeature):
    """A building for cargo (S-57 BUISGL, transit shed or warehouse)."""

    __tablename__ = "warehouse"
    geometry_kind = "POLYGON"
    facility_type = "WHS"

    kind: Mapped[str] = coded("warehouse_kind")
    floor_area_m2: Mapped[float | None]
    clear_height_m: Mapped[float | None]
    floor_load_t_m2: Mapped[float | None]
    footprint_m2: Mapped[float] = mapped_column(Computed("st_area(geom)", persisted=True))

    @classmethod
    def measures(cls) -> tuple[Any, ...]:
        return (CheckConstraint("least(floor_area_m2, clear_height_m, floor_load_t_m2) > 0", name="sizes_positive"),)


class Silo(PortFeature):
    """A silo or a battery of silos (S-57 SILTNK)."""

    __tablename__ = "silo"
    geometry_kind = "POLYGON"
    facility_type = "SIL"

    commodity: Mapped[str | None] = coded("cargo")
    capacity_t: Mapped[float | None]
    cells: Mapped[int | None]
    intake_t_h: Mapped[float | None]
    delivery_t_h: Mapped[float | None]

    @classmethod
    def measures(cls) -> tuple[Any, ...]:
        return (CheckConstraint("least(capacity_t, cells, intake_t_h, delivery_t_h) > 0", name="sizes_positive"),)


class Crane(PortFeature):
    """A crane (S-57 CRANES): LIFCAP, RADIUS, VERCLR in its own words."""

    __tablename__ = "crane"
    geometry_kind = "POINT"
    facility_type = "CRN"

    quay_id: Mapped[uuid.UUID | None] = refers_to("quay")
    kind: Mapped[str] = coded("crane_type")
    swl_t: Mapped[float | None]
    """Safe working load."""
    outreach_m: Mapped[float | None]
    air_height_m: Mapped[float | None]
    rail_gauge_m: Mapped[float | None]
    """Null: it runs on no rails, or they are not known."""

    @classmethod
    def measures(cls) -> tuple[Any, ...]:
        return (CheckConstraint("least(swl_t, outreach_m, air_height_m, rail_gauge_m) > 0", name="sizes_positive"),)


class NavigationAid(PortFeature):
    """A light, beacon or buoy (S-57 LIGHTS, BCN…, BOY…)."""

    __tablename__ = "navigation_aid"
    geometry_kind = "POINT"
    facility_type = "NAV"

    kind: Mapped[str] = coded("aid_kind")
    light_colour: Mapped[str | None] = coded("light_colour")
    light_character: Mapped[str | None]
    """As charts write it: "Fl(2) 10s"."""
    range_nm: Mapped[float | None]
    """Nominal range in nautical miles."""
    height_m: Mapped[float | None]
    """Of the light above the water."""
    sector_from_deg: Mapped[float | None]
    sector_to_deg: Mapped[float | None]
    """Limits of the sector, clockwise, as seen from the sea; both or neither."""

    @classmethod
    def measures(cls) -> tuple[Any, ...]:
        return (
            CheckConstraint("range_nm > 0", name="range_positive"),
            CheckConstraint("(sector_from_deg is null) = (sector_to_deg is null)", name="sector_has_two_limits"),
            CheckConstraint(
                "sector_from_deg >= 0 and sector_from_deg < 360 and sector_to_deg >= 0 and sector_to_deg < 360",
                name="sector_degrees",
            ),
        )


YARDS = Layer(
    id="yards",
    title=Words(ar="الساحات", en="Yards"),
    group="port",
    table=Yard,
    zooms=range(13, 21),
    colour_by="use",
    label="name_ar",
    fields=(
        Field("code", Words(ar="الرمز", en="Code"), public=True, searchable=True),
        *IDENTITY[1:],
        Field("use", Words(ar="الاستعمال", en="Use"), public=True, in_tiles=True),
        Field("area_m2", Words(ar="المساحة", en="Area"), unit="m²", public=True),
        Field("surface", Words(ar="السطح", en="Surface"), public=True),
        Field("load_t_m2", Words(ar="الحمل المسموح", en="Ground load"), unit="t/m²", public=True),
        Field("ground_slots_teu", Words(ar="سعة الأرض", en="Ground slots"), unit="TEU", public=True),
        Field("reefer_plugs", Words(ar="مقابس الحاويات المبردة", en="Reefer plugs"), public=True),
        *OPERATOR,
        *PROVENANCE,
    ),
)
WAREHOUSES = Layer(
    id="warehouses",
    title=Words(ar="المستودعات", en="Warehouses"),
    group="port",
    table=Warehouse,
    zooms=range(14, 21),
    colour_by="status",
    label="name_ar",
    fields=(
        *IDENTITY,
        Field("kind", Words(ar="النوع", en="Kind"), public=True),
        Field("floor_area_m2", Words(ar="مساحة الأرضيات", en="Floor area"), unit="m²", public=True),
        Field("footprint_m2", Words(ar="مساحة المبنى على الأرض", en="Footprint"), unit="m²", public=True),
        Field("clear_height_m", Words(ar="الارتفاع الصافي", en="Clear height"), unit="m", public=True),
        Field("floor_load_t_m2", Words(ar="الحمل المسموح", en="Floor load"), unit="t/m²", public=True),
        *OPERATOR,
        *PROVENANCE,
    ),
)
SILOS = Layer(
    id="silos",
    title=Words(ar="الصوامع", en="Silos"),
    group="port",
    table=Silo,
    zooms=range(14, 21),
    colour_by="status",
    label="name_ar",
    fields=(
        *IDENTITY,
        Field("commodity", Words(ar="المادة", en="Commodity"), public=True),
        Field("capacity_t", Words(ar="السعة", en="Capacity"), unit="t", public=True),
        Field("cells", Words(ar="عدد الخلايا", en="Cells"), public=True),
        Field("intake_t_h", Words(ar="معدل الاستلام", en="Intake"), unit="t/h", public=True),
        Field("delivery_t_h", Words(ar="معدل الصرف", en="Delivery"), unit="t/h", public=True),
        *OPERATOR,
        *PROVENANCE,
    ),
)
CRANES = Layer(
    id="cranes",
    title=Words(ar="الرافعات", en="Cranes"),
    group="port",
    table=Crane,
    zooms=range(14, 21),
    colour_by="status",
    label="code",
    fields=(
        *IDENTITY,
        Field("kind", Words(ar="النوع", en="Kind"), public=True),
        Field("quay_code", Words(ar="الرصيف", en="Quay"), through="quay_id.code", public=True),
        Field("swl_t", Words(ar="حمل التشغيل الآمن", en="Safe working load"), unit="t", public=True),
        Field("outreach_m", Words(ar="مدى الذراع", en="Outreach"), unit="m", public=True),
        Field("air_height_m", Words(ar="الارتفاع تحت الخطاف", en="Height under the hook"), unit="m", public=True),
        Field("rail_gauge_m", Words(ar="عرض السكة", en="Rail gauge"), unit="m", public=True),
        *OPERATOR,
        *PROVENANCE,
    ),
)
NAVIGATION_AIDS = Layer(
    id="navigation_aids",
    title=Words(ar="المساعدات الملاحية", en="Navigation aids"),
    group="port",
    table=NavigationAid,
    zooms=range(12, 21),
    colour_by="kind",
    label="code",
    fields=(
        Field("code", Words(ar="الرمز", en="Code"), public=True, searchable=True),
        *IDENTITY[1:],
        Field("kind", Words(ar="النوع", en="Kind"), public=True, in_tiles=True),
        Field("light_colour", Words(ar="لون الضوء", en="Colour of the light"), public=True),
        Field("light_character", Words(ar="صفة الضوء", en="Character of the light"), public=True),
        Field("range_nm", Words(ar="المدى الاسمي", en="Nominal range"), unit="NM", public=True),
        Field("height_m", Words(ar="ارتفاع الضوء", en="Height of the light"), unit="m", public=True),
        Field("sector_from_deg", Words(ar="القطاع من", en="Sector from"), unit="°", public=True),
        Field("sector_to_deg", Words(ar="القطاع إلى", en="Sector to"), unit="°", public=True),
        *OPERATOR,
        *PROVENANCE,
    ),
)
LAYERS = (YARDS, WAREHOUSES, SILOS, CRANES, NAVIGATION_AIDS)
