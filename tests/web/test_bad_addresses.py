# SPDX-License-Identifier: Apache-2.0
"""Whatever an address says, the map stands: what it names in vain is said, what cannot be read is passed over and said."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.conftest import DESKTOP, PHONE, Open, Watched, drawn, in_map

PAGES = ("/map", "/map/print", "/map/results", "/map/search", "/plots/%00")
UNREADABLE = (
    "at=abc", "at=16//", "at=99/31.2/16.6", "at=5000/31/16", "at=-1/200/900", "at=1e999/31.2/16.6", "at=nan/nan/nan",
    "lang=xx", "by=zzz", "by=constructor", "sort=zzz", "year=abc", "year=99999", "faint=plots:abc", "faint=constructor:50",
    "style=terrain:zzz", "show=zzz,constructor", "object=plots/abc", "object=constructor/1", "plot=%00", "compare=%00",
    "drawing=abc", "status=zzz", "land_use=%00", "number=%00", "q=%00", "q=%25", "offset=-1", "area_to=1e999", "rent_to=nan",
    "scale=" + "9" * 5000, "paper=zzz", "plot=" + "x" * 400, "lang=%ff",
)  # fmt: skip


def test_no_word_of_an_address_breaks_a_page(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        answers = {(page, words): client.get(f"{page}?{words}").status_code for page in PAGES for words in UNREADABLE}
    assert {asked: status for asked, status in answers.items() if status != (404 if "%00" in asked[0] else 200)} == {}


@pytest.mark.parametrize(
    "words", ["at=16//&year=abc&faint=plots:abc&sort=zzz", "at=5000/31/16&by=constructor&show=zzz"]
)
def test_what_cannot_be_read_is_as_if_it_were_not_there(open_page: Open, words: str) -> None:
    view = "const { lat, lng } = map.getCenter(); return [map.getZoom(), lat.toFixed(4), lng.toFixed(4)];"
    usual = in_map(open_page("/map?lang=en"), view)
    page = open_page(f"/map?lang=en&{words}")
    assert in_map(page, view) == usual
    expect(page.locator('[name="sort"]')).to_have_value("plot_number")
    expect(page.locator('[name="by"][value="public_status"]')).to_be_checked()
    expect(page.locator(".year output")).to_have_text("All years")
    open_page(f"/map/print?lang=en&{words}")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("lang=en&plot=Z99-999", "There is no plot \u2068Z99-999\u2069 here."),
        ("lang=ar&plot=Z99-999", "لا توجد هنا قطعة برقم \u2068Z99-999\u2069."),
        ("lang=en&object=projects/999999", "What this address points at is not on the map any more."),
    ],
)
def test_a_plot_that_is_not_there_is_said_on_the_map(
    open_page: Open, words: str, said: str, size: tuple[int, int]
) -> None:
    page = open_page(f"/map?{words}", size)
    expect(page.locator("#note-line")).to_have_text(said)
    expect(page.locator("#note-line")).to_be_in_viewport()
    expect(page.locator("#card")).to_be_hidden()


def test_on_the_way_back_too_what_is_not_there_is_said_and_the_server_is_not_blamed(
    open_page: Open, watched: Watched
) -> None:
    page = open_page("/map?lang=en&plot=A01-001")
    page.evaluate("() => history.replaceState(null, '', '/map?lang=en&plot=Z99-999&compare=A01-001,Z1')")
    page.locator("[data-close-card]").click()
    watched.server_away = True  # the console tells of a 404, which is what this is about
    page.go_back()
    expect(page.locator("#note-line")).to_be_visible()
    expect(page.locator("#compare th a")).to_have_text(["A01-001"])
    expect(page.locator("#note-server")).to_be_hidden()
    assert "Z1" not in page.url


@pytest.mark.parametrize(("lang", "said"), [("en", "is not a number"), ("ar", "ليس رقماً")])
def test_a_word_in_a_field_of_numbers_is_told_and_everything_else_holds(open_page: Open, lang: str, said: str) -> None:
    page = open_page(f"/map?lang={lang}&status=available")
    total = page.locator("#results").get_attribute("data-total")
    page.locator("details.criterion:has([name=area_from]) summary").click()
    field = page.locator('[name="area_from"]')
    field.fill("abc")
    expect(page.locator("#chips [role=alert]")).to_contain_text(said)
    expect(page.locator("#chips [role=alert]")).to_contain_text("abc")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("abc")
    drawn(page)
    assert page.locator("#results").get_attribute("data-total") == total
    field.fill("٢٬٥٠٠")
    expect(page.locator("#chips [role=alert]")).to_have_count(0)
    expect(field).to_have_attribute("aria-invalid", "false")
