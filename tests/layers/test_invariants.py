# SPDX-License-Identifier: Apache-2.0
"""Every check counts what somebody broke who went round the guards."""

import pytest

from layers.checks import every_check, run
from layers.invariants import INVARIANTS
from tests.conftest import Connection, Register
from tests.layers.land import a_block, a_plot, a_zone, square


def break_it(connection: Connection, statement: str) -> None:
    """As a superuser with every trigger asleep."""
    connection.execute("set session_replication_role = replica")
    connection.execute(statement)
    connection.execute("set session_replication_role = origin")


BROKEN = {
    "plots-overlap": f"update register.plot set geom = '{square(25, 25)}' where plot_number = 'A01-002'",
}
"""check → how to break it, on two neighbouring plots A01-001 and A01-002."""


@pytest.mark.parametrize("name", [check.name for check in INVARIANTS])
def test_a_broken_invariant_is_counted(register: Register, name: str) -> None:
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection))
        a_plot(connection, block)
        a_plot(connection, block, "A01-002", square(50, 0))
        connection.commit()
        assert [result.check.name for result in run(connection, INVARIANTS) if result.count] == []
        break_it(connection, BROKEN[name])
        assert name in [result.check.name for result in run(connection, INVARIANTS) if result.count]


def test_every_check_is_told_in_both_languages() -> None:
    for check in every_check():
        assert check.title.ar and check.title.en and check.title.ar != check.title.en
