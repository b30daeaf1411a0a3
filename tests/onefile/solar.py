# SPDX-License-Identifier: Apache-2.0
"""Solar farms."""

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Computed, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Feature, coded
from layers.declaration import Field, Layer, Text


class SolarFarm(Feature):
    """A field of panels."""

    __tablename__ = "solar_farm"
    geometry_kind = "POLYGON"

    code: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]
    panel: Mapped[str] = coded("panel")
    peak_mw: Mapped[float | None]
    offered_lyd_kwh: Mapped[Decimal | None] = mapped_column(Numeric(8, 4))
    """What its developer offered: for staff alone."""
    area_m2: Mapped[float] = mapped_column(Computed("st_area(geom)", persisted=True))

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (CheckConstraint("peak_mw > 0", name="peak_positive"),)


SOLAR_FARMS = Layer(
    id="solar_farms",
    title=Text(ar="محطات الطاقة الشمسية", en="Solar farms"),
    group="projects",
    table=SolarFarm,
    colour_by="panel",
    label="name_ar",
    codelists={
        "panel": (
            ("fixed", "ألواح ثابتة", "Fixed panels", None),
            ("tracking", "ألواح متتبعة للشمس", "Panels that follow the sun", None),
        )
    },
    fields=(
        Field("code", Text(ar="الرمز", en="Code"), public=True, searchable=True),
        Field("name_ar", Text(ar="اسم المحطة", en="Name in Arabic"), public=True, in_tiles=True, searchable=True),
        Field("name_en", Text(ar="اسم المحطة بالإنجليزية", en="Name"), public=True, in_tiles=True, searchable=True),
        Field("panel", Text(ar="نوع الألواح", en="Panels"), public=True, in_tiles=True),
        Field("peak_mw", Text(ar="القدرة القصوى", en="Peak power"), unit="MW", public=True, in_tiles=True),
        Field("area_m2", Text(ar="المساحة", en="Area"), unit="m²", public=True),
        Field("offered_lyd_kwh", Text(ar="السعر المعروض", en="Price offered"), unit="LYD/kWh"),
    ),
)
LAYERS = (SOLAR_FARMS,)
