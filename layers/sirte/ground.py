# SPDX-License-Identifier: Apache-2.0
"""The ground of the plan: street reserves, blocks and plots that tile the zone, cut in the local frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.ops import polygonize

from gis.fabric import frontage_m, noded
from gis.subdivision import PlotRule, subdivide_in_rows, subdivide_recursively, with_splays
from layers.sirte import layout
from layers.sirte.layout import BLOCK_NAMES, DISTRICTS, STREETS, District
from layers.sirte.rows import BlockRow, PlotRow, RoadReserveRow
from layers.sirte.shore import Shore

SEED = 20_241_124
MIN_PLOT_M2, MAX_PLOT_M2 = 1_500.0, 80_000.0

_RANKS = ("spine", "collector", "local")


@dataclass(frozen=True)
class _Piece:
    """A block in local metres, before it stands on the grid."""

    district: District
    phase: int
    shape: Polygon
    plots: tuple[Polygon, ...]


@dataclass(frozen=True)
class Ground:
    """Blocks, reserves, basin and plots of both phases, each noded with the others on the legal grid."""

    zone: MultiPolygon
    basin: Polygon
    blocks: tuple[BlockRow, ...]
    reserves: tuple[RoadReserveRow, ...]
    plots: tuple[PlotRow, ...]

    @cached_property
    def reserve_area(self) -> Any:
        return shapely.union_all([row.geom for row in self.reserves])


def ground_of(shore: Shore) -> Ground:
    """Cut the zone. Deterministic: the random numbers start from a constant."""
    random = Random(SEED)  # noqa: S311 a drawing, not a secret
    first, basin = _zone_1(shore)
    pieces = [*_pieces(first, 1, shore, random), *_pieces(layout.ZONE_2, 2, shore, random)]
    reserves = [
        *_reserves(first, 1, pieces),
        *_reserves(layout.ZONE_2, 2, pieces),
    ]
    shapes = [
        first.union(basin),
        layout.ZONE_2,
        basin,
        *(piece.shape for piece in pieces),
        *(shape for _, shape in reserves),
        *(plot for piece in pieces for plot in piece.plots),
    ]
    on_legal_grid = iter(noded([shore.frame.to_grid(shape) for shape in shapes]))
    zone = MultiPolygon([next(on_legal_grid), next(on_legal_grid)])
    water = next(on_legal_grid)
    blocks = _block_rows(pieces, [next(on_legal_grid) for _ in pieces])
    reserve_rows = _reserve_rows([(street, next(on_legal_grid)) for street, _ in reserves])
    border = shapely.union_all([row.geom for row in reserve_rows]).boundary
    plots = []
    for piece, block in zip(pieces, blocks, strict=True):
        shapes = [next(on_legal_grid) for _ in piece.plots]
        plots += _plot_rows(block, shapes, border)
    return Ground(zone, water, tuple(blocks), tuple(reserve_rows), tuple(plots))


def _zone_1(shore: Shore) -> tuple[Polygon, Polygon]:
    """Land and basin of phase 1 in local metres. The sides leave the real coast at two of its own vertices."""
    front = list(shore.frame.to_local(LineString(shore.zone_front)).coords)
    outline = Polygon([*front, (front[-1][0], layout.SOUTH), (front[0][0], layout.SOUTH)])
    basin = shore.frame.to_local(shore.basin)
    return outline.difference(basin), basin


def _pieces(land: Polygon, phase: int, shore: Shore, random: Random) -> list[_Piece]:
    streets = shapely.union_all([street.reserve for street in STREETS if street.phase == phase]).intersection(land)
    rest = land.difference(streets)
    found: list[tuple[District, Polygon]] = []
    if phase == 1:
        apron = shore.frame.to_local(shore.quay_line).buffer(layout.APRON_M, cap_style="flat", join_style="mitre")
        rest, works = rest.difference(apron), rest.intersection(apron)
        found += [(District("Q", "PRT", apron, None), part) for part in _polygons(works)]
    for block in sorted(_divided(rest, phase, shore), key=_reading_order):
        splayed = with_splays(block, streets, layout.SPLAY_M)
        found.append((_district(splayed, phase), splayed))
    # What the splays cut off belongs to the streets; slivers of 1e-10 m between blocks are none.
    streets = shapely.union_all(_polygons(land.difference(shapely.union_all([shape for _, shape in found]))))
    return [_Piece(district, phase, shape, _plots(shape, district, streets, random)) for district, shape in found]


def _divided(rest: Any, phase: int, shore: Shore) -> list[Polygon]:
    """The land between the streets, cut where a limit of use runs without a street."""
    dividers = []
    if phase == 1:
        ((mole_x, mole_y),) = shore.frame.to_local(Point(shore.vertices(107))).coords
        dividers = [
            LineString([(mole_x, mole_y), (-420, mole_y)]),
            LineString([(-355, 110), (-355, 400)]),
            LineString([(-355, 110), (-240, 110)]),
            LineString([(-270, -290), (-270, 60)]),
            LineString([(290, -290), (290, -20)]),
            LineString([(280, 110), (580, 110)]),
        ]
    else:
        dividers = [
            LineString([(-690, -1020), (-690, -910)]),
            LineString([(420, -2290), (420, -2140), (580, -2140)]),
        ]
    lines = shapely.union_all([rest.boundary, *dividers])
    inside = rest.buffer(-1e-6)
    return [part for part in polygonize(lines) if part.representative_point().within(inside)]


def _polygons(shape: Any) -> list[Polygon]:
    return [part for part in shapely.get_parts(shape).tolist() if isinstance(part, Polygon) and part.area > 1]


def _reading_order(block: Polygon) -> tuple[float, float]:
    """From the sea inland, then from west to east; blocks whose tops differ by less than 60 m are one row."""
    return (-round(block.bounds[3] / 60), block.bounds[0])


def _district(block: Polygon, phase: int) -> District:
    middle = block.representative_point()
    # The mole and the breakwater: seaward of the streets, west of the basin.
    if phase == 1 and (middle.y > 330 or (middle.y > 110 and -360 < middle.x < -240)):
        return District("W", "PRT", box(*block.bounds), None)
    if phase == 2 and middle.y < -2140 and 420 < middle.x < 575:
        return District("X", "RWY", box(*block.bounds), None)
    return next(
        (district for district in DISTRICTS if district.area.covers(middle)),
        District("G", "GRN", box(*block.bounds), None),
    )


def _plots(block: Polygon, district: District, streets: Any, random: Random) -> tuple[Polygon, ...]:
    if district.rows is None:
        return ()
    if district.rows == 0:
        rule = PlotRule(max(MIN_PLOT_M2, district.area_m2[0]), min(MAX_PLOT_M2, district.area_m2[1]))
        plots = subdivide_recursively(block, streets, rule, random)
    else:
        plots = subdivide_in_rows(
            block, rows=district.rows, frontage_m=district.frontage_m, min_area_m2=MIN_PLOT_M2, random=random
        )
    return tuple(sorted(plots, key=lambda plot: (-round(plot.centroid.y / 20), plot.centroid.x)))


def _reserves(land: Polygon, phase: int, pieces: list[_Piece]) -> list[tuple[layout.Street, Polygon]]:
    """The land outside the blocks, shared out among the streets: at a crossing the higher class has the ground."""
    rest = land.difference(shapely.union_all([piece.shape for piece in pieces if piece.phase == phase]))
    shares: list[tuple[layout.Street, Polygon]] = []
    for rank in _RANKS:
        for street in (street for street in STREETS if street.phase == phase and street.rank == rank):
            wide = street.reserve.buffer(layout.SPLAY_M + 0.5, cap_style="square", join_style="mitre")
            # The widened strip takes the splays along, but not the ground in front of lower streets.
            lower = shapely.union_all([s.reserve for s in STREETS if s.phase == phase and s.code != street.code])
            share = rest.intersection(wide.difference(lower).union(street.reserve))
            parts = _polygons(share)
            shares += [(street, part) for part in parts]
            rest = rest.difference(shapely.union_all(parts))
    return shares


def _block_rows(pieces: list[_Piece], shapes: list[Polygon]) -> list[BlockRow]:
    numbers: dict[str, int] = {}
    rows = []
    for piece, shape in zip(pieces, shapes, strict=True):
        letter = piece.district.letter
        numbers[letter] = numbers.get(letter, 0) + 1
        ar, en = BLOCK_NAMES[letter]
        code = f"{letter}{numbers[letter]:02}"
        rows.append(BlockRow(code, ar, en, piece.phase, piece.district.land_use, bool(piece.plots), shape))
    return rows


def _reserve_rows(shares: list[tuple[layout.Street, Polygon]]) -> list[RoadReserveRow]:
    numbers: dict[str, int] = {}
    rows = []
    for street, shape in shares:
        numbers[street.code] = numbers.get(street.code, 0) + 1
        code = f"{street.code}/{numbers[street.code]}"
        rows.append(
            RoadReserveRow(code, street.name_ar, street.name_en, street.rank, street.width_m, street.phase, shape)
        )
    return rows


def _plot_rows(block: BlockRow, shapes: list[Polygon], reserve_border: Any) -> list[PlotRow]:
    return [
        PlotRow(
            plot_number=f"{block.code}-{number:03}",
            block_code=block.code,
            land_use=block.land_use,
            phase=block.phase,
            frontage_m=round(frontage_m(shape, reserve_border), 2),
            geom=shape,
        )
        for number, shape in enumerate(shapes, 1)
    ]
