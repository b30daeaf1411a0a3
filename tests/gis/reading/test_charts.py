# SPDX-License-Identifier: Apache-2.0
"""Charts: classes as layers, updates worked in, what only looks like a chart refused."""

from pathlib import Path

import pytest

from gis.reading import FileRefused, Reading, ReadOptions, read
from tests.files import good
from tests.files.charts import Object, chart, lying

MOLE = Object("SLCONS", [(16.60, 31.21), (16.61, 31.21), (16.62, 31.215)], {"CATSLC": "1"}, named_ar="المكسر الشمالي")
BASIN = Object("DRGARE", [(16.6, 31.2), (16.61, 31.2), (16.61, 31.21)], {"DRVAL1": "11.5"}, area=True)
BERTH = Object("BERTHS", [(16.6, 31.2)], {"OBJNAM": "Berth 1"})
SECOND = Object("BERTHS", [(16.605, 31.2)], {"OBJNAM": "Berth 2"})


def berths(reading: Reading) -> list[str]:
    return reading.layer("BERTHS").columns["OBJNAM"]


@pytest.mark.parametrize("what", ["cut", "noise", "long", "no_base", "no_cell"])
def test_a_chart_whose_records_lie_is_refused(tmp_path: Path, what: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(lying(tmp_path / "LY5SIRT1.000", what))
    assert refused.value.code in {"file_damaged", "no_layers", "content_not_as_named"}


def test_another_file_under_a_charts_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "chart.000"
    path.write_bytes(good.geojson(tmp_path / "plan.geojson").read_bytes())
    with pytest.raises(FileRefused) as refused:
        read(path)
    assert refused.value.code == "content_not_as_named"


def test_each_class_of_objects_is_a_layer_with_its_arabic_names(tmp_path: Path) -> None:
    reading = read(chart(tmp_path / "LY5SIRT1.000", [MOLE, BASIN, BERTH]))
    assert {layer.name: layer.geometries[0].geom_type for layer in reading.layers} == {
        "BERTHS": "Point",
        "DRGARE": "Polygon",
        "SLCONS": "LineString",
    }
    assert reading.layer("SLCONS").columns["NOBJNM"] == ["المكسر الشمالي"]
    assert reading.layer("DRGARE").columns["DRVAL1"] == [11.5]
    said = next(issue for issue in reading.issues if issue.code == "chart_cell").facts
    assert (said["cell"], said["edition"], said["scale"], said["depths_from"]) == ("LY5SIRT1.000", "1", 12000, "MLLW")


def test_one_class_can_be_asked_for(tmp_path: Path) -> None:
    reading = read(chart(tmp_path / "LY5SIRT1.000", [MOLE, BERTH]), ReadOptions(layer="BERTHS"))
    assert [layer.name for layer in reading.layers] == ["BERTHS"]


@pytest.mark.parametrize("zipped", [False, True])
def test_an_update_beside_the_chart_is_worked_in(tmp_path: Path, zipped: bool) -> None:
    cell = chart(tmp_path / "LY5SIRT1.000", [BERTH])
    update = chart(tmp_path / "LY5SIRT1.001", [SECOND], update=1, insert=True)
    given = good.zipped(tmp_path / "sirte.zip", cell, update, folder="ENC_ROOT/LY5SIRT1/") if zipped else cell
    reading = read(given)
    assert berths(reading) == ["Berth 1", "Berth 2"]
    assert "chart_updates_left" not in {issue.code for issue in reading.issues}


def test_an_update_that_does_not_follow_is_said(tmp_path: Path) -> None:
    cell = chart(tmp_path / "LY5SIRT1.000", [BERTH])
    chart(tmp_path / "LY5SIRT1.002", [SECOND], update=2, insert=True)
    reading = read(cell)
    assert berths(reading) == ["Berth 1"]
    left = next(issue for issue in reading.issues if issue.code == "chart_updates_left")
    assert left.facts == {"update": "0", "last": 2}


def test_a_chart_of_another_datum_has_no_known_system(tmp_path: Path) -> None:
    reading = read(chart(tmp_path / "LY5SIRT1.000", [BERTH], datum=50))
    assert reading.layers[0].crs.definition is None
    assert "chart_other_datum" in {issue.code for issue in reading.issues}
