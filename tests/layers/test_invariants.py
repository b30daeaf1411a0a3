# SPDX-License-Identifier: Apache-2.0
"""Every check counts what somebody broke who went round the guards."""

import pytest

from layers import events
from layers.checks import every_check, run
from layers.invariants import INVARIANTS
from tests.conftest import Connection, Register
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square
from tests.layers.rights import a_party, a_right
from tests.layers.test_layers import a_link, a_node, a_quay

BOW_TIE = f"SRID=3201;POLYGON(({EAST} {NORTH},{EAST + 50} {NORTH + 50},{EAST + 50} {NORTH},{EAST} {NORTH + 50},{EAST} {NORTH}))"
SECOND = "where plot_number = 'A01-002'"
BROKEN = {
    "plots-overlap": f"update register.plot set geom = '{square(25, 25)}' {SECOND}",
    "plots-outside-block": f"update register.plot set geom = '{square(990, 990)}' {SECOND}",
    "blocks-outside-zone": f"update register.block set geom = '{square(0, 0, 2500)}' where code = 'A01'",
    "blocks-overlap": f"update register.block set geom = '{square(900, 0, 200)}' where code = 'A02'",
    "complete-blocks-with-holes": "update register.block set complete = true where code = 'A01'",
    "invalid-shapes": f"update register.plot set geom = '{BOW_TIE}' {SECOND}",
    "off-grid": f"update register.plot set geom = ST_Translate(geom, 0.0004, 0) {SECOND}",
    "area-mismatch": "alter table register.plot drop constraint ck_plot_legal_area_matches_shape; "
    f"update register.plot set legal_area_m2 = 3000 {SECOND}",
    "below-plan-rules": "update register.plan_unit set min_area_m2 = 2600",
    "numbers-given-once": "update register.plot_number_given set plot_id = gen_random_uuid()",
    "land-not-kept": "insert into register.plot_change (kind) values ('split')",
    "rights-overlap": "alter table register.tenure_slot drop constraint one_right_at_a_time; "
    "insert into register.tenure_slot (plot_id, kind, party_id, valid) "
    "select plot_id, kind, party_id, valid from register.tenure_slot",
    "rights-outlive-plots": "update register.plot set valid = tstzrange(lower(valid), now()) where plot_number = 'A01-001'",
    "rights-left-behind": "update register.plot set valid = tstzrange(lower(valid), '2099-01-01') "
    "where plot_number = 'A01-001'; update register.tenure_slot set valid = tstzrange(lower(valid), '2099-01-01')",
    "orphans": f"update register.plot set block_id = gen_random_uuid() {SECOND}",
    "code-orphans": f"update register.plot set land_use = 'XYZ' {SECOND}",
    "facilities-unlisted": "delete from register.facility",
    "links-off-their-nodes": "update register.network_node set geom = ST_Translate(geom, 0.001, 0) where code = 'J2'",
    "status-not-derived": f"update published.plots set public_status = 'available' {SECOND}",
    "plots-not-as-derived": f"delete from published.plots {SECOND}",
    "blocks-not-as-derived": "update published.blocks set plots = plots + 1",
    "plots-not-as-summed": "update published.plot_sums set plots = plots + 1",
    "features-not-as-written": "delete from published.plots_written",
    "public-reads-register": "grant usage on schema register to marsa_public; grant select on register.plot to marsa_public",
    "history-overlaps": "insert into register.history (table_name, row_id, recorded, version, ended_by, actor, stored) "
    "select table_name, row_id, recorded, version, ended_by, actor, stored from register.history",
    "history-gaps": f"update register.plot set version = version + 1 {SECOND}",
    "moments-forgotten": "update register.tenure_slot set valid = tstzrange(lower(valid), '2099-01-01')",
    "unsettled": "insert into register.touched (plots) select array_agg(id) from register.plot",
    "guards-asleep": "alter table register.touched disable trigger settle",
    "chain-broken": "update register.event set reason = 'another'",
}
"""check → how to break it, in a register with two plots, a right, an edit in history and two legal events."""


@pytest.fixture
def whole(register: Register) -> Register:
    """A register in which there is something of everything, and nothing is wrong."""
    with register.connect() as connection:
        zone = a_zone(connection)
        block = a_block(connection, zone)
        connection.execute(
            "insert into register.block (code, zone_id, land_use, geom) values ('A02', %s, 'LOG', %s)",
            [zone, square(1000, 0, 200)],
        )
        connection.execute(
            "insert into register.plan_unit (zone_id, code, name_ar, name_en, land_use, uses, min_area_m2, geom) "
            "values (%s, 'U1', 'وحدة', 'Unit', 'LOG', '{LOG}', 2000, %s)",
            [zone, square(0, 0, 1000)],
        )
        a_quay(connection)
        a_link(connection, "water", "P1", a_node(connection, "water", "J1", 0), a_node(connection, "water", "J2", 100))
        first = a_plot(connection, block)
        a_plot(connection, block, "A01-002", square(50, 0))
        a_right(connection, first, a_party(connection), "lease")
        events.record(connection, "allocate", table="plot", row=first, after={"kind": "lease"}, legal=True)
    with register.connect() as connection:
        connection.execute(f"update register.plot set rent_lyd_m2_year = 3 {SECOND}")
        events.record(connection, "price", table="plot", reason="tariff 2026", legal=True)
    return register


def break_it(connection: Connection, statement: str) -> None:
    """As a superuser with every trigger asleep."""
    connection.execute("set session_replication_role = replica")
    connection.execute(statement)
    connection.execute("set session_replication_role = origin")


@pytest.mark.parametrize("name", [check.name for check in INVARIANTS])
def test_a_broken_invariant_is_counted(whole: Register, name: str) -> None:
    with whole.connect() as connection:
        assert {result.check.name: result.examples for result in run(connection, INVARIANTS) if result.count} == {}
        break_it(connection, BROKEN[name])
        assert name in [result.check.name for result in run(connection, INVARIANTS) if result.count]


def test_a_drawing_may_be_faulty(whole: Register) -> None:
    with whole.connect() as connection:
        row = connection.execute(
            "insert into register.reference_drawing (title, file_kind) values ('a plan', 'dxf') returning id"
        ).fetchone()
        assert row is not None
        connection.execute(
            "insert into register.reference_area (drawing_id, drawing_layer, ref, geom) "
            f"values (%s, '0', '1', ST_Multi('{BOW_TIE}'::geometry))",
            [row[0]],
        )
        connection.commit()
        assert [result.check.name for result in run(connection, INVARIANTS) if result.count] == []


def test_every_check_is_told_in_both_languages() -> None:
    for check in every_check():
        assert check.title.ar
        assert check.title.en
        assert check.title.ar != check.title.en


def test_no_two_checks_share_a_name() -> None:
    names = [check.name for check in every_check()]
    assert len(set(names)) == len(names)
