# SPDX-License-Identifier: Apache-2.0
"""Pages of features: complete, in order, exact; and what is asked wrongly is refused."""

import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from layers.embedded import Cluster
from tests.conftest import Register, a_register
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square
from tests.serving import serving

ITEMS = "/collections/plots/items"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
PLOTS = 25


def draw(register: Register) -> None:
    """25 plots, five by five, of five sizes; every third for light industry, every fourth with a charge."""
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection))
        for number in range(PLOTS):
            shape = square(60 * (number % 5), 60 * (number // 5), 30 + number % 5)
            a_plot(connection, block, f"A01-{number + 1:03}", shape)
        connection.execute("update register.plot set land_use = 'INL' where right(plot_number, 3)::int % 3 = 0")
        connection.execute("update register.plot set rent_lyd_m2_year = 2.5 where right(plot_number, 3)::int % 4 = 0")


@pytest.fixture(scope="module")
def land(cluster: Cluster, template: str) -> Iterator[Register]:
    with a_register(cluster, template) as register:
        draw(register)
        yield register


@pytest.fixture(scope="module")
def client(land: Register) -> Iterator[httpx.Client]:
    with serving(land, page_limit=1000) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def own_client(register: Register) -> Iterator[httpx.Client]:
    """For tests that change the land."""
    draw(register)
    with serving(register) as address, httpx.Client(base_url=address) as client:
        yield client


def got(client: httpx.Client, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def link(page: dict[str, Any], rel: str) -> str | None:
    return next((str(link["href"]) for link in page["links"] if link["rel"] == rel), None)


def all_pages(client: httpx.Client, address: str) -> Iterator[dict[str, Any]]:
    following: str | None = address
    while following:
        page = got(client, following)
        yield page
        following = link(page, "next")


def numbers(pages: Iterator[dict[str, Any]]) -> list[str]:
    return [feature["properties"]["plot_number"] for page in pages for feature in page["features"]]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=abc", "limit=1e9", "limit=١٠", "limit=", "offset=-1", "offset=1000000000000",
        "bbox=1,2,3", "bbox=1,2,3,4,5", "bbox=16,32,17,31", "bbox=NaN,1,2,3", "bbox=1e308,1,2,3", "bbox=a,b,c,d", "bbox=",
        "bbox=16,31,17,32&bbox-crs=EPSG:4326", "bbox=0,-91,1,0", "bbox-crs=x", f"crs={EPSG}99999", "crs=EPSG:3201",
        "datetime=2026", "datetime=9999999-01-01", "datetime=0000-01-01", "datetime=2026-01-02/2026-01-01",
        "datetime=2016-12-31T23:59:60Z", "datetime=2026-01-01/P2X", "datetime=P1D/P1D", "datetime=2026-01-01/P99999Y",
        "datetime=../../..", "sortby=price", "sortby=legal_area_m2", "sortby=area_m2,area_m2", "sortby=", "sortby=-",
        "properties=*", "properties=", "properties=plot_number,geom", "f=html<script>", "f=xml", "count=maybe",
        "after=abc", "after=", "after=AAAAAAAAAAAAAAAA", "after=%00", "price=1", "ctid=(0,1)", "xmin=1", "investor_id=1",
        "id=1", "geom=1", "area_m2=big", "area_m2=NaN", "held_from=yesterday", "phase=1.5", "illustrative=maybe",
        "plot_number=%00", "plot_number=" + "x" * 501, ";DROP TABLE plots", "plot_number;drop=1", "cql_filter=a",
        "filter=1%201", "limit=1%0d%0aX-Evil:1",
    ],
)  # fmt: skip
def test_a_malformed_question_is_refused(client: httpx.Client, query: str) -> None:
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("parameter", ["{}=1", "sortby={}", "properties={}"])
def test_a_hidden_property_is_refused_like_one_that_never_was(client: httpx.Client, parameter: str) -> None:
    def told(name: str) -> str:
        answer = client.get(f"{ITEMS}?{parameter.format(name)}", headers={"accept-language": "en"})
        assert answer.status_code == 400
        body = answer.json()
        del body["instance"]
        return str(body).replace(name, "it")

    words = {told(name) for name in ("price", "legal_area_m2", "block_id", "ctid", "xmin", "no_such_thing")}
    assert len(words) == 1


def test_a_cursor_of_another_order_or_collection_is_refused(client: httpx.Client) -> None:
    following = link(got(client, f"{ITEMS}?limit=2"), "next")
    assert following
    after = parse_qs(urlsplit(following).query)["after"][0]
    assert client.get(f"{ITEMS}?sortby=area_m2&after={after}").status_code == 400
    assert client.get(f"/collections/blocks/items?after={after}").status_code == 400
    other = ("A" if after[0] != "A" else "B") + after[1:]
    assert client.get(f"{ITEMS}?after={other}").status_code == 400


def test_quotes_are_data(client: httpx.Client) -> None:
    for value in ("x' OR 1=1 --", 'a"b', "\\'; drop table register.plot; --", "‘’", "%", "{}"):
        page = client.get(ITEMS, params={"plot_number": value}).json()
        assert page["numberMatched"] == 0


def test_a_limit_over_the_maximum_gives_the_maximum(land: Register) -> None:
    with serving(land, page_limit=10) as address:
        page = httpx.get(f"{address}{ITEMS}?limit=999999").json()
    assert page["numberReturned"] == 10
    assert page["numberMatched"] == PLOTS


@pytest.mark.parametrize("limit", [1, 7, 24, 25, 26])
@pytest.mark.parametrize(
    "order", ["", "&sortby=area_m2", "&sortby=-area_m2", "&sortby=rent", "&sortby=-rent,plot_number", "&sortby=land_use,-rent"]
)  # fmt: skip
def test_following_next_meets_every_plot_once(client: httpx.Client, limit: int, order: str) -> None:
    pages = list(all_pages(client, f"{ITEMS}?limit={limit}{order}"))
    found = numbers(iter(pages))
    assert sorted(found) == [f"A01-{number + 1:03}" for number in range(PLOTS)]
    assert all(page["numberMatched"] == PLOTS for page in pages)
    assert sum(page["numberReturned"] for page in pages) == PLOTS
    assert len(pages) == -(-PLOTS // limit)
    if order:
        assert found == numbers(iter([got(client, f"{ITEMS}?limit=100{order}")]))


def test_a_cursor_does_not_bind_the_size_of_pages(client: httpx.Client) -> None:
    following = link(got(client, f"{ITEMS}?limit=2&land_use=LOG&sortby=-area_m2"), "next")
    assert following and "=" not in parse_qs(urlsplit(following).query)["after"][0]
    whole = numbers(iter([got(client, f"{ITEMS}?limit=100&land_use=LOG&sortby=-area_m2")]))
    rest = numbers(iter([got(client, following.replace("limit=2", "limit=1000"))]))
    assert rest == whole[2:]
    # Clients that repeat a parameter mean the last one.
    assert numbers(iter([got(client, f"{following}&limit=1000")])) == whole[2:]


def test_missing_values_come_last_in_both_directions(client: httpx.Client) -> None:
    for order in ("rent", "-rent"):
        rents = [f["properties"]["rent"] for f in got(client, f"{ITEMS}?sortby={order}")["features"]]
        assert rents == sorted(rents, key=lambda rent: rent is None)
        assert None in rents and 2.5 in rents


def test_a_plus_sign_sorts_upwards(client: httpx.Client) -> None:
    for sign in ("+", "%2B", ""):
        areas = [f["properties"]["area_m2"] for f in got(client, f"{ITEMS}?sortby={sign}area_m2")["features"]]
        assert all(a <= b for a, b in pairwise(areas))


def test_offset_skips(client: httpx.Client) -> None:
    whole = numbers(iter([got(client, ITEMS)]))
    page = got(client, f"{ITEMS}?offset=20&limit=3")
    assert numbers(iter([page])) == whole[20:23]
    assert numbers(all_pages(client, str(link(page, "next")))) == whole[23:]


def test_a_property_selects(client: httpx.Client) -> None:
    page = got(client, f"{ITEMS}?land_use=INL")
    assert page["numberMatched"] == page["numberReturned"] == 8
    assert {feature["properties"]["land_use"] for feature in page["features"]} == {"INL"}
    assert got(client, f"{ITEMS}?land_use=INL&area_m2=1024")["numberMatched"] == 2
    assert got(client, f"{ITEMS}?rent=2.5")["numberMatched"] == 6
    assert got(client, f"{ITEMS}?illustrative=true")["numberMatched"] == 0


def test_only_the_properties_asked_for_are_sent(client: httpx.Client) -> None:
    for feature in got(client, f"{ITEMS}?properties=area_m2,plot_number")["features"]:
        assert list(feature["properties"]) == ["plot_number", "area_m2"]


def test_counting_can_be_declined(client: httpx.Client) -> None:
    page = got(client, f"{ITEMS}?count=none")
    assert "numberMatched" not in page
    assert page["numberReturned"] == PLOTS
    assert got(client, f"{ITEMS}?count=exact&land_use=LOG")["numberMatched"] == 17


def grid_box(left: float, bottom: float, right: float, top: float) -> str:
    return f"bbox={EAST + left},{NORTH + bottom},{EAST + right},{NORTH + top}&bbox-crs={EPSG}3201"


@pytest.mark.parametrize(
    ("box", "plots"),
    [
        (grid_box(0, 0, 29.9, 29.9), ["A01-001"]),
        (grid_box(30, 0, 59.999, 1), ["A01-001"]),  # touching is meeting
        (grid_box(30.001, 0, 59.999, 1), []),
        (grid_box(10, 10, 70, 20), ["A01-001", "A01-002"]),
        (grid_box(-1e6, -1e6, 1e6, 1e6), [f"A01-{number + 1:03}" for number in range(PLOTS)]),
    ],
)
def test_a_box_on_the_legal_grid_meets_what_it_touches(client: httpx.Client, box: str, plots: list[str]) -> None:
    page = got(client, f"{ITEMS}?{box}&sortby=plot_number")
    assert numbers(iter([page])) == plots
    assert page["numberMatched"] == len(plots)


@pytest.mark.parametrize(
    ("box", "found"),
    [
        ("16,31,17,32", PLOTS), ("16,31,-5,17,32,100", PLOTS), ("17,31,16,32", 0), ("170,31,-170,32", 0),
        ("16,31,-170,32", PLOTS), ("-180,-90,180,90", PLOTS), ("-180,85,180,90", 0), ("177,65,-177,70", 0),
    ],
)  # fmt: skip
def test_a_box_in_degrees_may_cross_the_date_line(client: httpx.Client, box: str, found: int) -> None:
    assert got(client, f"{ITEMS}?bbox={box}")["numberMatched"] == found


def test_latitude_comes_first_where_its_authority_says_so(client: httpx.Client) -> None:
    assert got(client, f"{ITEMS}?bbox=31,16,32,17&bbox-crs={EPSG}4326")["numberMatched"] == PLOTS
    assert got(client, f"{ITEMS}?bbox=16,31,17,32&bbox-crs={EPSG}4326")["numberMatched"] == 0
    first = got(client, f"{ITEMS}?limit=1")["features"][0]["geometry"]["coordinates"][0][0]
    turned = got(client, f"{ITEMS}?limit=1&crs={EPSG}4326")["features"][0]["geometry"]["coordinates"][0][0]
    assert turned == first[::-1]


@pytest.mark.parametrize("crs", [CRS84, f"{EPSG}4326", f"{EPSG}3857", f"{EPSG}3201"])
def test_every_answer_names_its_crs(client: httpx.Client, crs: str) -> None:
    page = client.get(f"{ITEMS}?crs={crs}&limit=1")
    assert page.headers["content-crs"] == f"<{crs}>"
    feature = page.json()["features"][0]
    one = client.get(f"{ITEMS}/{feature['id']}?crs={crs}")
    assert one.headers["content-crs"] == f"<{crs}>"
    assert one.json()["geometry"] == feature["geometry"]
    assert "crs" not in feature["geometry"]


def test_the_legal_grid_comes_back_to_the_last_bit(client: httpx.Client) -> None:
    page = got(client, f"{ITEMS}?plot_number=A01-001&crs={EPSG}3201")
    corners = page["features"][0]["geometry"]["coordinates"][0]
    assert corners == [[EAST, NORTH], [EAST + 30, NORTH], [EAST + 30, NORTH + 30], [EAST, NORTH + 30], [EAST, NORTH]]


@pytest.mark.parametrize(
    "when",
    ["2018-02-12T23:20:50Z", "2018-02-12", "2018-02-12/P2D", "P1Y2M3DT4H5M6S/2026-01-01", "2018-02-12T00:00:00.123Z/2018-03-18T12:31:12Z",
     "../2018-03-18T12:31:12Z", "2018-02-12T00:00:00%2B02:00/..", "/2018-03-18", "2018-02-12/"],
)  # fmt: skip
def test_what_has_no_time_is_there_at_every_time(client: httpx.Client, when: str) -> None:
    assert got(client, f"{ITEMS}?datetime={when}")["numberMatched"] == PLOTS


def test_one_feature_leads_to_itself_its_page_and_its_collection(client: httpx.Client) -> None:
    listed = got(client, f"{ITEMS}?plot_number=A01-007")["features"][0]
    answer = client.get(f"{ITEMS}/{listed['id']}")
    feature = answer.json()
    assert {key: feature[key] for key in ("type", "id", "geometry", "properties")} == listed
    assert {link["rel"] for link in feature["links"]} == {"self", "alternate", "collection"}
    assert link(feature, "self") == str(answer.url)


@pytest.mark.parametrize(
    "feature", ["1", "x", "00000000-0000-0000-0000-000000000000", "%7B00000000-0000-0000-0000-000000000000%7D", "%00"]
)
def test_a_feature_that_is_not_there_is_not_found(client: httpx.Client, feature: str) -> None:
    assert client.get(f"{ITEMS}/{feature}").status_code == 404


def test_links_carry_the_public_address(land: Register) -> None:
    with serving(land, public_url="https://land.example.ly/marsa/") as address:
        page = httpx.get(f"{address}{ITEMS}?limit=1").json()
    assert {str(link["href"]).split("/collections")[0] for link in page["links"]} == {"https://land.example.ly/marsa"}


def test_nobody_is_sent_what_they_have(client: httpx.Client, land: Register) -> None:
    one = f"{ITEMS}/{got(client, f'{ITEMS}?limit=1')['features'][0]['id']}"
    for address in (ITEMS, f"{ITEMS}?land_use=LOG", one):
        first = client.get(address)
        again = client.get(address, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        plain = client.get(address, headers={"accept-encoding": "identity"})
        assert plain.headers["etag"] != first.headers["etag"]
        assert plain.json() == first.json()


@pytest.mark.alone
def test_what_somebody_has_is_old_within_a_second(own_client: httpx.Client, register: Register) -> None:
    etag = own_client.get(ITEMS).headers["etag"]
    with register.connect() as connection:
        connection.execute("update register.plot set land_use = 'INL' where plot_number = 'A01-001'")
    deadline = time.monotonic() + 1
    while own_client.get(ITEMS, headers={"if-none-match": etag}).status_code == 304:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert got(own_client, f"{ITEMS}?land_use=INL")["numberMatched"] == 9


def test_a_head_is_the_answer_without_its_body(client: httpx.Client) -> None:
    full, head = client.get(ITEMS), client.head(ITEMS)
    assert head.status_code == 200 and head.content == b""
    for name in ("etag", "content-type", "content-length", "content-crs"):
        assert head.headers[name] == full.headers[name]


def test_a_page_is_of_one_state(own_client: httpx.Client, register: Register) -> None:
    assert got(own_client, ITEMS)["numberMatched"] == PLOTS
    with register.connect() as connection:
        block = connection.execute("select id from register.block").fetchone()
        assert block
        a_plot(connection, block[0], "A01-999", square(500, 500))  # type: ignore[arg-type]
    page = got(own_client, f"{ITEMS}?limit=1000&count=exact&bbox=-180,-90,180,90")
    assert page["numberMatched"] == page["numberReturned"]


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_people_read_features_as_pages(client: httpx.Client, lang: str) -> None:
    accept = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": lang}
    page = client.get(f"{ITEMS}?limit=5&sortby=-area_m2&land_use=LOG", headers=accept)
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-language"] == lang
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}"' in page.text
    assert 'aria-sort="descending"' in page.text and 'rel="next"' in page.text
    feature = got(client, f"{ITEMS}?plot_number=A01-007")["features"][0]["id"]
    one = client.get(f"{ITEMS}/{feature}?lang={lang}&f=html")
    assert "A01-007" in one.text and feature in one.text
    assert client.get(f"{ITEMS}?f=json", headers=accept).headers["content-type"] == "application/geo+json"
