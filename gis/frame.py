# SPDX-License-Identifier: Apache-2.0
"""A local frame: metres along and across an axis, from an origin near the work.

Cutting is done here and not in grid coordinates: seven-digit ordinates leave a cut line 1e-10 m short of the edge
that it must reach, and polygonising then finds one part where there should be two.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

    Points = np.ndarray[tuple[int, int], np.dtype[np.float64]]

Shape = TypeVar("Shape", bound="BaseGeometry")


@dataclass(frozen=True, slots=True)
class LocalFrame:
    """Axes turned `axis_deg` counter-clockwise from grid east, with their zero at `origin` (grid metres)."""

    origin: tuple[float, float]
    axis_deg: float

    def to_local(self, shape: Shape) -> Shape:
        """The shape in local metres: x along the axis, y to its left.

        >>> LocalFrame((1000.0, 2000.0), 90.0).to_local(shapely.Point(1000, 2005)).x
        5.0
        """
        return _moved(shape, lambda points: (points - self.origin) @ self._turn())

    def to_grid(self, shape: Shape) -> Shape:
        """The shape in grid metres, not rounded; `gis.fabric.on_grid` does that."""
        return _moved(shape, lambda points: points @ self._turn().T + self.origin)

    def _turn(self) -> Points:
        cos, sin = math.cos(math.radians(self.axis_deg)), math.sin(math.radians(self.axis_deg))
        return np.array([[cos, -sin], [sin, cos]])


def _moved(shape: Shape, move: Callable[[Points], Points]) -> Shape:
    moved: Shape = shapely.transform(shape, move)
    return moved
