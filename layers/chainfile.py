# SPDX-License-Identifier: Apache-2.0
"""The chain of legal events as a file that anybody can check: a line for each event, with the bytes that were hashed.

Nothing here asks the register when a file is checked, so an auditor needs the file alone. A chain does not tell by itself
that its end was cut off or that all of it was written anew: the last hash, noted elsewhere, does.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from psycopg import Connection

from layers.events import FIRST_PREV, chain_hash

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes. No event of ours is as long; a file that is no chain may be one line of gigabytes."""
QUESTION = "select chain_no, seq, prev, hash, canon from register.event where chain_no is not null order by chain_no"


@dataclass(frozen=True)
class Found:
    """How many events a chain has, its last hash, and what is wrong first ("" when it is whole)."""

    events: int
    head: str
    wrong: str = ""


def write(connection: "Connection[tuple[object, ...]]", file: TextIO) -> Found:
    """Writes all chained events as lines of JSON: chain_no, seq, prev, hash (hexadecimal), canon (the hashed text)."""
    events, head = 0, FIRST_PREV.hex()
    for number, seq, prev, hash_, canon in connection.execute(QUESTION):
        assert isinstance(prev, bytes) and isinstance(hash_, bytes) and isinstance(canon, bytes)  # noqa: S101 constraints
        line = {"chain_no": number, "seq": seq, "prev": prev.hex(), "hash": hash_.hex(), "canon": canon.decode()}
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
        events, head = events + 1, hash_.hex()
    return Found(events, head)


def verify(path: Path, *, head: str | None = None) -> Found:
    """Follows a chain from its first event. `head`: the last hash that it must have. Raises OSError."""
    prev, events = FIRST_PREV, 0
    for line in _lines(path):
        wrong, its_hash = _wrong(line, prev, events + 1)
        if wrong:
            return Found(events, prev.hex(), f"{events + 1}: {wrong}")
        prev, events = its_hash, events + 1
    if not events:
        return Found(0, prev.hex(), "0: it holds no event")
    if head is not None and prev.hex() != head.strip().lower():
        return Found(events, prev.hex(), f"{events}: the last hash is {prev.hex()}, not the one that was noted")
    return Found(events, prev.hex())


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while line := file.readline(LONGEST_LINE):
            yield line


def _wrong(line: bytes, prev: bytes, expected: int) -> tuple[str, bytes]:
    """What is wrong with one line, and its hash."""
    try:
        told = json.loads(line)
        number, seq = told["chain_no"], told["seq"]
        its_prev, its_hash = bytes.fromhex(told["prev"]), bytes.fromhex(told["hash"])
        canon = told["canon"].encode()
        said = json.loads(canon)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "it is no event", b""
    if number != expected:
        return f"it is number {number}: one before it is missing", b""
    if its_prev != prev:
        return "it does not follow the one before", b""
    if chain_hash(prev, canon) != its_hash:
        return "its hash is not that of its bytes", b""
    if not isinstance(said, dict) or (said.get("chain_no"), said.get("seq")) != (number, seq):
        return "its bytes speak of another event", b""
    return "", its_hash
