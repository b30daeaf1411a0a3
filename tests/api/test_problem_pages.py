# SPDX-License-Identifier: Apache-2.0
"""Who looks with a browser is refused by a page that says why and leads on; a program gets problem details."""

import asyncio
import re
from collections.abc import Iterator

import httpx
import pytest
from starlette.requests import Request

from api.problems import on_busy, on_fault
from layers.embedded import Cluster
from tests.conftest import a_register
from tests.layers.land import a_block, a_plot, a_zone
from tests.serving import serving

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
REFUSED = {
    "/collections/plots/items/nothing": 404,
    "/collections/nothing": 404,
    "/plots/Z99-999": 404,
    "/no/such/page": 404,
    "/static/nothing.js": 404,
    "/exports/00000000-0000-0000-0000-000000000000": 404,
    "/collections/plots/items?limit=many": 400,
    "/collections/plots/items?f=xml": 400,
    "/collections?" + "&".join(f"a={i}" for i in range(200)): 400,
    "/collections/plots/export?f=csv&shape=nothing": 400,
    "/map?q=" + "x" * 9000: 414,
}


@pytest.fixture(scope="module")
def client(cluster: Cluster, template: str) -> Iterator[httpx.Client]:
    with a_register(cluster, template) as register:
        with register.connect() as connection:
            a_plot(connection, a_block(connection, a_zone(connection)))
        with serving(register) as address, httpx.Client(base_url=address, headers={"accept": BROWSER}) as client:
            yield client


def is_page(answer: httpx.Response, lang: str) -> None:
    """In the reader's language, with ways on, and nothing of the program's inside."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8", answer.url
    assert f'<html lang="{lang}"' in answer.text
    heading = re.search(r"<h1>(.+?)</h1>", answer.text)
    assert heading is not None
    assert bool(re.search("[\u0600-\u06ff]", heading[1])) == (lang == "ar")
    assert f'href="/map?lang={lang}"' in answer.text
    for inside in ("Traceback", ".py", "psycopg", "select "):
        assert inside not in answer.text
    assert answer.headers["content-language"] == lang
    assert "accept" in answer.headers["vary"]


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize(("path", "status"), REFUSED.items(), ids=lambda value: str(value)[:30])
def test_a_reader_is_refused_by_a_page(client: httpx.Client, path: str, status: int, lang: str) -> None:
    answer = client.get(path, headers={"accept-language": lang})
    assert answer.status_code == status
    is_page(answer, lang)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_what_is_not_taken_and_what_is_not_ours_is_refused_by_a_page_too(client: httpx.Client, lang: str) -> None:
    spoken = {"accept-language": lang}
    wrong_method = client.post("/map", headers=spoken)
    assert (wrong_method.status_code, wrong_method.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    is_page(wrong_method, lang)
    spent = client.post(
        "/admin/enter", data={"key": "spent"}, headers=spoken | {"origin": str(client.base_url).rstrip("/")}
    )
    assert spent.status_code == 410
    is_page(spent, lang)
    elsewhere = client.post(
        "/admin/enter", data={"key": "spent"}, headers=spoken | {"origin": "https://elsewhere.example"}
    )
    assert elsewhere.status_code == 403
    is_page(elsewhere, lang)
    foreign = client.get("/map", headers=spoken | {"host": "elsewhere.example"})
    assert foreign.status_code == 400
    is_page(foreign, lang)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json, text/html;q=0.5", ""])
@pytest.mark.parametrize("path", list(REFUSED), ids=lambda path: path[:30])
def test_a_program_gets_problem_details(client: httpx.Client, path: str, accept: str) -> None:
    answer = client.get(path, headers={"accept": accept})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code


def test_who_asks_for_json_by_address_gets_it_in_a_browser_too(client: httpx.Client) -> None:
    answer = client.get("/collections/plots/items?f=json&limit=many")
    assert answer.headers["content-type"] == "application/problem+json"


def test_ways_lead_to_the_list_to_the_plain_page_and_back(client: httpx.Client) -> None:
    gone = client.get("/collections/plots/items/nothing?lang=en")
    assert 'href="/collections/plots/items?lang=en"' in gone.text
    wrong = client.get("/collections/plots/items?limit=many&lang=en")
    assert 'href="/collections/plots/items?lang=en"' in wrong.text
    assert 'href="?limit=many&amp;lang=ar"' in wrong.text, "the other language of the same page"
    came = {"referer": f"{client.base_url}/map?lang=en&plot=A01-001"}
    assert 'href="/map?lang=en&amp;plot=A01-001"' in client.get("/nowhere?lang=en", headers=came).text
    for foreign in ("https://elsewhere.example/page", f"{client.base_url}//elsewhere.example/page"):
        answer = client.get("/nowhere?lang=en", headers={"referer": foreign})
        assert 'href="//' not in answer.text
        assert "https://elsewhere" not in answer.text


def test_what_was_asked_stands_on_the_page_as_text(client: httpx.Client) -> None:
    answer = client.get("/collections/plots/items", params={"limit": "<script>alert(1)</script>"})
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text


@pytest.mark.parametrize(("handler", "status"), [(on_busy, 503), (on_fault, 500)])
def test_a_busy_and_a_faulty_service_say_so_on_a_page_and_say_nothing_more(handler: object, status: int) -> None:
    headers = [(b"accept", BROWSER.encode()), (b"host", b"marsa.example")]
    scope = {"type": "http", "method": "GET", "scheme": "http", "path": "/map", "query_string": b"lang=en&plot=A01-001",
             "headers": headers, "server": ("marsa.example", 80), "request_id": "of-this-request"}  # fmt: skip
    answer = asyncio.run(handler(Request(scope), RuntimeError("select secret from register")))  # type: ignore[operator]
    assert answer.status_code == status
    told = bytes(answer.body).decode()
    assert "secret" not in told
    assert 'href="/map?lang=en&amp;plot=A01-001"' in told, "the same again"
    assert "of-this-request" in told
