# SPDX-License-Identifier: Apache-2.0
"""Tables are for people: words in their language, areas rounded, plots as they count; and nothing in them runs."""

import csv
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
import shapely

from gis.formulas import as_meant, neutralised
from gis.reading.parent import read
from tests.conftest import Register
from tests.layers.exporting.conftest import FORMULAS, taken
from tests.layers.land import EAST, NORTH

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", [*FORMULAS, "''=1", "'' ", "A-1", "", "قطعة"])
def test_what_was_made_harmless_is_read_as_it_was(text: str) -> None:
    assert as_meant(neutralised(text)) == text
    assert not re.match(r"[\s'\u00a0]*[=+@\-＝＋－＠]", neutralised(text)) or neutralised(text).startswith("'")


def test_no_cell_of_a_csv_runs_and_our_own_import_reads_every_text_back(zone: Register, tmp_path: Path) -> None:
    taken(zone, "projects", tmp_path / "projects.csv", shape="lonlat")
    texts = {row["Project code"]: row["Project"] for row in table(tmp_path / "projects.csv")}
    for number, text in enumerate(FORMULAS):
        assert texts[f"PR-{number}"] == neutralised(text)
    (layer,) = read(tmp_path / "projects.csv").layers
    found = dict(zip(layer.columns["Project code"], layer.columns["Project"], strict=True))
    # Its reader takes white space off the ends of every cell, ours or not.
    assert found == {f"PR-{number}": text.strip() for number, text in enumerate(FORMULAS)}


def test_a_workbook_holds_formula_like_text_as_text_for_good(zone: Register, tmp_path: Path) -> None:
    taken(zone, "projects", tmp_path / "projects.xlsx")
    with zipfile.ZipFile(tmp_path / "projects.xlsx") as archive:
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    assert not list(sheet.iter(f"{MAIN}f"))
    formats = styles.find(f"{MAIN}cellXfs")
    assert formats is not None
    for text in FORMULAS:
        if neutralised(text) != text and "\r" not in text:
            cells = [c for c in sheet.iter(f"{MAIN}c") if "".join(c.itertext()) == text]
            assert cells, text
            assert all(formats[int(cell.get("s", "0"))].get("quotePrefix") == "1" for cell in cells)


@pytest.mark.parametrize(("language", "said"), [("ar", "لوجستيات وتخزين"), ("en", "Logistics and storage")])
def test_codes_are_said_in_words_with_the_code_beside_them(
    zone: Register, tmp_path: Path, language: str, said: str
) -> None:
    taken(zone, "plots", tmp_path / "plots.csv", language=language)
    rows = table(tmp_path / "plots.csv")
    heading = {"ar": "الاستعمال", "en": "Land use"}[language]
    beside = {"ar": "الاستعمال – رمز", "en": "Land use – code"}[language]
    assert {(row[heading], row[beside]) for row in rows} == {(said, "LOG")}


def test_plots_stand_in_the_order_in_which_people_count(zone: Register, tmp_path: Path) -> None:
    taken(zone, "plots", tmp_path / "plots.csv")
    assert [row["Plot number"] for row in table(tmp_path / "plots.csv")] == ["A01-9", "A01-10", "A01-100", "B01-1"]


def test_areas_are_rounded_and_what_is_not_known_is_empty(zone: Register, tmp_path: Path) -> None:
    taken(zone, "plots", tmp_path / "plots.csv")
    rows = {row["Plot number"]: row for row in table(tmp_path / "plots.csv")}
    assert rows["A01-10"]["Area (m²)"] == "1111.09"
    assert rows["A01-10"]["Annual usufruct charge (LYD/m²)"] == ""
    assert rows["A01-9"]["Annual usufruct charge (LYD/m²)"] == "12.5"


def test_every_row_says_whose_it_is_and_what_it_is_not(zone: Register, tmp_path: Path) -> None:
    taken(zone, "plots", tmp_path / "plots.csv")
    for row in table(tmp_path / "plots.csv"):
        assert "not the national land registry" in row["Source and notice"]
        assert re.search(r"plots \d+, \d{4}-\d\d-\d\d", row["Source and notice"])


def test_only_what_was_asked_for_is_in_the_file(zone: Register, tmp_path: Path) -> None:
    taken(zone, "plots", tmp_path / "plots.csv", properties=("plot_number",), shape="none")
    assert set(table(tmp_path / "plots.csv")[0]) == {"Plot number", "Identifier", "Source and notice"}


def test_positions_in_degrees_lie_in_their_plots(zone: Register, tmp_path: Path) -> None:
    taken(zone, "plots", tmp_path / "plots.csv", shape="lonlat")
    with zone.connect("marsa_public") as connection:
        rows = connection.execute("select plot_number, ST_AsBinary(geom_4326) from published.plots").fetchall()
    shapes = {number: shapely.from_wkb(shape) for number, shape in rows}
    for row in table(tmp_path / "plots.csv"):
        assert shapes[row["Plot number"]].contains(shapely.Point(float(row["Longitude"]), float(row["Latitude"])))


def test_an_arabic_workbook_runs_from_right_to_left_with_typed_cells_under_a_frozen_row(
    zone: Register, tmp_path: Path
) -> None:
    taken(zone, "plots", tmp_path / "plots.xlsx", language="ar")
    with zipfile.ZipFile(tmp_path / "plots.xlsx") as archive:
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        about = "".join(ElementTree.fromstring(archive.read("xl/worksheets/sheet2.xml")).itertext())
    view = sheet.find(f"{MAIN}sheetViews/{MAIN}sheetView")
    assert view is not None
    assert view.get("rightToLeft") == "1"
    pane = view.find(f"{MAIN}pane")
    assert pane is not None
    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
    assert "السجل العقاري" in about
    (layer,) = [layer for layer in read(tmp_path / "plots.xlsx").layers if layer.name == "القطع"]
    assert list(layer.columns["رقم القطعة"]) == ["A01-9", "A01-10", "A01-100", "B01-1"]
    cells = [cell for row in sheet.iter(f"{MAIN}row") for cell in row][len(layer.fields) :]
    numbers = [cell for cell in cells if cell.get("t") is None and cell.find(f"{MAIN}v") is not None]
    assert len(numbers) >= 4 * 4  # phase, area, position: numbers, not texts that look so
    with_dates = [cell for cell in numbers if cell.get("s") == "2"]
    assert len(with_dates) == 4


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_stake_out_list_has_every_corner_once(zone: Register, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"plots.{ending}"
    taken(zone, "plots", path, shape="corners")
    # Our own import takes the list for what it is, and gets the plots' outlines from it.
    (layer, *_) = read(path).layers
    outlines = dict(zip(layer.columns["Plot number"], layer.geometries, strict=True))
    assert shapely.equals(outlines["A01-9"], shapely.box(EAST + 100, NORTH, EAST + 150, NORTH + 50))
    if ending == "xlsx":
        return
    rows = table(path)
    nine = [row for row in rows if row["Plot number"] == "A01-9"]
    assert [(row["Corner"], float(row["E"]) - EAST, float(row["N"]) - NORTH) for row in nine] == [
        ("1", 100, 0), ("2", 150, 0), ("3", 150, 50), ("4", 100, 50),
    ]  # fmt: skip
    assert [row["Point code"] for row in nine] == ["BP-7", "", "", ""]
    assert {row["H"] for row in rows} == {""}  # heights of plots are not known, and none is made up
    assert [row["Corner"] for row in rows if row["Plot number"] == "B01-1"] == [str(n) for n in range(1, 9)]
    assert list(dict.fromkeys(row["Plot number"] for row in rows)) == ["A01-9", "A01-10", "A01-100", "B01-1"]
