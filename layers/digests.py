# SPDX-License-Identifier: Apache-2.0
"""What a table holds, as a number of rows and one digest: equal digests, equal rows."""

import hashlib
from dataclasses import dataclass

from psycopg import Connection, sql

# What a value looks like as text must not depend on who asks.
PLAIN_TEXT = (
    "set local timezone = 'UTC'; set local datestyle = 'ISO'; set local intervalstyle = 'iso_8601'; "
    "set local bytea_output = 'hex'; set local extra_float_digits = 1; set local statement_timeout = 0"
)


@dataclass(frozen=True)
class TableDigest:
    """Rows of a table and the SHA-256 of them all, in the order of their key."""

    rows: int
    sha256: str


def tables(connection: "Connection[tuple[object, ...]]") -> list[tuple[str, str]]:
    """Schema and name of every table that is ours: not PostgreSQL's, not an extension's."""
    return [
        (str(schema), str(name))
        for schema, name in connection.execute(
            "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') "
            "and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') order by 1, 2"
        )
    ]


def digests(connection: "Connection[tuple[object, ...]]") -> dict[str, TableDigest]:
    """`schema.table` → its digest, all as of the connection's transaction."""
    connection.execute(PLAIN_TEXT)
    return {f"{schema}.{name}": _digest(connection, schema, name) for schema, name in tables(connection)}


def _digest(connection: "Connection[tuple[object, ...]]", schema: str, name: str) -> TableDigest:
    """Streams the table: no row limit, no memory."""
    relation = sql.Identifier(schema, name)
    # A generated column follows from the others, and from the version of PROJ.
    columns = _names(connection, schema, name, "a.attgenerated = ''")
    key = _names(
        connection, schema, name,
        "exists (select from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any(i.indkey))",
    ) or columns  # fmt: skip
    question = sql.SQL("copy (select {columns} from {relation} order by {key}) to stdout").format(
        columns=sql.SQL(", ").join(sql.Identifier(column) for column in columns),
        relation=relation,
        # As text under "C": a language's order changes with the version of its library.
        key=sql.SQL(", ").join(sql.SQL('{}::text collate "C"').format(sql.Identifier(column)) for column in key),
    )
    digest, rows = hashlib.sha256(), 0
    with connection.cursor() as cursor, cursor.copy(question) as copied:
        for row in copied:
            digest.update(row)
            rows += 1
    return TableDigest(rows, digest.hexdigest())


def _names(connection: "Connection[tuple[object, ...]]", schema: str, name: str, which: str) -> list[str]:
    rows = connection.execute(
        sql.SQL(
            "select a.attname from pg_attribute a where a.attrelid = {}::regclass and a.attnum > 0 "
            "and not a.attisdropped and {} order by a.attnum"
        ).format(sql.Literal(sql.Identifier(schema, name).as_string(connection)), sql.SQL(which))
    )
    return [str(row[0]) for row in rows]
