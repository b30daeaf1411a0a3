# SPDX-License-Identifier: Apache-2.0
"""What is not known is said, in so many words as it is worth."""

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from api.cards import UNITS
from layers.catalogue import LAYERS
from tests.conftest import Register
from tests.layers.land import a_zone, square
from tests.layers.test_layers import line
from tests.serving import serving


@pytest.fixture
def client(register: Register) -> Iterator[httpx.Client]:
    with register.connect() as connection:
        zone = a_zone(connection)
        connection.execute(
            "insert into register.berth (code, name_ar, name_en, max_loa_m, geom) values ('B1', 'مربط', 'Berth', 190, %s)",
            [line(0, 0)],
        )
        connection.execute(
            "insert into register.plan_unit (zone_id, code, name_ar, name_en, land_use, uses, geom) "
            "values (%s, 'P1', 'وحدة', 'Unit', 'LOG', '{LOG,INL}', %s)",
            [zone, square(0, 0)],
        )
        connection.execute(
            "insert into register.project (code, title_ar, title_en, sectors, type, status, location_exactness, geom) "
            "values ('PR-1', 'مشروع', 'Project', '{ENE}', 'construction', 'preparation', 'exact', %s)",
            [square(100, 100)],
        )
    with serving(register) as address, httpx.Client(base_url=address) as client:
        yield client


def words_of(client: httpx.Client, layer: str, language: str) -> str:
    answer = client.get("/map/card", params={"object": f"{layer}/1", "lang": language})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", " ", answer.text)))


@pytest.mark.parametrize(
    ("language", "unknown", "known", "among"),
    [
        ("ar", "غير معلوم", "أقصى طول للسفينة 190 م", "أقصى غاطس"),
        ("en", "Not known", "Longest ship 190 m", "Deepest draught"),
    ],
)
def test_what_nobody_has_measured_of_a_berth_is_one_sentence(
    client: httpx.Client, language: str, unknown: str, known: str, among: str
) -> None:
    words = words_of(client, "berths", language)
    assert words.count(unknown) == 1
    assert among in words.partition(unknown)[2]
    assert known in words


@pytest.mark.parametrize(
    ("language", "said"), [("ar", "أقصى ارتفاع لا يحدده المخطط"), ("en", "Greatest height Not set by the plan")]
)
def test_a_rule_that_the_plan_does_not_set_is_not_an_unknown_one(
    client: httpx.Client, language: str, said: str
) -> None:
    assert said in words_of(client, "plan_units", language)


@pytest.mark.parametrize(("language", "said"), [("ar", "الميزانية غير منشور"), ("en", "Budget Not published")])
def test_a_budget_that_nobody_has_published_is_said(client: httpx.Client, language: str, said: str) -> None:
    assert said in words_of(client, "projects", language)


def test_every_unit_is_said_in_arabic_letters() -> None:
    units = {field.unit for layer in LAYERS for field in layer.fields if field.unit}
    for unit in units:
        assert not re.search("[A-Za-z]", UNITS[unit]["ar"]), unit
        assert UNITS[unit]["en"]
