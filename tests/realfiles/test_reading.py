# SPDX-License-Identifier: Apache-2.0
"""Every real file comes to what was written before it was read."""

from collections import Counter

import numpy as np
import pytest
import shapely

from gis.coordinate_systems import finding
from gis.faults import faults_of
from gis.reading import FileRefused, Reading, read
from layers.importing.charts import charted
from tests.realfiles.expected import EXPECTED, SHARED, Expected
from tests.realfiles.expected_nasty import GEOJSON_FAULTS, GEOJSON_FILES, NASTY, WINDING
from tests.realfiles.expected_port import CHART, PORT, TAKEN


@pytest.mark.parametrize("expected", (*EXPECTED, *NASTY, *PORT), ids=lambda expected: expected.path)
def test_a_real_file_comes_to_what_was_expected(expected: Expected, unchecked: list[str]) -> None:
    path = SHARED / expected.path
    if not path.exists():
        unchecked.append(expected.path)
        return
    if expected.refused:
        with pytest.raises(FileRefused) as refused:
            read(path)
        assert refused.value.code == expected.refused
        return
    reading = read(path)
    assert expected.layers.items() <= {layer.name: len(layer) for layer in reading.layers}.items()
    geometries = np.concatenate([layer.geometries for layer in reading.layers])
    if expected.types:
        assert Counter("None" if g is None else g.geom_type for g in geometries) == expected.types
    if expected.area is not None:
        assert shapely.area(geometries).sum() == pytest.approx(expected.area, rel=expected.area_to)
    if expected.bounds is not None:
        assert shapely.total_bounds(geometries) == pytest.approx(expected.bounds, abs=0.1)
    _said(reading, expected)


def _said(reading: Reading, expected: Expected) -> None:
    assert expected.codes <= {issue.code for issue in reading.issues}
    faults = Counter(issue.code for layer in reading.layers for issue in faults_of(layer))
    assert faults["geometry_invalid"] == expected.invalid
    values = {value for layer in reading.layers for column in layer.columns.values() for value in column}
    assert set(expected.texts) <= values
    systems = {finding(layer.crs).crs for layer in reading.layers}
    if expected.epsg:
        assert {(crs and crs.to_epsg()) or 4326 for crs in systems} == {expected.epsg}


def test_a_real_chart_feeds_the_layers_of_a_port(unchecked: list[str]) -> None:
    path = SHARED / CHART
    if not path.exists():
        unchecked.append(CHART)
        return
    reading = read(path)
    fed = {layer: charted(reading, layer).layers for layer in TAKEN}
    assert {layer: sum(map(len, found)) for layer, found in fed.items()} == TAKEN


def test_plots_in_one_file_may_be_in_two_systems(unchecked: list[str]) -> None:
    path = SHARED / "parcels/ladm_col_quality_validations.gpkg"
    if not path.exists():
        unchecked.append(path.name)
        return
    systems = {layer.name: finding(layer.crs).crs for layer in read(path).layers}
    assert {crs and crs.to_epsg() for crs in systems.values()} == {3116, 4326}


@pytest.mark.parametrize("kind", GEOJSON_FILES)
def test_geojson_is_taken_or_its_fault_is_told(kind: str, unchecked: list[str]) -> None:
    files = sorted((SHARED / GEOJSON_FAULTS / kind).glob("*.geojson"))
    if not files:
        unchecked.append(f"{GEOJSON_FAULTS}/{kind}")
        return
    assert len(files) == GEOJSON_FILES[kind]
    silent = []
    for path in files:
        try:
            reading = read(path)
        except FileRefused as refused:
            assert kind == "invalid_structure", (path.name, refused.code)
            continue
        if not reading.issues and not any(faults_of(layer) for layer in reading.layers):
            silent.append(path.stem)
    if kind.startswith("invalid"):
        assert set(silent) <= WINDING
    if kind == "valid":
        assert {path.stem for path in files if "null_geometry" not in path.stem} - set(silent) <= {
            "valid_geometry_3d_coordinates", "valid_geometry_geometrycollection_empty_geometries",
        }  # fmt: skip
