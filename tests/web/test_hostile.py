# SPDX-License-Identifier: Apache-2.0
"""What is in the register is text on every page, whoever wrote it; and a page that stays open learns of changes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Register
from tests.layers.land import a_block, a_plot, a_zone, square
from tests.serving import serving
from tests.web.conftest import Watched, drawn, in_map, until

EVIL = "<img src=x onerror=document.title='taken'>"


@pytest.fixture
def evil_page(browser: Browser, register: Register) -> Iterator[Page]:
    with register.connect() as connection:
        zone = a_zone(connection)
        connection.execute("update register.zone set name_ar = %s, name_en = %s where id = %s", [EVIL, EVIL, zone])
        a_plot(connection, a_block(connection, zone), EVIL, square(0, 0, 200))
    with serving(register) as served:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{served}/map?lang=en")
        drawn(page)
        yield page
        page.close()


def test_no_name_of_the_register_becomes_markup(evil_page: Page) -> None:
    page = evil_page
    page.locator("#q").fill("onerror")
    expect(page.locator("#found")).to_contain_text("onerror")
    page.locator("#rows .row-link").first.click()
    expect(page.locator("#card-title")).to_have_text(EVIL)
    page.locator("[data-compare]").click()
    expect(page.locator("#compare thead")).to_contain_text("onerror")
    in_map(page, "map.setZoom(17, { animate: false });")
    drawn(page)
    box = page.locator("#map_main").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 150)
    page.mouse.move(box["x"] + box["width"] / 2 + 3, box["y"] + 150)
    assert page.evaluate("() => document.querySelectorAll('img[src=x], [onerror]').length") == 0
    assert page.title() != "taken"


def test_an_open_map_shows_a_new_plot_after_the_next_question(evil_page: Page, register: Register) -> None:
    page = evil_page
    with register.connect() as connection:
        row = connection.execute("select id from register.block").fetchone()
        assert row is not None
        a_plot(connection, row[0], "NEW-1", square(300, 0, 200))  # type: ignore[arg-type]
    page.locator('select[name="sort"]').select_option("-area_m2")
    expect(page.locator("#rows .row")).to_have_count(2)
    until(
        page,
        "return Object.values(layers.plots._tiles).some(({ el }) => (el.data?.byId.size ?? 0) === 2);",
    )


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_numbers_are_written_on_the_plots_when_the_reader_is_near(evil_page: Page, lang: str) -> None:
    page = evil_page
    page.goto(page.url.split("/map")[0] + f"/map?lang={lang}")
    drawn(page)
    # The layer's bounds are those of the zone; the plot lies at its corner.
    in_map(page, "map.setView([31.2106, 16.6273], 17, { animate: false });")
    drawn(page)
    until(page, "return (await import('/static/page.js')).labels.placed > 0;")


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_an_empty_register_is_a_map_without_plots(
    browser: Browser, register: Register, lang: str, watched: Watched
) -> None:
    with serving(register) as served:
        page = browser.new_page()
        watched.watch(page, served)
        page.goto(f"{served}/map?lang={lang}")
        expect(page.locator("#veil")).to_be_hidden()
        expect(page.locator("#results")).to_have_attribute("data-total", "0")
        expect(page.locator(".banner")).to_have_count(0)
        page.locator("#tool-zoom-in").click()
        page.goto(f"{served}/map/print?lang={lang}")
        expect(page.locator(".title-block")).to_be_visible()
        page.close()


def test_the_word_loading_goes_when_the_plots_come(evil_page: Page) -> None:
    expect(evil_page.locator("#veil")).to_have_count(0)
