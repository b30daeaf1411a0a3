# SPDX-License-Identifier: Apache-2.0
"""Room on the disk that stays free: the database must be able to write whatever files come in."""

import contextlib
import errno
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from layers.errors import DiskFull, MarsaError

MB = 10**6
RESERVE_BYTES = 1024**3
"""Uploads and copies leave this much to the database, its backups and the log."""


class NotEnoughRoom(MarsaError):
    """What is asked for would take the disk's reserve. Sizes in whole megabytes."""

    def __init__(self, wanted_mb: int, free_mb: int, reserve_mb: int) -> None:
        super().__init__(wanted_mb, free_mb, reserve_mb)
        self.wanted_mb, self.free_mb, self.reserve_mb = wanted_mb, free_mb, reserve_mb


def require_room(wanted_bytes: int, folder: Path) -> None:
    """Raises NotEnoughRoom when the disk of `folder`, or of its nearest parent that is there, has less and its reserve."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(there).free
    if free < wanted_bytes + RESERVE_BYTES:
        raise NotEnoughRoom(-(-wanted_bytes // MB), free // MB, RESERVE_BYTES // MB)


def temporary_folder() -> Path:
    """Where children work."""
    return Path(tempfile.gettempdir())


@contextlib.contextmanager
def full_disk_told() -> Iterator[None]:
    """Raises DiskFull where the disk filled up all the same."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFull() from error
