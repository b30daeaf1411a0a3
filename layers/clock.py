# SPDX-License-Identifier: Apache-2.0
"""The register's clock: what begins or ends by time alone is published at its moment."""

import asyncio

import psycopg
import structlog
from psycopg import AsyncConnection

log = structlog.get_logger()
LOOK_EVERY_S = 5.0
"""A look finds what others wrote meanwhile; while nothing is due it is one probe of an index and writes nothing."""
SHORTEST_S = 0.05


async def keep_time(conninfo: str, look_every_s: float = LOOK_EVERY_S) -> None:
    """Publishes what is due, until cancelled. Any number of processes may: one at a time does the work.

    `conninfo` as staff. A moment that is known is kept to the instant; one that somebody writes less than `look_every_s`
    before it comes is found that much late at most.
    """
    while True:
        try:
            async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
                while True:
                    cursor = await connection.execute(
                        "select register.lapse_due(), register.publish_due(), register.next_moment_s()"
                    )
                    *_, next_s = await cursor.fetchone() or (0, 0, None)
                    await asyncio.sleep(max(SHORTEST_S, min(look_every_s, next_s or look_every_s)))
        except psycopg.Error as error:
            # The database may be away for a moment; the next look finds what this one missed.
            log.warning("clock_missed", error=str(error).strip())
            await asyncio.sleep(look_every_s)
