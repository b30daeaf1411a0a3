# SPDX-License-Identifier: Apache-2.0
"""Projects enter by their own ids: new ones are made, known ones brought up to date, and each import can be taken back."""

import json
from pathlib import Path
from typing import Any

import pytest

from gis.reading import FileRefused
from layers.importing.acting import undo
from layers.importing.report import Report
from layers.importing.wishes import ImportBuiltUpon, Wishes
from tests.conftest import Register
from tests.files import projects
from tests.layers.importing.conftest import Importer

PROJECTS = Wishes(target="layer:projects")


def counted(report: Report) -> Any:
    (facts,) = [f.issue.facts for f in report.findings if f.issue.code == "projects_counted"]
    return facts


def ask(register: Register, question: Any, role: str = "marsa_admin") -> list[tuple[Any, ...]]:
    with register.connect(role) as db:
        return db.execute(question).fetchall()


def taken_back(register: Register, report: Report) -> dict[str, int]:
    assert report.import_id is not None
    with register.connect() as db:
        return undo(db, report.import_id, actor="test")


# --- refusals first


def test_a_bad_project_keeps_the_others_out_until_it_is_left_out(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    path = projects.package(tmp_path / "p.json", projects.project("a"), {"title": "no id"})
    assert imported(path, PROJECTS).import_id is None
    report = imported(path, Wishes(target="layer:projects", leave_out_faulty=True))
    assert report.written["project"] == 1
    assert ask(register, "select code from register.project") == [("a",)]


def test_what_was_worked_on_here_is_not_overwritten(register: Register, imported: Importer, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    imported(projects.package(path, projects.project("a")), PROJECTS)
    with register.connect() as db:
        db.execute("update register.project set title_ar = 'عنوان الموظف'")
    report = imported(projects.package(path, projects.project("a", status="completion")), PROJECTS)
    assert report.import_id is None
    assert report.counts()[("fault", "project_changed_here")] == 1
    assert ask(register, "select title_ar, status from register.project") == [("عنوان الموظف", "implementation")]


def test_an_import_that_a_later_one_built_upon_is_not_torn_out(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    path = tmp_path / "p.json"
    first = imported(projects.package(path, projects.project("a")), PROJECTS)
    second = imported(projects.package(path, projects.project("a", status="completion")), PROJECTS)
    with pytest.raises(ImportBuiltUpon):
        taken_back(register, first)
    taken_back(register, second)
    assert taken_back(register, first)["project"] == 1
    for table in ("project", "project_record", "party", "party_role"):
        assert ask(register, f"select count(*) from register.{table}") == [(0,)]


def test_a_shape_that_is_no_area_is_refused(register: Register, imported: Importer, tmp_path: Path) -> None:
    bow_tie = [[16.6, 31.2], [16.61, 31.21], [16.61, 31.2], [16.6, 31.21], [16.6, 31.2]]
    shape = {"type": "Polygon", "coordinates": [bow_tie]}
    report = imported(
        projects.package(tmp_path / "p.json", projects.project(locations=[{"geometry": shape}])), PROJECTS
    )
    assert report.counts()[("fault", "geometry_invalid")] == 1
    assert report.import_id is None
    assert ask(register, "select count(*) from register.source") == [(0,)]


def test_a_list_of_projects_has_no_layer_but_theirs(imported: Importer, tmp_path: Path) -> None:
    path = projects.package(tmp_path / "p.json", projects.project())
    with pytest.raises(FileRefused):
        imported(path, PROJECTS, layer="plots")
    assert imported(path, Wishes(target="layer:plots")).import_id is None


# --- what enters


def test_a_project_is_on_the_map_with_its_agency_parties_and_publisher(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    given = projects.project()
    report = imported(projects.package(tmp_path / "p.json", given), PROJECTS)
    assert report.written == {"project": 1, "project_record": 1, "party": 2, "party_role": 2}
    assert counted(report) == {"new": 1, "changed": 0, "same": 0}
    shown = ask(
        register,
        "select code, title_ar, title_en, status, sectors, starts_on::text, budget::text, budget_currency, agency_en, "
        "ST_GeometryType(geom), location_exactness from published.projects",
        "marsa_public",
    )
    assert shown == [
        (
            "oc4ids-ly-1",
            "توسعة الرصيف",
            "Quay extension",
            "implementation",
            ["MAR"],
            "2026-01-31",
            "1250000.50",
            "LYD",
            "Ports Authority",
            "ST_MultiPoint",
            "approximate",
        )
    ]
    source = ask(register, "select issuer_ar, licence, citation, dated::text from register.source")
    assert source == [("هيئة", "https://example.org/l", "https://example.org/p", "2026-03-31")]
    ((document,),) = ask(register, "select document from register.project_record")
    assert json.loads(document) == given
    ((kept,),) = ask(register, "select content from register.source_file")
    assert bytes(kept) == (tmp_path / "p.json").read_bytes()


def test_a_project_without_a_place_is_kept_and_appears_once_it_has_one(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    path = tmp_path / "p.json"
    report = imported(projects.package(path, projects.project("a", locations=[])), PROJECTS)
    assert report.import_id is not None
    assert report.counts()[("note", "project_without_place")] == 1
    assert ask(register, "select count(*) from register.project") == [(0,)]
    assert ask(register, "select external_id, project_id from register.project_record") == [("a", None)]
    later = imported(projects.package(path, projects.project("a")), PROJECTS)
    assert counted(later) == {"new": 0, "changed": 1, "same": 0}
    assert ask(register, "select code from register.project") == [("a",)]
    taken_back(register, later)
    assert ask(register, "select external_id, project_id from register.project_record") == [("a", None)]


def test_the_same_file_again_changes_nothing(register: Register, imported: Importer, tmp_path: Path) -> None:
    path = projects.package(tmp_path / "p.json", projects.project("a"), projects.project("b"))
    imported(path, PROJECTS)
    again = imported(path, PROJECTS)
    assert counted(again) == {"new": 0, "changed": 0, "same": 2}
    assert again.import_id is None
    assert ask(register, "select count(*), max(version) from register.project") == [(2, 1)]


def test_new_changed_and_same_are_told_apart_and_undone_to_what_was(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    path = tmp_path / "p.json"
    imported(projects.package(path, projects.project("a"), projects.project("b")), PROJECTS)
    everything = "select to_jsonb(p) - 'version' - 'recorded_from' from register.project p order by code"
    roles = "select party_id, role, project_id from register.party_role order by 1, 2, 3"
    before = ask(register, everything), ask(register, roles)
    moved = projects.project(
        "b",
        status="completion",
        locations=[{"geometry": {"type": "Point", "coordinates": [16.7, 31.1]}}],
        parties=[{"name": "New Ltd", "roles": ["supplier"]}],
    )
    report = imported(projects.package(path, projects.project("a"), moved, projects.project("c")), PROJECTS)
    assert counted(report) == {"new": 1, "changed": 1, "same": 1}
    assert report.counts()[("note", "role_no_longer")] == 2
    assert ask(register, "select code, status from register.project order by code") == [
        ("a", "implementation"),
        ("b", "completion"),
        ("c", "implementation"),
    ]
    taken_back(register, report)
    assert (ask(register, everything), ask(register, roles)) == before
    again = imported(projects.package(path, projects.project("a"), moved), PROJECTS)
    assert counted(again) == {"new": 0, "changed": 1, "same": 1}


def test_projects_far_away_are_seen_and_the_distance_is_said(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    record = {"id": "P1", "project_name": "Far", "locations": [projects.place("-34.8", "54.0")]}
    report = imported(projects.records(tmp_path / "wb.json", P1=record), PROJECTS)
    assert report.import_id is not None
    ((lon, lat),) = ask(
        register, "select ST_X((ST_Dump(geom_4326)).geom), ST_Y((ST_Dump(geom_4326)).geom) from register.project"
    )
    assert (lon, lat) == pytest.approx((54.0, -34.8), abs=1e-4)
    assert report.counts()[("doubt", "outside_area")] == 1
