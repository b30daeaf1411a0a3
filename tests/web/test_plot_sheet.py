# SPDX-License-Identifier: Apache-2.0
"""The printed sheet of a plot: who reads it in an office knows what is known of the plot, and no corner is cut off."""

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import Register
from tests.web.conftest import Open, drawn, in_map
from tests.web.test_browser_map import plot

PAPERS = [("ar", "a4", "landscape", 210), ("en", "a3", "portrait", 420)]


@pytest.mark.parametrize(("lang", "paper", "direction", "height_mm"), PAPERS)
def test_a_plots_sheet_says_what_is_known_and_cuts_no_corner(
    open_page: Open, sirte_on_the_web: Register, lang: str, paper: str, direction: str, height_mm: int
) -> None:
    free = plot(sirte_on_the_web, "available")
    page = open_page(f"/map/print?plot={free['number']}&lang={lang}&paper={paper}&direction={direction}")
    drawn(page)
    sheet = page.locator(".plot-sheet")
    register_only = {"ar": "مرسى سجل إداري للمنطقة، وليست السجل العقاري", "en": "not the national land registry"}
    expect(sheet).to_contain_text(free["number"])
    expect(sheet).to_contain_text("EPSG:3201")
    expect(sheet).to_contain_text(register_only[lang])
    for said in {"ar": ("المساحة", "الاستعمال", "مقابل الانتفاع", "المياه", "البلوك", "طريق تطل عليه", "المصدر"),
                 "en": ("Area", "Land use", "usufruct charge", "Water", "Block", "Fronts on", "Source")}[lang]:  # fmt: skip
        expect(sheet).to_contain_text(said)
    with sirte_on_the_web.connect("marsa_public") as connection:
        rows = connection.execute(
            "select distinct to_char(ST_X(d.geom), 'FM9999999990.000'), to_char(ST_Y(d.geom), 'FM9999999990.000')"
            " from published.plots, ST_DumpPoints(geom) d where plot_number = %s",
            [free["number"]],
        ).fetchall()
    printed = {
        tuple(line.locator("td").nth(i).inner_text() for i in (0, 1)) for line in sheet.locator("tbody tr").all()
    }
    assert printed == set(rows)
    # The plot is in the middle of the map, whole.
    assert in_map(page, "return map.getBounds().contains(given) && layers.plots.at(given) !== null;", free) is True
    # The map's canvases are of no matter for the breaking of pages, and the slowest part of printing.
    page.evaluate("() => document.querySelector('.paper-map .map').remove()")
    short = page.pdf(prefer_css_page_size=True)
    pages = short.count(b"/Type /Page\n")
    assert pages >= 2
    heights = [float(h) / 72 * 25.4 for h in re.findall(rb"/MediaBox \[0 0 [\d.]+ ([\d.]+)\]", short)]
    assert heights == pytest.approx([height_mm] * pages, abs=1)
    # A shore plot may have hundreds of corners: they go on over as many pages as they need.
    page.evaluate(
        "() => { const body = document.querySelector('.corners tbody'); const row = body.rows[0];"
        " for (let i = 0; i < 400; i += 1) body.append(row.cloneNode(true)); }"
    )
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") >= pages + 3


def test_the_card_of_a_plot_leads_to_its_sheet(open_page: Open) -> None:
    page = open_page("/map?lang=en&plot=C02-002")
    page.locator("#card a[href^='/map/print']").click()
    expect(page.locator("#plot-sheet-title")).to_contain_text("C02-002")
    page = open_page("/map/print?lang=en&at=15/31.209/16.634")
    expect(page.locator(".plot-sheet")).to_have_count(0)
