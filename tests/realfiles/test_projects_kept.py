# SPDX-License-Identifier: Apache-2.0
"""The real project files in a register: all in, nothing twice, all out again."""

import json
from typing import Any

import pytest

from gis.coordinate_systems import named
from gis.reading import read
from layers.importing.acting import act, codes_of, undo
from layers.importing.report import Report
from layers.importing.staging import stage
from layers.importing.wishes import Wishes, target_layer
from tests.conftest import Register
from tests.realfiles.expected import SHARED


def imported(register: Register, path: str) -> Report:
    wishes = Wishes(target="layer:projects")
    with register.connect() as db:
        staged = stage(
            read(SHARED / path),
            path,
            wishes,
            target_layer(wishes.target),
            named(str(register.srid)),
            codes_of(db),
        )
        return act(db, staged, register.srid, commit=True, actor="test")


def counted(report: Report) -> Any:
    return next(f.issue.facts for f in report.findings if f.issue.code == "projects_counted")


@pytest.mark.parametrize(
    ("path", "number", "budget"),
    [
        ("projects/worldbank_projects.json", 156, None),
        ("projects/oc4ids_example.json", 1, "40000000.00"),
        ("projects/iati_activity_example.xml", 1, None),
    ],
)
def test_real_projects_come_in_once_and_go_whole(
    register: Register, unchecked: list[str], path: str, number: int, budget: str | None
) -> None:
    if not (SHARED / path).exists():
        unchecked.append(path)
        return
    report = imported(register, path)
    assert report.import_id is not None
    assert counted(report) == {"new": number, "changed": 0, "same": 0}
    assert counted(imported(register, path)) == {"new": 0, "changed": 0, "same": number}
    with register.connect() as db:
        rows = db.execute(
            "select r.external_id, r.document, p.budget::text from register.project_record r "
            "join register.project p on p.id = r.project_id"
        ).fetchall()
        assert len(rows) == number
        if path.endswith("worldbank_projects.json"):
            given = json.loads((SHARED / path).read_text())["projects"]
            assert {ref: json.loads(str(document)) for ref, document, _ in rows} == given
            amounts = {ref: f"{int(record['totalamt'].replace(',', ''))}.00" for ref, record in given.items()}
            assert {ref: kept for ref, _, kept in rows} == amounts
        else:
            assert rows[0][2] == budget
        assert undo(db, report.import_id, actor="test")["project"] == number
        for relation in ("project", "project_record", "party", "party_role"):
            assert db.execute(f"select count(*) from register.{relation}").fetchone() == (0,)
