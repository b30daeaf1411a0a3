# SPDX-License-Identifier: Apache-2.0
"""Files that are kept whole beside what came of them: models of networks, and files of projects; what is kept of each."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from layers.errors import MarsaError
from layers.models import written

Db = psycopg.Connection[tuple[Any, ...]]
MODELS = """
    select m.source_id, m.code, f.name, m.format, m.utility, m.crs, to_char(m.recorded_from at time zone 'UTC', 'YYYY-MM-DD HH24:MI'),
      coalesce(octet_length(f.content), 0),
      (select json_agg(json_build_array(t.name, (select count(*) from register.model_row r where r.table_id = t.id and r.stated <> '[]'))
         order by t.ord) from register.model_table t where t.model_id = m.id)
    from register.network_model m left join register.source_file f on f.source_id = m.source_id order by m.code
"""
PROJECTS = """
    select f.source_id, f.name, min(p.scheme), to_char(min(p.recorded_from) at time zone 'UTC', 'YYYY-MM-DD HH24:MI'),
      octet_length(f.content), count(*), count(p.project_id)
    from register.source_file f join register.project_record p on p.source_id = f.source_id
    group by f.source_id order by min(p.number) desc limit 200
"""


class NoSuchKeptFile(MarsaError):
    """No file is kept under this number."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.source = source


@dataclass(frozen=True)
class KeptFile:
    """`kind`: the format. `parts`: what is kept of it, each with its number of rows or documents."""

    source: str
    name: str
    kind: str
    at: str
    size_bytes: int
    parts: tuple[tuple[str, int], ...]
    model: str | None = None
    """Name of the model that it is; None for a file of projects."""
    utility: str | None = None
    crs: str | None = None
    """Of a model that is on the map."""
    on_map: int = 0
    """Of a file of projects how many of them have a place."""


def kept_files(db: Db) -> list[KeptFile]:
    """Every model, then every file of projects, the newest first."""
    models = [
        KeptFile(
            str(source),
            name or code,
            format_,
            at,
            size,
            tuple((t, n) for t, n in tables or () if n),
            code,
            utility,
            crs,
        )
        for source, code, name, format_, utility, crs, at, size, tables in db.execute(MODELS)
    ]
    projects = [
        KeptFile(str(source), name, scheme, at, size, (("documents", documents),), on_map=on_map)
        for source, name, scheme, at, size, documents, on_map in db.execute(PROJECTS)
    ]
    return models + projects


def kept_file(db: Db, source: UUID) -> tuple[str, bytes]:
    """Name and bytes: of a model as it stands now, which is the file that came as long as nothing was changed; else that file.

    Raises NoSuchKeptFile.
    """
    model = db.execute("select code from register.network_model where source_id = %s", [source]).fetchone()
    found = db.execute("select name, content from register.source_file where source_id = %s", [source]).fetchone()
    if found is None:
        raise NoSuchKeptFile(str(source))
    return str(found[0]), bytes(found[1]) if model is None else written(db, str(model[0]))
