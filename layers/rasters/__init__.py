# SPDX-License-Identifier: Apache-2.0
"""Terrain and imagery: rasters under the plan. A row says where one lies and how far it can be trusted; its pixels are a
cloud-optimised GeoTIFF in the files folder, named by its SHA-256."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Base, Feature, coded
from layers.declaration import Field, Layer, Style
from layers.declaration import Text as Words
from layers.fields import PROVENANCE

FOLDER = "rasters"
"""Within the files folder."""


class Raster(Feature):
    """One raster. Its shape is its outline, with whatever in it holds nothing. Heights in metres above `vertical_datum`."""

    __tablename__ = "raster"
    geometry_kind = "POLYGON"

    kind: Mapped[str] = coded("raster_kind")
    title_ar: Mapped[str]
    title_en: Mapped[str]
    taken_on: Mapped[date] = mapped_column(Date)
    """The day that it shows: of the flight, the survey, the edition."""
    resolution_m: Mapped[float]
    """Side of a pixel on the ground, the longer one."""
    vertical_datum: Mapped[str | None] = coded("vertical_datum")
    accuracy_m: Mapped[float | None]
    """As its maker states it: of heights for terrain, of places for imagery. Null: not stated."""
    lowest_m: Mapped[float | None]
    highest_m: Mapped[float | None]
    crs: Mapped[str]
    """Of the pixels, as EPSG:n or WKT."""
    width: Mapped[int]
    height: Mapped[int]
    file_sha256: Mapped[str]
    file_bytes: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            CheckConstraint("resolution_m > 0 and width > 0 and height > 0", name="sizes"),
            # A height above nobody knows what is no height.
            CheckConstraint(
                "(kind = 'terrain') = (vertical_datum is not null) and vertical_datum is distinct from 'unknown'",
                name="vertical_datum",
            ),
            CheckConstraint("accuracy_m > 0", name="accuracy"),
            CheckConstraint("file_sha256 ~ '^[0-9a-f]{64}$'", name="digest"),
        )


class PlotTerrain(Base):
    """What terrain says of one plot, as of one version of the plot and of all terrain. Derived: kept because it takes time."""

    __tablename__ = "plot_terrain"

    plot_id: Mapped[uuid.UUID] = mapped_column(
        Uuid, ForeignKey("register.plot.id", ondelete="CASCADE"), primary_key=True
    )
    plot_version: Mapped[int] = mapped_column(BigInteger)
    terrain_version: Mapped[int] = mapped_column(BigInteger)
    raster_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid, ForeignKey("register.raster.id", ondelete="CASCADE"), index=True
    )
    """The finest that covers the plot, or most of it. Null: none does."""
    covered: Mapped[float] = mapped_column(server_default=text("0"))
    """Share of the plot with heights, 0 to 1."""
    mean_m: Mapped[float | None]
    lowest_m: Mapped[float | None]
    highest_m: Mapped[float | None]
    slope_percent: Mapped[float | None]
    """Mean of the slopes of its cells."""
    steepest_percent: Mapped[float | None]
    measured_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


COMMON = (
    Field("title_ar", Words(ar="العنوان", en="Title in Arabic"), public=True),
    Field("title_en", Words(ar="العنوان بالإنجليزية", en="Title"), public=True),
    Field("taken_on", Words(ar="تاريخ البيانات", en="Shows the state of"), public=True),
    Field("resolution_m", Words(ar="دقة الخلية على الأرض", en="Cell size on the ground"), unit="m", public=True),
)
FILE = (
    Field("licence", Words(ar="الرخصة", en="Licence"), through="source_id.licence", public=True),
    Field("attribution", Words(ar="النسبة إلى", en="Attribution"), through="source_id.attribution", public=True),
    Field("crs", Words(ar="نظام إحداثيات الخلايا", en="Coordinate system of the cells"), public=True),
    Field("width", Words(ar="الأعمدة", en="Columns"), public=True),
    Field("height", Words(ar="الصفوف", en="Rows"), public=True),
    Field("file_sha256", Words(ar="بصمة الملف", en="SHA-256 of the file"), public=True),
    *PROVENANCE,
)
TERRAIN = Layer(
    id="terrain",
    title=Words(ar="التضاريس", en="Terrain"),
    description=Words(
        ar="نماذج ارتفاع: لكل منها مصدره وتاريخه ومرجع ارتفاعه ودقته. يُرسم الأدق فوق الأخشن.",
        en="Height models, each with its source, date, vertical datum and accuracy. The finer one is drawn above the coarser.",
    ),
    group="terrain",
    table=Raster,
    only=("kind", "terrain"),
    zooms=range(6, 21),
    label="title_ar",
    styles=(
        Style("hillshade", Words(ar="ظلال التضاريس", en="Hillshade")),
        Style("slope", Words(ar="الميل", en="Slope")),
        Style("levels", Words(ar="المناسيب", en="Levels")),
    ),
    fields=(
        *COMMON,
        Field("vertical_datum", Words(ar="مرجع الارتفاع", en="Vertical datum"), public=True),
        Field(
            "accuracy_m",
            Words(ar="دقة الارتفاع", en="Accuracy of heights"),
            unit="m",
            public=True,
            when_null=Words(ar="لم يذكرها المصدر", en="Not stated by the source"),
        ),
        Field("lowest_m", Words(ar="أدنى منسوب", en="Lowest level"), unit="m", public=True),
        Field("highest_m", Words(ar="أعلى منسوب", en="Highest level"), unit="m", public=True),
        *FILE,
    ),
)
IMAGERY = Layer(
    id="imagery",
    title=Words(ar="الصور الجوية والفضائية", en="Imagery"),
    description=Words(
        ar="صور مصححة هندسياً أدخلها المشغل، لكل منها مصدره وتاريخه.",
        en="Orthoimages that the operator brought in, each with its source and date.",
    ),
    group="terrain",
    table=Raster,
    only=("kind", "imagery"),
    zooms=range(6, 21),
    label="title_ar",
    styles=(Style("imagery", Words(ar="صورة", en="Image")),),
    fields=(
        *COMMON,
        Field(
            "accuracy_m",
            Words(ar="دقة الموضع", en="Accuracy of places"),
            unit="m",
            public=True,
            when_null=Words(ar="لم يذكرها المصدر", en="Not stated by the source"),
        ),
        *FILE,
    ),
)
LAYERS = (IMAGERY, TERRAIN)
