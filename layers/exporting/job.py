# SPDX-License-Identifier: Apache-2.0
"""An export that nobody waits for: made by the process for jobs, kept for a day in a folder of its own."""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg

from gis.writing.rows import OutClass
from layers.catalogue import LAYERS
from layers.database import libpq
from layers.declaration import Text
from layers.exporting.formats import format_named
from layers.exporting.making import Database, Exported, export
from layers.exporting.wanted import Wanted
from layers.features import Key, Selection
from layers.jobs import Job, Task
from layers.past import moment_told

KEPT_S = 24 * 3600
"""How long a finished file can be fetched."""
ASK = "select register.ask_export(%(arguments)s::jsonb, %(actor)s, %(most)s, %(most_together)s)"
"""The new job's number, or null while this asker, or all together, have too many under way."""


def folder_of(files: Path) -> Path:
    """Beside the documents, not among them: a backup need not hold what can be made again."""
    return files.parent / "exports"


def file_of(files: Path, job: str, name: str) -> Path:
    return folder_of(files) / job / name


def arguments_of(wanted: Wanted, name: str) -> dict[str, Any]:
    """What the job needs to know, as plain JSON. `name` is the file's."""
    told = {
        each: getattr(wanted, each)
        for each in ("srid", "language", "column", "properties", "shape", "encoding", "time_zone", "asked")
    }
    return {
        **told,
        "name": name,
        "layer": wanted.layer.id,
        "format": wanted.format.id,
        "selection": asdict(wanted.selection),
        "binds": {
            key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in wanted.binds.items()
        },
        "order": [asdict(key) for key in wanted.order],
        "classes": [asdict(each) for each in wanted.classes],
        "moment": wanted.moment and wanted.moment.binds(),
    }


def work(task: Task, **arguments: Any) -> Mapping[str, Any]:
    """Makes the file; what is told of it: name, bytes, features, what was lost. May be begun again at any time."""
    wanted, name = wanted_of(arguments), arguments["name"]
    home = folder_of(task.files)
    folder = home / str(task.id)
    shutil.rmtree(folder, ignore_errors=True)  # what a killed process left
    folder.mkdir(parents=True, mode=0o700)
    try:
        with reading(task.public_url) as connection:
            written = export(
                connection, wanted, folder / name, lambda done, total: task.tell(done / max(total, 1), "writing")
            )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return told_of(written)


def told_of(written: Exported) -> dict[str, Any]:
    return {
        "file": written.path.name,
        "bytes": written.path.stat().st_size,
        "features": written.features,
        "losses": [asdict(loss) for loss in written.losses],
    }


def wanted_of(arguments: Mapping[str, Any]) -> Wanted:
    """The other way of `arguments_of`."""
    properties = arguments["properties"]
    return Wanted(
        layer=LAYERS[arguments["layer"]],
        format=format_named(arguments["format"]),
        srid=arguments["srid"],
        language=arguments["language"],
        column=arguments["column"],
        selection=Selection(**{**arguments["selection"], "equal": tuple(arguments["selection"]["equal"])}),
        binds=arguments["binds"],
        order=tuple(Key(**key) for key in arguments["order"]),
        properties=None if properties is None else tuple(properties),
        shape=arguments["shape"],
        encoding=arguments["encoding"],
        classes=tuple(OutClass(**each) for each in arguments["classes"]),
        time_zone=arguments["time_zone"],
        moment=moment_told(arguments.get("moment")),
        asked=arguments["asked"],
    )


@contextmanager
def reading(url: str, limit_s: int = 0) -> Iterator[Database]:
    """A connection of its own for a long read, ended after `limit_s` seconds (0: never).

    What keeps it is the reader: one who takes nothing for two minutes is let go.
    """
    with psycopg.connect(libpq(url), autocommit=True) as connection:
        connection.execute("select set_config('statement_timeout', %s, false)", [f"{limit_s}s"])
        connection.execute("set idle_in_transaction_session_timeout = '120s'")
        yield connection


def forget_old(home: Path) -> None:
    """Removes what has been kept long enough, whole or not."""
    if not home.is_dir():
        return
    for folder in home.iterdir():
        with suppress(FileNotFoundError):  # somebody else tidies up, or a download has ended
            if time.time() - folder.stat().st_mtime > KEPT_S:
                shutil.rmtree(folder, ignore_errors=True)


EXPORT = Job("export", Text(ar="ملف للتنزيل", en="A file to download"), work)
