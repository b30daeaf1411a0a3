# SPDX-License-Identifier: Apache-2.0
"""What is taken away is what is published: whole, to the millimetre, and nothing more."""

import csv
import io
import json
from pathlib import Path

import psycopg
import pytest
import shapely
from pyproj import Transformer

from gis.reading.parent import read
from gis.writing.parent import FileNotWritten
from layers.catalogue import LAYERS
from layers.exporting import FORMATS, Wanted, export, format_named
from tests.conftest import Register
from tests.layers.land import a_block, a_plot, a_zone, square

A_HOSTILE_NAME = '=HYPERLINK("http://example.org","سرت")'


@pytest.fixture
def sirte(register: Register) -> Register:
    """A zone of two plots, and projects of every shape."""
    with register.connect() as connection:
        block = a_block(connection, a_zone(connection))
        a_plot(connection, block, "A01-001", square(0.001, 0.002, 33.333))
        a_plot(connection, block, "A01-002", square(100, 0))
        for code, shape in (
            ("PR-1", "POINT(655000.123 3454000.456)"),
            ("PR-2", "LINESTRING(655000 3454000,655100.007 3454100)"),
            ("PR-3", square(500, 500).removeprefix("SRID=3201;")),
        ):
            connection.execute(
                "insert into register.project (code, title_ar, title_en, sectors, type, status, location_exactness, "
                "budget, budget_currency, starts_on, suspended, geom) values (%s, 'مشروع الميناء', %s, '{PRT,MAR}', "
                "'construction', 'preparation', 'approximate', 1234567890.25, 'LYD', '2026-03-01', false, "
                "ST_GeomFromText(%s, 3201))",
                [code, A_HOSTILE_NAME, shape],
            )
    return register


def exported(register: Register, layer_id: str, path: Path, *, language: str = "en") -> int:
    with register.connect("marsa_public", autocommit=True) as connection:
        wanted = Wanted(LAYERS[layer_id], format_named(path.suffix[1:]), register.srid, language)  # type: ignore[arg-type]
        return export(connection, wanted, path).features


def shapes_of(register: Register, layer_id: str) -> dict[str, shapely.Geometry]:
    with register.connect("marsa_public") as connection:
        rows = connection.execute(f'select id::text, ST_AsBinary(geom) from published."{layer_id}"').fetchall()
    return {str(identifier): shapely.from_wkb(shape) for identifier, shape in rows}


def test_a_folder_that_is_not_there_is_said(register: Register, tmp_path: Path) -> None:
    with pytest.raises(FileNotWritten):
        exported(register, "zones", tmp_path / "nowhere" / "zones.csv")


def test_a_file_that_cannot_be_finished_leaves_the_one_before(sirte: Register, tmp_path: Path) -> None:
    path = tmp_path / "projects.geojson"
    path.write_text("before")
    with sirte.connect() as connection:
        connection.execute("revoke select on published.projects from marsa_public")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        exported(sirte, "projects", path)
    assert path.read_text() == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["projects.geojson"]


def test_what_only_staff_may_see_is_in_no_file(sirte: Register, tmp_path: Path) -> None:
    with sirte.connect() as connection:
        connection.execute("update register.plot set legal_area_m2 = 2500.777 where plot_number = 'A01-002'")
    for ending in ("csv", "geojson", "parquet", "kml", "gpkg"):
        path = tmp_path / f"plots.{ending}"
        exported(sirte, "plots", path)
        content = path.read_bytes()
        assert b"legal_area" not in content and "المساحة حسب القرار".encode() not in content


@pytest.mark.parametrize("ending", FORMATS)
def test_every_layer_can_be_taken_away_also_when_it_is_empty(register: Register, tmp_path: Path, ending: str) -> None:
    # A process starts for each of these: points and whatever comes, which is written differently, will do for them.
    layers = [layer for layer in LAYERS if FORMATS[ending].streamed or layer.id in ("control_points", "projects")]
    for layer in layers:
        path = tmp_path / f"{layer.id}.{ending}"
        assert exported(register, layer.id, path) == 0
        assert path.stat().st_size > 0


@pytest.mark.parametrize("layer_id", ["plots", "zones"])
def test_a_geopackage_holds_the_same_doubles(sirte: Register, tmp_path: Path, layer_id: str) -> None:
    path = tmp_path / f"{layer_id}.gpkg"
    kept = shapes_of(sirte, layer_id)
    assert exported(sirte, layer_id, path) == len(kept)
    (layer,) = read(path).layers
    assert layer.name == layer_id
    ids = layer.columns["id"]
    back = dict(zip(ids, layer.geometries, strict=True))
    assert {identifier: shapely.to_wkb(shape) for identifier, shape in back.items()} == {
        identifier: shapely.to_wkb(shape) for identifier, shape in kept.items()
    }


def test_geojson_is_equal_on_the_grid(sirte: Register, tmp_path: Path) -> None:
    path = tmp_path / "plots.geojson"
    exported(sirte, "plots", path)
    kept = shapes_of(sirte, "plots")
    to_grid = Transformer.from_crs(4326, sirte.srid, always_xy=True)
    features = json.loads(path.read_text())["features"]
    assert {feature["id"] for feature in features} == set(kept)
    for feature in features:
        degrees = shapely.geometry.shape(feature["geometry"])
        back = shapely.transform(degrees, to_grid.transform, interleaved=False)
        rounded = shapely.transform(back, lambda xy: xy.round(3))
        assert rounded.equals_exact(kept[feature["id"]], 1e-9)


def test_geojson_keeps_lists_days_and_unknowns(sirte: Register, tmp_path: Path) -> None:
    path = tmp_path / "projects.geojson"
    exported(sirte, "projects", path)
    (first, *_) = json.loads(path.read_text())["features"]
    said = first["properties"]
    assert said["sectors"] == ["PRT", "MAR"]
    assert said["starts_on"] == "2026-03-01"
    assert said["budget"] == 1234567890.25
    assert said["physical_progress_pct"] is None
    assert said["suspended"] is False
    assert said["title_en"] == A_HOSTILE_NAME


def test_csv_shapes_are_equal_on_the_grid(sirte: Register, tmp_path: Path) -> None:
    path = tmp_path / "plots.csv"
    exported(sirte, "plots", path)
    kept = shapes_of(sirte, "plots")
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    headings = rows[0]
    place, shape = headings.index("Identifier"), headings.index("Shape (WKT)")
    assert {row[place]: shapely.from_wkt(row[shape]) for row in rows[1:]} == kept


@pytest.mark.parametrize(("language", "area"), [("ar", "المساحة (م²)"), ("en", "Area (m²)")])
def test_headings_are_read_by_people_with_units(sirte: Register, tmp_path: Path, language: str, area: str) -> None:
    path = tmp_path / "plots.csv"
    exported(sirte, "plots", path, language=language)
    headings = next(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert area in headings


def test_a_spreadsheet_runs_nothing_of_ours(sirte: Register, tmp_path: Path) -> None:
    path = tmp_path / "projects.csv"
    exported(sirte, "projects", path)
    cells = [cell for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))) for cell in row]
    assert "'" + A_HOSTILE_NAME in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
