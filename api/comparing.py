# SPDX-License-Identifier: Apache-2.0
"""Passwords are slow to compare, on purpose, and take 64 MB each: one after the other, beside everybody else's requests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from layers import passwords
from layers.errors import Busy

MOST_WAITING = 20


class Comparing:
    """Of one worker."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def is_right(self, password: str, kept: str | None) -> tuple[bool, str | None]:
        """As `passwords.is_right`. Raises Busy when too many wait."""
        async with self._in_turn():
            return await asyncio.to_thread(passwords.is_right, password, kept)

    async def hashed(self, password: str, *, login: str) -> str:
        """As `passwords.hashed`. Raises Busy when too many wait, WeakPassword."""
        async with self._in_turn():
            return await asyncio.to_thread(passwords.hashed, password, login=login)

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        if self._waiting >= MOST_WAITING:
            raise Busy()
        self._waiting += 1
        try:
            async with self._turn:
                yield
        finally:
            self._waiting -= 1
