# SPDX-License-Identifier: Apache-2.0
"""The program as people run it: real processes, in a data folder of the test's own, never for longer than a limit."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from layers.embedded import Cluster
from tests.conftest import server_user
from tests.places import await_gone, end_cluster

ROOT = Path(__file__).resolve().parent.parent.parent
LIMIT_S = 180
READY = re.compile(r"^Marsa is ready: (\S+)$", re.MULTILINE)


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "api", *map(str, words)]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MARSA_", "PG", "LC_", "LANG"))}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "LANG": "C.UTF-8", **more}


def marsa(*words: str | Path, wrapper: tuple[str, ...] = (), **more: str) -> "subprocess.CompletedProcess[str]":
    """One command to its end. `more` are environment variables."""
    return subprocess.run(
        [*wrapper, *command(*words)],
        capture_output=True, text=True, check=False, timeout=LIMIT_S, cwd=ROOT, env=environment(**more),
    )  # fmt: skip


def refusal(done: "subprocess.CompletedProcess[str]") -> str:
    """The one sentence that a refused command says: it failed, and told no stack."""
    assert done.returncode == 1, done
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
        return port


@dataclass
class Up:
    """`marsa up` while it runs. What it said is in `output`."""

    process: "subprocess.Popen[bytes]"
    output: Path
    data: Path
    seconds: float = 0.0
    workers: list[int] = field(default_factory=list)

    @property
    def said(self) -> str:
        return self.output.read_text()

    @property
    def address(self) -> str:
        found = READY.search(self.said)
        assert found, self.said
        return found[1]

    def await_ready(self) -> "Up":
        began = time.monotonic()
        while not READY.search(self.said):
            assert self.process.poll() is None, self.said
            assert time.monotonic() - began < LIMIT_S, self.said
            time.sleep(0.02)
        self.seconds = time.monotonic() - began
        self.workers = children(self.process.pid)
        return self

    def stop(self, signum: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(signum)
        return self.process.wait(LIMIT_S)


def started(data: Path, *words: str | Path, **more: str) -> Up:
    """`marsa up` on a free port, on its way."""
    output = data.with_name(f"{data.name}.{time.monotonic_ns()}.output")
    with output.open("wb") as stream:
        process = subprocess.Popen(
            command("up", "--data", data, "--port", "0", *words),
            stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, cwd=ROOT, env=environment(**more),
        )  # fmt: skip
    return Up(process, output, data)


@contextmanager
def up(data: Path, *words: str | Path, **more: str) -> Iterator[Up]:
    """`marsa up --no-demo`, ready; ended at the end, whatever the test did to it."""
    running = started(data, "--no-demo", *words, **more)
    try:
        yield running.await_ready()
    finally:
        end(running)


def end(running: Up) -> None:
    """Ends what a test started, by its numbers."""
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait(LIMIT_S)
    end_cluster(running.data)
    # They end by themselves, and until then they hold the installation.
    await_gone(*running.workers, within_s=LIMIT_S)


def cluster_in(data: Path) -> Cluster:
    return Cluster(data, server_user())


def connect(data: Path, role: str = "marsa_admin") -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(cluster_in(data).conninfo(role), autocommit=True)


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
