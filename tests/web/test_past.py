# SPDX-License-Identifier: Apache-2.0
"""A reader asks the map for a day that is past, sees that it is shown, and comes back; in both languages."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.web.conftest import DESKTOP, PHONE, Open, drawn, in_map

TODAY = datetime.now(ZoneInfo("Africa/Tripoli")).date().isoformat()


@pytest.mark.parametrize(("lang", "size"), [("ar", DESKTOP), ("en", PHONE)], ids=["ar-1366", "en-390"])
def test_the_map_of_another_day_is_asked_for_and_left(open_page: Open, lang: str, size: tuple[int, int]) -> None:
    page = open_page(f"/map?lang={lang}&status=available", size)
    page.locator("#tool-dating").click()
    panel = page.locator("#dating")
    expect(panel.locator("[name=on]")).to_be_focused()
    expect(panel.locator("[name=on]")).to_have_attribute("max", TODAY)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("#tool-dating")).to_be_focused()
    page.keyboard.press("Enter")
    panel.locator("[name=known_on]").fill(TODAY)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    panel.locator("button[type=submit]").click()
    page.wait_for_url("**known_on=*")
    drawn(page)
    expect(page.locator(".banner.then")).to_be_visible()
    assert "status=available" in page.url, "the rest of the address stays"
    data = [url for url in asked if "/tiles/WebMercatorQuad/" in url or "/map/results" in url]
    assert data and all("known_on=" in url for url in data)
    assert in_map(page, "return layers.plots.options.address.includes('known_on=')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".banner.then a").click()
    page.wait_for_url(lambda url: "known_on" not in url)
    drawn(page)
    expect(page.locator(".banner.then")).to_have_count(0)
    assert "status=available" in page.url


def test_what_is_reached_from_a_past_day_is_of_that_day(open_page: Open) -> None:
    """The sheet, the page and the download of a plot: none is silently today's."""
    page = open_page("/map?lang=en&plot=A01-001", DESKTOP)
    page.goto(f"{page.url}&known_on={TODAY}")
    drawn(page)
    links = page.locator("#card a[href^='/plots'], #card a[href*='/print'], #card a[href*='/export']")
    assert links.count() >= 2
    for number in range(links.count()):
        links.nth(number).focus()
        assert f"known_on={TODAY}" in (links.nth(number).get_attribute("href") or "")


def test_before_the_register_began_the_map_is_empty_and_says_so(open_page: Open) -> None:
    page = open_page("/map?lang=en", DESKTOP)
    page.goto(page.url.split("/map")[0] + "/map?lang=en&known_on=2020-01-01")
    expect(page.locator(".banner.then")).to_contain_text("2020-01-01")
    expect(page.locator("#results")).to_contain_text("0")
    expect(page.locator("#veil")).to_have_count(0)
