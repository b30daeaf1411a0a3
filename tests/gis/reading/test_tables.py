# SPDX-License-Identifier: Apache-2.0
"""Tables of coordinates: points, or the corners of plots in order, under Arabic or English headings."""

from pathlib import Path

import pytest

from gis.coordinate_systems import finding
from gis.faults import faults_of
from gis.reading import FileLayer, FileRefused, Limits, Reading, ReadOptions, read
from tests.files.workbooks import workbook

CORNERS = """رقم القطعة;رقم النقطة;الإحداثي السيني;الإحداثي الصادي;الاستعمال
A-1;1;٦٥٥٤٠٠٫٠٠;٣٤٥٤٣٠٠٫٠٠;صناعي
A-1;2;٦٥٥٤٤٠٫٠٠;٣٤٥٤٣٠٠٫٠٠;
A-1;3;٦٥٥٤٤٠٫٠٠;٣٤٥٤٣٦٠٫٥٠;
A-1;4;٦٥٥٤٠٠٫٠٠;٣٤٥٤٣٦٠٫٥٠;
A-2;1;655440,00;3454300,00;تجاري
A-2;2;655480,00;3454300,00;
A-2;3;655480,00;3454360,50;
"""


def codes(reading: Reading) -> set[str]:
    return {issue.code for issue in reading.issues}


def only(reading: Reading) -> FileLayer:
    (layer,) = reading.layers
    return layer


def table(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_corners_listed_under_a_plot_number_become_plots(tmp_path: Path, encoding: str) -> None:
    arabic_digits_fit = encoding != "cp1256"
    text = CORNERS if arabic_digits_fit else CORNERS.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩٫", "0123456789,"))
    reading = read(table(tmp_path / "plots.csv", text, encoding))
    layer = only(reading)
    assert [geometry.area for geometry in layer.geometries] == [40 * 60.5, 40 * 60.5 / 2]
    assert layer.columns == {"رقم القطعة": ["A-1", "A-2"], "الاستعمال": ["صناعي", "تجاري"]}
    assert layer.refs == ("2", "6")
    assert {"columns_taken_for_coordinates", "rows_made_polygons"} <= codes(reading)
    assert ("encoding_assumed" in codes(reading)) is (encoding in {"utf-8", "cp1256"})


def test_rows_of_different_plots_are_points(tmp_path: Path) -> None:
    layer = only(read(table(tmp_path / "points.csv", "plot_no,x,y\nA-1,655400,3454300\nA-2,655440,3454300\n")))
    assert [(geometry.x, geometry.y) for geometry in layer.geometries] == [(655400, 3454300), (655440, 3454300)]
    assert layer.facts["coordinates"] == "grid"


def test_a_table_has_no_datum_and_is_asked_about(tmp_path: Path) -> None:
    layer = only(read(table(tmp_path / "points.csv", "easting,northing\n655400,3454300\n")))
    found = finding(layer.crs)
    assert (found.crs, found.why) == (None, "absent")
    assert [(candidate.epsg, candidate.shift_m) for candidate in found.candidates] == [
        (32633, 0),
        (3201, 55.0),
        (2078, 202.4),
    ]


def test_angles_in_degrees_minutes_and_seconds(tmp_path: Path) -> None:
    text = "Point\tLatitude\tLongitude\nB1\t31°12'45\"N\t16°37'53.4\"E\n"
    (point,) = only(read(table(tmp_path / "points.txt", text))).geometries
    assert (point.x, point.y) == (pytest.approx(16.63150, abs=1e-5), pytest.approx(31.2125))


def test_titles_above_the_headings_are_passed_over(tmp_path: Path) -> None:
    text = "منطقة سرت الحرة,,\nجدول الإحداثيات 2024,,\n\nالنقطة,شرقيات,شماليات\nP1,655400.5,3454300.25\n"
    layer = only(read(table(tmp_path / "points.csv", text)))
    assert layer.refs == ("5",)
    assert layer.geometries[0].coords[0] == (655400.5, 3454300.25)


def test_a_heading_that_could_be_two_things_is_asked_about_and_can_be_told(tmp_path: Path) -> None:
    plan = table(tmp_path / "points.csv", "النقطة,الطول,العرض\nP1,16.63,31.21\n")
    with pytest.raises(FileRefused) as refused:
        read(plan)
    assert refused.value.code == "coordinates_not_found"
    assert refused.value.details["doubtful"] == {"الطول": ["length", "longitude"], "العرض": ["width", "latitude"]}
    told = ReadOptions(columns=(("الطول", "longitude"), ("العرض", "latitude")))
    assert only(read(plan, told)).geometries[0].coords[0] == (16.63, 31.21)


def test_of_two_eastings_none_is_taken(tmp_path: Path) -> None:
    plan = table(tmp_path / "points.csv", "easting,x,northing\n655400,1,3454300\n")
    with pytest.raises(FileRefused, match="coordinates_not_found"):
        read(plan)


def test_a_row_without_numbers_is_named(tmp_path: Path) -> None:
    reading = read(table(tmp_path / "points.csv", "x,y\n655400,3454300\n655400,unknown\n"))
    assert [(i.ref, i.code) for i in reading.issues if i.level == "fault"] == [("3", "coordinate_not_read")]
    assert [fault.code for fault in faults_of(only(reading))] == ["geometry_missing"]


def test_a_plot_of_two_corners_is_named(tmp_path: Path) -> None:
    rows = ["A,0,0", "A,10,0", "A,10,10", "B,0,0", "B,1,1", "B,0,0", "C,0,0", "C,5,0", "C,5,5"]
    reading = read(table(tmp_path / "plots.csv", "plot,x,y\n" + "\n".join(rows) + "\n"))
    assert [(i.ref, i.code) for i in reading.issues if i.level == "fault"] == [("5", "too_few_points")]
    assert [g is not None for g in only(reading).geometries] == [True, False, True]


def test_corners_follow_their_order_and_not_the_file(tmp_path: Path) -> None:
    rows = ["A,1,0,0", "A,3,10,10", "A,2,10,0", "A,4,0,10"]
    (plot,) = only(read(table(tmp_path / "plots.csv", "plot,seq,x,y\n" + "\n".join(rows) + "\n"))).geometries
    assert plot.is_valid
    assert plot.area == 100


def test_commas_that_could_be_thousands_are_doubted(tmp_path: Path) -> None:
    plan = table(tmp_path / "points.csv", 'x,y\n"655,416","3454,299"\n')
    assert only(read(plan)).geometries[0].coords[0] == (655416.0, 3454.299)
    assert "comma_doubtful" in codes(read(plan))


def test_sheets_of_a_workbook_are_layers(tmp_path: Path) -> None:
    plots: list[list[object]] = [
        ["رقم القطعة", "X", "Y"],
        *(["A-1", x, y] for x, y in ((0, 0), (10, 0), (10, 10), (0, 10))),
    ]
    plan = workbook(tmp_path / "plan.xlsx", {"القطع": plots, "notes": [["nothing", "here"]], "empty": []})
    reading = read(plan)
    assert [layer.name for layer in reading.layers] == ["القطع"]
    assert only(reading).geometries[0].area == 100
    assert [issue.layer for issue in reading.issues if issue.code == "table_without_coordinates"] == ["notes"]


BILLION = "<!DOCTYPE w [" + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "ha"}">' for i in range(9)) + "]>"


@pytest.mark.parametrize(
    "prolog",
    [BILLION, '<!DOCTYPE w SYSTEM "file:///etc/passwd">', '<!DOCTYPE w [<!ENTITY x SYSTEM "http://127.0.0.1/">]>'],
)
def test_a_workbook_that_declares_a_document_type_is_refused(tmp_path: Path, prolog: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(workbook(tmp_path / "plan.xlsx", {"x": [["x", "y"], [1, 2]]}, prolog=prolog))
    assert refused.value.code == "xml_doctype"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file_empty"),
        ("\n\n\n", "table_empty"),
        ("just a line of text\n", "coordinates_not_found"),
        ("name,remarks\nA,none\n", "coordinates_not_found"),
        ("<html><table><tr><td>x</td></tr></table></html>", "kind_html"),
        ("x,y\n" + "1" * 200_000 + ",2\n", "table_broken"),
    ],
)
def test_what_is_no_table_of_coordinates_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(table(tmp_path / "plan.csv", text))
    assert refused.value.code == code


def test_formula_text_is_kept_as_text(tmp_path: Path) -> None:
    layer = only(read(table(tmp_path / "points.csv", 'name,x,y\n"=HYPERLINK(""http://a"")",1,2\n')))
    assert layer.columns["name"] == ['=HYPERLINK("http://a")']


def test_rows_are_bounded(tmp_path: Path) -> None:
    plan = table(tmp_path / "points.csv", "x,y\n" + "1,2\n" * 50)
    with pytest.raises(FileRefused, match="too_many_features"):
        read(plan, limits=Limits(features=50))
