# SPDX-License-Identifier: Apache-2.0
"""A plan without a coordinate system comes to lie where its control points say: a transformation fitted to them, with what is left."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis.errors import MarsaError

FitKind = Literal["similarity", "affine"]
"""Four parameters (shift, turn, one scale) or six (each axis scaled and turned by itself, as a stretched scan needs)."""
LEAST = 3
NARROWEST = 1e-3
"""Points whose spread across is less than this share of their spread along lie on a line."""
SUSPECT_M = 0.02
"""An error that surveying explains is no outlier, however small the others are."""


class FitRefused(MarsaError):
    """`code`: "fit_too_few", "fit_on_a_line" or "fit_mirrored"."""

    def __init__(self, code: str, points: int) -> None:
        super().__init__(code, points)
        self.code, self.points = code, points


SQUEEZED = 1e-4


@dataclass(frozen=True)
class ControlPoint:
    """One place known twice: `x`, `y` as the file has it, in its own units; `east`, `north` on the legal grid, in metres."""

    x: float
    y: float
    east: float
    north: float
    name: str = ""


@dataclass(frozen=True)
class Fit:
    """east = a·x + b·y + c, north = d·x + e·y + f.

    `scale`: metres in one unit of the file, along x; `rotation_deg`: counter-clockwise; `residuals_m`: how far each control
    point comes to lie from where it should; `outlier`: the one that does not go with the others, None where none stands out
    or too few are given to tell.
    """

    kind: FitKind
    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    scale: float
    scale_y: float
    rotation_deg: float
    residuals_m: tuple[float, ...]
    rms_m: float
    outlier: int | None = None

    @property
    def squeezed(self) -> bool:
        """Whether a circle becomes an ellipse, by more than a tenth of a millimetre in a metre."""
        columns = np.array([[self.a, self.b], [self.d, self.e]])
        least, most = np.linalg.svd(columns, compute_uv=False)[[1, 0]].tolist()
        return bool(most - least > SQUEEZED * most)

    def moved(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Coordinates of the file (n × 2) on the legal grid, in metres."""
        x, y = coordinates.T
        return np.column_stack([self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f])

    @property
    def pipeline(self) -> str:
        """As PROJ writes it, to be stored with what was imported."""
        words = {"xoff": self.c, "yoff": self.f, "s11": self.a, "s12": self.b, "s21": self.d, "s22": self.e}
        return "+proj=affine " + " ".join(f"+{name}={value!r}" for name, value in words.items())


def fit(points: Sequence[ControlPoint], kind: FitKind = "similarity") -> Fit:
    """The transformation with the least squares of distances. Raises FitRefused for fewer than three points, points on one
    line, and places that are a mirror image of the drawing (easting and northing exchanged).

    >>> corners = [ControlPoint(0, 0, 100, 200), ControlPoint(1000, 0, 100, 201), ControlPoint(0, 1000, 99, 200)]
    >>> made = fit(corners)
    >>> round(made.scale, 6), round(made.rotation_deg, 6), round(made.rms_m, 9)
    (0.001, 90.0, 0.0)
    """
    file_xy = np.array([(point.x, point.y) for point in points], dtype=np.float64).reshape(-1, 2)
    ground = np.array([(point.east, point.north) for point in points], dtype=np.float64).reshape(-1, 2)
    if len(points) < LEAST:
        raise FitRefused("fit_too_few", len(points))
    if _on_a_line(file_xy) or _on_a_line(ground):
        raise FitRefused("fit_on_a_line", len(points))
    if _mirrored(file_xy, ground):
        raise FitRefused("fit_mirrored", len(points))
    matrix = _solved(file_xy, ground, kind)
    left = _residuals(matrix, file_xy, ground)
    a, b, c, d, e, f = matrix
    return Fit(
        kind, a, b, c, d, e, f,
        scale=math.hypot(a, d),
        scale_y=math.hypot(b, e),
        rotation_deg=math.degrees(math.atan2(d, a)),
        residuals_m=tuple(float(value) for value in left),
        rms_m=float(np.sqrt(np.mean(left**2))),
        outlier=_outlier(file_xy, ground, kind, left),
    )  # fmt: skip


def _solved(file_xy: NDArray[np.float64], ground: NDArray[np.float64], kind: FitKind) -> tuple[float, ...]:
    # Around the centres: with UTM's large numbers the squares would lose the millimetres.
    middle, there = file_xy.mean(axis=0), ground.mean(axis=0)
    (x, y), (east, north) = (file_xy - middle).T, (ground - there).T
    if kind == "similarity":
        size = float(np.sum(x * x + y * y))
        a = float(np.sum(x * east + y * north)) / size
        d = float(np.sum(x * north - y * east)) / size
        b, e = -d, a
    else:
        (a, d), (b, e) = np.linalg.lstsq(np.column_stack([x, y]), np.column_stack([east, north]), rcond=None)[
            0
        ].tolist()
    c = float(there[0] - a * middle[0] - b * middle[1])
    f = float(there[1] - d * middle[0] - e * middle[1])
    return a, b, c, d, e, f


def _residuals(
    matrix: tuple[float, ...], file_xy: NDArray[np.float64], ground: NDArray[np.float64]
) -> NDArray[np.float64]:
    a, b, c, d, e, f = matrix
    x, y = file_xy.T
    found: NDArray[np.float64] = np.hypot(a * x + b * y + c - ground[:, 0], d * x + e * y + f - ground[:, 1])
    return found


def _on_a_line(points: NDArray[np.float64]) -> bool:
    along, across = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)[:2]
    return bool(across <= NARROWEST * along)


def _mirrored(file_xy: NDArray[np.float64], ground: NDArray[np.float64]) -> bool:
    a, b, _, d, e, _ = _solved(file_xy, ground, "affine")
    return a * e - b * d < 0


def _outlier(
    file_xy: NDArray[np.float64], ground: NDArray[np.float64], kind: FitKind, left: NDArray[np.float64]
) -> int | None:
    """The point without which the others go together at least three times as well, and which they then miss."""
    # Without one, the others must still be more than the transformation needs, or each would look like the one.
    if len(file_xy) < (4 if kind == "similarity" else 5):
        return None
    whole = float(np.sqrt(np.mean(left**2)))
    best: tuple[float, int] | None = None
    for i in range(len(file_xy)):
        others = np.arange(len(file_xy)) != i
        if _on_a_line(file_xy[others]):
            continue
        matrix = _solved(file_xy[others], ground[others], kind)
        rest = float(np.sqrt(np.mean(_residuals(matrix, file_xy[others], ground[others]) ** 2)))
        missed = float(_residuals(matrix, file_xy[i : i + 1], ground[i : i + 1])[0])
        if rest * 3 < whole and missed > max(3 * rest, SUSPECT_M) and (best is None or rest < best[0]):
            best = (rest, i)
    return None if best is None else best[1]
