# SPDX-License-Identifier: Apache-2.0
"""Search by name and number as people type them: "قصر ابو هادي" finds "قصر أبو هادي", "a01 24" finds "A01-24"."""

from functools import cache

from psycopg import sql

from layers.declaration import Catalogue, Layer

_SAME = {
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ٱ": "ا",
    "ة": "ه",
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    **{chr(0x660 + digit): str(digit) for digit in range(10)},
    **{chr(0x6F0 + digit): str(digit) for digit in range(10)},
}
# Tatweel, vowel marks, marks of direction, and what people put between the parts of a number or name.
_NOTHING = "ـ" + "".join(map(chr, range(0x64B, 0x653))) + "ٰ\u200c\u200d\u200e\u200f -–/_.،,"
_FROM = "".join(_SAME) + _NOTHING
_TO = "".join(_SAME.values())
MOST = 12


def fold(text: str) -> str:
    """The same key for all spellings of a word.

    >>> fold("قصر أبو هادي") == fold("قصـر ابو هادى"), fold("A01-٠٢٤")
    (True, 'a01024')
    """
    return text.lower().translate(str.maketrans(_FROM[: len(_TO)], _TO, _NOTHING))


def folded(column: sql.Composable) -> sql.Composed:
    """The same key, computed by the database."""
    return sql.SQL("translate(lower({column}::text), {old}, {new})").format(
        column=column, old=sql.Literal(_FROM), new=sql.Literal(_TO)
    )


@cache
def search_statement(catalogue: Catalogue) -> str:
    """One row: an array of objects whose name or number holds the key: layer, tile_id, words, lon, lat, rank.

    Whole words first, then beginnings, then parts; within those in the catalogue's order from the last layer that lies
    on top. Binds: key (folded), like (the same between %, escaped).
    """
    searched = [
        _of_layer(layer, place)
        for place, layer in enumerate(catalogue.public)
        if any(f.searchable for f in layer.fields)
    ]
    text = sql.SQL(
        "select coalesce(json_agg(row_to_json(best)), '[]') from (select * from ({all}) found"
        " order by rank, layer_order, words, tile_id limit {most}) best"
    ).format(all=sql.SQL(" union all ").join(searched), most=sql.Literal(MOST))
    return text.as_string(None)


def binds(typed: str) -> dict[str, str] | None:
    """What the statement asks for, or None when nothing is left to look for."""
    key = fold(typed)
    if not key:
        return None
    return {"key": key, "like": "%" + key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"}


def _of_layer(layer: Layer, place: int) -> sql.Composed:
    names = [field.name for field in layer.public_fields if field.searchable]
    hits = sql.SQL(" or ").join(
        sql.SQL("{key} like %(like)s").format(key=folded(sql.Identifier(name))) for name in names
    )
    ranks = [
        sql.SQL("case when {key} = %(key)s then 0 when starts_with({key}, %(key)s) then 1 else 2 end").format(
            key=folded(sql.SQL("coalesce({}, '')").format(sql.Identifier(name)))
        )
        for name in names
    ]
    # Plots are what most people look for, and they are the last but few in the catalogue's order.
    return sql.SQL(
        "(select {layer} as layer, {order} as layer_order, tile_id, coalesce({words}) as words,"
        " ST_X(ST_Centroid(geom_4326)) as lon, ST_Y(ST_Centroid(geom_4326)) as lat, least({ranks}) as rank,"
        " json_build_object({pairs}) as names from {relation} where {hits} order by rank, tile_id limit {most})"
    ).format(
        layer=sql.Literal(layer.id),
        order=sql.Literal(place if layer.group != "land" else -1),
        words=sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names),
        ranks=sql.SQL(", ").join(ranks),
        pairs=sql.SQL(", ").join(sql.SQL("{}, {}").format(sql.Literal(name), sql.Identifier(name)) for name in names),
        relation=sql.Identifier("published", layer.published.name),
        hits=hits,
        most=sql.Literal(MOST),
    )
