# SPDX-License-Identifier: Apache-2.0
"""Every real network model and project file comes to what was written before it was read."""

from collections import Counter

import numpy as np
import pytest
import shapely

from gis.coordinate_systems import finding
from gis.reading import Reading, read
from tests.realfiles.expected import SHARED
from tests.realfiles.expected_models import MODELS, PROJECTS, ExpectedModel


@pytest.mark.parametrize("expected", (*MODELS, *PROJECTS), ids=lambda expected: expected.path)
def test_a_real_model_comes_to_what_was_expected(expected: ExpectedModel, unchecked: list[str]) -> None:
    path = SHARED / expected.path
    if not path.exists():
        unchecked.append(expected.path)
        return
    reading = read(path)
    assert reading.kind == expected.kind
    assert {layer.name: len(layer) for layer in reading.layers} == expected.layers
    said: Counter[str] = Counter()
    for table in reading.tables:
        said[table.name] += table.said
    assert expected.kept.items() <= said.items()
    geometries = np.concatenate([layer.geometries for layer in reading.layers])
    if expected.positions is not None:
        assert len(shapely.get_coordinates(geometries)) == expected.positions
    assert shapely.total_bounds(reading.layers[0].geometries) == pytest.approx(expected.bounds, abs=1e-5)
    if expected.length_m is not None:
        assert sum(filter(None, reading.layer("links").columns["length_m"])) == pytest.approx(
            expected.length_m, rel=1e-9
        )
    known = {finding(layer.crs).crs is not None for layer in reading.layers}
    assert known == {expected.placed}
    _sound(reading, expected)


def _sound(reading: Reading, expected: ExpectedModel) -> None:
    """Nothing is said of the file that is not there."""
    counts = Counter(issue.code for issue in reading.issues)
    assert {code: counts[code] for code, wanted in expected.codes.items() if wanted} == {
        code: wanted for code, wanted in expected.codes.items() if wanted
    }
    assert all(counts[code] for code in expected.codes)
    assert not [issue for issue in reading.issues if issue.level == "fault"]
