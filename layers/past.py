# SPDX-License-Identifier: Apache-2.0
"""The register as it was: what was true on one instant, as it was known on another.

A schema `past` holds the same relations as `published`, made of the rows that were recorded then, and shows of them what was
valid and public then. So every question about the present is one about the past when it reads the other schema (`in_past`)
in a transaction that says which instants are meant (`SET_MOMENT`). What the views say is copied from the present's own
definitions: there is no second set of rules.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from psycopg import Connection, sql
from sqlalchemy import Computed, Table

from layers.declaration import Catalogue, Layer
from layers.features import written_as
from layers.floor import row_tables
from layers.triggers import Statement, identifier

SET_MOMENT = "select set_config('marsa.on', %(on)s, true), set_config('marsa.known_on', %(known_on)s, true)"
"""To be asked first in the transaction. Binds: `Moment.binds`."""
DERIVED = {"plots": "derived_plots", "blocks": "derived_blocks"}
"""Kept tables and the view in `register` that says what they should hold now."""
# Which rows are meant: those valid at the one instant, as recorded at the other. Unset is now.
FUNCTIONS = """
    drop schema if exists past cascade;
    create schema past;
    grant usage on schema past to marsa_public, marsa_staff, marsa_guard;
    create function past.true_on() returns timestamptz language sql stable as $$
      select coalesce(nullif(current_setting('marsa.on', true), '')::timestamptz, now())
    $$;
    create function past.known_on() returns timestamptz language sql stable as $$
      select coalesce(nullif(current_setting('marsa.known_on', true), '')::timestamptz, clock_timestamp())
    $$;
"""
# Two answers of one version are the same: what was known on a day never changes, and what is known now changes with the
# transactions that are seen.
VERSIONS = """
    create view past.layer_versions as select layer_id,
      case when coalesce(current_setting('marsa.known_on', true), '') <> '' then 0
           else abs(hashtextextended(pg_current_snapshot()::text, 0) / 2) end as version, changed_at
    from register.layer_version
"""
SUMS = """
    create view past.plot_sums as select row_number() over () as id, public_status, land_use, water, sewer, power, telecom,
      illustrative, count(*) as plots, sum(area_m2::numeric) as area_m2
    from past.plots group by public_status, land_use, water, sewer, power, telecom, illustrative
"""


@dataclass(frozen=True)
class Moment:
    """What was true on `on`, as it was known on `known_on`; None: as it is known now."""

    on: datetime
    known_on: datetime | None

    def binds(self) -> dict[str, str]:
        """Of SET_MOMENT."""
        return {"on": self.on.isoformat(), "known_on": self.known_on.isoformat() if self.known_on else ""}


def moment_told(binds: Mapping[str, str] | None) -> Moment | None:
    """The other way of `Moment.binds`."""
    if binds is None:
        return None
    return Moment(
        datetime.fromisoformat(binds["on"]),
        datetime.fromisoformat(binds["known_on"]) if binds["known_on"] else None,
    )


@lru_cache(maxsize=4000)
def in_past(statement: str) -> str:
    """The same question, of the past."""
    return re.sub(r'"published"\.|\bpublished\.(?=["a-z])', "past.", statement)


def put_in_place(connection: "Connection[tuple[object, ...]]", catalogue: Catalogue) -> None:
    """Makes the schema anew, of the present's views as they stand."""
    connection.execute(FUNCTIONS)
    for table in _rows():
        connection.execute(_known(table))
    connection.execute("set local search_path = ''")  # so that views spell out every name
    for statement in _views(connection, catalogue):
        connection.execute(statement)
    connection.execute("reset search_path")
    connection.execute(
        """
        do $$
        declare v regclass;
        begin
          for v in select oid from pg_class where relnamespace = 'past'::regnamespace and relkind = 'v' loop
            execute format('alter view %s owner to marsa_guard', v);
          end loop;
        end $$
        """
    )
    for layer in catalogue:
        readers = sql.SQL("marsa_public, marsa_staff" if layer.audience == "public" else "marsa_staff")
        for name in _names(layer):
            connection.execute(sql.SQL("grant select on {} to {}").format(sql.Identifier("past", name), readers))
    for name in (*COMMON, "plot_sums"):
        connection.execute(
            sql.SQL("grant select on {} to marsa_public, marsa_staff").format(sql.Identifier("past", name))
        )


COMMON = ("codes", "layer_versions", "installation", "sources", "plot_terrain")


def _names(layer: Layer) -> Iterator[str]:
    yield layer.published.name
    if layer.kept is not None:
        yield layer.kept.written.name


def _rows() -> list[Table]:
    return sorted(row_tables(), key=lambda table: table.name)


def _known(table: Table) -> Statement:
    """`past.known_{table}`: its rows as they were recorded then. History leaves out what can be computed anew."""
    columns, recalled = [], []
    for column in table.columns:
        name = sql.Identifier(column.name)
        columns.append(name)
        computed = column.server_default
        if column.name in ("geom_3857", "geom_4326") and isinstance(computed, Computed):
            recalled.append(sql.SQL("public.st_transform(r.geom, {})").format(int(column.name[-4:])))
        else:
            recalled.append(sql.SQL("r.{}").format(name))
    return sql.SQL(
        "create view past.{view} as select {columns} from {table} where recorded_from <= past.known_on()"
        " union all select {recalled} from register.history h, lateral jsonb_populate_record(null::{table}, h.stored) r"
        " where h.table_name = {name} and h.recorded @> past.known_on()"
    ).format(
        view=sql.Identifier(f"known_{table.name}"),
        columns=sql.SQL(", ").join(columns),
        recalled=sql.SQL(", ").join(recalled),
        table=identifier(table),
        name=sql.Literal(table.name),
    )


def _views(connection: "Connection[tuple[object, ...]]", catalogue: Catalogue) -> Iterator[Statement | str]:
    yield "create view past.codes as select * from published.codes"
    yield "create view past.installation as select * from published.installation"
    yield VERSIONS
    # Figures of a plot's terrain are of the present shape alone.
    yield "create view past.plot_terrain as select * from published.plot_terrain where false"
    yield f"create view past.sources as {_then(connection, 'published.sources')}"
    for layer in catalogue:
        if layer.kept is None:
            yield f"create view past.{_quoted(layer.published.name)} as {_then(connection, f'published.{_quoted(layer.published.name)}')}"
    # A block's counts follow its plots. When a row was last written is not told: hidden changes write rows too.
    for name, derived in DERIVED.items():
        yield (
            f"create view past.{name} as select d.*, 1::bigint as version, null::date as updated_on, "  # noqa: S608 our own words
            f"public.st_pointonsurface(d.geom_3857) as label_3857 from ({_then(connection, f'register.{derived}')}) d"
        )
    for layer in catalogue:
        if layer.kept is not None:
            yield sql.SQL("create view {} as select p.id, {} as feature from {} p").format(
                sql.Identifier("past", layer.kept.written.name),
                sql.SQL(_spelled_out(written_as(layer).as_string(None))),
                sql.Identifier("past", layer.published.name),
            )
    yield SUMS


def _then(connection: "Connection[tuple[object, ...]]", view: str) -> str:
    """What a view of the present says, said of the past."""
    row = connection.execute("select pg_get_viewdef(%s::regclass)", [view]).fetchone()
    text = str(row[0] if row else "").strip().removesuffix(";")
    rows = "|".join(table.name for table in _rows())
    # A table without another name is called by its own in the rest of the text.
    text = re.sub(rf"\bregister\.({rows})\b(?=\s+[a-z_\"])", r"past.known_\1", text)
    text = re.sub(rf"\bregister\.({rows})\b(?!\()", r"past.known_\1 \1", text)
    return in_past(re.sub(r"\bnow\(\)", "past.true_on()", text))


def _spelled_out(text: str) -> str:
    return re.sub(r"\bST_", "public.ST_", text)


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string(None)
