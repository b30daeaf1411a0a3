# SPDX-License-Identifier: Apache-2.0
"""Filters in CQL2 select what they say, in text and in JSON alike; whatever else is typed is refused with its reason."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from layers.cql2 import NotCql2, tree_of
from layers.cql2.reading import DEEPEST, LONGEST, MOST_WORDS
from layers.embedded import Cluster
from tests.conftest import a_register
from tests.layers.land import EAST, NORTH, square
from tests.serving import serving

PROJECTS = "/collections/projects/items"
LEGAL = "http://www.opengis.net/def/crs/EPSG/0/3201"
ROWS: dict[str, tuple[str, str, list[str], str | None, str | None, float | None, int | None, float]] = {
    # code: title_ar, title_en, sectors, from, to, budget, progress, metres east of the corner
    "p1": ("مَدرسة", "Harbour Quay", ["PRT", "ENE"], "2026-01-01", "2026-12-31", 100.5, 10, 0),
    "p2": ("ميناء", "harbour basin", ["PRT"], "2027-01-01", "2028-12-31", 2500.0, None, 1000),
    "p3": ("طريق", "Coast Road, O'Hara", ["ENE"], None, "2026-06-30", None, 50, 2000),
    "p4": ("شبكة", "Réseau d'eau", ["EDU"], "2028-01-01", None, 0.0, 100, 3000),
}
EVERY = set(ROWS)


@pytest.fixture(scope="module")
def client(cluster: Cluster, template: str) -> Iterator[httpx.Client]:
    with a_register(cluster, template) as register:
        with register.connect() as connection:
            for code, (ar, en, sectors, since, until, budget, progress, x) in ROWS.items():
                connection.execute(
                    "insert into register.project (code, title_ar, title_en, type, status, location_exactness, sectors, "
                    "starts_on, ends_on, budget, budget_currency, physical_progress_pct, progress_on, geom) values "
                    "(%s, %s, %s, 'construction', 'implementation', 'exact', %s, %s, %s, %s, "
                    "case when %s::numeric is not null then 'LYD' end, %s, '2026-11-01', ST_Centroid(%s::geometry))",
                    [code, ar, en, sectors, since, until, budget, budget, progress, square(x, 0)],
                )
        with serving(register) as address, httpx.Client(base_url=address) as client:
            yield client


def asked(client: httpx.Client, filter_: str, **more: str) -> httpx.Response:
    return client.get(PROJECTS, params={"filter": filter_, **more})


def found(client: httpx.Client, filter_: str, **more: str) -> set[str]:
    answer = asked(client, filter_, **more)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["numberMatched"] == len(said["features"])
    return {feature["properties"]["code"] for feature in said["features"]}


def point(x: float) -> str:
    return f"POINT({EAST + x + 25} {NORTH + 25})"


BOX = f"POLYGON(({EAST - 10} {NORTH - 10},{EAST + 1100} {NORTH - 10},{EAST + 1100} {NORTH + 90},{EAST - 10} {NORTH + 90},{EAST - 10} {NORTH - 10}))"
SELECTS: list[tuple[str, set[str]]] = [
    ("code = 'p1'", {"p1"}),
    ("code <> 'p1'", {"p2", "p3", "p4"}),
    ("'p3' <= code", {"p3", "p4"}),
    ("budget > 100", {"p1", "p2"}),
    ("budget = 100.5", {"p1"}),
    ("physical_progress_pct >= 10 AND physical_progress_pct < 100", {"p1", "p3"}),
    ("NOT code = 'p1' AND NOT (code = 'p2' OR code = 'p3')", {"p4"}),
    ("budget IS NULL", {"p3"}),
    ("budget IS NOT NULL", {"p1", "p2", "p4"}),
    ("geometry IS NULL", set()),
    ("title_en LIKE 'Harbour%'", {"p1"}),
    ("title_en NOT LIKE '%a%'", {"p4"} - {"p4"}),
    ("CASEI(title_en) LIKE casei('HARBOUR%')", {"p1", "p2"}),
    ("ACCENTI(title_en) = ACCENTI('Reseau d''eau')", {"p4"}),
    ("CASEI(ACCENTI(title_en)) = 'reseau d''eau'", {"p4"}),
    ("ACCENTI(title_ar) = 'مدرسة'", {"p1"}),
    ("title_ar = 'مدرسة'", set()),
    ("title_en LIKE '%O''Hara'", {"p3"}),
    ("title_en LIKE 'Harbour_Quay'", {"p1"}),
    ("title_en LIKE 'Harbour\\_Quay'", set()),
    ("budget BETWEEN 0 AND 100.5", {"p1", "p4"}),
    ("budget NOT BETWEEN 0 AND 100.5", {"p2"}),
    ("code IN ('p1', 'p4', 'none')", {"p1", "p4"}),
    ("code NOT IN ('p1', 'p4')", {"p2", "p3"}),
    ("physical_progress_pct IN (10, 50)", {"p1", "p3"}),
    ("budget + 1 > 2 * 50", {"p1", "p2"}),
    ("budget / 0 > 1", set()),
    ("budget % 2 = 0", {"p2", "p4"}),
    ("budget div 100 = 1", {"p1"}),
    ("physical_progress_pct ^ 2 = 2500", {"p3"}),
    ("-physical_progress_pct < -50", {"p4"}),
    ("budget > physical_progress_pct", {"p1"}),
    ("illustrative", set()),
    ("NOT illustrative", EVERY),
    ("illustrative = false", EVERY),
    ("TRUE", EVERY),
    ("(budget IS NULL) = true", {"p3"}),
    ("\"code\" = 'p2'", {"p2"}),
    ("starts_on > DATE('2026-01-01')", {"p2", "p4"}),
    ("starts_on >= '2027-01-01'", {"p2", "p4"}),
    ("starts_on BETWEEN DATE('2026-01-01') AND DATE('2027-01-01')", {"p1", "p2"}),
    ("T_AFTER(starts_on, DATE('2027-01-01'))", {"p4"}),
    ("T_BEFORE(ends_on, DATE('2026-07-01'))", {"p3"}),
    ("T_DURING(starts_on, INTERVAL('2025-12-31', '2027-12-31'))", {"p1", "p2"}),
    ("T_INTERSECTS(INTERVAL(starts_on, ends_on), INTERVAL('2026-06-01', '2026-06-30'))", {"p1", "p3"}),
    ("T_INTERSECTS(INTERVAL(starts_on, ends_on), INTERVAL('2029-01-01', '..'))", {"p4"}),
    ("T_EQUALS(INTERVAL(starts_on, ends_on), INTERVAL('2026-01-01', '2026-12-31'))", {"p1"}),
    ("T_DISJOINT(INTERVAL(starts_on, ends_on), INTERVAL('2026-01-01', '2026-12-31'))", {"p2", "p4"}),
    ("T_STARTS(INTERVAL(starts_on, ends_on), INTERVAL('2026-01-01', '..'))", {"p1"}),
    ("T_CONTAINS(INTERVAL(starts_on, ends_on), INTERVAL('2027-06-01', '2027-07-01'))", {"p2"}),
    ("T_MEETS(INTERVAL(starts_on, ends_on), DATE('2026-12-31'))", {"p1"}),
    ("T_OVERLAPS(INTERVAL(starts_on, ends_on), INTERVAL('2026-06-01', '2027-06-01'))", {"p1", "p3"}),
    ("A_CONTAINS(sectors, ('PRT'))", {"p1", "p2"}),
    ("A_EQUALS(sectors, ('ENE', 'PRT'))", {"p1"}),
    ("A_CONTAINEDBY(sectors, ('ENE', 'EDU'))", {"p3", "p4"}),
    ("A_OVERLAPS(sectors, ('ENE', 'EDU'))", {"p1", "p3", "p4"}),
    (f"S_INTERSECTS(geometry, {BOX})", {"p1", "p2"}),
    (f"S_WITHIN(geometry, {BOX})", {"p1", "p2"}),
    (f"S_CONTAINS({BOX}, geometry)", {"p1", "p2"}),
    (f"S_DISJOINT(geometry, {BOX})", {"p3", "p4"}),
    (f"S_EQUALS(geometry, {point(2000)})", {"p3"}),
    (f"S_INTERSECTS(geometry, BBOX({EAST}, {NORTH}, {EAST + 50}, {NORTH + 50}))", {"p1"}),
    (f"S_INTERSECTS(geometry, GEOMETRYCOLLECTION({point(0)}, {point(3000)}))", {"p1", "p4"}),
    (f"S_DISJOINT(geometry, GEOMETRYCOLLECTION({point(0)}, {point(3000)}))", {"p2", "p3"}),
    (f"S_INTERSECTS(geometry, {BOX}) AND budget > 1000", {"p2"}),
    ("code = 'x'' OR 1=1 --'", set()),
    ("code = '\\'' OR ''1''=''1'", set()),
    ("code = ';DROP TABLE register.plot'", set()),
]


# What the grammar of the standard has beside these, each construct once.
EAST_1, NORTH_1 = EAST + 25, NORTH + 25
"""Where p1 is; the others lie in a row to the east of it."""
AROUND_2 = f"({EAST + 1000} {NORTH},{EAST + 1050} {NORTH},{EAST + 1050} {NORTH + 50},{EAST + 1000} {NORTH + 50},{EAST + 1000} {NORTH})"
SPAN = "INTERVAL(starts_on, ends_on)"
SELECTS += [
    ("1 = 1", EVERY),
    ("'a' = 'b'", set()),
    ("code = code", EVERY),
    ("code = 'p1' OR code = 'p2' AND budget < 0", {"p1"}),
    ("(code = 'p1' OR code = 'p2') AND budget < 1000", {"p1"}),
    ("NOT code = 'p1' OR code = 'p1'", EVERY),
    ("NOT (code = 'p1' OR code = 'p2')", {"p3", "p4"}),
    ("code in ('p1') or not code like 'p_' or budget between 2000 and 3000", {"p1", "p2"}),
    ("1 + 2 * 3 = 7 AND (1 + 2) * 3 = 9", EVERY),
    ("10 - 4 - 3 = 3 AND 100 / 10 / 5 = 2", EVERY),
    ("2 * 3 ^ 2 = 18 AND 2 ^ (3 ^ 2) = 512 AND (2 ^ 3) ^ 2 = 64", EVERY),
    ("2 ^ -1 = 0.5 AND 2 ^ 2 + 3 ^ 2 = 13", EVERY),
    ("budget = 1.005E2", {"p1"}),
    ("budget = +100.5", {"p1"}),
    ("budget = 2500.", {"p2"}),
    ("budget < 1e-1", {"p4"}),
    ("budget > .5 AND title_en <> '.5'", {"p1", "p2"}),
    ("-budget < -1000", {"p2"}),
    ("budget + 1 IS NULL", {"p3"}),
    ("(budget > 0) IS NULL", {"p3"}),
    ("(code = 'p1') IS NOT NULL", EVERY),
    ("CASEI(title_en) IS NULL", set()),
    ("budget IN (100 + 0.5, physical_progress_pct * 250)", {"p1"}),
    ("starts_on IN (DATE('2026-01-01'), DATE('2028-01-01'))", {"p1", "p4"}),
    ("CASEI(title_en) IN (CASEI('HARBOUR QUAY'), 'none')", {"p1"}),
    ("CASEI(ACCENTI(title_en)) LIKE ACCENTI(CASEI('RÉ%'))", {"p4"}),
    ("title_en LIKE ''", set()),
    ("physical_progress_pct BETWEEN budget - 100 AND budget + 1", {"p1"}),
    ("illustrative <> true", EVERY),
    ("illustrative IN (true)", set()),
    ("DATE('2027-01-01') <= starts_on", {"p2", "p4"}),
    ("TIMESTAMP('2026-01-01T00:00:00.5Z') > TIMESTAMP('2026-01-01T00:00:00Z')", EVERY),
    ("T_INTERSECTS(INTERVAL('2026-01-01T00:00:00Z', '..'), TIMESTAMP('2027-01-01T00:00:00Z'))", EVERY),
    (f"T_FINISHES({SPAN}, INTERVAL('2025-01-01', '2026-12-31'))", {"p1"}),
    (f"T_FINISHEDBY({SPAN}, INTERVAL('2026-06-01', '2026-12-31'))", {"p1"}),
    (f"T_METBY({SPAN}, INTERVAL('2020-01-01', '2027-01-01'))", {"p2"}),
    (f"T_OVERLAPPEDBY({SPAN}, INTERVAL('2025-06-01', '2026-06-01'))", {"p1"}),
    (f"T_STARTEDBY({SPAN}, INTERVAL('2027-01-01', '2027-06-01'))", {"p2"}),
    (f"T_DURING(DATE('2027-06-01'), {SPAN})", {"p2"}),
    ("T_BEFORE(INTERVAL('..', '2026-12-01'), starts_on)", {"p2", "p4"}),
    ("T_AFTER(DATE('2027-06-01'), starts_on)", {"p1", "p2"}),
    ("T_AFTER(ends_on, starts_on)", {"p1", "p2"}),
    (f"S_TOUCHES(geometry, LINESTRING({EAST_1} {NORTH_1}, {EAST_1} {NORTH_1 + 500}))", {"p1"}),
    (f"S_CROSSES(LINESTRING({EAST} {NORTH}, {EAST + 9} {NORTH + 9}), LINESTRING({EAST} {NORTH + 9}, {EAST + 9} {NORTH}))", EVERY),
    (f"S_OVERLAPS({BOX}, POLYGON({AROUND_2}))", set()),
    (f"S_CONTAINS({BOX}, POLYGON({AROUND_2}))", EVERY),
    (f"S_INTERSECTS(geometry, MULTIPOINT(({EAST_1} {NORTH_1}), ({EAST_1 + 3000} {NORTH_1})))", {"p1", "p4"}),
    (f"S_INTERSECTS(geometry, MULTILINESTRING(({EAST_1 + 900} {NORTH_1}, {EAST_1 + 2100} {NORTH_1}), (0 0, 1 1)))", {"p2", "p3"}),
    (f"S_WITHIN(geometry, MULTIPOLYGON(({AROUND_2}), ((0 0, 1 0, 1 1, 0 0))))", {"p2"}),
    (f"S_INTERSECTS(geometry, {BOX[:-1]},{AROUND_2}))", {"p1"}),
    (f"S_INTERSECTS(geometry, POINT Z({EAST_1} {NORTH_1} 5))", {"p1"}),
    (f"S_INTERSECTS(geometry, BBOX({EAST}, {NORTH}, -10, {EAST + 50}, {NORTH + 50}, 10))", {"p1"}),
    (f"s_intersects(bbox({EAST}, {NORTH}, {EAST + 50}, {NORTH + 50}), geometry)", {"p1"}),
    ("S_EQUALS(geometry, geometry)", EVERY),
    ("A_EQUALS(('PRT'), sectors)", {"p2"}),
    ("A_CONTAINS(('PRT', 'ENE'), sectors)", {"p1", "p2", "p3"}),
    ("A_OVERLAPS(sectors, sectors)", EVERY),
]  # fmt: skip
CODE, BUDGET, SECTORS, PLACE = ({"property": name} for name in ("code", "budget", "sectors", "geometry"))
WRITTEN: list[tuple[dict[str, Any], set[str]]] = [
    ({"op": "between", "args": [BUDGET, 0, 100.5]}, {"p1", "p4"}),
    ({"op": "in", "args": [CODE, ["p1", "p3"]]}, {"p1", "p3"}),
    ({"op": "not", "args": [{"op": "isNull", "args": [BUDGET]}]}, {"p1", "p2", "p4"}),
    ({"op": "like", "args": [{"op": "casei", "args": [{"property": "title_en"}]}, {"op": "casei", "args": ["HARBOUR%"]}]}, {"p1", "p2"}),
    ({"op": "and", "args": [True, {"op": ">=", "args": [{"op": "div", "args": [BUDGET, 100]}, 1]}, {"op": "<>", "args": [CODE, "p2"]}]}, {"p1"}),
    ({"op": "=", "args": [{"op": "^", "args": [{"op": "^", "args": [2, 3]}, 2]}, 64]}, EVERY),
    ({"op": "=", "args": [{"op": "%", "args": [BUDGET, 1000]}, 500]}, {"p2"}),
    ({"op": ">", "args": [{"property": "starts_on"}, {"date": "2026-06-01"}]}, {"p2", "p4"}),
    ({"op": "t_intersects", "args": [{"interval": [{"property": "starts_on"}, {"property": "ends_on"}]}, {"interval": ["2029-01-01", ".."]}]}, {"p4"}),
    ({"op": "t_finishedBy", "args": [{"interval": [{"property": "starts_on"}, {"property": "ends_on"}]}, {"interval": ["2026-06-01", "2026-12-31"]}]}, {"p1"}),
    ({"op": "s_intersects", "args": [PLACE, {"bbox": [EAST, NORTH, EAST + 50, NORTH + 50]}]}, {"p1"}),
    ({"op": "s_within", "args": [PLACE, {"type": "Polygon", "coordinates": [[[EAST, NORTH], [EAST + 50, NORTH], [EAST, NORTH + 60], [EAST, NORTH]]]}]}, {"p1"}),
    ({"op": "s_disjoint", "args": [PLACE, {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [EAST_1, NORTH_1]}]}]}, {"p2", "p3", "p4"}),
    ({"op": "a_containedBy", "args": [SECTORS, ["ENE", "EDU"]]}, {"p3", "p4"}),
    ({"op": "a_contains", "args": [SECTORS, []]}, EVERY),
]  # fmt: skip
"""As clients write JSON, which is not always as our parser would write the same text."""


@pytest.mark.parametrize(
    ("tree", "codes"), WRITTEN, ids=lambda value: value.get("op") if isinstance(value, dict) else ""
)
def test_a_filter_written_in_json_selects_what_it_says(
    client: httpx.Client, tree: dict[str, Any], codes: set[str]
) -> None:
    assert found(client, json.dumps(tree), **{"filter-crs": LEGAL, "filter-lang": "cql2-json"}) == codes


@pytest.mark.parametrize(("text", "codes"), SELECTS)
def test_a_filter_selects_what_it_says_in_text_and_in_json(client: httpx.Client, text: str, codes: set[str]) -> None:
    assert found(client, text, **{"filter-crs": LEGAL}) == codes
    as_json = json.dumps(tree_of(text, "cql2-text"), ensure_ascii=False)
    assert found(client, as_json, **{"filter-crs": LEGAL, "filter-lang": "cql2-json"}) == codes


def test_places_are_longitude_and_latitude_unless_another_system_is_named(client: httpx.Client) -> None:
    here = asked(client, "code = 'p1'").json()["features"][0]["geometry"]["coordinates"]
    near = f"{here[0] - 0.001}, {here[1] - 0.001}, {here[0] + 0.001}, {here[1] + 0.001}"
    assert found(client, f"S_INTERSECTS(geometry, BBOX({near}))") == {"p1"}
    turned = f"{here[1] - 0.001}, {here[0] - 0.001}, {here[1] + 0.001}, {here[0] + 0.001}"
    latitude_first = {"filter-crs": "http://www.opengis.net/def/crs/EPSG/0/4326"}
    assert found(client, f"S_INTERSECTS(geometry, BBOX({turned}))", **latitude_first) == {"p1"}
    close = f"S_WITHIN(geometry, POLYGON(({here[1]} {here[0] - 1}, {here[1] + 1} {here[0]}, {here[1]} {here[0] + 0.001}, {here[1] - 1} {here[0]}, {here[1]} {here[0] - 1})))"
    assert "p1" in found(client, close, **latitude_first)
    assert found(client, "S_INTERSECTS(geometry, BBOX(177, 65, -177, 70))") == set()


def test_a_filter_joins_all_other_questions_and_is_kept_by_the_next_page(client: httpx.Client) -> None:
    answer = client.get(
        PROJECTS, params={"filter": "budget >= 0", "sortby": "-budget", "limit": "1", "properties": "code"}
    )
    codes = []
    while True:
        said = answer.json()
        codes += [feature["properties"] for feature in said["features"]]
        following = next((link["href"] for link in said["links"] if link["rel"] == "next"), None)
        if following is None:
            break
        answer = client.get(following)
    assert codes == [{"code": "p2"}, {"code": "p1"}, {"code": "p4"}]
    assert found(client, "budget >= 0", code="p1") == {"p1"}


REFUSED = [
    ("cql2-text", text)
    for text in (
        "", " ", "=", "code =", "code = 'p1", "code", "1", "'a'", "code = 1", "budget = 'a'", "budget LIKE 'a'", "budget AND true",
        "nothing = 1", "price = 1", "ctid = 1", "xmin = 1", "id = 'a'", "geom IS NULL", "plot.code = 'a'",
        "pg_sleep(10) = 1", "version() = 'x'", "lo_import('x') = 1", "upper(code) = 'A'", "S_BUFFER(geometry, 1)",
        "code = 'a'; DROP TABLE x", "code = U&'a'", "code ~ 'a'", "code = $$a$$", "code::text = 'a'", "code || 'a' = 'b'",
        f"title_en LIKE '{'%_' * 40}'", "title_en LIKE 'a\\'", "title_en LIKE code", "title_en LIKE 'a' ESCAPE 'b'",
        "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))",
        "S_INTERSECTS(geometry, SRID=4326;POINT(0 0))", "S_INTERSECTS(geometry, CIRCULARSTRING(0 0, 1 1, 2 0))",
        "S_INTERSECTS(geometry, POINT(200 0))", "S_INTERSECTS(geometry, POINT(0 1e400))", "S_INTERSECTS(geometry, BBOX(1,2,3))",
        "S_INTERSECTS(geometry, BBOX(0, 2, 1, 1))", "S_INTERSECTS(code, POINT(0 0))", "S_INTERSECTS(geometry)",
        "S_TOUCHES(geometry, GEOMETRYCOLLECTION(POINT(0 0)))", "S_INTERSECTS(geometry, 'POINT(0 0)')",
        "starts_on = DATE('9999999-01-01')", "starts_on = DATE('2026-02-30')", "starts_on = DATE('0000-01-01')",
        "starts_on = TIMESTAMP('2026-01-01T00:00:00Z')", "starts_on = TIMESTAMP('2026-01-01T00:00:60Z')", "starts_on = 'soon'",
        "T_AFTER(starts_on, '..')", "T_AFTER(starts_on, 5)", "T_AFTER(code, DATE('2026-01-01'))",
        "T_INTERSECTS(starts_on, INTERVAL('2027-01-01', '2026-01-01'))", "T_INTERSECTS(starts_on, INTERVAL('..', '..'))",
        "T_LATER(starts_on, DATE('2026-01-01'))", "T_AFTER(starts_on, TIMESTAMP('2026-01-01T00:00:00Z'))",
        "A_CONTAINS(code, ('a'))", "A_CONTAINS(sectors, (1))", "sectors = 'ENE'", "illustrative > false",
        "budget + 'a' = 1", "budget ^ 9999 > 1", "2 ^ 3 ^ 2 = 512", "(budget + 1) ^ -2 ^ physical_progress_pct > 1", "avg(budget) = 1",
        "S_WITHIN(geometry, BUFFER(geometry, 10))", "A_CONTAINS(sectors, ())", "code = 'it\\'s'", f"code IN ({','.join(['1'] * 101)})",
    )
] + [
    ("cql2-json", text)
    for text in (
        "", "[]", "null", "{}", "1", "true false", '{"op":"="}', '{"op":"=","args":[]}', '{"op":"=","args":[{"property":"code"}]}',
        '{"op":"=","args":[{"property":"code"},NaN]}', '{"op":"=","args":[{"property":"budget"},1e400]}',
        '{"op":"=","op":"<>","args":[{"property":"code"},"p1"]}', '{"op":5,"args":[1,1]}', '{"op":"and","args":[]}',
        '{"op":"=","args":[{"property":["code"]},"p1"]}', '{"op":"=","args":[{"property":"code"},{"a":1}]}',
        '{"op":"pg_sleep","args":[1]}', '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":["a",0]}]}',
        '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[]}]}',
        '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Feature","geometry":null}]}',
        '{"op":"in","args":[{"property":"code"},"p1"]}', '{"op":"t_after","args":[{"interval":["a"]},{"date":"2026-01-01"}]}',
        '{"op":"like","args":[{"property":"code"},{"op":"casei","args":[]}]}', "code = 'p1'",
    )
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), REFUSED)
def test_what_is_no_filter_is_refused_with_what_was_expected(client: httpx.Client, language: str, text: str) -> None:
    answer = asked(client, text, **{"filter-lang": language})
    assert answer.status_code == 400, answer.text
    assert answer.json()["parameter"] == "filter"
    assert answer.json()["expected"]


def test_a_column_that_is_hidden_and_one_that_never_was_are_refused_in_the_same_words(client: httpx.Client) -> None:
    hidden, absent = (asked(client, f"{name} = 'a'").json() for name in ("recorded_from", "surprise"))
    assert hidden["expected"] == absent["expected"]


DEEP: list[tuple[str, str]] = [
    ("cql2-text", "(" * 5000 + "TRUE" + ")" * 5000),
    ("cql2-text", "NOT " * 1500 + "TRUE"),
    ("cql2-text", " OR ".join(["TRUE"] * 1200)),
    ("cql2-text", "(" * (DEEPEST + 1) + "TRUE" + ")" * (DEEPEST + 1)),
    ("cql2-text", "budget = " + "- " * 1500 + "1"),
    ("cql2-text", "S_INTERSECTS(geometry, " + "GEOMETRYCOLLECTION(" * 200 + "POINT(0 0)" + ")" * 201),
    ("cql2-text", "code = '" + "a" * LONGEST + "'"),
    ("cql2-json", '{"op":"not","args":[' * 200 + "true" + "]}" * 200),
    ("cql2-json", "[" * 4000),
    ("cql2-json", json.dumps({"op": "or", "args": [True] * (MOST_WORDS + 1)})),
]


@pytest.mark.parametrize(("language", "text"), DEEP)
def test_depth_and_length_are_measured_before_anything_is_parsed(
    client: httpx.Client, language: Any, text: str
) -> None:
    with pytest.raises(NotCql2, match="≤"):
        tree = tree_of(text, language)
        # Text that the parser may see can still be refused by the walk; it must not get deep.
        raise NotCql2(f"≤ {len(json.dumps(tree))}")
    # Brackets are three letters each in an address, so that some are refused for its length.
    assert asked(client, text, **{"filter-lang": language}).status_code in (400, 414)


def test_at_the_limits_the_parser_still_answers(client: httpx.Client) -> None:
    assert found(client, "(" * DEEPEST + "code = 'p1'" + ")" * DEEPEST) == {"p1"}
    assert found(client, "NOT " * DEEPEST + "code = 'p1'") == {"p1"}
    assert found(client, " OR ".join(f"code = 'p{i % 2 + 1}'" for i in range(40))) == {"p1", "p2"}


def test_the_languages_are_named(client: httpx.Client) -> None:
    answer = client.get(PROJECTS, params={"filter-lang": "sql"})
    assert answer.status_code == 400
    assert answer.json()["expected"] == "cql2-text, cql2-json"
