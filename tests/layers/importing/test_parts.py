# SPDX-License-Identifier: Apache-2.0
"""One drawing brings blocks, plots and roads in one run, each where it belongs, and all of it or nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from ezdxf.document import Drawing
from ezdxf.layouts import Modelspace
from pyproj import CRS

from layers.importing.acting import undo
from layers.importing.answers import understood
from layers.importing.report import Report
from layers.importing.wishes import Wishes
from layers.incoming import BadAnswer
from tests.conftest import Register
from tests.files.charts import Object, chart
from tests.files.drawings import drawing
from tests.files.good import geojson
from tests.layers.importing.conftest import Importer
from tests.layers.importing.test_charts import OBJECTS, near
from tests.layers.land import EAST, NORTH, a_zone


def outline(space: Modelspace, x: float, y: float, width: float, depth: float, layer: str) -> None:
    left, bottom = EAST + x, NORTH + y
    corners = [(left, bottom), (left + width, bottom), (left + width, bottom + depth), (left, bottom + depth)]
    space.add_lwpolyline(corners, close=True, dxfattribs={"layer": layer})


@pytest.fixture
def plan(register: Register, tmp_path: Path) -> Path:
    """A block of two plots with their numbers on one layer, and a road beside it."""
    with register.connect() as db:
        a_zone(db)

    def fill(_: Drawing, space: Modelspace) -> None:
        outline(space, 20, 20, 60, 30, "BLOCKS")
        outline(space, 20, 20, 30, 20, "PLOTS")
        outline(space, 50, 20, 30, 20, "PLOTS")
        for text, x, y in (("B-07", 45, 45), ("1", 35, 30), ("2", 65, 30)):
            space.add_text(text, dxfattribs={"layer": "TEXT", "insert": (EAST + x, NORTH + y)})
        space.add_line((EAST, NORTH + 10), (EAST + 100, NORTH + 10), dxfattribs={"layer": "ROADS"})

    return drawing(tmp_path / "plan.dxf", fill)


def wishes(**more: object) -> Wishes:
    given = {
        "targets": {"PLOTS": "layer:plots", "BLOCKS": "layer:blocks"},
        "values": {"plots.land_use": "LOG", "blocks.land_use": "LOG"},
        "crs": CRS("EPSG:3201"),
        **more,
    }
    return Wishes(**given)  # type: ignore[arg-type]


def test_layers_go_to_their_targets_and_are_taken_back_together(
    plan: Path, register: Register, imported: Importer
) -> None:
    report = imported(plan, wishes())
    assert report.written == {
        "block": 1, "plot": 2, "reference_drawing": 1, "reference_line": 1, "reference_point": 3,
    }  # fmt: skip
    assert report.import_id is not None
    assert {layer.name: layer.target for layer in report.layers} == {
        "BLOCKS": "layer:blocks", "PLOTS": "layer:plots", "ROADS": "reference", "TEXT": "reference",
    }  # fmt: skip
    with register.connect() as db:
        # The block's number is the text that stands in it and in no plot of it.
        assert db.execute("select code from register.block").fetchall() == [("B-07",)]
        plots = (
            "select p.plot_number, b.code from register.plot p join register.block b on b.id = p.block_id order by 1"
        )
        assert db.execute(plots).fetchall() == [("1", "B-07"), ("2", "B-07")]
        assert db.execute("select count(*) from register.event where action = 'import'").fetchone() == (1,)
        assert undo(db, report.import_id, actor="test") == report.written


def test_what_one_target_refuses_keeps_all_of_it_out(plan: Path, register: Register, imported: Importer) -> None:
    report = imported(plan, wishes(values={"plots.land_use": "LOG"}))
    assert report.import_id is None
    assert not report.can_commit
    with register.connect() as db:
        assert db.execute("select count(*) from register.reference_line").fetchone() == (0,)


def told(report: Report) -> list[str]:
    return sorted({finding.issue.code for finding in report.findings if finding.issue.level == "fault"})


def test_a_chart_goes_to_all_layers_of_the_port(register: Register, tmp_path: Path, imported: Importer) -> None:
    with register.connect() as db:
        a_zone(db)
    # The berth that is a point becomes a line; numbers of objects stay as they are.
    lines = [replace(each, at=near((0, 4), (1, 4))) if each.at == near((0, 0)) else each for each in OBJECTS]
    report = imported(chart(tmp_path / "LY5SIRT1.000", lines), Wishes(target="port"))
    assert report.written == {"quay": 1, "breakwater": 1, "berth": 2, "basin": 1, "navigation_aid": 1}
    notes = {finding.issue.code: finding.issue.facts for finding in report.findings if finding.issue.level == "note"}
    assert notes["chart_classes"]["others"] == ["FAIRWY"]
    assert notes["chart_other_category"] == {"number": 1, "categories": ["10"]}


def test_a_berth_that_is_a_point_says_why_it_is_refused(register: Register, tmp_path: Path, imported: Importer) -> None:
    with register.connect() as db:
        a_zone(db)
    cell = chart(tmp_path / "LY5SIRT1.000", [*OBJECTS, Object("BERTHS", near((0, 4)), {"OBJNAM": "Berth 9"})])
    report = imported(cell, Wishes(target="port"))
    assert report.import_id is None
    points = [f.issue.facts["name"] for f in report.findings if f.issue.code == "berth_is_point"]
    assert points == ["Berth 1", "Berth 9"]
    assert imported(cell, Wishes(target="port", leave_out_faulty=True)).written["berth"] == 1


def test_only_a_chart_spreads_by_itself(register: Register, tmp_path: Path, imported: Importer) -> None:
    report = imported(geojson(tmp_path / "plan.geojson"), Wishes(target="port"))
    assert (report.import_id, told(report)) == (None, ["not_a_chart"])


@pytest.mark.parametrize("target", ["port", "model", "network", "new-zone", "layer:nothing", "plots", 3])
def test_what_takes_a_file_whole_is_no_target_of_a_layer(target: object) -> None:
    with pytest.raises(BadAnswer):
        understood({"targets": {"PLOTS": target}})
    assert understood({"targets": {"PLOTS": "layer:plots", "ROADS": ""}}).wishes.targets == {"PLOTS": "layer:plots"}
