# SPDX-License-Identifier: Apache-2.0
"""The real models in a register: kept to the last byte, drawn where they lie, taken back whole."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gis.coordinate_systems import named
from gis.reading import read
from layers import database
from layers.embedded import Cluster
from layers.importing.acting import act, codes_of, undo
from layers.importing.report import Report
from layers.importing.staging import stage
from layers.importing.wishes import Wishes
from layers.models import written
from tests.conftest import Register
from tests.realfiles.expected import SHARED
from tests.realfiles.expected_models import PIPES_OF_LINES

UTM_16_NORTH = 32616
"""Kentucky's; its state plane in US feet is EPSG:3547."""


@pytest.fixture(scope="module")
def kentucky(cluster: Cluster) -> Iterator[Register]:
    """An empty register whose legal CRS holds the network of ky4."""
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as db:
        db.execute("create database kentucky")
    register = Register(cluster, "kentucky", srid=UTM_16_NORTH)
    database.migrate(register.url(), srid=UTM_16_NORTH)
    yield register
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as db:
        db.execute("drop database kentucky with (force)")


def imported(register: Register, path: Path, wishes: Wishes) -> Report:
    with register.connect() as db:
        staged = stage(read(path), path.name, wishes, None, named(str(register.srid)), codes_of(db))
        return act(db, staged, register.srid, commit=True, actor="test")


@pytest.mark.parametrize(
    ("path", "crs", "drawn"),
    [
        # Its page of screen coordinates is no place: kept without one.
        ("utilities/Net3.inp", None, {}),
        ("utilities/swmm_example.inp", None, {}),
        # Both pumps of ky4 have both ends in one place; so have both transformers of the German grid.
        ("utilities/ky4.inp", "EPSG:3547", {"network_node": 964, "network_link": 1156}),
        ("utilities/mv_oberrhein.json", "EPSG:4326", {"network_node": 179, "network_link": 181}),
    ],
)
def test_a_real_model_is_kept_to_the_last_byte_and_goes_whole(
    kentucky: Register, unchecked: list[str], path: str, crs: str | None, drawn: dict[str, int]
) -> None:
    given = SHARED / path
    if not given.exists():
        unchecked.append(path)
        return
    wishes = Wishes(target="network", crs=named(crs)) if crs else Wishes(target="model")
    report = imported(kentucky, given, wishes)
    assert report.import_id is not None
    assert drawn == {table: rows for table, rows in report.written.items() if table in {"network_node", "network_link"}}
    with kentucky.connect() as db:
        assert written(db, given.stem) == given.read_bytes()
        assert undo(db, report.import_id, actor="test") == report.written


def test_us_feet_of_a_state_plane_come_to_lie_where_the_geojson_of_the_same_pipes_lies(
    kentucky: Register, unchecked: list[str]
) -> None:
    given = SHARED / "utilities/ky4.inp"
    if not given.exists():
        unchecked.append(str(given))
        return
    report = imported(kentucky, given, Wishes(target="network", crs=named("EPSG:3547")))
    drawing = imported(kentucky, SHARED / "utilities/ky4_pipes.geojson", Wishes())
    with kentucky.connect() as db:
        (apart,) = db.execute(
            "select max(ST_HausdorffDistance(l.geom, r.geom)) from register.network_link l "
            "join register.reference_line r on l.code = 'ky4/' || (r.properties ->> 'name')"
        ).fetchone() or (None,)
        (stated,) = db.execute("select sum(length_m) from register.network_link").fetchone() or (None,)
    assert isinstance(apart, float)
    assert apart < 0.002
    assert stated == pytest.approx(260241.0347, abs=100)
    with kentucky.connect() as db:
        for one in (report, drawing):
            assert one.import_id is not None
            undo(db, one.import_id, actor="test")


@pytest.mark.parametrize(("path", "apart"), PIPES_OF_LINES.items())
def test_every_end_of_real_pipes_that_was_cut_off_is_told_with_its_place(
    unchecked: list[str], path: str, apart: int
) -> None:
    if not (SHARED / path).exists():
        unchecked.append(path)
        return
    staged = stage(read(SHARED / path), path, Wishes(), None, named(str(UTM_16_NORTH)), {})
    told = [finding for finding in staged.report.findings if finding.issue.code == "ends_apart"]
    assert len(told) == apart
    assert len({(finding.issue.ref, finding.issue.facts["node"]) for finding in told}) == apart
    assert all(finding.lonlat and -86 < finding.lonlat[0] < -84 for finding in told)
