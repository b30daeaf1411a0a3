# SPDX-License-Identifier: Apache-2.0
"""Arcs beside the short lines that are drawn for them: radius, length and direction are what a surveyor sets out by."""

import cmath
import json
import math
from dataclasses import dataclass, replace
from typing import Any

from gis.reading.found import FileLayer

FIELD = "arcs"
"""The field of a file's layer that holds a feature's arcs, as a JSON list."""


@dataclass(frozen=True)
class Arc:
    """Vertices `first` to `last` of a shape stand for one arc. `radius`, `length` in the unit of the coordinates; `left`: it
    turns to the left on the way from the first to the last.
    """

    radius: float
    length: float
    left: bool
    first: int = 0
    last: int = 0

    def between(self, first: int, last: int) -> "Arc":
        return replace(self, first=first, last=last)

    def reversed(self) -> "Arc":
        return replace(self, left=not self.left)

    def as_json(self) -> dict[str, Any]:
        return {
            "first": self.first,
            "last": self.last,
            "radius": round(self.radius, 6),
            "length": round(self.length, 6),
            "turn": "left" if self.left else "right",
        }


def stroked(start: complex, centre: complex, end: complex, *, left: bool, chord: float) -> tuple[list[complex], Arc]:
    """The points along an arc, none farther than `chord` from it, and the arc. From a point to itself it is a whole circle.

    >>> points, arc = stroked(1 + 0j, 0j, 1j, left=True, chord=0.001)
    >>> round(arc.length, 6), points[0], points[-1]
    (1.570796, (1+0j), 1j)
    """
    radius = abs(start - centre)
    angle = (cmath.phase(end - centre) - cmath.phase(start - centre)) % (2 * math.pi)
    angle = angle if left else 2 * math.pi - angle
    if start == end or angle == 0:
        angle = 2 * math.pi
    # Coarser for circles so large that a millimetre would need a million points.
    fine = min(max(chord, radius * 1e-7), radius / 10)
    steps = max(1, math.ceil(angle / (2 * math.acos(1 - fine / radius))))
    sign = 1 if left else -1
    inner = [centre + (start - centre) * cmath.exp(1j * sign * angle * step / steps) for step in range(1, steps)]
    return [start, *inner, end], Arc(radius, radius * angle, left)


def in_metres(layer: FileLayer, scale: float) -> FileLayer:
    """The layer with the arcs of its features in metres; `scale` metres are one unit of its coordinates."""
    if FIELD not in layer.columns:
        return layer
    return replace(layer, columns={**layer.columns, FIELD: [_scaled(text, scale) for text in layer.columns[FIELD]]})


def _scaled(text: Any, scale: float) -> Any:
    try:
        arcs = json.loads(text) if isinstance(text, str) else []
        told = [
            {
                "first": int(arc["first"]),
                "last": int(arc["last"]),
                "radius_m": round(arc["radius"] * scale, 4),
                "length_m": round(arc["length"] * scale, 4),
                "turn": str(arc["turn"]),
            }
            for arc in arcs
        ]
    except (ValueError, KeyError, TypeError):
        return text
    return json.dumps(told) if told else None
