# SPDX-License-Identifier: Apache-2.0
"""Whatever is asked of a collection, the service does not fail: a page of features, or a refusal with its reason."""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.question import PARAMETERS
from layers.catalogue import LAYERS
from layers.embedded import Cluster
from layers.kinds import property_names
from tests.conftest import a_register
from tests.layers.land import a_block, a_plot, a_zone
from tests.serving import serving

ITEMS = "/collections/plots/items"
QUESTIONS = 200
NAMES = (*PARAMETERS, *property_names(LAYERS["plots"]), "lang", "surprise")
NEARLY_RIGHT = (
    "", "0", "1", "-1", "1e9", "NaN", "inf", "null", "true", "json", "html", "plot_number", "-area_m2", "available", "INL",
    "16,31,17,32", "177,65,-177,70", "16,31,0,17,32,0", "-180,-90,180,90", "2026-01-01", "2026-01-01/..", "../..",
    "2018-02-12/P2D", "2026-01-01T00:00:00Z", "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    "http://www.opengis.net/def/crs/EPSG/0/3201", "http://www.opengis.net/def/crs/EPSG/0/4326", "9" * 400, "1" * 15,
    "2147483648", "9223372036854775808", "1e308", "-0", "٣", "%", "\\", "'", "\x00", "\ud7ff", "𝟙", "{}", "[]", "a,b", ",",
)  # fmt: skip
values = st.one_of(
    st.sampled_from(NEARLY_RIGHT),
    st.text(max_size=40),
    st.integers().map(str),
    st.floats().map(str),
    st.lists(st.floats(-400, 400), min_size=3, max_size=7).map(lambda found: ",".join(map(str, found))),
    st.lists(st.sampled_from(NAMES), max_size=5).map(",".join),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
)
questions = st.lists(st.tuples(st.sampled_from(NAMES), values), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def client(cluster: Cluster, template: str) -> Iterator[httpx.Client]:
    with a_register(cluster, template) as register:
        with register.connect() as connection:
            a_plot(connection, a_block(connection, a_zone(connection)))
        with serving(register) as address, httpx.Client(base_url=address) as client:
            yield client


def answered(client: httpx.Client, query: str) -> None:
    """200, or 400 as problem details; nothing else."""
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code in (200, 400), (query, answer.text)
    if answer.status_code == 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 400


@settings(max_examples=QUESTIONS, deadline=None, derandomize=True)
@given(question=questions)
@example(question=[("limit", "1"), ("limit", "x")])
@example(question=[("area_m2", "9" * 400)])
@example(question=[("datetime", "9999-12-31/P1D")])
def test_no_question_makes_the_service_fail(client: httpx.Client, question: list[tuple[str, str]]) -> None:
    answered(client, urlencode(question, errors="replace"))


@settings(max_examples=QUESTIONS, deadline=None, derandomize=True)
@given(noise=st.binary(max_size=60))
def test_no_bytes_make_the_service_fail(client: httpx.Client, noise: bytes) -> None:
    answered(client, f"limit={quote(noise)}&after={quote(noise[::-1])}")


@settings(max_examples=QUESTIONS, deadline=None, derandomize=True)
@given(name=st.sampled_from(property_names(LAYERS["plots"])), noise=st.binary(max_size=30))
def test_no_value_of_a_property_makes_the_service_fail(client: httpx.Client, name: str, noise: bytes) -> None:
    answered(client, f"{name}={quote(noise)}")
