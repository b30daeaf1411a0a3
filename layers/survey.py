# SPDX-License-Identifier: Apache-2.0
"""What surveyors stand on: control points and boundary points (LADM LA_Point)."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Feature, coded
from layers.declaration import Field, Layer
from layers.declaration import Text as Words
from layers.fields import PROVENANCE


class ControlPoint(Feature):
    """A point of known position that surveys start from (نقطة ثابتة، روبير)."""

    __tablename__ = "control_point"
    geometry_kind = "POINT"

    code: Mapped[str] = mapped_column(unique=True)
    control_order: Mapped[str] = coded("control_order", unless_said="unknown")
    height_m: Mapped[float | None]
    """Above its vertical datum. Null: none known."""
    vertical_datum: Mapped[str] = coded("vertical_datum", unless_said="unknown")
    accuracy_m: Mapped[float | None]
    """Of its position, one standard deviation. Null: not stated."""
    monument: Mapped[str] = coded("monument", unless_said="unknown")
    surveyed_on: Mapped[date | None]

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            # A height without its datum is no height: chart datum and mean sea level differ by half a metre.
            CheckConstraint("height_m is null or vertical_datum <> 'unknown'", name="height_has_a_datum"),
            CheckConstraint("accuracy_m > 0", name="accuracy_positive"),
        )


class BoundaryPoint(Feature):
    """A corner of plots, with how and how well it was fixed (LADM LA_Point)."""

    __tablename__ = "boundary_point"
    geometry_kind = "POINT"

    point_number: Mapped[str] = mapped_column(unique=True)
    monument: Mapped[str] = coded("monument", unless_said="unknown")
    method: Mapped[str] = coded("survey_method", unless_said="unknown")
    accuracy_m: Mapped[float | None]
    """Of its position, one standard deviation. Null: not stated."""
    surveyed_on: Mapped[date | None]

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (CheckConstraint("accuracy_m > 0", name="accuracy_positive"),)


class BoundaryArc(Feature):
    """A part of a border that is an arc (LADM LA_BoundaryFaceString): the numbers it is set out by, along the short lines drawn for it."""

    __tablename__ = "boundary_arc"
    geometry_kind = "LINESTRING"

    radius_m: Mapped[float]
    """As the plan has it."""
    length_m: Mapped[float]
    """Along the arc, not along the short lines."""
    turn: Mapped[str] = coded("turn")
    """On the way from the line's first point to its last."""

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (CheckConstraint("radius_m > 0 and length_m > 0", name="measures_positive"),)


CONTROL_POINTS = Layer(
    id="control_points",
    title=Words(ar="نقاط الثوابت المساحية", en="Survey control points"),
    group="land",
    table=ControlPoint,
    zooms=range(12, 21),
    colour_by="control_order",
    label="code",
    fields=(
        Field("code", Words(ar="رقم الثابت", en="Point"), public=True, in_tiles=True, searchable=True),
        Field("control_order", Words(ar="درجة الثابت", en="Order"), public=True, in_tiles=True),
        Field("height_m", Words(ar="المنسوب", en="Height"), unit="m", public=True),
        Field("vertical_datum", Words(ar="مرجع المناسيب", en="Vertical datum"), public=True),
        Field("accuracy_m", Words(ar="دقة الموقع", en="Accuracy of position"), unit="m", public=True),
        Field("monument", Words(ar="العلامة", en="Monument"), public=True),
        Field("surveyed_on", Words(ar="تاريخ الرفع", en="Surveyed on"), public=True),
        *PROVENANCE,
    ),
)
BOUNDARY_POINTS = Layer(
    id="boundary_points",
    title=Words(ar="نقاط الحدود", en="Boundary points"),
    group="land",
    table=BoundaryPoint,
    zooms=range(16, 21),
    colour_by="monument",
    label="point_number",
    fields=(
        Field("point_number", Words(ar="رقم النقطة", en="Point"), public=True, in_tiles=True, searchable=True),
        Field("monument", Words(ar="العلامة", en="Monument"), public=True, in_tiles=True),
        Field("method", Words(ar="طريقة التحديد", en="Method"), public=True),
        Field("accuracy_m", Words(ar="دقة الموقع", en="Accuracy of position"), unit="m", public=True),
        Field("surveyed_on", Words(ar="تاريخ الرفع", en="Surveyed on"), public=True),
        *PROVENANCE,
    ),
)
BOUNDARY_ARCS = Layer(
    id="boundary_arcs",
    title=Words(ar="أقواس الحدود", en="Boundary arcs"),
    group="land",
    table=BoundaryArc,
    zooms=range(16, 21),
    colour_by="turn",
    fields=(
        Field("radius_m", Words(ar="نصف القطر", en="Radius"), unit="m", public=True, in_tiles=True),
        Field("length_m", Words(ar="طول القوس", en="Length of arc"), unit="m", public=True, in_tiles=True),
        Field("turn", Words(ar="الاتجاه", en="Turn"), public=True, in_tiles=True),
        *PROVENANCE,
    ),
)
LAYERS = (CONTROL_POINTS, BOUNDARY_POINTS, BOUNDARY_ARCS)
