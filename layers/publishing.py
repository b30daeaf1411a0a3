# SPDX-License-Identifier: Apache-2.0
"""What follows from the catalogue in the database: published views, triggers, grants.

Made anew after every migration, like code: none of it holds data, so none of it needs a migration of its own.
"""

from collections.abc import Iterator
from pathlib import Path

from psycopg import Connection, sql
from sqlalchemy import Table

from layers import inplace, past
from layers.catalogue import LAYERS
from layers.codelists import CODELISTS
from layers.declaration import Catalogue, Layer
from layers.fabric import tables as _fabric  # noqa: F401 triggers stand on tables that must be known
from layers.floor import floor
from layers.granting import COMMON_VIEWS, grants
from layers.rights.walls import machine_views
from layers.triggers import (
    Statement,
    change_triggers,
    facility_triggers,
    identifier,
    moment_triggers,
    plot_triggers,
    referred_triggers,
    rights_triggers,
    row_triggers,
    timed_tables,
    user_triggers,
)
from layers.writing import written_features

SQL = Path(__file__).parent / "sql"
# The order matters: functions before the triggers that call them.
FUNCTIONS = (
    "rows.sql",
    "guards.sql",
    "rights.sql",
    "fabric.sql",
    "files.sql",
    "leases.sql",
    "why.sql",
    "commands.sql",
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
    "users.sql",
    "floor.sql",
)
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
    wanted = inplace.digest(
        [
            Path(past.__file__).read_text(),
            *functions,
            *(statement.as_string(connection) for statement in statements),
            repr(codes),
        ]
    )
    if inplace.stands(connection, wanted):
        return
    connection.execute("drop schema if exists past cascade")  # its views stand on those that are made anew
    connection.execute(NO_TRIGGERS)
    for function in functions:
        connection.execute(function)
    for statement in statements:
        connection.execute(statement)
    past.put_in_place(connection, catalogue)
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
    yield from row_triggers()
    yield from moment_triggers()
    yield from plot_triggers()
    yield from facility_triggers()
    yield from user_triggers()
    yield from rights_triggers()
    yield from machine_views()
    for layer in catalogue:
        yield sql.SQL("insert into register.layer_version (layer_id) values ({}) on conflict do nothing").format(
            layer.id
        )
    for layer in catalogue:
        if layer.kept is None:
            yield from _view(layer)
    yield from written_features(catalogue)
    yield from change_triggers(catalogue)
    yield from referred_triggers(catalogue)
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
        "reference_number, dated, citation, licence, attribution from register.source where visibility = 'public'"
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
    # Also what was written before there were moments. Last: the function reads as its owner, who may read a table that a
    # migration has just made only now.
    yield sql.SQL("insert into register.moment select * from register.coming_moments() on conflict do nothing")


def _coming_moments() -> Statement:
    """All moments to come, as the rows say them; `register.moment` is to hold at least these."""
    each = sql.SQL(" union ").join(
        sql.SQL(
            "select bound, {name}::text, id from {table}, unnest(array[lower(valid), upper(valid)]) bound"
            " where bound > now() and isfinite(bound)"
        ).format(name=sql.Literal(table.name), table=identifier(table))
        for table in timed_tables()
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
            table=identifier(layer.table.__table__),  # type: ignore[arg-type]
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
            table=identifier(column.table),
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
        table=identifier(table),
        joins=sql.SQL("").join(joins.values()),
        where=sql.SQL("where {}").format(sql.SQL(" and ").join(conditions)) if conditions else sql.SQL(""),
    )
    # Its owner sees past row-level security, which would cost a map query a hundred times its price.
    yield sql.SQL("alter view {} owner to marsa_guard").format(view)
