# SPDX-License-Identifier: Apache-2.0
"""What is chosen from list or search is brought near, the answers go, and every plot has a page to send to somebody."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import DESKTOP, PHONE, Open, drawn, in_map


def size_on_screen(page: Page) -> float:
    """Longer side of the chosen object in pixels."""
    drawn(page)
    return float(
        in_map(
            page,
            """const [w, s, e, n] = document.querySelector("#card [data-box]").dataset.box.split(",").map(Number);
            const a = map.latLngToContainerPoint([n, w]), b = map.latLngToContainerPoint([s, e]);
            return Math.max(b.x - a.x, b.y - a.y);""",
        )  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_plot_chosen_from_list_or_search_is_brought_near_and_its_answers_go(
    open_page: Open, lang: str, size: tuple[int, int]
) -> None:
    page = open_page(f"/map?lang={lang}&sort=area_m2", size)
    if size == PHONE:
        page.locator(".handle").tap()
    page.locator("#rows .row-link").nth(2).click()
    expect(page.locator("#card-title")).to_be_visible()
    assert size_on_screen(page) >= 60
    page.locator("[data-close-card]").click()
    if size == PHONE:
        page.locator(".handle").tap()
    else:
        page.locator("#tool-home").click()
    page.locator("#q").fill("c02 002")
    page.locator("#found a").first.wait_for()
    page.locator("#q").press("Enter")
    expect(page.locator("#card-title")).to_have_text("C02-002")
    expect(page.locator("#card-title")).to_be_focused()
    expect(page.locator("#found a")).to_have_count(0)
    assert size_on_screen(page) >= 60


def test_the_answers_go_with_escape_and_with_a_click_elsewhere(open_page: Open) -> None:
    page = open_page("/map?lang=en")
    page.locator("#q").fill("C02")
    page.locator("#found a").first.wait_for()
    page.locator("#q").press("Escape")
    expect(page.locator("#found a")).to_have_count(0)
    page.locator("#q").fill("C02")
    page.locator("#found a").first.wait_for()
    page.locator(".bar h1").click()
    expect(page.locator("#found a")).to_have_count(0)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(("lang", "kind"), [("ar", "قطعة أرض"), ("en", "Plot of land")])
def test_a_plots_page_says_what_it_is_and_leads_to_the_map(
    open_page: Open, lang: str, kind: str, size: tuple[int, int]
) -> None:
    page = open_page(f"/map?lang={lang}&plot=A01-003", size)
    page.locator("#card .card-foot a").first.click()
    page.wait_for_url(re.compile("/plots/A01-003"))
    expect(page.locator("h1")).to_have_text(f"{kind} A01-003")
    expect(page.locator(".situation svg .pic-this")).to_have_count(1)
    assert page.locator(".situation text").filter(has_text="A01-003").count() == 1
    assert page.locator("table tbody tr").count() >= 4
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("html").get_attribute("lang") == lang
    page.locator("main .turn a").first.click()
    drawn(page)
    expect(page.locator("#card-title")).to_have_text("A01-003")
    page.go_back()
    expect(page.locator("h1")).to_have_text(f"{kind} A01-003")


def test_the_pages_data_is_the_plot(address: str) -> None:
    with httpx.Client(base_url=address, headers={"accept": "text/html"}) as client:
        page = client.get("/plots/A01-003?lang=en").text
        data = re.search(r'rel="alternate" type="application/json" href="([^"]+)"', page)
        assert data is not None
        found = client.get(data[1].replace("&amp;", "&")).json()
        assert [each["properties"]["plot_number"] for each in found["features"]] == ["A01-003"]
        assert client.get("/plots/Z99-999").status_code == 404
