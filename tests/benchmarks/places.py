# SPDX-License-Identifier: Apache-2.0
"""Tiles and boxes to ask for: always the same ones, drawn by a seeded chance."""

import math
import random
from collections.abc import Iterator
from typing import NamedTuple

COUNT = 400


class LonLatBox(NamedTuple):
    west: float
    south: float
    east: float
    north: float


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Column and row of WebMercatorQuad."""
    side = 2**zoom
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * side), int(down * side)


def tile_range(zoom: int, box: LonLatBox) -> tuple[int, int, int, int]:
    """First and last column, first and last row of the tiles that meet a box."""
    left, top = tile_at(box.west, box.north, zoom)
    right, bottom = tile_at(box.east, box.south, zoom)
    return left, right, top, bottom


def tiles(zoom: int, box: LonLatBox) -> list[tuple[int, int]]:
    """Columns and rows of tiles anywhere in a box."""
    left, right, top, bottom = tile_range(zoom, box)
    chance = random.Random(11)
    return [(chance.randint(left, right), chance.randint(top, bottom)) for _ in range(COUNT)]


def boxes(half_deg: float, box: LonLatBox) -> Iterator[str]:
    """Values of `bbox` for squares of twice `half_deg` anywhere in a box."""
    chance = random.Random(11)
    for _ in range(COUNT):
        x = chance.uniform(box.west + half_deg, box.east - half_deg)
        y = chance.uniform(box.south + half_deg, box.north - half_deg)
        yield ",".join(f"{side:.5f}" for side in (x - half_deg, y - half_deg, x + half_deg, y + half_deg))
