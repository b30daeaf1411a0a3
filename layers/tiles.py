# SPDX-License-Identifier: Apache-2.0
"""Vector tiles: one constant statement per layer and kind of zoom; the database writes the bytes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from psycopg import sql

from layers.declaration import Layer

EXTENT = 4096
BUFFER = 64
"""Tile units beyond the edge, so that outlines do not show where tiles meet."""
ATTRIBUTES_FROM_ZOOM = 14
"""Below it a tile of a kept layer carries what colours it and nothing else."""
LABELS_FROM_ZOOM = 15
WHOLE_FROM_ZOOM = 15
"""From here on a tile unit is at most a quarter of a metre: no plot is so narrow that it falls together in it."""
MOST_CORNERS = 100
"""Kept shapes with more are cut at the edge of the tile, so that deep tiles do not carry all of a large one."""
DEEPEST_ZOOM = 24
EARTH_M = 40075016.68557849
"""Side of the Web Mercator square, in its own metres."""


@dataclass(frozen=True)
class TileAddress:
    """A tile of WebMercatorQuad. Row before column, as OGC writes it."""

    matrix: int
    row: int
    col: int

    @property
    def exists(self) -> bool:
        side = 2**self.matrix if 0 <= self.matrix <= DEEPEST_ZOOM else 0
        return 0 <= self.row < side and 0 <= self.col < side

    def box_3857(self) -> tuple[float, float, float, float]:
        """left, bottom, right, top in Web Mercator metres."""
        side = EARTH_M / 2**self.matrix
        left = self.col * side - EARTH_M / 2
        top = EARTH_M / 2 - self.row * side
        return left, top - side, left + side, top

    def binds(self) -> dict[str, float]:
        """What `tile_statement` asks for: the box, and how far beyond it the buffer reaches."""
        left, bottom, right, top = self.box_3857()
        return {"left": left, "bottom": bottom, "right": right, "top": top, "margin": (right - left) * BUFFER / EXTENT}


Limits = tuple[int, int, int, int]
"""First row, last row, first column, last column."""
AROUND_DEG = 0.0005
"""About 50 m. Signs and buffers reach beyond what they are of, and a lone point has no extent at all."""


def around(box: Sequence[float]) -> tuple[float, float, float, float]:
    """Where a map asks for the tiles of a layer that lies in a box (west, south, east, north in degrees)."""
    west, south, east, north = box
    return west - AROUND_DEG, south - AROUND_DEG, east + AROUND_DEG, north + AROUND_DEG


def limits(matrix: int, box: Sequence[float]) -> Limits:
    """The tiles of a level for a layer that lies in a box: all that a map asks for (see `around`)."""
    west, south, east, north = around(box)
    left, top = _tile_of(west, north, matrix)
    right, bottom = _tile_of(east, south, matrix)
    return top, bottom, left, right


def _tile_of(lon: float, lat: float, matrix: int) -> tuple[int, int]:
    """Column and row of the tile that holds a place in degrees; the outermost ones beyond the square."""
    side = 2**matrix
    column = (lon + 180) / 360 * side
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side
    return max(0, min(side - 1, int(column))), max(0, min(side - 1, int(row)))


@cache
def tile_statement(layer: Layer, matrix: int) -> str:
    """One row: the layer's version and the tile's bytes. Binds: see `TileAddress.binds`.

    The version is read in the same snapshot as the shapes, so it names exactly this content.
    """
    labelled = bool(layer.labels) and "POLYGON" in layer.geometry_kind and matrix >= LABELS_FROM_ZOOM
    fields = [field.name for field in layer.tile_fields]
    if matrix < ATTRIBUTES_FROM_ZOOM and layer.kept is not None:
        fields = [name for name in fields if name == layer.colour_by]
    columns: list[sql.Composable] = [_light(name) for name in fields]
    columns += [sql.Identifier(name) for name in layer.labels if labelled and name not in fields]
    parts = [_part(layer.id, "geom", fields, sql.SQL(""))]
    if labelled:
        columns.append(sql.SQL("{} as mvt_point").format(_label_point(layer)))
        parts.append(_part(f"{layer.id}_labels", _in_tile("mvt_point"), layer.labels, _POINT_IN_TILE))
    # The box is made once, not once for each row; the table is read once for both parts.
    text = sql.SQL(
        "with mvt_box as materialized (select ST_MakeEnvelope(%(left)s, %(bottom)s, %(right)s, %(top)s, 3857)::box2d as mvt_tile,"
        " ST_MakeEnvelope(%(left)s - %(margin)s, %(bottom)s - %(margin)s, %(right)s + %(margin)s, %(top)s + %(margin)s, 3857)"
        " as mvt_around),"
        " mvt_seen as {once} (select {shape} as geom, tile_id{columns} from mvt_box, {relation} where geom_3857 && mvt_box.mvt_around)"
        " select (select version from published.layer_versions where layer_id = {id}), {parts}"
    ).format(
        once=sql.SQL("materialized" if labelled else "not materialized"),
        shape=_shape(layer, matrix),
        columns=sql.SQL("").join(sql.SQL(", {}").format(column) for column in columns),
        relation=sql.Identifier("published", layer.published.name),
        id=sql.Literal(layer.id),
        parts=sql.SQL(" || ").join(parts),
    )
    return text.as_string(None)


def _part(name: str, geometry: str, fields: Sequence[str], where: sql.SQL) -> sql.Composed:
    # Names of rows are none that a column has: a drawing's column `label` would be taken for a row `label`.
    # No `where geom is not null` around it: that is flattened, and makes every geometry twice.
    return sql.SQL(
        "(select ST_AsMVT(mvt_part, {name}, {extent}, 'geom', 'tile_id') from"
        " (select {geometry} as geom, tile_id{fields} from mvt_seen{where} order by tile_id) mvt_part)"
    ).format(
        name=sql.Literal(name),
        extent=sql.Literal(EXTENT),
        geometry=sql.SQL(geometry),
        fields=sql.SQL("").join(sql.SQL(", {}").format(sql.Identifier(field)) for field in fields),
        where=where,
    )


# One point for each shape, in the one tile that holds it: clipped polygons would be labelled twice.
_POINT_IN_TILE = sql.SQL(
    " where ST_X(mvt_point) >= %(left)s and ST_X(mvt_point) < %(right)s and ST_Y(mvt_point) >= %(bottom)s and ST_Y(mvt_point) < %(top)s"
)


def _label_point(layer: Layer) -> sql.SQL:
    """Stored where the layer is kept: finding a point within a shape costs as much as all else of its label."""
    return sql.SQL("label_3857" if layer.kept is not None else "ST_PointOnSurface(geom_3857)")


def _shape(layer: Layer, matrix: int) -> sql.Composed:
    made = sql.SQL("ST_AsMVTGeom(geom_3857, mvt_box.mvt_tile, {}, {}, true)").format(EXTENT, BUFFER)
    if layer.kept is None or matrix < WHOLE_FROM_ZOOM:
        return made
    # Cutting a shape at the tile's edge costs more than all the rest of it, and a plot that is sent whole reaches beyond by
    # no more than its own size. Rings turn as the format wants them: clockwise on the map.
    return sql.SQL("case when ST_NPoints(geom_3857) <= {} then {} else {} end").format(
        MOST_CORNERS, sql.SQL(_in_tile("ST_ForcePolygonCW(geom_3857)")), made
    )


def _in_tile(shape: str) -> str:
    """A shape in Web Mercator metres in the tile's own units, from its upper left corner."""
    scale = f"{EXTENT} / (%(right)s - %(left)s)"
    return f"ST_SnapToGrid(ST_TransScale({shape}, -%(left)s, -%(top)s, {scale}, -{scale}), 1)"


def _light(name: str) -> sql.Composed:
    """Areas as whole square metres: a double costs nine bytes in each feature."""
    if name == "area_m2":
        return sql.SQL("round({0})::int as {0}").format(sql.Identifier(name))
    return sql.SQL("{}").format(sql.Identifier(name))
