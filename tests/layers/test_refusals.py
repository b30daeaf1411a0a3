# SPDX-License-Identifier: Apache-2.0
"""A refusal of the database reaches people as a fact of the land."""

import re
from pathlib import Path

import psycopg
import pytest

from layers.errors import Busy, MarsaError
from layers.refusals import (
    BY_STATE,
    AlreadyThere,
    AreaMismatch,
    BelowPlanRules,
    NoSuchCode,
    NotAllowedValue,
    NotAShape,
    NotYours,
    PlotsOverlap,
    StillReferred,
    refusal,
)
from tests.conftest import Connection, Register
from tests.layers.land import a_block, a_plot, a_zone, square

BOW_TIE = "SRID=3201;POLYGON((655000 3454000,655010 3454010,655010 3454000,655000 3454010,655000 3454000))"
ACTS: dict[str, tuple[type[MarsaError], str]] = {
    "a plot moved onto another": (
        PlotsOverlap,
        f"update register.plot set geom = '{square(75, 0)}' where plot_number = 'A01-002'",
    ),
    "a shape that crosses itself": (NotAShape, f"update register.plot set geom = '{BOW_TIE}'"),
    "a use that is none": (NoSuchCode, "update register.plot set land_use = 'XXX'"),
    "a plot number twice": (AlreadyThere, "update register.plot set plot_number = 'A01-001'"),
    "a block that is none": (StillReferred, "update register.plot set block_id = gen_random_uuid()"),
    "a plot without a use": (NotAllowedValue, "update register.plot set land_use = null"),
    "an area 2 % off": (AreaMismatch, "update register.plot set legal_area_m2 = 2550 where plot_number = 'A01-001'"),
    "a wait that is too long": (Busy, "set local statement_timeout = '20ms'; select pg_sleep(5)"),
    "a table of others": (NotYours, "set local role marsa_public; select * from register.plot"),
}


def two_plots(connection: Connection) -> None:
    block = a_block(connection, a_zone(connection))
    a_plot(connection, block)
    a_plot(connection, block, "A01-002", square(100, 0))
    a_plot(connection, block, "A01-003", square(200, 0))
    connection.commit()


@pytest.mark.parametrize("act", ACTS)
def test_each_refusal_is_told_by_its_rule(register: Register, act: str) -> None:
    kind, statement = ACTS[act]
    connection = register.connect()
    two_plots(connection)
    if act == "a plot moved onto another":
        connection.execute(f"update register.plot set geom = '{square(60, 0)}' where plot_number = 'A01-003'")
    with pytest.raises(psycopg.Error) as error:
        connection.execute(statement)
        connection.commit()
    connection.close()
    assert type(refusal(error.value)) is kind


def test_an_overlap_names_both_plots_and_the_place(register: Register) -> None:
    connection = register.connect()
    two_plots(connection)
    with pytest.raises(psycopg.Error) as error:
        connection.execute(f"update register.plot set geom = '{square(90, 0)}' where plot_number = 'A01-001'")
        connection.commit()
    connection.close()
    facts = refusal(error.value).facts()
    assert {facts["plot_number"], facts["neighbour"]} == {"A01-001", "A01-002"}
    assert facts["overlap_m2"] == pytest.approx(40 * 50)
    place = facts["place"]
    assert isinstance(place, dict)
    longitude, latitude = place["coordinates"][0][0]
    assert 16 < longitude < 17
    assert 31 < latitude < 32


def test_a_fault_of_the_program_is_not_dressed_up(register: Register) -> None:
    with register.connect() as connection:
        with pytest.raises(psycopg.Error) as error:
            connection.execute("selekt 1")
        connection.rollback()
    with pytest.raises(psycopg.errors.SyntaxError):
        refusal(error.value)


@pytest.mark.parametrize(
    ("rule", "measure"), [("min_area_m2", "area_m2"), ("max_area_m2", "area_m2"), ("min_frontage_m", "frontage_m")]
)
def test_a_plot_keeps_the_rules_of_its_plan_unit(register: Register, rule: str, measure: str) -> None:
    limits = {"min_area_m2": 3000, "max_area_m2": 2000, "min_frontage_m": 60}
    connection = register.connect()
    zone = a_zone(connection)
    block = a_block(connection, zone)
    connection.execute(
        "insert into register.plan_unit (zone_id, code, name_ar, name_en, land_use, uses, geom) "
        "values (%s, 'U1', 'وحدة', 'Unit', 'LOG', '{LOG}', %s)",
        [zone, square(0, 0, 500)],
    )
    connection.execute(f"update register.plan_unit set {rule} = {limits[rule]}")
    connection.commit()
    with pytest.raises(psycopg.Error) as error:
        plot = a_plot(connection, block)
        connection.execute("update register.plot set frontage_m = 50 where id = %s", [plot])
        connection.commit()
    connection.rollback()
    refused = refusal(error.value)
    assert isinstance(refused, BelowPlanRules)
    assert (refused.measure, refused.allowed) == (measure, limits[rule])
    a_plot(connection, block, geom=square(600, 600))  # the unit does not reach so far
    connection.commit()
    connection.close()


def test_the_docs_name_every_refusal_with_its_class() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "guards.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(MG\d+)` .* `(\w+)` \|$", docs, flags=re.MULTILINE))
    assert told == {state: kind.__name__ for state, (kind, _) in BY_STATE.items()}
