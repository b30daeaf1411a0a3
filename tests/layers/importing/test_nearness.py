# SPDX-License-Identifier: Apache-2.0
"""A file says how far it lies from the zone: a wrong system or unit shows there first."""

from pathlib import Path

import pytest
from shapely import box

from tests.conftest import Register
from tests.files import good
from tests.layers.importing.conftest import Importer
from tests.layers.land import EAST, NORTH, a_zone


@pytest.fixture(autouse=True)
def zone(register: Register) -> None:
    with register.connect() as db:
        a_zone(db)


def plan(path: Path, *moves_km: float) -> Path:
    shapes = [box(EAST + km * 1000, NORTH, EAST + km * 1000 + 10, NORTH + 10) for km in moves_km]
    crs = {"type": "name", "properties": {"name": "EPSG:3201"}}
    return good.geojson(path, [good.feature(shape) for shape in shapes], crs=crs)


def test_a_file_of_another_town_is_doubted(tmp_path: Path, imported: Importer) -> None:
    report = imported(plan(tmp_path / "plan.geojson", 150, 151))
    assert report.where is not None
    assert report.where.inside == 0
    assert 100_000 < report.where.nearest_m < report.where.farthest_m
    assert "far_from_zone" in {finding.issue.code for finding in report.findings}


def test_a_file_in_the_zone_lies_in_it_and_one_feature_may_not(tmp_path: Path, imported: Importer) -> None:
    report = imported(plan(tmp_path / "plan.geojson", 0.02, 40))
    assert report.where is not None
    assert (report.where.features, report.where.inside, report.where.nearest_m) == (2, 1, 0)
    assert report.where.farthest_m > 10_000
    assert "far_from_zone" not in {finding.issue.code for finding in report.findings}


def test_a_register_without_a_zone_measures_nothing(tmp_path: Path, register: Register, imported: Importer) -> None:
    with register.connect() as db:
        db.execute("delete from register.zone")
    assert imported(plan(tmp_path / "plan.geojson", 0)).where is None
