# SPDX-License-Identifier: Apache-2.0
"""Work that waits or computes, aside from an event loop."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

Result = TypeVar("Result")


async def in_thread(work: Callable[[], Result]) -> Result:
    """What work returns or raises. In a thread that does not hold up the process's end, as asyncio's own would."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Result] = loop.create_future()

    def settle(end: Callable[[], None]) -> None:
        if not answer.done():
            end()

    def run() -> None:
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001 raised again where it is awaited
            error = raised
            end = lambda: answer.set_exception(error)  # noqa: E731
        else:
            end = lambda: answer.set_result(result)  # noqa: E731
        with suppress(RuntimeError):  # the loop has ended before the work
            loop.call_soon_threadsafe(settle, end)

    threading.Thread(target=run, name="job", daemon=True).start()
    return await answer
