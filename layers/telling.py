# SPDX-License-Identifier: Apache-2.0
"""How far a job is, told each second; and what is kept beside a file while it is on its way in."""

import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from layers.jobs import StopAsked, Task

REPORT, PREVIEW = "report.json", "preview.json"
BEAT_S = 1.0


class Teller:
    """Tells each second how far the work is, also while it is in one long step; StopAsked comes up in the work."""

    def __init__(self, task: Task) -> None:
        self._task, self._now, self._stop = task, (0.0, "reading"), False
        self._ended = threading.Event()

    @contextlib.contextmanager
    def telling(self) -> Iterator["Teller"]:
        beat = threading.Thread(target=self._beat, name="telling", daemon=True)
        beat.start()
        try:
            yield self
        finally:
            self._ended.set()
            beat.join()

    def _beat(self) -> None:
        while not self._ended.wait(BEAT_S):
            try:
                self._task.tell(*self._now)
            except StopAsked:
                self._stop = True
                return
            except psycopg.Error:
                continue  # the database may be away for a moment; the work meets that itself

    def __call__(self, share: float, step: str) -> None:
        """`step`: a word, and numbers of what is done after it."""
        if self._stop:
            raise StopAsked
        self._now = (share, step)


def write_whole(path: Path, value: Any) -> None:
    """As JSON under its name once it is whole, or not at all."""
    write_bytes_whole(path, json.dumps(value, ensure_ascii=False, default=str).encode())


def write_bytes_whole(path: Path, content: bytes) -> None:
    """Under its name once it is whole, or not at all."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(path)
