# SPDX-License-Identifier: Apache-2.0
"""Events of the register: recording one, and proving that the chain of legal ones is whole.

`hash = sha256(0x00 ‖ prev ‖ canon)`, over the bytes that are stored: a row rendered anew would change with the time zone.
A chain alone does not show a tail that was cut off, nor one that a superuser wrote anew from its beginning: for that its
head must be known elsewhere.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

FIRST_PREV = bytes(32)
COLUMNS = ("seq", "actor", "action", "object_table", "object_id", "before", "after", "reason", "request_id", "chain_no")


def record(
    connection: "Connection[tuple[object, ...]]",
    action: str,
    *,
    table: str,
    row: UUID | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
    legal: bool = False,
    request_id: str | None = None,
) -> int:
    """Records an event in the open transaction; returns its number. A legal one enters the chain at commit."""
    recorded = connection.execute(
        "select register.record_event(%s, %s, %s, %s, %s, %s, %s, %s)",
        [action, table, row, before and Jsonb(before), after and Jsonb(after), reason, legal, request_id],
    ).fetchone()
    if recorded is None:
        raise RuntimeError("record_event returned no number")
    return int(str(recorded[0]))


def chain_hash(prev: bytes, canon: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + prev + canon).digest()


def broken_links(connection: "Connection[tuple[object, ...]]") -> Iterator[str]:
    """What is wrong with the chain, in its order: "event 7: its row is not what was hashed". Nothing when it is whole."""
    prev, expected = FIRST_PREV, 1
    rows = connection.execute(
        'select seq, actor, action, object_table, object_id, "before", "after", reason, request_id, chain_no, '
        "at, legal, canon, prev, hash from register.event where legal or chain_no is not null or hash is not null "
        "order by chain_no nulls last"
    )
    for row in rows:
        said = dict(zip(COLUMNS, row, strict=False))
        at, legal, canon, its_prev, its_hash = row[len(COLUMNS) :]
        number, name = said["chain_no"], f"event {said['seq']}"
        if number != expected:
            yield f"{name}: number {expected} is missing before it"
        if its_prev != prev:
            yield f"{name}: does not follow the one before"
        if not isinstance(canon, bytes) or not isinstance(its_prev, bytes) or chain_hash(its_prev, canon) != its_hash:
            yield f"{name}: its hash is not that of its bytes"
        elif not legal or not _says(canon, said, at):
            yield f"{name}: its row is not what was hashed"
        prev = its_hash if isinstance(its_hash, bytes) else b""
        expected = number + 1 if isinstance(number, int) else expected + 1


def _says(canon: bytes, said: dict[str, object], at: object) -> bool:
    """Whether the row's columns are those in its hashed bytes."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(at, datetime) else None
    row = {**said, "object_id": str(said["object_id"]) if said["object_id"] else None, "at": moment}
    hashed: object = json.loads(canon)
    return hashed == row
