# SPDX-License-Identifier: Apache-2.0
"""A plot with a rounded corner is set out by radius and length: both stay when the drawing becomes plots."""

import math
from pathlib import Path
from typing import Any

import pytest
from ezdxf.document import Drawing
from ezdxf.layouts import Modelspace
from pyproj import CRS

from gis.fitting import ControlPoint, fit
from layers.browsing import arcs_statement
from layers.catalogue import LAYERS
from layers.importing.acting import undo
from layers.importing.report import Report
from layers.importing.wishes import Wishes
from tests.conftest import Register
from tests.files.drawings import drawing
from tests.layers.importing.conftest import Importer
from tests.layers.land import EAST, NORTH, a_block, a_zone

QUARTER = math.tan(math.pi / 8)


@pytest.fixture
def block(register: Register) -> None:
    with register.connect() as db:
        a_block(db, a_zone(db))


def rounded(path: Path, *, unit: float = 1.0, east: float = EAST, north: float = NORTH, units: int = 6) -> Path:
    """Two neighbours, 40 m wide; a quarter circle of 10 m at the outer corner of each, and half a circle of 5 m between them."""

    def fill(_: Drawing, space: Modelspace) -> None:
        def outline(number: str, *corners: tuple[float, float, float]) -> None:
            points = [((east + x) * unit, (north + y) * unit, bulge) for x, y, bulge in corners]
            space.add_lwpolyline(points, format="xyb", close=True, dxfattribs={"layer": "PLOTS"})
            x, y, _ = corners[0]
            at = ((east + x + 15) * unit, (north + y + 15) * unit)
            space.add_text(number, dxfattribs={"layer": "NUM", "insert": at})

        outline("1", (20, 20, 0), (60, 20, 0), (60, 30, 1), (60, 40, 0), (60, 60, 0), (30, 60, QUARTER), (20, 50, 0))
        outline("2", (60, 20, 0), (100, 20, 0), (100, 50, QUARTER), (90, 60, 0), (60, 60, 0), (60, 40, -1), (60, 30, 0))

    return drawing(path, fill, units=units)


def wishes(**more: Any) -> Wishes:
    return Wishes(target="layer:plots", zone="SFZ", values={"land_use": "LOG"}, **more)


def arcs(register: Register) -> list[tuple[float, float]]:
    with register.connect() as db:
        rows: list[tuple[float, float]] = db.execute(
            "select radius_m, length_m from register.boundary_arc order by 1, 2"
        ).fetchall()  # type: ignore[assignment]
    return [(round(radius, 3), round(length, 3)) for radius, length in rows]


KEPT = [(5.0, 15.708), (10.0, 15.708), (10.0, 15.708)]


def test_arcs_stay_once_each_and_the_plots_say_theirs(
    block: None, register: Register, tmp_path: Path, imported: Importer
) -> None:
    report = imported(rounded(tmp_path / "plan.dxf"), wishes(crs=CRS("EPSG:3201")))
    assert report.written == {"plot": 2, "boundary_arc": 3}, codes(report)
    assert arcs(register) == KEPT
    with register.connect() as db:
        for number in ("1", "2"):
            key = db.execute("select tile_id from register.plot where plot_number = %s", [number]).fetchone()
            assert key is not None
            told = db.execute(arcs_statement(LAYERS["plots"], LAYERS["boundary_arcs"]), {"key": key[0]}).fetchone()
            assert told is not None
            of_plot: list[dict[str, float]] = told[0]  # type: ignore[assignment]
            assert [(arc["radius_m"], round(arc["length_m"], 3)) for arc in of_plot] == [(5.0, 15.708), (10.0, 15.708)]
        assert report.import_id is not None
        assert undo(db, report.import_id, actor="test") == {"plot": 2, "boundary_arc": 3}
    assert arcs(register) == []


def test_a_drawing_in_millimetres_on_control_points_keeps_them_in_metres(
    block: None, register: Register, tmp_path: Path, imported: Importer
) -> None:
    plan = rounded(tmp_path / "plan.dxf", unit=1000, east=0, north=0, units=4)
    laid = fit([ControlPoint(x * 1000, y * 1000, EAST + x, NORTH + y) for x, y in ((0, 0), (100, 0), (0, 100))])
    assert imported(plan, wishes(fit=laid)).written == {"plot": 2, "boundary_arc": 3}
    assert arcs(register) == KEPT


def test_what_is_stretched_one_way_has_no_radius(
    block: None, register: Register, tmp_path: Path, imported: Importer
) -> None:
    plan = rounded(tmp_path / "plan.dxf", east=0, north=0)
    places = ((0, 0), (100, 0), (0, 100), (100, 100))
    laid = fit([ControlPoint(x, y, EAST + x * 1.01, NORTH + y) for x, y in places], "affine")
    report = imported(plan, wishes(fit=laid))
    assert report.written == {"plot": 2}
    assert "arcs_distorted" in codes(report)


def test_a_plot_that_stays_out_leaves_no_arc(
    block: None, register: Register, tmp_path: Path, imported: Importer
) -> None:
    asked = wishes(crs=CRS("EPSG:3201"))
    assert imported(rounded(tmp_path / "plan.dxf"), asked).written["plot"] == 2
    again = imported(rounded(tmp_path / "plan.dxf"), wishes(crs=CRS("EPSG:3201"), leave_out_faulty=True))
    assert again.import_id is None
    assert arcs(register) == KEPT


def codes(report: Report) -> set[str]:
    return {finding.issue.code for finding in report.findings}
