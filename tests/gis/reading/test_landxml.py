# SPDX-License-Identifier: Apache-2.0
"""LandXML: parcels with their arcs, north before east, and nothing that it declares or points at is followed."""

import json
from math import pi
from pathlib import Path

import pytest
import shapely

from gis.arcs import in_metres
from gis.coordinate_systems import finding
from gis.reading import FileRefused, Reading, read
from tests.files import good
from tests.files.landxml import curve, landxml, line, outline, parcel, square
from tests.gis.reading.conftest import Trap

DOCTYPE = '<!DOCTYPE LandXML [<!ENTITY a "{}">]>'
# A square of 20 m whose east side is a half circle outwards.
ROUND = (
    line((0, 0), (20, 0)),
    curve((20, 0), (20, 10), (20, 20), "ccw", 10),
    line((20, 20), (0, 20)),
    line((0, 20), (0, 0)),
)


def codes(reading: Reading) -> set[str]:
    return {issue.code for issue in reading.issues}


def refused(path: Path) -> str:
    with pytest.raises(FileRefused) as caught:
        read(path)
    return caught.value.code


@pytest.mark.parametrize("head", [DOCTYPE.format("x"), '<!DOCTYPE LandXML SYSTEM "http://127.0.0.1:{port}/x.dtd">'])
def test_a_document_that_declares_entities_is_refused_and_nobody_is_called(
    tmp_path: Path, trap: Trap, head: str
) -> None:
    path = landxml(tmp_path / "plan.xml", parcel("A-1", square()), head=head.replace("{port}", str(trap.port)))
    assert refused(path) == "xml_entities"
    assert trap.hits == 0


def test_elements_nested_without_end_are_refused(tmp_path: Path) -> None:
    assert refused(landxml(tmp_path / "plan.xml", "<Parcels>" * 5000 + "</Parcels>" * 5000)) == "nested_too_deep"


def test_a_cut_document_is_refused(tmp_path: Path) -> None:
    path = landxml(tmp_path / "plan.xml", parcel("A-1", square()))
    path.write_bytes(path.read_bytes()[:-30])
    assert refused(path) == "file_damaged"


def test_another_xml_is_no_landxml(tmp_path: Path) -> None:
    path = tmp_path / "metadata.xml"
    path.write_text("<metadata/>")
    assert refused(path) == "content_not_as_named"


def test_a_parcel_lies_east_and_north_as_its_numbers_say(tmp_path: Path) -> None:
    reading = read(landxml(tmp_path / "plan.xml", parcel("قطعة 1", square(), area=100.0)))
    layer = reading.layer("Parcels")
    assert layer.refs == ("قطعة 1",)
    assert layer.geometries[0].equals(shapely.box(500_000, 3_450_000, 500_010, 3_450_010))
    assert layer.columns["area"] == [100.0]
    crs = finding(layer.crs).crs
    assert crs is not None
    assert crs.to_epsg() == 3201


@pytest.mark.parametrize(("rot", "area", "turn"), [("ccw", 400 + 50 * pi, "left"), ("cw", 400 - 50 * pi, "right")])
def test_an_arc_keeps_radius_length_and_direction(tmp_path: Path, rot: str, area: float, turn: str) -> None:
    segments = [segment.replace('"ccw"', f'"{rot}"') for segment in ROUND]
    reading = read(landxml(tmp_path / "plan.xml", parcel("A-1", *segments)))
    layer = reading.layer("Parcels")
    assert layer.geometries[0].area == pytest.approx(area, abs=0.03)
    [arc] = json.loads(layer.columns["arcs"][0])
    assert (arc["radius"], arc["length"], arc["turn"]) == (10.0, pytest.approx(10 * pi, abs=1e-6), turn)
    corners = layer.geometries[0].exterior.coords
    assert corners[arc["first"]] == (20, 0)
    assert corners[arc["last"]] == (20, 20)
    assert "arcs_kept" in codes(reading)


def test_arcs_of_a_file_in_millimetres_are_told_in_metres(tmp_path: Path) -> None:
    made = [curve((1000, 0), (0, 0), (0, 1000), "ccw", 1000), line((0, 1000), (0, 0)), line((0, 0), (1000, 0))]
    reading = read(landxml(tmp_path / "plan.xml", parcel("A-1", *made), unit="millimeter"))
    [arc] = json.loads(in_metres(reading.layer("Parcels"), 0.001).columns["arcs"][0])
    assert (arc["radius_m"], arc["length_m"]) == (1.0, pytest.approx(pi / 2, abs=1e-4))


def test_a_side_written_backwards_still_closes_its_parcel(tmp_path: Path) -> None:
    sides = [line((0, 0), (9, 0)), line((9, 9), (9, 0)), line((9, 9), (0, 9)), line((0, 0), (0, 9))]
    reading = read(landxml(tmp_path / "plan.xml", parcel("A-1", *sides)))
    assert reading.layer("Parcels").geometries[0].area == 81
    assert "parcel_open" not in codes(reading)


def test_a_parcel_that_does_not_close_is_a_line_and_says_how_much_is_missing(tmp_path: Path) -> None:
    reading = read(landxml(tmp_path / "plan.xml", parcel("A-1", line((0, 0), (9, 0)), line((9, 0), (9, 9)))))
    assert reading.layer("Parcels").geometries[0].geom_type == "LineString"
    assert [i.facts["gap_m"] for i in reading.issues if i.code == "parcel_open"] == [pytest.approx(12.728)]


def test_a_ring_inside_a_parcel_is_a_hole(tmp_path: Path) -> None:
    inner = f"</CoordGeom><CoordGeom>{outline((2, 2), (4, 2), (4, 4), (2, 4))}"
    reading = read(landxml(tmp_path / "plan.xml", parcel("A-1", outline((0, 0), (9, 0), (9, 9), (0, 9)), inner)))
    assert reading.layer("Parcels").geometries[0].area == 77


def test_an_arc_whose_centre_does_not_fit_is_said(tmp_path: Path) -> None:
    odd = ROUND[1].replace('radius="10"', 'radius="12"')
    assert "arc_contradicts_itself" in codes(
        read(landxml(tmp_path / "plan.xml", parcel("A-1", ROUND[0], odd, *ROUND[2:])))
    )


def test_corners_may_be_named_survey_points(tmp_path: Path) -> None:
    points = "".join(
        f'<CgPoint name="{n}" code="BM">{y} {x}</CgPoint>' for n, (x, y) in enumerate([(0, 0), (9, 0), (9, 9)], 1)
    )
    sides = "".join(f'<Line><Start pntRef="{a}"/><End pntRef="{b}"/></Line>' for a, b in [(1, 2), (2, 3), (3, 1)])
    reading = read(landxml(tmp_path / "plan.xml", f"<CgPoints>{points}</CgPoints>{parcel('A-1', sides)}"))
    assert reading.layer("Parcels").geometries[0].area == 40.5
    assert len(reading.layer("CgPoints")) == 3
    assert reading.layer("CgPoints").columns["code"] == ["BM", "BM", "BM"]


def test_terrain_and_axes_are_named_and_left(tmp_path: Path) -> None:
    others = "<Surfaces><Surface name='x'><Pnts/></Surface></Surfaces><Alignments><Alignment name='a'/></Alignments>"
    reading = read(landxml(tmp_path / "plan.xml", others + parcel("A-1", square())))
    left = {i.facts["what"]: i.facts["times"] for i in reading.issues if i.code == "landxml_left_out"}
    assert left == {"Surface": 1, "Alignment": 1}


def test_a_landxml_in_an_archive_is_read(tmp_path: Path) -> None:
    path = landxml(tmp_path / "plan.xml", parcel("A-1", square()))
    assert len(read(good.zipped(tmp_path / "plan.zip", path)).layer("Parcels")) == 1
