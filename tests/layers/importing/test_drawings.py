# SPDX-License-Identifier: Apache-2.0
"""Any file can at least be seen: a reference drawing beside the register, in and out as one act."""

from pathlib import Path
from typing import LiteralString
from uuid import uuid4

import pytest
from shapely import LineString, Point, Polygon, box
from shapely.geometry import GeometryCollection, MultiPolygon

from gis.coordinate_systems import named
from layers.importing.acting import undo
from layers.importing.wishes import ImportBuiltUpon, NoSuchImport, Wishes
from tests.conftest import Register
from tests.files import good
from tests.layers.importing.conftest import Importer

BOW_TIE = Polygon([(16.6, 31.2), (16.61, 31.21), (16.61, 31.2), (16.6, 31.21)])


def everything(path: Path) -> Path:
    mixed = GeometryCollection([Point(16.6, 31.2), box(16.6, 31.2, 16.601, 31.201)])
    features = [
        good.feature(box(16.63, 31.21, 16.631, 31.211), plot_number="أ-1", note=None),
        good.feature(MultiPolygon([box(16.64, 31.21, 16.641, 31.211), box(16.65, 31.21, 16.651, 31.211)])),
        good.feature(LineString([(16.6, 31.2), (16.7, 31.3)])),
        good.feature(Point(16.6, 31.2)),
        good.feature(mixed),
        good.feature(BOW_TIE),
        good.feature(None),
    ]
    return good.geojson(path, features)


def count(register: Register, relation: LiteralString, role: str = "marsa_admin") -> object:
    with register.connect(role) as db:
        row = db.execute("select count(*) from " + relation).fetchone()
    return row and row[0]


def test_a_dry_run_changes_nothing_and_says_what_would_become(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    report = imported(everything(tmp_path / "plan.geojson"), commit=False)
    assert (report.can_commit, report.import_id, report.taken) == (True, None, 6)
    assert report.written == {"reference_drawing": 1, "reference_area": 4, "reference_line": 1, "reference_point": 2}
    for relation in ("register.reference_area", "register.source", "register.event", "register.history"):
        assert count(register, relation) == 0


def test_a_drawing_of_any_state_is_seen_by_everybody_who_opens_the_map(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    imported(everything(tmp_path / "plan.geojson"), Wishes(title="مخطط الاستشاري"))
    with register.connect("marsa_public") as stranger:
        areas = stranger.execute(
            "select drawing, drawing_layer, label, ref, ST_IsValid(geom) from published.reference_areas order by ref"
        ).fetchall()
    assert areas == [
        ("مخطط الاستشاري", "plan", "أ-1", "1", True),
        ("مخطط الاستشاري", "plan", None, "2", True),
        ("مخطط الاستشاري", "plan", None, "5", True),
        ("مخطط الاستشاري", "plan", None, "6", False),
    ]
    assert count(register, "published.reference_points", "marsa_public") == 2


def test_a_hidden_drawing_is_on_no_map(register: Register, imported: Importer, tmp_path: Path) -> None:
    imported(everything(tmp_path / "plan.geojson"), Wishes(shown=False))
    assert count(register, "published.reference_areas", "marsa_public") == 0
    assert count(register, "register.reference_area") == 4


def test_faults_of_a_drawing_are_told_with_their_place_in_degrees(imported: Importer, tmp_path: Path) -> None:
    report = imported(everything(tmp_path / "plan.geojson"))
    (fault,) = [finding for finding in report.findings if finding.issue.code == "geometry_invalid"]
    assert fault.issue.ref == "6"
    assert fault.lonlat is not None
    assert fault.lonlat == pytest.approx((16.605, 31.205))


def test_the_source_keeps_digest_way_and_accuracy(register: Register, imported: Importer, tmp_path: Path) -> None:
    report = imported(everything(tmp_path / "plan.geojson"))
    with register.connect() as db:
        kept = db.execute("select kind, file_sha256, crs_operation, crs_accuracy_m from register.source").fetchone()
    assert kept is not None
    assert kept[:2] == ("file", report.sha256)
    assert "LGD2006" in str(report.layers[0].crs.operation)
    assert "proj=pipeline" in str(kept[2])
    assert kept[3] == pytest.approx(0.1)


def test_coordinates_come_onto_the_millimetre_grid_by_the_stated_way(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    """The harbour's point of guide/base-data: 31.2125 N 16.6315 E is 655469.09, 3454314.77 in EPSG:3201."""
    imported(good.geojson(tmp_path / "point.geojson", [good.feature(Point(16.6315, 31.2125))]))
    with register.connect() as db:
        row = db.execute("select ST_AsText(geom), ST_AsText(geom, 3) from register.reference_point").fetchone()
    assert row == ("MULTIPOINT((655469.093 3454314.769))", "MULTIPOINT((655469.093 3454314.769))")


def test_a_file_without_a_system_is_asked_about_and_goes_in_once_it_is_named(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    (tmp_path / "points.csv").write_text("x,y\n655469.093,3454314.769\n")
    asked = imported(tmp_path / "points.csv")
    assert (asked.import_id, asked.can_commit) == (None, False)
    assert [candidate.epsg for candidate in asked.questions[0].crs.candidates] == [32633, 3201, 2078]
    assert count(register, "register.reference_point") == 0
    told = imported(tmp_path / "points.csv", Wishes(crs=named("EPSG:3201")))
    assert told.import_id is not None
    assert told.layers[0].crs.how == "confirmed"


def test_a_file_of_another_country_is_drawn_with_the_doubt_said(imported: Importer, tmp_path: Path) -> None:
    """Longitude and latitude swapped lie in Sudan, where no transformation into the Libyan datum is known."""
    swapped = good.geojson(tmp_path / "swapped.geojson", [good.feature(Point(31.2125, 16.6315))])
    report = imported(swapped)
    assert report.import_id is not None
    assert ("doubt", "outside_area") in report.counts()


def test_an_import_is_one_event_with_the_digest_of_its_file(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    report = imported(everything(tmp_path / "plan.geojson"))
    with register.connect() as db:
        events = db.execute("select action, actor, object_id, after->>'sha256', legal from register.event").fetchall()
    assert events == [("import", "test", report.import_id, report.sha256, False)]


def test_an_import_is_undone_whole_once(register: Register, imported: Importer, tmp_path: Path) -> None:
    report = imported(everything(tmp_path / "plan.geojson"))
    other = imported(everything(tmp_path / "plan.geojson"))
    assert report.import_id and other.import_id
    with register.connect() as db:
        taken_back = undo(db, report.import_id, actor="test")
    assert taken_back == report.written
    assert count(register, "register.reference_area") == 4
    assert count(register, "register.history") == sum(report.written.values())
    with register.connect() as db, pytest.raises(NoSuchImport):
        undo(db, report.import_id, actor="test")


def test_only_imports_can_be_undone(register: Register) -> None:
    with register.connect() as db:
        number = uuid4()
        db.execute(
            "insert into register.source (id, kind, title_ar, title_en) values (%s, 'decree', 'قرار', 'Decree')",
            [number],
        )
        with pytest.raises(NoSuchImport):
            undo(db, number, actor="test")


def test_what_was_changed_since_is_not_torn_out(register: Register, imported: Importer, tmp_path: Path) -> None:
    report = imported(everything(tmp_path / "plan.geojson"))
    assert report.import_id
    with register.connect() as db:
        db.execute("update register.reference_area set label = 'changed' where ref = '1'")
    with register.connect() as db, pytest.raises(ImportBuiltUpon):
        undo(db, report.import_id, actor="test")
    assert count(register, "register.reference_area") == 4
