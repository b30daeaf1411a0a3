# SPDX-License-Identifier: Apache-2.0
"""A chart's objects as rows of the port's layers; what it does not say is unknown there."""

from pathlib import Path
from typing import Any

import pytest

from layers.importing.wishes import Wishes
from tests.conftest import Register
from tests.files.charts import Object, chart
from tests.layers.importing.conftest import Importer
from tests.layers.land import a_zone

SEA = (16.60, 31.21)


def near(*steps: tuple[float, float]) -> list[tuple[float, float]]:
    """Places in thousandths of a degree from a point off Sirte."""
    return [(SEA[0] + x / 1000, SEA[1] + y / 1000) for x, y in steps]


OBJECTS = [
    Object("SLCONS", near((0, 0), (1, 0)), {"CATSLC": "1", "NATCON": "3", "OBJNAM": "North mole"}, named_ar="الشمالي"),
    Object("SLCONS", near((0, 1), (1, 1)), {"CATSLC": "16", "CONDTN": "2", "HORLEN": "95"}),
    Object("SLCONS", near((0, 2), (1, 2)), {"CATSLC": "10"}),
    Object("DRGARE", near((0, 0), (1, 0), (1, 1)), {"DRVAL1": "11.5", "QUASOU": "10", "OBJNAM": "Basin"}, area=True),
    Object("BERTHS", near((0, 0)), {"OBJNAM": "Berth 1"}),
    Object("BERTHS", near((0, 3), (1, 3)), {"OBJNAM": "Berth 2", "DRVAL1": "9"}),
    Object("LIGHTS", near((2, 2)), {"COLOUR": "3", "LITCHR": "2", "SIGGRP": "(2)", "SIGPER": "10", "VALNMR": "5"}),
    Object("BCNLAT", near((2, 2)), {"OBJNAM": "Beacon 1"}, lights=[7]),
    Object("FAIRWY", near((0, 0), (5, 0), (5, 5)), area=True),
]


@pytest.fixture
def cell(register: Register, tmp_path: Path) -> Path:
    with register.connect() as db:
        a_zone(db)
    return chart(tmp_path / "LY5SIRT1.000", OBJECTS)


def rows(register: Register, table: str, *columns: str) -> list[Any]:
    with register.connect() as db:
        return db.execute(f"select {', '.join(columns)} from register.{table} order by 1").fetchall()


def test_a_berth_that_is_a_point_is_refused_and_the_others_can_enter(
    cell: Path, register: Register, imported: Importer
) -> None:
    refused = imported(cell, Wishes(target="layer:berths"))
    assert refused.import_id is None
    assert [f.issue.code for f in refused.findings if f.issue.level == "fault"] == ["other_shape"]
    taken = imported(cell, Wishes(target="layer:berths", leave_out_faulty=True))
    assert taken.written == {"berth": 1}
    assert rows(register, "berth", "name_en", "depth_m", "depth_quality") == [("Berth 2", 9.0, "reported")]


def test_a_chart_without_cranes_gives_none(cell: Path, imported: Importer) -> None:
    report = imported(cell, Wishes(target="layer:cranes"))
    assert report.import_id is None
    assert "chart_has_none" in {finding.issue.code for finding in report.findings}


def test_shoreline_constructions_are_quays_or_breakwaters_by_their_category(
    cell: Path, register: Register, imported: Importer
) -> None:
    quays = imported(cell, Wishes(target="layer:quays"))
    assert quays.written == {"quay": 1}
    assert rows(register, "quay", "name_en", "status", "structure", "length_m", "length_quality") == [
        ("Unnamed", "ruined", "open_piles", 95.0, "reported")
    ]
    said = {finding.issue.code: finding.issue.facts for finding in quays.findings}
    assert said["chart_unnamed"]["number"] == 1
    assert said["chart_other_category"] == {"number": 2, "categories": ["1", "10"]}
    assert "FAIRWY" in said["chart_classes"]["others"]
    imported(cell, Wishes(target="layer:breakwaters"))
    assert rows(register, "breakwater", "name_ar", "name_en", "structure", "length_m", "length_quality") == [
        ("الشمالي", "North mole", "rubble", None, "unknown")
    ]


def test_a_dredged_area_is_a_basin_with_its_depth(cell: Path, register: Register, imported: Importer) -> None:
    imported(cell, Wishes(target="layer:basins"))
    assert rows(register, "basin", "name_ar", "depth_m", "depth_quality") == [("Basin", 11.5, "maintained")]


def test_a_beacon_has_the_light_that_it_carries(cell: Path, register: Register, imported: Importer) -> None:
    imported(cell, Wishes(target="layer:navigation_aids"))
    assert rows(register, "navigation_aid", "name_en", "kind", "light_character", "light_colour", "range_nm") == [
        ("Beacon 1", "beacon_lateral", "Fl(2) 10s", "red", 5.0)
    ]


def test_a_chart_is_seen_whole_as_a_drawing(cell: Path, imported: Importer) -> None:
    report = imported(cell)
    assert report.written == {"reference_drawing": 1, "reference_area": 2, "reference_line": 4, "reference_point": 3}
