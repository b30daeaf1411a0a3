# SPDX-License-Identifier: Apache-2.0
"""Rights: one at a time, blocked by restrictions, on land that keeps its extent and is handed on by name."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.conftest import Connection, Register
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square
from tests.layers.refusing import refused
from tests.layers.rights import a_party, a_restriction, a_right, a_source

NEXT_YEAR = "tstzrange(now() + interval '1 year', null)"


@pytest.fixture
def land(register: Register) -> Register:
    """The plots A01-001 … 003 in a row, a party each, nobody's yet."""
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection))
        for number in range(3):
            a_plot(connection, block, f"A01-00{number + 1}", square(number * 50, 0))
        a_party(connection, "First")
        a_party(connection, "Second")
    return register


def plot(connection: Connection, number: int = 1) -> UUID:
    row = connection.execute("select id from register.plot where plot_number = %s", [f"A01-00{number}"]).fetchone()
    assert row is not None
    assert isinstance(row[0], UUID)
    return row[0]


def party(connection: Connection, name: str = "First") -> UUID:
    row = connection.execute("select id from register.party where name_en = %s", [name]).fetchone()
    assert row is not None
    assert isinstance(row[0], UUID)
    return row[0]


def hold(land: Register, kind: str = "lease") -> None:
    with land.connect() as connection:
        a_right(connection, plot(connection), party(connection), kind)


# -- one right at a time -----------------------------------------------------------------------------------------------


def test_a_plot_is_not_given_twice(land: Register) -> None:
    hold(land)
    with refused(land, "23P01") as attempt:
        a_right(attempt.connection, plot(attempt.connection), party(attempt.connection, "Second"))


def test_the_day_a_right_ends_is_free_for_the_next(land: Register) -> None:
    with land.connect() as connection:
        for days, name in (("'2030-01-01', '2031-06-30'", "First"), ("'2031-06-30', '2032-06-30'", "Second")):
            a_right(connection, plot(connection), party(connection, name), valid=f"register.legal_days({days})")


def test_a_legal_day_begins_at_midnight_of_the_zone(land: Register) -> None:
    with land.connect() as connection:
        row = connection.execute(
            "select lower(d), upper(d), upper_inc(d) from register.legal_days('2030-01-01', '2031-01-01') d"
        ).fetchone()
    # Libya is two hours ahead of Greenwich all year.
    assert row == (datetime(2029, 12, 31, 22, tzinfo=UTC), datetime(2030, 12, 31, 22, tzinfo=UTC), False)


def test_a_reservation_becomes_a_lease_in_one_transaction(land: Register) -> None:
    hold(land, "reservation")
    with land.connect() as connection:
        connection.execute("update register.tenure_slot set valid = tstzrange(lower(valid), now())")
        a_right(connection, plot(connection), party(connection))
    with land.connect() as connection:
        rows = connection.execute(
            "select kind, register.plot_right(plot_id, now()) from register.tenure_slot order by 1"
        )
        assert rows.fetchall() == [("lease", "lease"), ("reservation", "lease")]


# -- restrictions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["hold", "claim", "clearance", "servitude", "pledge"])
def test_a_blocking_restriction_stops_the_next_step(land: Register, kind: str) -> None:
    with land.connect() as connection:
        a_restriction(connection, plot(connection), kind)
    for right in ("reservation", "allocation", "lease", "concession"):
        with refused(land, "MG012") as attempt:
            a_right(attempt.connection, plot(attempt.connection), party(attempt.connection), right)
        assert attempt.facts["restriction"] == kind
    with refused(land, "MG012") as attempt:
        a_right(attempt.connection, plot(attempt.connection), party(attempt.connection), valid=NEXT_YEAR)


def test_a_restriction_that_blocks_nothing_and_one_that_is_over_let_the_right_pass(land: Register) -> None:
    with land.connect() as connection:
        a_restriction(connection, plot(connection), "servitude", blocks=False)
        a_restriction(connection, plot(connection), "hold", "tstzrange(now() - interval '1 year', now())")
        a_right(connection, plot(connection), party(connection))


def test_restrictions_stand_beside_a_live_right_and_beside_each_other(land: Register) -> None:
    hold(land)
    with land.connect() as connection:
        for kind in ("pledge", "claim", "claim", "hold"):
            a_restriction(connection, plot(connection), kind)


def test_under_a_restriction_a_right_can_be_ended_but_not_lengthened_or_handed_over(land: Register) -> None:
    with land.connect() as connection:
        a_right(connection, plot(connection), party(connection), valid="tstzrange(now(), now() + interval '9 years')")
    with land.connect() as connection:
        a_restriction(connection, plot(connection), "claim", "tstzrange(now() - interval '1 day', null)")
    for change in (
        "valid = tstzrange(lower(valid), null)",
        "kind = 'concession'",
        "party_id = (select id from register.party where name_en = 'Second')",
    ):
        with refused(land, "MG012") as attempt:
            attempt.connection.execute(f"update register.tenure_slot set {change}")
    with land.connect() as connection:
        connection.execute("update register.tenure_slot set valid = tstzrange(lower(valid), now() + interval '1 year')")
        connection.execute("update register.tenure_slot set published = true")


def test_an_old_right_found_on_paper_enters_beside_the_claim_that_came_later(land: Register) -> None:
    with land.connect() as connection:
        a_restriction(connection, plot(connection), "claim")
        a_right(connection, plot(connection), party(connection), valid="register.legal_days('2010-01-01', null)")


# -- extent under a right ----------------------------------------------------------------------------------------------


def reshape(connection: Connection, geom: str, source: UUID | None = None) -> None:
    connection.execute(
        "update register.plot set geom = %s, source_id = coalesce(%s, source_id) where plot_number = 'A01-001'",
        [geom, source],
    )


MOVED_2_CM = square(0, 0, 49.98, 50)
MOVED_10_M = square(0, 0, 40, 50)


def test_free_land_may_change_its_shape(land: Register) -> None:
    with land.connect() as connection:
        reshape(connection, MOVED_10_M)


@pytest.mark.parametrize("kind", ["reservation", "allocation", "lease", "concession"])
def test_land_under_a_right_keeps_its_extent(land: Register, kind: str) -> None:
    hold(land, kind)
    with refused(land, "MG010") as attempt:
        reshape(attempt.connection, MOVED_2_CM)
    assert attempt.facts["changed_m2"] == pytest.approx(1)
    assert attempt.facts["needs"] == "survey"


def test_land_under_a_right_that_begins_later_keeps_its_extent(land: Register) -> None:
    with land.connect() as connection:
        a_right(connection, plot(connection), party(connection), valid=NEXT_YEAR)
    with refused(land, "MG010") as attempt:
        reshape(attempt.connection, MOVED_10_M)
    assert attempt.facts["needs"] == "addendum"


def test_a_detour_within_one_transaction_does_not_move_the_extent(land: Register) -> None:
    hold(land)
    with refused(land, "MG010") as attempt:
        reshape(attempt.connection, square(0, 0, 49.999, 50))
        reshape(attempt.connection, square(0, 0, 49.998, 50))
    with land.connect() as connection:
        reshape(connection, MOVED_10_M)
        reshape(connection, square(0, 0))


def test_a_vertex_for_the_neighbour_is_no_change_of_extent(land: Register) -> None:
    hold(land)
    noded = f"SRID=3201;POLYGON(({EAST} {NORTH},{EAST + 50} {NORTH},{EAST + 50.001} {NORTH + 20.5},{EAST + 50} {NORTH + 50},{EAST} {NORTH + 50},{EAST} {NORTH}))"
    with land.connect() as connection:
        # The neighbour gives the millimetre.
        connection.execute(
            "update register.plot set geom = ST_Difference(geom, %s::geometry) where plot_number = 'A01-002'", [noded]
        )
        reshape(connection, noded)


def test_a_corner_taken_away_is_a_change_of_extent_even_on_a_straight_border(land: Register) -> None:
    straight = f"SRID=3201;POLYGON(({EAST} {NORTH},{EAST + 50} {NORTH},{EAST + 50} {NORTH + 50},{EAST} {NORTH + 50},{EAST} {NORTH}))"
    extra = straight.replace(f"{EAST + 50} {NORTH},", f"{EAST + 25} {NORTH},{EAST + 50} {NORTH},")
    with land.connect() as connection:
        reshape(connection, extra)
        a_right(connection, plot(connection), party(connection))
    with refused(land, "MG010") as attempt:
        reshape(attempt.connection, straight)


@pytest.mark.parametrize(
    ("paper", "geom", "passes"),
    [
        ("survey", MOVED_2_CM, True),
        ("survey", MOVED_10_M, False),
        ("addendum", MOVED_10_M, True),
        ("press", MOVED_2_CM, False),
    ],
)
def test_a_resurvey_needs_a_survey_and_beyond_tolerance_an_addendum(
    land: Register, paper: str, geom: str, passes: bool
) -> None:
    hold(land)
    if passes:
        with land.connect() as connection:
            reshape(connection, geom, a_source(connection, paper))
    else:
        with refused(land, "MG010") as attempt:
            reshape(attempt.connection, geom, a_source(attempt.connection, paper))


def test_a_paper_serves_for_one_resurvey(land: Register) -> None:
    hold(land)
    with land.connect() as connection:
        reshape(connection, MOVED_2_CM, a_source(connection))
    with refused(land, "MG010") as attempt:
        reshape(attempt.connection, square(0, 0, 49.95, 50))


def test_a_plot_under_a_right_is_not_retired(land: Register) -> None:
    hold(land)
    with refused(land, "MG011") as attempt:
        attempt.connection.execute(
            "update register.plot set valid = tstzrange(lower(valid), now()) where plot_number = 'A01-001'"
        )


# -- split and merge ---------------------------------------------------------------------------------------------------


def retire(connection: Connection, *plots: UUID) -> None:
    connection.execute(
        "update register.tenure_slot set valid = tstzrange(lower(valid), now()) where plot_id = any(%s)", [list(plots)]
    )
    connection.execute(
        "update register.plot set valid = tstzrange(lower(valid), now()) where id = any(%s)", [list(plots)]
    )


def split(connection: Connection, widths: tuple[float, ...] = (20, 30)) -> tuple[UUID, list[UUID]]:
    """Retires A01-001 and makes children of these widths, side by side; the act and the children."""
    parent = plot(connection)
    retire(connection, parent)
    row = connection.execute("select block_id from register.plot where id = %s", [parent]).fetchone()
    assert row is not None
    children, x = [], 0.0
    for number, width in enumerate(widths):
        children.append(a_plot(connection, row[0], f"A01-01{number}", square(x, 0, width, 50)))  # type: ignore[arg-type]
        x += width
    return lineage(connection, "split", [parent], children), children


def lineage(connection: Connection, kind: str, parents: list[UUID], children: list[UUID]) -> UUID:
    row = connection.execute("insert into register.plot_change (kind) values (%s) returning id", [kind]).fetchone()
    assert row is not None
    for role, plots in (("parent", parents), ("child", children)):
        for each in plots:
            connection.execute(
                "insert into register.plot_change_part (change_id, plot_id, role) values (%s, %s, %s)",
                [row[0], each, role],
            )
    assert isinstance(row[0], UUID)
    return row[0]


def hand_on(connection: Connection, change: UUID, child: UUID, name: str = "First", kind: str = "lease") -> None:
    taken = a_right(connection, child, party(connection, name), kind)
    connection.execute(
        "insert into register.plot_change_right (change_id, from_id, to_id) "
        "select %s, id, %s from register.tenure_slot where upper(valid) = now()",
        [change, taken],
    )


def test_a_split_hands_the_right_to_the_child_it_names(land: Register) -> None:
    hold(land)
    with land.connect() as connection:
        change, children = split(connection)
        hand_on(connection, change, children[1])
    with land.connect("marsa_public") as stranger:
        rows = stranger.execute("select plot_number, public_status from published.plots order by 1").fetchall()
    assert rows == [("A01-002", "planned"), ("A01-003", "planned"), ("A01-010", "planned"), ("A01-011", "allocated")]


def test_a_right_goes_on_under_a_restriction(land: Register) -> None:
    hold(land)
    with land.connect() as connection:
        change, children = split(connection)
        a_restriction(connection, children[0], "claim")
        hand_on(connection, change, children[0])


def test_a_split_that_names_no_heir_is_refused(land: Register) -> None:
    hold(land)
    with refused(land, "MG011") as attempt:
        split(attempt.connection)


def test_a_right_does_not_change_its_holder_or_kind_in_a_split(land: Register) -> None:
    hold(land)
    for name, kind in (("Second", "lease"), ("First", "concession")):
        with refused(land, "MG011") as attempt:
            change, children = split(attempt.connection)
            hand_on(attempt.connection, change, children[0], name, kind)


def test_a_right_is_not_handed_to_a_plot_outside_the_split(land: Register) -> None:
    hold(land)
    with refused(land, "MG011") as attempt:
        change, _ = split(attempt.connection)
        hand_on(attempt.connection, change, plot(attempt.connection, 3))


@pytest.mark.parametrize("widths", [(20, 29), (20, 29.999), (50,)], ids=["1 m lost", "1 mm lost", "one child"])
def test_a_split_gives_exactly_the_land_of_its_parent(land: Register, widths: tuple[float, ...]) -> None:
    with refused(land, "MG013") as attempt:
        split(attempt.connection, widths)


def test_plots_of_two_holders_merge_only_with_all_their_rights(land: Register) -> None:
    def merge(connection: Connection) -> tuple[UUID, UUID]:
        parents = [plot(connection, 2), plot(connection, 3)]
        row = connection.execute("select block_id from register.plot limit 1").fetchone()
        assert row is not None
        retire(connection, *parents)
        child = a_plot(connection, row[0], "A01-020", square(50, 0, 100, 50))  # type: ignore[arg-type]
        return lineage(connection, "merge", parents, [child]), child

    with land.connect() as connection:
        for number in (2, 3):
            a_right(connection, plot(connection, number), party(connection))
    with refused(land, "MG011") as attempt:
        change, child = merge(attempt.connection)
        taken = a_right(attempt.connection, child, party(attempt.connection))
        attempt.connection.execute(
            "insert into register.plot_change_right (change_id, from_id, to_id) "
            "select %s, id, %s from register.tenure_slot where upper(valid) = now() limit 1",
            [change, taken],
        )
    with land.connect() as connection:
        change, child = merge(connection)
        hand_on(connection, change, child)
