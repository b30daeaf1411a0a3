# SPDX-License-Identifier: Apache-2.0
"""GeoPackage, FlatGeobuf and GeoParquet come back equal: shapes to the last bit, values, missing ones, and the order."""

import json
import sqlite3
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow.parquet
import pyogrio
import pytest
import shapely
from pyproj import CRS

from layers.catalogue import LAYERS
from layers.kinds import property_names
from tests.conftest import Register
from tests.layers.exporting.conftest import taken

FORMATS = ("gpkg", "fgb", "parquet")


def kept(register: Register, layer_id: str) -> list[dict[str, Any]]:
    """The published rows in their order: the properties, and the shape as WKB."""
    names = ["id", *property_names(LAYERS[layer_id])]
    with register.connect("marsa_public") as connection:
        rows = connection.execute(
            f'select {", ".join(names)}, ST_AsBinary(geom) from published."{layer_id}" order by tile_id'
        ).fetchall()
    return [dict(zip([*names, "shape"], row, strict=True)) for row in rows]


def back(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        table = pyarrow.parquet.read_table(path)
    else:
        _, table = pyogrio.raw.read_arrow(path, layer=path.stem if path.suffix == ".gpkg" else None)
    *names, _ = table.schema.names
    return [dict(zip([*names, "shape"], row.values(), strict=True)) for row in table.to_pylist()]


def as_kept(value: Any, by: Any) -> Any:
    """What the format's own types make of a value is undone: lists as JSON, a day as its midnight."""
    if isinstance(by, list) and isinstance(value, str):
        return json.loads(value)
    if isinstance(by, date) and isinstance(value, datetime):
        assert value.time() == time()
        return value.date()
    return value


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("layer_id", ["plots", "projects"])
def test_every_value_and_every_bit_of_a_shape_comes_back(
    zone: Register, tmp_path: Path, layer_id: str, ending: str
) -> None:
    there = kept(zone, layer_id)
    written = taken(zone, layer_id, tmp_path / f"{layer_id}.{ending}")
    assert written.features == len(there)
    found = back(tmp_path / f"{layer_id}.{ending}")
    assert [row.pop("shape") for row in found] == [row.pop("shape") for row in there]
    for mine, row in zip(found, there, strict=True):
        row["id"] = str(row["id"])
        expected = {name: float(value) if type(value).__name__ == "Decimal" else value for name, value in row.items()}
        assert {name: as_kept(value, expected[name]) for name, value in mine.items()} == expected


@pytest.mark.parametrize("ending", FORMATS)
def test_the_file_names_the_legal_coordinates(zone: Register, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"plots.{ending}"
    taken(zone, "plots", path)
    if ending == "parquet":
        geo = json.loads(pyarrow.parquet.read_schema(path).metadata[b"geo"])
        column = geo["columns"]["geometry"]
        assert CRS.from_json_dict(column["crs"]).to_epsg() == 3201
        assert (geo["version"], column["encoding"], column["geometry_types"]) == ("1.1.0", "WKB", ["Polygon"])
        shapes = [shapely.from_wkb(row["shape"]) for row in back(path)]
        assert column["bbox"] == list(shapely.total_bounds(shapes))
    else:
        assert (
            CRS.from_user_input(pyogrio.read_info(path, layer="plots" if ending == "gpkg" else None)["crs"]).to_epsg()
            == 3201
        )


def test_other_coordinates_are_given_when_asked(zone: Register, tmp_path: Path) -> None:
    taken(zone, "plots", tmp_path / "plots.gpkg", column="geom_4326")
    _, _, shapes, _ = pyogrio.raw.read(tmp_path / "plots.gpkg", layer="plots")
    west, south, east, north = shapely.total_bounds(shapely.from_wkb(shapes))
    assert 16 < west < east < 17
    assert 31 < south < north < 32


def test_a_geopackage_brings_its_look_and_its_words_to_qgis(zone: Register, tmp_path: Path) -> None:
    taken(zone, "plots", tmp_path / "plots.gpkg", language="ar")
    with sqlite3.connect(tmp_path / "plots.gpkg") as file:
        ((table, column, qml, sld, default),) = file.execute(
            "select f_table_name, f_geometry_column, styleQML, styleSLD, useAsDefault from layer_styles"
        )
        assert ("layer_styles", "attributes") in file.execute(
            "select table_name, data_type from gpkg_contents"
        ).fetchall()
        ((told,),) = file.execute("select metadata from gpkg_metadata")
    assert (table, column, default) == ("plots", "geom", 1)
    root = ElementTree.fromstring(qml.split("\n", 1)[1])
    renderer = root.find("renderer-v2")
    assert renderer is not None
    assert renderer.get("attr") == "public_status"
    categories = {each.get("value"): each.get("label") for each in renderer.iter("category")}
    assert categories == {"planned": "مخططة", "available": "متاحة"}
    symbols = {symbol.get("name") for symbol in renderer.iter("symbol")}
    assert symbols == {each.get("symbol") for each in renderer.iter("category")}
    aliases = {alias.get("field"): alias.get("name") for alias in root.iter("alias")}
    assert aliases["plot_number"] == "رقم القطعة"
    words = {option.get("value"): option.get("name") for option in root.iter("Option") if option.get("name")}
    assert words["LOG"] == "لوجستيات وتخزين"
    assert "PropertyIsEqualTo" in sld
    assert "السجل العقاري" in told


def test_an_empty_answer_is_an_empty_file_of_the_same_columns(zone: Register, tmp_path: Path) -> None:
    for ending in FORMATS:
        path = tmp_path / f"quays.{ending}"
        assert taken(zone, "quays", path).features == 0
        assert back(path) == []
