# SPDX-License-Identifier: Apache-2.0
"""Drawings are found wherever they lie, an open map follows the register, and the map says where its own data ends."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from layers.embedded import Cluster
from tests.conftest import Register
from tests.serving import serving
from tests.web.conftest import Open, Watched, in_map, until

TRIPOLI = {"lng": 13.2, "lat": 32.8}
TOBRUK = {"lng": 23.9, "lat": 32.0}


def draw(register: Register, title: str, where: dict[str, float]) -> str:
    """Puts a drawing of one square kilometre on the map, as an import does; its number."""
    with register.connect() as connection:
        row = connection.execute(
            """
            with paper as (insert into register.source (kind, title_ar, title_en) values ('file', %(t)s, %(t)s) returning id),
            drawing as (insert into register.reference_drawing (title, file_kind, source_id)
              select %(t)s, 'geojson', id from paper returning id, source_id),
            area as (insert into register.reference_area (drawing_id, drawing_layer, ref, label, source_id, geom)
              select id, 'plan', '1', %(t)s, source_id,
                ST_Multi(ST_Expand(ST_Transform(ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326), 3201), 500)) from drawing)
            select id::text from paper
            """,
            {"t": title, **where},
        ).fetchone()
    assert row is not None
    return str(row[0])


@pytest.fixture
def own(cluster: Cluster, template: str) -> Iterator[tuple[Register, str]]:
    """A register of its own with a drawing at Tripoli, and where it is served."""
    register = Register(cluster, "followed")
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database {register.name} template {template}")
    draw(register, "مخطط <b>طرابلس</b>", TRIPOLI)
    with serving(register) as served:
        yield register, served


def shows(page: Page, where: dict[str, float]) -> None:
    until(page, "return map.getBounds().contains(given) && layers.reference_areas.at(given) !== null;", where)


def test_a_drawing_is_listed_found_and_followed(browser: Browser, own: tuple[Register, str], watched: Watched) -> None:
    register, served = own
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    watched.watch(page, served)
    page.goto(f"{served}/map?lang=ar")
    page.locator("#tab-layers").click()
    entry = page.locator(".drawings li")
    expect(entry).to_contain_text("مخطط <b>طرابلس</b>")
    entry.get_by_role("link").click()
    shows(page, TRIPOLI)
    number = page.locator("[data-drawing]").get_attribute("data-drawing")
    assert f"drawing={number}" in page.url

    # The address that the import's report gives.
    page.goto(f"{served}/map?lang=en&drawing={number}")
    shows(page, TRIPOLI)
    page.goto(f"{served}/map?lang=en&drawing=00000000-0000-0000-0000-000000000000")
    expect(page.locator("#note-line")).to_contain_text("not on the map")

    # Another comes in while the map stands open: even far outside of what the layer reached until now.
    draw(register, "Tobruk", TOBRUK)
    in_map(page, "map.setView(given, 14, { animate: false });", TOBRUK)
    deadline = 20
    while deadline and in_map(page, "return layers.reference_areas.at(given);", TOBRUK) is None:
        page.evaluate("async () => (await import('/static/page.js')).page.versions.ask()")
        page.wait_for_timeout(250)
        deadline -= 1
    shows(page, TOBRUK)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("async () => (await import('/static/page.js')).page.versions.ask()")
    assert [url.split("/map/")[1] for url in asked] == ["versions"], "nothing has changed: nothing else is asked"
    # A layer that nobody had anything in is none of this map's; the reader is told.
    expect(page.locator("#note-new")).to_be_hidden()
    with register.connect() as connection:
        connection.execute(
            "insert into register.reference_point (drawing_id, drawing_layer, ref, source_id, geom)"
            " select drawing_id, 'plan', '2', source_id, ST_Multi(ST_Centroid(geom)) from register.reference_area limit 1"
        )
    for _ in range(20):
        page.evaluate("async () => (await import('/static/page.js')).page.versions.ask()")
        if page.locator("#note-new").is_visible():
            break
        page.wait_for_timeout(250)
    expect(page.locator("#note-new")).to_be_visible()
    context.close()


def test_where_the_map_knows_nothing_it_shows_neither_land_nor_sea(open_page: Open) -> None:
    page = open_page("/map?lang=ar&at=9/31.2/16.6")
    looked: Any = in_map(
        page,
        """await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
        const { _canvas, _corner, _ratio } = map.beyond;
        const alpha = (place) => {
          const { x, y } = map.latLngToLayerPoint(place).subtract(_corner).multiplyBy(_ratio);
          return _canvas.getContext("2d").getImageData(Math.round(x), Math.round(y), 1, 1).data[3];
        };
        const known = map.known;
        return [alpha([known.getSouth() - 0.05, known.getCenter().lng + 0.2]), alpha(known.getCenter()), map.beyond._words];""",
    )
    outside, inside, words = looked
    assert outside == 255
    assert inside == 0
    assert "لا بيانات" in words
