# SPDX-License-Identifier: Apache-2.0
"""Every real file comes to what was written before it was read."""

from collections import Counter

import numpy as np
import pytest
import shapely

from gis.coordinate_systems import finding
from gis.faults import faults_of
from gis.reading import FileRefused, Reading, read
from tests.realfiles.expected import EXPECTED, SHARED, Expected


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: expected.path)
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
        assert Counter(geometry.geom_type for geometry in geometries) == expected.types
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


def test_plots_in_one_file_may_be_in_two_systems(unchecked: list[str]) -> None:
    path = SHARED / "parcels/ladm_col_quality_validations.gpkg"
    if not path.exists():
        unchecked.append(path.name)
        return
    systems = {layer.name: finding(layer.crs).crs for layer in read(path).layers}
    assert {crs and crs.to_epsg() for crs in systems.values()} == {3116, 4326}
