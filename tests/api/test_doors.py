# SPDX-License-Identifier: Apache-2.0
"""What every address takes and refuses before it reads a word: methods, names, sizes, and headers that it never trusts."""

import json
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from starlette.routing import Route

from api.app import create_app
from api.settings import Settings
from layers import database
from layers.embedded import Cluster
from tests.conftest import Register, a_register
from tests.layers.land import a_block, a_plot, a_zone
from tests.serving import serving

ALLOWED = "GET, HEAD, OPTIONS"
ITEMS = "/collections/plots/items"


@pytest.fixture(scope="module")
def land(cluster: Cluster, template: str) -> Iterator[Register]:
    with a_register(cluster, template) as register:
        with register.connect() as connection:
            a_plot(connection, a_block(connection, a_zone(connection)))
        yield register


@pytest.fixture(scope="module")
def client(land: Register) -> Iterator[httpx.Client]:
    with serving(land) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture(scope="module")
def addresses(land: Register, client: httpx.Client) -> list[str]:
    """One address of each route that is only read."""
    kept = database.installation(land.url())
    assert kept is not None
    feature = client.get(ITEMS).json()["features"][0]
    filled = {
        "collection": "plots", "feature": feature["id"], "tile_matrix_set": "WebMercatorQuad", "tile_matrix": "14",
        "tile_row": "6700", "tile_col": "8950", "plot_number": feature["properties"]["plot_number"],
    }  # fmt: skip
    app = create_app(Settings(database_url=land.url()), kept)
    changes = {"POST", "PUT", "PATCH", "DELETE"}
    changing = {route.path for route in app.routes if isinstance(route, Route) and changes & (route.methods or set())}
    paths = [route.path for route in app.routes if isinstance(route, Route) and route.path not in changing]
    return [path.format_map(filled) for path in paths if set(re.findall(r"{(.*?)}", path)) <= filled.keys()]


def refused(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def raw(client: httpx.Client, request: bytes) -> bytes:
    """What the server answers to these very bytes."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while more := connection.recv(65536):
            answer += more
        return answer


def test_options_says_what_each_address_takes(client: httpx.Client, addresses: list[str]) -> None:
    assert len(addresses) > 20
    for address in addresses:
        answer = client.options(address)
        assert (answer.status_code, answer.headers["allow"], answer.content) == (204, ALLOWED, b""), address


def test_options_knows_routes_that_share_an_address(client: httpx.Client) -> None:
    assert client.options("/admin/enter").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert client.delete("/admin/enter").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert client.options("/static/marsa.css").headers["allow"] == ALLOWED


def test_options_of_nothing_is_not_found(client: httpx.Client) -> None:
    refused(client.options("/nowhere"), 404)


def test_head_tells_what_get_would(client: httpx.Client, addresses: list[str]) -> None:
    for address in addresses:
        head, get = client.head(address), client.get(address)
        assert (head.status_code, head.content) == (get.status_code, b""), address
        assert head.headers.get("content-type") == get.headers.get("content-type"), address
        assert head.headers.get("etag") == get.headers.get("etag"), address


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_no_address_takes_another_method(client: httpx.Client, addresses: list[str], method: str) -> None:
    for address in addresses:
        answer = client.request(method, address)
        refused(answer, 405)
        assert answer.headers["allow"] == ALLOWED


def test_a_method_is_what_the_request_line_says(client: httpx.Client) -> None:
    for override in ("DELETE", "TRACE", "POST"):
        assert client.get(ITEMS, headers={"x-http-method-override": override}).status_code == 200
    refused(client.post("/collections", headers={"x-http-method-override": "GET"}), 405)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.7", "127.0.0.1:80:80", "localhost:x",
     "user@localhost", "[::1", "[::1]x", "", "localhost/", "marsa.example"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", ITEMS, "/health/live", "/static/marsa.css", "/nowhere"])
def test_a_foreign_name_is_refused(client: httpx.Client, host: str, path: str) -> None:
    refused(client.get(path, headers={"host": host}), 400)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:8000", "127.0.0.1:1"])
def test_loopback_is_never_foreign(client: httpx.Client, host: str) -> None:
    assert client.get("/health/live", headers={"host": host}).status_code == 200


def test_the_operators_names_are_known(land: Register) -> None:
    with (
        serving(land, public_url="https://Marsa.example:8443/", hosts="inner, Other.example") as address,
        httpx.Client(base_url=address) as client,
    ):
        for host in ("marsa.example", "marsa.example:8443", "inner:8000", "other.example"):
            assert client.get("/health/live", headers={"host": host}).status_code == 200, host
        refused(client.get("/health/live", headers={"host": "marsa.example.org"}), 400)


def test_no_host_and_two_hosts_are_refused(client: httpx.Client) -> None:
    assert b" 400 " in raw(client, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").split(b"\r\n")[0]
    two = b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    assert b" 400 " in raw(client, two).split(b"\r\n")[0]
    assert b" 200 " in raw(client, b"GET /health/live HTTP/1.0\r\n\r\n").split(b"\r\n")[0]


def test_a_forwarded_name_is_not_believed(client: httpx.Client) -> None:
    forwarded = {
        "x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "x-forwarded-for": "1.2.3.4",
        "x-forwarded-prefix": "/evil", "forwarded": "host=evil.example;proto=https", "x-original-url": "/docs",
    }  # fmt: skip
    answer = client.get("/collections/plots", headers=forwarded)
    assert "evil" not in answer.text
    links = [urlsplit(link["href"]) for link in json.loads(answer.text)["links"]]
    assert {link.scheme for link in links} == {"http"}
    assert {link.netloc for link in links} == {urlsplit(str(client.base_url)).netloc}


def test_too_many_parameters_are_refused(client: httpx.Client) -> None:
    refused(client.get(ITEMS + "?" + "&".join(["limit=1"] * 101)), 400)
    assert client.get(ITEMS + "?" + "&".join(["limit=1"] * 100)).status_code == 200
    refused(client.get(ITEMS + "?" + "&" * 5000), 400)


def test_an_address_beyond_eight_kilobytes_is_refused(client: httpx.Client) -> None:
    refused(client.get(ITEMS + "?plot_number=" + "x" * 8192), 414)
    refused(client.get("/" + "x" * 8193), 414)
    refused(client.get("/" + "x" * 8000), 404)


@pytest.mark.parametrize("path", [ITEMS, "/collections/plots", "/conformance"])
@pytest.mark.parametrize("ranges", ["bytes=0-1", "bytes=" + ",".join(["0-1"] * 1000), "bytes=-1", "items=0-9"])
def test_a_range_of_data_is_answered_whole(client: httpx.Client, path: str, ranges: str) -> None:
    answer = client.get(path, headers={"range": ranges})
    assert answer.status_code == 200
    assert answer.content == client.get(path).content


def test_a_feature_has_one_address(client: httpx.Client) -> None:
    feature = client.get(ITEMS).json()["features"][0]["id"]
    assert client.get(f"{ITEMS}/{feature}").status_code == 200
    written = UUID(feature)
    for other in (
        written.hex, written.urn, f"{{{written}}}", str(written).upper() + " ", f"{written}0", str(written)[1:],
        str(written).replace("-", "", 1), f"{written}%00",
    ):  # fmt: skip
        refused(client.get(f"{ITEMS}/{other}"), 404)
    if feature.upper() != feature:
        refused(client.get(f"{ITEMS}/{feature.upper()}"), 404)


def test_metrics_count_by_route_and_not_by_address(land: Register) -> None:
    def counted(text: str, route: str, method: str, status: str) -> float:
        words = (f'route="{route}"', f'method="{method}"', f'status="{status}"', 'worker="')
        lines = [line for line in text.splitlines() if line.startswith("marsa_request_seconds_count{")]
        return sum(float(line.split()[-1]) for line in lines if all(word in line for word in words))

    items = ("/collections/{collection}/items", "GET")
    with serving(land) as address, httpx.Client(base_url=address) as client:
        before = client.get("/metrics").text
        for n in range(5):
            client.get(ITEMS, params={"limit": n + 1})
            client.get(f"/nowhere/{n}")
            client.get(f"{ITEMS}?surprise={n}")
            client.request("PROPFIND", ITEMS)
        client.get("/static/marsa.css")
        after = client.get("/metrics").text
    grown = {
        key: counted(after, *key) - counted(before, *key)
        for key in (
            (*items, "2xx"), (*items, "4xx"), ("none", "GET", "4xx"), (items[0], "other", "4xx"),
            ("/static/{path}", "GET", "2xx"),
        )
    }  # fmt: skip
    assert list(grown.values()) == [5, 5, 5, 5, 1]
    assert "/nowhere" not in after
    assert "PROPFIND" not in after
    assert 'marsa_request_seconds_bucket{le="0.005"' in after
