# SPDX-License-Identifier: Apache-2.0
"""Drawings: what is drawn closed is an area, blocks are taken apart, and nothing is placed that does not place itself."""

import json
from math import atan, pi, sin
from pathlib import Path

import pytest
import shapely
from ezdxf.document import Drawing
from ezdxf.layouts import Modelspace

from gis.coordinate_systems import finding
from gis.faults import faults_of
from gis.reading import FileLayer, FileRefused, Limits, Reading, ReadOptions, read
from tests.files.drawings import drawing, nested_blocks

SQUARE = [(0, 0), (40, 0), (40, 25), (0, 25)]


def codes(reading: Reading) -> set[str]:
    return {issue.code for issue in reading.issues}


def only(reading: Reading) -> FileLayer:
    (layer,) = reading.layers
    return layer


def test_a_closed_polyline_is_a_plot_and_an_open_one_a_line(tmp_path: Path) -> None:
    def fill(_: Drawing, space: Modelspace) -> None:
        space.add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "PLOTS"})
        space.add_lwpolyline([*SQUARE, SQUARE[0]], dxfattribs={"layer": "PLOTS"})
        space.add_lwpolyline(SQUARE, dxfattribs={"layer": "PLOTS"})

    layer = only(read(drawing(tmp_path / "plan.dxf", fill)))
    assert layer.name == "PLOTS"
    assert [geometry.geom_type for geometry in layer.geometries] == ["Polygon", "Polygon", "LineString"]
    assert [geometry.area for geometry in layer.geometries] == [1000, 1000, 0]


def test_an_arc_comes_as_short_lines_within_a_millimetre_and_it_is_said(tmp_path: Path) -> None:
    reading = read(drawing(tmp_path / "plan.dxf", lambda _, space: space.add_circle((0, 0), 100)))
    (circle,) = only(reading).geometries
    assert shapely.hausdorff_distance(circle.exterior, shapely.Point(0, 0).buffer(100, quad_segs=4000).exterior) < 0.002
    assert circle.area == pytest.approx(pi * 100**2, abs=2 * pi * 100 * 0.001)
    assert "curves_made_lines" in codes(reading)


@pytest.mark.parametrize("bulge", [1, -1, 0.4, -0.4])
def test_the_arcs_of_a_polyline_are_followed(tmp_path: Path, bulge: float) -> None:
    """A corner's bulge is the tangent of a quarter of the angle; a half circle has 1. On its right the area grows."""
    corners = [(0, 0, bulge), (100, 0, 0), (100, 100, 0), (0, 100, 0)]
    plan = drawing(tmp_path / "plan.dxf", lambda _, space: space.add_lwpolyline(corners, format="xyb", close=True))
    (plot,) = only(read(plan)).geometries
    angle = 4 * atan(abs(bulge))
    radius = 50 / sin(angle / 2)
    segment = radius**2 / 2 * (angle - sin(angle))
    assert plot.is_valid
    assert plot.area == pytest.approx(100**2 + (segment if bulge > 0 else -segment), abs=0.2)


def test_a_hatch_with_an_island_has_a_hole(tmp_path: Path) -> None:
    def fill(_: Drawing, space: Modelspace) -> None:
        hatch = space.add_hatch()
        hatch.paths.add_polyline_path(SQUARE, is_closed=True)
        hatch.paths.add_polyline_path([(10, 10), (20, 10), (20, 20), (10, 20)], is_closed=True)

    (area,) = only(read(drawing(tmp_path / "plan.dxf", fill))).geometries
    assert (area.area, len(area.interiors)) == (900, 1)


def test_blocks_are_taken_apart_where_they_stand_with_their_attributes_as_texts(tmp_path: Path) -> None:
    def fill(document: Drawing, space: Modelspace) -> None:
        block = document.blocks.new("PLOT")
        block.add_lwpolyline(SQUARE, close=True)
        block.add_attdef("NUMBER", (5, 5))
        for number in range(2):
            at = space.add_blockref("PLOT", (1000 + 100 * number, 0), dxfattribs={"layer": "CADASTRE", "rotation": 90})
            at.add_auto_attribs({"NUMBER": f"قطعة {number}"})

    layer = only(read(drawing(tmp_path / "plan.dxf", fill)))
    assert layer.name == "CADASTRE"
    plots = [g for g in layer.geometries if g.geom_type == "Polygon"]
    assert [plot.bounds for plot in plots] == [pytest.approx((975, 0, 1000, 40)), pytest.approx((1075, 0, 1100, 40))]
    tags = zip(layer.columns["tag"], layer.columns["text"], strict=True)
    assert [(tag, text) for tag, text in tags if tag] == [("NUMBER", "قطعة 0"), ("NUMBER", "قطعة 1")]


@pytest.mark.parametrize(("units", "name"), [(6, "m"), (4, "mm"), (1, "in"), (2, "ft"), (0, None)])
def test_the_units_of_a_drawing_are_told_and_never_applied(tmp_path: Path, units: int, name: str | None) -> None:
    plan = drawing(tmp_path / "plan.dxf", lambda _, space: space.add_lwpolyline(SQUARE, close=True), units=units)
    reading = read(plan)
    layer = only(reading)
    assert layer.facts["units"] == name
    assert layer.geometries[0].area == 1000
    assert ("units_unknown" in codes(reading)) is (name is None)
    assert only(read(plan, ReadOptions(units="cm"))).facts["units"] == "cm"


def test_a_drawing_without_geodata_has_no_place_on_earth(tmp_path: Path) -> None:
    layer = only(read(drawing(tmp_path / "plan.dxf", lambda _, space: space.add_lwpolyline(SQUARE, close=True))))
    assert finding(layer.crs).crs is None
    assert finding(layer.crs).why == "absent"


@pytest.mark.parametrize("version", ["R2000", "R2010"])
def test_arabic_labels_survive_every_version(tmp_path: Path, version: str) -> None:
    def fill(document: Drawing, space: Modelspace) -> None:
        document.encoding = "cp1256"
        space.add_text("القطعة ١٢", dxfattribs={"insert": (5, 5)})
        space.add_mtext("قطعة\\Pثانية", dxfattribs={"insert": (50, 5)})

    texts = only(read(drawing(tmp_path / "plan.dxf", fill, version=version))).columns["text"]
    assert texts == ["القطعة ١٢", "قطعة\nثانية"]


@pytest.mark.parametrize("encoding", ["cp1256", "utf-8"])
def test_arabic_under_a_western_header_is_read_as_arabic_and_said(tmp_path: Path, encoding: str) -> None:
    plan = drawing(
        tmp_path / "plan.dxf",
        lambda _, space: space.add_text("LABEL", dxfattribs={"insert": (5, 5)}),
        version="R2000",
    )
    plan.write_bytes(plan.read_bytes().replace(b"LABEL", "القطعة رقم فيها".encode(encoding)))
    reading = read(plan)
    assert only(reading).columns["text"] == ["القطعة رقم فيها"]
    (said,) = [issue for issue in reading.issues if issue.code == "encoding_assumed"]
    assert said.facts["samples"] == ["القطعة رقم فيها"]


def test_a_binary_drawing_is_read_like_any_other(tmp_path: Path) -> None:
    plan = drawing(tmp_path / "plan.dxf", lambda _, space: space.add_lwpolyline(SQUARE, close=True), binary=True)
    assert only(read(plan)).geometries[0].area == 1000
    plan.write_bytes(plan.read_bytes()[:3000])
    with pytest.raises(FileRefused):
        read(plan)


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    def fill(_: Drawing, space: Modelspace) -> None:
        space.add_lwpolyline(SQUARE, close=True)
        space.add_ray((0, 0), (1, 1))
        space.add_xline((0, 0), (1, 1))

    left_out = [
        issue.facts for issue in read(drawing(tmp_path / "plan.dxf", fill)).issues if issue.code == "entities_left_out"
    ]
    assert left_out == [{"entity": "RAY", "number": 1}, {"entity": "XLINE", "number": 1}]


def test_references_to_other_drawings_are_not_followed(tmp_path: Path) -> None:
    def fill(document: Drawing, space: Modelspace) -> None:
        document.add_xref_def("/etc/passwd", "OTHER")
        space.add_blockref("OTHER", (0, 0))
        space.add_line((0, 0), (1, 1))

    reading = read(drawing(tmp_path / "plan.dxf", fill))
    assert len(only(reading)) == 1
    assert {"entity": "XREF", "number": 1} in [issue.facts for issue in reading.issues]


def test_a_drawing_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        read(drawing(tmp_path / "plan.dxf", lambda _, __: None))
    assert refused.value.code == "drawing_empty"


@pytest.mark.parametrize("binary", [False, True])
def test_a_drawing_cut_short_is_called_so_and_not_empty(tmp_path: Path, *, binary: bool) -> None:
    def fill(_: Drawing, space: Modelspace) -> None:
        for x in range(100):
            space.add_lwpolyline([(x + a, b) for a, b in SQUARE], close=True)

    plan = drawing(tmp_path / "plan.dxf", fill, binary=binary)
    whole = plan.read_bytes()
    plan.write_bytes(whole[:3000])
    with pytest.raises(FileRefused, match="drawing_cut"):
        read(plan)
    if binary:
        return
    # What stands before the cut is there, and nobody takes it for all.
    plan.write_bytes(whole[: whole.index(b"ENTITIES") + 8000])
    cut = read(plan)
    assert 0 < len(only(cut)) < 100
    assert "drawing_cut_short" in {issue.code for issue in cut.issues}
    plan.write_bytes(whole)
    assert "drawing_cut_short" not in {issue.code for issue in read(plan).issues}


def test_blocks_that_multiply_are_stopped(tmp_path: Path) -> None:
    bomb = nested_blocks(tmp_path / "bomb.dxf", depth=9, each=10)
    with pytest.raises(FileRefused) as refused:
        read(bomb, limits=Limits(drawing_entities=20_000))
    assert refused.value.code == "drawing_too_large"
    # The bound is what stops it: a tree within it is read whole.
    assert len(only(read(nested_blocks(tmp_path / "tree.dxf", depth=3, each=5)))) == 5**3


def test_blocks_nested_too_deep_are_left_and_said(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="drawing_empty"):
        read(nested_blocks(tmp_path / "deep.dxf", depth=20, each=1))


@pytest.mark.parametrize("head", [b"AC1032\x00\x00\x00", b"%PDF-1.7\n", b"<html>"])
def test_what_is_no_drawing_is_refused_by_its_first_bytes(tmp_path: Path, head: bytes) -> None:
    plan = tmp_path / "plan.dxf"
    plan.write_bytes(head + b"x" * 1000)
    with pytest.raises(FileRefused) as refused:
        read(plan)
    assert refused.value.code in {"dwg_not_read", "kind_pdf", "kind_html"}


def test_coordinates_beyond_all_maps_are_read_as_they_are(tmp_path: Path) -> None:
    far = [(x * 1e15 + 1, y) for x, y in SQUARE]
    layer = only(read(drawing(tmp_path / "plan.dxf", lambda _, space: space.add_lwpolyline(far, close=True))))
    assert layer.geometries[0].bounds[2] == pytest.approx(4e16)
    assert faults_of(layer) == []


@pytest.mark.parametrize("bulge", [1, -1, 0.4, -0.4])
def test_the_arcs_of_a_polyline_keep_radius_length_and_direction(tmp_path: Path, bulge: float) -> None:
    corners = [(0, 0, 0), (100, 0, 0), (100, 100, 0), (0, 100, bulge)]
    plan = drawing(tmp_path / "plan.dxf", lambda _, space: space.add_lwpolyline(corners, format="xyb", close=True))
    layer = only(read(plan))
    [arc] = json.loads(layer.columns["arcs"][0])
    angle = 4 * atan(abs(bulge))
    radius = 50 / sin(angle / 2)
    assert (arc["radius"], arc["length"]) == (pytest.approx(radius, abs=1e-5), pytest.approx(radius * angle, abs=1e-5))
    assert arc["turn"] == ("left" if bulge > 0 else "right")
    ring = layer.geometries[0].exterior.coords
    assert (ring[arc["first"]], ring[arc["last"]]) == ((0, 100), (0, 0))


def test_circles_and_arcs_keep_their_radius_and_a_spline_has_none(tmp_path: Path) -> None:
    def fill(_: Drawing, space: Modelspace) -> None:
        space.add_circle((7, 7), 5)
        space.add_arc((0, 0), 20, 350, 80)
        space.add_arc((0, 0), 20, 0, 90, dxfattribs={"extrusion": (0, 0, -1)})
        space.add_spline([(0, 0), (3, 4), (8, 2)])

    told = [
        json.loads(text)[0] if text else {} for text in only(read(drawing(tmp_path / "plan.dxf", fill))).columns["arcs"]
    ]
    assert [(arc.get("radius"), arc.get("turn")) for arc in told] == [
        (5, "left"),
        (20, "left"),
        (20, "right"),
        (None, None),
    ]
    assert told[0]["length"] == pytest.approx(10 * pi, abs=1e-5)
    assert [arc["length"] for arc in told[1:3]] == pytest.approx([10 * pi, 10 * pi], abs=1e-5)


def test_a_drawing_without_arcs_has_no_field_for_them(tmp_path: Path) -> None:
    plan = drawing(tmp_path / "plan.dxf", lambda _, space: space.add_lwpolyline(SQUARE, close=True))
    assert "arcs" not in only(read(plan)).columns
