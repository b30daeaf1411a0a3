# SPDX-License-Identifier: Apache-2.0
"""Files on their way in: what has arrived, what a person answered about it, which job is at it, what became of it.

Their bytes lie in a folder of their own beside the database (`folder_of`), outside the backup: they can be sent again.
"""

import re
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gis.reading.kinds import parts_of
from layers.base import Base
from layers.errors import MarsaError

STATES = ("sending", "here", "committed", "undone")


class Incoming(Base):
    """A file, or the parts of a Shapefile, that a person of the staff sends."""

    __tablename__ = "incoming"
    __table_args__ = (
        CheckConstraint("state in ('sending','here','committed','undone')", name="state"),
        Index("ix_incoming_made_at", "made_at"),
        Index("ix_incoming_import_id", "import_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, server_default=text("gen_random_uuid()"))
    actor: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    """What its sender calls it."""
    sender: Mapped[str] = mapped_column(Text, server_default="")
    """The office that it comes from: answers are remembered per sender."""
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """[{name, size_bytes}]: the file under which each is kept, and how large it will be."""
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text, server_default="sending")
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    answered: Mapped[int] = mapped_column(server_default=text("0"))
    """Rises with each change of the answers: a report says to which it belongs."""
    reported: Mapped[int | None]
    """To which answers the report beside the file belongs; null before its first trial has ended."""
    job: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    sha256: Mapped[str | None] = mapped_column(Text)
    import_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class ImportMemory(Base):
    """What was answered the last time that a sender's file with these headings was committed."""

    __tablename__ = "import_memory"
    __table_args__ = (PrimaryKeyConstraint("sender", "headings"),)

    sender: Mapped[str] = mapped_column(Text)
    headings: Mapped[list[str]] = mapped_column(ARRAY(Text))
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    used_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class NoSuchIncoming(MarsaError):
    """No file on its way has this number."""

    def __init__(self, incoming: str) -> None:
        super().__init__(incoming)
        self.incoming = incoming


class PartNotNext(MarsaError):
    """The bytes do not follow those that have arrived."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


class PartIncomplete(MarsaError):
    """A part has not arrived whole."""

    def __init__(self, name: str, received: int, size: int) -> None:
        super().__init__(name, received, size)
        self.name, self.received, self.size = name, received, size


class BadAnswer(MarsaError):
    """What was answered about the file cannot be."""

    def __init__(self, answer: str, given: object) -> None:
        super().__init__(answer, given)
        self.answer, self.given = answer, str(given)[:80]


class QuotaReached(MarsaError):
    """Files on their way in take all the room that they may."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(most_bytes)
        self.most_bytes = most_bytes


class StillAtWork(MarsaError):
    """A job is at the file."""


class NotThatState(MarsaError):
    """What is asked for is not done with a file in its state."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class AnswersChanged(MarsaError):
    """The report that was seen belongs to older answers."""


class AlreadyImported(MarsaError):
    """A file with the same digest is in."""

    def __init__(self, import_id: str, at: str) -> None:
        super().__init__(import_id, at)
        self.import_id, self.at = import_id, at


class FileGone(MarsaError):
    """The row is here and its bytes are not."""


BESIDE = (".qpj", ".sbn", ".sbx", ".qix", ".qmd")
"""What tools write beside a Shapefile and is not read."""
MOST_BYTES = 10 * 1024**3
"""Of all files on their way in together."""

# Each answers with one value. Staff asks them.
MAKE = """
    insert into register.incoming (actor, name, sender, parts, size_bytes)
    select %(actor)s, %(name)s, %(sender)s, %(parts)s::jsonb, %(size_bytes)s
    where (select coalesce(sum(size_bytes), 0) from register.incoming where state in ('sending', 'here')) + %(size_bytes)s
      <= %(most_bytes)s
    returning id
"""
SENDING = """
    select id from register.incoming where state = 'sending' and name = %(name)s and parts = %(parts)s::jsonb limit 1
"""
"""The same files, begun before: their sending goes on."""
# An import may have been undone at another door, the command line or /admin.
FIND = """
    select to_jsonb(i) || jsonb_build_object('standing', register.job_standing(i.job), 'state', case
      when i.state = 'committed' and exists (
        select from register.event u where u.action = 'import_undone' and u.object_id = i.import_id) then 'undone'
      else i.state end)
    from register.incoming i where id = %(incoming)s
"""
ARRIVED = "update register.incoming set state = 'here' where id = %(incoming)s and state = 'sending' returning true"
ASK = "select register.ask_for_incoming(%(incoming)s, %(states)s, %(name)s, %(arguments)s::jsonb, %(actor)s)"
"""Null while another job is at the file, or in another state."""
ANSWER = """
    update register.incoming set answers = %(answers)s::jsonb, answered = answered + 1
    where id = %(incoming)s and state = 'here' returning answered
"""
STOP = "select register.stop_job(job) from register.incoming where id = %(incoming)s and job is not null"
FORGET = """
    delete from register.incoming where id = %(incoming)s and state in ('sending', 'here')
      and coalesce(register.job_standing(job) ->> 'state', '') not in ('waiting', 'running') returning true
"""
OPEN = """
    select coalesce(jsonb_agg(to_jsonb(i) - 'answers' || jsonb_build_object('standing', register.job_standing(i.job))
      order by made_at desc), '[]') from register.incoming i where state in ('sending', 'here')
"""
IMPORTS = """
    select coalesce(jsonb_agg(row), '[]') from (
      select jsonb_build_object('id', e.object_id, 'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'),
        'actor', e.actor, 'told', e.after, 'undone', exists (
          select from register.event u where u.action = 'import_undone' and u.object_id = e.object_id)) as row
      from register.event e where e.action = 'import' order by e.seq desc limit 100) rows
"""
SAME_FILE = """
    select e.object_id, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') from register.event e
    where e.action = 'import' and e.after ->> 'sha256' = %s and e.after ->> 'target' = %s and not exists (
      select from register.event u where u.action = 'import_undone' and u.object_id = e.object_id)
    order by e.seq desc limit 1
"""
ZONES = """
    select coalesce(jsonb_agg(jsonb_build_object('code', code, 'ar', name_ar, 'en', name_en) order by code), '[]')
    from published.zones
"""
SENDERS = "select coalesce(jsonb_agg(distinct sender), '[]') from register.import_memory"


def folder_of(files: Path, incoming: uuid.UUID) -> Path:
    """Where the bytes of one file lie. `files` is the installation's folder of documents."""
    return files.parent / "incoming" / str(incoming)


def kept_names(names: list[str]) -> list[str]:
    """Under which name each part is kept: its stem made harmless, its suffix; a Shapefile's parts get one stem.

    Raises BadAnswer for parts that are not of one file.
    """
    paths = [Path(name.replace("\\", "/")) for name in names]
    main = next((path for path in paths if parts_of(path.suffix.lower())), paths[0])
    suffixes = {path.suffix.lower() for path in paths}
    if len(paths) > 1 and (len(suffixes) < len(paths) or not all(_of_one(path, main) for path in paths)):
        raise BadAnswer("files", ", ".join(names))
    stem = re.sub(r"[^\w\- ]", "_", main.stem)[:60].encode()[:180].decode("utf-8", "ignore") or "file"
    return [stem + re.sub(r"[^.\w]", "", path.suffix.lower())[:12] for path in paths]


def _of_one(path: Path, main: Path) -> bool:
    """Whether a file belongs to `main`; what tools write beside a Shapefile is not read and does no harm."""
    beside = path.suffix.lower() in {*parts_of(main.suffix.lower()), *BESIDE}
    return beside and path.stem.casefold() == main.stem.casefold()


def main_part(folder: Path, parts: list[dict[str, Any]]) -> Path:
    """The part that is opened. Raises FileGone."""
    paths = [folder / str(part["name"]) for part in parts]
    if not all(path.is_file() for path in paths):
        raise FileGone()
    return next((path for path in paths if parts_of(path.suffix)), paths[0])
