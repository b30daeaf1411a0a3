# SPDX-License-Identifier: Apache-2.0
"""What lies about of files on their way in or out, and is taken away after a while: nothing of it is a document."""

import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psycopg
import structlog

from layers.exporting import job as exports
from layers.importing.checking import Db

log = structlog.get_logger()

SENDING_DAYS, WAITING_DAYS, TOLD_DAYS = 3, 30, 30
"""How long a file may be on its way, lie here undecided, and its report be looked at after it was committed."""
STRAY_S = 24 * 3600
"""A folder that no row speaks of may belong to a request that is being answered; after a day it does not."""

FORGOTTEN = """
    delete from register.incoming i
    where ((state = 'sending' and made_at < clock_timestamp() - make_interval(days => %(sending)s))
        or (state = 'here' and made_at < clock_timestamp() - make_interval(days => %(waiting)s)))
      and coalesce(register.job_standing(job) ->> 'state', '') not in ('waiting', 'running')
    returning id::text
"""
KEPT = """
    select id::text from register.incoming
    where state in ('sending', 'here') or made_at > clock_timestamp() - make_interval(days => %(told)s)
"""


def tidy(conninfo: str, files: Path) -> int:
    """Takes away uploads that nobody finished or decided on, old reports and pictures of them, and old exports.

    `files`: the installation's folder of documents, which are not touched. Returns how many uploads were forgotten.
    """
    exports.forget_old(exports.folder_of(files))
    with psycopg.connect(conninfo, autocommit=True) as db:
        forgotten = [str(row[0]) for row in db.execute(FORGOTTEN, {"sending": SENDING_DAYS, "waiting": WAITING_DAYS})]
        kept = _kept(db)
    home = files.parent / "incoming"
    if home.is_dir():
        _clear(home.iterdir(), kept)
    for number in forgotten:
        shutil.rmtree(home / number, ignore_errors=True)
    if forgotten:
        log.info("uploads_forgotten", number=len(forgotten))
    return len(forgotten)


def _kept(db: Db) -> set[str]:
    return {str(row[0]) for row in db.execute(KEPT, {"told": TOLD_DAYS})}


def _clear(folders: Iterable[Path], kept: set[str]) -> None:
    for folder in folders:
        with suppress(FileNotFoundError):  # somebody else tidies up, too
            if folder.name not in kept and time.time() - folder.stat().st_mtime > STRAY_S:
                shutil.rmtree(folder, ignore_errors=True)
