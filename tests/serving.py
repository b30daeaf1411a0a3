# SPDX-License-Identifier: Apache-2.0
"""A real server on a register of the test's own, on a port of its own."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.app import create_app
from api.settings import Settings
from api.supervisor import listen
from layers import database
from tests.conftest import Register

START_LIMIT_S = 60


@contextmanager
def serving(register: Register, **settings: object) -> Iterator[str]:
    """The server's address, e.g. http://127.0.0.1:40123."""
    kept = database.installation(register.url()) or database.migrate(register.url())
    chosen = Settings(database_url=register.url(), **settings)  # type: ignore[arg-type]
    listening = listen("127.0.0.1", 0)
    app = create_app(chosen, kept)
    config = uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + START_LIMIT_S
        while not server.started:
            if time.monotonic() > deadline or not thread.is_alive():
                raise RuntimeError("the server did not start")
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()
