# SPDX-License-Identifier: Apache-2.0
"""From a file's coordinates to the legal grid: units, one stated transformation, millimetres."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.transformer import TransformerGroup

from gis.arcs import FIELD, in_metres
from gis.errors import MarsaError
from gis.fitting import Fit
from gis.reading.found import FileLayer, Geometries
from gis.reading.refusals import Issue

METRES = {"in": 0.0254, "ft": 0.3048, "us-ft": 1200 / 3937, "mm": 0.001, "cm": 0.01, "m": 1.0, "km": 1000.0}
"""Metres in one unit of a drawing."""
GRID_M = 0.001
WGS84 = CRS.from_epsg(4326)
FARTHEST_M = 1e9
"""An ordinate beyond this is no place: a double holds millimetres to 4e12, the earth is 2e7 metres wide."""


class NoTransformation(MarsaError):
    """No way with a stated accuracy leads from one coordinate system to the other."""

    def __init__(self, from_crs: str, to_crs: str) -> None:
        super().__init__(from_crs, to_crs)
        self.from_crs, self.to_crs = from_crs, to_crs


@dataclass(frozen=True)
class Operation:
    """How coordinates came into the legal CRS. `accuracy_m` is PROJ's statement, None where it makes none.

    `alternatives`: how many other ways PROJ knows here; ELD79 has several, metres apart.
    """

    name: str
    pipeline: str
    accuracy_m: float | None
    alternatives: int = 0
    best: bool = True
    """False: a better way exists whose grid file is not on this machine."""


@dataclass(frozen=True)
class Steps:
    """Transformations one after the other."""

    steps: tuple[Transformer, ...]

    def transform(self, x: Any, y: Any) -> tuple[Any, Any]:
        for step in self.steps:
            x, y = step.transform(x, y)
        return x, y


@dataclass(frozen=True)
class Placed:
    """A layer on the legal grid. What could not be placed is None, and an issue."""

    layer: FileLayer
    operation: Operation
    issues: tuple[Issue, ...]


def placed(layer: FileLayer, crs: CRS, legal: CRS, *, anywhere: bool = False) -> Placed:
    """The layer's geometries in `legal`, each ordinate the double nearest to a number of three decimals.

    `crs` is what the numbers mean, longitude or easting first. `anywhere`: what is only looked at may lie outside the
    country that the transformation was made for; that is said, and no accuracy is claimed. Raises NoTransformation.
    """
    issues: list[Issue] = []
    scale = _scale(layer, crs)
    if scale != 1:
        facts = {"units": layer.facts.get("units"), "factor": scale}
        issues.append(Issue("units_scaled", "doubt", layer.name, facts=facts))
    transformer, operation, far = _way_from(layer, crs, legal, scale, anywhere=anywhere)
    if far:
        issues.append(Issue("outside_area", "doubt", layer.name, facts={"operation": operation.name}))
    if not operation.best:
        issues.append(Issue("better_way_missing", "doubt", layer.name, facts={"operation": operation.name}))

    def moved(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = coordinates.T * scale
        if transformer is not None:
            x, y = transformer.transform(x, y)
        return on_grid(np.column_stack([x, y]))

    there, lost = _moved(layer, moved)
    return Placed(in_metres(there, scale), operation, (*issues, *lost))


def laid(layer: FileLayer, fit: Fit) -> Placed:
    """The layer laid on control points: its own numbers as they are, for their unit is in the fit's scale."""
    there, lost = _moved(layer, lambda coordinates: on_grid(fit.moved(coordinates)))
    operation = Operation("control points", fit.pipeline, round(fit.rms_m, 3))
    if fit.squeezed and FIELD in there.columns:
        # Drawn out more one way than the other, an arc is a piece of an ellipse.
        there = replace(there, columns={**there.columns, FIELD: [None] * len(there)})
        lost = (*lost, Issue("arcs_distorted", "doubt", layer.name))
    return Placed(in_metres(there, fit.scale), operation, lost)


def _moved(
    layer: FileLayer, moved: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> tuple[FileLayer, tuple[Issue, ...]]:
    """The layer with its coordinates moved; what leads nowhere is None, and an issue."""
    with np.errstate(all="ignore"):
        there: Geometries = np.array(shapely.transform(layer.geometries, moved), dtype=np.object_)
    lost = ~np.isfinite(shapely.bounds(there)).all(axis=1) & ~shapely.is_missing(there) & ~shapely.is_empty(there)
    coordinates, owners = shapely.get_coordinates(there, return_index=True)
    lost[owners[~(np.abs(coordinates) < FARTHEST_M).all(axis=1)]] = True
    issues = []
    for i in np.flatnonzero(lost):
        x, y = shapely.get_coordinates(layer.geometries[i])[0]
        issues.append(Issue("outside_crs", "fault", layer.name, layer.refs[i], (float(x), float(y))))
    there[lost] = None
    return replace(layer, geometries=there), tuple(issues)


def on_grid(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ordinates as the doubles nearest to millimetres: a whole number over a thousand is rounded once, correctly.

    >>> on_grid(np.array([[655416.2204999, 1.0]])).tolist()
    [[655416.22, 1.0]]
    """
    return np.rint(coordinates * 1000) / 1000


def way(crs: CRS, legal: CRS, near: tuple[float, float] | None = None) -> tuple[Transformer | None, Operation]:
    """The best transformation near a point (in `crs`), never a ballpark one. None when both are one system."""
    if crs.equals(legal, ignore_axis_order=True):
        return None, Operation("none", "", 0.0)
    group = _ways(crs, legal, _area(crs, near))
    if not group.transformers:
        raise NoTransformation(crs.name, legal.name)
    best = group.transformers[0]
    accuracy = best.accuracy if best.accuracy is not None and best.accuracy >= 0 else None
    return best, Operation(
        best.description, best.definition, accuracy, len(group.transformers) - 1, group.best_available
    )


def _way_from(
    layer: FileLayer, crs: CRS, legal: CRS, scale: float, *, anywhere: bool
) -> tuple["Transformer | Steps | None", Operation, bool]:
    """The way for a layer's place, and whether it is used outside the area that it was made for."""
    try:
        return (*way(crs, legal, _somewhere(layer.geometries, scale)), False)
    except NoTransformation:
        if not anywhere:
            raise
        # By WGS 84: PROJ joins no two transformations whose countries lie apart.
        first, one = way(crs, WGS84)
        second, other = way(WGS84, legal)
        steps = tuple(step for step in (first, second) if step is not None)
        name = " + ".join(operation.name for operation in (one, other) if operation.pipeline)
        pipeline = "; ".join(operation.pipeline for operation in (one, other) if operation.pipeline)
        return Steps(steps), Operation(name, pipeline, None, best=one.best and other.best), True


def to_lonlat(crs: CRS, points: list[tuple[float, float]], *, scale: float = 1.0) -> list[tuple[float, float]]:
    """Places for a person to look at: WGS 84 degrees. Raises NoTransformation."""
    transformer, _ = way(crs, CRS.from_epsg(4326))
    made = np.array(points, dtype=np.float64).reshape(-1, 2) * scale
    if transformer is None:
        return [(float(x), float(y)) for x, y in made]
    x, y = transformer.transform(*made.T)
    return [(float(lon), float(lat)) for lon, lat in zip(x, y, strict=True)]


def scale_of(layer: FileLayer, crs: CRS) -> float:
    """What the layer's numbers are multiplied with before they are in the units of `crs`."""
    return _scale(layer, crs)


def _scale(layer: FileLayer, crs: CRS) -> float:
    unit = layer.facts.get("units")
    if unit not in METRES or layer.facts.get("placed_by") or crs.is_geographic:
        return 1.0
    factor = METRES[unit] / crs.axis_info[0].unit_conversion_factor
    # A foot is two feet, six parts in a million apart: that is a matter of the system, not of scale.
    return 1.0 if abs(factor - 1) < 1e-4 else factor


def _somewhere(geometries: Geometries, scale: float) -> tuple[float, float] | None:
    coordinates: NDArray[Any] = shapely.get_coordinates(geometries)
    if not len(coordinates):
        return None
    x, y = np.median(coordinates, axis=0) * scale
    return float(x), float(y)


def _ways(crs: CRS, to: CRS, area: AreaOfInterest | None = None) -> TransformerGroup:
    with warnings.catch_warnings():
        # That a grid is missing is kept as a fact of the operation.
        warnings.filterwarnings("ignore", "Best transformation is not available")
        # The stub wants the class by another of its two names.
        return TransformerGroup(crs, to, always_xy=True, allow_ballpark=False, area_of_interest=area)  # type: ignore[arg-type]


def _area(crs: CRS, near: tuple[float, float] | None) -> AreaOfInterest | None:
    """A degree around a point: which of several transformations is best depends on where."""
    if near is None:
        return None
    group = _ways(crs, CRS.from_epsg(4326))
    if not group.transformers:
        return None
    lon, lat = group.transformers[0].transform(*near)
    if not (abs(lon) <= 179 and abs(lat) <= 89):
        return None
    return AreaOfInterest(lon - 1, lat - 1, lon + 1, lat + 1)
