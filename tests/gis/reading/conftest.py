# SPDX-License-Identifier: Apache-2.0
"""A canary beside, and a server that counts who calls."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.files import hostile


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file that no reader may open: a CSV, which GDAL reads gladly."""
    path = tmp_path / "secret" / "canary.csv"
    path.parent.mkdir()
    path.write_text(f"name,WKT\n{hostile.CANARY},POINT (1 2)\n")
    return path


class Trap:
    """Listens on loopback and counts connections."""

    def __init__(self) -> None:
        self.hits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.hits += 1
            caller.close()

    def close(self) -> None:
        """Stops listening."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def trap() -> Iterator[Trap]:
    """A server that nobody must call."""
    server = Trap()
    yield server
    server.close()
