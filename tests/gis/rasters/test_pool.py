# SPDX-License-Identifier: Apache-2.0
"""Who asks for a drawing while all children are at work is told to come again, and does not wait without end."""

import asyncio
from pathlib import Path

from gis.rasters.pool import DrawersBusy, Pool

NOTHING = {"do": "values", "rasters": [], "places": [[16.6, 31.2]]}


async def _two_at_once(folder: Path) -> "list[object]":
    pool = Pool(folder, most=1, wait_s=0.05)
    try:
        first = asyncio.create_task(pool.ask(NOTHING))  # its child begins, which takes longer than the other waits
        await asyncio.sleep(0)
        told = await asyncio.gather(pool.ask(NOTHING), first, return_exceptions=True)
        return [*told, await pool.ask(NOTHING)]  # and the turn was given back
    finally:
        await pool.close()


def test_a_busy_drawer_says_so_and_is_free_again_afterwards(tmp_path: Path) -> None:
    busy, first, later = asyncio.run(_two_at_once(tmp_path))
    assert isinstance(busy, DrawersBusy)
    assert first == later == ({"ok": True, "heights": [None], "slopes": [None], "rasters": [None]}, b"")
