# SPDX-License-Identifier: Apache-2.0
"""No serious finding of axe on any state of the map, in both languages, at a desk and on a phone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

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


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("state", STATES)
def test_nothing_keeps_a_reader_out(open_page: Open, state: str, lang: str, size: tuple[int, int]) -> None:
    page = open_page(f"{STATES[state]}&lang={lang}", size)
    if size == PHONE and state == "criteria and no result":
        page.locator(".handle").tap()
    assert findings(page) == []


def test_the_list_of_layers_keeps_nobody_out(open_page: Open) -> None:
    page = open_page("/map?lang=ar")
    page.locator("#tab-layers").click()
    assert findings(page) == []
    page.locator("#tool-position").click()
    page.locator("#tool-measure").click()
    assert findings(page) == []
