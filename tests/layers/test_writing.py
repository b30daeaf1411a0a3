# SPDX-License-Identifier: Apache-2.0
"""Features of kept tables are written out when they change: what is written is what would be made now, whoever changed what."""

import psycopg
import pytest

from layers import database
from layers.catalogue import LAYERS
from layers.writing import written_falsely
from tests.conftest import Connection, Register
from tests.layers.land import a_block, a_plot, a_zone, square
from tests.layers.rights import a_party, a_right


def of(connection: Connection, number: str) -> object:
    row = connection.execute(
        "select w.feature::jsonb -> 'properties' from published.plots_written w join published.plots p using (id) "
        "where p.plot_number = %s",
        [number],
    ).fetchone()
    return row[0] if row else None


def test_a_change_of_any_kind_is_written(register: Register) -> None:
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection))
        plot = a_plot(connection, block)
        a_plot(connection, block, "A01-002", square(100, 100))
        connection.commit()
        assert written_falsely(connection, LAYERS) == []
        for change in (
            "update register.plot set rent_lyd_m2_year = 1.23 where id = %(plot)s",
            "update register.plot set geom = ST_Translate(geom, 0.001, 0) where id = %(plot)s",
            "update register.zone set code = 'SFX'",
            "update register.block set land_use = 'INL'",
            "update register.plot set plot_number = E'A\"\\\\01' where id = %(plot)s",
        ):
            connection.execute(change, {"plot": plot})
            connection.commit()
            assert written_falsely(connection, LAYERS) == [], change
        a_right(connection, plot, a_party(connection))
        connection.commit()
        assert written_falsely(connection, LAYERS) == []
        connection.execute("delete from register.plot where plot_number = 'A01-002'")
        connection.commit()
        assert written_falsely(connection, LAYERS) == []
        assert connection.execute("select count(*) from published.plots_written").fetchone() == (1,)


def test_numbers_are_written_whole_whatever_the_session_shortens(register: Register) -> None:
    with register.connect() as connection:
        connection.execute("set extra_float_digits = -15")
        a_plot(connection, a_block(connection, a_zone(connection)), geom=square(0.123, 0.456, 51.234))
        connection.commit()
    with register.connect() as connection:
        assert written_falsely(connection, LAYERS) == []


def test_a_newer_program_writes_again_what_stands_differently(register: Register) -> None:
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection))
        a_plot(connection, block)
        a_plot(connection, block, "A01-002", square(100, 100))
        connection.commit()
        connection.execute("update published.plots_written set feature = '{}'")
        connection.execute(
            "delete from published.plots_written where id = (select min(id::text)::uuid from published.plots)"
        )
        connection.execute("insert into published.plots_written values (gen_random_uuid(), '{}')")
        assert len(written_falsely(connection, LAYERS)) == 3
        connection.execute("drop trigger f_write_insert on published.plots")
        connection.commit()
    database.migrate(register.url())
    with register.connect() as connection:
        assert written_falsely(connection, LAYERS) == []


@pytest.mark.parametrize("role", ["marsa_public", "marsa_staff"])
def test_nobody_else_writes_features(register: Register, role: str) -> None:
    with register.connect(role) as connection, pytest.raises(psycopg.errors.Error) as refused:
        connection.execute("update published.plots_written set feature = ''")
    assert refused.value.sqlstate in ("42501", "25006")
