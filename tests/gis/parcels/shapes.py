# SPDX-License-Identifier: Apache-2.0
"""Plots to try laws on: anywhere in the zone's grid, turned anyhow, on the 1 mm grid, with neighbours all round."""

from __future__ import annotations

import math

import shapely
from hypothesis import strategies as st
from shapely import Polygon, box
from shapely.affinity import rotate, translate

from gis.fabric import noded, on_grid

ORIGIN = (655_469.0, 3_454_314.0)
turns = st.floats(0, 360, allow_nan=False).map(lambda turn: round(turn, 3))


@st.composite
def convex_plots(draw: st.DrawFn) -> Polygon:
    """Convex, 3 to 9 corners on an ellipse: 400 m² to 5 ha."""
    corners = draw(st.integers(3, 9))
    across, along = draw(st.floats(15, 120)), draw(st.floats(15, 120))
    steps = draw(st.lists(st.floats(1, 3), min_size=corners, max_size=corners))
    turn, total = draw(turns), sum(steps)
    angles = [2 * math.pi * sum(steps[:i]) / total for i in range(corners)]
    shape = Polygon([(across * math.cos(a), along * math.sin(a)) for a in angles])
    return on_grid(translate(rotate(shape, turn, origin=(0, 0)), *ORIGIN))


@st.composite
def nine_plots(draw: st.DrawFn) -> list[Polygon]:
    """Three rows of three oblongs, noded; the middle one, whose every neighbour is there, comes first."""
    turn, wide, deep = draw(turns), draw(st.floats(20, 90)), draw(st.floats(20, 90))
    cells = [box(c * wide, r * deep, (c + 1) * wide, (r + 1) * deep) for r in range(3) for c in range(3)]
    placed = [translate(rotate(cell, turn, origin=(0, 0)), *ORIGIN) for cell in cells]
    whole = noded(placed)
    return [whole[4], *whole[:4], *whole[5:]]


def is_on_grid(shape: shapely.Geometry) -> bool:
    return bool((shapely.get_coordinates(on_grid(shape)) == shapely.get_coordinates(shape)).all())
