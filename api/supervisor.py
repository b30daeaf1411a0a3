# SPDX-License-Identifier: Apache-2.0
"""Keeps the service running: one listening socket, processes that answer, one for the clock and long work, and the database.

Whatever of these ends is started again; all of them end with the supervisor.
"""

import contextlib
import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable

import structlog
import uvicorn

from api.app import create_app
from api.corking import CorkedProtocol
from api.settings import Settings
from layers.database import Kept
from layers.embedded import Cluster
from layers.errors import ClusterError, PortTaken, WorkersEnded

log = structlog.get_logger()
BACKLOG = 512
STOP_LIMIT_S = 10
QUICK_DEATH_S = 1.0
LOOK_EVERY_S = 0.2
DEATHS_BEFORE_READY = 3
PR_SET_PDEATHSIG = 1
Work = Callable[[], None]


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


def end_with_parent(signum: signal.Signals) -> None:
    """The kernel sends this process the signal when its parent dies, however that dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum)


class Supervisor:
    """Forks workers after everything is imported, so that they share its memory.

    `cluster` is looked after too; None: the database is somebody else's. `others` are run in a process each, beside the
    workers that answer requests.
    """

    def __init__(
        self,
        settings: Settings,
        installation: Kept,
        listening: socket.socket,
        cluster: Cluster | None = None,
        others: tuple[Work, ...] = (),
    ) -> None:
        self._settings = settings
        self._installation = installation
        self._listening = listening
        self._cluster = cluster
        self._others = others
        self._running: dict[int, tuple[Work, float]] = {}
        self._stopping = False
        self._deaths = 0

    def serve(self, when_ready: Callable[[], None]) -> None:
        """Runs until told to stop by SIGTERM or SIGINT. Raises WorkersEnded when none ever answers."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._on_stop)
        try:
            for work in (*[self._answer] * self._settings.workers, *self._others):
                self._fork(work)
            if self._await_answer():
                when_ready()
            while not self._stopping:
                time.sleep(LOOK_EVERY_S)
                self._reap()
                self._look_after_database()
        finally:
            self._stop()

    def _reap(self) -> None:
        """Starts again what has ended."""
        for pid, status in _ended():
            work, began = self._running.pop(pid, (None, 0.0))
            if work is None or self._stopping:
                continue
            self._deaths += 1
            log.warning("worker_ended", pid=pid, status=status)
            if time.monotonic() - began < QUICK_DEATH_S:
                time.sleep(QUICK_DEATH_S)  # one that cannot start must not spin
            self._fork(work)

    def _look_after_database(self) -> None:
        if self._cluster is None or self._stopping or self._cluster.postmaster_pid() is not None:
            return
        log.warning("database_ended")
        try:
            self._cluster.start()
        except ClusterError as error:
            log.error("database_does_not_start", error=type(error).__name__, facts=error.facts())  # noqa: TRY400 told, not traced
            time.sleep(QUICK_DEATH_S)

    def _fork(self, work: Work) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        supervisor = os.getpid()
        pid = os.fork()
        if pid:
            self._running[pid] = (work, time.monotonic())
            return
        code = 1
        try:
            for signum in (signal.SIGTERM, signal.SIGINT):
                signal.signal(signum, signal.SIG_DFL)
            # A supervisor that is killed takes its workers along; the next `up` finds the port free.
            # What does long work is made to be killed, and would otherwise wait for a database that may be gone too.
            end_with_parent(signal.SIGTERM if work == self._answer else signal.SIGKILL)
            if os.getppid() == supervisor:  # else it died before we asked to be told
                work()
                code = 0
        except Exception:
            log.exception("worker_failed")
        finally:
            os._exit(code)

    def _answer(self) -> None:
        app = create_app(self._settings, self._installation)
        config = uvicorn.Config(
            app, loop="uvloop", http=CorkedProtocol, log_config=None, access_log=False, server_header=False,
            timeout_graceful_shutdown=5, timeout_keep_alive=30, proxy_headers=False,
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[self._listening])

    def _await_answer(self) -> bool:
        """True when a worker answers at its address, False when told to stop meanwhile."""
        host, port = self._listening.getsockname()[:2]
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 asked of the socket, not bound here
        while not self._stopping:
            if _answers(host, port):
                return True
            self._reap()
            if self._deaths >= DEATHS_BEFORE_READY:
                raise WorkersEnded()
            time.sleep(0.05)
        return False

    def _on_stop(self, *_: object) -> None:
        self._stopping = True

    def _stop(self) -> None:
        """Ends everything: asked first, killed when it takes too long."""
        self._stopping = True
        self._listening.close()
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_LIMIT_S
        while self._running:
            for pid, _ in _ended():
                self._running.pop(pid, None)
            if time.monotonic() > deadline:
                self._signal(signal.SIGKILL)
            time.sleep(0.02)

    def _signal(self, signum: signal.Signals) -> None:
        for pid in self._running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signum)


def _ended() -> list[tuple[int, int]]:
    """Children that have ended, with their status, since it was asked last."""
    found = []
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            found.append(ended)
    return found


def _answers(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=5) as asking:
        asking.sendall(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return b" 200 " in asking.recv(64)
    return False
