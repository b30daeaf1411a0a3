# SPDX-License-Identifier: Apache-2.0
"""Networks: links and nodes of every utility in two tables, one entry of the map per utility.

A collection has one kind of geometry, as QGIS and GDAL expect, so a utility is two: its links, and its nodes, which the map
shows, hides and explains together with them (`drawn_with`).
"""

import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Computed, Index
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Feature, coded, refers_to
from layers.declaration import Field, Layer
from layers.declaration import Text as Words
from layers.fields import PROVENANCE


class NetworkNode(Feature):
    """Where links meet, begin or serve (INSPIRE US UtilityNode, Appurtenance)."""

    __tablename__ = "network_node"
    geometry_kind = "POINT"

    utility: Mapped[str] = coded("utility")
    code: Mapped[str] = mapped_column()
    name_ar: Mapped[str | None]
    name_en: Mapped[str | None]
    kind: Mapped[str] = coded("node_kind")
    status: Mapped[str] = coded("network_status", unless_said="unknown")
    owner_id: Mapped[uuid.UUID | None] = refers_to("party")
    elevation_m: Mapped[float | None]
    """Above mean sea level. Null: not surveyed."""
    capacity: Mapped[float | None]
    """In the unit of its utility (`capacity_unit`). Null: no letter states one."""
    capacity_unit: Mapped[str | None]
    voltage_kv: Mapped[float | None]
    ord: Mapped[int | None]
    """Its place in the model it came from, kept so that the model can be written back line by line."""

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            Index("uq_network_node_utility_code", "utility", "code", unique=True),
            CheckConstraint("(capacity is null) = (capacity_unit is null)", name="capacity_has_a_unit"),
            CheckConstraint("capacity >= 0 and voltage_kv > 0", name="sizes"),
        )


class NetworkLink(Feature):
    """A pipe, cable, road or track between two nodes (INSPIRE US UtilityLink, TN TransportLink)."""

    __tablename__ = "network_link"
    geometry_kind = "LINESTRING"

    utility: Mapped[str] = coded("utility")
    code: Mapped[str] = mapped_column()
    name_ar: Mapped[str | None]
    name_en: Mapped[str | None]
    kind: Mapped[str] = coded("link_kind")
    status: Mapped[str] = coded("network_status", unless_said="unknown")
    owner_id: Mapped[uuid.UUID | None] = refers_to("party")
    start_node_id: Mapped[uuid.UUID] = refers_to("network_node")
    end_node_id: Mapped[uuid.UUID] = refers_to("network_node")
    length_m: Mapped[float | None]
    """As the network's own model or survey states it; never derived from the shape. Null: only the shape is known."""
    drawn_length_m: Mapped[float] = mapped_column(Computed("st_length(geom)", persisted=True))
    material: Mapped[str] = coded("material", unless_said="unknown")
    laid_year: Mapped[int | None]
    capacity: Mapped[float | None]
    """In the unit of its utility (`capacity_unit`). Null: no letter states one."""
    capacity_unit: Mapped[str | None]
    # Water, sewer, storm, gas, fire water.
    diameter_mm: Mapped[float | None]
    depth_m: Mapped[float | None]
    """Of its top under the ground."""
    slope_pct: Mapped[float | None]
    roughness: Mapped[float | None]
    """Hazen-Williams C, as water models write it."""
    pressure_bar: Mapped[float | None]
    # Power.
    voltage_kv: Mapped[float | None]
    circuits: Mapped[int | None]
    section_mm2: Mapped[float | None]
    # Telecom.
    fibres: Mapped[int | None]
    ducts: Mapped[int | None]
    # Road and rail.
    road_class: Mapped[str | None] = coded("road_class")
    lanes: Mapped[int | None]
    width_m: Mapped[float | None]
    gauge_mm: Mapped[int | None]
    ord: Mapped[int | None]
    """Its place in the model it came from, kept so that the model can be written back line by line."""

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            Index("uq_network_link_utility_code", "utility", "code", unique=True),
            CheckConstraint("start_node_id <> end_node_id", name="two_ends"),
            CheckConstraint("(capacity is null) = (capacity_unit is null)", name="capacity_has_a_unit"),
            CheckConstraint(
                "least(length_m, diameter_mm, roughness, pressure_bar, voltage_kv, circuits, section_mm2, fibres, "
                "ducts, lanes, width_m, gauge_mm) > 0 and least(capacity, depth_m) >= 0",
                name="sizes",
            ),
            # Typed extras belong to the utility that has them.
            CheckConstraint(
                "utility in ('water','sewer','storm','gas','fire') or num_nonnulls(diameter_mm, roughness, pressure_bar) = 0",
                name="pipes_have_diameters",
            ),
            CheckConstraint("utility = 'power' or num_nonnulls(voltage_kv, section_mm2) = 0", name="power_has_voltage"),
            CheckConstraint(
                "utility in ('road','rail') or num_nonnulls(road_class, lanes, gauge_mm) = 0", name="ways_have_lanes"
            ),
        )


_DIAMETER = Field("diameter_mm", Words(ar="القطر", en="Diameter"), unit="mm", public=True, in_tiles=True)
_DEPTH = Field("depth_m", Words(ar="عمق الدفن", en="Depth of cover"), unit="m", public=True)
_SLOPE = Field("slope_pct", Words(ar="الميل", en="Slope"), unit="%", public=True)
_PRESSURE = Field("pressure_bar", Words(ar="ضغط التشغيل", en="Working pressure"), unit="bar", public=True)
_ROUGHNESS = Field("roughness", Words(ar="معامل الخشونة", en="Roughness (Hazen-Williams C)"), public=True)
_VOLTAGE = Field("voltage_kv", Words(ar="الجهد", en="Voltage"), unit="kV", public=True, in_tiles=True)
_WIDTH = Field("width_m", Words(ar="العرض", en="Width"), unit="m", public=True)
_MATERIAL = Field("material", Words(ar="المادة", en="Material"), public=True)
_OWNER = (
    Field("owner_ar", Words(ar="الجهة المالكة", en="Owner in Arabic"), through="owner_id.name_ar", public=True),
    Field("owner_en", Words(ar="الجهة المالكة بالإنجليزية", en="Owner"), through="owner_id.name_en", public=True),
)
_CAPACITY = (
    Field("capacity", Words(ar="السعة", en="Capacity"), public=True),
    Field("capacity_unit", Words(ar="وحدة السعة", en="Unit of the capacity"), public=True),
)


def _utility(
    code: str, title: Words, nodes_title: Words, *extras: Field, at_nodes: tuple[Field, ...] = ()
) -> tuple[Layer, Layer]:
    """The links of one utility, and its nodes."""
    named = (
        Field("code", Words(ar="الرمز", en="Code"), public=True, in_tiles=True, searchable=True),
        Field("name_ar", Words(ar="الاسم", en="Name in Arabic"), public=True, searchable=True),
        Field("name_en", Words(ar="الاسم بالإنجليزية", en="Name"), public=True, searchable=True),
        Field("kind", Words(ar="النوع", en="Kind"), public=True, in_tiles=True),
        Field("status", Words(ar="الحالة", en="Status"), public=True, in_tiles=True),
    )
    links = Layer(
        id=code,
        title=title,
        group="networks",
        table=NetworkLink,
        only=("utility", code),
        zooms=range(13, 21),
        colour_by="status",
        fields=(
            *named,
            *extras,
            Field("length_m", Words(ar="الطول المعلن", en="Stated length"), unit="m", public=True),
            Field("drawn_length_m", Words(ar="الطول المرسوم", en="Length as drawn"), unit="m", public=True),
            Field("laid_year", Words(ar="سنة الإنشاء", en="Built in"), public=True),
            *_CAPACITY,
            Field("from_node", Words(ar="من نقطة", en="From node"), through="start_node_id.code", public=True),
            Field("to_node", Words(ar="إلى نقطة", en="To node"), through="end_node_id.code", public=True),
            *_OWNER,
            *PROVENANCE,
        ),
    )
    nodes = Layer(
        id=f"{code}_nodes",
        title=nodes_title,
        group="networks",
        table=NetworkNode,
        only=("utility", code),
        drawn_with=code,
        zooms=range(14, 21),
        colour_by="status",
        label="code",
        fields=(
            *named,
            *at_nodes,
            Field("elevation_m", Words(ar="المنسوب", en="Elevation"), unit="m", public=True),
            *_CAPACITY,
            *_OWNER,
            *PROVENANCE,
        ),
    )
    return links, nodes


LAYERS: tuple[Layer, ...] = (
    *_utility(
        "road",
        Words(ar="شبكة الطرق", en="Road network"),
        Words(ar="تقاطعات الطرق", en="Road junctions"),
        Field("road_class", Words(ar="درجة الطريق", en="Road class"), public=True, in_tiles=True),
        Field("lanes", Words(ar="عدد الحارات", en="Lanes"), public=True),
        _WIDTH,
        _MATERIAL,
    ),
    *_utility(
        "rail",
        Words(ar="السكك الحديدية", en="Railway"),
        Words(ar="محطات السكة ونقاطها", en="Railway stations and points"),
        Field("gauge_mm", Words(ar="عرض السكة", en="Gauge"), unit="mm", public=True),
        Field("lanes", Words(ar="عدد الخطوط", en="Tracks"), public=True),
    ),
    *_utility(
        "water",
        Words(ar="شبكة المياه", en="Water network"),
        Words(ar="نقاط شبكة المياه", en="Water network points"),
        _DIAMETER,
        _MATERIAL,
        _DEPTH,
        _PRESSURE,
        _ROUGHNESS,
    ),
    *_utility(
        "sewer",
        Words(ar="شبكة الصرف الصحي", en="Sewer network"),
        Words(ar="نقاط شبكة الصرف", en="Sewer network points"),
        _DIAMETER,
        _MATERIAL,
        _DEPTH,
        _SLOPE,
    ),
    *_utility(
        "storm",
        Words(ar="تصريف مياه الأمطار", en="Storm drainage"),
        Words(ar="نقاط تصريف الأمطار", en="Storm drainage points"),
        _DIAMETER,
        _WIDTH,
        _MATERIAL,
        _DEPTH,
        _SLOPE,
    ),
    *_utility(
        "power",
        Words(ar="شبكة الكهرباء", en="Power network"),
        Words(ar="محطات الكهرباء ونقاطها", en="Power stations and points"),
        _VOLTAGE,
        Field("circuits", Words(ar="عدد الدوائر", en="Circuits"), public=True),
        Field("section_mm2", Words(ar="مقطع الموصل", en="Conductor section"), unit="mm²", public=True),
        _MATERIAL,
        _DEPTH,
        at_nodes=(_VOLTAGE,),
    ),
    *_utility(
        "telecom",
        Words(ar="شبكة الاتصالات", en="Telecom network"),
        Words(ar="نقاط الاتصالات", en="Telecom points"),
        Field("fibres", Words(ar="عدد الألياف", en="Fibres"), public=True),
        Field("ducts", Words(ar="عدد المجاري", en="Ducts"), public=True),
        _MATERIAL,
        _DEPTH,
    ),
    *_utility(
        "gas",
        Words(ar="شبكة الغاز", en="Gas network"),
        Words(ar="نقاط شبكة الغاز", en="Gas network points"),
        _DIAMETER,
        _MATERIAL,
        _DEPTH,
        _PRESSURE,
    ),
    *_utility(
        "fire",
        Words(ar="شبكة مياه الحريق", en="Fire water network"),
        Words(ar="حنفيات الحريق ونقاطها", en="Hydrants and fire points"),
        _DIAMETER,
        _MATERIAL,
        _DEPTH,
        _PRESSURE,
    ),
)
