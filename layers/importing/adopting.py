# SPDX-License-Identifier: Apache-2.0
"""New plots and blocks of a file take over existing edges of the register that lie within the tolerance asked for."""

from dataclasses import replace
from typing import Any, LiteralString

import numpy as np
import shapely
from psycopg import Connection, sql
from pyproj import CRS

from gis.adopting import adopt
from gis.placing import to_lonlat
from gis.reading import Issue
from gis.reading.found import Geometries
from layers.importing.report import ToldMove
from layers.importing.staging import Staged, StagedLayer

Db = Connection[tuple[Any, ...]]
AREAS: LiteralString = (
    "select geom from register.{} where (upper_inf(valid) or upper(valid) > now()) "
    "and geom && ST_SetSRID(ST_MakeEnvelope(%s, %s, %s, %s), %s)"
)
BESIDE = {"plot": "plot", "block": "block"}
"""Tables whose new areas must not overlap those of which table."""
WITHIN = {"plot": "block", "block": "zone"}
"""And in those of which they must lie."""


def adopted(
    db: Db, staged: Staged, layer: StagedLayer, srid: int
) -> tuple[StagedLayer, tuple[ToldMove, ...], tuple[Issue, ...]]:
    """The layer with its corners on existing edges, every move, and the features that would have broken."""
    tolerance_m, table = staged.wishes.adopt_m, "" if staged.target is None else staged.target.table.__tablename__
    kept = layer.keep.nonzero()[0]
    if not tolerance_m or table not in BESIDE or not len(kept):
        return layer, (), ()
    shapes = layer.layer.geometries[kept]
    left, bottom, right, top = shapely.total_bounds(shapes).tolist()
    around = [left - tolerance_m, bottom - tolerance_m, right + tolerance_m, top + tolerance_m, srid]
    made = adopt(
        shapes, beside=_areas(db, BESIDE[table], around), within=_areas(db, WITHIN[table], around),
        tolerance_m=tolerance_m,
    )  # fmt: skip
    geometries: Geometries = layer.layer.geometries.copy()
    geometries[kept] = made.shapes
    refs, name = layer.layer.refs, layer.layer.name
    places = to_lonlat(CRS.from_epsg(srid), [move.end for move in made.moves]) if made.moves else []
    moves = tuple(
        ToldMove(name, refs[kept[move.feature]], move, place) for move, place in zip(made.moves, places, strict=True)
    )
    unmoved = tuple(
        Issue("adopt_refused", "doubt", name, refs[kept[i]], _somewhere(shapes[i], srid)) for i in made.refused
    )
    return replace(layer, layer=replace(layer.layer, geometries=geometries)), moves, unmoved


def _areas(db: Db, table: str, around: list[float]) -> list[Any]:
    rows = db.execute(sql.SQL(AREAS).format(sql.Identifier(table)), around).fetchall()
    found: list[Any] = shapely.from_wkb([row[0] for row in rows]).tolist() if rows else []
    return found


def _somewhere(shape: Any, srid: int) -> tuple[float, float]:
    point = np.array(shapely.get_coordinates(shapely.point_on_surface(shape)))[0]
    return to_lonlat(CRS.from_epsg(srid), [(float(point[0]), float(point[1]))])[0]
