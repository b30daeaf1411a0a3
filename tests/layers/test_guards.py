# SPDX-License-Identifier: Apache-2.0
"""The fabric's rules at commit, whoever writes."""

from typing import Any

import psycopg
import pytest

from layers.database import acting_as
from tests.conftest import Connection, Register
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square
from tests.layers.refusing import refused


def ewkt(*corners: tuple[float, float]) -> str:
    ring = [*corners, corners[0]]
    return "SRID=3201;POLYGON((" + ",".join(f"{EAST + x} {NORTH + y}" for x, y in ring) + "))"


@pytest.fixture
def land(register: Register) -> Register:
    """A register with the zone SFZ, its block A01 and the plot A01-001 in the block's lower left corner."""
    with register.connect() as connection:
        a_plot(connection, a_block(connection, a_zone(connection)))
    return register


def block_of(connection: Connection, code: str = "A01") -> Any:
    row = connection.execute("select id from register.block where code = %s", [code]).fetchone()
    assert row is not None
    return row[0]


def test_a_plot_over_another_is_refused_with_the_neighbour_and_the_place(land: Register) -> None:
    with refused(land, "MG002") as attempt:
        a_plot(attempt.connection, block_of(attempt.connection), "A01-002", square(40, 40))
    facts = attempt.facts
    assert {facts["plot_number"], facts["neighbour"]} == {"A01-001", "A01-002"}
    assert facts["overlap_m2"] == pytest.approx(100)
    assert facts["place"]["type"] == "Polygon"


def test_one_millimetre_over_the_border_is_an_overlap(land: Register) -> None:
    with refused(land, "MG002") as attempt:
        a_plot(attempt.connection, block_of(attempt.connection), "A01-002", square(49.999, 0))


def test_neighbours_share_their_border(land: Register) -> None:
    with land.connect() as connection:
        a_plot(connection, block_of(connection), "A01-002", square(50, 0))
        a_plot(connection, block_of(connection), "A01-003", square(50, 50))  # one corner


def test_plots_that_do_not_live_at_the_same_time_may_lie_on_each_other(land: Register) -> None:
    with land.connect() as connection:
        connection.execute("update register.plot set valid = tstzrange(lower(valid), now() + interval '1 hour')")
        block = block_of(connection)
        plot = a_plot(connection, block, "A01-002", square(500, 500))
        connection.execute(
            "update register.plot set valid = tstzrange(now() + interval '1 hour', null), geom = %s where id = %s",
            [square(0, 0), plot],
        )


def test_a_transaction_may_pass_through_an_overlap(land: Register) -> None:
    with land.connect() as connection:
        a_plot(connection, block_of(connection), "A01-002", square(25, 25))
        connection.execute("update register.plot set geom = %s where plot_number = 'A01-001'", [square(100, 100)])


def test_a_plot_stays_in_its_block(land: Register) -> None:
    with refused(land, "MG003") as attempt:
        a_plot(attempt.connection, block_of(attempt.connection), "A01-002", square(990, 0))
    assert attempt.facts["outside_m2"] == pytest.approx(40 * 50)


def test_a_corner_rounded_off_a_slanting_border_is_inside(register: Register) -> None:
    with register.connect() as connection:
        zone = a_zone(connection)
        block = a_block(connection, zone)
        slanting = ewkt((0, 0), (997, 331), (900, 900), (0, 900))
        connection.execute("update register.block set geom = %s where id = %s", [slanting, block])
        # A third along the slanting border, then onto the grid: 0.3 mm outside.
        a_plot(connection, block, geom=ewkt((0, 0), (332.333, 110.333), (332.333, 400), (0, 400)))


def test_two_millimetres_outside_the_block_is_outside(register: Register) -> None:
    with refused(register, "MG003") as attempt:
        a_plot(attempt.connection, a_block(attempt.connection, a_zone(attempt.connection)), geom=square(950.002, 0))


def test_a_block_stays_in_its_zone_and_around_its_plots(land: Register) -> None:
    for geom, code in ((square(0, 0, 2001), "MG004"), (square(0, 0, 49), "MG003")):
        with refused(land, code) as attempt:
            attempt.connection.execute("update register.block set geom = %s", [geom])


def test_a_zone_stays_around_its_blocks(land: Register) -> None:
    with refused(land, "MG004") as attempt:
        attempt.connection.execute("update register.zone set geom = ST_Multi(%s::geometry)", [square(0, 0, 999)])


def test_blocks_of_a_zone_do_not_overlap(land: Register) -> None:
    with refused(land, "MG008") as attempt:
        row = attempt.connection.execute("select id from register.zone").fetchone()
        assert row is not None
        a_block(attempt.connection, row[0], "A02", 1001)  # type: ignore[arg-type]


def test_a_complete_block_has_no_hole(register: Register) -> None:
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection), size=100)
        connection.execute("update register.block set complete = true")
        for number, (x, y) in enumerate(((0, 0), (50, 0), (0, 50), (50, 50)), 1):
            a_plot(connection, block, f"A01-{number:03}", square(x, y))
    with refused(register, "MG009") as attempt:
        attempt.connection.execute(
            "update register.plot set valid = tstzrange(lower(valid), now()) where plot_number = 'A01-004'"
        )
    assert attempt.facts["missing_m2"] == pytest.approx(2500)


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_land_is_not_written_under_a_snapshot_older_than_its_locks(land: Register, level: str) -> None:
    for statement in (
        "update register.plot set land_use = 'INL'",
        "select register.lock_cells(geom) from register.plot",
    ):
        with refused(land, "MG014") as attempt:
            attempt.connection.execute(f"set transaction isolation level {level}")
            attempt.connection.execute(statement)


def test_a_farm_of_many_square_kilometres_takes_one_lock(register: Register) -> None:
    with register.connect() as connection:
        connection.execute("select register.lock_cells(%s)", [square(0, 0, 50_000)])
        locks = connection.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone()
    assert locks == (1,)


def test_whoever_locked_all_land_keeps_small_edits_waiting(register: Register) -> None:
    with register.connect() as farmer, register.connect() as neighbour:
        farmer.execute("select register.lock_cells(%s)", [square(0, 0, 50_000)])
        neighbour.execute("set lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            neighbour.execute("select register.lock_cells(%s)", [square(0, 0)])


def test_an_act_of_staff_names_its_actor_and_reaches_its_zones_alone(land: Register) -> None:
    with land.connect() as connection:
        a_zone(connection, "OTHER")
    with land.connect("marsa_staff", autocommit=True) as connection:
        with acting_as(connection, "amina", "SFZ"):
            connection.execute("update register.zone set name_en = 'Harbour'")
        with acting_as(connection, "amina"):
            assert connection.execute("select code from register.zone where name_en = 'Harbour'").fetchall() == [
                ("SFZ",)
            ]
        assert connection.execute("select count(*) from register.zone").fetchone() == (0,)
    with land.connect() as connection:
        assert connection.execute("select actor from register.history").fetchall() == [("amina",)]
