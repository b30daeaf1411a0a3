# SPDX-License-Identifier: Apache-2.0
"""Features of a layer as GeoJSON, written by the database: pages by key, never by counting rows from the start."""

from collections.abc import Sequence
from functools import cache

from psycopg import sql

from layers.declaration import Layer

DEGREES_DIGITS = 9
"""Decimals of lon/lat text. With fewer, millimetres are lost."""


@cache
def feature_statement(layer: Layer) -> str:
    """One row: version of the feature, the feature as GeoJSON text. Bind: id."""
    text = sql.SQL("select version, {feature} from {relation} where id = %(id)s").format(
        feature=_feature(layer), relation=_relation(layer)
    )
    return text.as_string(None)


@cache
def page_statement(layer: Layer, *, after: bool, bbox: bool) -> str:
    """One row: the layer's version, features as one text joined by commas, how many, the last id. Binds: limit; after;
    west, south, east, north in degrees.
    """
    conditions: Sequence[sql.SQL] = [
        sql.SQL(condition)
        for condition, wanted in (
            ("id > %(after)s", after),
            (
                "geom_4326 && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)"
                " and ST_Intersects(geom_4326, ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326))",
                bbox,
            ),
        )
        if wanted
    ]
    text = sql.SQL(
        "select (select version from published.layer_versions where layer_id = {id}),"
        " coalesce(string_agg(feature, ',' order by id), ''), count(*)::int, (array_agg(id order by id desc))[1]"
        " from (select id, {feature} as feature from {relation} {where} order by id limit %(limit)s) page"
    ).format(
        id=sql.Literal(layer.id),
        feature=_feature(layer),
        relation=_relation(layer),
        where=sql.SQL("where {}").format(sql.SQL(" and ").join(conditions)) if conditions else sql.SQL(""),
    )
    return text.as_string(None)


def _feature(layer: Layer) -> sql.Composed:
    names = [field.name for field in layer.public_fields] + ["illustrative"]
    return sql.SQL(
        '\'{{"type":"Feature","id":"\' || id || \'","geometry":\' || ST_AsGeoJSON(geom_4326, {digits})'
        " || ',\"properties\":' || (select row_to_json(p)::text from (select {names}) p) || '}}'"
    ).format(
        digits=sql.Literal(DEGREES_DIGITS),
        names=sql.SQL(", ").join(sql.Identifier(name) for name in names),
    )


def _relation(layer: Layer) -> sql.Identifier:
    return sql.Identifier("published", layer.published.name)
