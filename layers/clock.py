# SPDX-License-Identifier: Apache-2.0
"""The register's clock: what begins or ends by time alone is published soon after its moment."""

import asyncio

import psycopg
import structlog
from psycopg import AsyncConnection

log = structlog.get_logger()
EVERY_S = 30.0


async def keep_time(conninfo: str, every_s: float = EVERY_S) -> None:
    """Publishes what is due, again and again until cancelled. Any number of workers may: one at a time does the work.

    `conninfo` as staff. A connection a minute is cheaper than one that is held.
    """
    while True:
        try:
            async with await AsyncConnection.connect(conninfo) as connection:
                await connection.execute("select register.publish_due()")
        except psycopg.Error as error:
            # The database may be away for a moment; the next round finds what this one missed.
            log.warning("clock_missed", error=str(error).strip())
        await asyncio.sleep(every_s)
