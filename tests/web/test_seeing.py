# SPDX-License-Identifier: Apache-2.0
"""What the map shows is there, is not covered, and is said in the reader's own words."""

import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Register
from tests.web.conftest import DESKTOP, PATIENCE_S, PHONE, Open, drawn, in_map, until

SHEET_OR_DRAWER = ("#card", "#compare")


def outlined_in_the_open(page: Page, role: str) -> bool:
    """Whether everything outlined in this role lies in the map and under no card, drawer or panel."""
    return bool(
        page.evaluate(
            """async (role) => {
            const { map } = await import(document.documentElement.dataset.map);
            const { page } = await import("/static/page.js");
            const place = map.getContainer().getBoundingClientRect();
            const shown = page.outlines.shown(role);
            const pieces = [];
            for (const { layer, id } of shown) layer.eachPiece(id, (feature, frame, corner) => {
              const [left, top, right, bottom] = feature.box.map((n, i) => n * frame.scale + (i % 2 ? frame.dy + corner.y : frame.dx + corner.x));
              const moved = map.layerPointToContainerPoint([0, 0]);
              pieces.push([left + moved.x, top + moved.y, right + moved.x, bottom + moved.y]);
            });
            const covers = [...document.querySelectorAll("#card, #compare, #panel")].filter((e) => !e.hidden).map((e) => e.getBoundingClientRect());
            const free = ([left, top, right, bottom]) => left >= 0 && top >= 0 && right <= place.width && bottom <= place.height
              && !covers.some((c) => left + place.left < c.right && right + place.left > c.left && top + place.top < c.bottom && bottom + place.top > c.top);
            return shown.length > 0 && pieces.length >= shown.length && pieces.every(free);
            }""",
            role,
        )
    )


def in_the_open(page: Page, role: str) -> None:
    drawn(page)
    deadline = time.monotonic() + PATIENCE_S
    while not outlined_in_the_open(page, role):
        assert time.monotonic() < deadline, f"{role} is covered at {page.url}"
        page.wait_for_timeout(40)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_what_a_card_or_a_comparison_is_about_lies_in_the_open(open_page: Open, size: tuple[int, int]) -> None:
    page = open_page("/map?lang=ar&compare=A01-001,C02-002&at=16/31.20900/16.63400", size)
    in_the_open(page, "compared")
    page = open_page("/map?lang=en&plot=C02-002", size)
    in_the_open(page, "chosen")
    if size == PHONE:
        expect(page.locator("#card [data-compare]")).to_be_in_viewport()  # at hand while the facts are read
    # What is clicked near the lower edge must not vanish under its own card.
    page = open_page("/map?lang=en&at=16/31.20900/16.63400", size)
    spot: Any = in_map(
        page,
        """const { x, y } = map.getSize(); const place = map.getContainer().getBoundingClientRect();
        for (let up = 75; up < 240; up += 10) for (let left = 90; left < x - 40; left += 15) {
          const at = map.containerPointToLatLng([left, y - up]);
          if (layers.plots.at(at)) return [left + place.left, y - up + place.top];
        } return null;""",
    )
    page.mouse.click(*spot)
    expect(page.locator("#card-title")).to_be_visible()
    in_the_open(page, "chosen")


def test_a_plots_own_address_asks_for_no_tile_in_vain(open_page: Open, address: str) -> None:
    page = open_page("/map?lang=en&at=15/31.209/16.634")
    asked: list[str] = []
    left: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/plots/tiles/" in request.url else None)
    page.on("requestfailed", lambda request: left.append(request.url))
    page.goto(f"{address}/map?plot=C02-002&lang=en")
    drawn(page)
    assert left == []
    assert asked
    assert len({url.split("/tiles/WebMercatorQuad/")[1].split("/")[0] for url in asked}) == 1, "one zoom only"


def test_the_year_leaves_nothing_of_projects_that_it_hides(open_page: Open, sirte_on_the_web: Register) -> None:
    with sirte_on_the_web.connect("marsa_public") as connection:
        row = connection.execute(
            "select start_year, ST_X(p), ST_Y(p) from (select start_year, ST_Centroid(geom_4326) as p from published.projects"
            " where start_year > 2024 and ST_Dimension(geom) = 0 order by code limit 1) one"
        ).fetchone()
    assert row is not None
    page = open_page(f"/map?lang=en&at=17/{row[2]}/{row[1]}&hide=plots,zones,road_reserves")
    painted = """const world = map.project(given, layers.projects._tileZoom).divideBy(512); const { x, y } = world.floor();
        const { el } = layers.projects._tiles[`${x}:${y}:${layers.projects._tileZoom}`];
        const at = [world.x - x, world.y - y].map((part) => Math.floor(part * el.width) - 12);
        const { data } = el.getContext("2d").getImageData(...at, 24, 24);
        return data.filter((_, i) => i % 4 === 3).some((alpha) => alpha > 0);"""
    where = {"lng": row[1], "lat": row[2]}
    until(page, painted, where)
    page.locator("#tab-layers").click()
    page.locator(".year input").fill(str(int(str(row[0])) - 1))
    until(page, painted.replace("return data", "return !data"), where)
    assert in_map(page, "return layers.projects.at(given);", where) is None
    page.locator(".year input").fill(str(row[0]))
    until(page, painted, where)


def test_land_use_and_charge_are_told_at_every_zoom_that_shows_plots(open_page: Open) -> None:
    page = open_page("/map?lang=en&at=14/31.209/16.634&by=land_use")
    missing = """const found = Object.values(layers.plots._tiles).flatMap(({ el }) => el.data?.features ?? []);
        return [found.length, found.filter(({ props }) => props[given] === undefined).length];"""
    counted: Any = in_map(page, missing, "land_use")
    total, unknown = counted
    assert total > 100
    assert unknown == 0
    page.locator('input[name="by"][value="public_status"]').check(force=True)
    drawn(page)
    assert in_map(page, "return layers.plots._tileZoom;") == 14, "where the status is enough the light tiles are"


def test_arabic_measures_carry_no_latin_unit(open_page: Open) -> None:
    page = open_page("/map?lang=ar&at=12/31.209/16.634")
    latin = "() => [...document.querySelectorAll('#scale, #measured-length, #measured-area')].map((e) => e.textContent).join(' ')"
    page.locator("#tool-measure").click()
    box = page.locator("#map_main").bounding_box()
    assert box is not None
    for x, y in ((200, 200), (700, 220), (600, 500)):
        page.mouse.click(box["x"] + x, box["y"] + y)
    words = str(page.evaluate(latin))
    assert "كم" in words
    assert "هكتار" in words
    assert not any("a" <= letter.lower() <= "z" for letter in words)
    page.goto(page.url.split("/map")[0] + "/map/print?lang=ar&at=15/31.209/16.634")
    bar = page.locator(".bar-ends").text_content() or ""
    assert "م" in bar
    assert not any("a" <= letter.lower() <= "z" for letter in bar)


def test_enter_opens_what_alone_was_found_and_arrows_walk_the_rest(open_page: Open) -> None:
    page = open_page("/map?lang=en")
    search = page.locator("#q")
    search.fill("C02-002")
    search.press("Enter")
    expect(page.locator("#card-title")).to_have_text("C02-002")
    search.fill("C02")
    page.locator("#found a").nth(2).wait_for()
    found = page.locator("#found a")
    search.press("ArrowDown")
    expect(found.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(found.nth(1)).to_be_focused()
    title = found.nth(1).locator(".found-title").text_content() or ""
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(search).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#card-title")).to_have_text(title)


def test_every_door_of_the_first_page_opens_what_it_says(open_page: Open) -> None:
    page = open_page("/?f=html&lang=ar")
    doors = page.locator("main a[href^='/map?']").evaluate_all("(links) => links.map((link) => link.href)")
    known = {"lang", "status", "by", "plot", "object", "at", "show"}
    words = {word for door in doors for word, _ in parse_qsl(urlsplit(door).query)}
    assert words <= known, "a word that the map does not know is a door to something else"
    page.goto(next(door for door in doors if "by=rent" in door))
    expect(page.locator('input[name="by"][value="rent"]')).to_be_checked()
