# SPDX-License-Identifier: Apache-2.0
"""Frames and islands of a drawing stay out of the plots unless a person says that they are some."""

from pathlib import Path
from typing import Any

import pytest
from ezdxf.document import Drawing
from ezdxf.layouts import Modelspace
from pyproj import CRS

from layers.importing.wishes import Wishes
from tests.conftest import Register
from tests.files.drawings import drawing
from tests.layers.importing.conftest import Importer
from tests.layers.land import EAST, NORTH, a_block, a_zone


@pytest.fixture
def plan(register: Register, tmp_path: Path) -> Path:
    """Four plots, a frame round them, an island in the first."""
    with register.connect() as db:
        a_block(db, a_zone(db))

    def fill(_: Drawing, space: Modelspace) -> None:
        def outline(x: float, y: float, width: float, depth: float, layer: str) -> None:
            left, bottom = EAST + x, NORTH + y
            corners = [(left, bottom), (left + width, bottom), (left + width, bottom + depth), (left, bottom + depth)]
            space.add_lwpolyline(corners, close=True, dxfattribs={"layer": layer})

        for number in range(4):
            outline(20 + 20 * number, 20, 20, 20, "PLOTS")
        outline(25, 25, 5, 5, "PLOTS")
        outline(10, 10, 150, 60, "0")

    return drawing(tmp_path / "plan.dxf", fill)


def wishes(**more: Any) -> Wishes:
    return Wishes(target="layer:plots", zone="SFZ", crs=CRS("EPSG:3201"), columns={"handle": "plot_number"},
                  values={"land_use": "LOG"}, **more)  # fmt: skip


def test_neither_the_frame_nor_the_island_is_a_plot(plan: Path, imported: Importer) -> None:
    report = imported(plan, wishes())
    assert report.written == {"plot": 4}
    told = [finding.issue.code for finding in report.findings if finding.issue.level == "doubt"]
    assert sorted(code for code in told if code in {"title_frame", "island_outline"}) == [
        "island_outline",
        "title_frame",
    ]


def test_whoever_says_so_gets_them_and_the_overlaps_with_them(plan: Path, imported: Importer) -> None:
    report = imported(plan, wishes(all_outlines=True))
    assert report.import_id is None
    assert "overlaps_in_file" in {finding.issue.code for finding in report.findings}


def test_a_drawing_beside_the_register_keeps_them_and_says_what_they_look_like(plan: Path, imported: Importer) -> None:
    report = imported(plan, Wishes(crs=CRS("EPSG:3201")))
    assert report.written == {"reference_drawing": 1, "reference_area": 6}
    assert {"title_frame", "island_outline"} <= {finding.issue.code for finding in report.findings}
