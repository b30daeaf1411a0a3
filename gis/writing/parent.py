# SPDX-License-Identifier: Apache-2.0
"""Starts the child that writes a file, and hands it rows: pyogrio, pyarrow and ezdxf stay out of the server.

The pipe carries the order, then frames of whole rows as PostgreSQL's COPY writes CSV, then an empty frame. A pipe that
ends without it was cut: the child makes no file of what it has.
"""

import json
import struct
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, cast

import gis
from gis.errors import MarsaError
from gis.writing.rows import Order, Written

OUR_ROOT = str(Path(gis.__file__).parent.parent)
BOOT = "import sys; sys.path.append(sys.argv[1]); from gis.writing.child.main import main; main()"
HEAD = struct.Struct(">I")
FRAME_BYTES = 1 << 20
"""Rows are handed over in frames of about this size: the child holds one of them at a time."""


class FileNotWritten(MarsaError):
    """The file could not be written: no room, no permission, or the writer failed."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def write(order: Order, rows: Iterable[bytes]) -> Written:
    """Makes the file of the order. `rows` are lines of CSV, each whole: the columns' values, then the shape.

    Raises FileNotWritten, and whatever `rows` raises; then the file at `order.path` is not to be used.
    """
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", BOOT, OUR_ROOT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"},
        start_new_session=True,
    )
    pipe, answers = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
    try:
        _frame(pipe, order.as_json())
        _frames(pipe, rows)
        _frame(pipe, b"")
        pipe.close()
        answer = answers.read()
    except BrokenPipeError:
        raise FileNotWritten(Path(order.path).name) from None  # the child has died; its exit status says no more
    except BaseException:
        process.kill()
        raise
    finally:
        process.wait()
        answers.close()
        _close(pipe)
    if process.returncode != 0 or not Path(order.path).exists():
        raise FileNotWritten(Path(order.path).name)
    told = json.loads(answer)
    return Written(int(told["features"]), {str(name): int(count) for name, count in told["lost"].items()})


def _frames(pipe: BinaryIO, rows: Iterable[bytes]) -> None:
    waiting: list[bytes] = []
    size = 0
    for row in rows:
        waiting.append(row)
        size += len(row)
        if size >= FRAME_BYTES:
            _frame(pipe, b"".join(waiting))
            waiting, size = [], 0
    if waiting:
        _frame(pipe, b"".join(waiting))


def _frame(pipe: BinaryIO, body: bytes) -> None:
    pipe.write(HEAD.pack(len(body)))
    pipe.write(body)
    pipe.flush()


def _close(pipe: BinaryIO) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return  # what was left in it is nobody's any more
