# SPDX-License-Identifier: Apache-2.0
"""The harbour: quays, basin and breakwater are real outlines; berths, cranes, silos and lights are drawn to fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapely import LineString, Point, Polygon
from shapely.ops import substring

from gis.fabric import on_grid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layers.sirte.ground import Ground
    from layers.sirte.shore import Shore

from layers.sirte.rows import FacilityRow

_REPORTED_AR = "مُعلن للميناء كله (9 إلى 11 م)، غير ممسوح"
_REPORTED_EN = "reported for the harbour as a whole (9 to 11 m), not surveyed"
_OUTLINE_AR, _OUTLINE_EN = "غير معلوم", "not known"


def facilities_of(shore: Shore, ground: Ground) -> tuple[FacilityRow, ...]:
    """Every facility of the port on the legal grid. Lengths in metres as measured on the outline."""
    return (
        *_quays(shore),
        *_berths(shore),
        _real("BSN-1", "BSN", "حوض ميناء سرت", "Sirte harbour basin", ground.basin, depth_m=9.0, reported=True),
        _real("BRW-1", "BRW", "كاسر الأمواج الغربي", "West breakwater", shore.breakwater, length=True),
        _real("BRW-2", "BRW", "الذراع الشرقي", "East mole", LineString(shore.vertices(111, 112)), length=True),
        *_yards_and_silos(shore, ground),
        *_cranes(shore),
        *_aids(shore),
        *_port_gate(shore),
    )


def _real(
    code: str, kind: str, ar: str, en: str, shape: Any, *,
    depth_m: float | None = None, reported: bool = False, length: bool = False, **extra: float | str,
) -> FacilityRow:  # fmt: skip
    return FacilityRow(
        code=code, kind=kind, name_ar=ar, name_en=en, geom=shape, source="osm", illustrative=False,
        length_m=round(shape.length, 1) if length else None, depth_m=depth_m,
        depth_known_ar=_REPORTED_AR if reported else _OUTLINE_AR,
        depth_known_en=_REPORTED_EN if reported else _OUTLINE_EN, extra=dict(extra),
    )  # fmt: skip


def _invented(
    code: str, kind: str, ar: str, en: str, shape: Any, *, length_m: float | None = None,
    depth_m: float | None = None, operator: str | None = None, **extra: float | str,
) -> FacilityRow:  # fmt: skip
    return FacilityRow(
        code=code, kind=kind, name_ar=ar, name_en=en, geom=on_grid(shape), source="illustration", illustrative=True,
        length_m=length_m, depth_m=depth_m, depth_known_ar=_REPORTED_AR if depth_m else None,
        depth_known_en=_REPORTED_EN if depth_m else None, operator=operator, extra=dict(extra),
    )  # fmt: skip


def _quays(shore: Shore) -> Iterator[FacilityRow]:
    # One depth for each would be invented: the lower bound of the report stands for all.
    yield _real("QUY-W", "QUY", "الرصيف الغربي", "West quay", shore.west_quay, depth_m=9, reported=True, length=True)
    yield _real(
        "QUY-S", "QUY", "الرصيف الجنوبي", "South quay", shore.south_quay, depth_m=9, reported=True, length=True,
        reported_length_m=570.0,
    )  # fmt: skip
    yield _real("QUY-E", "QUY", "الرصيف الشرقي", "East quay", shore.east_quay, depth_m=9, reported=True, length=True)


def _berths(shore: Shore) -> Iterator[FacilityRow]:
    """Equal shares of each quay, numbered from the west root round to the east one."""
    quays = (
        (shore.west_quay, 2, 9.0, "general", "بضائع عامة", "general cargo"),
        (shore.south_quay, 3, 11.0, "container", "حاويات", "containers"),
        (shore.east_quay, 1, 9.0, "grain", "غلال وصب", "grain and bulk"),
    )
    number = 0
    for quay, count, depth_m, cargo, ar, en in quays:
        for share in range(count):
            number += 1
            line = substring(quay, share / count, (share + 1) / count, normalized=True)
            yield _invented(
                f"BTH-{number}", "BTH", f"مربط {number} ({ar})", f"Berth {number} ({en})", line,
                length_m=round(line.length, 1), depth_m=depth_m, operator="tenant-1" if cargo == "container" else None,
                cargo=cargo, berth_number=float(number),
            )  # fmt: skip


def _yards_and_silos(shore: Shore, ground: Ground) -> Iterator[FacilityRow]:
    """Yards and stores: inside a plot by a clear margin, as buildings are, and only where somebody builds or operates."""
    plots = {plot.plot_number: plot.geom for plot in ground.plots}
    yards = (
        ("A01-001", "ساحة الحاويات الغربية", "West container yard"),
        ("A01-003", "ساحة البضائع العامة", "General cargo yard"),
    )
    for number, (plot_number, ar, en) in enumerate(yards, 1):
        yard = plots[plot_number].buffer(-15, join_style="mitre")
        yield _invented(f"YRD-{number}", "YRD", ar, en, yard)
    for number in range(1, 9):
        corner = shore.frame.to_local(plots["B01-001"]).bounds
        x, y = corner[0] + 50 + 34 * ((number - 1) % 4), corner[3] - 40 - 34 * ((number - 1) // 4)
        silo = shore.frame.to_grid(Point(x, y).buffer(13, quad_segs=6))
        yield _invented(
            f"SIL-{number}", "SIL", f"صومعة غلال {number}", f"Grain silo {number}", silo, capacity_t=6_000.0
        )
    for number, plot_number in enumerate(("C02-003", "C05-003"), 1):
        left, bottom, right, top = shore.frame.to_local(plots[plot_number].buffer(-9)).bounds
        middle = bottom + (top - bottom) * 0.55
        hall = Polygon([(left, middle), (right, middle), (right, top), (left, top)])
        yield _invented(f"WHS-{number}", "WHS", f"مستودع {number}", f"Warehouse {number}", shore.frame.to_grid(hall))


def _cranes(shore: Shore) -> Iterator[FacilityRow]:
    quay = shore.frame.to_local(shore.south_quay)
    for number, share in enumerate((0.2, 0.5, 0.8), 1):
        place = quay.interpolate(share, normalized=True)
        crane = shore.frame.to_grid(Point(place.x, place.y - 12))
        yield _invented(
            f"CRN-{number}", "CRN", f"رافعة متنقلة {number}", f"Mobile harbour crane {number}", crane,
            lifting_capacity_t=100.0, operator="tenant-1",
        )  # fmt: skip


def _aids(shore: Shore) -> Iterator[FacilityRow]:
    tip, east = shore.vertices(105, 112)
    yield _invented(
        "NAV-1", "NAV", "فنار رأس كاسر الأمواج", "Breakwater head light", Point(tip), character="Fl G 5s", range_nm=8.0
    )
    yield _invented(
        "NAV-2", "NAV", "فنار الذراع الشرقي", "East mole light", Point(east), character="Fl R 5s", range_nm=6.0
    )


def _port_gate(shore: Shore) -> Iterator[FacilityRow]:
    place = shore.frame.to_grid(Point(110, -285))
    yield _invented("GAT-1", "GAT", "بوابة الميناء", "Port gate", place)
