# SPDX-License-Identifier: Apache-2.0
"""Tiles show what the register says now, and are made once."""

import time
from collections.abc import Iterator

import httpx
import pytest

from layers.catalogue import LAYERS
from tests.conftest import Register
from tests.layers.land import a_block, a_plot, a_zone, square
from tests.serving import serving

HARBOUR = "/collections/plots/tiles/WebMercatorQuad/14/6695/8948"


@pytest.fixture
def client(register: Register) -> Iterator[httpx.Client]:
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection))
        a_plot(connection, block, "A01-001", square(0, 0))
        a_plot(connection, block, "A01-002", square(50, 0))
    with serving(register) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.mark.parametrize("at", ["14/-1/0", "31/0/0", "3/8/0", "3/0/8", "a/0/0", "3/0/0.php", "99999999999/0/0"])
def test_a_tile_that_does_not_exist_is_not_found(client: httpx.Client, at: str) -> None:
    assert client.get(f"/collections/plots/tiles/WebMercatorQuad/{at}").status_code == 404


def test_a_hidden_or_unknown_layer_is_not_found(client: httpx.Client) -> None:
    assert client.get("/collections/tenure_slot/tiles/WebMercatorQuad/14/0/0").status_code == 404


def test_an_unknown_parameter_is_refused(client: httpx.Client) -> None:
    assert client.get(f"{HARBOUR}?cache=off").status_code == 400


def test_a_tile_says_its_version_and_is_not_sent_twice(client: httpx.Client) -> None:
    first = client.get(HARBOUR)
    assert first.status_code == 200
    assert first.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    again = client.get(HARBOUR, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    version = first.headers["etag"].split(".")[2].strip('"')
    assert "immutable" in client.get(f"{HARBOUR}?v={version}").headers["cache-control"]
    assert "immutable" not in client.get(f"{HARBOUR}?v={int(version) + 1}").headers["cache-control"]


def test_what_a_tileset_does_not_cover_is_not_found_and_what_is_empty_within_has_no_content(
    client: httpx.Client,
) -> None:
    tiles = "/collections/plots/tiles/WebMercatorQuad"
    stated = {limit["tileMatrix"]: limit for limit in client.get(f"{tiles}?f=json").json()["tileMatrixSetLimits"]}
    assert list(stated) == [str(level) for level in LAYERS["plots"].zooms]
    top, bottom, left, right = (stated["16"][name] for name in ("minTileRow", "maxTileRow", "minTileCol", "maxTileCol"))
    within = [
        client.get(f"{tiles}/16/{row}/{col}").status_code
        for row in range(top, bottom + 1)
        for col in range(left, right + 1)
    ]
    # The limits are those of the zone, and the plots lie in a corner of it.
    assert within.count(200) in (1, 2)
    assert within.count(204) == len(within) - within.count(200) > 0
    beyond = [(top - 1, left), (bottom + 1, left), (bottom, left - 1), (bottom, right + 1)]
    assert {client.get(f"{tiles}/16/{row}/{col}").status_code for row, col in beyond} == {404}
    assert {client.get(f"{tiles}/{at}").status_code for at in ("5/12/17", "21/857000/1145000")} == {404}


def test_a_layer_without_features_states_no_limits_and_its_tiles_are_empty(client: httpx.Client) -> None:
    tiles = "/collections/berths/tiles/WebMercatorQuad"
    assert client.get(f"{tiles}?f=json").json()["tileMatrixSetLimits"] == []
    assert client.get(f"{tiles}/14/6695/8948").status_code == 204


@pytest.mark.alone
def test_an_edit_by_anybody_changes_the_tile_within_a_second(client: httpx.Client, register: Register) -> None:
    before = client.get(HARBOUR).content
    with register.connect() as connection:
        connection.execute("update register.plot set geom = %s where plot_number = 'A01-002'", [square(300, 300)])
    deadline = time.monotonic() + 1
    while client.get(HARBOUR).content == before:
        assert time.monotonic() < deadline
        time.sleep(0.01)
