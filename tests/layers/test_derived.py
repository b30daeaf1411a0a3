# SPDX-License-Identifier: Apache-2.0
"""What a plot is, is derived: its right, its progress, its servicing, and the one status that the public sees."""

import asyncio
import contextlib
import itertools
import time
from datetime import date
from typing import Any

import pytest

from layers.clock import keep_time
from tests.conftest import Connection, Register
from tests.layers.land import a_block, a_plot, a_zone, square
from tests.layers.rights import a_party, a_restriction, a_right

NOW_ON = "tstzrange(now() - interval '1 day', null)"
LATER = "tstzrange(now() + interval '1 year', null)"
OVER = "tstzrange(now() - interval '2 years', now() - interval '1 year')"


def status_by_the_book(
    held: str | None, held_later: bool, progress: str, services: frozenset[str], restricted: str
) -> str:
    """Design 2, in the words of the list: the naive model that the database is compared with."""
    if restricted == "blocking":
        return "not_available"
    if held == "reservation":
        return "in_process"
    if held in ("lease", "concession") and progress == "works":
        return "under_construction"
    if held in ("lease", "concession") and progress == "operating":
        return "operating"
    if held:
        return "allocated"
    if held_later:
        return "in_process"
    return "available" if {"water", "power"} <= services else "planned"


COMBINATIONS = list(
    itertools.product(
        (None, "reservation", "allocation", "lease", "concession"),
        (False, True),
        ("none", "handed_over", "works", "operating", "idle"),
        (frozenset[str](), frozenset({"water"}), frozenset({"power", "telecom"}), frozenset({"water", "power"})),
        ("no", "blocking", "beside", "over"),
    )
)


def test_the_public_status_is_right_for_every_combination(register: Register) -> None:
    expected = {}
    with register.connect() as connection:
        connection.execute("select set_config('session_replication_role', 'replica', true)")
        block = a_block(connection, a_zone(connection))
        party = a_party(connection)
        for number, (held, later, progress, services, restricted) in enumerate(COMBINATIONS):
            name = f"P-{number:04}"
            plot = a_plot(connection, block, name, square(number % 30 * 30, number // 30 * 30, 20))
            connection.execute("update register.plot set progress = %s where id = %s", [progress, plot])
            if held:
                until = "now() + interval '1 year'" if later else "null"
                a_right(connection, plot, party, held, f"tstzrange(now() - interval '1 day', {until})")
            if later:
                a_right(connection, plot, party, "lease", LATER)
            for utility in services:
                connection.execute(
                    "insert into register.plot_service (plot_id, utility, state) values (%s, %s, 'now')",
                    [plot, utility],
                )
            if restricted != "no":
                valid = OVER if restricted == "over" else NOW_ON
                a_restriction(connection, plot, "claim", valid, blocks=restricted != "beside")
            expected[name] = status_by_the_book(held, later, progress, services, restricted)
        connection.execute(
            "select register.renew(array(select id from register.plot), array(select id from register.block))"
        )
        connection.commit()
        found = set(connection.execute("select plot_number, public_status from published.plots").fetchall())
        derived = set(
            connection.execute("select plot_number, register.public_status(id, now()) from register.plot").fetchall()
        )
    assert found == set(expected.items())
    assert derived == set(expected.items())
    assert len(set(expected.values())) == 7


@pytest.fixture
def land(register: Register) -> Register:
    with register.connect() as connection:
        a_plot(connection, a_block(connection, a_zone(connection)))
        a_party(connection)
    return register


def ids(connection: Connection) -> Any:
    row = connection.execute("select p.id, party.id from register.plot p, register.party").fetchone()
    assert row is not None
    return row


def published(register: Register, columns: str) -> Any:
    with register.connect("marsa_public") as stranger:
        return stranger.execute(f"select {columns} from published.plots").fetchone()


def test_the_last_visit_to_the_site_is_the_progress(land: Register) -> None:
    visits = (("2026-03-01", "works"), ("2026-01-01", "handed_over"), ("2026-09-01", "operating"))
    with land.connect() as connection:
        for seen_on, progress in visits:
            connection.execute(
                "insert into register.site_record (plot_id, seen_on, progress) values (%s, %s, %s)",
                [ids(connection)[0], seen_on, progress],
            )
    assert published(land, "progress") == ("operating",)
    with land.connect() as connection:
        connection.execute("delete from register.site_record where seen_on = '2026-09-01'")
    assert published(land, "progress") == ("works",)


def test_a_holder_is_named_once_the_decision_is_published(land: Register) -> None:
    with land.connect() as connection:
        plot, party = ids(connection)
        a_right(connection, plot, party, "lease", "register.legal_days('2020-01-01', '2050-01-01')")
    assert published(land, "holder_en, held_from, public_status") == (None, None, "allocated")
    with land.connect() as connection:
        connection.execute("update register.tenure_slot set published = true")
    assert published(land, "holder_en, held_from, held_until") == (
        "Trial company 1",
        date(2020, 1, 1),
        date(2050, 1, 1),
    )


def test_a_new_name_of_holder_zone_or_block_reaches_the_map(land: Register) -> None:
    with land.connect() as connection:
        a_right(connection, *ids(connection), published=True)
    with land.connect() as connection:
        connection.execute("update register.party set name_en = 'Trial company 2'")
        connection.execute("update register.zone set code = 'NEW'")
        connection.execute("update register.block set code = 'B09', phase = 2")
    assert published(land, "holder_en, zone_code, block_code, phase") == ("Trial company 2", "NEW", "B09", 2)
    with land.connect("marsa_public") as stranger:
        assert stranger.execute("select code, zone_code, plots from published.blocks").fetchone() == ("B09", "NEW", 1)


def test_a_block_counts_what_its_plots_are(land: Register) -> None:
    with land.connect() as connection:
        plot, _ = ids(connection)
        for utility in ("water", "power"):
            connection.execute(
                "insert into register.plot_service (plot_id, utility, state) values (%s, %s, 'now')", [plot, utility]
            )
    counts = "plots, plots_available, available_m2, main_status"
    with land.connect() as connection:
        assert connection.execute(f"select {counts} from published.blocks").fetchone() == (1, 1, 2500.0, "available")
        a_restriction(connection, plot)
        connection.commit()
        assert connection.execute(f"select {counts} from published.blocks").fetchone() == (1, 0, 0.0, "not_available")
        connection.execute("delete from register.restriction")
        connection.execute("delete from register.plot_service")
        connection.execute("delete from register.plot")
        connection.commit()
        assert connection.execute(f"select {counts} from published.blocks").fetchone() == (0, 0, 0.0, None)


def as_if_it_had_waited(connection: Connection, statement: str, *binds: object) -> None:
    """Written with the triggers asleep, as a row that was there before its moment; the moment is as the trigger notes it."""
    connection.execute("set session_replication_role = replica")
    connection.execute(statement, binds)
    connection.execute("set session_replication_role = origin")
    connection.commit()


LATELY = "now() - interval '1 hour'"


def test_what_begins_or_ends_by_time_alone_is_published_when_the_clock_comes_by(land: Register) -> None:
    with land.connect() as connection:
        plot, party = ids(connection)
        as_if_it_had_waited(
            connection,
            "with held as (insert into register.tenure_slot (plot_id, kind, party_id, valid) "
            f"values (%s, 'lease', %s, tstzrange({LATELY}, null)) returning id, valid) "
            "insert into register.moment select lower(valid), 'tenure_slot', id from held",
            plot,
            party,
        )
        as_if_it_had_waited(
            connection,
            f"with ended as (update register.zone set valid = tstzrange(now() - interval '9 days', {LATELY}) "
            "returning id, valid) insert into register.moment select upper(valid), 'zone', id from ended",
        )
        assert published(land, "public_status") == ("planned",)
        versions = (
            "select layer_id, version from register.layer_version where layer_id in ('plots', 'zones') order by 1"
        )
        before = connection.execute(versions).fetchall()
        assert connection.execute("select register.publish_due()").fetchone() == (2,)
        connection.commit()
        assert published(land, "public_status") == ("allocated",)
        after = connection.execute(versions).fetchall()
        assert [int(str(b[1])) + 1 for b in before] == [a[1] for a in after]
        assert connection.execute("select register.publish_due()").fetchone() == (0,)  # spent


def test_a_bound_to_come_is_known_to_the_clock_whoever_writes_it(land: Register) -> None:
    with land.connect() as connection:
        plot, party = ids(connection)
        a_right(connection, plot, party, "lease", "tstzrange(now() + interval '1 day', now() + interval '2 days')")
        connection.execute("update register.zone set valid = tstzrange(lower(valid), now() + interval '3 days')")
        connection.commit()
        known = "select table_name, round(extract(epoch from at - now()) / 86400) from register.moment order by at"
        assert [(name, int(str(days))) for name, days in connection.execute(known)] == [
            ("tenure_slot", 1), ("tenure_slot", 2), ("zone", 3),
        ]  # fmt: skip
        wait = connection.execute("select register.next_moment_s()").fetchone()
        assert wait is not None
        assert 86300 < float(str(wait[0])) <= 86400


def test_while_one_publishes_what_is_due_another_does_nothing(land: Register) -> None:
    with land.connect() as one, land.connect() as other:
        one.execute("insert into register.moment select now() - interval '1 s', 'plot', id from register.plot")
        one.commit()
        assert one.execute("select register.publish_due()").fetchone() == (1,)
        assert other.execute("select register.publish_due()").fetchone() == (0,)


def test_a_transaction_that_began_before_a_moment_and_ends_after_the_clock_does_not_undo_it(land: Register) -> None:
    """It derives as of its beginning; the clock has spent the moment by then. So the plot is due once more."""
    with land.connect() as slow, land.connect() as connection:
        plot, party = ids(connection)
        a_right(connection, plot, party, "lease", "tstzrange(now() + interval '300 milliseconds', null)")
        connection.commit()
        slow.execute("update register.plot set rent_lyd_m2_year = 7")  # its now() lies before the moment
        time.sleep(0.4)
        # The clock comes by, but cannot see the plot's row until `slow` ends: another plot's moment is spent instead.
        connection.execute("delete from register.moment")
        connection.execute("update register.clock set ran_until = clock_timestamp()")
        connection.commit()
        slow.commit()
        assert published(land, "public_status") == ("in_process",)
        assert connection.execute("select register.publish_due()").fetchone() == (1,)
        connection.commit()
        assert published(land, "public_status") == ("allocated",)


def test_a_look_of_the_clock_writes_nothing_while_nothing_is_due(land: Register) -> None:
    with land.connect(autocommit=True) as connection:
        connection.execute("select register.publish_due()")
        written = "select pg_current_xact_id_if_assigned()"
        with connection.transaction():
            connection.execute("select register.publish_due(), register.next_moment_s()")
            assert connection.execute(written).fetchone() == (None,)


def test_a_clock_that_finds_nothing_due_moves_no_version(land: Register) -> None:
    with land.connect() as connection:
        versions = "select layer_id, version from register.layer_version order by 1"
        before = connection.execute(versions).fetchall()
        connection.execute("select register.publish_due()")
        connection.commit()
        connection.execute("select register.publish_due()")
        connection.commit()
        assert connection.execute(versions).fetchall() == before


def test_a_running_clock_publishes_what_has_begun(land: Register) -> None:
    with land.connect() as connection:
        plot, party = ids(connection)
        a_right(connection, plot, party, "lease", "tstzrange(now() + interval '300 milliseconds', null)")
    assert published(land, "public_status") == ("in_process",)

    async def for_a_second() -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(keep_time(land.conninfo("marsa_staff"), look_every_s=0.1), 1.5)

    asyncio.run(for_a_second())
    assert published(land, "public_status") == ("allocated",)
    with land.connect() as connection:
        assert connection.execute("select count(*) from register.event where actor like '%marsa_staff'").fetchone() == (
            0,
        )
