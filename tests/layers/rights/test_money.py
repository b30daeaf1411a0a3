# SPDX-License-Identifier: Apache-2.0
"""Tariffs are rows: what four zones have published comes out of data alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from layers.embedded import Cluster
from layers.rights.money import Line, Quantity, charged, line_of
from tests.conftest import Register, a_register
from tests.layers.refusing import refused
from tests.layers.rights.filing import one


@dataclass(frozen=True)
class Published:
    """A line as a zone publishes it, and what it charges."""

    zone: str
    currency: str
    row: dict[str, Any]
    charges: list[tuple[dict[str, str], str]] = field(default_factory=list)


MODON = [("least polluting", "1"), ("most polluting", "25")]
PUBLISHED = [
    # Misurata: USD 10,000 or 10 % of the capital, at most 100,000; a certificate 3,500.
    Published("MFZ", "USD", {"kind": "deposit", "basis": "pct_capital", "rate": 10, "lower_limit": 10000, "upper_limit": 100000}, [
        ({"capital": "50000"}, "10000.00"), ({"capital": "100000"}, "10000.00"), ({"capital": "600000"}, "60000.00"),
        ({"capital": "1000000"}, "100000.00"), ({"capital": "5000000"}, "100000.00"),
    ]),
    Published("MFZ", "USD", {"kind": "fee", "category": "certificate", "basis": "fixed", "rate": 3500}, [({}, "3500.00")]),
    # The Romanian zone: from 4.5 down to 1 euro a square metre and year. Where the tiers between begin is not published: invented.
    Published("ZLA", "EUR", {"kind": "rent", "basis": "m2_year",
                             "tiers": [["0", "4.5"], ["1000", "3"], ["5000", "2"], ["10000", "1"]]}, [
        ({"area_m2": "500"}, "2250.00"), ({"area_m2": "999.999"}, "4500.00"), ({"area_m2": "1000"}, "3000.00"),
        ({"area_m2": "20000"}, "20000.00"),
    ]),
    # Saudi industrial cities: SAR 1 to 25 by class of pollution.
    *[
        Published("MODON", "SAR", {"kind": "rent", "category": name, "basis": "m2_year", "rate": rate},
                  [({"area_m2": "2500"}, f"{2500 * int(rate)}.00")])
        for name, rate in MODON
    ],
    # Egypt: usufruct at 5 % of the land's price a year.
    Published("EGY", "EGP", {"kind": "rent", "basis": "pct_price_year", "rate": 5}, [({"price": "1234567.89"}, "61728.39")]),
    # Ours, in dinars: each slice of an area at its own rate.
    Published("SFZ", "LYD", {"kind": "rent", "basis": "m2_year", "tiers": [["0", "6"], ["1000", "5"], ["5000", "4"]],
                             "tier_kind": "slice"}, [
        ({"area_m2": "1000"}, "6000.00"), ({"area_m2": "1001"}, "6005.00"), ({"area_m2": "7000"}, "34000.00"),
    ]),
]  # fmt: skip


@pytest.fixture(scope="module")
def register(cluster: Cluster, template: str) -> Iterator[Register]:
    with a_register(cluster, template) as made:
        yield made


def entered(register: Register, published: Published) -> dict[str, Any]:
    """The line as the register gives it back."""
    row = {"category": "", "rate": None, "tiers": None, "tier_kind": "whole", "lower_limit": None, "upper_limit": None}
    row |= published.row
    with register.connect() as connection:
        connection.execute(
            "insert into register.tariff (code, title_ar, title_en, currency) values (%s, 'تعريفة', 'Tariff', %s) "
            "on conflict do nothing",
            [published.zone, published.currency],
        )
        return one(
            connection,
            "insert into register.tariff_line as l (tariff_id, kind, category, title_ar, title_en, basis, rate, tiers, "
            "tier_kind, lower_limit, upper_limit) select id, %s, %s, 'بند', 'Line', %s, %s, %s, %s, %s, %s "
            "from register.tariff where code = %s returning to_jsonb(l)",
            row["kind"], row["category"], row["basis"], row["rate"], row["tiers"] and Jsonb(row["tiers"]),
            row["tier_kind"], row["lower_limit"], row["upper_limit"], published.zone,
        )  # type: ignore[return-value]  # fmt: skip


@pytest.mark.parametrize("wrong", [{"rate": None}, {"rate": -1}, {"tiers": []}, {"lower_limit": 9, "upper_limit": 8}])
def test_a_line_that_charges_nothing_sensible_is_refused(register: Register, wrong: dict[str, Any]) -> None:
    row = {"rate": 1, "tiers": None, "lower_limit": None, "upper_limit": None} | wrong
    if wrong.get("tiers") is not None:
        row["rate"] = None
    with refused(register, "23514") as attempt:
        attempt.connection.execute(
            "insert into register.tariff (code, title_ar, title_en, currency) values ('W', 'ت', 'T', 'LYD')"
        )
        attempt.connection.execute(
            "insert into register.tariff_line (tariff_id, kind, title_ar, title_en, basis, rate, tiers, lower_limit, upper_limit) "
            "select id, 'rent', 'ب', 'L', 'm2_year', %s, %s, %s, %s from register.tariff where code = 'W'",
            [
                row["rate"],
                None if row["tiers"] is None else Jsonb(row["tiers"]),
                row["lower_limit"],
                row["upper_limit"],
            ],
        )


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda p: f"{p.zone} {p.row['kind']} {p.row.get('category', '')}")
def test_a_published_tariff_comes_out_of_its_rows(register: Register, published: Published) -> None:
    line = line_of(entered(register, published))
    for quantity, sum_ in published.charges:
        of = Quantity(**{name: Decimal(value) for name, value in quantity.items()})
        assert str(charged(line, of)) == sum_


@given(area=st.decimals(0, 100_000, places=3), more=st.decimals(0, 1000, places=3))
def test_more_land_by_slices_never_costs_less(area: Decimal, more: Decimal) -> None:
    line = Line("m2_year", tiers=((Decimal(0), Decimal(6)), (Decimal(1000), Decimal(4))), tier_kind="slice")
    assert charged(line, Quantity(area_m2=area)) <= charged(line, Quantity(area_m2=area + more))
