# SPDX-License-Identifier: Apache-2.0
"""No serious finding of axe on any state of the map, in both languages, at a desk and on a phone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.conftest import Register
from tests.web.conftest import DESKTOP, PHONE, Open
from web.assets import VENDOR

STATES = {
    "first view": "/map?",
    "open card": "/map?plot=A01-001",
    "criteria and no result": "/map?status=available&area_from=99999999",
    "comparison": "/map?compare=A01-001,A01-002",
    "sheet": "/map/print?at=15/31.209/16.634",
    "landing": "/?f=html",
    "collections": "/collections?f=html",
    "collection": "/collections/plots?f=html",
    "items": "/collections/projects/items?f=html",
    "item": "/collections/projects/items/{id}?f=html",
    "plot": "/plots/A01-001?f=html",
    "layers": "/map?show=constraint_areas",
}


def findings(page: Page) -> list[str]:
    """Serious and critical findings, each with the first element it was found on."""
    page.evaluate(Path(VENDOR / "axe.js").read_text(encoding="utf-8") + "; undefined")
    found: Any = page.evaluate("async () => (await axe.run({ resultTypes: ['violations'] })).violations")
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]} {each['nodes'][0]['failureSummary'][:300]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def a_project(register: Register) -> str:
    with register.connect("marsa_public") as connection:
        row = connection.execute("select id::text from published.projects order by code limit 1").fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("state", STATES)
def test_nothing_keeps_a_reader_out(
    open_page: Open, sirte_on_the_web: Register, state: str, lang: str, size: tuple[int, int]
) -> None:
    path = STATES[state].replace("{id}", a_project(sirte_on_the_web))
    page = open_page(f"{path}&lang={lang}", size)
    if size == PHONE and state in ("criteria and no result", "layers"):
        page.locator(".handle").tap()
    if state == "criteria and no result":
        for summary in page.locator("#facets summary, .criterion summary").all():
            summary.click()
    if state == "layers":
        page.locator("#tab-layers").click()
    assert findings(page) == []


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("collection", ["plots", "projects", "berths"])
def test_rows_of_a_collection_are_cards_on_a_phone(open_page: Open, collection: str, lang: str) -> None:
    page = open_page(f"/collections/{collection}/items?f=html&lang={lang}", PHONE)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    region = page.locator(".scroll")
    assert region.evaluate("(box) => box.scrollWidth <= box.clientWidth + 1"), "no row is cut off at the side"
    cell = page.locator(".stacking tbody td:not(:empty)").first
    title = cell.get_attribute("data-title") or ""
    assert title in cell.evaluate("(cell) => getComputedStyle(cell, '::before').content")
    assert page.get_by_role("row").count() > 1, "still a table to whom it is read aloud"


def test_the_tools_keep_nobody_out(open_page: Open) -> None:
    page = open_page("/map?lang=ar")
    page.locator("#tool-position").click()
    page.locator("#tool-measure").click()
    assert findings(page) == []
