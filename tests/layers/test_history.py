# SPDX-License-Identifier: Apache-2.0
"""What the register knew at any moment can be read again, exactly."""

from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Connection, Register
from tests.layers.land import a_block, a_zone, square

edits = st.lists(
    st.tuples(st.sampled_from(["insert", "use", "move", "delete"]), st.integers(0, 4), st.integers(0, 99)),
    min_size=1,
    max_size=25,
)
SNAPSHOT = "select id, version, land_use, geom::text, plot_number from register.plot"


def apply(connection: Connection, block: Any, act: str, slot: int, dice: int) -> None:
    number = f"A01-{slot:03}"
    geom = square(slot * 100 + dice % 10, dice // 10, 40 + dice / 1000)
    if act == "insert":
        connection.execute(
            # No number is given twice, not even that of a plot which somebody deleted.
            "insert into register.plot (plot_number, block_id, land_use, geom) "
            "select %s || '/' || (select count(*) from register.plot_number_given), %s, 'LOG', %s "
            "where not exists (select from register.plot where split_part(plot_number, '/', 1) = %s)",
            [number, block, geom, number],
        )
    elif act == "use":
        use = "INL" if dice % 2 else "COM"
        connection.execute(
            "update register.plot set land_use = %s where split_part(plot_number, '/', 1) = %s", [use, number]
        )
    elif act == "move":
        connection.execute(
            "update register.plot set geom = %s where split_part(plot_number, '/', 1) = %s", [geom, number]
        )
    else:
        connection.execute("delete from register.plot where split_part(plot_number, '/', 1) = %s", [number])


def known_at(connection: Connection, at: object) -> set[tuple[object, ...]]:
    rows = connection.execute(
        "select row_id, version, stored->>'land_use', stored->>'geom', stored->>'plot_number' "
        "from register.recorded_at('plot', %s)",
        [at],
    )
    return set(rows.fetchall())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=edits)
def test_what_was_known_then_equals_what_was_seen_then(register: Register, acts: list[tuple[str, int, int]]) -> None:
    """The naive replay: a photograph of the table after each edit."""
    with register.connect() as connection:
        row = connection.execute("select id from register.block").fetchone()
        block = row[0] if row else a_block(connection, a_zone(connection))
        connection.commit()
        photographs: list[tuple[object, set[tuple[object, ...]]]] = []
        for act, slot, dice in acts:
            apply(connection, block, act, slot, dice)
            connection.commit()
            moment = connection.execute("select clock_timestamp()").fetchone()
            assert moment is not None
            photographs.append((moment[0], set(connection.execute(SNAPSHOT).fetchall())))
        for at, seen in photographs:
            assert known_at(connection, at) == seen
        overlapping = connection.execute(
            "select count(*) from register.history a join register.history b on b.table_name = a.table_name "
            "and b.row_id = a.row_id and b.id > a.id and b.recorded && a.recorded"
        ).fetchone()
        assert overlapping == (0,)


def test_a_statement_cannot_choose_when_it_was_recorded(register: Register) -> None:
    with register.connect() as connection:
        connection.execute(
            "insert into register.zone (code, name_ar, name_en, geom, version, recorded_from) "
            "values ('SFZ', 'م', 'Z', ST_Multi(%s::geometry), 7, '1999-01-01')",
            [square(0, 0)],
        )
        connection.execute("update register.zone set version = 9, recorded_from = '1999-01-01', id = gen_random_uuid()")
        row = connection.execute("select version, recorded_from from register.zone").fetchone()
    assert row is not None
    assert row[0] == 2
    assert isinstance(row[1], datetime)
    assert row[1].year > 2000


def test_history_names_who_ended_a_version(register: Register) -> None:
    with register.connect() as connection:
        a_zone(connection)
        connection.commit()
        connection.execute("select set_config('marsa.actor', 'amina', true)")
        connection.execute("update register.zone set name_en = 'Harbour'")
        connection.commit()
        connection.execute("delete from register.zone")
        rows = connection.execute(
            "select ended_by, actor, stored->>'name_en' from register.history order by id"
        ).fetchall()
    assert rows == [("UPDATE", "amina", "Zone"), ("DELETE", "database:marsa_admin", "Harbour")]
