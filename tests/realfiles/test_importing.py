# SPDX-License-Identifier: Apache-2.0
"""Real parcels in an installation of their own coordinate system: what is refused, told one by one, and what goes in."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import shapely

from gis.coordinate_systems import named
from gis.reading import read
from layers import database
from layers.embedded import Cluster
from layers.importing.acting import act, codes_of, undo
from layers.importing.report import Report
from layers.importing.staging import stage
from layers.importing.wishes import Wishes, target_layer
from tests.conftest import Register
from tests.files import good
from tests.realfiles.expected import SHARED

UTM_33_SOUTH = 32733
FARMS = "parcels/za_farms_33S/farms_33S.shp"


@pytest.fixture
def south(cluster: Cluster) -> Iterator[Register]:
    """An empty register whose legal CRS is that of the parcels."""
    name = "farms"
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as db:
        db.execute(f"create database {name}")
    register = Register(cluster, name, srid=UTM_33_SOUTH)
    database.migrate(register.url(), srid=UTM_33_SOUTH)
    yield register
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as db:
        db.execute(f"drop database {name} with (force)")


def imported(register: Register, path: Path, wishes: Wishes | None = None) -> Report:
    asked = wishes or Wishes()
    with register.connect() as db:
        target = target_layer(asked.target)
        staged = stage(read(path), path.name, asked, target, named(str(register.srid)), codes_of(db))
        return act(db, staged, register.srid, commit=True, actor="test")


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (FARMS, {"reference_area": 2008}),
        ("parcels/za_urban_33S/urban_33S.shp", {"reference_area": 6}),
        ("parcels/za_roads_33S/roads_33S.shp", {"reference_line": 345}),
        ("parcels/bubenec_prague.gpkg", {"reference_area": 695, "reference_line": 35}),
    ],
)
def test_real_files_are_seen_beside_the_register(
    south: Register, unchecked: list[str], path: str, written: dict[str, int]
) -> None:
    if not (SHARED / path).exists():
        unchecked.append(path)
        return
    report = imported(south, SHARED / path)
    assert report.import_id is not None
    assert report.written == {"reference_drawing": 1, **written}
    with south.connect() as db:
        assert undo(db, report.import_id, actor="test") == report.written


def test_real_farms_as_plots_are_refused_one_by_one_and_the_sound_ones_can_enter(
    south: Register, unchecked: list[str], tmp_path: Path
) -> None:
    """2,008 farms: 16 invalid, 10 of several parts, 418 that share a number with another, 5 without one, some stacked."""
    path = SHARED / FARMS
    if not path.exists():
        unchecked.append(FARMS)
        return
    farms = read(path).layers[0]
    outline = shapely.box(*shapely.total_bounds(farms.geometries)).buffer(1000, join_style="mitre")
    utm = {"crs": {"type": "name", "properties": {"name": f"EPSG:{UTM_33_SOUTH}"}}}
    zone = good.geojson(tmp_path / "zone.geojson", [good.feature(outline)], **utm)
    names = {"code": "CAPE", "name_ar": "منطقة", "name_en": "Cape"}
    imported(south, zone, Wishes(target="new-zone", values=names))
    block = good.geojson(tmp_path / "block.geojson", [good.feature(outline, code="CAPE-1", land_use="LOG")], **utm)
    imported(south, block, Wishes(target="layer:blocks", zone="CAPE"))

    asked = {
        "target": "layer:plots",
        "zone": "CAPE",
        "columns": {"SG_CODE": "plot_number"},
        "values": {"land_use": "LOG"},
    }
    refused = imported(south, path, Wishes(**asked))  # type: ignore[arg-type]
    assert refused.import_id is None
    faults = Counter(finding.issue.code for finding in refused.findings if finding.issue.level == "fault")
    assert faults["geometry_invalid"] == 16
    assert faults["several_parts"] == 10
    assert faults["value_missing"] == 5
    assert faults["value_repeated"] >= 418
    assert faults["overlaps_in_file"] > 0
    assert faults["refused_by_register"] == 0
    assert all(f.issue.ref for f in refused.findings if f.issue.level == "fault")

    taken = imported(south, path, Wishes(**asked, leave_out_faulty=True))  # type: ignore[arg-type]
    assert taken.import_id is not None
    assert taken.written["plot"] == taken.taken > 500
    with south.connect() as db:
        overlapping = db.execute(
            "select count(*) from register.plot a join register.plot b on a.id < b.id and a.geom && b.geom "
            "and ST_Relate(a.geom, b.geom, '2********')"
        ).fetchone()
    assert overlapping == (0,)
