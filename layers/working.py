# SPDX-License-Identifier: Apache-2.0
"""A process for jobs alone: procrastinate on the register's own database. Its one job today is the clock's, which every
worker that answers also keeps (`layers/clock.py`): whichever comes first does it."""

import procrastinate
import psycopg
from psycopg.conninfo import conninfo_to_dict

from layers.database import libpq
from layers.jobs import SCHEMA

EVERY_MINUTE = "* * * * *"


async def work(url: str) -> None:
    """Takes jobs until told to stop. `url` is the staff's."""
    options = f"{conninfo_to_dict(libpq(url)).get('options', '')} -c search_path={SCHEMA}".strip()
    connector = procrastinate.PsycopgConnector(conninfo=libpq(url), kwargs={"options": options}, min_size=1, max_size=2)
    app = procrastinate.App(connector=connector)

    # What is public follows from the rights in force, and these begin and end without anybody writing a row.
    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="publish_due", queueing_lock="publish_due")
    async def publish_due(timestamp: int) -> None:  # noqa: ARG001 when it was due; procrastinate tells it
        async with await psycopg.AsyncConnection.connect(libpq(url), autocommit=True) as connection:
            await connection.execute("select register.publish_due()")

    async with app.open_async():
        await app.run_worker_async(concurrency=1, delete_jobs="successful", shutdown_graceful_timeout=5)
