# SPDX-License-Identifier: Apache-2.0
"""A consultant's file comes in whole or not at all: sent, seen on the map, answered about, committed, undone."""

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ezdxf.document import Drawing
from ezdxf.layouts import Modelspace
from playwright.sync_api import Browser, Page, expect
from shapely import Polygon, box
from shapely.affinity import translate

from layers.access import new_admin_link
from layers.embedded import Cluster
from tests.conftest import Register, a_register
from tests.files import drawings, good, models, rasters
from tests.files.projects import package, project
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone
from tests.serving import serving
from tests.web.conftest import DESKTOP, PHONE, Watched
from tests.web.test_accessible import findings
from tests.working import at_work

Bench = Callable[..., Page]
SLOW = 60_000


@pytest.fixture(scope="module")
def land(cluster: Cluster, template: str) -> Iterator[Register]:
    with a_register(cluster, template) as made:
        with made.connect() as db:
            a_plot(db, a_block(db, a_zone(db)), "A01-001")
        yield made


@pytest.fixture(scope="module")
def desk(land: Register, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Server and jobs over a zone with a block and a plot."""
    data = tmp_path_factory.mktemp("data")
    data.chmod(0o755)
    with serving(land, data=data) as served, at_work(land, data / "files"):
        yield served


@pytest.fixture
def bench(browser: Browser, desk: str, land: Register, watched: Watched) -> Iterator[Bench]:
    """The page of files, for somebody who was let in."""
    contexts = []

    def opened(lang: str = "en", size: tuple[int, int] = DESKTOP, path: str = "/files", *, let_in: bool = True) -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        contexts.append(context)
        page = context.new_page()
        watched.watch(page, desk)
        if let_in:
            page.goto(f"{desk}/admin/enter?lang={lang}&key={new_admin_link(land.url())}")
            page.locator("main button[type=submit]").click()
            page.wait_for_url("**/admin?*")
        page.goto(f"{desk}{path}{'&' if '?' in path else '?'}lang={lang}")
        return page

    yield opened
    for context in contexts:
        context.close()


def choose(page: Page, *files: Path) -> None:
    expect(page.locator("#choose")).to_be_enabled(timeout=SLOW)
    page.locator("#choose").set_input_files([str(file) for file in files])


def dropped(page: Page, *files: Path) -> None:
    """Drags files onto the page."""
    expect(page.locator("#choose")).to_be_enabled(timeout=SLOW)
    page.evaluate(
        """(files) => {
          const dataTransfer = new DataTransfer();
          for (const { name, bytes } of files) dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
          document.getElementById("drop").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        [{"name": file.name, "bytes": list(file.read_bytes())} for file in files],
    )


def tried(page: Page, *files: Path) -> None:
    """Sends files and waits for their first report."""
    choose(page, *files)
    expect(page.locator(".conclusion")).to_be_visible(timeout=SLOW)


def settled(page: Page) -> None:
    """Waits until the answers' report is there."""
    expect(page.locator("#progress")).to_be_hidden(timeout=SLOW)


def answer(page: Page, act: Callable[[], object]) -> None:
    """Does what changes an answer, and waits for the report that follows from it."""
    before = page.locator("[data-panel]").get_attribute("data-answered")
    act()
    expect(page.locator(f'[data-panel][data-answered="{before}"]')).to_have_count(0, timeout=SLOW)
    settled(page)


def turned(x: float, y: float, turn_deg: float = 30.0) -> tuple[float, float]:
    """Where a drawing in millimetres, turned and shifted, has a place of the ground (metres from the test corner)."""
    cos, sin = math.cos(math.radians(-turn_deg)), math.sin(math.radians(-turn_deg))
    return (cos * x - sin * y) * 1000 + 5000, (sin * x + cos * y) * 1000 - 7000


def plots_in_millimetres(path: Path) -> Path:
    def fill(_: Drawing, space: Modelspace) -> None:
        for left in (100, 150):
            corners = [turned(x, y) for x, y in ((left, 0), (left + 50, 0), (left + 50, 50), (left, 50))]
            space.add_lwpolyline(corners, close=True, dxfattribs={"layer": "PLOTS"})

    return drawings.drawing(path, fill, units=4)


def rows(land: Register, question: str) -> list[tuple[Any, ...]]:
    with land.connect() as db:
        return db.execute(question).fetchall()  # type: ignore[arg-type,unused-ignore]


def test_who_is_not_let_in_is_told_how_and_can_send_nothing(bench: Bench, watched: Watched) -> None:
    watched.server_away = True  # the refusal is what this is about
    page = bench(let_in=False)
    expect(page.locator("main")).to_contain_text("./marsa link")
    told = page.evaluate("async () => (await fetch('/files/incoming', {method: 'POST', body: '{}'})).status")
    assert told == 403


def test_a_drawing_in_millimetres_without_a_system_is_fitted_committed_and_undone(
    bench: Bench, land: Register, tmp_path: Path
) -> None:
    page = bench()
    tried(page, plots_in_millimetres(tmp_path / "plan.dxf"))
    expect(page.locator("#commit")).to_be_disabled()
    expect(page.locator(".candidate")).to_have_count(3)
    # Each candidate can be looked at, and says how far from the zone the file would lie.
    page.locator("[data-would]").first.click()
    expect(page.locator("#spoken")).to_have_text("Shown on the map")
    page.locator("#fit-box summary").click()
    grounds = [(100, 0), (200, 0), (200, 50), (100, 50)]
    page.locator("[data-do=add-point]").click()
    for row, (x, y) in enumerate(grounds):
        east = EAST + x + (9 if row == 3 else 0)  # the last one is wrong
        for name, value in zip(("x", "y", "east", "north"), (*turned(x, y), east, NORTH + y), strict=True):
            page.locator(f"#points tbody tr:nth-child({row + 1}) [name=point-{name}]").fill(str(value))
    expect(page.locator("#points tr[data-outlier] [name=point-name]")).to_have_value("4")
    page.locator("#points tr:nth-child(4) [name=point-east]").fill(str(EAST + 100))
    expect(page.locator("#fit-scale")).to_have_text("0.001")
    expect(page.locator("#fit-rotation")).to_contain_text("30.00000°")
    expect(page.locator("#points tr:nth-child(1) .left")).to_have_text("0.000")
    answer(page, page.locator("[data-do=fit]").click)
    expect(page.locator("#crs-field")).to_contain_text("as its control points say")
    page.locator("#commit").click()
    expect(page.locator(".done")).to_contain_text("The file is in, whole.", timeout=SLOW)
    kept = rows(
        land,
        "select ST_AsText(geom, 2), crs_operation from register.reference_line l join register.source s on s.id = l.source_id union all select ST_AsText(geom, 2), crs_operation from register.reference_area a join register.source s on s.id = a.source_id",
    )
    assert len(kept) == 2
    assert all(operation.startswith("+proj=affine") for _, operation in kept)
    assert f"{EAST + 100} {NORTH}" in str(kept)
    page.locator(".done [data-undo]").click()
    page.locator("#sure button[value=no]").click()
    assert rows(land, "select count(*) from register.reference_area") == [(2,)]
    page.locator(".done [data-undo]").click()
    page.locator("#sure button[value=yes]").click()
    expect(page.locator(".done")).to_contain_text("Undone", timeout=SLOW)
    assert rows(land, "select count(*) from register.reference_area") == [(0,)]


def test_texts_in_the_wrong_alphabet_are_seen_and_switched(bench: Bench, tmp_path: Path) -> None:
    parts = arabic_shapefile(tmp_path / "given")
    page = bench("ar")
    dropped(page, *parts)
    expect(page.locator(".conclusion")).to_be_visible(timeout=SLOW)
    expect(page.locator("#samples")).not_to_contain_text("مخزن الحبوب")
    answer(page, lambda: page.locator("#encoding").select_option("windows-1256"))
    expect(page.locator("#samples")).to_contain_text("مخزن الحبوب")
    expect(page.locator("#encoding")).to_have_value("windows-1256")


def arabic_shapefile(folder: Path) -> list[Path]:
    """A Shapefile whose texts are windows-1256 and whose .cpg says otherwise."""
    parts = good.shapefile(
        folder, name="plan", crs="EPSG:3201", encoding="windows-1256",
        geometries=[translate(box(0, 0, 40, 60), EAST + 400, NORTH)], name_ar=["مخزن الحبوب"],
    )  # fmt: skip
    (folder / "plan.cpg").write_text("windows-1252")
    return parts


def plan(path: Path, shapes: list[Polygon], first: int = 1) -> Path:
    features = [
        good.feature(shape, **{"رقم القطعة": f"A01-{first + i:03d}", "الاستعمال": "LOG"})
        for i, shape in enumerate(shapes)
    ]
    return good.geojson(path, features, crs={"type": "name", "properties": {"name": "EPSG:3201"}})


def at(x: float, y: float, width: float = 50.0, height: float = 50.0) -> Polygon:
    return box(EAST + x, NORTH + y, EAST + x + width, NORTH + y + height)


def test_plots_adopt_the_existing_edge_and_every_move_is_listed(bench: Bench, land: Register, tmp_path: Path) -> None:
    page = bench()
    tried(page, plan(tmp_path / "plots.geojson", [at(49.98, 0.01)], first=2))
    answer(page, lambda: page.locator("#target").select_option("layer:plots"))
    expect(page.locator(".findings")).to_contain_text("overlaps plot A01-001")
    expect(page.locator("#commit")).to_be_disabled()
    page.locator(".findings [data-place]").first.click()
    expect(page.locator("#spoken")).to_have_text("Shown on the map")

    def five_centimetres() -> None:
        page.locator("#adopt").fill("5")
        page.locator("#adopt").blur()

    answer(page, five_centimetres)
    expect(page.locator("#moves summary")).to_contain_text("3")
    page.locator("#moves summary").click()
    expect(page.locator("#moves li").first).to_contain_text("mm")
    page.locator("#commit").click()
    expect(page.locator("#written")).to_contain_text("1 plot", timeout=SLOW)
    borders = rows(
        land,
        "select ST_Length(ST_Intersection(a.geom, b.geom)) from register.plot a join register.plot b on a.plot_number = 'A01-001' and b.plot_number = 'A01-002'",
    )
    assert borders == [(50.0,)]


def numbered_plots_and_a_road(path: Path) -> Path:
    def fill(_: Drawing, space: Modelspace) -> None:
        for number in (1, 2):
            left, bottom = EAST + 300 + 50 * number, NORTH + 300
            corners = [(left, bottom), (left + 50, bottom), (left + 50, bottom + 50), (left, bottom + 50)]
            space.add_lwpolyline(corners, close=True, dxfattribs={"layer": "PLOTS"})
            space.add_text(f"T-{number}", dxfattribs={"layer": "NUM", "insert": (left + 20, bottom + 20)})
        space.add_line((EAST, NORTH + 290), (EAST + 500, NORTH + 290), dxfattribs={"layer": "ROADS"})

    return drawings.drawing(path, fill)


@pytest.mark.parametrize(("lang", "size"), [("en", DESKTOP), ("ar", PHONE)])
def test_layers_of_one_drawing_go_to_different_targets_and_the_written_numbers_are_the_plots(
    bench: Bench, land: Register, tmp_path: Path, lang: str, size: tuple[int, int]
) -> None:
    page = bench(lang, size)
    tried(page, numbered_plots_and_a_road(tmp_path / "plan.dxf"))
    answer(page, page.locator('[name=crs][value="EPSG:3201"]').check)
    answer(page, lambda: page.locator("[name=layer-target][data-field=PLOTS]").select_option("layer:plots"))
    expect(page.locator('[name=column][data-field="plots.NUM"]')).to_have_value("plot_number")
    answer(page, lambda: page.locator('[name=value][data-field="plots.land_use"]').select_option("LOG"))
    assert not findings(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#commit").click()
    expect(page.locator(".done [data-undo]")).to_be_visible(timeout=SLOW)
    assert rows(land, "select plot_number from register.plot where plot_number like 'T-%' order by 1") == [
        ("T-1",),
        ("T-2",),
    ]
    assert rows(land, "select drawing_layer from register.reference_line") == [("ROADS",)]
    page.locator(".done [data-undo]").click()
    page.locator("#sure button[value=yes]").click()
    expect(page.locator(".done [data-undo]")).to_have_count(0, timeout=SLOW)


def test_the_page_can_be_left_and_shows_how_it_stands_when_one_comes_back(bench: Bench, tmp_path: Path) -> None:
    page = bench()
    tried(page, plan(tmp_path / "left.geojson", [at(300, 300)], first=40))
    page.goto(page.url.split("/files")[0] + "/map?lang=en")
    page.goto(page.url.split("/map")[0] + "/files?lang=en")
    page.locator("#lists a", has_text="left.geojson").click()
    expect(page.locator(".conclusion")).to_be_visible(timeout=SLOW)
    page.locator("[data-do=forget]").click()
    expect(page.locator("#lists")).not_to_contain_text("left.geojson")


def test_the_same_file_is_taken_once_unless_asked_for_again(bench: Bench, land: Register, tmp_path: Path) -> None:
    page = bench()
    path = plan(tmp_path / "twice.geojson", [at(600, 600)], first=60)
    for _ in range(2):
        page.goto(page.url.split("?")[0] + "?lang=en")
        tried(page, path)
        page.locator("#commit").click()
        expect(page.locator(".done, #refusal")).to_be_visible(timeout=SLOW)
    expect(page.locator("#refusal")).to_contain_text("exactly this content was committed")
    assert rows(land, "select count(*) from register.reference_drawing where title = 'twice.geojson'") == [(1,)]
    answer(page, lambda: page.locator("[name=again]").check())
    page.locator("#commit").click()
    expect(page.locator(".done")).to_be_visible(timeout=SLOW)


REFUSED = (
    ("empty.geojson", b"", "is empty"),
    ("plan.dwg", b"AC1032 drawing", "DXF (*.dxf)"),
    ("renamed.dxf", b"AC1032" + b"\x00" * 200, "DXF (*.dxf)"),
    ("plan.pages", b"what is this", "are not read"),
    ("plan.dbf", b"\x03", "without its .shp"),
    ("scan.png", b"\x89PNG\r\n\x1a\n", "save it as GeoTIFF"),
    ("photo.jpg", b"\xff\xd8\xff\xe0", "save it as GeoTIFF"),
    ("flight.ecw", b"ecw", "Save it as GeoTIFF"),
    ("plan.gpkg", b"no database at all", "not what the name says"),
    ("cut.tif", b"II*\x00" + b"\xff" * 60, "cut short"),
)


WORDS_OF_PROGRAMS = re.compile(
    r"\b(plot_number|land_use|reference_\w+|boundary_\w+|network_\w+|model_row|model_table|project_record|admin:|"
    r"POLYGON|LINESTRING|self_intersection|None|EPSG:–|dxf|epanet|oc4ids)\b|EPSG:–|[0-9a-f]{8}-[0-9a-f]{4}-"
)


FILE_NAME = re.compile(r"\S+\.[a-z]{2,8}\b")


def test_models_and_projects_are_listed_with_what_is_kept_and_come_back(
    bench: Bench, land: Register, tmp_path: Path
) -> None:
    page = bench("ar")
    model, records = models.epanet(tmp_path / "شبكة.inp"), package(tmp_path / "projects.json", project())
    tried(page, model)
    answer(page, lambda: page.locator("#target").select_option("model"))
    page.locator("#commit").click()
    expect(page.locator(".done")).to_contain_text("نموذج شبكة: 1", timeout=SLOW)
    tried(page, records)
    answer(page, lambda: page.locator("#target").select_option("layer:projects"))
    page.locator("#commit").click()
    expect(page.locator(".done")).to_be_visible(timeout=SLOW)
    kept = page.locator("#kept > li")
    expect(kept).to_have_count(2, timeout=SLOW)
    expect(kept.nth(0)).to_contain_text("نموذج EPANET لمياه الشرب")
    kept.nth(0).locator("summary").click()
    expect(kept.nth(0)).to_contain_text("JUNCTIONS")
    expect(kept.nth(1)).to_contain_text("الوثائق المحفوظة")
    for row, sent in ((0, model), (1, records)):
        with page.expect_download() as download:
            kept.nth(row).locator("a").click()
        assert download.value.path().read_bytes() == sent.read_bytes()
        assert download.value.suggested_filename == sent.name
    assert not WORDS_OF_PROGRAMS.search(FILE_NAME.sub("", page.locator("#lists").inner_text()))
    for nothing in ("no-number", "00000000-0000-4000-8000-000000000000"):
        assert page.request.get(f"{page.url.partition('/files')[0]}/files/kept/{nothing}").status == 404


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_arabic_page_says_nothing_in_words_of_programs_and_cuts_nothing_off(
    bench: Bench, tmp_path: Path, size: tuple[int, int]
) -> None:
    page = bench("ar", size)
    bow_tie = Polygon([(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 9, NORTH), (EAST, NORTH + 9)])
    tried(page, plan(tmp_path / "faults.geojson", [bow_tie, at(0, 0), at(5000, 0)], first=1))
    answer(page, lambda: page.locator("#target").select_option("layer:plots"))
    for details in page.locator(".finding:not([open]) summary").all():
        details.click()
    said = page.locator("#file").inner_text()
    assert "حده يقطع نفسه" in said
    assert not WORDS_OF_PROGRAMS.search(FILE_NAME.sub("", said))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for row in page.locator("#lists li").all():
        box_ = row.bounding_box()
        assert box_ is not None
        assert box_["x"] >= 0
        assert box_["x"] + box_["width"] <= size[0]
    page.locator("[data-do=forget]").click()


def test_what_is_not_read_is_refused_with_a_sentence(bench: Bench, watched: Watched, tmp_path: Path) -> None:
    watched.server_away = True  # the browser tells of each refusal
    page = bench()
    for name, content, words in REFUSED:
        (tmp_path / name).write_bytes(content)
        dropped(page, tmp_path / name)
        expect(page.locator("#wrong:visible, #refusal:visible").last).to_contain_text(words, timeout=SLOW)


def test_a_broken_line_is_told_and_gone_on_from(bench: Bench, watched: Watched, tmp_path: Path) -> None:
    watched.server_away = True
    page = bench()
    asked: list[int] = []

    def cut(route: Any) -> None:
        asked.append(1)
        if len(asked) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/parts/*", cut)
    choose(page, plan(tmp_path / "broken.geojson", [at(700, 700)], first=70))
    expect(page.locator("#spoken")).to_contain_text("goes on by itself")
    expect(page.locator(".conclusion")).to_be_visible(timeout=SLOW)
    assert len(asked) >= 2


def test_all_of_it_goes_by_keyboard(bench: Bench, tmp_path: Path) -> None:
    page = bench()
    path = plan(tmp_path / "keys.geojson", [at(800, 800)], first=80)
    expect(page.locator("#choose")).to_be_enabled(timeout=SLOW)
    page.bring_to_front()  # a chooser opens for the page in front alone
    page.locator("#choose").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(str(path))
    expect(page.locator("#file-title")).to_be_focused(timeout=SLOW)
    expect(page.locator(".conclusion")).to_be_visible(timeout=SLOW)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.id") == "commit":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".done")).to_be_visible(timeout=SLOW)


@pytest.mark.parametrize(("lang", "size"), [("en", DESKTOP), ("ar", PHONE)], ids=["desk", "phone"])
def test_nothing_keeps_a_planner_out(bench: Bench, tmp_path: Path, lang: str, size: tuple[int, int]) -> None:
    page = bench(lang, size)
    tried(page, plots_in_millimetres(tmp_path / f"axe-{lang}-{size[0]}.dxf"))
    page.locator("#fit-box summary").click()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def a_survey(path: Path, **more: Any) -> Path:
    """Terrain under the land of the tests."""
    return rasters.terrain(path, transform=rasters.from_origin(EAST - 100, NORTH + 500, 2, 2), **more)


def test_terrain_is_seen_asked_about_committed_and_undone_by_keyboard(
    bench: Bench, land: Register, tmp_path: Path
) -> None:
    page = bench()
    tried(page, a_survey(tmp_path / "survey.tif"))
    expect(page.locator("img.leaflet-image-layer")).to_be_visible()
    expect(page.locator("#commit")).to_be_disabled()
    expect(page.locator(".findings")).to_contain_text("counted from")

    def typed(field: str, words: str) -> Callable[[], object]:
        def act() -> None:
            page.locator(field).focus()
            page.keyboard.type(words)
            page.keyboard.press("Tab")

        return act

    page.locator("[name=kind][value=terrain]").focus()
    answer(page, lambda: page.keyboard.press("Space"))
    for field, words in (("#title-ar", "مسح"), ("#title-en", "Survey"), ("#source", "Survey 2025")):
        answer(page, typed(field, words))
    answer(page, lambda: page.locator("#taken-on").fill("2025-03-01"))
    expect(page.locator("#commit")).to_be_disabled()  # heights above nobody knows what
    answer(page, lambda: page.locator("#vertical-datum").select_option("egm2008"))
    expect(page.locator("#commit")).to_be_enabled()
    page.locator("#commit").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".done")).to_contain_text("under the plan now", timeout=SLOW)
    assert rows(land, "select title_en, vertical_datum from published.terrain") == [("Survey", "egm2008")]
    assert rows(land, "select count(*) > 0 from published.plot_terrain") == [(True,)]
    expect(page.locator(".done a.button")).to_have_attribute("href", re.compile("show=terrain&at=1[0-9]/31"))
    page.locator(".done [data-undo]").click()
    page.locator("#sure button[value=yes]").click()
    expect(page.locator(".done")).to_contain_text("Undone", timeout=SLOW)
    assert rows(land, "select count(*) from published.terrain") == [(0,)]


def test_a_raster_without_a_system_is_seen_where_it_would_lie_and_keeps_nobody_out(
    bench: Bench, tmp_path: Path
) -> None:
    page = bench("ar", PHONE)
    tried(page, a_survey(tmp_path / "nowhere.tif", crs=None))
    expect(page.locator("#commit")).to_be_disabled()
    page.locator("[data-would='3201']").click()
    expect(page.locator("img.leaflet-image-layer")).to_be_visible()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    answer(page, lambda: page.locator("[name=crs][value='EPSG:3201']").check())
    expect(page.locator("#crs-field")).to_contain_text("LGD2006")
