# SPDX-License-Identifier: Apache-2.0
"""Features are written through the standard, as QGIS does it; the same rules, the same events, whoever writes."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest

from tests.conftest import Register
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone
from tests.layers.rights import a_party, a_right
from tests.serving import serving
from tests.signing_in import a_user, sign_in

LEGAL = "http://www.opengis.net/def/crs/EPSG/0/3201"
GEOJSON = {"content-type": "application/geo+json", "content-crs": LEGAL}
MERGE = {"content-type": "application/merge-patch+json", "content-crs": LEGAL}
ITEMS = "/collections/plots/items"


@dataclass(frozen=True)
class Desk:
    """A planner before a zone with one plot, and somebody who is not signed in."""

    planner: httpx.Client
    public: httpx.Client
    register: Register
    plot: str


@pytest.fixture
def desk(register: Register) -> Iterator[Desk]:
    with register.connect() as db:
        block = a_block(db, a_zone(db))
        plot = a_plot(db, block)
    with (
        serving(register) as address,
        httpx.Client(base_url=address) as public,
        httpx.Client(base_url=address) as planner,
    ):
        yield Desk(sign_in(planner, register, a_user(register, "planner")), public, register, str(plot))


def ring(x: float, y: float, size: float = 50) -> dict[str, Any]:
    left, bottom = EAST + x, NORTH + y
    return {
        "type": "Polygon",
        "coordinates": [[[left, bottom], [left + size, bottom], [left + size, bottom + size], [left, bottom + size], [left, bottom]]],
    }  # fmt: skip


def feature(x: float = 100, number: str = "A01-002", **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": ring(x, 0),
        "properties": {"plot_number": number, "land_use": "LOG", **properties},
    }


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]


def rows(desk: Desk) -> list[tuple[str, float]]:
    with desk.register.connect() as db:
        return db.execute(
            "select plot_number, ST_Area(geom) from register.plot where valid @> now() order by 1"
        ).fetchall()  # type: ignore[return-value]


def test_the_handshake_of_a_desktop_program(desk: Desk) -> None:
    """OPTIONS, POST, GET of what was made, PATCH of its shape and of its words, DELETE: never an If-Match."""
    allow = desk.planner.options(ITEMS).headers["allow"]
    assert "POST" in allow and "PUT" not in allow
    made = desk.planner.post(ITEMS, content=json.dumps(feature()), headers=GEOJSON)
    assert made.status_code == 201, made.text
    where = made.headers["location"]
    assert {"PUT", "PATCH", "DELETE"} <= set(desk.planner.options(where).headers["allow"].split(", "))
    got = desk.planner.get(where, params={"crs": LEGAL}).json()
    assert (got["properties"]["plot_number"], got["properties"]["area_m2"]) == ("A01-002", 2500.0)
    moved = desk.planner.patch(where, content=json.dumps({"geometry": ring(100, 0, 40)}), headers=MERGE)
    assert moved.status_code == 204, moved.text
    named = desk.planner.patch(where, content=json.dumps({"properties": {"land_use": "INL"}}), headers=MERGE)
    assert named.status_code == 204
    got = desk.public.get(where).json()
    assert (got["properties"]["land_use"], got["properties"]["area_m2"]) == ("INL", 1600.0)
    # What a client read it may send back whole, with all that the register computes itself.
    again = desk.planner.put(where, content=json.dumps(got), headers={"content-type": "application/geo+json"})
    assert again.status_code == 204, again.text
    assert rows(desk) == [("A01-001", 2500.0), ("A01-002", 1600.0)], (
        "degrees with nine digits are the same place on the grid"
    )
    assert desk.planner.delete(where).status_code == 204
    assert desk.public.get(where).status_code == 404
    with desk.register.connect() as db:
        events = db.execute("select action, legal, actor from register.event order by seq").fetchall()
        assert [row[0] for row in events if row[0] != "edit"][-5:] == ["create", "change", "change", "replace", "end"]
        assert all(str(row[2]).startswith("planner:") for row in events if row[0] in ("create", "change", "end"))
        kept = db.execute("select plot_number from register.plot where not valid @> now()").fetchall()
        assert kept == [("A01-002",)], "nothing legal is deleted"


def test_rules_refuse_here_as_everywhere_and_nothing_is_written(desk: Desk) -> None:
    before = rows(desk)

    def posted(body: object, **headers: str) -> tuple[int, str]:
        return told(desk.planner.post(ITEMS, content=json.dumps(body), headers={**GEOJSON, **headers}))

    assert posted(feature(x=20)) == (409, "plots-overlap")
    assert posted(feature(x=970)) == (409, "outside-block")
    assert posted(feature(x=990)) == (409, "lies-in-no-block"), "its middle is in no block"
    assert posted(feature(number="A01-001")) == (409, "already-there")
    assert posted(feature(land_use="XXX")) == (422, "no-such-code")
    assert posted(feature(legal_area_m2=9999)) == (422, "area-mismatch")
    bow = feature()
    bow["geometry"]["coordinates"] = [[[EAST + 100, NORTH], [EAST + 150, NORTH + 50], [EAST + 150, NORTH], [EAST + 100, NORTH + 50], [EAST + 100, NORTH]]]  # fmt: skip
    assert posted(bow) == (422, "not-ashape")
    assert rows(desk) == before
    with desk.register.connect() as db:
        a_right(db, desk.plot, a_party(db))  # type: ignore[arg-type]
    one = f"{ITEMS}/{desk.plot}"
    shrunk = desk.planner.patch(one, content=json.dumps({"geometry": ring(0, 0, 30)}), headers=MERGE)
    assert told(shrunk) == (409, "keeps-extent")
    assert told(desk.planner.delete(one))[0] == 409
    assert rows(desk) == before


def test_a_block_and_a_zone_stand_as_long_as_what_lies_in_them(desk: Desk) -> None:
    """Also for whoever comes by psql: to end a block under its plots, or a zone under its blocks, is refused."""
    with desk.register.connect() as db:
        found: Any = db.execute("select b.id::text, z.id::text from register.block b, register.zone z").fetchone()
    block, zone = found
    assert told(desk.planner.delete(f"/collections/blocks/items/{block}")) == (409, "outside-block")
    assert told(desk.planner.delete(f"/collections/zones/items/{zone}")) == (409, "outside-zone")
    for table in ("block", "zone"):
        with desk.register.connect(autocommit=True) as db, pytest.raises(psycopg.errors.Error, match="outlives"):
            db.execute(f"update register.{table} set valid = tstzrange(lower(valid), now())")
    assert desk.planner.delete(f"{ITEMS}/{desk.plot}").status_code == 204
    assert desk.planner.delete(f"/collections/blocks/items/{block}").status_code == 204
    assert desk.planner.delete(f"/collections/zones/items/{zone}").status_code == 204


BAD: list[tuple[str, object, dict[str, str], int]] = [
    ("no json", "{", {}, 422),
    ("a list", [], {}, 422),
    ("no feature", {"type": "FeatureCollection", "features": []}, {}, 422),
    ("no shape", {**feature(), "geometry": None}, {}, 422),
    ("shape of another kind", {**feature(), "geometry": {"type": "Point", "coordinates": [EAST, NORTH]}}, {}, 422),
    ("a collection", {**feature(), "geometry": {"type": "GeometryCollection", "geometries": []}}, {}, 422),
    ("words for numbers", {**feature(), "geometry": {"type": "Polygon", "coordinates": [["a", "b"]]}}, {}, 422),
    ("infinite", feature(legal_area_m2=1e999), {}, 422),
    ("far away", {**feature(), "geometry": {"type": "Polygon", "coordinates": [[[1e12, 0], [1e12, 1], [0, 1], [1e12, 0]]]}}, {}, 422),
    ("a field that is not there", feature(price=5), {}, 422),
    ("a number for a text", feature(plot_number=5), {}, 422),
    ("half a letter", feature(plot_number="A\ud800"), {}, 422),
    ("a turned text", feature(plot_number="A\u202e1"), {}, 422),
    ("two lines", feature(plot_number="A\n1"), {}, 422),
    ("more than there is", feature(legal_area_m2=1e300), {}, 422),
    ("a nul", feature(plot_number="a\0b"), {}, 422),
    ("nothing for what must be", feature(land_use=None), {}, 422),
    ("an unknown system", feature(), {"content-crs": "http://www.opengis.net/def/crs/EPSG/0/4289"}, 422),
    ("degrees said to be metres", {**feature(), "geometry": {"type": "Polygon", "coordinates": [[[16.6, 31.2], [16.61, 31.2], [16.61, 31.21], [16.6, 31.2]]]}}, {}, 409),
    ("another kind of body", feature(), {"content-type": "text/plain"}, 415),
    ("a very deep list", '{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":' + "[" * 5000 + "]" * 5000 + "}}", {}, 422),
]  # fmt: skip


def test_what_is_no_feature_is_refused_with_its_place_in_both_languages(desk: Desk) -> None:
    for name, body, headers, status in BAD:
        content = body if isinstance(body, str) else json.dumps(body)
        for lang in ("ar", "en"):
            answer = desk.planner.post(ITEMS, content=content, headers={**GEOJSON, **headers, "accept-language": lang})
            assert answer.status_code == status, (name, answer.text)
            assert answer.json()["detail"], name
    large = desk.planner.post(ITEMS, content=b" " * 8_100_000, headers=GEOJSON)
    assert large.status_code == 413
    assert len(rows(desk)) == 1


def test_whoever_says_what_they_read_is_held_to_it(desk: Desk) -> None:
    one = f"{ITEMS}/{desk.plot}"
    body = json.dumps({"properties": {"land_use": "INL"}})
    first = desk.planner.patch(one, content=body, headers=MERGE)
    stale = first.headers["etag"]
    body = json.dumps({"properties": {"land_use": "SIL"}})
    assert desk.planner.patch(one, content=body, headers={**MERGE, "if-match": stale}).status_code == 204
    read = desk.planner.get(one).headers["etag"]
    assert desk.planner.patch(one, content=body, headers={**MERGE, "if-match": read}).status_code == 204
    assert (
        desk.planner.patch(one, content=json.dumps({"properties": {"land_use": "LOG"}}), headers=MERGE).status_code
        == 204
    )
    for etag in (read, stale, '"nonsense"', '"plots.row999"'):
        answer = desk.planner.patch(one, content=body, headers={**MERGE, "if-match": etag})
        assert told(answer) == (412, "stale-feature")
        assert told(desk.planner.delete(one, headers={"if-match": etag})) == (412, "stale-feature")
    assert desk.planner.patch(one, content=body, headers={**MERGE, "if-match": "*"}).status_code == 204


def test_only_planners_write_and_only_from_the_services_own_pages(desk: Desk) -> None:
    one = f"{ITEMS}/{desk.plot}"
    assert "POST" not in desk.public.options(ITEMS).headers["allow"]
    made = json.dumps(feature())
    for method, address, body, headers in (
        ("POST", ITEMS, made, GEOJSON), ("PUT", one, made, GEOJSON), ("PATCH", one, "{}", MERGE), ("DELETE", one, "", {}),
    ):  # fmt: skip
        assert desk.public.request(method, address, content=body, headers=headers).status_code == 403
    for role in ("auditor", "approver", "admin"):
        with httpx.Client(base_url=desk.public.base_url) as client:
            sign_in(client, desk.register, a_user(desk.register, role))
            assert client.delete(one).status_code in (403, 404), role
    foreign = desk.planner.delete(one, headers={"origin": "https://evil.example"})
    assert told(foreign) == (403, "other-origin")
    assert len(rows(desk)) == 1
    # A forged or malformed id, a layer that comes as files.
    assert desk.planner.delete(f"{ITEMS}/00000000-0000-0000-0000-000000000000").status_code == 404
    assert desk.planner.delete(f"{ITEMS}/1 or 1=1").status_code == 404
    assert desk.planner.post("/collections/land/items", content="{}", headers=GEOJSON).status_code == 405


def test_two_planners_on_the_same_ground(desk: Desk) -> None:
    """Both send a plot for the same place at the same instant: one is made, the other reads which plot is there."""
    with httpx.Client(base_url=desk.public.base_url) as other:
        sign_in(other, desk.register, a_user(desk.register, "planner"))
        start = threading.Barrier(2)
        answers: list[httpx.Response] = []

        def send(client: httpx.Client, number: str) -> None:
            start.wait()
            answers.append(client.post(ITEMS, content=json.dumps(feature(200, number)), headers=GEOJSON))

        threads = [threading.Thread(target=send, args=each) for each in ((desk.planner, "A01-010"), (other, "A01-011"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    lost = next(answer for answer in answers if answer.status_code == 409).json()
    assert lost["neighbour"] in ("A01-010", "A01-011") and len(rows(desk)) == 2


def test_layers_of_the_port_and_of_networks_are_written_the_same_way(desk: Desk) -> None:
    line = {"type": "LineString", "coordinates": [[16.6, 31.2], [16.601, 31.2]]}
    berth = {"type": "Feature", "geometry": line, "properties": {}}
    answer = desk.planner.post(
        "/collections/quays/items", content=json.dumps(berth), headers={"content-type": "application/geo+json"}
    )
    assert answer.status_code == 422, "a quay must be named"
    pointer = answer.json()["pointer"]
    assert pointer.startswith("/properties/")
