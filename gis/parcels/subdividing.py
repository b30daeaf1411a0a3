# SPDX-License-Identifier: Apache-2.0
"""A block into lots: by halving its oriented box, or in rows with their backs on a spine. Grid metres, on the grid, noded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import shapely
from shapely import LineString, Polygon

from gis.frame import LocalFrame
from gis.parcels.noding import Leeway, partition_on_grid
from gis.parcels.refusals import CannotSubdivide
from gis.subdivision import cut_by_share, longer_side_deg, street_frontage_m, with_splays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

Way = Literal["halving", "rows"]
"""Halving suits big plots of any outline; rows suit workshops in oblong blocks."""
TRIES = 1500
"""Cuts that are tried before a rule is said to be impossible here."""


@dataclass(frozen=True, slots=True)
class LotRule:
    """What every lot must keep to. `target_area_m2` decides how many there are; the corner chamfer is cut from street corners,
    the easement strip, where its width is not 0, is kept free between two rows.
    """

    min_area_m2: float
    max_area_m2: float
    min_frontage_m: float
    target_area_m2: float | None = None
    chamfer_m: float = 0.0
    easement_m: float = 0.0

    def lots_in(self, area_m2: float) -> int:
        """How many lots an area makes: nearest to the target, within the band."""
        target = self.target_area_m2 or (self.min_area_m2 + self.max_area_m2) / 2
        fewest, most = math.ceil(area_m2 / self.max_area_m2 - 1e-9), math.floor(area_m2 / self.min_area_m2 + 1e-9)
        return max(1, min(max(round(area_m2 / target), fewest), max(most, fewest)))


@dataclass(frozen=True)
class Subdivided:
    """Lots in order (row by row, or as they were halved); the strip and the corners are the block's rest."""

    lots: list[Polygon]
    strips: list[Polygon]
    corners: list[Polygon]


def subdivide(block: Polygon, streets: BaseGeometry, rule: LotRule, way: Way) -> Subdivided:
    """Every lot within the band of areas and with its frontage on the streets (their area), or CannotSubdivide.

    Lots, strips and corners together are the block. Raises TooNarrow too.
    """
    left, bottom, *_ = block.bounds
    frame = LocalFrame((math.floor(left), math.floor(bottom)), longer_side_deg(block))
    local, roads = frame.to_local(block), frame.to_local(streets)
    rounded = with_splays(local, roads, rule.chamfer_m) if rule.chamfer_m > 0 else local
    corners = _cut_off(local, rounded)
    # Seen from a lot the chamfer is street: it is where its corner was.
    fronts = shapely.union_all([roads, *(corner.buffer(1e-6) for corner in corners)])
    if way == "rows":
        lots, strips = _in_rows(rounded, fronts, rule)
    else:
        lots, strips = _halved(rounded, fronts, rule, rule.lots_in(rounded.area), _Tries()), []
    whole = partition_on_grid(block, [frame.to_grid(part) for part in (*lots, *strips, *corners)], _leeway(len(lots)))
    return Subdivided(whole[: len(lots)], whole[len(lots) : len(lots) + len(strips)], whole[len(lots) + len(strips) :])


def _cut_off(block: Polygon, rounded: Polygon) -> list[Polygon]:
    """The corners that rounding took, as triangles. A difference of the two would leave slivers along the sides too."""
    before, after = (
        {tuple(corner) for corner in shapely.get_coordinates(shape).tolist()} for shape in (block, rounded)
    )
    return [
        Polygon([corner, *sorted(after - before, key=lambda place: math.dist(place, corner))[:2]])
        for corner in sorted(before - after)
    ]


class _Tries:
    def __init__(self) -> None:
        self.left = TRIES


def _leeway(lots: int) -> Leeway:
    return Leeway(spent_m2=0.008 / (2 * max(lots, 1)), window_m=0.02)


def _keeps(lot: Polygon, fronts: BaseGeometry, rule: LotRule) -> bool:
    # A little above and below the band: standing on the grid takes some of it.
    return (
        rule.min_area_m2 * 1.0002 <= lot.area <= rule.max_area_m2 * 0.9998
        and street_frontage_m(lot, fronts) >= rule.min_frontage_m + 0.03
    )


def _halved(piece: Polygon, fronts: BaseGeometry, rule: LotRule, count: int, tries: _Tries) -> list[Polygon]:
    """Lots by cutting across the longer side of the oriented box, else along it, where both sides keep enough frontage."""
    if count == 1:
        if not _keeps(piece, fronts, rule):
            raise _refused(piece, rule)
        return [piece]
    along_deg = longer_side_deg(piece)
    for direction_deg in (along_deg + 90, along_deg):
        for first in _shares(count):
            tries.left -= 1
            if tries.left < 0:
                raise _refused(piece, rule)
            children = cut_by_share(piece, first / count, direction_deg)
            if len(children) != 2:
                continue
            counts = (first, count - first)
            if any(
                street_frontage_m(child, fronts) < lots * rule.min_frontage_m
                for child, lots in zip(children, counts, strict=True)
            ):
                continue
            try:
                return [
                    lot
                    for child, lots in zip(children, counts, strict=True)
                    for lot in _halved(child, fronts, rule, lots, tries)
                ]
            except CannotSubdivide:
                continue
    raise _refused(piece, rule)


def _shares(count: int) -> Iterator[int]:
    """Halves first, then what is next to a half."""
    yield from sorted(range(1, count), key=lambda first: (abs(2 * first - count), first))[:4]


def _in_rows(block: Polygon, fronts: BaseGeometry, rule: LotRule) -> tuple[list[Polygon], list[Polygon]]:
    """One row, or two on a spine, whichever keeps the rule with most lots; each row is cut into equal areas, square to the spine."""
    failed: CannotSubdivide | None = None
    for rows, strips in _row_choices(block, rule):
        try:
            return [lot for row in rows for lot in _row(row, fronts, rule)], strips
        except CannotSubdivide as refusal:
            failed = refusal
    raise failed or _refused(block, rule)


def _row_choices(block: Polygon, rule: LotRule) -> Iterator[tuple[list[Polygon], list[Polygon]]]:
    halves = cut_by_share(block, 0.5, 0)
    if len(halves) == 2:
        if rule.easement_m <= 0:
            yield halves, []
        else:
            left, _, right, _ = block.bounds
            spine_y = halves[0].intersection(halves[1].buffer(1e-6)).centroid.y
            strip = LineString([(left - 1, spine_y), (right + 1, spine_y)]).buffer(
                rule.easement_m / 2, cap_style="flat"
            )
            rows = [part for half in halves for part in _polygons(half.difference(strip))]
            strips = _polygons(block.intersection(strip))
            if len(rows) == 2:
                yield rows, strips
    yield [block], []


def _row(row: Polygon, fronts: BaseGeometry, rule: LotRule) -> list[Polygon]:
    frontage = street_frontage_m(row, fronts)
    most = max(1, int(frontage // (rule.min_frontage_m + 0.03)))
    wanted = min(rule.lots_in(row.area), most)
    fewest = max(1, math.ceil(row.area / rule.max_area_m2 - 1e-9))
    for count in range(wanted, fewest - 1, -1):
        lots, rest = [], row
        for left in range(count, 1, -1):
            children = cut_by_share(rest, (left - 1) / left, 90)
            if len(children) != 2:
                break
            # The left of a line that runs up is its west: there the greater share stays.
            lots.append(children[1])
            rest = children[0]
        else:
            lots = [rest, *reversed(lots)]
            if all(_keeps(lot, fronts, rule) for lot in lots):
                return lots
    raise _refused(row, rule)


def _refused(piece: Polygon, rule: LotRule) -> CannotSubdivide:
    return CannotSubdivide(piece.area, rule.min_area_m2, rule.max_area_m2, rule.min_frontage_m)


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(shape).tolist() if isinstance(part, Polygon)]
