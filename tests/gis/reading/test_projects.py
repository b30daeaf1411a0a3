# SPDX-License-Identifier: Apache-2.0
"""Project files are read project by project: each with what our fields hold and its whole document; bad ones one by one."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from gis.reading import FileRefused, Reading, read
from tests.files import projects
from tests.gis.reading.conftest import Trap


def said(reading: Reading, code: str) -> list[tuple[str | None, dict[str, Any]]]:
    return [(issue.ref, issue.facts) for issue in reading.issues if issue.code == code]


def refused(path: Path) -> str:
    with pytest.raises(FileRefused) as error:
        read(path)
    return error.value.code


# --- refusals first


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('"projects": [' + "[" * 100_000 + "]" * 100_000 + "]", "nested_too_deep"),
        ('"projects": [{"id": "a", "id": "b"}]', "json_twice"),
        ('"projects": [{"id": "a", "n": NaN}]', "json_number"),
        ('"projects": [{"id": "a", "n": 1' + "0" * 5000 + "}]", "json_number"),
        ('"projects": [', "json_broken"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path: Path, inside: str, code: str) -> None:
    path = tmp_path / "p.json"
    path.write_text('{"version": "0.9", ' + inside + "}")
    assert refused(path) == code


def test_xml_that_declares_entities_is_refused_and_calls_nobody(tmp_path: Path, canary: Path, trap: Trap) -> None:
    bomb = '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    outside = f'<!DOCTYPE l [<!ENTITY x SYSTEM "file://{canary}"><!ENTITY y SYSTEM "http://127.0.0.1:{trap.port}/">]>'
    for number, head in enumerate((bomb, outside)):
        path = projects.activities(tmp_path / f"{number}.xml", "<iati-activity>&b;</iati-activity>", head)
        assert refused(path) == "xml_doctype"
    assert trap.hits == 0


def test_other_xml_is_not_taken_for_activities(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<Other><note>iati-activities</note></Other>")
    assert refused(path) == "content_not_as_named"


def test_an_activity_that_nests_without_end_is_refused_or_has_no_id(tmp_path: Path) -> None:
    inside = "<iati-identifier>A</iati-identifier>" + "<a>" * 50_000 + "</a>" * 50_000
    path = projects.activities(tmp_path / "d.xml", f"<iati-activity>{inside}</iati-activity>")
    assert refused(path) == "nested_too_deep"


def test_bad_projects_are_told_one_by_one_and_the_others_are_read(tmp_path: Path) -> None:
    path = projects.package(
        tmp_path / "p.json",
        projects.project("a"),
        {"title": "no id"},
        "text",
        projects.project("a", title="again"),
        projects.project("b", period={"startDate": "2026-05-01", "endDate": "2025-01-01"}),
        projects.project(
            "c",
            period={"startDate": "2026-02-30", "endDate": 5},
            budget={"amount": {"amount": "1e400", "currency": "LYD"}},
        ),
        projects.project(
            "d", locations=[{"geometry": {"type": "Point", "coordinates": ["x", 1]}}, {"description": "somewhere"}]
        ),
        projects.project("e", status="dreaming", type=7, sector=["economy"], title=None, title_en=None),
    )
    reading = read(path)
    assert reading.layers[0].refs == ("a", "b", "c", "d", "e")
    assert [ref for ref, _ in said(reading, "project_id_missing")] == ["2"]
    assert [ref for ref, _ in said(reading, "project_not_object")] == ["3"]
    assert [ref for ref, _ in said(reading, "id_repeated")] == ["a"]
    assert [ref for ref, _ in said(reading, "period_backwards")] == ["b"]
    assert [facts["field"] for _, facts in said(reading, "value_not_kept")] == ["starts_on", "ends_on", "budget"]
    assert said(reading, "location_without_shape") == [("d", {"name": "somewhere"})]
    assert [ref for ref, _ in said(reading, "location_not_read")] == ["d"]
    assert [facts["field"] for _, facts in said(reading, "code_not_ours")] == ["status", "type", "sector"]
    assert [ref for ref, _ in said(reading, "title_missing")] == ["e"]
    assert reading.layers[0].columns["status"][4] == "unknown"
    assert reading.layers[0].geometries[3] is None


# --- what a project says


def test_what_has_a_home_is_in_its_field_and_all_of_it_in_the_document(tmp_path: Path) -> None:
    given = projects.project()
    reading = read(projects.package(tmp_path / "p.json", given))
    assert reading.kind == "oc4ids"
    (layer,) = reading.layers
    row = {name: values[0] for name, values in layer.columns.items()}
    assert row["title_ar"], row["title_en"] == ("توسعة الرصيف", "Quay extension")
    assert (row["starts_on"], row["ends_on"]) == ("2026-01-31", "2028-06-30")
    assert (row["budget"], row["budget_currency"]) == ("1250000.50", "LYD")
    assert json.loads(row["sectors"]) == ["MAR"]
    assert row["agency"] == "Ports Authority"
    assert json.loads(row["parties"]) == [["Ports Authority", ["publicAuthority"]], ["شركة تجريبية 12", ["supplier"]]]
    assert said(reading, "roles_not_ours") == [("oc4ids-ly-1", {"party": "Ports Authority", "roles": ["payer"]})]
    assert said(reading, "kept_in_document") == [(None, {"members": ["purpose"]})]
    assert json.loads(reading.tables[0].rows[0].values) == given
    assert json.loads(reading.tables[0].head)["publisher"] == "هيئة"


def test_several_places_are_one_shape_of_the_largest_kind(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[16.6, 31.2], [16.7, 31.2]]}
    lines = {"type": "MultiLineString", "coordinates": [[[16.6, 31.3], [16.7, 31.3]]]}
    given = projects.project(locations=[{"geometry": shape} for shape in (projects.HARBOUR, line, lines)])
    reading = read(projects.package(tmp_path / "p.json", given))
    shape = reading.layers[0].geometries[0]
    assert shape.equals(shapely.MultiLineString([[(16.6, 31.2), (16.7, 31.2)], [(16.6, 31.3), (16.7, 31.3)]]))
    assert said(reading, "locations_other_kind") == [("oc4ids-ly-1", {"number": 1})]


def test_the_latest_progress_counts(tmp_path: Path) -> None:
    seen = [
        {"measure": measure, "period": {"endDate": day}}
        for measure, day in (("75", "2026-08-01"), ("50", "2026-01-01"))
    ]
    given = projects.project(metrics=[{"id": "physicalProgress", "observations": seen}])
    row = read(projects.package(tmp_path / "p.json", given)).layers[0].columns
    assert (row["physical_progress_pct"], row["progress_on"]) == ([75.0], ["2026-08-01"])


def test_records_of_the_bank_have_degrees_and_amounts_as_text(tmp_path: Path) -> None:
    sirte, bad = projects.place("31.2", "16.6"), projects.place("95", "16", "pole")
    path = projects.records(
        tmp_path / "wb.json",
        P1={"id": "P1", "project_name": "Port", "totalamt": "2,000,000", "impagency": "MoT", "locations": [sirte, bad]},
        P2={
            "id": "P9",
            "project_name": "Road",
            "totalamt": "many",
            "locations": [projects.place(None, "x", "nowhere")],
        },
        P3="text",
    )
    reading = read(path)
    assert reading.kind == "worldbank"
    (layer,) = reading.layers
    assert layer.refs == ("P1", "P9")
    assert layer.columns["budget"] == ["2000000.00", None]
    assert shapely.get_coordinates(layer.geometries).tolist() == [[16.6, 31.2]]
    assert [(ref, facts["name"]) for ref, facts in said(reading, "location_not_read")] == [
        ("P1", "pole"),
        ("P9", "nowhere"),
    ]
    assert said(reading, "id_differs") == [("P9", {"key": "P2"})]
    assert [ref for ref, _ in said(reading, "project_not_object")] == ["P3"]


def test_activities_are_read_in_both_languages_with_latitude_first(tmp_path: Path) -> None:
    inside = (
        "<iati-activity xml:lang='en'><iati-identifier>LY-1</iati-identifier>"
        "<title><narrative>Port</narrative><narrative xml:lang='ar'>ميناء</narrative></title>"
        "<activity-status code='6'/><activity-date type='1' iso-date='2026-01-01'/>"
        "<activity-date type='2' iso-date='2026-02-01'/><sector vocabulary='1' code='21040'/>"
        "<participating-org role='2'><narrative>Authority</narrative></participating-org>"
        "<location><point><pos>31.2 16.6</pos></point><exactness code='1'/></location></iati-activity>"
        "<iati-activity><title/></iati-activity>"
    )
    reading = read(projects.activities(tmp_path / "a.xml", inside))
    row = {name: values[0] for name, values in reading.layers[0].columns.items()}
    assert (row["title_ar"], row["title_en"]) == ("ميناء", "Port")
    assert (row["status"], row["suspended"], row["starts_on"]) == ("implementation", True, "2026-02-01")
    assert (json.loads(row["sectors"]), row["agency"], row["location_exactness"]) == (["MAR"], "Authority", "exact")
    assert shapely.get_coordinates(reading.layers[0].geometries).tolist() == [[16.6, 31.2]]
    assert [ref for ref, _ in said(reading, "project_id_missing")] == ["2"]
