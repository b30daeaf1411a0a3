# SPDX-License-Identifier: Apache-2.0
"""The process for long work, in a thread of the test."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from layers import database, working
from layers.database import Addresses
from tests.conftest import Register

LIMIT_S = 60


@contextmanager
def at_work(register: Register, files: Path) -> Iterator[None]:
    """All kinds of jobs of the register are done until the end. `files`: its folder of documents."""
    kept = database.installation(register.url())
    assert kept is not None
    addresses = Addresses(register.url(), register.url("marsa_staff"), register.url("marsa_public"))
    loop = asyncio.new_event_loop()
    work = loop.create_task(working.work(working.Place(addresses, kept, files)))

    def run() -> None:
        with suppress(asyncio.CancelledError):
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
