# SPDX-License-Identifier: Apache-2.0
"""What a plan consists of: plain rows, one kind for each table of the register, geometries on the legal grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from shapely import LineString, MultiPolygon, Point, Polygon
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class SourceRow:
    key: str
    kind: str
    title_ar: str
    title_en: str
    issuer_ar: str | None = None
    issuer_en: str | None = None
    reference_number: str | None = None
    dated: date | None = None
    citation: str | None = None
    licence: str | None = None
    attribution: str | None = None
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class ZoneRow:
    code: str
    name_ar: str
    name_en: str
    geom: MultiPolygon


@dataclass(frozen=True, slots=True)
class BlockRow:
    code: str
    name_ar: str
    name_en: str
    phase: int
    land_use: str
    let: bool
    """Divided into plots; otherwise apron, green, utilities, reserve."""
    geom: Polygon


@dataclass(frozen=True, slots=True)
class RoadReserveRow:
    code: str
    name_ar: str
    name_en: str
    rank: str
    width_m: float
    phase: int
    geom: Polygon


@dataclass(frozen=True, slots=True)
class PlotRow:
    plot_number: str
    block_code: str
    land_use: str
    phase: int
    frontage_m: float
    geom: Polygon


@dataclass(frozen=True, slots=True)
class PlanUnitRow:
    block_code: str
    land_use: str
    geom: Polygon


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A line, point or area of the plan that has a name and a kind: fence, gate, control point, constraint area."""

    code: str
    kind: str
    name_ar: str
    name_en: str
    phase: int
    geom: BaseGeometry
    remark_ar: str | None = None
    remark_en: str | None = None


@dataclass(frozen=True, slots=True)
class FacilityRow:
    code: str
    kind: str
    name_ar: str
    name_en: str
    geom: BaseGeometry
    source: str
    illustrative: bool
    length_m: float | None = None
    depth_m: float | None = None
    depth_known_ar: str | None = None
    depth_known_en: str | None = None
    operator: str | None = None
    extra: dict[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NodeRow:
    code: str
    utility: str
    kind: str
    """A code of the list node_kind."""
    status: str
    geom: Point
    plot_number: str | None = None


@dataclass(frozen=True, slots=True)
class LinkRow:
    code: str
    utility: str
    start: str
    end: str
    rank: str
    """main, branch or service; for roads the class of the street."""
    status: str
    size: float | None
    """Diameter in mm, width of the reserve in m for roads, kV for power; by utility."""
    phase: int
    geom: LineString


@dataclass(frozen=True, slots=True)
class PartyRow:
    key: str
    type: str
    name_ar: str
    name_en: str
    country: str | None
    illustrative: bool = True


@dataclass(frozen=True, slots=True)
class RightRow:
    plot_number: str
    kind: str
    party: str
    begins: date
    ends: date
    """The first day on which it is no longer held."""
    decision_number: str | None
    published: bool
    due_by: date | None


@dataclass(frozen=True, slots=True)
class RestrictionRow:
    plot_number: str
    kind: str
    begins: date
    ends: date | None
    remark_ar: str
    remark_en: str


@dataclass(frozen=True, slots=True)
class SiteRecordRow:
    plot_number: str
    seen_on: date
    progress: str


@dataclass(frozen=True, slots=True)
class ServiceRow:
    plot_number: str
    utility: str
    state: str
    available_on: date | None


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    code: str
    title_ar: str
    title_en: str
    agency: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class ProjectRow:
    code: str
    programme: str
    agency: str | None
    title_ar: str
    title_en: str
    sector: str
    type: str
    status: str
    progress_pct: float | None
    """Physical progress as the source states it. None: nobody states one."""
    first_year: int | None
    last_year: int | None
    exactness: str
    """Of the geometry: exact, approximate or region."""
    source: str
    illustrative: bool
    remark_ar: str
    remark_en: str
    geom: BaseGeometry


@dataclass(frozen=True, slots=True)
class Plan:
    """The zone on the legal grid: where everything is. Who holds it follows from it (`tenants`)."""

    srid: int
    zone: ZoneRow
    basin: Polygon
    land: Polygon
    sea: Polygon
    shoreline: LineString
    crs_operation: str
    crs_accuracy_m: float
    axis_deg: float
    coast_road: LineString
    """Illustrative: along the coast for fifty kilometres to both sides, straight past the zone."""
    coast_road_reserve: Polygon
    blocks: tuple[BlockRow, ...]
    road_reserves: tuple[RoadReserveRow, ...]
    plots: tuple[PlotRow, ...]
    plan_units: tuple[PlanUnitRow, ...]
    fences: tuple[PlaceRow, ...]
    gates: tuple[PlaceRow, ...]
    control_points: tuple[PlaceRow, ...]
    constraints: tuple[PlaceRow, ...]
    facilities: tuple[FacilityRow, ...]
    nodes: tuple[NodeRow, ...]
    links: tuple[LinkRow, ...]
