# SPDX-License-Identifier: Apache-2.0
"""The tables of procrastinate, which queues our jobs: a schema of their own, that comes with the program like functions do."""

import re
from importlib import metadata

from procrastinate.schema import SchemaManager, migrations_path
from psycopg import Connection, sql

SCHEMA = "jobs"
QUEUE = "long"
TASK = "do_job"
"""Its queue and task for our jobs; `register.ask_job` names them too."""


def install(connection: "Connection[tuple[object, ...]]") -> None:
    """Puts the tables of the installed procrastinate in place, or brings older ones up to it. Repeating changes nothing."""
    version = metadata.version("procrastinate")
    row = connection.execute("select obj_description(to_regnamespace(%s)::oid, 'pg_namespace')", [SCHEMA]).fetchone()
    there = str(row[0]) if row and row[0] else None
    if there != version:
        if there is None:
            connection.execute(sql.SQL("create schema {}").format(sql.Identifier(SCHEMA)))
        connection.execute(sql.SQL("set local search_path = {}").format(sql.Identifier(SCHEMA)))
        for script in [SchemaManager.get_schema()] if there is None else _scripts(there, version):
            connection.execute(script.encode())
        connection.execute("set local search_path = default")
        connection.execute(sql.SQL("comment on schema {} is {}").format(sql.Identifier(SCHEMA), sql.Literal(version)))
    # The worker logs in as staff; who asks for a job goes through a function of the guard's.
    connection.execute("grant usage on schema jobs to marsa_staff, marsa_guard")
    connection.execute("grant select, insert, update, delete on all tables in schema jobs to marsa_staff, marsa_guard")
    connection.execute("grant usage on all sequences in schema jobs to marsa_staff, marsa_guard")


def _scripts(older: str, newer: str) -> list[str]:
    """Migrations of procrastinate between two of its versions, in their order: `03.04.00_01_pre_….sql`."""
    return [
        path.read_text(encoding="utf-8")
        for path in sorted(migrations_path.glob("*.sql"))
        if _numbers(older) < _numbers(path.name.split("_")[0]) <= _numbers(newer)
    ]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(word) for word in re.findall(r"\d+", version)[:3])
