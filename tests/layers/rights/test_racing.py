# SPDX-License-Identifier: Apache-2.0
"""Many at once: one right on one plot, numbers without a gap. Each race has a control without the rule, which must fail."""

import random
from uuid import UUID

import pytest

from tests.conftest import Connection, Register
from tests.layers.land import a_plot, square
from tests.layers.racing import Outcome, race
from tests.layers.rights import a_party
from tests.layers.rights.filing import an_office, decided, one, step

PLOTS = 100
ATTEMPTS = 1000
WRITERS = 25


@pytest.fixture
def queue(register: Register) -> list[tuple[UUID, UUID]]:
    """A thousand files before the committee, ten for each of a hundred plots, all decided on: who is written first wins."""
    office = an_office(register)
    with register.connect() as connection:
        plots = [
            a_plot(connection, office.block, f"A01-{n:03}", square(n % 19 * 52, n // 19 * 52, 50)) for n in range(PLOTS)
        ]
        for table in ("application", "meeting_item"):
            connection.execute(f"alter table register.{table} disable trigger user")
        party = a_party(connection)
        files: list[tuple[UUID, UUID]] = connection.execute(  # type: ignore[assignment]
            "insert into register.application (party_id, plot_id, state, reg_no, score, lodged_at) "
            "select %s, p, 'COM', 'APP-' || n || '-' || p, 50, now() from unnest(%s::uuid[]) p, generate_series(1, 10) n "
            "returning id, plot_id",
            [party, plots],
        ).fetchall()
        connection.execute("alter table register.application enable trigger user")
        connection.execute("alter table register.meeting_item enable trigger user")
        decided(connection, files[0][0])
        meeting = one(connection, "select id from register.meeting")
        connection.execute("alter table register.meeting_item disable trigger user")
        connection.execute(
            "insert into register.meeting_item (meeting_id, application_id, position, decision) "
            "select %s, id, row_number() over () + 1, 'offer' from register.application where id <> %s",
            [meeting, files[0][0]],
        )
        connection.execute("alter table register.meeting_item enable trigger user")
    random.Random(1).shuffle(files)
    return files


NO_TURNS = """
    create or replace function register.take_turn(of_plot uuid) returns void language plpgsql as 'begin end';
    create or replace function register.days(rule jsonb, name text) returns interval language plpgsql as
      $$ begin perform pg_sleep(0.01); return make_interval(days => (rule ->> name)::int); end $$
"""
"""Nobody waits for anybody; between looking and writing there is always a moment, here one that is long enough to see."""


def offer_all(register: Register, queue: list[tuple[UUID, UUID]]) -> Outcome:
    def offer(connection: Connection, dice: random.Random, name: str) -> None:
        writer, number = (int(part) for part in name.split("-"))
        connection.execute("select set_config('marsa.actor', 'committee', true)")
        step(connection, queue[number * WRITERS + writer][0], "OFR")

    return race(register, offer, writers=WRITERS, rounds=len(queue) // WRITERS)


def taken(register: Register) -> tuple[int, int]:
    """Rights in force, and plots they stand on."""
    with register.connect() as connection:
        row = connection.execute(
            "select count(*), count(distinct plot_id) from register.tenure_slot where valid @> now()"
        ).fetchone()
    assert row is not None
    return int(str(row[0])), int(str(row[1]))


def test_of_a_thousand_allocations_on_a_hundred_plots_a_hundred_succeed(
    register: Register, queue: list[tuple[UUID, UUID]]
) -> None:
    outcome = offer_all(register, queue)
    assert outcome.ended[None] == PLOTS
    assert set(outcome.ended) == {None, "MG021"}, "all others read why; none is told of a deadlock"
    assert sum(outcome.ended.values()) == ATTEMPTS
    assert taken(register) == (PLOTS, PLOTS)


def test_without_the_constraint_the_same_race_gives_a_plot_away_twice(
    register: Register, queue: list[tuple[UUID, UUID]]
) -> None:
    with register.connect() as connection:
        connection.execute("alter table register.tenure_slot drop constraint one_right_at_a_time")
        connection.execute(NO_TURNS)
    offer_all(register, sorted(queue, key=lambda pair: pair[1])[:250])
    rights, plots = taken(register)
    assert rights > plots


def test_without_taking_turns_the_constraint_alone_holds(register: Register, queue: list[tuple[UUID, UUID]]) -> None:
    with register.connect() as connection:
        connection.execute(NO_TURNS)
    outcome = offer_all(register, sorted(queue, key=lambda pair: pair[1])[:250])
    rights, plots = taken(register)
    assert rights == plots
    assert outcome.ended["23P01"] + outcome.ended["40P01"] > 0


NUMBERS = 200


def number_race(register: Register, give: str) -> list[int]:
    """Twenty writers take numbers, and every third of them rolls back; the numbers that were kept."""
    with register.connect() as connection:
        connection.execute("create table kept (number text)")
        connection.execute("create sequence loose")

    def take(connection: Connection, dice: random.Random, name: str) -> None:
        connection.execute(f"insert into kept select {give}")
        if dice.random() < 1 / 3:
            connection.rollback()

    race(register, take, writers=10, rounds=NUMBERS // 10)
    with register.connect() as connection:
        rows = connection.execute("select number from kept").fetchall()
    return sorted(int(str(row[0]).rsplit("-", 1)[-1]) for row in rows)


def test_numbers_have_no_gap_whoever_rolls_back(register: Register) -> None:
    numbers = number_race(register, "register.next_number('APP')")
    assert numbers == list(range(1, len(numbers) + 1))
    assert 0 < len(numbers) < NUMBERS


def test_numbers_of_a_sequence_would_have_gaps(register: Register) -> None:
    numbers = number_race(register, "nextval('loose')::text")
    assert numbers != list(range(1, len(numbers) + 1))
