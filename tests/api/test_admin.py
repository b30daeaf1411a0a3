# SPDX-License-Identifier: Apache-2.0
"""Only the one-time link lets an admin in, once, from our own page; who is not let in gets nowhere."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.routing import Mount, Route

from api.app import create_app
from api.permissions import SAFE, Needs, UndeclaredRoute, require_declared
from api.settings import Settings
from layers import database
from layers.access import digest, new_admin_link
from tests.conftest import Register
from tests.serving import serving

ENTER = "/admin/enter"


@pytest.fixture
def client(register: Register) -> Iterator[httpx.Client]:
    with serving(register) as address, httpx.Client(base_url=address) as client:
        yield client


def enter(client: httpx.Client, key: str, **headers: str) -> httpx.Response:
    return client.post(ENTER, data={"key": key}, headers={"origin": str(client.base_url).rstrip("/"), **headers})


def test_being_on_the_machine_gives_nothing(client: httpx.Client) -> None:
    assert client.get("/admin").status_code == 403
    assert client.get("/admin", headers={"cookie": "marsa=guessed"}).status_code == 403
    assert (
        client.get("/admin", headers={"x-forwarded-for": "127.0.0.1", "forwarded": "for=127.0.0.1"}).status_code == 403
    )


def test_a_preview_of_the_link_does_not_use_it_up(client: httpx.Client, register: Register) -> None:
    key = new_admin_link(register.url())
    for _ in range(3):
        assert client.get(ENTER, params={"key": key}).status_code == 200
    client.head(ENTER, params={"key": key})
    assert enter(client, key).status_code == 303


def test_a_link_lets_one_browser_in_once(client: httpx.Client, register: Register) -> None:
    key = new_admin_link(register.url())
    answer = enter(client, key)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie
    assert client.get("/admin").status_code == 200
    assert enter(client, key).status_code == 410
    with register.connect() as connection:
        stored = connection.execute("select id_sha256 from register.session").fetchall()
        kept = str(connection.execute("select token_sha256::text, * from register.admin_link").fetchall())
    assert stored == [(digest(client.cookies["marsa"]),)]
    assert key not in kept


def test_of_two_that_use_a_link_at_once_one_wins(client: httpx.Client, register: Register) -> None:
    for _ in range(5):
        key = new_admin_link(register.url())
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _, key=key: enter(client, key).status_code, range(8)))
        assert sorted(answers) == [303] + [410] * 7


def test_an_expired_link_or_session_is_none(client: httpx.Client, register: Register) -> None:
    key = new_admin_link(register.url())
    with register.connect() as connection:
        connection.execute("update register.admin_link set expires = now()")
    assert enter(client, key).status_code == 410
    assert enter(client, new_admin_link(register.url())).status_code == 303
    assert client.get("/admin").status_code == 200
    with register.connect() as connection:
        connection.execute("update register.session set expires = now()")
    assert client.get("/admin").status_code == 403


def test_a_page_of_another_site_changes_nothing(client: httpx.Client, register: Register) -> None:
    key = new_admin_link(register.url())
    own = str(client.base_url).rstrip("/")
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": own, "sec-fetch-site": "cross-site"},
        {"origin": own, "sec-fetch-site": "same-site"},
    ):
        assert enter(client, key, **headers).status_code == 403
    assert client.post(ENTER, data={"key": key}).status_code == 403  # nobody says which page asks
    assert enter(client, key).status_code == 303


def test_over_a_network_signing_in_needs_https(client: httpx.Client, register: Register) -> None:
    key = new_admin_link(register.url())
    # A name that leads here but is not this machine's own: what a rebinding page would use.
    foreign = client.post(ENTER, data={"key": key}, headers={"host": "evil.example", "origin": "http://evil.example"})
    assert foreign.status_code == 400
    with serving(register, hosts="marsa.lan") as address:
        named = {"host": "marsa.lan", "origin": "http://marsa.lan"}
        assert httpx.post(f"{address}{ENTER}", data={"key": key}, headers=named).status_code == 403
    with serving(register, public_url="https://marsa.example") as address:
        answer = httpx.post(f"{address}{ENTER}", data={"key": key}, headers={"origin": "https://marsa.example"})
    assert answer.status_code == 303
    assert answer.headers["set-cookie"].startswith("__Host-marsa=")
    assert "secure" in answer.headers["set-cookie"].lower()


def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(client: httpx.Client, register: Register) -> None:
    enter(client, new_admin_link(register.url()))
    copied = f"marsa={client.cookies['marsa']}"
    client.post("/sign-out", headers={"origin": str(client.base_url).rstrip("/")})
    assert client.get("/admin", headers={"cookie": copied}).status_code == 403


@pytest.mark.parametrize("body", [b"", b"key=", b"key=%ff%00", b"key=" + b"x" * 5000, b"\xff" * 900])
def test_a_strange_form_is_no_key(client: httpx.Client, body: bytes) -> None:
    headers = {"origin": str(client.base_url).rstrip("/"), "content-type": "application/x-www-form-urlencoded"}
    assert client.post(ENTER, content=body, headers=headers).status_code == 410


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_pages_speak_both_languages(client: httpx.Client, register: Register, lang: str) -> None:
    key = new_admin_link(register.url())
    assert f'lang="{lang}"' in client.get(ENTER, params={"key": key, "lang": lang}).text
    enter(client, key)
    page = client.get("/admin", params={"lang": lang})
    assert page.status_code == 200
    assert {"ar": "القطع", "en": "Plots"}[lang] in page.text
    assert "PostGIS" in page.text


def test_what_the_public_may_not_do_is_refused_on_every_route_and_method(
    client: httpx.Client, register: Register
) -> None:
    app = create_app(Settings(database_url=register.url()), database.up_to_date(register.url()))
    for route in app.routes:
        needs: Needs = route.needs  # type: ignore[attr-defined]
        if not isinstance(route, Route) or needs.allows("public"):
            continue
        for method in route.methods or ():
            headers = {} if method in SAFE else {"origin": str(client.base_url).rstrip("/")}
            assert client.request(method, route.path, headers=headers).status_code == 403, (route.path, method)


def test_a_route_that_declares_nothing_stops_the_start() -> None:
    with pytest.raises(UndeclaredRoute, match="/secret"):
        require_declared([Route("/secret", lambda _: None)])
    with pytest.raises(UndeclaredRoute):
        require_declared([Mount("/files", routes=[])])
