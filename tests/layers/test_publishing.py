# SPDX-License-Identifier: Apache-2.0
"""What the public may see follows the register, and nothing else moves it."""

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from layers import database, inplace
from layers.base import Base
from tests.conftest import Register
from tests.layers.land import a_block, a_plot, a_zone, square


def version_of(connection: psycopg.Connection[tuple[object, ...]], layer: str) -> object:
    row = connection.execute("select version from register.layer_version where layer_id = %s", [layer]).fetchone()
    assert row is not None
    return row[0]


def test_strangers_cannot_even_name_the_register(register: Register) -> None:
    with register.connect("marsa_public") as stranger, pytest.raises(psycopg.errors.InsufficientPrivilege):
        stranger.execute("select count(*) from register.plot")


def test_strangers_write_nothing(register: Register) -> None:
    with register.connect("marsa_public") as stranger, pytest.raises(psycopg.Error):
        stranger.execute("set transaction read write; delete from published.plots")


def test_a_plot_is_published_with_the_area_of_its_shape(register: Register) -> None:
    with register.connect() as connection:
        a_plot(connection, a_block(connection, a_zone(connection)))
    with register.connect("marsa_public") as stranger:
        rows = stranger.execute("select plot_number, public_status, area_m2, zone_code from published.plots").fetchall()
    assert rows == [("A01-001", "planned", 2500.0, "SFZ")]


def test_a_change_that_the_public_cannot_see_moves_no_public_version(register: Register) -> None:
    with register.connect() as connection:
        plot = a_plot(connection, a_block(connection, a_zone(connection)))
        connection.commit()
        before = version_of(connection, "plots")
        connection.execute("update register.plot set source_id = null where id = %s", [plot])
        connection.commit()
        assert version_of(connection, "plots") == before
        connection.execute("update register.plot set land_use = 'INL' where id = %s", [plot])
        connection.commit()
        assert version_of(connection, "plots") == before + 1  # type: ignore[operator]


def test_every_number_is_the_double_nearest_to_a_whole_millimetre(register: Register) -> None:
    with register.connect() as connection:
        plot = a_plot(
            connection, a_block(connection, a_zone(connection)), geom=square(0.1234567, 0.7654321, 33.3333333)
        )
        row = connection.execute("select ST_AsText(geom, 17) from register.plot where id = %s", [plot]).fetchone()
    assert row is not None
    numbers = str(row[0]).removeprefix("POLYGON((").removesuffix("))").replace(",", " ").split()
    assert [float(number) for number in numbers] == [round(float(number), 3) for number in numbers]


def test_a_shape_that_crosses_itself_is_refused_with_its_place(register: Register) -> None:
    bow_tie = "SRID=3201;POLYGON((655000 3454000,655010 3454010,655010 3454000,655000 3454010,655000 3454000))"
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection))
        with pytest.raises(psycopg.Error) as refused:
            a_plot(connection, block, geom=bow_tie)
    assert refused.value.sqlstate == "MG001"
    assert '"place"' in str(refused.value.diag.message_detail)


def test_a_code_that_no_list_holds_is_refused(register: Register) -> None:
    with register.connect() as connection:
        plot = a_plot(connection, a_block(connection, a_zone(connection)))
        with pytest.raises(psycopg.Error) as refused:
            connection.execute("update register.plot set land_use = 'XYZ' where id = %s", [plot])
    assert refused.value.sqlstate == "MG005"


def test_what_was_recorded_stays_readable_to_the_last_bit(register: Register) -> None:
    with register.connect() as connection:
        plot = a_plot(connection, a_block(connection, a_zone(connection)), geom=square(0.001, 0.002))
        connection.commit()
        was = connection.execute("select geom::text, land_use from register.plot where id = %s", [plot]).fetchone()
        connection.execute("update register.plot set land_use = 'INL', geom = %s where id = %s", [square(5, 5), plot])
        connection.commit()
        kept = connection.execute(
            "select stored->>'geom', stored->>'land_use' from register.history where row_id = %s", [plot]
        ).fetchone()
    assert kept == was


def test_history_cannot_be_rewritten(register: Register) -> None:
    with register.connect() as connection:
        plot = a_plot(connection, a_block(connection, a_zone(connection)))
        connection.execute("update register.plot set land_use = 'INL' where id = %s", [plot])
        with pytest.raises(psycopg.Error) as refused:
            connection.execute("delete from register.history")
    assert refused.value.sqlstate == "MG006"


def test_tables_and_migrations_say_the_same(register: Register) -> None:
    engine = register.engine()
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table_schema": "register",
                "include_schemas": True,
                "include_name": lambda name, kind, _: kind != "schema" or name in ("register", "published"),
            },
        )
        difference = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert difference == []


def test_migrating_twice_changes_nothing(register: Register) -> None:
    first = database.migrate(register.url())
    assert database.migrate(register.url()) == first
    assert database.is_current(register.url())


def test_a_start_beside_a_busy_replica_touches_nothing_that_its_readers_use(register: Register) -> None:
    with register.connect("marsa_public") as reader:
        reader.execute("select count(*) from published.plots")  # held until this transaction ends
        database.migrate(register.url())


@pytest.mark.parametrize(
    "damage",
    [
        "drop trigger a_grid on register.plot",
        "alter table register.plot disable trigger a_grid",
        "create or replace function register.to_grid() returns trigger language plpgsql as 'begin return new; end'",
        "drop view published.berths",
        "revoke select on published.berths from marsa_public",
        "revoke all on register.tariff from marsa_guard",  # as on a table that a migration has just made
        "alter table register.plot no force row level security",
        "update register.code set en = 'Something else' where list = 'land_use'",
    ],
)
def test_what_was_taken_away_by_hand_is_put_back_at_the_next_start(register: Register, damage: str) -> None:
    def description(connection: psycopg.Connection[tuple[object, ...]]) -> object:
        return connection.execute(inplace.MADE).fetchone()

    with register.connect() as connection:
        whole = description(connection)
        connection.execute(damage)
        connection.commit()
        assert description(connection) != whole
        connection.commit()
        database.migrate(register.url())
        assert description(connection) == whole
