# SPDX-License-Identifier: Apache-2.0
"""Who serves an installation right now: one supervisor, which notes where and since when."""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from layers.errors import AlreadyRunning

NOTE = Path("run") / "supervisor.json"
WORKERS_END_S = 10


@dataclass(frozen=True)
class Server:
    """A supervisor that runs. `began` in seconds of the epoch."""

    pid: int
    address: str
    began: float


@contextlib.contextmanager
def only_supervisor(data: Path) -> Iterator[Callable[[str], None]]:
    """Holds the installation for one supervisor, and gives it a pen to note its address with. Raises AlreadyRunning.

    The kernel lets go when it dies, and its last worker after it.
    """
    path = data / NOTE
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a+") as note:

        def write(address: str) -> None:
            note.truncate(0)
            note.write(json.dumps(asdict(Server(os.getpid(), address, time.time()))))
            note.flush()

        _take(note, path)
        write("")
        yield write


def _take(note: TextIO, path: Path) -> None:
    deadline = time.monotonic() + WORKERS_END_S
    while True:
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = _read(path).pid
            # Workers of a killed supervisor hold the lock until they have ended, which they were told to.
            if Path(f"/proc/{pid}").exists() or time.monotonic() > deadline:
                raise AlreadyRunning(pid) from None
            time.sleep(0.05)
        else:
            return


def server_of(data: Path) -> Server | None:
    """The supervisor of an installation, if one runs."""
    try:
        with (data / NOTE).open() as note:
            fcntl.flock(note, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return _read(data / NOTE)
    return None


def _read(path: Path) -> Server:
    try:
        return Server(**json.loads(path.read_text()))
    except (ValueError, TypeError):  # the other has the lock, and is about to write
        return Server(0, "", time.time())
