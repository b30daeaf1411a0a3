# SPDX-License-Identifier: Apache-2.0
"""Files that have arrived, as the jobs that try and commit them see them."""

import shutil
import uuid
from pathlib import Path
from typing import Any

import psycopg

from layers.incoming import NoSuchIncoming
from layers.jobs import Task

Db = psycopg.Connection[Any]


def row_of(db: Db, number: uuid.UUID, *, lock: bool = False) -> dict[str, Any]:
    """The row of a file. Raises NoSuchIncoming."""
    if lock:
        db.execute("select from register.incoming where id = %s for update", [number])
    row = db.execute("select to_jsonb(i) from register.incoming i where id = %s", [number]).fetchone()
    if row is None:
        raise NoSuchIncoming(str(number))
    found: dict[str, Any] = row[0]
    return found


def was_committed(task: Task, folder: Path, row: dict[str, Any]) -> dict[str, Any]:
    """What a commit that had been made tells; its file is filed away, should the first run have died before."""
    if row["import_id"] is not None:
        file_away(folder, task.files / "imports" / str(row["import_id"]), row["parts"])
    return {"import_id": row["import_id"]}


def file_away(folder: Path, kept: Path, parts: list[dict[str, Any]]) -> None:
    """What came in is a document from now on: it lies with the others, and in every backup."""
    kept.mkdir(parents=True, exist_ok=True)
    for part in parts:
        if (folder / str(part["name"])).exists():  # else an earlier try has moved it
            shutil.move(folder / str(part["name"]), kept / str(part["name"]))
