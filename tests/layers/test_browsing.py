# SPDX-License-Identifier: Apache-2.0
"""Criteria, counts, list, card and search tell one story, and only what the public may know."""

import itertools
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from layers import browsing, search
from layers.browsing import Criteria
from layers.catalogue import LAYERS
from tests.conftest import Register
from tests.layers.land import a_block, a_plot, a_zone, square

# number, size in m, land use, charge, utilities there now
LAND = (
    ("A01-001", 40, "LOG", 10, ("water", "power")),
    ("A01-002", 50, "LOG", 20, ("water",)),
    ("A01-003", 60, "INL", None, ("water", "sewer", "power", "telecom")),
    ("A01-024", 70, "INL", 15, ()),
    ("أرض-٠٧", 80, "COM", 15, ("power",)),
)


@pytest.fixture
def reader(register: Register) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Reads as the public; five plots stand side by side."""
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection))
        for place, (number, size, land_use, rent, utilities) in enumerate(LAND):
            plot = a_plot(connection, block, number, square(place * 100, 0, size))
            connection.execute(
                "update register.plot set land_use = %s, rent_lyd_m2_year = %s where id = %s", [land_use, rent, plot]
            )
            for utility in browsing.UTILITIES:
                connection.execute(
                    "insert into register.plot_service (plot_id, utility, state) values (%s, %s, %s)",
                    [plot, utility, "now" if utility in utilities else "unknown"],
                )
    with register.connect("marsa_public") as connection:
        yield connection


def counted(reader: psycopg.Connection[tuple[Any, ...]], criteria: Criteria) -> tuple[Any, ...]:
    """The counts, after the m² the tile ids of the plots that fit. Where sums are enough, plots tell the same."""
    asked = [from_plots for from_plots in (False, True) if from_plots or not browsing.needs_plots(criteria)]
    rows = [reader.execute(browsing.counts_statement(from_plots=way), criteria.binds()).fetchone() for way in asked]
    matching = reader.execute(browsing.matching_statement(), criteria.binds()).fetchone()
    assert matching is not None
    assert rows[0] is not None
    assert all(row == rows[0] for row in rows)
    return (*rows[0][:2], matching[0], *rows[0][2:])


def listed(
    reader: psycopg.Connection[tuple[Any, ...]], criteria: Criteria, sort: browsing.Sort = "plot_number"
) -> list[dict[str, Any]]:
    binds = criteria.binds() | {"limit": 100, "offset": 0}
    row = reader.execute(browsing.list_statement(sort), binds).fetchone()
    assert row is not None
    plots: list[dict[str, Any]] = row[0]
    return plots


def found(reader: psycopg.Connection[tuple[Any, ...]], typed: str) -> list[str]:
    binds = search.binds(typed)
    assert binds is not None
    row = reader.execute(search.search_statement(LAYERS), binds).fetchone()
    assert row is not None
    return [each["words"] for each in row[0]]


SOME = [
    Criteria(),
    Criteria(status=("available",)),
    Criteria(land_use=("LOG", "COM")),
    Criteria(area_from=2500, area_to=4900),
    Criteria(rent_to=15),
    Criteria(servicing=("water", "power")),
    Criteria(number=("A01-001", "A01-024")),
    Criteria(land_use=("INL",), rent_to=15, area_from=100),
    Criteria(land_use=("TOU",)),
]


def test_no_criteria_leave_every_plot(reader: psycopg.Connection[tuple[Any, ...]]) -> None:
    assert counted(reader, Criteria())[0] == len(LAND)


def test_a_plot_without_a_known_charge_is_not_offered_as_cheap(reader: psycopg.Connection[tuple[Any, ...]]) -> None:
    assert "A01-003" not in [plot["plot_number"] for plot in listed(reader, Criteria(rent_to=1000))]


def test_all_utilities_asked_for_must_be_there(reader: psycopg.Connection[tuple[Any, ...]]) -> None:
    numbers = [plot["plot_number"] for plot in listed(reader, Criteria(servicing=("water", "power")))]
    assert numbers == ["A01-001", "A01-003"]


@pytest.mark.parametrize("criteria", SOME, ids=str)
def test_list_count_area_and_map_agree(reader: psycopg.Connection[tuple[Any, ...]], criteria: Criteria) -> None:
    total, area_m2, matching, *_ = counted(reader, criteria)
    plots = listed(reader, criteria)
    assert total == len(plots) == len(matching)
    assert sorted(matching) == sorted(plot["tile_id"] for plot in plots)
    assert area_m2 == pytest.approx(sum(plot["area_m2"] for plot in plots))


@pytest.mark.parametrize("criteria", SOME, ids=str)
def test_each_count_is_what_choosing_it_gives(reader: psycopg.Connection[tuple[Any, ...]], criteria: Criteria) -> None:
    _, _, _, statuses, uses, utilities, without, *_ = counted(reader, criteria)
    for use, count in uses.items():
        assert count == counted(reader, Criteria(**(vars(criteria) | {"land_use": (use,)})))[0]
    for status, count in statuses.items():
        assert count == counted(reader, Criteria(**(vars(criteria) | {"status": (status,)})))[0]
    for utility, count in utilities.items():
        more = (*criteria.servicing, utility)
        assert count == counted(reader, Criteria(**(vars(criteria) | {"servicing": more})))[0]
    for name, count in without.items():
        assert count == counted(reader, Criteria(**(vars(criteria) | {name: vars(Criteria())[name]})))[0]


def test_lists_are_in_the_order_asked_for(reader: psycopg.Connection[tuple[Any, ...]]) -> None:
    for sort, key in itertools.product(browsing.SORTS, ("area_m2", "rent", "plot_number")):
        if sort.lstrip("-") != key:
            continue
        values = [plot[key] for plot in listed(reader, Criteria(), sort) if plot[key] is not None]
        assert values == sorted(values, reverse=sort.startswith("-"))
    assert listed(reader, Criteria(), "-rent")[-1]["rent"] is None


def test_a_card_tells_public_fields_and_no_others(reader: psycopg.Connection[tuple[Any, ...]]) -> None:
    plots = LAYERS["plots"]
    row = reader.execute(browsing.card_statement(plots, "plot_number"), {"key": "A01-024"}).fetchone()
    assert row is not None
    facts, _, _, _, west, south, east, north = row
    assert set(facts) == {field.name for field in plots.public_fields}
    assert "legal_area_m2" not in facts
    assert 15 < west < east < 18
    assert 30 < south < north < 32


def test_a_card_of_nothing_is_no_row(reader: psycopg.Connection[tuple[Any, ...]]) -> None:
    statement = browsing.card_statement(LAYERS["plots"])
    assert reader.execute(statement, {"key": 999_999}).fetchone() is None


@pytest.mark.parametrize("typed", ["a01-024", "A01 024", "a01024", "A01/٠٢٤", "  A01-024 "])
def test_a_number_is_found_however_it_is_typed(reader: psycopg.Connection[tuple[Any, ...]], typed: str) -> None:
    assert found(reader, typed)[0] == "A01-024"


def test_arabic_is_found_without_hamza_and_with_any_digits(reader: psycopg.Connection[tuple[Any, ...]]) -> None:
    assert found(reader, "ارض 07") == ["أرض-٠٧"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'; drop table register.plot; --"])
def test_signs_of_the_database_are_only_letters(reader: psycopg.Connection[tuple[Any, ...]], typed: str) -> None:
    binds = search.binds(typed)
    if binds is not None:
        assert found(reader, typed) == []


def test_only_marks_are_nothing_to_look_for() -> None:
    assert search.binds(" - ـ / ") is None


ALPHABET = st.sampled_from("أإآٱابةهىيی٠١٢0123ـ\u064b\u0652\u0670 -/AaZzقصر")


@given(typed=st.text(ALPHABET))
def test_folding_twice_changes_nothing_more(typed: str) -> None:
    assert search.fold(search.fold(typed)) == search.fold(typed)


def test_page_and_database_fold_alike(reader: psycopg.Connection[tuple[Any, ...]]) -> None:
    statement = sql.SQL("select {}").format(search.folded(sql.Placeholder("typed")))

    @given(typed=st.text(ALPHABET, max_size=30))
    def alike(typed: str) -> None:
        assert reader.execute(statement, {"typed": typed}).fetchone() == (search.fold(typed),)

    alike()
