# SPDX-License-Identifier: Apache-2.0
"""Terrain lies under the plan in the reader's style, and measuring on it tells levels and a profile."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from layers.rasters.measuring import renew
from tests.conftest import Register, a_register
from tests.files import rasters
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square
from tests.layers.rasters.test_importing import taken
from tests.serving import serving

AT = "15/31.2103/16.6273"


@pytest.fixture(scope="module")
def hills(cluster, template, tmp_path_factory) -> Iterator[str]:  # type: ignore[no-untyped-def]
    folder: Path = tmp_path_factory.mktemp("hills")
    heights = (20 + 8 * np.sin(np.add.outer(np.arange(700), np.arange(700)) / 60)).astype(np.float32)
    with a_register(cluster, template) as register:
        _land(register)
        taken(
            register,
            rasters.terrain(folder / "dem.tif", heights, transform=rasters.from_origin(EAST - 300, NORTH + 900, 2, 2)),
            folder / "files",
        )
        with register.connect(autocommit=True) as db:
            renew(db, folder / "files", actor="clock")
        with serving(register, data=folder) as address:
            yield address


def _land(register: Register) -> None:
    with register.connect() as connection:
        a_plot(connection, a_block(connection, a_zone(connection)), "101", square(0, 0, 100))


@pytest.fixture
def page(browser: Browser, hills: str) -> Iterator[Page]:
    made = browser.new_page(base_url=hills, viewport={"width": 1366, "height": 768})
    yield made
    made.close()


def test_a_style_is_chosen_explained_and_kept_in_the_address(page: Page) -> None:
    page.goto(f"/map?lang=en&show=terrain&hide=plots&at={AT}")
    page.locator("#tab-layers").click()
    group = page.locator("details", has=page.locator("[data-style-of=terrain]"))
    group.locator("summary").click()
    expect(page.locator("img.leaflet-tile-loaded[src*='style=hillshade']").first).to_be_attached()
    page.locator("[data-style-of=terrain]").select_option("slope")
    expect(page.locator("img.leaflet-tile-loaded[src*='style=slope']").first).to_be_attached()
    expect(page.locator("[data-style='terrain/slope']")).to_contain_text("20 % and more")
    expect(page.locator("[data-style='terrain/levels']")).to_be_hidden()
    assert "style=terrain:slope" in page.url
    page.reload()
    expect(page.locator("img.leaflet-tile-loaded[src*='style=slope']").first).to_be_attached()
    expect(group).to_contain_text("EGM2008")


def test_measuring_on_terrain_tells_the_level_and_draws_a_profile(page: Page) -> None:
    page.goto(f"/map?lang=en&at={AT}")
    page.locator("#tool-measure").click()
    box = page.locator("#map_main").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2 + 100, box["y"] + box["height"] / 2)
    page.mouse.click(*middle)
    expect(page.locator("#heights-level")).to_contain_text(" m")
    expect(page.locator("#heights-sources")).to_contain_text("±0.2 m")
    page.mouse.click(middle[0] + 150, middle[1] + 60)
    expect(page.locator("#heights-chart path")).to_have_count(2)
    expect(page.locator("#heights-copy")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#measuring")).to_be_hidden()


def test_the_card_of_a_plot_tells_its_level_with_what_it_rests_on(page: Page) -> None:
    page.goto("/map?lang=en&plot=101")
    card = page.locator("#card")
    expect(card).to_contain_text("Mean level")
    expect(card).to_contain_text("Survey (2025-03-01)")
    expect(card).to_contain_text("accuracy ±0.2 m")
