# SPDX-License-Identifier: Apache-2.0
"""What a command comes wrapped in: a key under which it happens once, the version that it was decided on, a dry run.

The key's row and the command's own are written in one transaction: after a crash there is the stored answer, or a clean
start, and never two effects.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Base
from layers.errors import MarsaError

Db = psycopg.Connection[Any]
Answer = dict[str, Any]
LONGEST_KEY = 200


class CommandKey(Base):
    """A command that was done, by the key that its sender gave it."""

    __tablename__ = "command_key"

    person: Mapped[str] = mapped_column(Text, primary_key=True)
    """Each sender has keys of their own."""
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    asked_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"), index=True)


class KeyMissing(MarsaError):
    """The command needs an `Idempotency-Key`."""


class KeyMalformed(MarsaError):
    """An `Idempotency-Key` is 1 to 200 printable ASCII letters."""


class KeyReused(MarsaError):
    """The key was used for another command."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class KeyInUse(MarsaError):
    """The first command with this key is still being done."""


class VersionMissing(MarsaError):
    """The command must say, by If-Match, which version it was decided on."""


class VersionStale(MarsaError):
    """Somebody has changed the object since."""

    def __init__(self, given: str, current: int) -> None:
        super().__init__(given, current)
        self.given, self.current = given, current


class TagsMalformed(MarsaError):
    """If-Match holds no entity tags, or more of them than make sense."""


class NoSuchObject(MarsaError):
    """No file, lease or meeting has this id, or none that the asker may see."""


class BodyUnreadable(MarsaError):
    """The body is no JSON object of the kind that a command takes."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class BodyWrong(MarsaError):
    """Members of the body are missing, unknown, or not what they must be. `errors`: a JSON pointer and the reason of each."""

    def __init__(self, errors: list[dict[str, str]], named: str = "") -> None:
        super().__init__(errors)
        self.errors = errors
        self.named = named


class DryRun(Exception):
    """Carries what a command would have answered out of the transaction that is undone by it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True)
class Asked:
    """What came with a command."""

    person: UUID
    key: str | None
    sha256: bytes
    """Of the method, the address and the body."""
    dry_run: bool = False


def key_of(given: str | None, *, needed: bool) -> str | None:
    """The key as sent. Raises KeyMissing, KeyMalformed."""
    if given is None:
        if needed:
            raise KeyMissing()
        return None
    if not 0 < len(given) <= LONGEST_KEY or not given.isascii() or not given.isprintable():
        raise KeyMalformed()
    return given


def digest_of(method: str, address: str, body: bytes) -> bytes:
    return hashlib.sha256(b"\0".join((method.encode(), address.encode(), body))).digest()


def once(db: Db, asked: Asked, command: Callable[[Db], Answer]) -> Answer:
    """What the command answers; asked again with the same key, what it answered then. Within `as_actor`.

    Raises KeyReused, KeyInUse; DryRun instead of returning when nothing is to stay.
    """
    if asked.key is None or asked.dry_run:
        answer = command(db)
        # Judged now as at commit: a dry run that passes is no promise, but it is no lie.
        db.execute("set constraints all immediate")
        if asked.dry_run:
            raise DryRun(answer)
        return answer
    person = str(asked.person)
    taken = db.execute(
        "select pg_try_advisory_xact_lock(hashtextextended(%s, 7))", [f"marsa key {person} {asked.key}"]
    ).fetchone()
    if not taken or not taken[0]:
        raise KeyInUse()
    known = db.execute("select register.answer_to_key(%s, %s)", [person, asked.key]).fetchone()
    if known and known[0]:
        if bytes.fromhex(known[0]["asked"]) != asked.sha256:
            raise KeyReused(asked.key)
        stored: Answer = known[0]["answer"]
        return stored
    answer = command(db)
    db.execute("select register.keep_key(%s, %s, %s, %s)", [person, asked.key, asked.sha256, Jsonb(answer)])
    return answer


def tags_of(given: str | None) -> list[str] | None:
    """The entity tags of If-Match; None for `*`, which any version matches. Raises VersionMissing, TagsMalformed."""
    if given is None:
        raise VersionMissing()
    if given.strip() == "*":
        return None
    tags = [tag.strip() for tag in given.split(",")]
    if len(tags) > 20 or not all(tag.removeprefix("W/").startswith('"') and tag.endswith('"') for tag in tags):
        raise TagsMalformed()
    return tags


def require_version(db: Db, table: str, row: UUID, tags: list[str] | None) -> None:
    """Locks the row for the transaction. Raises NoSuchObject, VersionStale: a weak tag never matches."""
    found = db.execute(
        sql.SQL("select version from register.{} where id = %s for no key update").format(sql.Identifier(table)), [row]
    ).fetchone()
    if found is None:
        raise NoSuchObject()
    if tags is not None and f'"{found[0]}"' not in tags:
        raise VersionStale(", ".join(tags), found[0])
