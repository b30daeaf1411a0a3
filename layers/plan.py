# SPDX-License-Identifier: Apache-2.0
"""The plan that plots stand in: zones and blocks (LADM LA_SpatialUnitGroup)."""

import uuid

from sqlalchemy import ForeignKey, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Feature, Kept, Valid
from layers.declaration import Field, Layer
from layers.declaration import Text as Words


class Zone(Valid, Feature):
    """A free zone, as the act that founded it draws it (LADM LA_SpatialUnitGroup)."""

    __tablename__ = "zone"
    geometry_kind = "MULTIPOLYGON"

    code: Mapped[str] = mapped_column(Text, unique=True)
    name_ar: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    plot_number_pattern: Mapped[str | None] = mapped_column(Text)
    """How new plots are numbered (`gis.parcels.numbering`). Null: block, serial, check digits."""


class Block(Valid, Feature):
    """A piece of a zone between road reserves, divided into plots (LADM LA_SpatialUnitGroup)."""

    __tablename__ = "block"
    geometry_kind = "POLYGON"

    zone_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.zone.id"), index=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    phase: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    land_use: Mapped[str] = mapped_column(Text, info={"codelist": "land_use"})
    """The main use that the plan gives it."""
    complete: Mapped[bool] = mapped_column(server_default=text("false"))
    """Its plots fill it: a hole in it is a fault."""


class PublishedBlock(Kept):
    """A block with what has become of its plots, for the map's middle distances."""

    __tablename__ = "blocks"
    geometry_kind = "POLYGON"
    lies_in = "zones"

    code: Mapped[str] = mapped_column(Text)
    zone_code: Mapped[str] = mapped_column(Text)
    phase: Mapped[int] = mapped_column(Integer)
    land_use: Mapped[str] = mapped_column(Text)
    plots: Mapped[int] = mapped_column(Integer)
    plots_available: Mapped[int] = mapped_column(Integer)
    area_m2: Mapped[float]
    available_m2: Mapped[float]
    main_status: Mapped[str | None] = mapped_column(Text)
    """The public status that covers most of it; null while it has no plots."""


ZONES = Layer(
    id="zones",
    title=Words(ar="المناطق الحرة", en="Free zones"),
    group="plan",
    table=Zone,
    zooms=range(21),
    label="name_ar",
    fields=(
        Field("code", Words(ar="الرمز", en="Code"), public=True, in_tiles=True, searchable=True),
        Field("name_ar", Words(ar="الاسم بالعربية", en="Name in Arabic"), public=True, in_tiles=True, searchable=True),
        Field(
            "name_en", Words(ar="الاسم بالإنجليزية", en="Name in English"), public=True, in_tiles=True, searchable=True
        ),
    ),
)
BLOCKS = Layer(
    id="blocks",
    title=Words(ar="البلوكات", en="Blocks"),
    group="plan",
    table=Block,
    kept=PublishedBlock,
    zooms=range(11, 21),
    colour_by="main_status",
    label="code",
    fields=(
        Field("code", Words(ar="رمز البلوك", en="Block"), public=True, in_tiles=True, searchable=True),
        Field("zone_code", Words(ar="المنطقة", en="Zone"), public=True, derived=True),
        Field("phase", Words(ar="المرحلة", en="Phase"), public=True),
        Field("land_use", Words(ar="الاستعمال", en="Land use"), codelist="land_use", public=True),
        Field("plots", Words(ar="عدد القطع", en="Plots"), public=True, derived=True, in_tiles=True),
        Field(
            "plots_available", Words(ar="القطع المتاحة", en="Plots available"), public=True, derived=True, in_tiles=True
        ),
        Field("area_m2", Words(ar="المساحة", en="Area"), unit="m²", public=True, derived=True),
        Field("available_m2", Words(ar="المساحة المتاحة", en="Area available"), unit="m²", public=True, derived=True),
        Field(
            "main_status",
            Words(ar="الحالة الغالبة", en="Main status"),
            codelist="public_status",
            public=True,
            derived=True,
            in_tiles=True,
        ),
    ),
)
LAYERS = (ZONES, BLOCKS)
