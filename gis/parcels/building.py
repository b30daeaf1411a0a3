# SPDX-License-Identifier: Apache-2.0
"""What may be built on a plot: the envelope that setbacks leave, and how much coverage and floor area allow. Metres, square metres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import shapely
from shapely import LineString, MultiPolygon, Polygon

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Side = Literal["front", "side", "rear"]


@dataclass(frozen=True)
class BuildingRule:
    """A plan unit's rule; None where the plan sets none. Coverage in per cent of the plot's area, FAR as a factor of it."""

    setback_front_m: float | None = None
    setback_side_m: float | None = None
    setback_rear_m: float | None = None
    coverage_max_pct: float | None = None
    far_max: float | None = None
    height_max_m: float | None = None


@dataclass(frozen=True)
class Envelope:
    """`shape`: where buildings may stand (empty when setbacks leave nothing). `footprint_m2`: the most they may cover; `floor_m2`: the
    most floor area, None where the plan sets no FAR. `limited_by`: what decides the footprint, "setbacks" or "coverage".
    """

    shape: MultiPolygon
    footprint_m2: float
    floor_m2: float | None
    limited_by: str
    sides: dict[Side, float]


def envelope(plot: Polygon, streets: BaseGeometry, rule: BuildingRule) -> Envelope:
    """The plot less its setbacks. A side on a street is front, one that looks away from all fronts is rear, the others are side.

    A plot on no street has no front and no rear: every side keeps the largest of the three setbacks, which errs on the safe side.
    """
    sides = sides_of(plot, streets)
    setbacks: dict[Side, float] = {
        "front": rule.setback_front_m or 0.0,
        "side": rule.setback_side_m or 0.0,
        "rear": rule.setback_rear_m or 0.0,
    }
    if not any(kind == "front" for kind, _ in sides):
        setbacks = dict.fromkeys(setbacks, max(setbacks.values()))
    kept_free = [line.buffer(setbacks[kind], quad_segs=32) for kind, line in sides if setbacks[kind] >= 0.001]
    left = plot.difference(shapely.union_all(kept_free)) if kept_free else plot
    shape = MultiPolygon([part for part in shapely.get_parts(left).tolist() if isinstance(part, Polygon)])
    covered = math.inf if rule.coverage_max_pct is None else plot.area * rule.coverage_max_pct / 100
    lengths: dict[Side, float] = {"front": 0.0, "side": 0.0, "rear": 0.0}
    for kind, line in sides:
        lengths[kind] += line.length
    return Envelope(
        shape=shape,
        footprint_m2=min(shape.area, covered),
        floor_m2=None if rule.far_max is None else plot.area * rule.far_max,
        limited_by="coverage" if covered < shape.area else "setbacks",
        sides=lengths,
    )


def sides_of(plot: Polygon, streets: BaseGeometry) -> list[tuple[Side, LineString]]:
    """Each straight piece of the border with what it is."""
    near = streets.buffer(0.05)
    oriented = shapely.orient_polygons(plot)
    lines = [LineString([a, b]) for ring in (oriented.exterior, *oriented.interiors) for a, b in pairwise(ring.coords)]
    on_street = [line.intersection(near).length >= 0.5 * line.length for line in lines]
    fronts = [_looks(line) for line, front in zip(lines, on_street, strict=True) if front]
    return [
        ("front" if front else "rear" if _away(line, fronts) else "side", line)
        for line, front in zip(lines, on_street, strict=True)
    ]


def _looks(line: LineString) -> tuple[float, float, float]:
    """The way out of the plot, as a unit vector, and the line's length."""
    (ax, ay), (bx, by) = line.coords[0][:2], line.coords[1][:2]
    return (by - ay) / line.length, (ax - bx) / line.length, line.length


def _away(line: LineString, fronts: list[tuple[float, float, float]]) -> bool:
    """Whether it looks away from the longest front, within 45 degrees: a plot on a corner has one rear, behind that one."""
    if not fronts:
        return False
    x, y, _ = _looks(line)
    front = max(fronts, key=lambda each: each[2])
    return x * front[0] + y * front[1] < -math.cos(math.pi / 4)
