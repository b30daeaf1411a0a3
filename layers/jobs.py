# SPDX-License-Identifier: Apache-2.0
"""Long work (imports, exports, rasters): how a job is declared, asked for and followed. docs/jobs.md shows the whole way."""

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg import Connection
from sqlalchemy import CheckConstraint, Double, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Base
from layers.database import libpq
from layers.declaration import Text as Words

TELL_EVERY_S = 0.5

# What the service asks as staff; each answers with one value.
ASK = "select register.ask_job(%(name)s, %(arguments)s::jsonb, %(actor)s)"
"""The new job's number. Binds: `asked`. Part of the transaction that asks: a job is done only if that commits."""
STANDING = "select register.job_standing(%(job)s)"
"""null, or {id, name, actor, state, share (0 to 1), step, stop_asked, result, asked_at, began_at, ended_at}.

state: waiting, running, done (`result` is what the work returned), refused (`result` is {type: class of the MarsaError,
facts}), failed (a fault of ours, which the log tells), stopped.
"""
STOP = "select register.stop_job(%(job)s)"


class JobRow(Base):
    """One job that was asked for, and how far it is."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state in ('waiting','running','done','refused','failed','stopped')", name="state"),
        CheckConstraint("share between 0 and 1", name="share"),
        Index("ix_job_asked_at", "asked_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, server_default=text("gen_random_uuid()"))
    name: Mapped[str] = mapped_column(Text)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)
    actor: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="waiting")
    share: Mapped[float] = mapped_column(Double, server_default="0")
    """Of the work that is done, 0 to 1."""
    step: Mapped[str | None] = mapped_column(Text)
    """What it is at, as a word that the pages know."""
    stop_asked: Mapped[bool] = mapped_column(server_default=text("false"))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    asked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    began_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class StopAsked(Exception):
    """Nobody waits for the job any more, or the process ends: the work is left where it is."""


@dataclass
class Task:
    """One job while it is done, in a thread of its own: what the work may use, and whom it tells how far it is."""

    id: uuid.UUID
    actor: str
    admin_url: str
    """The register as the administrator, who sees past row-level security; for `acting_as` and imports."""
    staff_url: str
    srid: int
    files: Path
    """The folder of documents and uploads."""
    public_url: str = ""
    """The register as everybody may read it."""
    ending: Callable[[], bool] = bool
    """Whether the process is about to end."""
    _told_at: float = field(default=0.0, repr=False)

    def tell(self, share: float, step: str | None = None) -> None:
        """Says how far the work is, 0 to 1, and at what; as often as you like, it is written twice a second.

        Raises StopAsked when it is not to go on: let it pass, so that transactions roll back.
        """
        if self.ending():
            raise StopAsked
        now = time.monotonic()
        if now - self._told_at < TELL_EVERY_S:
            return
        self._told_at = now
        # A connection of its own: progress is seen while the work's transaction is still open.
        with psycopg.connect(libpq(self.staff_url), autocommit=True) as connection:
            row = connection.execute(
                "select register.tell_job(%s, %s, %s)", [self.id, min(max(share, 0.0), 1.0), step]
            ).fetchone()
        if row != (True,):
            raise StopAsked


@dataclass(frozen=True)
class Job:
    """A kind of long work.

    `work(task, **arguments)` runs in a thread of the process for jobs and returns what the asker is told (plain JSON), or
    None. Arguments are plain JSON. It raises a MarsaError to refuse. It must bear being begun again: where the process was
    killed, the job is done from its start, so all it does is one transaction, or files that get their name at the end.
    """

    name: str
    title: Words
    work: Callable[..., Mapping[str, Any] | None]


def as_told(plain: object) -> str:
    """Plain values as JSON; what JSON lacks (a date, a uuid) as its text."""
    return json.dumps(plain, ensure_ascii=False, default=str)


def asked(job: Job, arguments: Mapping[str, Any], actor: str) -> dict[str, str]:
    """What `ASK` binds."""
    return {"name": job.name, "arguments": json.dumps(arguments), "actor": actor}


def ask(connection: "Connection[tuple[object, ...]]", job: Job, arguments: Mapping[str, Any], actor: str) -> uuid.UUID:
    """Asks for a job within the connection's transaction; its number."""
    row = connection.execute(ASK, asked(job, arguments, actor)).fetchone()
    assert row is not None  # noqa: S101 a function returns one row
    return uuid.UUID(str(row[0]))


def standing(connection: "Connection[tuple[object, ...]]", job: uuid.UUID) -> dict[str, Any] | None:
    """How a job stands, as `STANDING` says; None: there is no such job."""
    row = connection.execute(STANDING, {"job": job}).fetchone()
    found: dict[str, Any] | None = cast(Any, row)[0]
    return found
