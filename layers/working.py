# SPDX-License-Identifier: Apache-2.0
"""The one process for what nobody waits for: it keeps the clock and does long work, beside the workers that answer.

procrastinate hands out the work on the register's own database. Each job runs in a thread; what needs much memory or
opens files that strangers made does so in child processes, as everywhere.
"""

import asyncio
import json
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import procrastinate
import psycopg
import structlog
from procrastinate import job_context
from procrastinate.jobs import Status
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.json import Jsonb

from layers.administering import CHECKS
from layers.clock import keep_time
from layers.database import Addresses, Kept, libpq
from layers.errors import MarsaError
from layers.exporting.job import EXPORT
from layers.importing import receiving
from layers.jobs import Job, StopAsked, Task
from layers.queue import QUEUE, SCHEMA, TASK
from layers.rasters.keeping import keep_terrain
from layers.threads import in_thread
from layers.tidying import tidy

log = structlog.get_logger()

JOBS: tuple[Job, ...] = (EXPORT, CHECKS, *receiving.JOBS)
"""Every kind of long work. A new one is a `Job` in the module that does it, and a word here."""

AT_ONCE = 2
"""Jobs done at the same time."""
LOOK_AFTER_EVERY_S = 30.0
TIDY_EVERY_S = 3600.0
ATTEMPTS = 3
"""A job that has taken the process with it that often is not begun again."""
KEPT_DAYS = 30
GRACE_S = 5
MANY_SUMS = 2000
"""Rows of sums after which they are added up."""


class Interrupted(Exception):
    """The process ends while a job is at work."""


@dataclass(frozen=True)
class Place:
    """Where work is done: the register's addresses, its installation, the folder of files."""

    addresses: Addresses
    installation: Kept
    files: Path


async def work(place: Place, jobs: tuple[Job, ...] | None = None) -> None:
    """Keeps the clock and does jobs until told to stop by SIGTERM or SIGINT, or cancelled. `jobs` None: all of `JOBS`."""
    staff = libpq(place.addresses.staff)
    app = _application(place, {job.name: job for job in (JOBS if jobs is None else jobs)})
    async with app.open_async():
        others = [
            asyncio.create_task(keep_time(staff)),
            asyncio.create_task(keep_terrain(staff, place.files)),
            asyncio.create_task(_look_after(app, staff)),
            asyncio.create_task(_keep_tidy(staff, place.files)),
        ]
        try:
            await app.run_worker_async(
                queues=[QUEUE], concurrency=AT_ONCE, delete_jobs="always", shutdown_graceful_timeout=GRACE_S
            )
        finally:
            for other in others:
                other.cancel()
                with suppress(asyncio.CancelledError):
                    await other


def _application(place: Place, jobs: Mapping[str, Job]) -> procrastinate.App:
    staff = libpq(place.addresses.staff)
    options = f"{conninfo_to_dict(staff).get('options', '')} -c search_path={SCHEMA}".strip()
    connector = procrastinate.PsycopgConnector(conninfo=staff, kwargs={"options": options}, min_size=1, max_size=3)
    app = procrastinate.App(connector=connector)

    # Our own end breaks a job off; the next process begins it again.
    again = procrastinate.RetryStrategy(max_attempts=ATTEMPTS, retry_exceptions=[Interrupted])

    @app.task(name=TASK, queue=QUEUE, pass_context=True, retry=again)
    async def do_job(context: job_context.JobContext, job: str) -> None:
        try:
            await _do(place, jobs, uuid.UUID(job), context.should_abort)
        except asyncio.CancelledError:
            raise Interrupted from None

    return app


async def _do(place: Place, jobs: Mapping[str, Job], number: uuid.UUID, ending: Callable[[], bool]) -> None:
    """One job from beginning to end. Whatever becomes of it is told; only our own end leaves it to be begun again."""
    begun = await _as_staff(place, "select * from register.begin_job(%s)", [number])
    if begun is None:
        return  # stopped before it began, or done
    name, arguments, actor = begun
    addresses = place.addresses
    task = Task(
        number, actor, addresses.admin, addresses.staff, place.installation.srid, place.files, addresses.public, ending
    )
    try:
        result = await in_thread(lambda: jobs[name].work(task, **arguments))
    except MarsaError as refusal:
        await _end(place, number, "refused", {"type": type(refusal).__name__, "facts": refusal.facts()})
    except StopAsked:
        if ending():
            raise Interrupted from None
        await _end(place, number, "stopped", None)
    except Exception:
        log.exception("job_failed", job=str(number), name=name)
        await _end(place, number, "failed", None)
    else:
        await _end(place, number, "done", result)


async def _end(place: Place, number: uuid.UUID, state: str, result: Mapping[str, Any] | None) -> None:
    told = None if result is None else Jsonb(result, dumps=_plain)
    await _as_staff(place, "select register.end_job(%s, %s, %s)", [number, state, told])


def _plain(result: object) -> str:
    """JSON; what JSON lacks (a date, a path, a uuid among a refusal's facts) as its text."""
    return json.dumps(result, default=str)


async def _as_staff(place: Place, statement: str, binds: list[object]) -> "tuple[Any, ...] | None":
    async with await AsyncConnection.connect(libpq(place.addresses.staff), autocommit=True) as connection:
        return await (await connection.execute(statement, binds)).fetchone()  # type: ignore[arg-type,unused-ignore]


async def _look_after(app: procrastinate.App, staff: str) -> None:
    """Hands out again what a killed process left half done, forgets what ended long ago, adds up sums."""
    while True:
        try:
            await _hand_out_again(app)
            async with await AsyncConnection.connect(staff, autocommit=True) as connection:
                await connection.execute("select register.tidy_jobs(make_interval(days => %s))", [KEPT_DAYS])
                await connection.execute("select register.add_up_sums(%s)", [MANY_SUMS])
        except Exception as error:  # noqa: BLE001 the database may be away; the next look finds the same
            log.warning("jobs_not_looked_after", error=str(error).strip())
        await asyncio.sleep(LOOK_AFTER_EVERY_S)


async def _keep_tidy(staff: str, files: Path) -> None:
    """Takes away what was left lying of uploads and exports."""
    while True:
        try:
            await in_thread(lambda: tidy(staff, files))
        except (psycopg.Error, OSError) as error:
            log.warning("not_tidied", error=str(error).strip())
        await asyncio.sleep(TIDY_EVERY_S)


async def _hand_out_again(app: procrastinate.App) -> None:
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE):
        assert job.id is not None  # noqa: S101 it comes from the database
        if job.attempts < ATTEMPTS:
            await app.job_manager.retry_job(job)
            continue
        log.error("job_given_up", job=job.task_kwargs["job"])
        await app.connector.execute_query_async(
            "select register.end_job(%(job)s::uuid, 'failed', null)", job=job.task_kwargs["job"]
        )
        await app.job_manager.finish_job_by_id_async(job_id=job.id, status=Status.FAILED, delete_job=True)
