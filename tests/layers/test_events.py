# SPDX-License-Identifier: Apache-2.0
"""Events happen with what they tell of, are never rewritten, and legal ones are chained."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers import chainfile, events
from tests.conftest import Connection, Register
from tests.layers.land import a_block, a_plot, a_zone, square
from tests.layers.racing import race
from tests.layers.refusing import refused
from tests.layers.rights import a_party, a_restriction, a_right


def broken(connection: Connection) -> list[str]:
    return list(events.broken_links(connection))


@pytest.fixture
def chained(register: Register) -> Register:
    """Five legal events in three transactions, and one that is none."""
    for action in ("allocate", "approve", "transfer"):
        with register.connect() as connection:
            connection.execute("select set_config('marsa.actor', 'amina', true)")
            zone = a_zone(connection, action)
            events.record(connection, action, table="zone", row=zone, after={"code": action, "ar": "تخصيص"}, legal=True)
            if action != "approve":
                events.record(
                    connection, "price", table="zone", row=zone, before={"lyd": 1.50}, reason="tariff", legal=True
                )
            else:
                events.record(connection, "looked", table="zone")
    return register


def test_legal_events_are_numbered_without_a_gap_and_hold_together(chained: Register) -> None:
    with chained.connect() as connection:
        rows = connection.execute(
            "select chain_no, action, actor from register.event where legal order by 1"
        ).fetchall()
        assert broken(connection) == []
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5]
    assert {row[2] for row in rows} == {"amina"}


def test_the_chain_holds_in_every_time_zone(chained: Register) -> None:
    with chained.connect() as connection:
        for zone in ("Africa/Tripoli", "Asia/Kathmandu", "America/St_Johns"):
            connection.execute(f"set timezone = '{zone}'")
            assert broken(connection) == []


def test_an_event_vanishes_with_the_transaction_that_it_tells_of(register: Register) -> None:
    connection = register.connect()
    events.record(connection, "allocate", table="plot", legal=True)
    connection.rollback()
    assert connection.execute("select count(*) from register.event").fetchone() == (0,)
    connection.close()
    with refused(register, "MG002") as attempt:
        block = a_block(attempt.connection, a_zone(attempt.connection))
        events.record(attempt.connection, "draw", table="plot", legal=True)
        a_plot(attempt.connection, block)
        a_plot(attempt.connection, block, "A01-002", square(20, 20))
    with register.connect() as connection:
        assert connection.execute("select count(*) from register.event").fetchone() == (0,)


TAMPERINGS = {
    "actor": "actor = 'somebody else'",
    "action": "action = 'revoke'",
    "object_table": "object_table = 'plot'",
    "object_id": "object_id = gen_random_uuid()",
    "before": "before = '{\"lyd\": 1.51}'",
    "after": "after = '{}'",
    "reason": "reason = null",
    "request_id": "request_id = 'x'",
    "at": "at = at + interval '1 microsecond'",
    "seq": "seq = 900",
    "chain_no": "chain_no = 900",
    "canon": "canon = canon || ' '",
    "prev": "prev = sha256('x')",
    "hash": "hash = sha256('x')",
    "legal": "legal = false",
}


@pytest.mark.parametrize("column", TAMPERINGS)
def test_a_change_to_any_column_is_found(chained: Register, column: str) -> None:
    with chained.connect() as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("alter table register.event drop constraint ck_event_legal_events_are_chained")
        connection.execute("alter table register.event alter column seq drop identity")
        connection.execute(f"update register.event set {TAMPERINGS[column]} where chain_no = 2")
        assert broken(connection)


def test_an_event_taken_out_of_the_middle_is_missed(chained: Register) -> None:
    with chained.connect() as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("delete from register.event where chain_no = 3")
        assert len(broken(connection)) == 2, "a number is missing, and the next does not follow"


def test_a_row_rewritten_with_its_bytes_breaks_the_link_after_it(chained: Register) -> None:
    with chained.connect() as connection:
        row = connection.execute("select prev, canon from register.event where chain_no = 2").fetchone()
        assert row is not None
        said = {**json.loads(row[1]), "actor": "somebody else"}  # type: ignore[arg-type]
        canon = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        connection.execute("set session_replication_role = replica")
        connection.execute(
            "update register.event set actor = 'somebody else', canon = %s, hash = %s where chain_no = 2",
            [canon, events.chain_hash(row[0], canon)],  # type: ignore[arg-type]
        )
        assert len(broken(connection)) == 1


@pytest.mark.parametrize(
    "statement", ["update register.event set reason = 'x'", "delete from register.event", "truncate register.event"]
)
def test_nobody_rewrites_events(chained: Register, statement: str) -> None:
    with refused(chained, "MG006") as attempt:
        attempt.connection.execute(statement)


def test_whoever_edits_past_the_commands_leaves_an_event(register: Register) -> None:
    with register.connect() as connection:
        plot = a_plot(connection, a_block(connection, a_zone(connection)))
        party = a_party(connection)
    with register.connect() as connection:
        a_right(connection, plot, party)
    with register.connect() as connection:
        events.record(connection, "restrict", table="plot", row=plot, legal=True)
        a_restriction(connection, plot)
    with register.connect() as connection:
        rows = connection.execute(
            "select action, actor, legal, after->'rights' from register.event order by seq"
        ).fetchall()
        assert broken(connection) == []
    assert rows == [
        ("edit", "database:marsa_admin", False, 0),
        ("edit", "database:marsa_admin", True, 1),
        ("restrict", "database:marsa_admin", True, None),
    ]


def test_staff_record_events_but_cannot_write_the_table(register: Register) -> None:
    with register.connect("marsa_staff") as connection:
        connection.execute("select set_config('marsa.actor', 'amina', true)")
        events.record(connection, "approve", table="plot", legal=True)
    with refused(register, "42501", role="marsa_staff") as attempt:
        attempt.connection.execute("insert into register.event (actor, action, object_table) values ('a', 'b', 'c')")
    with register.connect() as connection:
        assert broken(connection) == []


def test_events_of_many_at_once_form_one_chain(register: Register) -> None:
    with register.connect() as connection:
        a_block(connection, a_zone(connection))

    def act(connection: Connection, dice: random.Random, name: str) -> None:
        # The event first and the land after it, or the reverse: no order of statements may deadlock.
        writer, number = (int(part) for part in name.split("-"))
        block: Any = connection.execute("select id from register.block").fetchone()
        steps: list[Callable[[], object]] = [
            lambda: a_plot(connection, block[0], name, square(writer * 60, number * 60)),
            lambda: events.record(connection, "draw", table="plot", legal=True),
            lambda: connection.execute("select register.lock_cells(%s)", [square(0, 0, 500)]),
        ]
        dice.shuffle(steps)
        for step in steps:
            step()

    outcome = race(register, act, writers=12, rounds=5)
    assert set(outcome.ended) == {None}
    with register.connect() as connection:
        assert broken(connection) == []
        assert connection.execute("select max(chain_no) from register.event").fetchone() == (60,)


@pytest.fixture(scope="module")
def sql(cluster: Any, template: str) -> Any:
    with psycopg.connect(cluster.conninfo(), autocommit=True) as connection:
        yield connection


# JSON as PostgreSQL holds it: no U+0000, no lone surrogates.
words = st.text(st.characters(exclude_characters="\x00", categories=("L", "N", "P", "S", "Zs", "Cc")), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.decimals(-1000, 1000, places=3).map(float) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=values)
def test_one_value_has_one_spelling_and_keeps_its_meaning(sql: Connection, value: Any) -> None:
    row = sql.execute("select register.canonical(%s::jsonb)", [json.dumps(value)]).fetchone()
    assert row is not None
    spelled = str(row[0])
    assert json.loads(spelled) == value
    # Respelled with its keys in another order and spaces between, it is spelled the same.
    again = sql.execute(
        "select register.canonical(%s::jsonb)", [json.dumps(value, indent=1, sort_keys=True)]
    ).fetchone()
    assert again == row
    numberless = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if not any(letter in numberless for letter in "0123456789\\\x7f"):
        assert spelled == numberless


def test_a_file_of_events_is_checked_without_the_register(register: Register, tmp_path: Path) -> None:
    """Edited, reordered, cut in the middle, cut at its end, and a stranger's file: each is found, and where."""
    with register.connect() as connection:
        for number in range(5):
            connection.execute(
                "select register.record_event('decide', 'plot', null, after => %s, legal => true)",
                [json.dumps({"رقم": number, "text": 'a "quoted"\nline'})],
            )
            connection.commit()
        path = tmp_path / "events.jsonl"
        with path.open("w", encoding="utf-8") as file:
            written = chainfile.write(connection, file)
    assert written.events == 5
    assert chainfile.verify(path) == written and chainfile.verify(path, head=written.head.upper()) == written
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)

    def wrong(changed: list[str], head: str | None = None) -> str:
        path.write_text("".join(changed), encoding="utf-8")
        return chainfile.verify(path, head=head).wrong

    edited = lines[2].replace("decide", "refuse")
    assert wrong([*lines[:2], edited, *lines[3:]]).startswith("3: its hash")
    assert wrong([*lines[:2], lines[3], lines[2], lines[4]]).startswith("3: it is number 4")
    assert wrong([lines[0], *lines[2:]]).startswith("2: it is number 3")
    assert wrong(lines[:-1]) == "", "a chain does not see its cut end"
    assert wrong(lines[:-1], head=written.head).startswith("4: the last hash")
    assert wrong([]).startswith("0:") and wrong(["[" * 100_000]).startswith("1: it is no event")
    assert wrong(["{}\n"]).startswith("1:") and wrong(["\x00\xff"]).startswith("1:")
