# SPDX-License-Identifier: Apache-2.0
"""Places that a reader types into a filter: checked before the database sees them."""

import json
from collections.abc import Iterator
from math import isfinite
from typing import Any

import shapely

from layers.cql2.reading import NotCql2, Tree
from layers.reference import View

FARTHEST = 1e9
"""Metres: beyond it no projection of the Earth reaches."""
_KINDS = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")


def shape_of(tree: Tree, view: View, srid: int, *, parts: bool) -> Iterator[str]:
    """Hexadecimal EWKB in the order of columns (east before north), without heights.

    `parts`: a mixed collection comes as its parts, which is what it means to meet it; else it is refused. Raises NotCql2.
    """
    shape = shapely.force_2d(_box(tree["bbox"], view) if _is_box(tree) else _typed(tree))
    if shape.is_empty or not shape.is_valid:
        raise NotCql2("POLYGON((0 0, 1 0, 1 1, 0 0))")
    if view.northing_first and not _is_box(tree):
        shape = shapely.transform(shape, lambda coordinates: coordinates[:, ::-1])
    west, south, east, north = shape.bounds
    if view.degrees and not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise NotCql2("±180, ±90")
    if max(map(abs, shape.bounds)) > FARTHEST:
        raise NotCql2(f"±{FARTHEST:.0e} m")
    if shape.geom_type == "GeometryCollection" and not parts:
        raise NotCql2("s_intersects(geometry, GEOMETRYCOLLECTION(…)), s_disjoint(…)")
    for part in shapely.get_parts(shape) if shape.geom_type == "GeometryCollection" else [shape]:
        if part.geom_type == "GeometryCollection":
            raise NotCql2("GEOMETRYCOLLECTION(POINT(0 0), …)")
        yield str(shapely.to_wkb(shapely.set_srid(part, srid), hex=True, include_srid=True))


def _is_box(tree: Tree) -> bool:
    return isinstance(tree, dict) and set(tree) == {"bbox"}


def _typed(tree: Tree) -> Any:
    if not isinstance(tree, dict) or tree.get("type") not in _KINDS:
        raise NotCql2("POINT(0 0), BBOX(0, 0, 1, 1), geometry")
    try:
        return shapely.from_geojson(json.dumps({name: tree[name] for name in tree if name != "crs"}, allow_nan=False))
    except (shapely.GEOSException, ValueError, TypeError):
        raise NotCql2("POINT(0 0), POLYGON((0 0, 1 0, 1 1, 0 0))") from None


def _box(sides: Tree, view: View) -> Any:
    if not isinstance(sides, list) or not all(isinstance(side, int | float) and isfinite(side) for side in sides):
        raise NotCql2("BBOX(0, 0, 1, 1)")
    if len(sides) == 6:
        sides = [*sides[0:2], *sides[3:5]]
    if len(sides) != 4:
        raise NotCql2("BBOX(0, 0, 1, 1)")
    west, south, east, north = (sides[i] for i in ((1, 0, 3, 2) if view.northing_first else (0, 1, 2, 3)))
    if south > north or (west > east and not view.degrees):
        raise NotCql2("south,west,north,east" if view.northing_first else "west,south,east,north")
    if west > east:  # across 180°
        return shapely.MultiPolygon([shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)])
    if west == east or south == north:
        return (
            shapely.LineString([(west, south), (east, north)])
            if (west, south) != (east, north)
            else shapely.Point(west, south)
        )
    return shapely.box(west, south, east, north)
