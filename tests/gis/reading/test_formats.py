# SPDX-License-Identifier: Apache-2.0
"""Formats beyond the first five: read whole, their systems and alphabets known or asked, nothing followed outwards."""

import json
import shutil
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import CRS

from gis.coordinate_systems import finding
from gis.reading import FileRefused, Reading, ReadOptions, read
from tests.files import good
from tests.gis.reading.conftest import Trap

NUMBERS = ["A-1", "قطعة ٢"]


def refused(path: Path) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(path)
    return caught.value


def codes(reading: Reading) -> set[str]:
    return {issue.code for issue in reading.issues}


def epsg(reading: Reading) -> int | None:
    crs = finding(reading.layers[0].crs).crs
    return crs.to_epsg() if crs else None


def is_whole(reading: Reading, field: str = "number") -> None:
    (layer,) = reading.layers
    came = dict(zip(layer.columns[field], map(shapely.normalize, layer.geometries), strict=True))
    assert came == dict(zip(NUMBERS, map(shapely.normalize, good.PLOTS), strict=True))  # an index may reorder a file


@pytest.mark.parametrize(
    ("name", "driver", "epsg_"),
    [("plan.fgb", "FlatGeobuf", 32633), ("plan.tab", "MapInfo File", 32633), ("plan.mif", "MapInfo File", 32633)],
)
def test_a_file_comes_whole_and_so_does_it_zipped(tmp_path: Path, name: str, driver: str, epsg_: int) -> None:
    encoding = {"encoding": "UTF-8"} if driver == "MapInfo File" else {}
    plan = good.vector(tmp_path / name, driver=driver, number=NUMBERS, **encoding)  # type: ignore[arg-type]
    parts = [path for path in tmp_path.iterdir() if path.stem == plan.stem]
    reading = read(plan)
    is_whole(reading)
    assert epsg(reading) == epsg_
    again = read(good.zipped(tmp_path / "all.zip", *parts))
    is_whole(again)
    assert again.kind == reading.kind


def test_a_geodatabase_comes_whole_as_a_folder_and_zipped(tmp_path: Path) -> None:
    plan = good.vector(tmp_path / "plan.gdb", driver="OpenFileGDB", geometry_type="MultiPolygon", number=NUMBERS)
    reading = read(plan)
    assert reading.kind == "geodatabase"
    assert epsg(reading) == 32633
    assert reading.layers[0].columns["number"] == NUMBERS
    assert shapely.area(reading.layers[0].geometries).sum() == pytest.approx(2 * 2400)
    archive = tmp_path / "plan.gdb.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(plan.iterdir()):
            packed.write(path, f"a folder/plan.gdb/{path.name}")
    assert len(read(archive).layers[0]) == 2


def test_a_folder_that_is_no_geodatabase_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan").mkdir()
    assert refused(tmp_path / "plan").code == "file_missing"
    (tmp_path / "plan.gdb").mkdir()
    assert refused(tmp_path / "plan.gdb").code == "no_layers"
    (tmp_path / "plan.gdb" / "a00000001.gdbtable").write_bytes(b"\x00" * 4000)
    assert refused(tmp_path / "plan.gdb").code in {"file_damaged", "no_layers", "reader_died"}


def test_a_table_of_mapinfo_in_an_alphabet_that_it_does_not_name_is_asked_about(tmp_path: Path) -> None:
    plan = good.vector(
        tmp_path / "plan.mif", driver="MapInfo File", number=["قطعة أولى", "القطعة الثانية"], encoding="UTF-8"
    )
    table, texts = plan.read_bytes(), plan.with_suffix(".mid").read_bytes()
    plan.write_bytes(table.replace(b"UTF-8", b"Neutral"))
    plan.with_suffix(".mid").write_bytes(texts.decode("utf-8").encode("cp1256"))
    reading = read(plan)
    assert "encoding_assumed" in codes(reading)
    assert reading.layers[0].columns["number"] == ["قطعة أولى", "القطعة الثانية"]
    assert read(plan, ReadOptions(encoding="cp1252")).layers[0].columns["number"] != ["قطعة أولى", "القطعة الثانية"]


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>{more}
<Folder><name>قطع</name>
<Placemark id="p1"><name>A-1</name><description><![CDATA[<b>Area</b><br>2,400 m²<script>alert(1)</script>]]></description>
<ExtendedData><Data name="use"><value>LOG</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>16.63,31.21,5 16.64,31.21,5 16.64,31.22,5 16.63,31.21,5</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>no place</name></Placemark></Folder>
<Folder><name>tracks</name><Placemark><name>walk</name><gx:Track><when>2026-01-01T00:00:00Z</when><when>2026-01-01T00:01:00Z</when><gx:coord>16.63 31.21 0</gx:coord><gx:coord>16.64 31.22 0</gx:coord></gx:Track></Placemark></Folder>
</Document></kml>"""


def kml(folder: Path, more: str = "") -> Path:
    path = folder / "plan.kml"
    path.write_text(KML.format(more=more), encoding="utf-8")
    return path


def test_folders_of_a_kml_are_layers_and_descriptions_are_words(tmp_path: Path) -> None:
    reading = read(kml(tmp_path))
    plots, tracks = reading.layers
    assert (plots.name, tracks.name) == ("قطع", "tracks")
    assert set(plots.columns) == {"id", "Name", "description", "use"}
    assert plots.columns["description"][0] == "Area\n2,400 m²"
    assert plots.columns["use"][0] == "LOG"
    assert plots.geometries[1] is None
    assert tracks.geometries[0].geom_type == "LineString"
    assert "heights_dropped" in codes(reading)
    assert epsg(reading) in {4326, None}
    assert finding(plots.crs).crs == CRS.from_user_input("OGC:CRS84")


def test_a_kmz_is_read_by_its_document_and_its_pictures_are_left(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "plan.kmz", "w") as packed:
        packed.writestr("images/a.png", b"\x89PNG")
        packed.writestr("images/other.kml", "<kml/>")
        packed.write(kml(tmp_path), "doc.kml")
    assert [layer.name for layer in read(tmp_path / "plan.kmz").layers] == ["قطع", "tracks"]


def test_a_kmz_without_a_document_or_with_a_strange_one_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "plan.kmz", "w") as packed:
        packed.writestr("images/a.png", b"\x89PNG")
    assert refused(tmp_path / "plan.kmz").code == "no_layers"
    with zipfile.ZipFile(tmp_path / "page.kmz", "w") as packed:
        packed.writestr("doc.kml", "<html><body>not found</body></html>")
    assert refused(tmp_path / "page.kmz").code == "kind_html"


def test_what_a_kml_points_at_is_counted_and_never_fetched(tmp_path: Path, trap: Trap) -> None:
    at = f"http://127.0.0.1:{trap.port}"
    more = (
        f"<NetworkLink><Link><href>{at}/a.kml</href></Link></NetworkLink>"
        f"<GroundOverlay><Icon><href>{at}/a.png</href></Icon></GroundOverlay>"
        f'<Schema name="x" id="x"/><styleUrl>{at}/style.kml#s</styleUrl>'
    )
    reading = read(kml(tmp_path, more))
    assert {"network_links_left", "overlays_left"} <= codes(reading)
    assert trap.hits == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_kml_that_declares_entities_is_refused_unread(tmp_path: Path, canary: Path, encoding: str) -> None:
    laughs = "".join(f'<!ENTITY l{i + 1} "&l{i};&l{i};&l{i};&l{i};&l{i};">' for i in range(12))
    for declared in (f'<!ENTITY l0 "ha">{laughs}', f'<!ENTITY l12 SYSTEM "file://{canary}">'):
        text = (
            KML.format(more="<name>&l12;</name>")
            .replace("?>", f"?>\n<!DOCTYPE kml [{declared}]>")
            .replace("UTF-8", encoding)
        )
        (tmp_path / "plan.kml").write_bytes(text.encode(encoding))
        assert refused(tmp_path / "plan.kml").code == "xml_entities"


def test_a_kml_of_folders_in_folders_without_end_ends_the_child_alone(tmp_path: Path) -> None:
    deep = "<Folder>" * 200_000 + "</Folder>" * 200_000
    path = kml(tmp_path, deep)
    try:
        assert read(path).layers
    except FileRefused as error:
        assert error.code in {"reader_died", "file_damaged", "reading_too_slow", "out_of_memory"}


def parquet(path: Path, geo: dict[str, Any] | None, shapes: list[bytes | None] | None = None, rows: int = 2) -> Path:
    table = pa.table(
        {
            "number": pa.array(NUMBERS[:rows]),
            "area": pa.array([2400.5, float("nan")][:rows]),
            "floors": pa.array([None, 3][:rows], pa.int32()),
            "geometry": pa.array(shapes or [shapely.to_wkb(g) for g in good.PLOTS], pa.binary()),
        }
    )
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)} if geo else None), path)
    return path


def geo(**column: Any) -> dict[str, Any]:
    return {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Polygon"], **column}},
    }


def test_geoparquet_comes_whole_with_its_system(tmp_path: Path) -> None:
    reading = read(parquet(tmp_path / "plan.parquet", geo(crs=json.loads(CRS.from_epsg(32633).to_json()))))
    is_whole(reading)
    assert epsg(reading) == 32633
    assert reading.layers[0].columns["area"] == [2400.5, None]
    assert reading.layers[0].columns["floors"] == [None, 3]
    assert finding(read(parquet(tmp_path / "a.parquet", geo())).layers[0].crs).crs == CRS.from_user_input("OGC:CRS84")
    assert finding(read(parquet(tmp_path / "b.parquet", geo(crs=None))).layers[0].crs).why == "absent"


NATIVE = {
    "point": ["POINT (1 2)", None, "POINT (3 4)"],
    "linestring": ["LINESTRING (0 0, 1 2, 3 0)", None, "LINESTRING (5 5, 6 6)"],
    "polygon": ["POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 3 2, 3 3, 2 2))", None, "POLYGON ((1 1, 2 1, 2 2, 1 1))"],
    "multipoint": ["MULTIPOINT ((1 2), (3 4))", "MULTIPOINT ((5 6))", None],
    "multilinestring": ["MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 2))", None],
    "multipolygon": [
        "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 3 2, 3 3, 2 2)), ((20 0, 21 0, 21 1, 20 0)))",
        None,
    ],
}
DEPTH = {"point": 0, "linestring": 1, "multipoint": 1, "polygon": 2, "multilinestring": 2, "multipolygon": 3}


def native(path: Path, encoding: str, *, interleaved: bool = False, said: str | None = None) -> Path:
    """The shapes of NATIVE as GeoParquet 1.1 writes them: structs of x and y, or numbers in pairs, in lists of lists."""

    def nested(given: Any, depth: int) -> Any:
        if depth == 0:
            pair = given if isinstance(given, tuple) else given[0]
            return list(pair) if interleaved else {"x": pair[0], "y": pair[1]}
        return [nested(each, depth - 1) for each in given]

    def listed(wkt: str | None) -> Any:
        if wkt is None:
            return None
        shape = shapely.from_wkt(wkt)
        coordinates = shapely.geometry.mapping(shape)["coordinates"]
        return nested(coordinates, DEPTH[encoding])

    type_: Any = pa.list_(pa.float64(), 2) if interleaved else pa.struct([("x", pa.float64()), ("y", pa.float64())])
    for _ in range(DEPTH[encoding]):
        type_ = pa.list_(type_)
    texts = NATIVE[encoding]
    table = pa.table({"name": [str(i) for i in range(len(texts))], "geometry": pa.array(map(listed, texts), type_)})
    column = {"encoding": said or encoding, "geometry_types": []}
    told = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(told)}), path)
    return path


@pytest.mark.parametrize("interleaved", [False, True], ids=["structs", "pairs"])
@pytest.mark.parametrize("encoding", NATIVE)
def test_geoparquet_in_its_own_encodings_comes_whole(tmp_path: Path, encoding: str, *, interleaved: bool) -> None:
    layer = read(native(tmp_path / "plan.parquet", encoding, interleaved=interleaved)).layers[0]
    kept = [None if shape is None else shapely.to_wkt(shape, trim=True) for shape in layer.geometries]
    assert kept == [None if text is None else shapely.to_wkt(shapely.from_wkt(text)) for text in NATIVE[encoding]]
    assert layer.columns["name"] == [str(i) for i in range(len(kept))]


def test_all_forms_of_wkb_are_read(tmp_path: Path) -> None:
    plot = shapely.box(1, 2, 3, 4)
    forms = [
        shapely.to_wkb(plot, byte_order=0),
        shapely.to_wkb(plot, byte_order=1),
        shapely.to_wkb(shapely.set_srid(plot, 3201), include_srid=True),
        shapely.to_wkb(shapely.force_3d(plot, 7.0), flavor="iso"),
        shapely.to_wkb(shapely.force_3d(plot, 7.0), flavor="extended"),
    ]
    for type_, chosen in ((pa.binary(), forms), (pa.large_binary(), forms), (pa.binary_view(), forms[:2])):
        table = pa.table({"geometry": pa.array(chosen, type_)})
        pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo())}), tmp_path / "plan.parquet")
        reading = read(tmp_path / "plan.parquet")
        assert len(reading.layers[0]) == len(chosen)
        assert all(shape.equals(plot) for shape in reading.layers[0].geometries)
        assert ("heights_dropped" in codes(reading)) is (chosen is forms)


def test_shapes_that_arrow_alone_marks_are_read(tmp_path: Path) -> None:
    marks = {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": json.dumps({"crs": "EPSG:3201"})}
    field = pa.field("geom", pa.binary(), metadata=marks)
    table = pa.table([pa.array([shapely.to_wkb(shapely.Point(1, 2))])], schema=pa.schema([field]))
    pq.write_table(table, tmp_path / "plan.parquet")
    layer = read(tmp_path / "plan.parquet").layers[0]
    assert layer.crs.definition == "EPSG:3201"
    assert layer.geometries[0].equals(shapely.Point(1, 2))


def test_an_encoding_that_the_column_does_not_have_is_refused(tmp_path: Path) -> None:
    for encoding in ("linestring", "polygon", "multipolygon"):
        assert refused(native(tmp_path / "a.parquet", "point", said=encoding)).code == "file_damaged"
    assert refused(native(tmp_path / "b.parquet", "polygon", said="point")).code == "file_damaged"
    assert refused(native(tmp_path / "c.parquet", "point", said="geometry")).code == "parquet_encoding"


def test_parquet_that_is_no_geoparquet_or_lies_is_refused(tmp_path: Path) -> None:
    assert refused(parquet(tmp_path / "a.parquet", None)).code == "parquet_without_shapes"
    assert refused(parquet(tmp_path / "b.parquet", geo(encoding="point"))).code == "file_damaged"
    assert refused(parquet(tmp_path / "b.parquet", geo(encoding="TWKB"))).code == "parquet_encoding"
    assert refused(parquet(tmp_path / "c.parquet", {"columns": []})).code == "file_damaged"
    lying = geo()
    lying["primary_column"] = "other"
    assert refused(parquet(tmp_path / "d.parquet", lying)).code == "file_damaged"
    text = geo()
    text["columns"] = {"number": text["columns"]["geometry"]}
    text["primary_column"] = "number"
    assert refused(parquet(tmp_path / "e.parquet", text)).code == "file_damaged"
    broken = read(parquet(tmp_path / "f.parquet", geo(), [b"\x01\x03", None]))
    assert "geometry_unreadable" in codes(broken)


def test_a_parquet_whose_foot_promises_what_is_not_there_is_refused(tmp_path: Path) -> None:
    plan = parquet(tmp_path / "plan.parquet", geo())
    raw = plan.read_bytes()
    for damaged in (
        raw[:-8] + struct.pack("<I", 2**31 - 1) + b"PAR1",
        raw[: len(raw) // 2],
        b"PAR1" + b"\x00" * 5000 + raw[-300:],
    ):
        plan.write_bytes(damaged)
        assert refused(plan).code in {"file_damaged", "reader_died", "out_of_memory"}


def test_a_flatgeobuf_whose_head_lies_is_refused(tmp_path: Path) -> None:
    plan = good.vector(tmp_path / "plan.fgb", driver="FlatGeobuf", number=NUMBERS)
    raw = plan.read_bytes()
    plan.write_bytes(raw[:8] + struct.pack("<I", 2**31 - 1) + raw[12:])
    assert refused(plan).code in {"file_damaged", "no_layers"}
    plan.write_bytes(b"fgb\x02fgb\x00" + raw[8:])
    assert refused(plan).code == "content_not_as_named"
    plan.write_bytes(raw[: len(raw) - 40])
    assert refused(plan).code in {"file_damaged", "reader_died"}


@pytest.mark.parametrize("srid", ["", "SRID=32633;"])
def test_a_table_with_shapes_written_as_wkt_needs_no_other_coordinates(tmp_path: Path, srid: str) -> None:
    plan = tmp_path / "plan.csv"
    rows = [f'{number};"{srid}{shape.wkt}"' for number, shape in zip(NUMBERS, good.PLOTS, strict=True)]
    plan.write_text("\n".join(["رقم القطعة;shape", *rows, "A-3;POINT (nowhere", "A-4;"]), encoding="utf-8")
    reading = read(plan)
    (layer,) = reading.layers
    assert list(layer.columns) == ["رقم القطعة"]
    assert list(layer.geometries[:2]) == list(good.PLOTS)
    assert [issue.ref for issue in reading.issues if issue.code == "coordinate_not_read"] == ["4"]
    assert layer.geometries[3] is None
    assert epsg(reading) == (32633 if srid else None)


def test_wkt_is_found_under_headings_that_nobody_knows(tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("foo,bar\n1,POINT Z (655400 3454300 7)\n2,POINT (655401 3454301)\n", encoding="utf-8")
    reading = read(plan)
    assert reading.layers[0].columns == {"foo": ["1", "2"]}
    assert [g.wkt for g in reading.layers[0].geometries] == ["POINT (655400 3454300)", "POINT (655401 3454301)"]
    assert "heights_dropped" in codes(reading)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("plan.dwg", b"AC1032\x00\x00", "dwg_not_read"),
        ("plan.dxf", b"AC1015\x00\x00", "dwg_not_read"),
        ("plan.pdf", b"%PDF-1.7", "kind_pdf"),
        ("scan.png", b"\x89PNG\r\n", "kind_image"),
        ("scan.jpg", b"\xff\xd8\xff\xe0", "kind_image"),
        ("plan.rar", b"Rar!\x1a\x07", "kind_archive"),
        ("map.qgz", b"PK\x03\x04", "kind_project"),
        ("letter.docx", b"PK\x03\x04", "kind_document"),
        ("table.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "kind_old_office"),
        ("site.ifc", b"ISO-10303-21;", "kind_ifc"),
        ("site.skp", b"\xff\xfe\xff\x0eS\x00k\x00e\x00t\x00c\x00h\x00", "kind_sketchup"),
        ("plan.gpkg", b"<!DOCTYPE html><html>", "kind_html"),
        ("plan.fgb", b"", "file_empty"),
        ("plan.xyz", b"abc", "kind_unknown"),
    ],
)
def test_what_people_drop_and_is_not_read_is_named(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    error = refused(tmp_path / name)
    assert error.code == code
    if code == "dwg_not_read":
        assert error.details == {"release": {b"AC1032": "2018", b"AC1015": "2000"}[content[:6]]}


def test_one_folder_of_an_archive_can_leave_it_as_little_as_any_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "plan.zip", "w") as packed:
        packed.writestr("../plan.gdb/a00000001.gdbtable", b"x")
    assert refused(tmp_path / "plan.zip").code == "archive_unsafe_name"


def test_a_geodatabase_folder_follows_no_links(tmp_path: Path, canary: Path) -> None:
    plan = good.vector(tmp_path / "plan.gdb", driver="OpenFileGDB", geometry_type="MultiPolygon", number=NUMBERS)
    (plan / "linked.gdbtable").symlink_to(canary)
    assert len(read(plan).layers[0]) == 2
    shutil.rmtree(plan)
    np.testing.assert_equal(plan.exists(), False)
