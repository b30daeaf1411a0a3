# SPDX-License-Identifier: Apache-2.0
"""The number that a consultant writes into a plot's outline is the plot's number; what is unclear is asked, never guessed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ezdxf.document import Drawing
from ezdxf.layouts import Modelspace
from pyproj import CRS

from gis.numbering import bare, looks_like_a_number
from layers.importing.report import Report
from layers.importing.wishes import Wishes
from tests.conftest import Register
from tests.files.drawings import drawing
from tests.layers.importing.conftest import Importer
from tests.layers.land import EAST, NORTH, a_block, a_zone

Write = Callable[[Drawing, Modelspace], object]


def text(space: Modelspace, said: str, x: float, y: float, layer: str = "NUM") -> None:
    space.add_text(said, dxfattribs={"layer": layer, "insert": (EAST + x, NORTH + y)})


def plan(folder: Path, write: Write, *, plots: int = 3) -> Path:
    """Plots of 20 m by 20 m beside one another on PLOTS, and what `write` adds; middles at (30 + 20 n, 30)."""

    def fill(document: Drawing, space: Modelspace) -> None:
        for number in range(plots):
            left, bottom = EAST + 20 + 20 * number, NORTH + 20
            corners = [(left, bottom), (left + 20, bottom), (left + 20, bottom + 20), (left, bottom + 20)]
            space.add_lwpolyline(corners, close=True, dxfattribs={"layer": "PLOTS"})
        write(document, space)

    return drawing(folder / "plan.dxf", fill)


@pytest.fixture
def block(register: Register) -> None:
    with register.connect() as db:
        a_block(db, a_zone(db))


def wishes(**more: Any) -> Wishes:
    return Wishes(target="layer:plots", zone="SFZ", crs=CRS("EPSG:3201"), **{"values": {"land_use": "LOG"}, **more})


def codes(report: Report) -> set[str]:
    return {finding.issue.code for finding in report.findings}


def numbers(register: Register) -> list[str]:
    with register.connect() as db:
        return [str(row[0]) for row in db.execute("select plot_number from register.plot order by ST_XMin(geom)")]


def test_texts_multiline_texts_and_words_before_them_become_the_numbers(
    block: None, register: Register, tmp_path: Path, imported: Importer
) -> None:
    def write(_: Drawing, space: Modelspace) -> None:
        text(space, "A-12", 30, 30)
        space.add_mtext("{\\fArial|b0;قطعة رقم ١٣}", dxfattribs={"layer": "NUM", "insert": (EAST + 50, NORTH + 30)})
        text(space, "Plot 14", 70, 30)
        for number in range(3):  # areas and lengths of sides stand in every consultant's plan
            text(space, "400.00 m2", 30 + 20 * number, 26, "AREA")
            text(space, "20.00", 30 + 20 * number, 20.5, "DIM")

    report = imported(plan(tmp_path, write), wishes())
    assert report.written == {"plot": 3}
    assert numbers(register) == ["A-12", "١٣", "14"]
    (told,) = [finding.issue for finding in report.findings if finding.issue.code == "numbers_from_texts"]
    assert (told.facts["source"], told.facts["taken"], told.facts["of"]) == ("NUM", 3, 3)
    assert {use.file_field: (use.column, use.how) for use in report.layers[0].fields}["NUM"] == ("plot_number", "texts")


def test_number_area_and_use_on_one_layer_are_told_apart(
    block: None, register: Register, tmp_path: Path, imported: Importer
) -> None:
    def write(_: Drawing, space: Modelspace) -> None:
        for number in range(3):
            x = 30 + 20 * number
            text(space, str(7 + number), x, 30, "TEXT")
            text(space, "400", x, 27, "TEXT")  # the area, by what the outline holds
            text(space, "سكني", x, 24, "TEXT")

    assert imported(plan(tmp_path, write), wishes()).written == {"plot": 3}
    assert numbers(register) == ["7", "8", "9"]


def test_attributes_of_blocks_are_fields_and_the_one_named_so_is_the_number(
    block: None, register: Register, tmp_path: Path, imported: Importer
) -> None:
    def write(document: Drawing, space: Modelspace) -> None:
        tag = document.blocks.new("TAG")
        for name in ("PLOT_NO", "LANDUSE"):
            tag.add_attdef(name, (0, 0))
        for number in range(3):
            reference = space.add_blockref("TAG", (EAST + 30 + 20 * number, NORTH + 30), dxfattribs={"layer": "TAGS"})
            reference.add_auto_attribs({"PLOT_NO": f"K{number}", "LANDUSE": "LOG"})

    assert imported(plan(tmp_path, write), wishes(values={})).written == {"plot": 3}
    assert numbers(register) == ["K0", "K1", "K2"]


def test_a_text_belongs_to_the_smallest_outline_around_it(
    block: None, register: Register, tmp_path: Path, imported: Importer
) -> None:
    def write(_: Drawing, space: Modelspace) -> None:
        corners = [(EAST + 15, NORTH + 15), (EAST + 95, NORTH + 10), (EAST + 95, NORTH + 45), (EAST + 15, NORTH + 45)]
        space.add_lwpolyline(corners, close=True, dxfattribs={"layer": "BLOCK"})
        for number in range(3):
            text(space, str(number + 1), 30 + 20 * number, 30)

    report = imported(plan(tmp_path, write), wishes(layers=frozenset({"PLOTS"})))
    assert report.written == {"plot": 3}
    assert numbers(register) == ["1", "2", "3"]


def test_none_several_and_outside_are_told_and_nothing_is_guessed(
    block: None, register: Register, tmp_path: Path, imported: Importer
) -> None:
    def write(_: Drawing, space: Modelspace) -> None:
        text(space, "1", 30, 30)
        text(space, "2", 50, 32)
        text(space, "3", 50, 24)
        text(space, "77", 300, 300)

    report = imported(plan(tmp_path, write), wishes())
    assert report.import_id is None
    assert {"texts_several", "text_outside", "value_missing"} <= codes(report)
    (several,) = [finding.issue for finding in report.findings if finding.issue.code == "texts_several"]
    assert several.facts["texts"] == ["2", "3"]
    (outside,) = [finding for finding in report.findings if finding.issue.code == "text_outside"]
    assert outside.issue.facts["text"] == "77"
    assert outside.lonlat is not None
    # Whoever says so takes the one that is clear.
    assert imported(plan(tmp_path, write), wishes(leave_out_faulty=True)).written == {"plot": 1}
    assert numbers(register) == ["1"]


def test_two_layers_of_numbers_are_asked_about_and_the_answer_holds(
    block: None, register: Register, tmp_path: Path, imported: Importer
) -> None:
    def write(_: Drawing, space: Modelspace) -> None:
        for number in range(3):
            text(space, str(number + 1), 30 + 20 * number, 30, "OLD")
            text(space, str(number + 101), 30 + 20 * number, 26, "NEW")

    report = imported(plan(tmp_path, write), wishes())
    assert report.import_id is None
    assert "texts_doubtful" in codes(report)
    assert imported(plan(tmp_path, write), wishes(columns={"NEW": "plot_number"})).written == {"plot": 3}
    assert numbers(register) == ["101", "102", "103"]


def test_one_number_in_two_plots_numbers_neither(block: None, tmp_path: Path, imported: Importer) -> None:
    def write(_: Drawing, space: Modelspace) -> None:
        for number in range(3):
            text(space, str(max(1, number)), 30 + 20 * number, 30)

    report = imported(plan(tmp_path, write), wishes())
    assert report.import_id is None
    assert "value_repeated" in codes(report)


def test_a_drawing_beside_the_register_keeps_its_texts_as_they_are(tmp_path: Path, imported: Importer) -> None:
    report = imported(plan(tmp_path, lambda _, space: text(space, "1", 30, 30)), Wishes(crs=CRS("EPSG:3201")))
    assert report.written == {"reference_drawing": 1, "reference_area": 3, "reference_point": 1}


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("12", "12"),
        ("A-01/3", "A-01/3"),
        ("١٢", "١٢"),
        ("قطعة 12", "12"),
        ("Plot No. 7", "7"),
        ("PLOT-7", "PLOT-7"),
        ("12 أ", "12 أ"),
        ("400 m2", None),
        ("٤٠٠ م٢", None),
        ("25.30", None),
        ("مساحة 400", None),
        ("سكني", None),
        ("as agreed on 12 May with the owner", None),
    ],
)
def test_what_looks_like_a_number(said: str, number: str | None) -> None:
    assert looks_like_a_number(said) is (number is not None)
    if number is not None:
        assert bare(said) == number
