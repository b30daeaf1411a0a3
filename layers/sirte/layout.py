# SPDX-License-Identifier: Apache-2.0
"""The illustrative street plan and the use of each block, in local metres.

The frame's zero is the middle of the real south quay; x runs along the coast road, y to the sea. Only these numbers
are drawn by hand: blocks, plots, networks and fences follow from them and from the real shore.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shapely import Polygon, box

StreetClass = Literal["spine", "collector", "local"]

WIDTH_M: dict[StreetClass, float] = {"spine": 40, "collector": 30, "local": 20}
SPLAY_M = 8.0
APRON_M = 40.0
COAST_ROAD_M = 60.0

WEST, EAST = -620.0, 1224.0
"""About the two vertices of the real coast at which phase 1 begins and ends; the exact corners are taken from it."""
SOUTH = -805.0
"""Southern limit of phase 1; chosen so that land and basin together make the reported 'more than 214 hectares'."""
COAST_ROAD_Y = SOUTH - COAST_ROAD_M / 2
NORTH_2 = SOUTH - COAST_ROAD_M
WEST_2, EAST_2, SOUTH_2 = -900.0, 1420.0, -2345.0

ZONE_2 = Polygon([(WEST_2, NORTH_2), (WEST_2, -1985), (-600, SOUTH_2), (EAST_2, SOUTH_2), (EAST_2, NORTH_2)])


@dataclass(frozen=True, slots=True)
class Street:
    """A straight street: centre line along x (at a y) or along y (at an x), and the width of its reserve."""

    code: str
    name_ar: str
    name_en: str
    rank: StreetClass
    along: Literal["x", "y"]
    at: float
    start: float
    end: float
    phase: int
    width: float | None = None

    @property
    def width_m(self) -> float:
        return self.width or WIDTH_M[self.rank]

    @property
    def reserve(self) -> Polygon:
        half = self.width_m / 2
        if self.along == "x":
            return box(self.start, self.at - half, self.end, self.at + half)
        return box(self.at - half, self.start, self.at + half, self.end)


def _x(code: str, ar: str, en: str, rank: StreetClass, at: float, ends: tuple[float, float], phase: int) -> Street:
    return Street(code, ar, en, rank, "x", at, *ends, phase)


def _y(
    code: str, ar: str, en: str, rank: StreetClass, at: float, ends: tuple[float, float], phase: int, wide: float = 0
) -> Street:
    return Street(code, ar, en, rank, "y", at, *ends, phase, wide or None)


_ACROSS_1, _WEST_BAY, _EAST_BAY = (WEST - 30, EAST + 30), (WEST - 30, -355.0), (575.0, EAST + 30)

STREETS = (
    _y("1-S1", "محور الميناء", "Port spine", "spine", 110, (SOUTH, -285), 1),
    _y("1-S2", "محور الشحن والسكة", "Freight and rail spine", "spine", 600, (SOUTH, 110), 1, 50),
    _x("1-C1", "طريق الأرصفة", "Quay road", "collector", -300, _ACROSS_1, 1),
    _x("1-C2", "طريق المستودعات", "Warehouse road", "collector", -538, _ACROSS_1, 1),
    _y("1-C3", "طريق الميناء الغربي", "West port road", "collector", -370, (-783, 110), 1),
    _x("1-L1", "شارع الورش", "Workshop street", "local", -658, _ACROSS_1, 1),
    _x("1-L2", "طريق السور الجنوبي", "South perimeter road", "local", -773, _ACROSS_1, 1),
    _x("1-L3", "شارع الواجهة البحرية", "Seafront street", "local", 100, _WEST_BAY, 1),
    _x("1-L4", "شارع الشاطئ الشرقي", "East shore street", "local", 100, _EAST_BAY, 1),
    _x("1-L5", "شارع الخدمات", "Services street", "local", -95, _WEST_BAY, 1),
    _x("1-L6", "شارع الصناعات البحرية", "Marine industries street", "local", -95, _EAST_BAY, 1),
    _y("1-L7", "طريق السور الغربي", "West perimeter road", "local", WEST + 10, (-783, 110), 1),
    _y("1-L8", "طريق السور الشرقي", "East perimeter road", "local", EAST - 10, (-783, 110), 1),
    _y("1-L9", "شارع المخازن 1", "Store street 1", "local", -130, (-783, -285), 1),
    _y("1-L10", "شارع المخازن 2", "Store street 2", "local", 352, (-783, -285), 1),
    _y("1-L11", "شارع المخازن 3", "Store street 3", "local", 910, (-783, 110), 1),
    _y("1-L12", "شارع البلدة", "Town street", "local", -500, (-285, 110), 1),
    _y("2-S1", "محور الميناء", "Port spine", "spine", 110, (-2305, NORTH_2), 2),
    _y("2-S2", "محور الشحن والسكة", "Freight and rail spine", "spine", 600, (SOUTH_2, NORTH_2), 2, 50),
    _x("2-S3", "حرم السكة الساحلية", "Coastal railway reserve", "spine", -2325, (-660, EAST_2), 2),
    _x("2-C1", "طريق الصناعات الشمالي", "North industry road", "collector", -1170, (WEST_2, EAST_2), 2),
    _x("2-C2", "طريق الصناعات الأوسط", "Middle industry road", "collector", -1640, (WEST_2, EAST_2), 2),
    _x("2-C3", "طريق الصناعات الجنوبي", "South industry road", "collector", -1970, (WEST_2, EAST_2), 2),
    _y("2-C4", "الطريق الغربي", "West road", "collector", -560, (-2305, -893), 2),
    _y("2-C5", "الطريق الشرقي", "East road", "collector", 1120, (-2305, -893), 2),
    _x("2-L1", "طريق الخدمة الشمالي", "North frontage road", "local", -903, (WEST_2, EAST_2), 2),
    _x("2-L2", "شارع الحرفيين", "Craftsmen street", "local", -1030, (WEST_2, EAST_2), 2),
    _x("2-L3", "شارع المصانع", "Factory street", "local", -1405, (WEST_2, EAST_2), 2),
    _x("2-L4", "طريق السور الجنوبي", "South perimeter road", "local", -2295, (-660, EAST_2), 2),
    _y("2-L5", "طريق السور الغربي", "West perimeter road", "local", WEST_2 + 10, (-1985, -893), 2),
    _y("2-L6", "طريق السور الشرقي", "East perimeter road", "local", EAST_2 - 10, (-2305, -893), 2),
    _y("2-L7", "شارع 1", "Street 1", "local", -225, (-1655, -893), 2),
    _y("2-L8", "شارع 2", "Street 2", "local", 355, (-1655, -893), 2),
    _y("2-L9", "شارع 3", "Street 3", "local", 860, (-1655, -893), 2),
)


@dataclass(frozen=True, slots=True)
class District:
    """The blocks whose middle lies in a box get a letter, a use and a way of cutting.

    `rows` 1 or 2: frontages side by side, widths in `frontage_m`; 0: recursive boxes of `area_m2`; None: one piece
    that is not let (apron, green, utilities).
    """

    letter: str
    land_use: str
    area: Polygon
    rows: int | None
    frontage_m: tuple[float, float] = (0, 0)
    area_m2: tuple[float, float] = (1_500, 80_000)


def _district(
    letter: str, land_use: str, bounds: tuple[float, float, float, float], rows: int | None = None,
    frontage_m: tuple[float, float] = (0, 0), area_m2: tuple[float, float] = (1_500, 80_000),
) -> District:  # fmt: skip
    return District(letter, land_use, box(*bounds), rows, frontage_m, area_m2)


# The first box that holds the middle of a block decides.
DISTRICTS = (
    # Phase 1, from the sea inland.
    _district("A", "YRD", (-270, -285, 290, 60), 1, (150, 200)),
    _district("B", "SIL", (290, -285, 575, 110), 0, area_m2=(12_000, 34_000)),
    _district("P", "PRT", (-355, -285, -270, 110), 0, area_m2=(2_500, 8_000)),
    _district("T", "TOU", (-700, -85, -510, 90), 0, area_m2=(3_500, 12_000)),
    _district("T", "TOU", (-500, -85, -385, 90), 0, area_m2=(3_500, 12_000)),
    _district("S", "COM", (-700, -285, -510, -105), 2, (30, 42)),
    _district("S", "ADM", (-500, -285, -385, -105), 2, (36, 48)),
    _district("M", "INH", (625, -85, 900, 90), 0, area_m2=(6_000, 26_000)),
    _district("M", "ENR", (920, -85, 1210, 90), 0, area_m2=(6_000, 26_000)),
    _district("M", "INL", (625, -285, 900, -105), 2, (40, 60)),
    _district("U", "UTL", (920, -285, 1210, -105)),
    _district("G", "GRN", (-700, -810, 1300, -783)),
    _district("C", "LOG", (-600, -523, -140, -315), 2, (36, 60)),
    _district("C", "LOG", (-120, -523, 342, -315), 0, area_m2=(6_000, 22_000)),
    _district("C", "LOG", (362, -523, 1210, -315), 2, (38, 64)),
    _district("D", "INL", (-700, -763, 1300, -553), 2, (32.5, 38)),
    _district("G", "GRN", (-700, 85, 1300, 300)),
    # Phase 2, from the coast road inland.
    _district("G", "GRN", (-950, -893, 1450, -863)),
    _district("H", "HLT", (-900, -1020, -700, -913), 0, area_m2=(2_500, 9_000)),
    _district("H", "EDU", (-900, -1020, -570, -913), 0, area_m2=(2_500, 9_000)),
    _district("K", "COM", (-545, -1020, 345, -913), 2, (30, 40)),
    _district("N", "TEC", (365, -1155, 850, -913), 0, area_m2=(4_000, 16_000)),
    _district("L", "LOG", (860, -1020, 1115, -913), 0, area_m2=(5_000, 16_000)),
    _district("U", "UTL", (1125, -1020, 1420, -913)),
    _district("H", "RES", (-900, -1155, -235, -1040), 2, (27, 36)),
    _district("E", "INL", (-215, -1155, 1420, -1040), 2, (27, 36)),
    _district("H", "RES", (-900, -1625, -570, -1185), 2, (25, 38)),
    _district("G", "GRN", (-900, -1625, -235, -1185)),
    _district("F", "INL", (-215, -1625, 345, -1185), 2, (33, 50)),
    _district("L", "LOG", (365, -1395, 1420, -1185), 2, (40, 66)),
    _district("F", "INL", (365, -1625, 860, -1415), 2, (34, 52)),
    _district("J", "INH", (860, -1625, 1420, -1415), 0, area_m2=(6_000, 22_000)),
    _district("V", "ENR", (-900, -1955, -570, -1655), 0, area_m2=(30_000, 80_000)),
    _district("J", "INH", (-545, -1955, 100, -1655), 0, area_m2=(8_000, 32_000)),
    _district("J", "INH", (130, -1955, 1110, -1655), 0, area_m2=(12_000, 46_000)),
    _district("J", "INH", (1125, -1955, 1420, -1655), 0, area_m2=(8_000, 32_000)),
    _district("V", "ENR", (-900, -2300, -570, -1985), 0, area_m2=(30_000, 80_000)),
    _district("R", "RSV", (-545, -2285, 90, -1985)),
    _district("J", "INH", (100, -2285, 590, -1985), 0, area_m2=(18_000, 60_000)),
    _district("J", "INH", (610, -2285, 1110, -1985), 0, area_m2=(40_000, 80_000)),
    _district("U", "UTL", (1125, -2285, 1420, -1985)),
)

BLOCK_NAMES = {
    "A": ("محطة الرصيف الجنوبي", "South quay terminal"),
    "B": ("محطة الغلال", "Grain terminal"),
    "C": ("المنطقة اللوجستية", "Logistics park"),
    "D": ("الصناعات الخفيفة", "Light industry"),
    "E": ("الورش والحرفيون", "Workshops"),
    "F": ("المصانع المتوسطة", "Medium industry"),
    "G": ("حزام أخضر", "Green belt"),
    "H": ("السكن والخدمات الاجتماعية", "Housing and social services"),
    "J": ("الصناعات الثقيلة", "Heavy industry"),
    "K": ("مركز الأعمال", "Business centre"),
    "L": ("لوجستيات المرحلة الثانية", "Inland logistics"),
    "M": ("الصناعات البحرية", "Marine industries"),
    "N": ("واحة التقنية", "Technology park"),
    "P": ("خدمات الميناء", "Port services"),
    "Q": ("رصيف التشغيل", "Quay apron"),
    "R": ("احتياطي التوسع", "Expansion reserve"),
    "S": ("الإدارة والتجارة", "Administration and trade"),
    "T": ("الواجهة السياحية", "Seafront tourism"),
    "U": ("المرافق", "Utilities"),
    "V": ("الطاقة الشمسية", "Solar energy"),
    "W": ("كاسر الأمواج والذراع", "Breakwater and mole"),
    "X": ("حرم السكة", "Railway land"),
}
