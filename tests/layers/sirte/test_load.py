# SPDX-License-Identifier: Apache-2.0
"""The demonstration comes into the register whole, once, through its guards."""

from __future__ import annotations

from typing import LiteralString

import pytest
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from layers.sirte.load import load
from layers.sirte.plan import plan_of
from layers.sirte.tenants import holdings_of
from tests.conftest import Register
from tests.layers.land import a_block, a_plot, a_zone
from tests.layers.sirte.drawn import statuses


def one(register: Register, statement: LiteralString) -> object:
    with register.connect() as connection:
        row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def test_where_one_row_is_refused_nothing_is_written(register: Register, engine: Engine) -> None:
    with register.connect() as connection:
        a_plot(connection, a_block(connection, a_zone(connection, "OTHER"), "Z01"), "A01-001")
    with pytest.raises(DBAPIError):
        load(engine)
    assert one(register, "select count(*) from register.source") == 0


def test_a_second_load_writes_nothing(engine: Engine) -> None:
    assert load(engine)["plot"] == len(plan_of().plots)
    assert load(engine) == {}


def test_the_public_sees_the_statuses_that_the_plan_means(loaded: Register) -> None:
    plan = plan_of()
    with loaded.connect("marsa_public") as connection:
        rows = connection.execute("select plot_number, public_status from published.plots").fetchall()
    assert {str(number): status for number, status in rows} == statuses(plan, holdings_of(plan))


@pytest.mark.parametrize(
    "table", ["zone", "block", "plot", "party", "tenure_slot", "restriction", "site_record", "plot_service"]
)
def test_every_row_says_what_it_rests_on(loaded: Register, table: str) -> None:
    with loaded.connect() as connection:
        statement = sql.SQL("select count(*) from register.{} where source_id is null").format(sql.Identifier(table))
        assert connection.execute(statement).fetchone() == (0,)


def test_every_plot_says_that_it_is_invented(loaded: Register) -> None:
    assert one(loaded, "select count(*) from published.plots where not illustrative") == 0


def test_a_holder_is_named_only_where_the_decision_is_published(loaded: Register) -> None:
    named = one(loaded, "select count(*) from published.plots where holder_ar is not null")
    published = one(loaded, "select count(*) from register.tenure_slot where published and plot_id is not null")
    assert named == published
    assert named != 0
