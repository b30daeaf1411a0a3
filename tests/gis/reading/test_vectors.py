# SPDX-License-Identifier: Apache-2.0
"""GeoPackage, GeoJSON and Shapefile: everything in, nothing changed in silence."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely import LineString, Point, box

from gis.coordinate_systems import finding
from gis.faults import faults_of
from gis.reading import FileLayer, FileRefused, Reading, ReadOptions, read
from tests.files import good


def codes(reading: Reading) -> set[str]:
    return {issue.code for issue in reading.issues}


def only(reading: Reading) -> FileLayer:
    (layer,) = reading.layers
    return layer


def refusal(path: Path) -> str:
    with pytest.raises(FileRefused) as refused:
        read(path)
    return refused.value.code


def test_every_layer_of_a_geopackage_comes_with_its_fields_and_system(tmp_path: Path) -> None:
    plan = good.vector(tmp_path / "plan.gpkg", number=["A-1", "A-2"], area=[2400.5, 2400.25], floors=[1, 2])
    good.vector(
        plan, [LineString([(0, 0), (1, 1)])], layer="roads", crs="EPSG:3201", append=True, geometry_type="LineString"
    )
    reading = read(plan)
    plots = reading.layer("plots")
    assert plots.columns == {"number": ["A-1", "A-2"], "area": [2400.5, 2400.25], "floors": [1, 2]}
    assert [field.kind for field in plots.fields] == ["text", "number", "integer"]
    assert shapely.equals_exact(plots.geometries, good.PLOTS).all()
    systems = {layer.name: finding(layer.crs).crs for layer in reading.layers}
    assert {name: crs and crs.to_epsg() for name, crs in systems.items()} == {"plots": 32633, "roads": 3201}


def test_a_geopackage_of_undefined_system_is_asked_about(tmp_path: Path) -> None:
    plan = good.vector(tmp_path / "plan.gpkg", crs=None)
    assert finding(only(read(plan)).crs).crs is None


def test_a_view_in_a_geopackage_is_left_out_and_its_triggers_never_run(tmp_path: Path) -> None:
    plan = good.vector(tmp_path / "plan.gpkg")
    with sqlite3.connect(plan) as database:
        database.execute("CREATE VIEW everything AS SELECT * FROM plots")
        database.execute(
            "INSERT INTO gpkg_contents SELECT 'everything', data_type, 'everything', '', last_change, min_x, min_y, max_x, max_y, srs_id FROM gpkg_contents"
        )
        database.execute(
            "INSERT INTO gpkg_geometry_columns SELECT 'everything', column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns"
        )
    reading = read(plan)
    assert [layer.name for layer in reading.layers] == ["plots"]
    assert "layer_is_view" in codes(reading)


def test_a_geopackage_cut_short_is_refused(tmp_path: Path) -> None:
    plan = good.vector(tmp_path / "plan.gpkg")
    plan.write_bytes(plan.read_bytes()[:5000])
    assert refusal(plan) == "file_damaged"


def test_heights_are_left_out_and_said(tmp_path: Path) -> None:
    reading = read(good.geojson(tmp_path / "plan.geojson", [good.feature(Point(16.6, 31.2, 12.5))]))
    assert not only(reading).geometries[0].has_z
    assert "heights_dropped" in codes(reading)


@pytest.mark.parametrize(
    ("crs", "epsg"),
    [
        ({"type": "name", "properties": {"name": "EPSG:3201"}}, 3201),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32633"}}, 32633),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, None),
    ],
)
def test_the_old_crs_member_is_read_when_it_names_a_system(
    tmp_path: Path, crs: dict[str, Any], epsg: int | None
) -> None:
    found = finding(only(read(good.geojson(tmp_path / "plan.geojson", crs=crs))).crs)
    assert found.crs is not None
    assert found.crs.to_epsg() == epsg


@pytest.mark.parametrize(
    ("crs", "code"),
    [
        ({"type": "link", "properties": {"href": "http://127.0.0.1/"}}, "crs_link"),
        ({"type": "name", "properties": {"name": "http://127.0.0.1/"}}, "crs_name_unknown"),
        ({"type": "name", "properties": {"name": "+init=epsg:3201 +nadgrids=/etc/passwd"}}, "crs_name_unknown"),
        ("EPSG:4326", "crs_link"),
    ],
)
def test_any_other_crs_member_is_refused(tmp_path: Path, crs: object, code: str) -> None:
    assert refusal(good.geojson(tmp_path / "plan.geojson", crs=crs)) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"type": "FeatureCollection"', "json_broken"),
        ('{"type": "FeatureCollection"}', "geojson_structure"),
        ('{"type": "Topology", "objects": {}}', "geojson_structure"),
        ("[1, 2]", "geojson_structure"),
        ('{"type": "Point", "coordinates": [NaN, 1]}', "json_number"),
        ('{"type": "Point", "type": "Point", "coordinates": [1, 1]}', "json_twice"),
        ("[" * 100_000, "nested_too_deep"),
        ('{"type": "Point", "coordinates": [' + "9" * 10_000 + ", 1]}", "json_number"),
        ('{"type": "FeatureCollection", "features": [], "name": "\xff"}', "not_utf8"),
    ],
)
def test_what_is_no_geojson_is_refused(tmp_path: Path, text: str, code: str) -> None:
    plan = tmp_path / "plan.geojson"
    plan.write_bytes(text.encode("latin-1"))
    assert refusal(plan) == code


@pytest.mark.parametrize(
    ("geometry", "code", "place"),
    [
        ({"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 4]]]}, "ring_open", (0, 4)),
        ({"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [0, 0]]]}, "too_few_points", (0, 0)),
        ({"type": "Polygon", "coordinates": []}, "geometry_empty", None),
        ({"type": "LineString", "coordinates": [[1, 2]]}, "too_few_points", (1, 2)),
        ({"type": "Point", "coordinates": ["1", 2]}, "position_wrong", None),
        ({"type": "Point", "coordinates": [1e400, 2]}, "not_a_number", None),
        ({"type": "Point", "coordinates": [True, 2]}, "position_wrong", None),
        ({"type": "Point", "coordinates": [1]}, "position_wrong", None),
        ({"type": "Circle", "coordinates": [1, 2]}, "geojson_feature", None),
        ({"type": "Point"}, "geojson_feature", None),
        ("POINT (1 2)", "geojson_feature", None),
    ],
)
def test_a_faulty_feature_is_named_with_its_place_and_the_others_are_read(
    tmp_path: Path, geometry: Any, code: str, place: tuple[float, float] | None
) -> None:
    bad = {"type": "Feature", "id": "B-7", "geometry": geometry, "properties": {}}
    plan = tmp_path / "plan.geojson"
    text = json.dumps({"type": "FeatureCollection", "features": [good.feature(Point(1, 2)), bad]})
    plan.write_text(text.replace("Infinity", "1e400"))
    reading = read(plan)
    assert len(only(reading)) == 1
    assert [(i.code, i.ref, i.place) for i in reading.issues] == [(code, "2 (id B-7)", place)]


def test_invalid_shapes_are_read_and_their_fault_has_a_place(tmp_path: Path) -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]]}
    layer = only(read(good.geojson(tmp_path / "plan.geojson", [good.feature(bow_tie), good.feature(None)])))
    assert [(f.code, f.place, f.facts) for f in faults_of(layer)] == [
        ("geometry_missing", None, {}),
        ("geometry_invalid", (2, 2), {"reason": "self_intersection"}),
    ]


def test_large_whole_numbers_stay_exact(tmp_path: Path) -> None:
    features = [good.feature(Point(1, 2), code=2**60 + 1, mixed=1), good.feature(Point(1, 2), code=None, mixed="a")]
    layer = only(read(good.geojson(tmp_path / "plan.geojson", features)))
    assert layer.columns == {"code": [2**60 + 1, None], "mixed": ["1", "a"]}


ARABIC = ["القطعة الأولى", "رصيف الميناء الجنوبي"]


@pytest.mark.parametrize("encoding", ["cp1256", "utf-8"])
@pytest.mark.parametrize("with_page", [True, False])
def test_arabic_in_a_shapefile_is_read_and_an_assumption_is_said(
    tmp_path: Path, encoding: str, with_page: bool
) -> None:
    parts = good.shapefile(tmp_path / "made", name="plots", encoding=encoding, title=ARABIC)
    if not with_page:
        (tmp_path / "made" / "plots.cpg").unlink()
        table = tmp_path / "made" / "plots.dbf"
        content = bytearray(table.read_bytes())
        content[29] = 0
        table.write_bytes(content)
    reading = read(next(part for part in parts if part.suffix == ".shp"))
    assert only(reading).columns["title"] == ARABIC
    assert only(reading).encoding.how == ("declared" if with_page else "assumed")
    assert ("encoding_assumed" in codes(reading)) is not with_page


def test_a_wrong_code_page_can_be_overruled(tmp_path: Path) -> None:
    good.shapefile(tmp_path / "made", encoding="cp1256", title=ARABIC)
    (tmp_path / "made" / "plots.cpg").write_text("ISO-8859-1")
    plan = tmp_path / "made" / "plots.shp"
    assert only(read(plan)).columns["title"] != ARABIC
    assert only(read(plan, ReadOptions(encoding="cp1256"))).columns["title"] == ARABIC


def test_parts_that_are_missing_are_said(tmp_path: Path) -> None:
    good.shapefile(tmp_path / "made", number=["A-1", "A-2"])
    for suffix, said in ((".shx", "shx_rebuilt"), (".dbf", "dbf_missing"), (".prj", None)):
        (tmp_path / "made" / f"plots{suffix}").unlink()
        reading = read(tmp_path / "made" / "plots.shp")
        assert len(only(reading)) == 2
        assert said is None or said in codes(reading)
    assert finding(only(reading).crs).why == "absent"


def test_a_shapefile_that_claims_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    good.shapefile(tmp_path / "made")
    plan = tmp_path / "made" / "plots.shp"
    content = bytearray(plan.read_bytes())
    content[24:28] = (10**9).to_bytes(4, "big")
    plan.write_bytes(content)
    assert refusal(plan) == "shapefile_length"


@pytest.mark.parametrize(
    "name", ["‮gpj.geojson", "CON.geojson", "a" * 240 + ".geojson", "PG:dbname=x.geojson", '{"type".geojson']
)
def test_the_name_of_a_file_reaches_no_reader(tmp_path: Path, name: str) -> None:
    reading = read(good.geojson(tmp_path / name))
    assert len(only(reading)) == 1
    assert len(only(reading).name) <= 80
    assert only(reading).name.isprintable()


@pytest.mark.parametrize("head", [b"\x00", b"GP", b"SQLite format 3\x00" + bytes(52) + b"GPKG" + b"\xff" * 4000])
@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson", ".dxf", ".zip", ".xlsx", ".csv", ".dwg", ""])
def test_rubbish_is_refused_under_every_name(tmp_path: Path, suffix: str, head: bytes) -> None:
    plan = tmp_path / f"plan{suffix}"
    plan.write_bytes(head)
    assert refusal(plan)


def test_the_digest_is_that_of_the_bytes_given(tmp_path: Path) -> None:
    plan = good.geojson(tmp_path / "plan.geojson", [good.feature(box(0, 0, 1, 1))])
    reading = read(plan)
    assert (reading.size_bytes, len(reading.sha256)) == (plan.stat().st_size, 64)
    assert read(plan).sha256 == reading.sha256
