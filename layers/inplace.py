# SPDX-License-Identifier: Apache-2.0
"""Whether what follows from the catalogue stands in the database already, so that a start changes nothing under readers.

`publish` drops and makes views and triggers in one transaction. Beside a busy replica that costs its readers deadlocks, so
it is left out where the same program did it before and nobody has changed any of it since: a trigger dropped by hand is
made again.
"""

import hashlib
from collections.abc import Iterable

from psycopg import Connection, sql

# All that `publish` makes, as the database describes it now. Names instead of numbers, which differ after a restore.
MADE = """
    select md5(string_agg(line, E'\\n' order by line collate "C")) from (
      select concat_ws('|', pg_get_triggerdef(t.oid), t.tgenabled) as line
      from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where not t.tgisinternal and c.relnamespace in (select oid from pg_namespace where nspname in ('register', 'published', 'past'))
      union all
      select concat_ws('|', p.oid::regprocedure, md5(p.prosrc), p.proowner::regrole, p.prosecdef, p.proconfig,
                       grants.list)
      from pg_proc p
      cross join lateral (select string_agg(x::text, ',' order by x::text) as list from unnest(p.proacl) x) grants
      where p.pronamespace in (select oid from pg_namespace where nspname in ('register', 'published', 'past'))
      union all
      select concat_ws('|', c.oid::regclass, c.relkind, c.relowner::regrole, c.relrowsecurity, c.relforcerowsecurity,
                       grants.list, case c.relkind when 'v' then md5(pg_get_viewdef(c.oid)) end)
      from pg_class c
      cross join lateral (select string_agg(x::text, ',' order by x::text) as list from unnest(c.relacl) x) grants
      where c.relkind in ('r', 'v', 'S') and c.relnamespace in (select oid from pg_namespace where nspname in ('register', 'published', 'past'))
      union all
      select concat_ws('|', a.attrelid::regclass, a.attname, grants.list)
      from pg_attribute a join pg_class c on c.oid = a.attrelid
      cross join lateral (select string_agg(x::text, ',' order by x::text) as list from unnest(a.attacl) x) grants
      where a.attacl is not null and c.relnamespace in (select oid from pg_namespace where nspname in ('register', 'published', 'past'))
      union all
      select concat_ws('|', p.polrelid::regclass, p.polname, p.polcmd, p.polroles::regrole[],
                       pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      from pg_policy p
      union all
      -- An upgrade of PostGIS makes it anew, without the mark that the floor needs.
      select concat_ws('|', p.oid::regprocedure, p.proleakproof) from pg_proc p
      where p.proname = 'geometry_overlaps' and p.proargtypes::regtype[]::text[] = array['geometry', 'geometry']
      union all
      select concat_ws('|', list, code, position, ar, en, standard) from register.code
    ) made
"""


def digest(parts: Iterable[str]) -> str:
    """One word for all that the program would put in place, in whatever order it comes: mappers are kept in a set."""
    found = hashlib.sha256()
    for part in sorted(parts):
        found.update(part.encode())
        found.update(b"\0")
    return found.hexdigest()


def stands(connection: "Connection[tuple[object, ...]]", wanted: str) -> bool:
    """Whether the database carries this mark and is still as it was when the mark was set."""
    row = connection.execute("select obj_description('published'::regnamespace, 'pg_namespace')").fetchone()
    return row is not None and row[0] == f"{wanted} {_made(connection)}"


def mark(connection: "Connection[tuple[object, ...]]", wanted: str) -> None:
    """Notes on the schema what was put in place and how the database describes it."""
    words = sql.Literal(f"{wanted} {_made(connection)}")
    connection.execute(sql.SQL("comment on schema published is {}").format(words))


def _made(connection: "Connection[tuple[object, ...]]") -> object:
    row = connection.execute(MADE).fetchone()
    return row[0] if row else None
