# SPDX-License-Identifier: Apache-2.0
"""Programmes and projects: reported ones on their source, illustrative ones marked."""

from datetime import date
from typing import Any

from layers.projects import Programme, Project
from layers.sirte.facts import SOURCES
from layers.sirte.projects import PROGRAMMES, projects_of
from layers.sirte.rows import Plan, ProjectRow
from layers.sirte.writing.writer import Writer, invented, name_of, resting_on

_ILLUSTRATED_ON = date(2026, 6, 30)
_DATED = {source.key: source.dated for source in SOURCES}


def write_projects(writer: Writer, plan: Plan) -> None:
    writer.write(
        Programme,
        (
            {
                "id": name_of("programme", row.code),
                "code": row.code,
                "title_ar": row.title_ar,
                "title_en": row.title_en,
                "agency_id": name_of("party", row.agency),
                **invented(),
            }
            for row in PROGRAMMES
        ),
    )
    writer.write(Project, (_project(row) | {"valid": writer.valid()} for row in projects_of(plan)))


def _project(row: ProjectRow) -> dict[str, Any]:
    return {
        "id": name_of("project", row.code),
        "code": row.code,
        "title_ar": row.title_ar,
        "title_en": row.title_en,
        "description_ar": row.remark_ar,
        "description_en": row.remark_en,
        "agency_id": name_of("party", row.agency) if row.agency else None,
        "programme_id": name_of("programme", row.programme),
        "sectors": [row.sector],
        "type": row.type,
        "status": row.status,
        "physical_progress_pct": row.progress_pct,
        "progress_on": _progress_on(row),
        # Where a report gives a year, the whole year is meant.
        "starts_on": date(row.first_year, 1, 1) if row.first_year else None,
        "ends_on": date(row.last_year, 12, 31) if row.last_year else None,
        "location_exactness": row.exactness,
        "geom": row.geom,
        **(invented() if row.illustrative else resting_on(row.source)),
    }


def _progress_on(row: ProjectRow) -> date | None:
    """The day of the report; the end of its year where it gives only that, as its citation says."""
    if row.progress_pct is None:
        return None
    return _ILLUSTRATED_ON if row.illustrative else _DATED[row.source] or date(2025, 12, 31)
