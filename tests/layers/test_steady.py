# SPDX-License-Identifier: Apache-2.0
"""A watched connection answers as psycopg's own does, and leaves nothing behind in the event loop."""

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import pytest

from layers.steady import SteadyConnection
from tests.conftest import Register

Work = Callable[[SteadyConnection], Awaitable[None]]


def on_a_connection(register: Register, work: Work) -> None:
    async def run() -> None:
        connection = await SteadyConnection.connect(register.conninfo(), autocommit=True)
        try:
            await work(connection)
        finally:
            await connection.close()

    asyncio.run(run())


def test_small_and_large_answers_come_whole_and_in_order(register: Register) -> None:
    async def work(connection: SteadyConnection) -> None:
        for size in (0, 1, 10, 5_000_000, 3):
            row = await (await connection.execute("select repeat('a', %s), %s", [size, size], prepare=True)).fetchone()
            assert row == ("a" * size, size)

    on_a_connection(register, work)


def test_a_large_question_and_a_refusal_are_told_as_ever(register: Register) -> None:
    async def work(connection: SteadyConnection) -> None:
        row = await (await connection.execute("select length(%s)", ["b" * 8_000_000])).fetchone()
        assert row == (8_000_000,)
        with pytest.raises(psycopg.errors.DivisionByZero):
            await connection.execute("select 1 / 0")
        assert await (await connection.execute("select 1")).fetchone() == (1,)

    on_a_connection(register, work)


def test_a_question_that_is_broken_off_closes_the_connection(register: Register) -> None:
    async def work(connection: SteadyConnection) -> None:
        asking = asyncio.create_task(connection.execute("select pg_sleep(60)"))
        await asyncio.sleep(0.2)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert connection.closed

    on_a_connection(register, work)


def test_large_and_many_answers_are_taken_whole(register: Register) -> None:
    async def work(connection: SteadyConnection) -> None:
        for size in (0, 1, 5_000_000, 3):
            answer = await connection.ask("select repeat('a', %(n)s::int) from generate_series(1, 3)", {"n": size})
            assert [len(answer.get_value(row, 0) or b"") for row in range(answer.ntuples)] == [size] * 3
        asked = "c" * 8_000_000
        assert (await connection.ask("select length(%(s)s)", {"s": asked})).get_value(0, 0) == b"8000000"

    on_a_connection(register, work)


def test_a_broken_off_question_of_ours_closes_the_connection(register: Register) -> None:
    async def work(connection: SteadyConnection) -> None:
        asking = asyncio.create_task(connection.ask("select pg_sleep(60)", {}))
        await asyncio.sleep(0.2)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert connection.closed

    on_a_connection(register, work)


def test_a_question_of_ours_learns_that_the_server_ended(register: Register) -> None:
    async def work(connection: SteadyConnection) -> None:
        pid = connection.info.backend_pid
        asking = asyncio.create_task(connection.ask("select pg_sleep(60)", {}))
        await asyncio.sleep(0.2)
        with register.connect(autocommit=True) as other:
            other.execute("select pg_terminate_backend(%s)", [pid])
        with pytest.raises(psycopg.OperationalError):
            await asking
        with pytest.raises(psycopg.OperationalError):
            await connection.ask("select 1", {})
        assert connection._watched is None

    on_a_connection(register, work)


@pytest.mark.parametrize("meanwhile", ["asking", "resting"])
def test_a_connection_that_the_server_ends_is_told_and_no_longer_watched(register: Register, meanwhile: str) -> None:
    async def work(connection: SteadyConnection) -> None:
        pid = connection.info.backend_pid
        await connection.execute("select 1")
        asking = asyncio.create_task(connection.execute("select pg_sleep(60)" if meanwhile == "asking" else "select 2"))
        await asyncio.sleep(0.1)
        with register.connect(autocommit=True) as other:
            other.execute("select pg_terminate_backend(%s)", [pid])
        await asyncio.sleep(0.2)
        if meanwhile == "asking":
            with pytest.raises(psycopg.OperationalError):
                await asking
        else:
            await asking
            with pytest.raises(psycopg.OperationalError):
                await connection.execute("select 3")
        assert connection._watched is None

    on_a_connection(register, work)


def test_what_is_asked_is_answered_as_the_database_writes_it(register: Register) -> None:
    async def work(connection: SteadyConnection) -> None:
        answer = await connection.ask(
            "select %(a)s::float8 + 1, %(a)s::text, 5 %% %(b)s, %(c)s::uuid, %(nothing)s::date, '%%(a)s'",
            {"a": 0.1, "b": 3, "c": "00000000-0000-4000-8000-000000000001", "nothing": None, "unused": object()},
        )
        values = [answer.get_value(0, column) for column in range(answer.nfields)]
        assert values == [b"1.1", b"0.1", b"2", b"00000000-0000-4000-8000-000000000001", None, b"%(a)s"]
        binary = await connection.ask("select %(a)s::int8", {"a": 258}, binary=True)
        assert binary.get_value(0, 0) == b"\0\0\0\0\0\0\x01\x02"

    on_a_connection(register, work)


def test_a_refused_question_is_told_and_can_be_asked_again(register: Register) -> None:
    async def work(connection: SteadyConnection) -> None:
        for asked, refusal in ((0, psycopg.errors.DivisionByZero), (2, None), (0, psycopg.errors.DivisionByZero)):
            if refusal:
                with pytest.raises(refusal):
                    await connection.ask("select 1 / %(n)s", {"n": asked})
            else:
                assert (await connection.ask("select 1 / %(n)s", {"n": asked})).get_value(0, 0) == b"0"
        for _ in "twice":
            with pytest.raises(psycopg.errors.UndefinedTable):
                await connection.ask("select * from nowhere", {})

    on_a_connection(register, work)


def test_a_connection_plans_no_more_statements_than_it_may(register: Register) -> None:
    async def work(connection: SteadyConnection) -> None:
        connection.prepared_max = 3
        for number in (1, 2, 3, 4, 5, 1, 5):
            assert (await connection.ask(f"select {number}", {})).get_value(0, 0) == str(number).encode()
        planned = await connection.ask("select count(*) from pg_prepared_statements", {})
        assert planned.get_value(0, 0) == b"3"

    on_a_connection(register, work)
