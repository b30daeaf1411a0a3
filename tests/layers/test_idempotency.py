# SPDX-License-Identifier: Apache-2.0
"""A command with a key happens once: also at the same instant, after a crash, and for each sender apart."""

from contextlib import closing
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from layers.idempotency import Asked, Db, DryRun, KeyInUse, KeyReused, once
from tests.conftest import Register
from tests.layers.rights import a_party

ASKED = Asked(uuid4(), "key", b"\x01" * 32)


def make(db: Db) -> dict[str, object]:
    return {"party": str(a_party(db))}


def parties(register: Register) -> int:
    with register.connect() as connection:
        row = connection.execute("select count(*) from register.party").fetchone()
    assert row is not None
    return int(str(row[0]))


def test_another_command_does_not_come_under_a_used_key(register: Register) -> None:
    with register.connect() as connection:
        once(connection, ASKED, make)
    with register.connect() as connection, pytest.raises(KeyReused):
        once(connection, replace(ASKED, sha256=b"\x02" * 32), make)
    assert parties(register) == 1


def test_while_the_first_runs_the_second_is_told_so(register: Register) -> None:
    with register.connect() as first, register.connect() as second:
        once(first, ASKED, make)
        with pytest.raises(KeyInUse):
            once(second, ASKED, make)
    assert parties(register) == 1


def test_after_a_crash_it_is_done_once_and_after_success_not_again(register: Register) -> None:
    with closing(register.connect()) as crashed:
        once(crashed, ASKED, make)  # and never committed
    assert parties(register) == 0
    with register.connect() as connection:
        answer = once(connection, ASKED, make)
    with register.connect() as connection:
        assert once(connection, ASKED, make) == answer
    assert parties(register) == 1


def test_a_key_is_its_senders_own(register: Register) -> None:
    for person in (uuid4(), uuid4()):
        with register.connect() as connection:
            once(connection, replace(ASKED, person=person), make)
    assert parties(register) == 2


def test_a_dry_run_meets_the_rules_of_commit_and_leaves_nothing(register: Register) -> None:
    def breaks(db: Db) -> dict[str, object]:
        group, member = a_party(db), a_party(db)
        db.execute(
            "insert into register.party_member (group_id, member_id, share_part, share_whole) values (%s, %s, 1, 2)",
            [group, member],
        )
        return {}

    dry = replace(ASKED, dry_run=True)
    for command, expected in ((make, DryRun), (breaks, psycopg.Error)):
        with register.connect() as connection, pytest.raises(expected), connection.transaction():
            once(connection, dry, command)
    assert parties(register) == 0
