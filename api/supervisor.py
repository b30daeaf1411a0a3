# SPDX-License-Identifier: Apache-2.0
"""Keeps the workers running: one listening socket, several processes that answer, restarted when they die."""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
import uvicorn

from api.app import create_app
from api.settings import Settings
from layers.database import Kept
from layers.errors import AlreadyRunning, PortTaken

log = structlog.get_logger()
BACKLOG = 512
STOP_LIMIT_S = 10
QUICK_DEATH_S = 1.0
PR_SET_PDEATHSIG = 1


@contextlib.contextmanager
def only_supervisor(data: Path) -> Iterator[None]:
    """Holds the installation for one supervisor. The kernel lets go when it dies. Raises AlreadyRunning."""
    path = data / "run" / "supervisor.pid"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(int(lock.read() or 0)) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def listen(host: str, port: int) -> socket.socket:
    """The socket that all workers accept from. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise PortTaken(host, port) from None
    listening.listen(BACKLOG)
    return listening


class Supervisor:
    """Forks workers after everything is imported, so that they share its memory."""

    def __init__(self, settings: Settings, installation: Kept, listening: socket.socket) -> None:
        self._settings = settings
        self._installation = installation
        self._listening = listening
        self._workers: dict[int, float] = {}
        self._stopping = False

    def serve(self, when_ready: Callable[[], None]) -> None:
        """Runs until told to stop by SIGTERM or SIGINT."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._stop)
        for _ in range(self._settings.workers):
            self._fork()
        self._await_answer()
        when_ready()
        while self._workers:
            try:
                pid, status = os.wait()
            except ChildProcessError:
                break
            began = self._workers.pop(pid, None)
            if began is None or self._stopping:
                continue
            log.warning("worker_ended", pid=pid, status=status)
            if time.monotonic() - began < QUICK_DEATH_S:
                time.sleep(QUICK_DEATH_S)  # a worker that cannot start must not spin
            self._fork()

    def _fork(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        supervisor = os.getpid()
        pid = os.fork()
        if pid:
            self._workers[pid] = time.monotonic()
            return
        code = 1
        try:
            for signum in (signal.SIGTERM, signal.SIGINT):
                signal.signal(signum, signal.SIG_DFL)
            # A supervisor that is killed takes its workers along; the next `up` finds the port free.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() == supervisor:
                self._work()
                code = 0
        finally:
            os._exit(code)

    def _work(self) -> None:
        app = create_app(self._settings, self._installation)
        config = uvicorn.Config(
            app, loop="uvloop", http="httptools", log_config=None, access_log=False, server_header=False,
            timeout_graceful_shutdown=5, timeout_keep_alive=30, proxy_headers=False,
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[self._listening])

    def _await_answer(self) -> None:
        """Returns when a worker answers at its address, or when stopping."""
        host, port = self._listening.getsockname()[:2]
        if host in ("0.0.0.0", "::"):  # noqa: S104 asked of the socket, not bound here
            host = "127.0.0.1"
        while not self._stopping:
            with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=5) as asking:
                asking.sendall(b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                if b" 200 " in asking.recv(64):
                    return
            time.sleep(0.05)

    def _stop(self, *_: object) -> None:
        self._stopping = True
        self._listening.close()
        for pid in list(self._workers):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
