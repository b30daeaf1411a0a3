# SPDX-License-Identifier: Apache-2.0
"""The real shore of Sirte and its harbour, out of the extracts in `data/`, brought onto the legal grid."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from pyproj.enums import TransformDirection
from shapely import LineString, Polygon, box
from shapely.geometry import shape
from shapely.ops import linemerge

from gis.fabric import on_grid
from gis.frame import LocalFrame

DATA = Path(__file__).parent / "data"
BOX_LON_LAT = (15.5, 30.5, 17.5, 31.8)
"""West, south, east, north of the extract: the sea is this box without the land."""

# Vertices of the land's outer ring that mark the harbour, as its extract has them.
_WEST_CORNER, _MOLE_ROOT, _TIP, _EAST_MOLE, _EAST_COAST, _EAST_CORNER = 101, 102, 105, 112, 113, 114
_WEST_QUAY, _SOUTH_QUAY, _EAST_QUAY = (108, 109), (109, 110), (110, 111)
_COAST_NEAR_BY = range(99, 119)


@dataclass(frozen=True)
class Shore:
    """Land, sea and harbour on the 1 mm grid of the legal CRS (`srid`), with what the transformation is good for."""

    srid: int
    land: Polygon
    sea: Polygon
    shoreline: LineString
    """Between land and sea, from the west of the box to the east."""
    crs_operation: str
    crs_accuracy_m: float

    @classmethod
    def of_srid(cls, srid: int) -> Shore:
        """Read the extract. Raises pyproj's ProjError when no operation better than a ballpark is known."""
        # Without a datum shift the coast would come out 55 m beside the grid, and look right.
        transformer = Transformer.from_crs(4326, srid, always_xy=True, allow_ballpark=False, only_best=True)
        (feature,) = features("land")
        land = shape(feature["geometry"])
        extract = box(*BOX_LON_LAT)
        # Taken apart in degrees: there the sides of the box are straight, on the grid they would leave slivers.
        parts = (land, extract.difference(land), linemerge(land.exterior.difference(extract.exterior)))
        land, sea, shoreline = (on_grid(_transformed(part, transformer)) for part in parts)
        used = transformer.get_last_used_operation()
        return cls(srid, land, sea, shoreline, used.description, used.accuracy)

    def vertices(self, *numbers: int) -> list[tuple[float, float]]:
        ring = self.land.exterior.coords
        return [ring[number][:2] for number in numbers]

    @cached_property
    def west_quay(self) -> LineString:
        return LineString(self.vertices(*_WEST_QUAY))

    @cached_property
    def south_quay(self) -> LineString:
        return LineString(self.vertices(*_SOUTH_QUAY))

    @cached_property
    def east_quay(self) -> LineString:
        return LineString(self.vertices(*_EAST_QUAY))

    @cached_property
    def quay_line(self) -> LineString:
        """The three quays in one, from the north end of the west one to the north end of the east one."""
        return LineString(self.vertices(108, 109, 110, 111))

    @cached_property
    def basin(self) -> Polygon:
        """The water inside the quays, closed from the tip of the breakwater to the east mole."""
        return Polygon(self.vertices(*range(_TIP, _EAST_MOLE + 1)))

    @cached_property
    def breakwater(self) -> LineString:
        """Root, bend and tip of the west breakwater, along its seaward side."""
        return LineString(self.vertices(_MOLE_ROOT, 103, 104, _TIP))

    @cached_property
    def zone_front(self) -> list[tuple[float, float]]:
        """The seaward limit of phase 1, from its western corner on the real coast to its eastern one."""
        return self.vertices(_WEST_CORNER, _MOLE_ROOT, 103, 104, _TIP, _EAST_MOLE, _EAST_COAST, _EAST_CORNER)

    @cached_property
    def coast(self) -> list[LineString]:
        """The natural coast six kilometres to both sides, without the harbour."""
        before = [number for number in _COAST_NEAR_BY if number <= _MOLE_ROOT]
        after = [number for number in _COAST_NEAR_BY if number >= _EAST_MOLE]
        return [LineString(self.vertices(*before)), LineString(self.vertices(*after))]

    @cached_property
    def axis_deg(self) -> float:
        """Direction of the coast here, from grid east, to a tenth of a degree: the coast road follows it."""
        points = np.concatenate([shapely.get_coordinates(shapely.segmentize(line, 25)) for line in self.coast])
        _, vectors = np.linalg.eigh(np.cov(points.T))
        dx, dy = vectors[:, 1]
        return round(math.degrees(math.atan2(dy, dx)) % 180, 1)

    @cached_property
    def frame(self) -> LocalFrame:
        """Zero in the middle of the south quay, x along the coast road, y to the sea."""
        middle = self.south_quay.interpolate(0.5, normalized=True)
        return LocalFrame((round(middle.x, 3), round(middle.y, 3)), self.axis_deg)

    def to_lon_lat(self, x: float, y: float) -> tuple[float, float]:
        transformer = Transformer.from_crs(4326, self.srid, always_xy=True, allow_ballpark=False, only_best=True)
        longitude, latitude = transformer.transform(x, y, direction=TransformDirection.INVERSE)
        return (float(longitude), float(latitude))


def features(name: str) -> list[dict[str, Any]]:
    """The GeoJSON features of one extract."""
    collection = json.loads((DATA / f"{name}.geojson").read_text(encoding="utf-8"))
    return list(collection["features"])


def attribution(name: str) -> str:
    return str(json.loads((DATA / f"{name}.geojson").read_text(encoding="utf-8"))["attribution"])


def on_legal_grid(geometry: Any, srid: int) -> Any:
    """A shapely geometry in longitude and latitude, on the legal grid."""
    transformer = Transformer.from_crs(4326, srid, always_xy=True, allow_ballpark=False, only_best=True)
    return on_grid(_transformed(geometry, transformer))


def _transformed(geometry: Any, transformer: Transformer) -> Any:
    return shapely.transform(geometry, lambda points: np.column_stack(transformer.transform(*points.T)))
