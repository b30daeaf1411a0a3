# SPDX-License-Identifier: Apache-2.0
"""`marsa check` proves the plan from the database, and sees what is broken there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import LiteralString

import pytest

from layers.checks import Check, run
from layers.sirte.checking import sirte_checks
from layers.sirte.plan import plan_of
from layers.sirte.projects import projects_of
from tests.conftest import Connection, Register
from tests.layers.land import a_block, a_plot, a_zone

NAMES = [check.name for check in sirte_checks()]


def test_a_register_without_sirte_has_nothing_to_prove(register: Register) -> None:
    with register.connect() as connection:
        assert [result.count for result in run(connection, sirte_checks())] == [0] * len(NAMES)


def test_the_loaded_zone_passes_every_check(loaded: Register) -> None:
    with loaded.connect() as connection:
        assert {result.check.name: result.examples for result in run(connection) if result.count} == {}


# Each breaks one statement the way it could break: past the guards, as the database's owner can.
FAULTS: dict[str, LiteralString] = {
    "sirte-coverage": "update register.block set geom = ST_Translate(geom, 0, 0.004) where code = 'D03'",
    "sirte-plot-borders": "update register.plot set geom = ST_Translate(geom, 0.004, 0) where plot_number = 'D01-003'",
    "sirte-tiling": "update register.block set valid = tstzrange('2024-01-01', '2025-01-01') where code = 'G09'",
    "sirte-blocks-filled": "update register.plot set valid = tstzrange('2024-01-01', '2025-01-01') "
    "where plot_number = 'D01-003'",
    "sirte-phase-1-area": "update register.basin set valid = tstzrange('2024-01-01', '2025-01-01')",
    "sirte-frontage": "update register.road_reserve set valid = tstzrange('2024-01-01', '2025-01-01') "
    "where code like '1-L2/%'",
    "sirte-sea": "update register.sea set geom = ST_Translate(geom, 0, -300)",
    "sirte-axis": "update register.block set geom = ST_Rotate(geom, radians(4), ST_Centroid(geom)) where code = 'C03'",
    "sirte-quays": "update register.quay set geom = ST_Translate(geom, 0, -6)",
    "sirte-berths": "update register.berth set depth_m = 14 where code = 'BTH-4'",
    "sirte-network-source": "delete from register.network_link where code = 'WL0001'",
    "sirte-network-ends": "update register.network_link set geom = ST_Translate(geom, 0.01, 0) where code = 'SL0100'",
    "sirte-network-reserves": "delete from register.road_reserve where code like '2-C%'",
    "sirte-services": "update register.network_node set kind = 'junction' where utility = 'telecom' and kind = 'service'",
    "sirte-plot-count": "delete from published.plots where phase = 2",
    "sirte-plot-areas": "update register.plot set geom = ST_Buffer(ST_Centroid(geom), 5) where plot_number = 'D01-003'",
    "sirte-plot-variety": "update register.plot set geom = (select geom from register.plot where plot_number = 'D01-003') "
    "where plot_number like 'D%' or plot_number like 'E%' or plot_number like 'F%'",
    "sirte-plot-span": "update register.plot set valid = tstzrange('2024-01-01', '2025-01-01') where ST_Area(geom) > 70000",
    "sirte-statuses": "delete from published.plots where public_status = 'not_available'",
    "sirte-stores": "update published.plots set public_status = 'available' where plot_number = 'C02-003'",
    "sirte-sectors": "delete from register.project where 'HLT' = any(sectors)",
    "sirte-gates": "update register.gate set geom = ST_Translate(geom, 40, 40) where kind = 'customs'",
}


def result_of(connection: Connection, name: str) -> int:
    check: Check = next(check for check in sirte_checks() if check.name == name)
    (result,) = run(connection, [check])
    return result.count


@pytest.mark.parametrize("name", NAMES)
def test_what_is_broken_is_seen(loaded: Register, name: str) -> None:
    with loaded.connect() as connection:
        # As replication applies rows: no trigger, so no guard stands in the way.
        connection.execute("set local session_replication_role = replica")
        connection.execute(FAULTS[name])
        assert result_of(connection, name) > 0
        connection.rollback()


def test_another_zones_port_and_plots_are_none_of_its_statements(loaded: Register) -> None:
    with loaded.connect() as connection:
        a_plot(connection, a_block(connection, a_zone(connection, "OTHER", 300), "Z01", 200), "Z01-001")
        connection.execute(
            "insert into register.quay (code, name_ar, name_en, geom) values ('Q', 'رصيف', 'Quay', %s)",
            ["SRID=3201;LINESTRING(600000 3400000,600100 3400000)"],
        )
        connection.execute(
            "insert into register.network_node (utility, code, kind, geom) values ('water', 'X1', 'junction', %s)",
            ["SRID=3201;POINT(600000 3400000)"],
        )
        assert {result.check.name for result in run(connection, sirte_checks()) if result.count} == set()
        connection.rollback()


def test_a_divided_plot_breaks_no_statement_but_those_of_the_fabric(loaded: Register) -> None:
    with loaded.connect() as connection:
        connection.execute("set local session_replication_role = replica")
        # As a surveyor's own cut would be: smaller than any plot of the plan, and no illustration.
        connection.execute(
            "update register.plot set illustrative = false, geom = ST_Buffer(ST_Centroid(geom), 5) "
            "where plot_number = 'D01-003'"
        )
        assert result_of(connection, "sirte-plot-areas") == 0
        connection.rollback()


def test_the_docs_name_every_check_and_no_other() -> None:
    docs = (Path(__file__).parents[3] / "docs" / "sirte.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(sirte-[a-z0-9-]+)`", docs)) == set(NAMES)


def test_the_docs_count_the_projects_as_they_are() -> None:
    docs = (Path(__file__).parents[3] / "docs" / "sirte.md").read_text(encoding="utf-8")
    invented = sum(project.illustrative for project in projects_of(plan_of()))
    reported = sum(not project.illustrative for project in projects_of(plan_of()))
    assert f"{reported} reported projects" in docs
    assert f"{invented} projects" in docs


def test_a_zone_without_plots_is_asked_and_found_wanting(loaded: Register) -> None:
    """Half a demonstration is told by its counts, not by a crash."""
    with loaded.connect() as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("delete from register.plot")
        found = {result.check.name: result.count for result in run(connection, sirte_checks())}
        connection.rollback()
    assert found["sirte-plot-count"] > 0
    assert found["sirte-sea"] == 0
