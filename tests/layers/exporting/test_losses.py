# SPDX-License-Identifier: Apache-2.0
"""Formats that cannot hold everything: what they do hold is right, and what they lose is said."""

import csv
import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import ezdxf
import pyogrio
import pytest
import shapely

from gis.reading.parent import read
from layers.exporting import FORMATS
from tests.conftest import Register
from tests.layers.exporting.conftest import taken

KML = "{http://www.opengis.net/kml/2.2}"


@pytest.mark.parametrize("form", ["shp", "kml", "kmz", "dxf"])
def test_what_is_lost_is_reported_in_both_languages(zone: Register, tmp_path: Path, form: str) -> None:
    losses = taken(zone, "plots", tmp_path / "plots", format=form).losses
    assert set(FORMATS[form].losses) <= set(losses)
    assert losses
    assert all(loss.ar and loss.en for loss in losses)


@pytest.mark.parametrize(("encoding", "word"), [("UTF-8", "UTF-8"), ("CP1256", "1256")])
def test_a_shapefile_keeps_shapes_and_arabic_and_names_its_alphabet(
    zone: Register, tmp_path: Path, encoding: str, word: str
) -> None:
    path = tmp_path / "projects.zip"
    written = taken(zone, "projects", path, encoding=encoding)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert {
            f"projects_{part}.{ending}" for part in ("points", "lines", "areas") for ending in ("shp", "prj", "cpg")
        } <= set(names)
        assert word in archive.read("projects_points.cpg").decode()
        assert "LGD2006" in archive.read("projects_points.prj").decode()
        fields = list(csv.DictReader(io.StringIO(archive.read("fields.csv").decode("utf-8-sig"))))
        assert "not the national land registry" in archive.read("readme.txt").decode("utf-8-sig")
    assert all(len(field["field"].encode()) <= 10 for field in fields)
    assert len({field["field"] for field in fields}) == len(fields)
    full = {field["name"]: field["field"] for field in fields}
    layers = read(path).layers
    assert sum(len(layer) for layer in layers) == written.features
    for layer in layers:
        assert set(layer.columns[full["title_ar"]]) == {"مشروع الميناء"}
    with zone.connect("marsa_public") as connection:
        rows = connection.execute("select code, ST_AsBinary(geom) from published.projects").fetchall()
    kept = {code: shapely.normalize(shapely.from_wkb(shape)) for code, shape in rows}
    assert {
        code: shapely.normalize(shape)
        for layer in layers
        for code, shape in zip(layer.columns[full["code"]], layer.geometries, strict=True)
    } == kept


def test_letters_that_windows_1256_lacks_are_counted(zone: Register, tmp_path: Path) -> None:
    losses = taken(zone, "projects", tmp_path / "projects.zip", encoding="CP1256").losses
    # Full-width signs are in no Arabic alphabet.
    assert any(loss.en.startswith("4 ") and "alphabet" in loss.en for loss in losses), losses


@pytest.mark.parametrize("form", ["kml", "kmz"])
def test_google_earth_gets_degrees_words_and_colours(zone: Register, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"plots.{form}"
    taken(zone, "plots", path, language="ar")
    if form == "kmz":
        with zipfile.ZipFile(path) as archive:
            text = archive.read("doc.kml").decode()
    else:
        text = path.read_text("utf-8")
    root = ElementTree.fromstring(text)
    places = list(root.iter(f"{KML}Placemark"))
    assert [place.findtext(f"{KML}name") for place in places] == ["A01-9", "A01-10", "A01-100", "B01-1"]
    assert {place.findtext(f"{KML}styleUrl") for place in places} == {"#class-planned"}
    styles = {style.get("id"): style.findtext(f"{KML}PolyStyle/{KML}color") for style in root.iter(f"{KML}Style")}
    assert styles["class-planned"] == "d9eef6df"
    facts = {data.get("name"): data.findtext(f"{KML}value") for data in places[0].iter(f"{KML}Data")}
    assert facts["land_use"] == "لوجستيات وتخزين"
    assert "holder_ar" not in facts
    assert "السجل العقاري" in str(root.findtext(f"{KML}Document/{KML}description"))
    _, _, shapes, _ = pyogrio.raw.read(path if form == "kml" else f"/vsizip/{path}/doc.kml")
    with zone.connect("marsa_public") as connection:
        rows = connection.execute(
            "select ST_AsBinary(geom_4326) from published.plots order by length(plot_number), plot_number"
        ).fetchall()
    ours = {shapely.to_wkt(shapely.force_2d(shapely.from_wkb(shape)), 9) for shape in shapes}
    assert ours == {shapely.to_wkt(shapely.from_wkb(row[0]), 9) for row in rows}


def test_a_drawing_opens_without_a_fault_in_metres_with_layers_by_status(zone: Register, tmp_path: Path) -> None:
    path = tmp_path / "plots.dxf"
    losses = taken(zone, "plots", path).losses
    assert any(loss.en.startswith("1 holes") for loss in losses)
    drawing = ezdxf.readfile(path)
    audit = drawing.audit()
    assert not audit.errors
    assert not audit.fixes
    assert drawing.header["$INSUNITS"] == 6
    assert drawing.dxfversion == "AC1024"
    assert drawing.layers.get("plots-planned").rgb == (0xDF, 0xF6, 0xEE)
    told = dict(drawing.header.custom_vars.properties)
    assert told["Coordinates"] == "EPSG:3201"
    assert "not the national land registry" in told["Notice"]
    space = drawing.modelspace()
    geodata = space.get_geodata()
    assert geodata is not None
    matrix, epsg = geodata.get_crs_transformation()
    assert epsg == 3201
    assert matrix.transform((655_000, 3_454_000, 0)).isclose((655_000, 3_454_000, 0))
    # So our own reader needs no answer about coordinates.
    assert {layer.crs.definition for layer in read(path).layers} == {"EPSG:3201"}
    lines = list(space.query("LWPOLYLINE"))
    assert len(lines) == 5  # four plots and a hole
    assert all(line.closed and line.dxf.layer == "plots-planned" for line in lines)
    assert {text.dxf.text for text in space.query("TEXT")} == {"A01-9", "A01-10", "A01-100", "B01-1"}
    with zone.connect("marsa_public") as connection:
        rows = connection.execute("select id::text, ST_AsBinary(geom) from published.plots").fetchall()
    kept = {identifier: shapely.from_wkb(shape) for identifier, shape in rows}
    for line in lines:
        shape = kept[line.get_xdata("MARSA")[-1].value]
        rings = {shapely.LinearRing(ring.coords).normalize().wkt for ring in (shape.exterior, *shape.interiors)}
        assert shapely.LinearRing([(x, y) for x, y, *_ in line.get_points()]).normalize().wkt in rings


def test_arabic_stays_arabic_in_a_drawing(zone: Register, tmp_path: Path) -> None:
    path = tmp_path / "projects.dxf"
    taken(zone, "projects", path, language="ar")
    drawing = ezdxf.readfile(path)
    texts = list(drawing.modelspace().query("TEXT"))
    assert {text.dxf.text for text in texts} == {"مشروع الميناء"}
    assert {drawing.styles.get(text.dxf.style).dxf.font for text in texts} == {"arial.ttf"}
