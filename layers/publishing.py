# SPDX-License-Identifier: Apache-2.0
"""What follows from the catalogue in the database: published views, triggers, grants.

Made anew after every migration, like code: none of it holds data, so none of it needs a migration of its own.
"""

from collections.abc import Iterator
from pathlib import Path

from psycopg import Connection, sql
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import ARRAY

from layers import inplace
from layers.base import Base, Feature, Row
from layers.catalogue import LAYERS
from layers.codelists import CODELISTS
from layers.declaration import Catalogue, Layer
from layers.facilities import PortFeature
from layers.granting import COMMON_VIEWS, floor, grants
from layers.writing import written_features

SQL = Path(__file__).parent / "sql"
# The order matters: functions before the triggers that call them.
FUNCTIONS = (
    "rows.sql",
    "guards.sql",
    "rights.sql",
    "plots.sql",
    "sums.sql",
    "time.sql",
    "jobs.sql",
    "incoming.sql",
    "exports.sql",
    "settle.sql",
    "facilities.sql",
    "parties.sql",
    "changes.sql",
    "events.sql",
    "access.sql",
)
Statement = sql.Composed | sql.SQL
# A trigger that this version no longer makes must not outlive the version that made it.
NO_TRIGGERS = """
    do $$
    declare t record;
    begin
      for t in select g.tgname, g.tgrelid::regclass as relation from pg_trigger g
               join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace
               where not g.tgisinternal and n.nspname in ('register', 'published') loop
        execute format('drop trigger %I on %s', t.tgname, t.relation);
      end loop;
    end $$
"""
# A GiST index that is made over rows which are there (a restore, a large import) is by default built from sorted keys, and
# its pages overlap so much that a tile reads three times as many of them. Built by insertion it is as good as one that grew.
GOOD_INDEXES = """
    do $$
    declare i regclass;
    begin
      for i in select c.oid from pg_class c join pg_am a on a.oid = c.relam
               where c.relkind = 'i' and a.amname = 'gist' and c.relnamespace in ('register'::regnamespace, 'published'::regnamespace)
                 and not coalesce(c.reloptions, '{}') @> '{buffering=on}' loop
        execute format('alter index %s set (buffering = on)', i);
      end loop;
    end $$
"""


def prepare(connection: "Connection[tuple[object, ...]]") -> None:
    """Roles, extensions and schemas: what migrations stand on. Needs a superuser."""
    make_roles(connection)
    connection.execute((SQL / "ground.sql").read_text())


def make_roles(connection: "Connection[tuple[object, ...]]") -> None:
    """The roles alone: they are of the whole cluster, and no dump of a database brings them along."""
    connection.execute((SQL / "roles.sql").read_text())


def publish(connection: "Connection[tuple[object, ...]]", catalogue: Catalogue = LAYERS) -> None:
    """Puts functions, triggers, views and grants in place, and the codelists' rows. Where all stands, nothing is touched."""
    functions = [(SQL / name).read_text() for name in FUNCTIONS]
    statements = list(_statements(catalogue))
    codes = [
        (name, code, position, ar, en, standard)
        for lists in (CODELISTS, *(layer.codelists for layer in catalogue))
        for name, codes in lists.items()
        for position, (code, ar, en, standard) in enumerate(codes)
    ]
    wanted = inplace.digest([*functions, *(statement.as_string(connection) for statement in statements), repr(codes)])
    if inplace.stands(connection, wanted):
        return
    connection.execute(NO_TRIGGERS)
    for function in functions:
        connection.execute(function)
    for statement in statements:
        connection.execute(statement)
    connection.execute(GOOD_INDEXES)
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into register.code (list, code, position, ar, en, standard) values (%s, %s, %s, %s, %s, %s) "
            "on conflict (list, code) do update set position = excluded.position, ar = excluded.ar, en = excluded.en, "
            "standard = excluded.standard",
            codes,
        )
    inplace.mark(connection, wanted)


def _statements(catalogue: Catalogue) -> Iterator[Statement]:
    yield sql.SQL("insert into register.clock default values on conflict do nothing")
    yield _note_passed(catalogue)
    yield _coming_moments()
    # Also what was written before there were moments.
    yield sql.SQL("insert into register.moment select * from register.coming_moments() on conflict do nothing")
    yield from _row_triggers()
    yield from _moment_triggers()
    yield from _plot_triggers()
    yield from _facility_triggers()
    for layer in catalogue:
        yield sql.SQL("insert into register.layer_version (layer_id) values ({}) on conflict do nothing").format(
            layer.id
        )
    for layer in catalogue:
        if layer.kept is None:
            yield from _view(layer)
    yield from written_features(catalogue)
    yield from _change_triggers(catalogue)
    yield from _referred_triggers(catalogue)
    yield sql.SQL(
        "create or replace view published.codes as select list, code, position, ar, en, standard from register.code"
    )
    yield sql.SQL(
        "create or replace view published.layer_versions as select layer_id, version, changed_at from register.layer_version"
    )
    yield sql.SQL(
        "create or replace view published.installation as select id, srid, time_zone from register.installation"
    )
    yield sql.SQL(
        "create or replace view published.sources as select id, kind, title_ar, title_en, issuer_ar, issuer_en, "
        "reference_number, dated, citation, licence, attribution from register.source"
    )
    # Figures of an older plot, or from before the terrain changed, are not shown: they are being renewed.
    yield sql.SQL(
        "create or replace view published.plot_terrain as select f.plot_id, f.covered, f.mean_m, f.lowest_m, f.highest_m, "
        "f.slope_percent, f.steepest_percent, r.tile_id as raster, r.title_ar, r.title_en, r.resolution_m, r.accuracy_m, "
        "r.vertical_datum, r.taken_on, r.illustrative from register.plot_terrain f "
        "join register.plot p on p.id = f.plot_id and p.version = f.plot_version "
        "join register.layer_version v on v.layer_id = 'terrain' and v.version = f.terrain_version "
        "join register.raster r on r.id = f.raster_id"
    )
    for view in COMMON_VIEWS:
        yield sql.SQL("alter view published.{} owner to marsa_guard").format(sql.Identifier(view))
    yield from floor()
    yield from grants(catalogue)


def _row_triggers() -> Iterator[Statement]:
    """Grid, codes, version and history on every table of rows."""
    codes = _codes_of_tables()
    for mapper in Base.registry.mappers:
        if not issubclass(mapper.class_, Row):
            continue
        table: Table = mapper.local_table  # type: ignore[assignment]
        if issubclass(mapper.class_, Feature):
            function = "to_grid_as_drawn" if mapper.class_.may_be_faulty else "to_grid"
            yield from _trigger(table, "a_grid", "before insert or update of geom", "for each row", function, ())
        listed = codes.get(table.name, ())
        if listed:
            yield _codes_function(table, listed)
            yield from _trigger(
                table, "b_codes", "before insert or update", "for each row", f"codes_of_{table.name}", ()
            )
        yield from _trigger(table, "c_version", "before insert or update", "for each row", "next_version", ())
        yield from _trigger(table, "d_history", "after update or delete", "for each row", "keep_history", ())


def _codes_function(table: Table, listed: tuple[str, ...]) -> Statement:
    """Refuses a code that its list does not hold. Written out by column: a row as JSON took half of an import's time."""
    each = sql.Composed(
        [
            sql.SQL(
                """
            select given into wrong from {values}
            where given is not null and not exists (select from code c where c.list = {list_} and c.code = given) limit 1;
            if found then
              perform refuse_code({table}, {column}, {list_}, wrong);
            end if;
            """
            ).format(
                values=sql.SQL(
                    "unnest(new.{}) as x(given)"
                    if isinstance(table.columns[column].type, ARRAY)
                    else "(select new.{}) as x(given)"
                ).format(sql.Identifier(column)),
                table=sql.Literal(table.name),
                column=sql.Literal(column),
                list_=sql.Literal(list_),
            )
            for column, list_ in zip(listed[::2], listed[1::2], strict=True)
        ]
    )
    return sql.SQL(
        """
        create or replace function register.{name}() returns trigger
        language plpgsql security definer set search_path = register, pg_temp as $$
        declare
          wrong text;
        begin
          {each}
          return new;
        end
        $$
        """
    ).format(name=sql.Identifier(f"codes_of_{table.name}"), each=each)


def _codes_of_tables() -> dict[str, tuple[str, ...]]:
    """table → (column, list, column, list …), as columns' `info={"codelist": …}` say."""
    found: dict[str, tuple[str, ...]] = {}
    for table in Base.metadata.tables.values():
        pairs = [(column.name, str(column.info["codelist"])) for column in table.columns if "codelist" in column.info]
        if pairs:
            found[table.name] = tuple(word for pair in pairs for word in pair)
    return found


def _plot_triggers() -> Iterator[Statement]:
    """Notes of what statements touch, for settle.sql; insert-only tables; a plot's progress; how many plots there are."""
    tables = Base.metadata.tables
    yield from _statement_triggers(tables["published.plots"], "h_sums", "keep_plot_sums", ())
    for table_name, function in (
        ("plot", "touch_plots"),
        ("block", "touch_blocks"),
        ("tenure_slot", "touch_rights"),
        ("restriction", "touch_plots_of"),
        ("plot_service", "touch_plots_of"),
    ):
        yield from _statement_triggers(tables[f"register.{table_name}"], "e_touch", function, ())
    for table_name, function in (("zone", "touch_zones"), ("party", "touch_plots_of_parties")):
        yield from _statement_triggers(tables[f"register.{table_name}"], "e_touch", function, (), ("update",))
    for table_name, key in (
        ("plot_change", "id"),
        ("plot_change_part", "change_id"),
        ("plot_change_right", "change_id"),
    ):
        yield from _statement_triggers(
            tables[f"register.{table_name}"], "e_touch", "touch_lineages", (key,), ("insert", "update")
        )
    yield from _trigger(
        tables["register.plot"],
        "e_moved",
        "after update of geom, valid",
        "for each row when ((old.geom, old.valid) is distinct from (new.geom, new.valid))",
        "keep_moved_plot",
        (),
    )
    yield from _trigger(
        tables["register.site_record"],
        "e_progress",
        "after insert or update or delete",
        "for each row",
        "progress_follows_site_records",
        (),
    )
    for name in ("history", "event"):
        table = tables[f"register.{name}"]
        yield from _trigger(table, "append_only", "before update or delete", "for each row", "append_only", ())
        yield from _trigger(table, "append_only_all", "before truncate", "for each statement", "append_only", ())


def _facility_triggers() -> Iterator[Statement]:
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, PortFeature):
            table: Table = mapper.local_table  # type: ignore[assignment]
            kind = (mapper.class_.facility_type,)
            yield from _trigger(table, "e_facility", "after insert or delete", "for each row", "list_facility", kind)
    shares = Base.metadata.tables["register.party_member"]
    yield sql.SQL("drop trigger if exists e_shares on {}").format(_identifier(shares))
    yield sql.SQL(
        "create constraint trigger e_shares after insert or update or delete on {} deferrable initially deferred "
        "for each row execute function register.shares_are_whole()"
    ).format(_identifier(shares))


def _trigger(
    table: Table, name: str, when: str, each: str, function: str, arguments: tuple[str, ...]
) -> Iterator[Statement]:
    yield sql.SQL(
        "create or replace trigger {name} {when} on {table} {each} execute function {function}({arguments})"
    ).format(
        name=sql.Identifier(name),
        when=sql.SQL(when),
        table=_identifier(table),
        each=sql.SQL(each),
        function=sql.Identifier("register", function),
        arguments=sql.SQL(", ").join(sql.Literal(argument) for argument in arguments),
    )


def _statement_triggers(
    table: Table,
    name: str,
    function: str,
    arguments: tuple[str, ...],
    operations: tuple[str, ...] = ("insert", "update", "delete"),
) -> Iterator[Statement]:
    """One trigger per kind of statement: transition tables allow no more."""
    for operation, rows in (
        ("insert", "referencing new table as new_rows"),
        ("update", "referencing new table as new_rows old table as old_rows"),
        ("delete", "referencing old table as old_rows"),
    ):
        if operation not in operations:
            continue
        yield sql.SQL(
            "create or replace trigger {name} after {operation} on {table} {rows} "
            "for each statement execute function {function}({arguments})"
        ).format(
            name=sql.Identifier(f"{name}_{operation}"),
            operation=sql.SQL(operation),
            table=_identifier(table),
            rows=sql.SQL(rows),
            function=sql.Identifier("register", function),
            arguments=sql.SQL(", ").join(sql.Literal(argument) for argument in arguments),
        )


def _change_triggers(catalogue: Catalogue) -> Iterator[Statement]:
    """Workers hear of every statement that changes what the layers publish."""
    # (relation, the column that tells its layers apart, or none) → layer, value, layer, value …, or the layers alone.
    sharing: dict[tuple[str, str | None], list[str]] = {}
    for layer in catalogue:
        relation = str((layer.kept or layer.table).__table__)
        column, words = (layer.only[0], [layer.id, layer.only[1]]) if layer.only else (None, [layer.id])
        sharing.setdefault((relation, column), []).extend(words)
    for (relation, column), words in sharing.items():
        function = "note_change_of_part" if column else "note_change"
        arguments = [column, *words] if column else words
        for operation, rows in (
            ("insert", "referencing new table as new_rows"),
            ("update", "referencing new table as new_rows old table as old_rows"),
            ("delete", "referencing old table as old_rows"),
            ("truncate", ""),
        ):
            yield sql.SQL(
                "create or replace trigger {name} after {operation} on {table} {rows} "
                "for each statement execute function {function}({arguments})"
            ).format(
                name=sql.Identifier(f"g_{function}_{operation}"),
                operation=sql.SQL(operation),
                table=sql.Identifier(*relation.split(".")),
                rows=sql.SQL(rows),
                function=sql.Identifier("register", function),
                arguments=sql.SQL(", ").join(sql.Literal(argument) for argument in arguments),
            )


def _referred_triggers(catalogue: Catalogue) -> Iterator[Statement]:
    """A layer that shows another table's words changes with them."""
    showing: dict[str, tuple[set[str], list[str]]] = {}
    for layer in catalogue:
        for field in layer.public_fields:
            if field.through and layer.kept is None:
                column = layer.column(field.name)
                columns, layer_ids = showing.setdefault(str(column.table), (set(), []))
                columns.add(column.name)
                layer_ids.extend(() if layer.id in layer_ids else (layer.id,))
    for relation, (columns, layer_ids) in showing.items():
        yield sql.SQL(
            "create or replace trigger h_note_change_everywhere after update of {columns} on {table} "
            "for each statement execute function register.note_change_everywhere({layers})"
        ).format(
            columns=sql.SQL(", ").join(sql.Identifier(column) for column in sorted(columns)),
            table=sql.Identifier(*relation.split(".")),
            layers=sql.SQL(", ").join(sql.Literal(layer_id) for layer_id in layer_ids),
        )


def _timed_tables() -> list[Table]:
    """Tables whose rows are valid for a time."""
    return [
        mapper.local_table  # type: ignore[misc]
        for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
        if issubclass(mapper.class_, Row) and "valid" in mapper.local_table.columns
    ]


def _moment_triggers() -> Iterator[Statement]:
    for table in _timed_tables():
        yield from _statement_triggers(table, "f_moments", "keep_moments", (), ("insert", "update"))


def _coming_moments() -> Statement:
    """All moments to come, as the rows say them; `register.moment` is to hold at least these."""
    each = sql.SQL(" union ").join(
        sql.SQL(
            "select bound, {name}::text, id from {table}, unnest(array[lower(valid), upper(valid)]) bound"
            " where bound > now() and isfinite(bound)"
        ).format(name=sql.Literal(table.name), table=_identifier(table))
        for table in _timed_tables()
    )
    return sql.SQL(
        """
        create or replace function register.coming_moments() returns table (at timestamptz, table_name text, row_id uuid)
        language sql stable security definer set search_path = register, pg_temp as $$ {each} $$
        """
    ).format(each=each)


def _note_passed(catalogue: Catalogue) -> Statement:
    """Layers whose views show what is valid now: where did rows of a table begin or end by time alone?"""
    layers = [layer for layer in catalogue if layer.kept is None and "valid" in layer.table.__table__.columns]
    each = sql.Composed(
        sql.SQL(
            """
            insert into register.change (layer_id, extent_left, extent_bottom, extent_right, extent_top)
            select {layer_id}, floor(ST_XMin(box)), floor(ST_YMin(box)), ceil(ST_XMax(box)), ceil(ST_YMax(box))
            from (select ST_3DExtent(geom_3857) as box from {table}
                  where of_table = {name} and id = any(ids) and {where}) due where box is not null;
            """
        ).format(
            layer_id=sql.Literal(layer.id),
            table=_identifier(layer.table.__table__),  # type: ignore[arg-type]
            name=sql.Literal(layer.table.__tablename__),
            where=sql.SQL("{} = {}").format(sql.Identifier(layer.only[0]), sql.Literal(layer.only[1]))
            if layer.only
            else sql.SQL("true"),
        )
        for layer in layers
    )
    return sql.SQL(
        """
        create or replace function register.note_passed(of_table text, ids uuid[]) returns void
        language plpgsql security definer set search_path = register, public, pg_temp as $$
        begin
          {each}
        end
        $$
        """
    ).format(each=each)


def _view(layer: Layer) -> Iterator[Statement]:
    table: Table = layer.table.__table__  # type: ignore[assignment]
    view = sql.Identifier("published", layer.published.name)
    columns: list[sql.Composable] = []
    joins: dict[str, sql.Composed] = {}
    for name in layer.published.columns.keys():  # noqa: SIM118 iterating gives columns, not names
        field = layer.by_name.get(name)
        if field is None or field.through is None:
            columns.append(sql.Identifier("own", name))
            continue
        key, _ = field.through.split(".")
        column = layer.column(name)
        columns.append(sql.SQL("{} as {}").format(sql.Identifier(key, column.name), sql.Identifier(name)))
        joins[key] = sql.SQL(" left join {table} as {key} on {there} = {here}").format(
            table=_identifier(column.table),
            key=sql.Identifier(key),
            there=sql.Identifier(key, "id"),
            here=sql.Identifier("own", key),
        )
    conditions: list[sql.Composable] = [sql.SQL("own.valid @> now()")] if "valid" in table.columns else []
    if layer.only:
        conditions.append(sql.SQL("{} = {}").format(sql.Identifier("own", layer.only[0]), sql.Literal(layer.only[1])))
    # A view's columns cannot be reordered in place, and nothing depends on it: made anew each time.
    yield sql.SQL("drop view if exists {}").format(view)
    yield sql.SQL("create view {view} as select {columns} from {table} as own{joins} {where}").format(
        view=view,
        columns=sql.SQL(", ").join(columns),
        table=_identifier(table),
        joins=sql.SQL("").join(joins.values()),
        where=sql.SQL("where {}").format(sql.SQL(" and ").join(conditions)) if conditions else sql.SQL(""),
    )
    # Its owner sees past row-level security, which would cost a map query a hundred times its price.
    yield sql.SQL("alter view {} owner to marsa_guard").format(view)


def _identifier(table: Table) -> sql.Identifier:
    return sql.Identifier(table.schema or "public", table.name)
