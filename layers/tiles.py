# SPDX-License-Identifier: Apache-2.0
"""Vector tiles: one constant statement per layer and kind of zoom; the database writes the bytes."""

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


@cache
def tile_statement(layer: Layer, matrix: int) -> str:
    """One row: the layer's version and the tile's bytes. Binds: see `TileAddress.binds`.

    The version is read in the same snapshot as the shapes, so it names exactly this content.
    """
    with_labels = bool(layer.labels) and "POLYGON" in layer.geometry_kind and matrix >= LABELS_FROM_ZOOM
    text = sql.SQL(
        "select (select version from published.layer_versions where layer_id = {id}), {shapes}{labels}"
    ).format(
        id=sql.Literal(layer.id),
        shapes=_shapes(layer, matrix),
        labels=sql.SQL(" || {}").format(_labels(layer)) if with_labels else sql.SQL(""),
    )
    return text.as_string(None)


def _shapes(layer: Layer, matrix: int) -> sql.Composed:
    fields = [field.name for field in layer.tile_fields]
    if matrix < ATTRIBUTES_FROM_ZOOM and layer.kept is not None:
        fields = [name for name in fields if name == layer.colour_by]
    # No `where geom is not null` around it: that is flattened, and makes every geometry twice.
    return sql.SQL(
        "(select ST_AsMVT(shape, {id}, {extent}, 'geom', 'tile_id') from ("
        "select ST_AsMVTGeom(geom_3857, ST_MakeEnvelope(%(left)s, %(bottom)s, %(right)s, %(top)s, 3857),"
        " {extent}, {buffer}, true) as geom, tile_id{fields} from {relation}"
        " where geom_3857 && ST_MakeEnvelope(%(left)s - %(margin)s, %(bottom)s - %(margin)s,"
        " %(right)s + %(margin)s, %(top)s + %(margin)s, 3857) order by tile_id) shape)"
    ).format(
        id=sql.Literal(layer.id),
        extent=sql.Literal(EXTENT),
        buffer=sql.Literal(BUFFER),
        fields=sql.SQL("").join(sql.SQL(", {}").format(_light(name)) for name in fields),
        relation=sql.Identifier("published", layer.published.name),
    )


def _labels(layer: Layer) -> sql.Composed:
    """One point within each shape, in the one tile that holds it: clipped polygons would be labelled twice.

    The row's name is none that a column has: a drawing's column `label` would be taken for the row `label`.
    """
    return sql.SQL(
        "(select ST_AsMVT(mvt_label, {id}, {extent}, 'geom', 'tile_id') from ("
        "select ST_AsMVTGeom(point, ST_MakeEnvelope(%(left)s, %(bottom)s, %(right)s, %(top)s, 3857),"
        " {extent}, 0, false) as geom, tile_id, {label} from ("
        "select ST_PointOnSurface(geom_3857) as point, tile_id, {label} from {relation}"
        " where geom_3857 && ST_MakeEnvelope(%(left)s, %(bottom)s, %(right)s, %(top)s, 3857) offset 0) inside"
        " where ST_X(point) >= %(left)s and ST_X(point) < %(right)s"
        " and ST_Y(point) >= %(bottom)s and ST_Y(point) < %(top)s order by tile_id) mvt_label)"
    ).format(
        id=sql.Literal(f"{layer.id}_labels"),
        extent=sql.Literal(EXTENT),
        label=sql.SQL(", ").join(map(sql.Identifier, layer.labels)),
        relation=sql.Identifier("published", layer.published.name),
    )


def _light(name: str) -> sql.Composed:
    """Areas as whole square metres: a double costs nine bytes in each feature."""
    if name == "area_m2":
        return sql.SQL("round({0})::int as {0}").format(sql.Identifier(name))
    return sql.SQL("{}").format(sql.Identifier(name))
