# SPDX-License-Identifier: Apache-2.0
"""Reference drawings: a consultant's file in any state, shown beside the register and no part of it.

Areas, lines and points lie in tables of their own, as tiles and maps want them. Shapes may be faulty: that is what is to be seen.
"""

import uuid
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from layers.base import Feature, Row
from layers.declaration import Field, Layer
from layers.declaration import Text as Words


class ReferenceDrawing(Row):
    """One imported file. Its source row holds digest, transformation and accuracy."""

    __tablename__ = "reference_drawing"

    title: Mapped[str]
    """What the map calls it; the file's name unless its importer said otherwise."""
    file_kind: Mapped[str]


class Drawn:
    """What every piece of a drawing has, whatever its shape."""

    may_be_faulty: ClassVar[bool] = True

    @declared_attr
    def drawing_id(cls) -> Mapped[uuid.UUID]:  # noqa: N805 SQLAlchemy calls it on the class
        return mapped_column(ForeignKey("register.reference_drawing.id"), index=True)

    drawing_layer: Mapped[str]
    """The layer of the file it stood on."""
    ref: Mapped[str]
    """How the file names it: feature id, DXF handle, row number."""
    label: Mapped[str | None]
    """A text of the drawing, or the plot number it was given."""
    properties: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    shown: Mapped[str] = mapped_column(Text, server_default="yes")
    """"yes": on the map for everybody who can open it. "no": kept back."""


class ReferenceArea(Drawn, Feature):
    """An area of a drawing."""

    __tablename__ = "reference_area"
    geometry_kind = "MULTIPOLYGON"


class ReferenceLine(Drawn, Feature):
    """A line of a drawing."""

    __tablename__ = "reference_line"
    geometry_kind = "MULTILINESTRING"


class ReferencePoint(Drawn, Feature):
    """A point or a text of a drawing."""

    __tablename__ = "reference_point"
    geometry_kind = "MULTIPOINT"


FIELDS = (
    Field("drawing", Words(ar="المخطط", en="Drawing"), through="drawing_id.title", public=True),
    Field("drawing_layer", Words(ar="طبقة المخطط", en="Layer of the drawing"), public=True, in_tiles=True),
    Field("label", Words(ar="النص", en="Text"), public=True, in_tiles=True),
    Field("import_id", Words(ar="رقم الإدخال", en="Number of the import"), through="drawing_id.source_id", public=True),
    Field("ref", Words(ar="رقمه في الملف", en="Number in the file"), public=True),
)


def _layer(layer_id: str, title: Words, table: type[Feature]) -> Layer:
    return Layer(
        id=layer_id,
        title=title,
        group="drawings",
        table=table,
        zooms=range(10, 21),
        label="label",
        fields=FIELDS,
        only=("shown", "yes"),
    )


LAYERS = (
    _layer("reference_areas", Words(ar="مساحات المخططات المرجعية", en="Reference drawings: areas"), ReferenceArea),
    _layer("reference_lines", Words(ar="خطوط المخططات المرجعية", en="Reference drawings: lines"), ReferenceLine),
    _layer(
        "reference_points", Words(ar="نقاط المخططات المرجعية ونصوصها", en="Reference drawings: points"), ReferencePoint
    ),
)
