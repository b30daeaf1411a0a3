# SPDX-License-Identifier: Apache-2.0
"""What a reader of the map sees and does, in both languages, at a desk and on a phone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Register
from tests.serving import serving
from tests.web.conftest import DESKTOP, PHONE, Open, Watched, drawn, in_map, until

SCREENS = [(lang, size) for lang in ("ar", "en") for size in (DESKTOP, PHONE)]
each_screen = pytest.mark.parametrize(("lang", "size"), SCREENS, ids=lambda v: v if isinstance(v, str) else str(v[0]))


def plot(register: Register, status: str, least_m2: float = 0.0) -> dict[str, Any]:
    """Some plot of a status, where it lies, and its number in tiles."""
    with register.connect("marsa_public") as connection:
        row = connection.execute(
            "select plot_number, tile_id, ST_X(p), ST_Y(p) from (select *, ST_Transform(ST_PointOnSurface(geom), 4326) as p"
            " from published.plots where public_status = %s and area_m2 >= %s order by plot_number limit 1) one",
            [status, least_m2],
        ).fetchone()
    assert row is not None
    return {"number": row[0], "id": row[1], "lng": row[2], "lat": row[3]}


def at_plot(page: Page, where: dict[str, Any]) -> dict[str, Any] | None:
    """What the tile layer finds at a place."""
    found = in_map(page, "const f = layers.plots.at(given); return f && { id: f.id, ...f.props };", where)
    assert found is None or isinstance(found, dict)
    return found


def place_of(page: Page, where: dict[str, Any]) -> tuple[float, float]:
    """Where in the window a place on the ground is."""
    placed: Any = in_map(
        page,
        "const p = map.latLngToContainerPoint(given); const b = map.getContainer().getBoundingClientRect();"
        "return [p.x, p.y, b.left, b.top];",
        where,
    )
    x, y, left, top = placed
    return x + left, y + top


def colour_at(page: Page, where: dict[str, Any]) -> list[int]:
    """The colour painted on the plots' canvas beside a place (labels lie on another canvas)."""
    painted: Any = in_map(
        page,
        """const world = map.project(given, layers.plots._tileZoom).divideBy(512);
        const { x, y } = world.floor();
        const { el } = layers.plots._tiles[`${x}:${y}:${layers.plots._tileZoom}`];
        const at = [world.x - x, world.y - y].map((part) => Math.floor(part * el.width));
        return [...el.getContext("2d").getImageData(...at, 1, 1).data];""",
        where,
    )
    return list(painted)


@each_screen
def test_the_first_screen_shows_free_land_and_says_how_much(
    open_page: Open, sirte_on_the_web: Register, lang: str, size: tuple[int, int]
) -> None:
    page = open_page(f"/map?lang={lang}", size)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if lang == "ar" else "ltr")
    free = plot(sirte_on_the_web, "available")
    in_map(page, "map.setView(given, 17, { animate: false });", free)
    drawn(page)
    found = at_plot(page, free)
    assert found is not None
    assert found["id"] == free["id"]
    assert found["public_status"] == "available"
    red, green, blue, alpha = colour_at(page, free)
    assert alpha > 200
    assert green > red + 60
    assert green > blue
    assert page.locator(".headline").text_content()
    # No sideways scroll, on any screen.
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_page_says_what_it_is_and_what_it_is_not(open_page: Open) -> None:
    page = open_page("/map?lang=ar")
    expect(page.locator(".banner").first).to_contain_text("توضيحي")
    page.locator("#rows .row-link").first.click()
    expect(page.locator("#card")).to_contain_text("دعوة للتفاوض وليست إيجاباً")
    expect(page.locator("#card")).to_contain_text("سجل إداري")
    expect(page.locator("#card")).to_contain_text("مقابل الانتفاع السنوي")


def test_a_filter_fades_the_map_at_once_and_asks_no_tile_again(open_page: Open, sirte_on_the_web: Register) -> None:
    taken = plot(sirte_on_the_web, "operating")
    page = open_page(f"/map?lang=en&at=17/{taken['lat']}/{taken['lng']}")
    before = colour_at(page, taken)
    tiles: list[str] = []
    page.on("request", lambda request: tiles.append(request.url) if "/tiles/" in request.url else None)
    page.get_by_label("Available", exact=False).first.check()
    page.wait_for_function("() => location.search.includes('status=available')")
    drawn(page)
    after = colour_at(page, taken)
    assert before != after
    assert min(after[:3]) > 200, "left out: pale, and still there"
    assert tiles == []
    total = int(page.locator("#results").get_attribute("data-total") or 0)
    with sirte_on_the_web.connect("marsa_public") as connection:
        row = connection.execute("select count(*) from published.plots where public_status = 'available'").fetchone()
    assert row == (total,)


def test_the_address_carries_the_whole_state_and_back_undoes_each_step(open_page: Open) -> None:
    page = open_page("/map?lang=en")
    page.locator('input[name="by"][value="land_use"]').check(force=True)
    page.locator('input[name="status"][value="available"]').check()
    drawn(page)
    page.locator("#rows .row-link").first.click()
    expect(page.locator("#card-title")).to_be_visible()
    drawn(page)
    page.wait_for_function("() => location.search.includes('plot=')")
    for word in ("by=land_use", "status=available", "plot="):
        assert word in page.url
    title = page.locator("#card-title").text_content()

    again = open_page("/" + page.url.split("/", 3)[3])
    expect(again.locator("#card-title")).to_have_text(title or "")
    expect(again.locator('input[name="status"][value="available"]')).to_be_checked()
    expect(again.locator('input[name="by"][value="land_use"]')).to_be_checked()
    assert in_map(again, "return layers.plots._colouring.field;") == "land_use"

    page.go_back()
    expect(page.locator("#card")).to_be_hidden()
    page.go_back()
    expect(page.locator('input[name="status"][value="available"]')).not_to_be_checked()
    page.go_back()
    expect(page.locator('input[name="by"][value="public_status"]')).to_be_checked()


def test_one_click_changes_the_language_and_nothing_else(open_page: Open) -> None:
    page = open_page("/map?lang=ar&status=available&by=rent&at=16/31.20900/16.63400")
    page.locator("#rows .row-link").first.click()
    expect(page.locator("#card-title")).to_be_visible()
    page.wait_for_function("() => location.search.includes('plot=')")
    number = page.locator("#card-title").text_content()
    page.locator("#language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    drawn(page)
    expect(page.locator("#card-title")).to_have_text(number or "")
    expect(page.locator('input[name="by"][value="rent"]')).to_be_checked()
    expect(page.locator('input[name="status"][value="available"]')).to_be_checked()
    assert "status=available" in page.url


def test_without_a_word_in_the_address_the_browser_says_the_language(open_page: Open) -> None:
    expect(open_page("/map", locale="en-GB").locator("html")).to_have_attribute("lang", "en")
    expect(open_page("/map", locale="fr").locator("html")).to_have_attribute("lang", "ar")


def test_list_and_map_point_at_each_other(open_page: Open, sirte_on_the_web: Register) -> None:
    page = open_page("/map?lang=en")
    row = page.locator("#rows .row").first
    row.hover()
    hovered = "() => document.querySelectorAll('#rows .pointed').length"
    tile = int(row.get_attribute("data-tile") or 0)
    with sirte_on_the_web.connect("marsa_public") as connection:
        found = connection.execute(
            "select ST_X(p), ST_Y(p) from (select ST_Transform(ST_PointOnSurface(geom), 4326) as p"
            " from published.plots where tile_id = %s) one",
            [tile],
        ).fetchone()
    assert found is not None
    where = {"lng": found[0], "lat": found[1]}
    in_map(page, "map.setView(given, 17, { animate: false });", where)
    drawn(page)
    page.mouse.move(*place_of(page, where))
    page.mouse.move(place_of(page, where)[0] + 2, place_of(page, where)[1])
    page.wait_for_function(hovered)
    expect(page.locator("#rows .pointed")).to_have_attribute("data-tile", str(tile))
    expect(page.locator(".tip")).to_contain_text(row.get_attribute("data-number") or "")


def test_a_click_opens_the_card_and_escape_closes_it(open_page: Open, sirte_on_the_web: Register) -> None:
    free = plot(sirte_on_the_web, "available", 3000)
    page = open_page(f"/map?lang=en&at=17/{free['lat']}/{free['lng']}")
    page.mouse.click(*place_of(page, free))
    expect(page.locator("#card-title")).to_have_text(free["number"])
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()
    assert "plot=" not in page.url


def test_all_of_it_by_keyboard(open_page: Open) -> None:
    page = open_page("/map?lang=ar")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#rows .row-link").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#card-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()
    expect(page.locator("#rows .row-link").first).to_be_focused()


def test_nothing_found_says_what_to_drop(open_page: Open) -> None:
    page = open_page("/map?lang=ar&status=available&area_from=99999999")
    expect(page.locator(".dead-end")).to_contain_text("لا توجد قطعة بهذه المعايير كلها")
    page.locator(".relax a").first.click()
    drawn(page)
    assert int(page.locator("#results").get_attribute("data-total") or 0) > 0


def test_arabic_digits_are_numbers_too(open_page: Open) -> None:
    page = open_page("/map?lang=ar")
    page.locator("details.criterion summary").last.click()
    page.locator('input[name="area_from"]').fill("٢٬٥٠٠")
    page.wait_for_function("() => document.querySelector('#chips .chip')")
    expect(page.locator("#chips .chip").first).to_contain_text("2,500")


def test_search_finds_a_number_typed_without_its_dash(open_page: Open, sirte_on_the_web: Register) -> None:
    number = plot(sirte_on_the_web, "planned")["number"]
    page = open_page("/map?lang=ar")
    page.locator("#q").fill(number.replace("-", " ").lower())
    page.locator("#found a").first.click()
    expect(page.locator("#card-title")).to_have_text(number)


def test_two_plots_are_compared_and_their_differences_marked(open_page: Open, sirte_on_the_web: Register) -> None:
    one, other = plot(sirte_on_the_web, "available"), plot(sirte_on_the_web, "planned")
    page = open_page(f"/map?lang=en&plot={one['number']}")
    page.locator("[data-compare]").click()
    expect(page.locator("#compare")).to_be_visible()
    page.goto(page.url.replace(f"plot={one['number']}", f"plot={other['number']}"))
    page.locator("[data-compare]").click()
    expect(page.locator("#compare thead th")).to_have_count(2)
    expect(page.locator("#compare tr.differs").first).to_be_visible()
    page.locator("[data-compare-drop]").first.click()
    expect(page.locator("#compare thead th")).to_have_count(1)


def test_a_shortlist_stays_in_this_browser(open_page: Open, sirte_on_the_web: Register) -> None:
    kept = plot(sirte_on_the_web, "available")
    page = open_page(f"/map?lang=en&plot={kept['number']}")
    page.locator("[data-shortlist]").click()
    page.reload()
    expect(page.locator("#shortlist-count")).to_have_text("1")
    page.locator("#shortlist").click()
    drawn(page)
    expect(page.locator("#rows .row")).to_have_count(1)
    expect(page.locator("#rows .row")).to_have_attribute("data-number", kept["number"])


def test_coordinates_are_gone_to_in_three_ways_and_copied_in_one_click(open_page: Open) -> None:
    page = open_page("/map?lang=en")
    page.locator("#tool-position").click()
    for typed in ("655469.09 3454314.77", "31.2125, 16.6315", "31°12'45\"N 16°37'53.4\"E", "٣١٫٢١٢٥، ١٦٫٦٣١٥"):
        in_map(page, "map.fitBounds(map.home, { animate: false });")
        page.locator("#go-text").fill(typed)
        page.locator("#go button").click()
        until(page, "const c = map.getCenter(); return Math.hypot(c.lat - 31.2125, c.lng - 16.6315) < 1e-4;")
    expect(page.locator('[data-position="legal"]')).to_contain_text("655,469")
    page.locator('[data-copy-position="decimal"]').click()
    until(page, "return (await navigator.clipboard.readText()).startsWith('31.2125');")
    page.locator("#go-text").fill("nowhere")
    page.locator("#go button").click()
    expect(page.locator("#go-problem")).to_be_visible()


def test_measuring_gives_true_metres(open_page: Open) -> None:
    page = open_page("/map?lang=en&at=16/31.20900/16.63400")
    page.locator("#tool-measure").click()
    # Two points exactly 500 m apart along a meridian, by the ellipsoid: 1 degree is 110,868 m at 31.2 N.
    south = {"lat": 31.2070, "lng": 16.6340}
    north = {"lat": 31.2070 + 500 / 110868.4, "lng": 16.6340}
    for where in (south, north):
        page.mouse.click(*place_of(page, where))
    length = re.match(r"([\d.]+) m", page.locator("#measured-length").text_content() or "")
    assert length is not None
    assert float(length[1]) == pytest.approx(500, abs=6), "a click is true to two pixels"
    page.keyboard.press("Escape")
    expect(page.locator("#measuring")).to_be_hidden()


def test_layers_say_when_to_zoom_in_and_keep_their_strength_in_the_address(open_page: Open) -> None:
    page = open_page("/map?lang=en&at=11/31.2/16.6")
    expect(page.locator("#note-zoom")).to_be_visible()
    page.locator("#tab-layers").click()
    expect(page.locator('[data-hint="plots"]')).to_be_visible()
    page.locator('[data-opacity="plots"]').fill("50")
    page.wait_for_function("() => location.search.includes('faint=plots:50')")
    page.locator('input[name="layers"][value="plots"]').uncheck()
    assert "hide=plots" in page.url
    expect(page.locator("#note-zoom")).to_be_hidden()
    page.reload()
    expect(page.locator('input[name="layers"][value="plots"]')).not_to_be_checked()


def test_when_the_server_is_away_the_page_says_so_and_goes_on(open_page: Open, watched: Watched) -> None:
    page = open_page("/map?lang=ar")
    watched.server_away = True
    page.context.set_offline(True)
    page.locator('input[name="status"][value="available"]').check()
    expect(page.locator("#note-server")).to_be_visible()
    page.context.set_offline(False)
    page.locator("#retry").click()
    expect(page.locator("#note-server")).to_be_hidden()


def test_where_i_am_is_shown_with_how_sure_it_is(open_page: Open) -> None:
    page = open_page("/map?lang=en", geolocation={"latitude": 31.21, "longitude": 16.63, "accuracy": 40})
    page.context.grant_permissions(["geolocation"])
    page.locator("#tool-locate").click()
    expect(page.locator("#note-line")).to_contain_text("40 m")
    abroad = open_page("/map?lang=en", geolocation={"latitude": 48.0, "longitude": 2.0, "accuracy": 40})
    abroad.context.grant_permissions(["geolocation"])
    abroad.locator("#tool-locate").click()
    expect(abroad.locator("#note-line")).to_contain_text("outside")


def test_on_a_phone_panel_and_card_are_sheets_with_targets_for_a_thumb(open_page: Open) -> None:
    page = open_page("/map?lang=ar", PHONE)
    expect(page.locator("#panel-body")).to_be_hidden()
    page.locator(".handle").tap()
    expect(page.locator("#panel-body")).to_be_visible()
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a, select, label.option, summary")]
          .filter((each) => each.offsetParent && !each.closest(".panel-foot, .found, .hidden-text"))
          .map((each) => [each.className || each.id || each.tagName, each.getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.height < 43.5)).map(([name, box]) => `${name} ${box.height}`)"""
    )
    assert [each for each in small if "brand" not in each and "skip" not in each] == []
    page.locator("#rows .row-link").first.tap()
    expect(page.locator("#card-title")).to_be_visible()
    expect(page.locator("#panel-body")).to_be_hidden()
    page.locator("[data-close-card]").tap()
    expect(page.locator("#card")).to_be_hidden()


def test_the_page_works_before_the_script(open_page: Open) -> None:
    page = open_page("/static/icon.svg", java_script_enabled=False)
    page.goto(page.url.replace("/static/icon.svg", "/map?lang=en&status=available"))
    page.locator("#rows .row-link").first.click()
    expect(page.locator("#card-title")).to_be_visible()
    page.goto(page.url.split("/map")[0] + "/map?lang=en&q=A01")
    expect(page.locator("#found a").first).to_be_visible()
    page.locator("#found a").first.click()
    expect(page.locator("#card-title")).to_be_visible()


def test_a_plots_address_opens_it_on_the_map(open_page: Open, sirte_on_the_web: Register) -> None:
    number = plot(sirte_on_the_web, "available")["number"]
    page = open_page(f"/map?plot={number}")
    expect(page.locator("#card-title")).to_have_text(number)
    zoom = in_map(page, "return map.getZoom();")
    assert isinstance(zoom, int | float)
    assert zoom >= 15


def test_a_second_click_goes_to_what_lies_under_the_plot(open_page: Open, sirte_on_the_web: Register) -> None:
    with sirte_on_the_web.connect("marsa_public") as connection:
        row = connection.execute(
            "select w.tile_id, p.tile_id, ST_X(at), ST_Y(at) from published.warehouses w join published.plots p"
            " on ST_Contains(p.geom, w.geom) cross join lateral ST_Transform(ST_PointOnSurface(w.geom), 4326) at limit 1"
        ).fetchone()
    assert row is not None
    shed, under, lng, lat = row
    where = {"lng": lng, "lat": lat}
    page = open_page(f"/map?lang=en&at=18/{lat}/{lng}&hide=projects")
    page.mouse.click(*place_of(page, where))
    expect(page.locator("#card .card")).to_have_attribute("data-tile", str(under))
    drawn(page)
    page.mouse.click(*place_of(page, where))
    expect(page.locator("#card .card")).to_have_attribute("data-collection", "warehouses")
    expect(page.locator("#card .card")).to_have_attribute("data-tile", str(shed))


def test_projects_of_one_year_are_left_and_the_others_are_gone(open_page: Open, sirte_on_the_web: Register) -> None:
    page = open_page("/map?lang=en&year=2026")
    page.locator("#tab-layers").click()
    expect(page.locator(".year output")).to_have_text("2026")
    assert in_map(page, "return layers.projects._present({ start_year: 2024, end_year: 2027 });") is True
    assert in_map(page, "return layers.projects._present({ start_year: 2027 });") is False
    assert in_map(page, "return layers.projects._present({ start_year: 2020, end_year: 2025 });") is False
    assert in_map(page, "return layers.projects._present({});") is True, "no dates are no reason to hide it"


def test_the_window_never_scrolls_away_from_the_map(open_page: Open) -> None:
    page = open_page("/map?lang=ar")
    page.locator("#tab-layers").click()
    page.evaluate("() => document.querySelector('.panel-foot').scrollIntoView()")
    assert page.evaluate("() => document.documentElement.scrollTop + document.body.scrollTop") == 0


def test_a_sheet_is_one_page_of_its_paper_at_a_true_scale(open_page: Open) -> None:
    page = open_page("/map/print?lang=ar&at=16/31.20900/16.63400&scale=5000&paper=a3&direction=portrait")
    expect(page.locator(".diagonal")).to_have_text("عرض توضيحي غير رسمي")
    expect(page.locator(".title-block")).to_contain_text("EPSG:3201")
    metres = in_map(
        page, "return map.distance(map.containerPointToLatLng([100, 300]), map.containerPointToLatLng([196, 300]));"
    )
    # 96 px are an inch of paper: 127 m at 1:5,000. Leaflet's distance is on a sphere, good to 0.5 %.
    assert metres == pytest.approx(127.0, rel=0.005)
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == 1
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
    assert box is not None
    assert [float(side) / 72 * 25.4 for side in box.groups()] == pytest.approx([297, 420], abs=1)


def test_what_is_compared_is_outlined_on_the_map(open_page: Open, sirte_on_the_web: Register) -> None:
    one, other = plot(sirte_on_the_web, "available"), plot(sirte_on_the_web, "operating")
    page = open_page(f"/map?lang=en&compare={one['number']},{other['number']}")
    expect(page.locator("#compare thead th")).to_have_count(2)
    until(
        page,
        """const { page } = await import("/static/page.js");
        return page.outlines.shown("compared").map(({ id }) => id).sort().join() === given.sort().join();""",
        [one["id"], other["id"]],
    )


def test_the_sheets_tools_stay_within_a_phone(open_page: Open) -> None:
    page = open_page("/map/print?lang=ar", PHONE)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("#print")).to_be_in_viewport()


@pytest.mark.parametrize(("path", "comes"), [("/static/icon.svg?", True), ("/nothing/", False)])
def test_background_images_are_offered_and_may_fail_without_harm(
    browser: Browser, sirte_on_the_web: Register, address: str, path: str, comes: bool
) -> None:
    with serving(
        sirte_on_the_web, imagery_url=f"{address}{path}{{z}}/{{x}}/{{y}}", imagery_attribution="N. N."
    ) as served:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{served}/map?lang=en&show=imagery")
        drawn(page)
        if comes:
            page.wait_for_function("() => document.querySelectorAll('.leaflet-tile-loaded[src*=icon]').length > 3")
        else:
            expect(page.locator("#note-line")).to_contain_text("background map is not available")
        assert in_map(page, "return layers.plots._data.size > 0;")
        page.close()
