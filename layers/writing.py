# SPDX-License-Identifier: Apache-2.0
"""Features written out as GeoJSON when they change, beside the tables that triggers keep: reading one only copies text.

To make the text of a hundred plots costs the database more than to find them; read a thousand times, it is made once.
"""

from collections.abc import Iterator

from psycopg import Connection, sql

from layers.declaration import Catalogue, Layer
from layers.features import written_as

Statement = sql.Composed | sql.SQL


def written_features(catalogue: Catalogue) -> Iterator[Statement]:
    """Functions and triggers that keep the texts, the texts themselves where rows stand already, and who may read them."""
    for layer in catalogue:
        if layer.kept is None:
            continue
        names = {
            "kept": sql.Identifier("published", layer.kept.__tablename__),
            "written": sql.Identifier("published", layer.kept.written.name),
            "function": sql.Identifier("register", f"write_{layer.kept.__tablename__}"),
            "feature": written_as(layer),
        }
        yield _function(names)
        for operation, rows in (
            ("insert", "referencing new table as new_rows"),
            ("update", "referencing new table as new_rows"),
            ("delete", "referencing old table as old_rows"),
            ("truncate", ""),
        ):
            yield sql.SQL(
                "create or replace trigger {name} after {operation} on {kept} {rows} "
                "for each statement execute function {function}()"
            ).format(
                name=sql.Identifier(f"f_write_{operation}"),
                operation=sql.SQL(operation),
                rows=sql.SQL(rows),
                **names,
            )
        # A version of the program that writes features differently finds those of the one before it.
        yield sql.SQL("set local extra_float_digits = 1")
        yield sql.SQL(
            "insert into {written} as w (id, feature) select p.id, {feature} from {kept} p "
            "on conflict (id) do update set feature = excluded.feature where w.feature <> excluded.feature"
        ).format(**names)
        yield sql.SQL("delete from {written} w where not exists (select from {kept} p where p.id = w.id)").format(
            **names
        )


def written_falsely(connection: "Connection[tuple[object, ...]]", catalogue: Catalogue) -> list[str]:
    """Features whose text is missing, is nobody's, or is not what would be written now."""
    found = []
    for layer in catalogue:
        if layer.kept is not None:
            question = sql.SQL(
                "select {layer} || ' ' || coalesce(p.id, w.id) from {kept} p full join {written} w on w.id = p.id "
                "where w.feature is distinct from {feature} order by 1"
            ).format(
                layer=sql.Literal(layer.id),
                kept=sql.Identifier("published", layer.kept.__tablename__),
                written=sql.Identifier("published", layer.kept.written.name),
                feature=written_as(layer),
            )
            found += [str(row[0]) for row in connection.execute(question)]
    return found


def readable(layer: Layer) -> Iterator[sql.Identifier]:
    """What the readers of a layer may read."""
    yield sql.Identifier("published", layer.published.name)
    if layer.kept is not None:
        yield sql.Identifier("published", layer.kept.written.name)


def _function(names: dict[str, sql.Composable]) -> sql.Composed:
    # Numbers must not depend on the session that changes a row.
    return sql.SQL(
        """
        create or replace function {function}() returns trigger
        language plpgsql security definer set search_path = public, pg_temp set extra_float_digits = 1 as $$
        begin
          if tg_op = 'TRUNCATE' then
            delete from {written};
          elsif tg_op = 'DELETE' then
            delete from {written} w using old_rows p where w.id = p.id;
          else
            insert into {written} (id, feature) select p.id, {feature} from new_rows p
            on conflict (id) do update set feature = excluded.feature;
          end if;
          return null;
        end
        $$
        """
    ).format(**names)
