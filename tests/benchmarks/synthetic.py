# SPDX-License-Identifier: Apache-2.0
"""Synthetic land: rows of blocks with roads between them, each cut into two rows of plots of 4 to 11 corners.

The density is the same at every size, so more plots mean a larger zone, and a box that lies in the small set shows the
same land in the large one. The same number of plots is always the same land. Coordinates: metres east and north, near
15° E 32° N in UTM 33N.
"""

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

LEFT, BOTTOM = 480_000.0, 3_560_000.0
WIDTH, DEPTH, ROAD = 480.0, 170.0, 24.0  # of a block, metres
CHAMFER = 8.0
PLOTS_A_BLOCK = 11.3
ZONE_COLUMNS, ZONE_ROWS = 20, 50  # blocks of one zone
Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True)
class Block:
    """A block with its plots; `column` and `row` count blocks from the lower left corner of the land.

    The last one is not `complete` when its plots would be too many: those left out do not fill it.
    """

    number: int
    column: int
    row: int
    ring: Ring
    plots: list[Ring]
    complete: bool

    @property
    def zone(self) -> tuple[int, int]:
        return self.column // ZONE_COLUMNS, self.row // ZONE_ROWS


def blocks(plots: int, seed: int = 7) -> Iterator[Block]:
    """Blocks from the lower left, row after row, until there are as many plots."""
    chance = random.Random(seed)
    side = math.sqrt(plots / PLOTS_A_BLOCK * (WIDTH + ROAD) * (DEPTH + ROAD))
    columns = max(1, round(side / (WIDTH + ROAD)))
    number = 0
    while plots > 0:
        column, row = number % columns, number // columns
        at = LEFT + column * (WIDTH + ROAD), BOTTOM + row * (DEPTH + ROAD)
        lower, upper = _cuts(chance), _cuts(chance)
        rings = _plots(lower, upper, _middle(chance, lower, upper))
        kept = [_placed(ring, *at) for ring in rings[:plots]]
        outline = [
            (CHAMFER, 0.0), (WIDTH - CHAMFER, 0.0), (WIDTH, CHAMFER), (WIDTH, DEPTH - CHAMFER),
            (WIDTH - CHAMFER, DEPTH), (CHAMFER, DEPTH), (0.0, DEPTH - CHAMFER), (0.0, CHAMFER),
        ]  # fmt: skip
        yield Block(number, column, row, _placed(outline, *at), kept, len(kept) == len(rings))
        plots -= len(kept)
        number += 1


def zone_box(zone: tuple[int, int]) -> tuple[float, float, float, float]:
    """left, bottom, right, top of a zone, with half a road around its blocks."""
    left = LEFT + zone[0] * ZONE_COLUMNS * (WIDTH + ROAD) - ROAD / 2
    bottom = BOTTOM + zone[1] * ZONE_ROWS * (DEPTH + ROAD) - ROAD / 2
    return left, bottom, left + ZONE_COLUMNS * (WIDTH + ROAD), bottom + ZONE_ROWS * (DEPTH + ROAD)


def _cuts(chance: random.Random) -> list[float]:
    """Where one row of a block is cut into plots: frontages of 30 to 210 m, most of them small."""
    cuts = [0.0]
    while True:
        frontage = round(chance.uniform(30, 110) if chance.random() < 0.8 else chance.uniform(110, 210), 1)
        if WIDTH - cuts[-1] - frontage < 30:
            return [*cuts, WIDTH]
        cuts.append(round(cuts[-1] + frontage, 1))


def _middle(chance: random.Random, lower: list[float], upper: list[float]) -> list[tuple[float, float, float]]:
    """The line between the two rows as (from x, to x, y): it steps at some of the cuts."""
    cuts = sorted({*lower[1:-1], *upper[1:-1]})
    steps = chance.sample(cuts, min(4, len(cuts)))
    corners = [0.0, *sorted(steps), WIDTH]
    return [(a, b, round(DEPTH / 2 + chance.uniform(-14, 14), 1)) for a, b in itertools.pairwise(corners)]


def _plots(lower: list[float], upper: list[float], middle: list[tuple[float, float, float]]) -> list[Ring]:
    def along(left: float, right: float) -> Ring:
        parts = [(max(left, a), min(right, b), y) for a, b, y in middle if b > left and a < right]
        return [point for a, b, y in parts for point in ((a, y), (b, y))]

    def edge(left: float, right: float, y: float, inward: float) -> Ring:
        """The side on the road, chamfered at the block's corners."""
        first = [(0.0, y + inward), (CHAMFER, y)] if left == 0 else [(left, y)]
        last = [(WIDTH - CHAMFER, y), (WIDTH, y + inward)] if right == WIDTH else [(right, y)]
        return first + last

    rings = [edge(a, b, 0.0, CHAMFER) + along(a, b)[::-1] for a, b in itertools.pairwise(lower)]
    rings += [along(a, b) + edge(a, b, DEPTH, -CHAMFER)[::-1] for a, b in itertools.pairwise(upper)]
    return rings


def _placed(ring: Ring, east: float, north: float) -> Ring:
    """Moved to its place and closed. Upright, so that borders stay exact on the grid without common corners."""
    moved = [(round(east + x, 1), round(north + y, 1)) for x, y in ring]
    return [*moved, moved[0]]
