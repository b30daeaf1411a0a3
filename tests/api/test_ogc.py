# SPDX-License-Identifier: Apache-2.0
"""What the service says of itself: complete, linked, in both languages, and true to its routes."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from api.app import create_app
from api.ogc import CONFORMS
from api.settings import Settings
from layers import database
from layers.catalogue import LAYERS
from layers.declaration import Layer
from layers.embedded import Cluster
from tests.conftest import Register, a_register
from tests.layers.land import a_block, a_plot, a_zone
from tests.serving import serving

PAGES = (
    "/", "/conformance", "/docs", "/collections", "/collections/plots", "/collections/plots/queryables",
    "/collections/plots/schema", "/collections/plots/items", "/collections/plots/tiles",
    "/collections/plots/tiles/WebMercatorQuad", "/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad",
)  # fmt: skip


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


def got(client: httpx.Client, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def linked(body: dict[str, Any]) -> Iterator[str]:
    """Every address that a resource leads to, but templates, and files (test_exports.py makes each kind of them once)."""
    for name, value in body.items():
        if name == "links":
            yield from (link["href"] for link in value if not link.get("templated") and link["rel"] != "enclosure")
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                yield from linked(part)


@pytest.mark.parametrize("path", PAGES)
def test_an_unknown_parameter_is_refused_everywhere(client: httpx.Client, path: str) -> None:
    answer = client.get(path, params={"surprise": "1"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/collections/secret", "/collections/tenure_slot/items", "/tileMatrixSets/Other", "/nowhere"]
)
def test_what_is_not_there_is_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_each_resource_is_a_page_in_both_languages(client: httpx.Client, path: str, lang: str) -> None:
    page = client.get(path, params={"f": "html", "lang": lang})
    assert page.status_code == 200
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}"' in page.text
    assert not re.search(r'(?:src|href)="https?://(?!127\.0\.0\.1)', page.text)


@pytest.mark.parametrize("path", ["/", "/conformance", "/collections", "/collections/plots", "/tileMatrixSets"])
def test_a_resource_is_not_sent_twice(client: httpx.Client, path: str) -> None:
    first = client.get(path, params={"f": "json"})
    assert client.get(path, params={"f": "json"}, headers={"if-none-match": first.headers["etag"]}).status_code == 304
    assert client.head(path, params={"f": "json"}).status_code == 200


def test_from_the_landing_page_every_link_leads_somewhere(client: httpx.Client) -> None:
    seen: set[str] = set()
    waiting = [str(client.base_url)]
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        assert answer.status_code == 200, address
        seen.add(address)
        if "json" in answer.headers["content-type"] and "/items" not in address:
            waiting += [found for found in set(linked(answer.json())) if found not in seen and found not in waiting]
    assert len(seen) > 8 * len(LAYERS.public)


def test_the_landing_page_names_its_description_as_the_suites_ask(client: httpx.Client) -> None:
    links = {link["rel"]: link for link in got(client, "/")["links"]}
    assert links["service-desc"]["type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert {"self", "alternate", "service-doc", "conformance", "data"} <= links.keys()


def test_every_public_layer_is_a_collection_with_its_systems(client: httpx.Client) -> None:
    found = {each["id"]: each for each in got(client, "/collections")["collections"]}
    assert list(found) == [layer.id for layer in LAYERS.public]
    plots = found["plots"]
    assert plots["crs"][0].endswith("CRS84")
    assert plots["storageCrs"].endswith("/3201") and plots["storageCrs"] in plots["crs"]
    west, south, east, north = plots["extent"]["spatial"]["bbox"][0]
    assert 16 < west < east < 17 and 31 < south < north < 32


def test_queryables_are_the_public_properties_with_their_words(client: httpx.Client) -> None:
    said = got(client, "/collections/plots/queryables?lang=en")["properties"]
    assert set(said) == {field.name for field in LAYERS["plots"].public_fields} | {"geometry", "illustrative"}
    assert {"const": "available", "title": "Available"} in said["public_status"]["oneOf"]
    assert "legal_area_m2" not in said


@pytest.mark.parametrize("layer", LAYERS.public, ids=lambda layer: layer.id)
def test_a_schema_tells_every_property_of_a_feature_and_the_part_it_plays(client: httpx.Client, layer: Layer) -> None:
    said = got(client, f"/collections/{layer.id}/schema?lang=en")
    assert said["$id"].endswith(f"/collections/{layer.id}/schema")
    properties = said["properties"]
    assert set(properties) == {field.name for field in layer.public_fields} | {"id", "geometry", "illustrative"}
    parts = {told["x-ogc-role"]: name for name, told in properties.items() if "x-ogc-role" in told}
    spans = zip(("primary-interval-start", "primary-interval-end"), layer.during or (), strict=False)
    assert parts == {"id": "id", "primary-geometry": "geometry", **dict(spans)}
    kind = layer.geometry_kind.lower()
    assert properties["geometry"]["format"] == f"geometry-{'any' if kind == 'geometry' else kind}"
    for name, told in properties.items():
        assert told["title"]
        assert "type" in told or name == "geometry"
    for feature in got(client, f"/collections/{layer.id}/items")["features"]:
        assert set(feature["properties"]) <= set(properties)


def test_the_description_and_the_routes_are_the_same(client: httpx.Client, land: Register) -> None:
    kept = database.installation(land.url())
    assert kept is not None
    app = create_app(Settings(database_url=land.url()), kept)
    ours = {route.path for route in app.routes if isinstance(route, Route)}
    open_data = {
        path
        for path in ours
        if path.startswith(("/collections", "/tileMatrixSets", "/register/")) or path in ("/", "/conformance", "/api")
    }
    assert set(got(client, "/api")["paths"]) == open_data


def test_the_description_declares_parameters_as_the_suites_read_them(client: httpx.Client) -> None:
    described = got(client, "/api")
    assert described["openapi"].startswith("3.0")
    parameters = described["components"]["parameters"]
    limit = parameters["limit"]["schema"]
    assert (limit["type"], limit["minimum"], limit["maximum"], limit["default"]) == ("integer", 1, 1000, 100)
    assert (parameters["bbox"]["schema"]["minItems"], parameters["bbox"]["schema"]["maxItems"]) == (4, 6)
    for parameter in parameters.values():
        assert (parameter["in"], parameter["required"], parameter["style"], parameter["explode"]) == (
            "query",
            False,
            "form",
            False,
        )
    operations = [each["operationId"] for path in described["paths"].values() for each in path.values()]
    assert len(set(operations)) == len(operations)


def test_a_tileset_says_where_its_tiles_are(client: httpx.Client) -> None:
    tileset = got(client, "/collections/plots/tiles/WebMercatorQuad")
    template = next(link["href"] for link in tileset["links"] if link["rel"] == "item")
    limits = next(limit for limit in tileset["tileMatrixSetLimits"] if limit["tileMatrix"] == "16")
    # The limits are those of the zone: somewhere within them lie the plots.
    rows = range(limits["minTileRow"], limits["maxTileRow"] + 1)
    addresses = [
        template.format(tileMatrix=16, tileRow=row, tileCol=column)
        for row in rows
        for column in range(limits["minTileCol"], limits["maxTileCol"] + 1)
    ]
    assert {client.get(address).status_code for address in addresses} <= {200, 204}
    assert any(client.get(address).status_code == 200 for address in addresses)
    matrices = got(client, "/tileMatrixSets/WebMercatorQuad")["tileMatrices"]
    assert matrices[0]["scaleDenominator"] == pytest.approx(559082264.0287178)


def test_conformance_is_said(client: httpx.Client) -> None:
    assert got(client, "/conformance")["conformsTo"] == list(CONFORMS)


def test_links_carry_the_public_name(land: Register) -> None:
    with serving(land, public_url="https://marsa.example/") as address, httpx.Client(base_url=address) as client:
        assert all(href.startswith("https://marsa.example/") for href in linked(got(client, "/collections/plots")))


def test_an_empty_register_says_so(register: Register) -> None:
    with serving(register) as address, httpx.Client(base_url=address) as client:
        assert "./marsa import" in client.get("/?f=html&lang=en").text
        assert "extent" not in got(client, "/collections/plots")
