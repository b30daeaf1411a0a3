# SPDX-License-Identifier: Apache-2.0
"""The customs border of a zone: its fence, and the gates through it."""

import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Computed
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Feature, Valid, coded, refers_to
from layers.declaration import Field, Layer
from layers.declaration import Text as Words
from layers.facilities import IDENTITY, OPERATOR, PortFeature
from layers.fields import NAMES, PROVENANCE


class CustomsFence(Valid, Feature):
    """A stretch of the fence that divides customs territory from the free zone (السور الجمركي)."""

    __tablename__ = "customs_fence"
    geometry_kind = "LINESTRING"

    zone_id: Mapped[uuid.UUID] = refers_to("zone")
    code: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]
    status: Mapped[str] = coded("facility_status", unless_said="unknown")
    height_m: Mapped[float | None]
    drawn_length_m: Mapped[float] = mapped_column(Computed("st_length(geom)", persisted=True))

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            CheckConstraint("not isempty(valid)", name="valid_not_empty"),
            CheckConstraint("height_m > 0", name="height_positive"),
        )


class Gate(PortFeature):
    """A way through the customs fence or into the port."""

    __tablename__ = "gate"
    geometry_kind = "POINT"
    facility_type = "GAT"

    kind: Mapped[str] = coded("gate_kind")
    traffic: Mapped[str] = coded("gate_traffic", unless_said="vehicles")
    lanes_in: Mapped[int | None]
    lanes_out: Mapped[int | None]
    open_all_hours: Mapped[bool | None]
    """Null: not known."""

    @classmethod
    def measures(cls) -> tuple[Any, ...]:
        return (CheckConstraint("lanes_in >= 0 and lanes_out >= 0", name="lanes"),)


CUSTOMS_FENCE = Layer(
    id="customs_fence",
    title=Words(ar="السور الجمركي", en="Customs fence"),
    group="plan",
    table=CustomsFence,
    zooms=range(11, 21),
    colour_by="status",
    fields=(
        Field("code", Words(ar="الرمز", en="Code"), public=True, in_tiles=True, searchable=True),
        *NAMES,
        Field("status", Words(ar="الحالة", en="Status"), public=True, in_tiles=True),
        Field("height_m", Words(ar="الارتفاع", en="Height"), unit="m", public=True),
        Field("drawn_length_m", Words(ar="الطول المرسوم", en="Length as drawn"), unit="m", public=True),
        *PROVENANCE,
    ),
)
_GATE_FIELDS = (
    *IDENTITY,
    Field("traffic", Words(ar="نوع الحركة", en="Traffic"), public=True),
    Field("lanes_in", Words(ar="حارات الدخول", en="Lanes in"), public=True),
    Field("lanes_out", Words(ar="حارات الخروج", en="Lanes out"), public=True),
    Field("open_all_hours", Words(ar="مفتوحة على مدار الساعة", en="Open all hours"), public=True),
    *OPERATOR,
    *PROVENANCE,
)
CUSTOMS_GATES = Layer(
    id="customs_gates",
    title=Words(ar="البوابات الجمركية", en="Customs gates"),
    group="plan",
    table=Gate,
    only=("kind", "customs"),
    zooms=range(12, 21),
    colour_by="status",
    label="name_ar",
    fields=_GATE_FIELDS,
)
PORT_GATES = Layer(
    id="port_gates",
    title=Words(ar="بوابات الميناء", en="Port gates"),
    group="port",
    table=Gate,
    only=("kind", "port"),
    zooms=range(12, 21),
    colour_by="status",
    label="name_ar",
    fields=_GATE_FIELDS,
)
LAYERS = (CUSTOMS_FENCE, CUSTOMS_GATES, PORT_GATES)
