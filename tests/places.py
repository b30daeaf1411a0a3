# SPDX-License-Identifier: Apache-2.0
"""Where tests keep databases: in memory where there is room, because each test's database is 20 MB that nobody keeps.

On a disk that is busy anyway such a database takes seconds to make, in memory a tenth of one. PostgreSQL syncs as it
always does; only what it syncs to is quicker.
"""

import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from layers import embedded
from layers.embedded import Cluster

MEMORY = Path("/dev/shm")
DISK = Path("/tmp")
ROOM = 4 * 2**30  # bytes; two runs of three processes were seen to hold 1.5 GB
PREFIX = "marsa-t-"
YOUNG_S = 60
END_LIMIT_S = 60


def quickest() -> Path:
    """The folder to make folders in."""
    return MEMORY if _room_in_memory() >= ROOM else DISK


def _room_in_memory() -> int:
    """Bytes that can be filled without harm: by the size of the file system, and of the memory behind it."""
    if not os.access(MEMORY, os.W_OK):
        return 0
    told = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return min(shutil.disk_usage(MEMORY).free, int(told["MemAvailable"].split()[0]) * 1024)


@contextmanager
def folder(above: Path | None = None) -> Iterator[Path]:
    """A short path that the server's user can reach (a socket's path has 107 bytes), gone afterwards.

    A cluster that a test left running in it is ended. A run that was killed leaves its folders in memory; the next one
    clears them away: what no living process has locked is nobody's.
    """
    above = above or quickest()
    _clear(above)
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=above))
    made.chmod(0o755)
    with _open(made) as owned:
        fcntl.flock(owned, fcntl.LOCK_EX)
        try:
            yield made
        finally:
            _remove(made)


@contextmanager
def _open(found: Path) -> Iterator[int]:
    number = os.open(found, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield number
    finally:
        os.close(number)


def _clear(above: Path) -> None:
    for left in above.glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError, BlockingIOError, PermissionError), _open(left) as unowned:
            # A folder is made before it is locked.
            if time.time() - left.stat().st_ctime > YOUNG_S:
                fcntl.flock(unowned, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(left)


def _remove(made: Path) -> None:
    for cluster in made.glob("*/cluster"):
        end_cluster(cluster.parent)
    for started in embedded._started.values():
        started.poll()  # what a test killed has ended, and nobody took note
    shutil.rmtree(made)


def end_cluster(data: Path) -> None:
    """At once, without saving: nothing in the data folder is wanted any more."""
    pid = Cluster(data).postmaster_pid()
    if pid is None:
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGQUIT)
    if pid in embedded._started:  # this process is its parent, and must take note of its end
        embedded._started.pop(pid).wait(END_LIMIT_S)
    else:
        await_gone(pid, within_s=END_LIMIT_S)


def await_gone(*pids: int, within_s: float = 60) -> None:
    """Until the processes have ended."""
    deadline = time.monotonic() + within_s
    for pid in pids:
        while _alive(pid):
            assert time.monotonic() < deadline, f"process {pid} does not end"
            time.sleep(0.01)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
