# SPDX-License-Identifier: Apache-2.0
"""A connection whose socket the event loop watches all the time, for those that ask many small questions.

psycopg tells the loop to watch its socket anew for every answer and to stop afterwards: seven of the sixteen system calls
that reading one feature costs. Here the loop is told once.
"""

import asyncio
import re
from collections.abc import Generator, Mapping
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from psycopg import AsyncConnection, OperationalError
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult
from psycopg.rows import TupleRow
from psycopg.waiting import Wait

T = TypeVar("T")
TYPES: dict[type, int] = {float: 701, int: 20, UUID: 2950}
"""PostgreSQL's numbers for types of binds. What a text is, the statement says."""


class SteadyConnection(AsyncConnection[TupleRow]):
    """An AsyncConnection for one event loop. A question that is broken off closes it: a pool makes another."""

    _watched: int | None = None
    """The socket that the loop watches for us."""
    _waiter: "asyncio.Future[None] | None" = None
    _taking = False
    """What arrives is taken in at once; else psycopg does that when it is told."""
    _planned: dict[str, bytes] | None = None
    """Statements of `ask` → their names in the session, the oldest first."""
    _count = 0

    async def ask(self, statement: str, binds: Mapping[str, object], *, binary: bool = False) -> PGresult:
        """What a statement answers, planned once; its values as PostgreSQL writes them, as text or `binary`.

        The same statement always comes with binds of the same types. psycopg's own cursors cost twice the processor time: they
        look up how to read and write each type, which a caller that passes text on need not know. Raises psycopg.Error.
        """
        text, names = _numbered(statement)
        if self._planned is None:
            self._planned = {}
        name = self._planned.get(statement)
        if name is None:
            if len(self._planned) >= (self.prepared_max or 0):
                await self._forget_oldest(self._planned)
            self._count += 1
            name = b"steady_%d" % self._count
            self.pgconn.send_prepare(name, text, [TYPES.get(type(binds[each]), 0) for each in names])
            await self._answer()
            self._planned[statement] = name
        values = [None if (value := binds[each]) is None else str(value).encode() for each in names]
        self.pgconn.send_query_prepared(name, values, result_format=Format.BINARY if binary else Format.TEXT)
        return await self._answer()

    async def _forget_oldest(self, planned: dict[str, bytes]) -> None:
        oldest = next(iter(planned))
        self.pgconn.send_query_params(b"deallocate " + planned.pop(oldest), None)
        await self._answer()

    async def _answer(self) -> PGresult:
        if self.pgconn.flush():  # a question that is too large to be sent at once
            answers = await self.wait(execute(self.pgconn))
        else:
            answers = []
            while (answer := await self._next_answer()) is not None:
                answers.append(answer)
        result: PGresult = answers[0]
        if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            raise error_from_result(result, encoding="utf-8")
        return result

    async def _next_answer(self) -> PGresult | None:
        """One of the answers to what was sent, or None after the last."""
        self._taking = True
        try:
            while self.pgconn.is_busy():
                await self._readable()
            return self.pgconn.get_result()
        except BaseException:
            self._broken_off()
            raise
        finally:
            self._taking = False

    async def wait(self, gen: Generator[Any, Any, T], *more: Any, **options: Any) -> T:
        """Runs a conversation with the server to its end, as psycopg asks its connections to. Raises OperationalError."""
        if more or options:  # within a time: rare, and psycopg's own affair
            return await self._as_usual(gen, *more, **options)
        try:
            state = next(gen)
            while state == Wait.R:
                await self._readable()
                state = gen.send(Wait.R)
        except StopIteration as done:
            result: T = done.value
            return result
        except OSError as error:
            self._unwatch()
            raise OperationalError("connection socket closed") from error
        except BaseException:
            self._broken_off()
            raise
        return await self._as_usual(_from(state, gen))

    def _broken_off(self) -> None:
        self._unwatch()
        if self._waiter is not None:  # while the server was still at it
            self._waiter = None
            self.pgconn.finish()

    async def close(self) -> None:
        self._unwatch()
        await super().close()

    async def _as_usual(self, gen: Generator[Any, Any, T], *more: Any, **options: Any) -> T:
        self._unwatch()
        return await super().wait(gen, *more, **options)

    async def _readable(self) -> None:
        """Returns when the server has said something."""
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        if self._watched is None:
            self._watched = self.pgconn.socket
            loop.add_reader(self._watched, self._on_readable)
        await self._waiter
        self._waiter = None

    def _on_readable(self) -> None:
        if self._waiter is None:
            self._unwatch()  # nobody asked: a farewell, which the next question will meet
        elif not self._waiter.done() and not (self._taking and self._more_to_come(self._waiter)):
            self._waiter.set_result(None)

    def _more_to_come(self, waiter: "asyncio.Future[None]") -> bool:
        """Takes in what the server has said so far. A page comes in ten pieces: to wake whoever asked for each costs more."""
        try:
            self.pgconn.consume_input()
            return self.pgconn.is_busy() != 0
        except Exception as error:  # noqa: BLE001 told to whoever asked, not to the loop
            waiter.set_exception(error)
            return True

    def _unwatch(self) -> None:
        if self._watched is not None:
            asyncio.get_running_loop().remove_reader(self._watched)
            self._watched = None


def _from(state: Any, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
    """The rest of a conversation that stands at `state`."""
    while True:
        ready = yield state
        try:
            state = gen.send(ready)
        except StopIteration as done:
            result: T = done.value
            return result


@lru_cache(maxsize=4000)
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with named binds as PostgreSQL takes it, with numbers, and which name has which."""
    names: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        return f"${names.setdefault(match[1], len(names) + 1)}" if match[1] else "%"

    text = re.sub(r"%%|%\((\w+)\)s", number, statement)
    return text.encode(), tuple(names)
