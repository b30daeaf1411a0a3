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
    "table",
    [
        "zone",
        "block",
        "plot",
        "party",
        "tenure_slot",
        "restriction",
        "site_record",
        "plot_service",
        "plan_unit",
        "road_reserve",
        "customs_fence",
        "gate",
        "control_point",
        "boundary_point",
        "constraint_area",
        "quay",
        "berth",
        "basin",
        "breakwater",
        "yard",
        "warehouse",
        "silo",
        "crane",
        "navigation_aid",
        "network_node",
        "network_link",
        "programme",
        "project",
        "land",
        "sea",
        "coast",
        "place",
        "airport",
        "main_road",
    ],
)
def test_every_row_says_what_it_rests_on(loaded: Register, table: str) -> None:
    with loaded.connect() as connection:
        statement = sql.SQL("select count(*), count(source_id) from register.{}").format(sql.Identifier(table))
        row = connection.execute(statement).fetchone()
    assert row is not None
    rows, resting = row
    assert rows == resting != 0


def test_every_plot_says_that_it_is_invented(loaded: Register) -> None:
    assert one(loaded, "select count(*) from published.plots where not illustrative") == 0


def test_a_holder_is_named_only_where_the_decision_is_published(loaded: Register) -> None:
    named = one(loaded, "select count(*) from published.plots where holder_ar is not null")
    published = one(loaded, "select count(*) from register.tenure_slot where published and plot_id is not null")
    assert named == published
    assert named != 0


def test_only_what_was_reported_or_measured_is_no_illustration(loaded: Register) -> None:
    with loaded.connect() as connection:
        real = connection.execute("""
            select count(*) from register.berth where not illustrative
            union all select count(*) from register.quay where illustrative
            union all select count(*) from register.project where illustrative
              and source_id <> (select id from register.source where illustrative)
            union all select count(*) from register.land where illustrative""").fetchall()
    assert real == [(0,)] * 4


def test_a_depth_says_that_it_is_reported_and_by_whom(loaded: Register) -> None:
    assert one(loaded, "select count(*) from register.berth where depth_quality <> 'reported'") == 0
    assert one(loaded, "select count(*) from register.berth where depth_source_id is null") == 0


def test_the_coast_says_how_it_came_onto_the_grid(loaded: Register) -> None:
    statement: LiteralString = """
        select s.crs_accuracy_m from register.land l join register.source s on s.id = l.source_id
        where s.crs_operation like '%LGD2006%'"""
    assert one(loaded, statement) == 0.1


def test_a_plot_that_was_handed_over_is_surveyed_and_has_a_peg_at_its_corners(loaded: Register) -> None:
    statement: LiteralString = """
        select count(*) from register.plot p where (boundary_state = 'SRV') <> exists (
          select from register.site_record s where s.plot_id = p.id and s.progress = 'handed_over')
        union all
        select count(*) from register.plot p where boundary_state = 'SRV' and 4 > (
          select count(*) from register.boundary_point b where ST_Touches(b.geom, p.geom))"""
    with loaded.connect() as connection:
        assert connection.execute(statement).fetchall() == [(0,), (0,)]
