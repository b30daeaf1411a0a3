# SPDX-License-Identifier: Apache-2.0
"""A connection whose socket the event loop watches all the time, for those that ask many small questions.

psycopg tells the loop to watch its socket anew for every answer and to stop afterwards: seven of the sixteen system calls
that reading one feature costs. Here the loop is told once.
"""

import asyncio
from collections.abc import Generator
from typing import Any, TypeVar

from psycopg import AsyncConnection, OperationalError
from psycopg.rows import TupleRow
from psycopg.waiting import Wait

T = TypeVar("T")


class SteadyConnection(AsyncConnection[TupleRow]):
    """An AsyncConnection for one event loop. A question that is broken off closes it: a pool makes another."""

    _watched: int | None = None
    """The socket that the loop watches for us."""
    _waiter: "asyncio.Future[None] | None" = None

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
            self._unwatch()
            if self._waiter is not None:  # broken off while the server was still at it
                self._waiter = None
                self.pgconn.finish()
            raise
        return await self._as_usual(_from(state, gen))

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
        elif not self._waiter.done():
            self._waiter.set_result(None)

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
