# SPDX-License-Identifier: Apache-2.0
"""The illustrative planning rules of each use: what may be built, and what a square metre costs a year."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UseRule:
    """Areas in m², lengths in metres, coverage in percent, charge in Libyan dinars a square metre and year."""

    min_area_m2: float
    min_frontage_m: float
    setback_front_m: float
    setback_rear_m: float
    setback_side_m: float
    coverage_max_pct: float
    far_max: float
    height_max_m: float
    rent_lyd_m2_year: float | None


RULES: dict[str, UseRule] = {
    "INH": UseRule(5_000, 40, 10, 8, 8, 50, 1.0, 25, 6),
    "INL": UseRule(1_500, 20, 6, 4, 3, 60, 1.2, 16, 9),
    "LOG": UseRule(2_500, 30, 10, 6, 5, 60, 1.0, 18, 12),
    "YRD": UseRule(10_000, 60, 10, 10, 10, 30, 0.4, 30, 25),
    "SIL": UseRule(5_000, 40, 10, 8, 8, 60, 2.5, 45, 22),
    "PRT": UseRule(1_500, 20, 5, 5, 3, 60, 1.2, 18, 20),
    "COM": UseRule(1_500, 20, 5, 3, 3, 60, 2.4, 20, 18),
    "TEC": UseRule(3_000, 30, 8, 6, 5, 50, 2.0, 24, 10),
    "TOU": UseRule(3_000, 30, 10, 8, 6, 40, 1.6, 24, 16),
    "ADM": UseRule(1_500, 20, 6, 4, 4, 50, 2.0, 20, None),
    "EDU": UseRule(2_500, 30, 8, 6, 6, 40, 1.2, 15, None),
    "HLT": UseRule(2_500, 30, 8, 6, 6, 45, 1.6, 20, None),
    "RES": UseRule(1_500, 20, 5, 4, 3, 50, 1.8, 16, 5),
    "ENR": UseRule(6_000, 40, 10, 10, 10, 70, 0.7, 8, 2),
}
"""By code of the list land_use; uses that are not let (roads, green, utilities) have none."""

PERMITTED: dict[str, tuple[str, ...]] = {
    "INH": ("INL", "LOG"),
    "INL": ("LOG", "COM"),
    "LOG": ("INL", "YRD"),
    "YRD": ("PRT", "LOG"),
    "SIL": ("PRT", "LOG"),
    "COM": ("ADM", "TEC"),
    "TEC": ("COM", "EDU"),
    "TOU": ("COM",),
}
"""What else may be done where a use is the main one."""

_NEAR_QUAY = {"A", "B", "P", "M"}


def rent_lyd_m2_year(land_use: str, block_code: str, phase: int, area_m2: float) -> float | None:
    """The band of the tariff: by use, dearer at the quays, cheaper inland and on large pieces."""
    rule = RULES.get(land_use)
    if rule is None or rule.rent_lyd_m2_year is None:
        return None
    rent = rule.rent_lyd_m2_year
    if block_code[0] in _NEAR_QUAY:
        rent *= 1.2
    if phase == 2:
        rent *= 0.7
    if area_m2 >= 20_000:
        rent *= 0.85
    return round(2 * rent) / 2
