# SPDX-License-Identifier: Apache-2.0
"""Long work is asked for within a transaction, done once, told while it goes on, and survives the end of its process."""

import asyncio
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from layers import database, jobs, working
from layers.database import Addresses
from layers.declaration import Text
from layers.errors import NoSuchLayer
from layers.jobs import Job, Task
from tests.conftest import Register

LIMIT_S = 60
WORDS = Text(ar="عمل", en="Work")


def a_job(work: Callable[..., Mapping[str, Any] | None]) -> Job:
    return Job("work", WORDS, work)


@contextmanager
def a_process(register: Register, *jobs: Job, files: Path = Path("/tmp")) -> Iterator[None]:
    """The process for jobs, in a thread of the test."""
    kept = database.installation(register.url())
    assert kept is not None
    addresses = Addresses(register.url(), register.url("marsa_staff"), register.url("marsa_public"))
    place = working.Place(addresses, kept, files)
    loop = asyncio.new_event_loop()
    work = loop.create_task(working.work(place, jobs))

    def run() -> None:
        with pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(work)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(work.cancel)
        thread.join(LIMIT_S)
        assert not thread.is_alive()


def ended(register: Register, number: uuid.UUID, *, state: tuple[str, ...] = ()) -> dict[str, Any]:
    """The job once it has ended, or stands as said."""
    deadline = time.monotonic() + LIMIT_S
    with register.connect("marsa_staff", autocommit=True) as connection:
        while True:
            found = jobs.standing(connection, number)
            assert found is not None
            if found["ended_at"] if not state else found["state"] in state:
                return found
            assert time.monotonic() < deadline, found
            time.sleep(0.05)


def asked(register: Register, job: Job, **arguments: object) -> uuid.UUID:
    with register.connect("marsa_staff") as connection:
        return jobs.ask(connection, job, arguments, "planner")


def test_what_is_asked_for_is_done_and_its_result_is_told(register: Register) -> None:
    def count(task: Task, upto: int) -> dict[str, object]:
        return {"sum": sum(range(upto)), "for": task.actor, "srid": task.srid}

    with a_process(register, a_job(count)):
        found = ended(register, asked(register, a_job(count), upto=5))
    assert (found["state"], found["share"], found["result"]) == ("done", 1, {"sum": 10, "for": "planner", "srid": 3201})


def test_a_job_asked_for_in_a_transaction_that_fails_is_never_done(register: Register) -> None:
    done: list[int] = []
    job = a_job(lambda _: done.append(1))
    with a_process(register, job):
        with register.connect("marsa_staff") as connection:
            lost = jobs.ask(connection, job, {}, "planner")
            connection.rollback()
            assert jobs.standing(connection, lost) is None
        ended(register, asked(register, job))
    assert done == [1]


def test_a_refusal_is_told_with_its_facts_and_a_fault_without_any(register: Register) -> None:
    def refuse(task: Task) -> None:
        raise NoSuchLayer("moon")

    def fail(task: Task) -> None:
        raise ZeroDivisionError

    refused, failed = Job("refuse", WORDS, refuse), Job("fail", WORDS, fail)
    with a_process(register, refused, failed):
        first, second = asked(register, refused), asked(register, failed)
        told = ended(register, first)
        assert (told["state"], told["result"]) == ("refused", {"type": "NoSuchLayer", "facts": {"layer_id": "moon"}})
        told = ended(register, second)
        assert (told["state"], told["result"]) == ("failed", None)


def test_progress_is_seen_while_the_work_goes_on_and_who_asks_it_to_stop_is_heard(register: Register) -> None:
    def go_on(task: Task) -> None:
        while True:
            task.tell(0.25, "reading")
            time.sleep(0.05)

    job = a_job(go_on)
    with a_process(register, job):
        number = asked(register, job)
        running = ended(register, number, state=("running",))
        while running["step"] is None:
            running = ended(register, number, state=("running",))
        assert (running["share"], running["step"]) == (0.25, "reading")
        with register.connect("marsa_staff") as connection:
            connection.execute(jobs.STOP, {"job": number})
        assert ended(register, number)["state"] == "stopped"


def test_one_that_is_stopped_while_it_waits_is_not_begun(register: Register) -> None:
    done: list[str] = []
    job = a_job(lambda _, name: done.append(name))
    unwanted = asked(register, job, name="unwanted")
    with register.connect("marsa_staff") as connection:
        connection.execute(jobs.STOP, {"job": unwanted})
    with a_process(register, job):
        ended(register, asked(register, job, name="wanted"))
    assert ended(register, unwanted)["state"] == "stopped"
    assert done == ["wanted"]


def test_what_a_killed_process_left_half_done_is_begun_again_but_not_for_ever(register: Register) -> None:
    job = a_job(lambda _, name: {"name": name})
    again, given_up = asked(register, job, name="again"), asked(register, job, name="given up")
    with register.connect() as connection:
        # As a killed process leaves them: being done by nobody.
        connection.execute("set local search_path = jobs")
        connection.execute("update jobs.procrastinate_jobs set status = 'doing'")
        connection.execute(
            "update jobs.procrastinate_jobs set attempts = %s where args ->> 'job' = %s",
            [working.ATTEMPTS, str(given_up)],
        )
        connection.execute("update register.job set state = 'running', began_at = now()")
    with a_process(register, job):
        assert ended(register, again)["result"] == {"name": "again"}
        assert ended(register, given_up)["state"] == "failed"


def test_our_own_end_breaks_a_job_off_and_the_next_process_does_it(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "GRACE_S", 0.1)
    begun, free = threading.Event(), threading.Event()

    def slow(task: Task) -> dict[str, object]:
        begun.set()
        free.wait(LIMIT_S)
        return {"done": True}

    job = a_job(slow)
    with a_process(register, job):
        number = asked(register, job)
        assert begun.wait(LIMIT_S)
    with register.connect("marsa_staff") as connection:
        standing = jobs.standing(connection, number)
        assert standing is not None
        assert standing["ended_at"] is None
    free.set()
    with a_process(register, job):
        assert ended(register, number)["result"] == {"done": True}


def test_a_stranger_can_neither_ask_for_work_nor_see_it(register: Register) -> None:
    with register.connect("marsa_public") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(jobs.STANDING, {"job": uuid.uuid4()})


def test_files_to_take_away_are_made_one_at_a_time_and_after_the_work_of_the_staff(register: Register) -> None:
    done: list[str] = []
    making: set[str] = set()
    together: list[int] = []

    def make(_: Task, what: str) -> None:
        making.add(what)
        together.append(len(making))
        time.sleep(0.2)
        making.remove(what)
        done.append(what)

    def bring(_: Task, what: str) -> None:
        done.append(what)

    export, bringing = Job("export", WORDS, make), Job("bring", WORDS, bring)
    for what in ("file 1", "file 2", "file 3"):
        asked(register, export, what=what)
    last = [asked(register, bringing, what=what) for what in ("plan 1", "plan 2")]
    with a_process(register, export, bringing):
        for number in last:
            ended(register, number)
        deadline = time.monotonic() + LIMIT_S
        while len(done) < 5:
            assert time.monotonic() < deadline, done
            time.sleep(0.02)
    assert set(together) == {1}
    assert {"plan 1", "plan 2"} <= set(done[:3]), done
