# SPDX-License-Identifier: Apache-2.0
"""How an installation stands: rows of each layer, and the versions of what it runs on."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, literal, literal_column, select, union_all
from sqlalchemy.dialects import postgresql

from layers.declaration import Layer


def standing_statement(layers: Iterable[Layer]) -> str:
    """One row: the layers as objects of id, rows and instant of the last change; the versions by name."""
    counts: list[Any] = [
        select(literal(layer.id).label("id"), func.count().label("rows"), literal(place).label("place")).select_from(
            layer.published
        )
        for place, layer in enumerate(layers)
    ]
    counted = union_all(*counts).subquery("counted")
    versions: Any = literal_column(
        "json_build_object('PostgreSQL', current_setting('server_version'), 'PostGIS', postgis_lib_version(), "
        "'PROJ', postgis_proj_version())"
    )
    listed = func.json_agg(
        func.json_build_object(
            "id", counted.c.id, "rows", counted.c.rows,
            "changed", literal_column("(select to_char(v.changed_at, 'YYYY-MM-DD HH24:MI') "
                                      "from published.layer_versions v where v.layer_id = counted.id)"),
        ).op("order by")(counted.c.place)
    )  # fmt: skip
    statement = select(listed, versions).select_from(counted)
    return str(statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))  # type: ignore[no-untyped-call]
