# SPDX-License-Identifier: Apache-2.0
"""What OGC's suites for Features (Parts 1 and 2) and Tiles ask of a service, asked here of every collection."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from pyproj import Transformer

from layers.catalogue import LAYERS
from layers.embedded import Cluster
from tests.conftest import a_register
from tests.layers.land import a_block, a_plot, a_zone, square
from tests.serving import serving

GEOJSON, JSON, HTML = "application/geo+json", "application/json", "text/html"
CRS = "http://www.opengis.net/def/crs/"
TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-"
TEMPLATE = ("{tileMatrix}", "{tileRow}", "{tileCol}")
PLOTS = 12
LARGEST = 5
"""Features on a page at most, so that there are pages."""

every_collection = pytest.mark.parametrize("collection", [layer.id for layer in LAYERS.public])


@pytest.fixture(scope="module")
def client(cluster: Cluster, template: str) -> Iterator[httpx.Client]:
    with a_register(cluster, template) as register:
        with register.connect() as connection:
            block = a_block(connection, a_zone(connection))
            for number in range(PLOTS):
                a_plot(connection, block, f"A01-{number + 1:03}", square(60 * number, 0))
            connection.execute(
                "insert into register.project (code, title_ar, title_en, type, status, location_exactness, sectors, starts_on, geom) "
                "values ('p1', 'رصيف', 'Quay', 'construction', 'implementation', 'exact', '{PRT}', '2026-01-01', ST_Centroid(%s::geometry))",
                [square(0, 0)],
            )
        with serving(register, page_limit=LARGEST) as address, httpx.Client(base_url=address) as client:
            yield client


def got(client: httpx.Client, address: str, accept: str = JSON, **parameters: str) -> httpx.Response:
    answer = client.get(address, params=parameters or None, headers={"accept": accept})
    assert answer.status_code == 200, (address, answer.text)
    return answer


def one(body: dict[str, Any], rel: str, media_type: str | None = None) -> dict[str, Any]:
    found = [link for link in body["links"] if link["rel"] == rel and media_type in (None, link["type"])]
    assert found, (rel, media_type, body["links"])
    return dict(found[0])


def says_its_forms(body: dict[str, Any], form: str) -> None:
    """A link to itself in the form it has, and to its page; every link tells relation and media type."""
    assert one(body, "self")["type"] == form
    one(body, "alternate", HTML)
    assert all(link["rel"] and link["type"] and link["href"].startswith("http") for link in body["links"])


def described(client: httpx.Client, collection: str) -> dict[str, Any]:
    return dict(got(client, f"/collections/{collection}").json())


def items_of(client: httpx.Client, collection: str) -> str:
    """The address of its features, as the collection names it, without parameters."""
    return str(one(described(client, collection), "items", GEOJSON)["href"]).split("?")[0]


@every_collection
def test_a_crs_or_parameter_that_is_not_offered_is_refused(client: httpx.Client, collection: str) -> None:
    items = items_of(client, collection)
    for query in (
        {"limit": "unlimited"},
        {"unknownQueryParameter12345": "1"},
        {"crs": f"{CRS}0/unsupported"},
        {"bbox": "5,49,6,50", "bbox-crs": f"{CRS}0/unsupported"},
    ):
        assert client.get(items, params=query).status_code == 400, query


def test_the_description_needs_nothing_from_elsewhere(client: httpx.Client) -> None:
    def references(part: object) -> Iterator[str]:
        if isinstance(part, dict):
            yield from (str(value) for name, value in part.items() if name == "$ref")
            part = list(part.values())
        for each in part if isinstance(part, list) else []:
            yield from references(each)

    home = got(client, "/").json()
    description = got(client, one(home, "service-desc")["href"], "application/vnd.oai.openapi+json;version=3.0")
    found = set(references(description.json()))
    assert found
    assert all(reference.startswith("#/") for reference in found)
    told = [path["get"] for path in description.json()["paths"].values() if "get" in path]
    assert {".collection.vector.getTile", ".collection.vector.getTileSet", ".collection.vector.getTileSetsList"} <= {
        operation["operationId"] for operation in told
    }


def test_collections_say_of_themselves_alone_what_the_list_says(client: httpx.Client) -> None:
    listed = got(client, "/collections").json()
    says_its_forms(listed, JSON)
    for said in listed["collections"]:
        says_its_forms(said, JSON)
        alone = described(client, said["id"])
        assert [alone.get(name) for name in ("id", "title", "description", "extent", "crs")] == [
            said.get(name) for name in ("id", "title", "description", "extent", "crs")
        ]
        assert said["crs"][0] == f"{CRS}OGC/1.3/CRS84"
        assert said["storageCrs"] in said["crs"]


@every_collection
def test_features_say_their_forms_and_their_coordinate_system(client: httpx.Client, collection: str) -> None:
    items = items_of(client, collection)
    page = got(client, items, GEOJSON)
    body = page.json()
    says_its_forms(body, GEOJSON)
    assert (body["type"], body["numberReturned"]) == ("FeatureCollection", len(body["features"]))
    assert page.headers["content-crs"] == f"<{CRS}OGC/1.3/CRS84>"
    addresses = [items]
    if body["features"]:
        addresses.append(f"{items}/{body['features'][0]['id']}")
        feature = got(client, addresses[-1], GEOJSON)
        says_its_forms(feature.json(), GEOJSON)
        one(feature.json(), "collection")
        assert feature.headers["content-crs"] == f"<{CRS}OGC/1.3/CRS84>"
        assert client.get(addresses[-1], params={"crs": f"{CRS}0/unsupported"}).status_code == 400
    for crs in described(client, collection)["crs"]:
        assert {got(client, each, GEOJSON, crs=crs).headers["content-crs"] for each in addresses} == {f"<{crs}>"}


@every_collection
def test_boxes_anywhere_and_times_of_every_form_are_answered(client: httpx.Client, collection: str) -> None:
    items = items_of(client, collection)
    # Over the meridian, the equator, the date line and both poles: far from Sirte.
    for box in ("-1.5,50,1.5,53", "-80,-5,-70,5", "177,65,-177,70", "-180,85,180,90", "-180,-90,180,-85"):
        assert got(client, items, GEOJSON, bbox=box).json()["numberMatched"] == 0
    for when in ("2018-02-12T23:20:50Z", "2018-02-12T00:00:00Z/2018-03-18T12:31:12Z", "2018-02-12/P2D"):
        found = got(client, items, GEOJSON, datetime=when).json()["numberMatched"]
        assert found == (PLOTS if collection == "plots" else 0 if collection == "projects" else found)


@pytest.mark.parametrize("collection", ["plots", "projects"])
def test_as_many_features_follow_as_were_said_to_match(client: httpx.Client, collection: str) -> None:
    """As the suite walks: the address of `next`, all that it holds once more, and the largest limit in place of its own."""
    page = got(client, items_of(client, collection), GEOJSON, limit="2").json()
    met = [feature["id"] for feature in page["features"]]
    matched = page["numberMatched"]
    assert matched == {"plots": PLOTS, "projects": 1}[collection]
    while following := next((link["href"] for link in page["links"] if link["rel"] == "next"), None):
        again = [(name, value) for name, value in parse_qsl(urlsplit(following).query) if name != "limit"]
        assert again
        assert all("=" not in value for _, value in again)
        answer = client.get(following, params=[*parse_qsl(urlsplit(following).query), *again, ("limit", str(LARGEST))])
        assert answer.status_code == 200, answer.text
        page = answer.json()
        met += [feature["id"] for feature in page["features"]]
    assert len(met) == len(set(met)) == matched


def test_a_box_selects_the_same_in_every_coordinate_system(client: httpx.Client) -> None:
    plots = described(client, "plots")
    west, south, _, north = plots["extent"]["spatial"]["bbox"][0]
    box = (west - 0.001, south - 0.001, west + 0.002, north)  # the west of the row of plots
    whole = {
        feature["id"] for feature in got(client, items_of(client, "plots"), GEOJSON, limit="1000").json()["features"]
    }
    expected = ids(client, ",".join(map(str, box)), f"{CRS}OGC/1.3/CRS84")
    assert set() < expected < whole | expected
    for crs in plots["crs"]:
        # pyproj names the axes in the order of their authority, as the standard does.
        turned = Transformer.from_crs("OGC:CRS84", crs.removeprefix(CRS).replace("/0/", ":").replace("/1.3/", ":"))
        assert ids(client, ",".join(map(str, turned.transform_bounds(*box))), crs) == expected, crs


def ids(client: httpx.Client, box: str, crs: str) -> set[str]:
    found = got(client, items_of(client, "plots"), GEOJSON, bbox=box, **{"bbox-crs": crs}).json()
    assert found["numberMatched"] <= LARGEST
    return {feature["id"] for feature in found["features"]}


@every_collection
def test_every_link_of_a_tileset_is_json_and_one_holds_the_template(client: httpx.Client, collection: str) -> None:
    lists = [link for link in described(client, collection)["links"] if link["rel"].startswith(TILESETS)]
    assert lists
    for link in lists:
        assert "/tiles" in link["href"]
        for tileset in got(client, link["href"]).json()["tilesets"]:
            assert tileset["tileMatrixSetURI"].endswith("/WebMercatorQuad")
            behind = [got(client, each["href"]).json() for each in tileset["links"]]
            templates = [
                each["href"]
                for body in behind
                for each in body.get("links", ())
                if all(name in each["href"] for name in TEMPLATE)
            ]
            assert templates
