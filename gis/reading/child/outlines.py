# SPDX-License-Identifier: Apache-2.0
"""The plan view of single drawing entities, as WKB."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from ezdxf import path as drawn
from ezdxf.entities import DXFEntity, Polyline
from ezdxf.math import Matrix44, Vec3
from numpy.typing import NDArray

from gis.arcs import Arc, stroked
from gis.reading.child import wkb

CURVED = frozenset({"ARC", "CIRCLE", "ELLIPSE", "SPLINE"})
OUTLINED = CURVED | {"LINE", "LWPOLYLINE", "POLYLINE", "HELIX"}
FILLED = frozenset({"HATCH", "MPOLYGON"})
FACES = frozenset({"SOLID", "TRACE", "3DFACE"})
SMOOTHED = 2 | 4
"""Flags of a polyline whose vertices are only the frame of a curve."""
FLAT = 1e-9
"""Of the square over its extent: an area smaller than this is none."""
NO_STEP = 1e-9
"""Of its extent: a step shorter than this is none."""
TEXTS = frozenset({"TEXT", "MTEXT", "ATTRIB"})


@dataclass(frozen=True)
class Outline:
    """One entity seen from above; `curved` when arcs became short lines."""

    geometry: bytes
    text: str | None = None
    tag: str | None = None
    curved: bool = False
    arcs: tuple[Arc, ...] = ()


@dataclass(frozen=True)
class Run:
    """The vertices along an entity. `curved`: some stand for a curve. `arcs`: first and last vertex, centre, angle of each."""

    vertices: Iterable[Any]
    curved: bool = False
    arcs: tuple[tuple[int, int, Any, float], ...] = ()


class Outlines:
    """`matrix` goes from drawing numbers to the ground, None leaves them. `chord`: how far, in drawing units, a line may stray from its arc."""

    def __init__(self, matrix: Matrix44 | None, chord: float) -> None:
        self._matrix, self._chord = matrix, chord

    def of(self, entity: DXFEntity) -> Outline | None:
        """None for entities that are no outline: solids, viewports, meshes."""
        kind = entity.dxftype()
        if kind in OUTLINED:
            return self._path(entity)
        if kind in FILLED:
            return self._filled(entity)
        if kind in FACES:
            corners = entity.wcs_vertices() if hasattr(entity, "wcs_vertices") else []
            return Outline(wkb.polygon([_closed(self._ground(corners))])) if len(corners) > 2 else None
        if kind == "POINT":
            return Outline(wkb.point(self._ground([entity.dxf.location])[0]))
        if kind in TEXTS:
            return self._text(entity)
        return None

    def _path(self, entity: Any) -> Outline | None:
        if isinstance(entity, Polyline) and (entity.is_poly_face_mesh or entity.is_polygon_mesh):
            return None
        run = self._run(entity)
        vertices = self._ground(run.vertices)
        if len(vertices) < 2:
            return None
        closed = bool(getattr(entity, "is_closed", False) or getattr(entity, "closed", False))
        closed |= (
            len(vertices) > 3 and np.abs(vertices[0] - vertices[-1]).max() <= NO_STEP * np.ptp(vertices, axis=0).max()
        )
        # Drawn there and back, or standing upright and seen from above, it holds no area.
        ring, at = _ring(vertices)
        flat = closed and _area(ring) > FLAT * float(np.ptp(ring, axis=0).max()) ** 2
        geometry = wkb.polygon([ring]) if flat else wkb.line(vertices)
        arcs = tuple(self._ground_arc(vertices, arc) for arc in run.arcs)
        if flat:
            arcs = tuple(arc.between(int(at[arc.first]), int(at[arc.last]) or len(ring) - 1) for arc in arcs)
        return Outline(geometry, curved=run.curved, arcs=arcs)

    def _ground_arc(self, vertices: NDArray[np.float64], arc: tuple[int, int, Any, float]) -> Arc:
        """An arc as it lies on the ground: a matrix may scale it, a mirrored plane turn it the other way."""
        first, last, centre, angle = arc
        start, following, middle = vertices[first], vertices[min(first + 1, last)], self._ground([centre])[0]
        radius = float(np.hypot(*(start - middle)))
        (ax, ay), (bx, by) = following - start, middle - start
        return Arc(radius, radius * angle, bool(ax * by - ay * bx > 0), first, last)

    def _run(self, entity: Any) -> Run:
        """The vertices along an entity.

        Arcs are followed themselves: ezdxf's paths put a cubic in their place, 27 mm off at a radius of 100 m.
        """
        kind = entity.dxftype()
        if kind == "LINE":
            return Run([entity.dxf.start, entity.dxf.end])
        if kind in {"ARC", "CIRCLE"}:
            through = list(entity.flattening(min(self._coarser(entity.dxf.radius), entity.dxf.radius / 10)))
            whole = (entity.dxf.end_angle - entity.dxf.start_angle) % 360 or 360 if kind == "ARC" else 360
            centre = entity.ocs().to_wcs(Vec3(entity.dxf.center))
            return Run(through, curved=True, arcs=((0, len(through) - 1, centre, math.radians(whole)),))
        if kind in {"ELLIPSE", "SPLINE"}:
            return Run(entity.flattening(self._coarser(0)), curved=True)
        if kind == "LWPOLYLINE":
            corners = [(x, y, bulge) for x, y, bulge in entity.get_points("xyb")]
            return self._bulged(entity, corners, float(entity.dxf.elevation))
        if isinstance(entity, Polyline) and entity.is_2d_polyline and not entity.dxf.flags & SMOOTHED:
            corners = [(v.dxf.location.x, v.dxf.location.y, v.dxf.get("bulge", 0.0)) for v in entity.vertices]
            height = entity.vertices[0].dxf.location.z if entity.vertices else 0.0
            return self._bulged(entity, corners, height)
        path = drawn.make_path(entity)
        return Run(path.flattening(self._reach(path)) if len(path) else [], path.has_curves)

    def _bulged(self, entity: Any, corners: list[tuple[float, float, float]], height: float) -> Run:
        """A polyline's vertices with its arcs followed; a bulge is the tangent of a quarter of the arc's angle."""
        through: list[complex] = []
        arcs: list[tuple[int, int, complex, float]] = []
        following = corners[1:] + (corners[:1] if entity.is_closed else [])
        for (x, y, bulge), (to_x, to_y, _) in zip(corners, following, strict=False):
            start, end = complex(x, y), complex(to_x, to_y)
            through.append(start)
            if bulge and start != end:
                half = 2 * math.atan(bulge)
                centre = start + (end - start) * (0.5 + 0.5j / math.tan(half))
                chord = self._coarser(abs(start - centre))
                points, arc = stroked(start, centre, end, left=bulge > 0, chord=chord)
                through += points[1:-1]
                arcs.append((len(through) - len(points) + 1, len(through), centre, arc.length / arc.radius))
        through += [complex(x, y) for x, y, _ in (corners[:1] if entity.is_closed else corners[-1:])]
        to_wcs = entity.ocs().to_wcs

        def lifted(point: complex) -> Vec3:
            return to_wcs(Vec3(point.real, point.imag, height))

        placed = tuple((first, last, lifted(centre), angle) for first, last, centre, angle in arcs)
        return Run([lifted(point) for point in through], any(bulge for *_, bulge in corners), placed)

    def _coarser(self, radius: float) -> float:
        """The chord tolerance, loosened for circles so large that a millimetre would need a million points."""
        return max(self._chord, radius * 1e-7)

    def _filled(self, entity: Any) -> Outline | None:
        """Areas by the even-odd rule: a ring inside a ring is a hole, whatever its flags say."""
        paths = list(drawn.from_hatch(entity))
        rings = [_closed(self._ground(path.flattening(self._reach(path)))) for path in paths if len(path)]
        areas = sorted((shapely.Polygon(ring) for ring in rings if len(ring) > 3), key=lambda area: -area.area)
        if not areas:
            return None
        whole: Any = areas[0]
        for area in areas[1:]:
            whole = whole.symmetric_difference(area) if whole.is_valid and area.is_valid else whole
        return Outline(shapely.to_wkb(whole), curved=any(path.has_curves for path in paths))

    def _text(self, entity: Any) -> Outline:
        kind = entity.dxftype()
        if kind == "MTEXT":
            return Outline(wkb.point(self._ground([entity.dxf.insert])[0]), text=entity.plain_text().strip())
        # A text aligned by its middle or right has a second point, and that is where it stands.
        aligned = entity.dxf.hasattr("align_point") and (entity.dxf.halign or entity.dxf.valign)
        at = entity.ocs().to_wcs(Vec3(entity.dxf.align_point if aligned else entity.dxf.insert))
        tag = str(entity.dxf.tag)[:80] if kind == "ATTRIB" else None
        content = (
            entity.virtual_mtext_entity().plain_text()
            if kind == "ATTRIB" and entity.has_embedded_mtext_entity
            else entity.plain_text()
        )
        return Outline(wkb.point(self._ground([at])[0]), text=content.strip(), tag=tag)

    def _reach(self, path: drawn.Path) -> float:
        """The chord tolerance, loosened for curves so large that a millimetre would need a million points."""
        box = drawn.bbox([path], fast=True)
        return max(self._chord, box.size.magnitude / 100_000) if box.has_data else self._chord

    def _ground(self, vertices: Any) -> NDArray[np.float64]:
        """Plan coordinates, shape (n, 2)."""
        points = [Vec3(vertex) for vertex in vertices]
        if self._matrix is not None:
            points = list(self._matrix.transform_vertices(points))
        return np.array([(point.x, point.y) for point in points], dtype=np.float64).reshape(-1, 2)

    def placed(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Coordinates (n, 2) on the ground."""
        return self._ground([(x, y, 0) for x, y in coordinates])


def _area(ring: NDArray[np.float64]) -> float:
    """The area that a ring holds, by its corners; from the first one, or large coordinates eat it up."""
    x, y = (ring - ring[0]).T
    return abs(float(x[:-1] @ y[1:] - x[1:] @ y[:-1])) / 2


def _closed(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ring closed, without steps so short that they come from the last digits of an arc's end."""
    return _ring(ring)[0]


def _ring(given: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """The ring closed, without such steps; and for each vertex given the one that stands for it."""
    kept = np.ones(len(given), dtype=np.bool_)
    if len(given) > 2:
        least = NO_STEP * float(np.ptp(given, axis=0).max())
        kept[1:] = np.abs(np.diff(given, axis=0)).max(axis=1) > least
        ring, at = given[kept], np.cumsum(kept) - 1
        if np.abs(ring[-1] - ring[0]).max() <= least:
            ring = ring[:-1]
        return np.vstack([ring, ring[:1]]), at % len(ring)
    return np.vstack([given, given[:1]]), np.arange(len(given))
