# SPDX-License-Identifier: Apache-2.0
"""Keeps what terrain says of plots true while the service runs: soon after a plot or the terrain has changed."""

import asyncio
from pathlib import Path
from typing import Any

import psycopg
import structlog

from gis.errors import MarsaError
from layers.rasters.importing import sweep
from layers.rasters.measuring import Renewed, renew
from layers.threads import in_thread

log = structlog.get_logger()
EVERY_S = 10.0
AGAIN_S = 120.0
"""After a failure: a raster whose file is gone does not come back within seconds."""
CHANGED = "select layer_id, version from published.layer_versions where layer_id in ('plots', 'terrain') order by 1"


async def keep_terrain(conninfo: str, files: Path, every_s: float = EVERY_S) -> None:
    """Measures again and again until cancelled; asks no more than two numbers while nothing has changed. `conninfo`: staff."""
    seen: list[Any] | None = None
    while True:
        wait_s = every_s
        before = seen
        try:
            seen, unread = await in_thread(lambda: _once(conninfo, files, before))  # noqa: B023 awaited before it changes
            if unread:
                # Figures of the other plots are of now; these wait for the file.
                log.warning("terrain_unread", rasters=unread)
                wait_s = AGAIN_S
        except (psycopg.Error, MarsaError, OSError) as error:
            log.warning("terrain_missed", error=type(error).__name__)
            seen, wait_s = None, AGAIN_S
        await asyncio.sleep(wait_s)


def _once(conninfo: str, files: Path, seen: list[Any] | None) -> tuple[list[Any], tuple[str, ...]]:
    """What was seen, empty while something is left to do; rasters whose file cannot be read."""
    with psycopg.connect(conninfo, autocommit=True) as db:
        now = db.execute(CHANGED).fetchall()
        if now != seen:
            sweep(db, files)
        if now == seen:
            return now, ()
        # Until nothing is left to do: another process may have held the work.
        renewed = renew(db, files, actor="clock")
        return ([] if renewed != Renewed() else now), renewed.unread
