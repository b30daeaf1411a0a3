# SPDX-License-Identifier: Apache-2.0
"""What is asked of published rasters, to draw and to measure: one statement, one question."""

from functools import cache

from psycopg import sql

from layers.declaration import Layer

ORDER = "resolution_m, taken_on desc, tile_id"
"""The finer one first, of equals the newer."""
STATISTICS_OF_PLOT = """
    select row_to_json(t) from published.plot_terrain t where t.plot_id = %(plot)s::uuid and t.covered >= 0.1
"""


@cache
def image_statement(layer: Layer) -> str:
    """One row: the layer's version, digests of the rasters that meet a box, lowest and highest of the whole layer.

    Binds: left, bottom, right, top in Web Mercator metres.
    """
    text = sql.SQL(
        "select (select version from published.layer_versions where layer_id = {id}),"
        " (select coalesce(array_agg(file_sha256 order by {order}), '{{}}') from {relation}"
        " where geom_3857 && ST_MakeEnvelope(%(left)s, %(bottom)s, %(right)s, %(top)s, 3857)), {range}"
    ).format(
        id=sql.Literal(layer.id),
        order=sql.SQL(ORDER),
        relation=sql.Identifier("published", layer.published.name),
        range=_range(layer),
    )
    return text.as_string(None)


@cache
def range_statement(layer: Layer) -> str:
    """One row: [lowest, highest] of the layer in metres, null where it holds no heights."""
    return sql.SQL("select {}").format(_range(layer)).as_string(None)


def _range(layer: Layer) -> sql.Composable:
    if "lowest_m" not in layer.by_name:
        return sql.SQL("null::json")
    return sql.SQL(
        "(select case when count(lowest_m) > 0 then json_build_array(min(lowest_m), max(highest_m)) end from {})"
    ).format(sql.Identifier("published", layer.published.name))


@cache
def rasters_statement(layer: Layer) -> str:
    """One row: an array of all rasters that meet a box, the finest first. Binds: west, south, east, north."""
    text = sql.SQL(
        "select coalesce(json_agg(row_to_json(r)), '[]') from (select file_sha256, tile_id, title_ar, title_en,"
        " resolution_m, accuracy_m, {datum} as vertical_datum, taken_on, illustrative, attribution from {relation}"
        " where geom_4326 && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326) order by {order}) r"
    ).format(
        relation=sql.Identifier("published", layer.published.name),
        order=sql.SQL(ORDER),
        datum=sql.SQL("vertical_datum" if "vertical_datum" in layer.by_name else "null"),
    )
    return text.as_string(None)
