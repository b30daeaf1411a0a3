# SPDX-License-Identifier: Apache-2.0
"""A plot's four boundaries in words, as deeds say them: what lies to its north, south, east and west, and for how long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import shapely
from shapely import LineString, Polygon

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

Direction = Literal["north", "south", "east", "west"]
DIRECTIONS: tuple[Direction, ...] = ("north", "south", "east", "west")
_WORDS = {
    "ar": {
        "north": "شمالاً",
        "south": "جنوباً",
        "east": "شرقاً",
        "west": "غرباً",
        "length": "بطول",
        "metres": "م",
        "and": "، ثم ",
    },
    "en": {
        "north": "North",
        "south": "South",
        "east": "East",
        "west": "West",
        "length": "for",
        "metres": "m",
        "and": ", then ",
    },
}
_OPEN = {"ar": "أرض غير مقسمة", "en": "land not divided"}
_SHORTEST_M = 0.05
_NEAR_M = 0.02
"""Roads and blocks are not always noded with the plots: two centimetres are the same border."""


@dataclass(frozen=True)
class Beside:
    """Something that a plot may border on, as people call it."""

    ar: str
    en: str
    shape: BaseGeometry


@dataclass(frozen=True)
class Stretch:
    """A piece of border with one neighbour (None: land that nobody has divided), metres."""

    beside: Beside | None
    length_m: float


def four_boundaries(plot: Polygon, around: Sequence[Beside]) -> dict[Direction, list[Stretch]]:
    """What lies on each side. A piece of border belongs to the direction nearest to the way it looks out; grid north is north.

    Earlier in `around` wins where two claim one piece: plots before roads. Lengths of all stretches add up to the outer border.
    """
    found: dict[Direction, list[Stretch]] = {direction: [] for direction in DIRECTIONS}
    ring = shapely.orient_polygons(plot).exterior.coords
    reach = [beside for beside in around if beside.shape.dwithin(plot, _NEAR_M)]
    wide = [beside.shape.buffer(_NEAR_M, join_style="mitre") for beside in reach]
    for a, b in pairwise(ring):
        rest: BaseGeometry = LineString([a, b])
        looks = _direction(a, b)
        for beside, widened in zip(reach, wide, strict=True):
            # Noded neighbours share the border to the last digit; only for others is a little tolerance needed.
            for shape in (beside.shape, widened):
                common = rest.intersection(shape).length
                if common > _SHORTEST_M:
                    found[looks].append(Stretch(beside, common))
                    rest = rest.difference(shape)
        if rest.length > _SHORTEST_M:
            found[looks].append(Stretch(None, rest.length))
    return {direction: _joined(stretches) for direction, stretches in found.items()}


def in_words(boundaries: dict[Direction, list[Stretch]], lang: Literal["ar", "en"]) -> list[str]:
    """A sentence for each direction that has a border.

    >>> plot = shapely.box(0, 0, 30, 20)
    >>> road = Beside("الطريق ١٢", "Road 12", shapely.box(-5, -10, 40, 0))
    >>> in_words(four_boundaries(plot, [road]), "en")[1]
    'South: Road 12, for 30.00 m'
    """
    words = _WORDS[lang]
    comma = "،" if lang == "ar" else ","
    sentences = []
    for direction in DIRECTIONS:
        told = [
            f"{getattr(stretch.beside, lang) if stretch.beside else _OPEN[lang]}{comma} {words['length']} "
            f"{stretch.length_m:.2f} {words['metres']}"
            for stretch in boundaries[direction]
        ]
        if told:
            sentences.append(f"{words[direction]}: {words['and'].join(told)}")
    return sentences


def _direction(a: Sequence[float], b: Sequence[float]) -> Direction:
    """Of what lies to the right of who walks from a to b: outside, on a ring that runs counter-clockwise."""
    out = math.degrees(math.atan2(-(b[0] - a[0]), b[1] - a[1])) % 360
    if out < 45 or out >= 315:
        return "east"
    return "north" if out < 135 else "west" if out < 225 else "south"


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Pieces with one neighbour as one, in the order in which the border meets them."""
    lengths: dict[int, float] = {}
    known: dict[int, Beside | None] = {}
    for stretch in stretches:
        key = id(stretch.beside)
        known[key] = stretch.beside
        lengths[key] = lengths.get(key, 0.0) + stretch.length_m
    return [Stretch(known[key], length) for key, length in lengths.items()]
