# SPDX-License-Identifier: Apache-2.0
"""A real browser before a real server with Sirte in it. A test fails on any error, CSP violation or foreign request."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from layers.embedded import Cluster
from layers.sirte.load import load
from tests.conftest import Register
from tests.serving import serving
from web import assets

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = (1366, 768)
PHONE = (390, 844)
PATIENCE_S = 60
"""How long a page may take on a busy machine where nothing is said about time."""
expect.set_options(timeout=PATIENCE_S * 1000)
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def sirte_on_the_web(cluster: Cluster, template: str) -> Register:
    """Read by all browser tests, changed by none."""
    register = Register(cluster, "sirte_on_the_web")
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database {register.name} template {template}")
    engine = register.engine()
    load(engine)
    engine.dispose()
    return register


@pytest.fixture(scope="session")
def address(sirte_on_the_web: Register) -> Iterator[str]:
    assert assets.is_current(), "run: npm ci --ignore-scripts && python -m web.assets"
    with serving(sirte_on_the_web) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Watched:
    """What went wrong on the pages of one test."""

    wrong: list[str]
    server_away: bool = False
    """Set by a test that takes the server away: then failed requests are what it is about."""

    def watch(self, page: Page, address: str) -> None:
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("request", lambda request: self._asked(request.url, address))

    def _said(self, kind: str, words: str) -> None:
        if kind == "error" and not (self.server_away and "Failed to load resource" in words):
            self.wrong.append(f"console: {words}")

    def _asked(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            self.wrong.append(f"foreign request: {url}")


@pytest.fixture(autouse=True)
def watched() -> Iterator[Watched]:
    seen = Watched([])
    yield seen
    assert seen.wrong == []


@pytest.fixture
def open_page(browser: Browser, address: str, watched: Watched) -> Iterator[Open]:
    """Opens an address of the server in a window of its own and waits until the map is drawn."""
    contexts: list[BrowserContext] = []

    def opened(path: str, size: tuple[int, int] = DESKTOP, **options: object) -> Page:
        phone = size[0] < 900
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            has_touch=phone,
            is_mobile=phone,
            device_scale_factor=2 if phone else 1,
            permissions=["clipboard-read", "clipboard-write"],
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_S * 1000)
        page = context.new_page()
        watched.watch(page, address)
        page.goto(address + path)
        if path.startswith("/map"):
            drawn(page)
        return page

    yield opened
    for context in contexts:
        context.close()


def drawn(page: Page) -> None:
    """Waits until every tile in view has been painted and the list has answered."""
    until(
        page,
        """const shown = Object.values(layers).filter((layer) => layer.lookOf && layer._tiles && map.hasLayer(layer));
        const tiles = shown.flatMap((layer) => Object.values(layer._tiles));
        const list = document.getElementById("results");
        return map._loaded && tiles.length && tiles.every(({ el }) => el.data) && !list?.hasAttribute("aria-busy");""",
    )


def until(page: Page, body: str, argument: object = None, limit_s: float = PATIENCE_S) -> None:
    """Asks until the answer is yes. (wait_for_function takes an async function's promise for a yes.)"""
    deadline = time.monotonic() + limit_s
    while not in_map(page, body, argument):
        assert time.monotonic() < deadline, f"never came true at {page.url}: {body}"
        page.wait_for_timeout(20)


def in_map(page: Page, body: str, argument: object = None) -> object:
    """Runs script with `map`, `layers` and `given` at hand."""
    return page.evaluate(
        "async (given) => { const { map, layers } = await import(document.documentElement.dataset.map);" + body + "}",
        argument,
    )
