# SPDX-License-Identifier: Apache-2.0
"""How often somebody may try to sign in: counted in the register, so that all workers and replicas count together."""

import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter

from layers.errors import MarsaError

PER_ACCOUNT = RateLimitItemPerMinute(10, 15, namespace="account")
PER_ADDRESS = RateLimitItemPerMinute(30, 15, namespace="address")
"""Attempts in a quarter of an hour that begins with the first. Right ones are given back."""

Ask = Callable[[str, dict[str, Any]], Awaitable[Any]]
"""Asks the register one question as staff: its one value."""
COUNT = "select register.count_attempt(%(key)s, %(window_s)s, %(amount)s)"
STANDING = "select register.attempts(%(key)s)"
FORGET = "select register.forget_attempts(%(key)s)"


class TooManyAttempts(MarsaError):
    """Somebody tried too often, for this account or from this address. `wait_min`: minutes until the next try."""

    def __init__(self, wait_min: int) -> None:
        super().__init__(wait_min)
        self.wait_min = wait_min


class RegisterStorage(Storage):
    """`limits` over the register. A key is kept as its digest: people type passwords into the field of the login."""

    STORAGE_SCHEME = ["marsa"]  # noqa: RUF012 `limits` reads a list of the class

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self._ask = ask

    @property
    def base_exceptions(self) -> type[Exception]:
        return MarsaError

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return int(await self._ask(COUNT, {"key": _digest(key), "window_s": expiry, "amount": amount}))

    async def get(self, key: str) -> int:
        return int((await self._ask(STANDING, {"key": _digest(key)}) or {"count": 0})["count"])

    async def get_expiry(self, key: str) -> float:
        return float((await self._ask(STANDING, {"key": _digest(key)}) or {"expires": time.time()})["expires"])

    async def check(self) -> bool:
        return await self.get("") == 0

    async def reset(self) -> int | None:
        """Nothing resets all counts: they run out."""
        return None

    async def clear(self, key: str) -> None:
        await self._ask(FORGET, {"key": _digest(key)})


class Attempts:
    """Counts before the password is looked at, so that many tries at once are counted each."""

    def __init__(self, ask: Ask) -> None:
        self._storage = RegisterStorage(ask)
        self._limiter = FixedWindowRateLimiter(self._storage)

    async def begin(self, login: str, address: str) -> None:
        """Raises TooManyAttempts. Whether the login exists makes no difference."""
        for limit, key in ((PER_ADDRESS, address), (PER_ACCOUNT, login)):
            if not await self._limiter.hit(limit, key):
                raise TooManyAttempts(await self._wait_min(limit, key))

    async def succeeded(self, login: str, address: str) -> None:
        """The account begins anew; the address gets this one attempt back, not those for other accounts."""
        await self._storage.clear(PER_ACCOUNT.key_for(login))
        await self._storage.incr(PER_ADDRESS.key_for(address), PER_ADDRESS.get_expiry(), -1)

    async def _wait_min(self, limit: RateLimitItem, key: str) -> int:
        window = await self._limiter.get_window_stats(limit, key)
        return max(1, -int(-(window.reset_time - time.time()) // 60))


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
