# SPDX-License-Identifier: Apache-2.0
"""Many at once: what one transaction cannot see of another never becomes a fault in the register.

Each race has a control that runs without the rule and must show the fault, or the race proves nothing. The long forms are
in tests/benchmarks/guard_rate.py.
"""

import json
import random
from collections.abc import Callable

import psycopg
import pytest

from layers.checks import run
from layers.invariants import INVARIANTS
from tests.conftest import Connection, Register
from tests.layers.land import a_block, a_plot, a_zone, square
from tests.layers.racing import (
    DEADLOCK,
    NO_GUARD,
    a_town,
    in_block,
    insert_plot,
    one_plot,
    overlaps,
    race,
    six_plots,
    some_plot,
)


@pytest.fixture
def town(register: Register) -> Register:
    a_town(register)
    return register


def faults(register: Register) -> dict[str, int]:
    with register.connect() as connection:
        return {result.check.name: result.count for result in run(connection, INVARIANTS) if result.count}


def test_a_hundred_writers_leave_no_overlap(town: Register) -> None:
    outcome = race(town, one_plot, writers=100, rounds=6)
    assert set(outcome.ended) == {None, "MG002"}, "some are refused, none for another reason"
    assert overlaps(town) == 0
    assert faults(town) == {}


def test_without_the_guard_the_same_race_leaves_overlaps(town: Register) -> None:
    with town.connect() as connection:
        connection.execute(NO_GUARD)
    race(town, one_plot, writers=30, rounds=8)
    assert overlaps(town) > 0


def test_without_the_lock_the_guard_alone_lets_overlaps_through(town: Register) -> None:
    """Neither sees the other's uncommitted plot: a trigger that only looks is no guard."""
    with town.connect() as connection:
        connection.execute(
            "create or replace function register.hold_cells(cells bigint[]) returns void language plpgsql as 'begin end'"
        )

    def in_one_block(connection: Connection, dice: random.Random, name: str) -> None:
        block_code, geom = some_plot(dice, blocks=4)
        insert_plot(connection, name, block_code, geom)
        connection.execute("set constraints all immediate")
        connection.execute("select pg_sleep(0.01)")

    race(town, in_one_block, writers=20, rounds=10)
    assert overlaps(town) > 0


def test_edits_of_six_plots_that_lock_their_land_first_never_deadlock(town: Register) -> None:
    outcome = race(town, six_plots, writers=30, rounds=3)
    assert DEADLOCK not in outcome.ended
    assert outcome.ended[None] > 0
    assert overlaps(town) == 0


def test_edits_of_six_plots_that_lock_nothing_do_not_deadlock_either(town: Register) -> None:
    """QGIS and psql know no lock_cells: their cells are taken at commit, all at once."""

    def unaware(connection: Connection, dice: random.Random, name: str) -> None:
        for number in range(6):
            block_code, geom = some_plot(dice, 10.0)
            insert_plot(connection, f"{name}-{number}", block_code, geom)

    outcome = race(town, unaware, writers=30, rounds=3)
    assert set(outcome.ended) <= {None, "MG002"}
    assert overlaps(town) == 0


@pytest.fixture
def two_zones_on_one_ground(register: Register) -> Register:
    """Zones NORTH and SOUTH, drawn over each other by mistake, each with one block."""
    with register.connect() as connection:
        for code in ("NORTH", "SOUTH"):
            a_block(connection, a_zone(connection, code), f"{code}-A", size=300)
    return register


def agency(connection: Connection, dice: random.Random, name: str) -> None:
    """A member of staff who sees one zone only, the one of the writer's parity."""
    zone = "NORTH" if int(name.split("-")[0]) % 2 else "SOUTH"
    connection.execute(
        "select set_config('marsa.actor', %s, true), set_config('marsa.zones', %s, true), "
        "set_config('marsa.roles', 'planner', true)",
        [name, zone],
    )
    geom = square(dice.randint(0, 13) * 20, dice.randint(0, 13) * 20, 30)
    insert_plot(connection, name, f"{zone}-A", geom)


def seen_by(register: Register, zones: str) -> set[object]:
    with register.connect("marsa_staff") as connection:
        connection.execute(
            "select set_config('marsa.actor', 'planner', true), set_config('marsa.zones', %s, true), "
            "set_config('marsa.roles', 'planner', true)",
            [zones],
        )
        rows = connection.execute(
            "select z.code from register.plot p join register.block b on b.id = p.block_id "
            "join register.zone z on z.id = b.zone_id"
        )
        return {row[0] for row in rows}


def test_two_agencies_that_cannot_see_each_other_still_cannot_overlap(two_zones_on_one_ground: Register) -> None:
    register = two_zones_on_one_ground
    outcome = race(register, agency, writers=16, rounds=15, role="marsa_staff")
    assert set(outcome.ended) == {None, "MG002"}
    assert overlaps(register) == 0
    assert seen_by(register, "NORTH") == {"NORTH"}
    assert seen_by(register, "SOUTH") == {"SOUTH"}
    assert seen_by(register, "NORTH,SOUTH") == {"NORTH", "SOUTH"}


def test_a_guard_that_sees_only_what_its_caller_sees_lets_them_overlap(two_zones_on_one_ground: Register) -> None:
    register = two_zones_on_one_ground
    with register.connect() as connection:
        connection.execute(
            "alter function register.judge_plots(uuid[]) security invoker; "
            "grant execute on all functions in schema register to marsa_staff; "
            "alter function register.settle() security invoker; alter function register.settle_touched() security invoker;"
            "alter function register.judge(uuid[], uuid[], uuid[], uuid[]) security invoker; "
            "grant all on all tables in schema register, published to marsa_staff; "
            "alter view register.derived_plots owner to marsa_guard; alter view register.derived_blocks owner to marsa_guard"
        )
    race(register, agency, writers=16, rounds=15, role="marsa_staff")
    assert overlaps(register) > 0


def test_staff_without_a_name_see_nothing(register: Register) -> None:
    with register.connect() as connection:
        a_plot(connection, a_block(connection, a_zone(connection)))
    with register.connect("marsa_staff") as connection:
        for table in ("zone", "block", "plot"):
            assert connection.execute(f"select count(*) from register.{table}").fetchone() == (0,)
        connection.execute("select set_config('marsa.zones', '*', true)")
        assert connection.execute("select count(*) from register.plot").fetchone() == (0,)
        connection.execute("select set_config('marsa.actor', 'planner', true)")
        assert connection.execute("select count(*) from register.plot").fetchone() == (0,)
        connection.execute("select set_config('marsa.roles', 'planner', true)")
        assert connection.execute("select count(*) from register.plot").fetchone() == (1,)
        connection.commit()  # the context ends with its transaction
        assert connection.execute("select count(*) from register.plot").fetchone() == (0,)


def a_party(connection: Connection) -> object:
    row = connection.execute(
        "insert into register.party (type, name_ar, name_en) values ('LCO', 'شركة تجريبية 1', 'Trial company 1') returning id"
    ).fetchone()
    assert row is not None
    return row[0]


def reserve(connection: Connection, dice: random.Random, name: str) -> None:
    """Takes a plot that looks free, for good."""
    plot = f"A01-{dice.randrange(8):03}"
    connection.execute(
        "insert into register.tenure_slot (plot_id, kind, party_id, valid) "
        "select p.id, 'lease', party.id, tstzrange(now(), null) from register.plot p, register.party "
        "where p.plot_number = %s and not exists (select from register.tenure_slot t where t.plot_id = p.id)",
        [plot],
    )


@pytest.fixture
def eight_plots(register: Register) -> Register:
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection))
        for number in range(8):
            a_plot(connection, block, f"A01-{number:03}", square(number * 50, 0))
        a_party(connection)
    return register


def rights_a_plot(register: Register) -> list[int]:
    with register.connect() as connection:
        rows = connection.execute("select count(*) from register.tenure_slot group by plot_id").fetchall()
    return [int(str(row[0])) for row in rows]


def test_thirty_officers_give_each_plot_to_one_party(eight_plots: Register) -> None:
    outcome = race(eight_plots, reserve, writers=30, rounds=10)
    assert set(outcome.ended) <= {None, "23P01"}
    assert rights_a_plot(eight_plots) == [1] * 8
    assert faults(eight_plots) == {}


def test_without_the_constraint_plots_are_given_twice(eight_plots: Register) -> None:
    with eight_plots.connect() as connection:
        connection.execute("alter table register.tenure_slot drop constraint one_right_at_a_time")
    race(eight_plots, reserve, writers=30, rounds=10)
    assert max(rights_a_plot(eight_plots)) > 1


def test_layers_that_change_in_either_order_do_not_deadlock(town: Register) -> None:
    def both(connection: Connection, dice: random.Random, name: str) -> None:
        writer, number = (int(part) for part in name.split("-"))
        steps: list[Callable[[], object]] = [
            lambda: insert_plot(connection, name, f"B{writer}", in_block(writer, 0, number * 20, 20)),
            lambda: a_zone(connection, f"Z{name}", 100),
            lambda: connection.execute("update register.block set phase = phase + 1 where code = %s", [f"B{writer}"]),
        ]
        dice.shuffle(steps)
        for step in steps:
            step()

    outcome = race(town, both, writers=10, rounds=5)
    assert set(outcome.ended) == {None}
    assert faults(town) == {}


def test_versions_are_told_in_order_without_a_gap(town: Register) -> None:
    with psycopg.connect(town.conninfo(), autocommit=True) as listener:
        listener.execute("listen marsa_changes")
        before = listener.execute("select layer_id, version from register.layer_version").fetchall()
        race(town, one_plot, writers=20, rounds=5)
        told: dict[str, list[int]] = {}
        for notice in listener.notifies(timeout=0.5):
            payload = json.loads(notice.payload)
            told.setdefault(payload["layer"], []).append(payload["version"])
        after = listener.execute("select layer_id, version from register.layer_version").fetchall()
    first = {str(layer): int(str(version)) + 1 for layer, version in before}
    for layer, version in after:
        assert told.get(str(layer), []) == list(range(first[str(layer)], int(str(version)) + 1))
    assert len(told["plots"]) > 20
