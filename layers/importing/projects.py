# SPDX-License-Identifier: Apache-2.0
"""Projects of OC4IDS, the World Bank and IATI enter by their own ids: new ones are made, known ones brought up to date.

Every document that ever came is kept (`project_record`), so that an import can be undone to what stood before it.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from psycopg import sql
from psycopg.types.json import Jsonb

from gis.reading import Issue
from layers.importing.acting import Progress, hexed, refusals, refused
from layers.importing.checking import Db
from layers.importing.report import Finding, Report
from layers.importing.staging import Staged
from layers.importing.wishes import ImportBuiltUpon
from layers.projects import Project

PLAIN = (
    "code",
    "title_ar",
    "title_en",
    "description_ar",
    "description_en",
    "status",
    "type",
    "suspended",
    "starts_on",
    "ends_on",
    "budget",
    "budget_currency",
    "physical_progress_pct",
    "financial_progress_pct",
    "progress_on",
    "location_exactness",
)
"""Columns that a file's project fills as they are read."""
COLUMNS = ("id", *PLAIN, "sectors", "agency_id", "source_id", "geom")


@dataclass(frozen=True)
class Known:
    """What the register holds of a project that came before."""

    document: str
    project_id: UUID | None
    version_after: int | None
    version_now: int | None


@dataclass
class Sorted:
    """The projects of a file, by their place in it."""

    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    same: list[int] = field(default_factory=list)


def settled(staged: Staged) -> Staged:
    """Placed projects: one without a place is no fault, a faulty one is left out."""
    if not staged.layers:
        return staged
    (layer,) = staged.layers
    findings = tuple(
        Finding(Issue("project_without_place", "note", f.issue.layer, f.issue.ref))
        if f.issue.code == "geometry_missing"
        else f
        for f in staged.report.findings
    )
    faulty = {f.issue.ref for f in findings if f.issue.level == "fault"}
    keep = np.array([ref not in faulty for ref in layer.layer.refs], dtype=np.bool_)
    (report,) = staged.report.layers
    report = replace(report, taken=int(keep.sum()))
    whole = replace(staged.report, layers=(report,), findings=findings)
    return replace(staged, layers=(replace(layer, keep=keep),), report=whole)


def write(db: Db, staged: Staged, source: UUID, srid: int, progress: Progress) -> tuple[dict[str, int], Report]:
    """Projects, parties, roles and documents, as one import."""
    reading, report, layer = staged.reading, staged.report, staged.layers[0]
    if reading is None:
        return {}, report
    _describe(db, source, json.loads(reading.tables[0].head))
    db.execute(
        "insert into register.source_file (source_id, name, sha256, content) values (%s, %s, %s, %s)",
        [source, report.file_name, reading.sha256, reading.original],
    )
    documents = {row.ref: row.values for row in reading.tables[0].rows}
    known = _known(db, reading.kind, list(layer.layer.refs))
    kept, issues = _sorted(layer.layer.refs, layer.keep.tolist(), documents, known)
    issues += _taken_codes(db, layer.layer.refs, kept, known)
    barred = {issue.ref for issue in issues}
    numbers = [i for i in (*kept.new, *kept.changed) if layer.layer.refs[i] not in barred]
    parties = _Parties(db, source)
    rows = {i: _row(layer.layer.columns, i, parties) for i in numbers}
    shapes: list[str | None] = [
        None if shape is None else hexed(np.array([shape], dtype=np.object_), srid)[0]
        for shape in layer.layer.geometries
    ]
    ids: dict[int, UUID] = {}
    for i in numbers:
        before = known.get(layer.layer.refs[i])
        if before is not None and before.project_id is not None:
            ids[i] = before.project_id
    made = [i for i in numbers if i not in ids and shapes[i] is not None]
    ids |= {i: uuid4() for i in made}
    stored = {i: _stored(db, ids[i]) for i in numbers if i in ids and i not in made}
    fresh = [(ids[i], *rows[i], source, shapes[i]) for i in made]
    faults = [(made[at], error) for at, error in refusals(db, "project", COLUMNS, fresh, progress)]
    for i in stored:
        faults += [(i, error) for _, error in _updated(db, ids[i], rows[i], source, shapes[i])]
    issues += [refused(layer.layer, i, error) for i, error in faults]
    lost = {i for i, _ in faults}
    taken = [i for i in numbers if i not in lost]
    written = {"project": len(taken) - sum(i not in ids for i in taken), "project_record": len(taken)}
    roles = 0
    for i in taken:
        ref = layer.layer.refs[i]
        _record(db, source, (reading.kind, ref, documents[ref]), ids.get(i), stored.get(i))
        if i in ids:
            added, gone = parties.roles(ids[i], json.loads(layer.layer.columns["parties"][i]))
            roles += added
            issues += [Issue("role_no_longer", "note", layer.layer.name, ref, facts=facts) for facts in gone]
    progress("writing", len(taken), len(taken))
    written |= {"party": parties.made, "party_role": roles}
    facts = {
        "new": sum(i in kept.new for i in taken),
        "changed": sum(i in kept.changed for i in taken),
        "same": len(kept.same),
    }
    report = report.with_findings(*issues, Issue("projects_counted", "note", facts=facts))
    (of_layer,) = report.layers
    report = replace(report, layers=(replace(of_layer, taken=len(taken)),))
    return {table: rows_ for table, rows_ in written.items() if rows_}, report


def _describe(db: Db, source: UUID, head: dict[str, Any]) -> None:
    """Publisher, licence, address and day of the file, on its source."""
    day = None
    with contextlib.suppress(ValueError):  # what is no day is told in the document
        day = date.fromisoformat((head["published"] or "")[:10])
    db.execute(
        "update register.source set issuer_ar = %(publisher)s, issuer_en = %(publisher)s, licence = %(licence)s, "
        "citation = %(citation)s, dated = %(day)s where id = %(source)s",
        {**{n: head[n] for n in ("publisher", "licence", "citation")}, "day": day, "source": source},
    )


def _known(db: Db, scheme: str, refs: list[str]) -> dict[str, Known]:
    rows = db.execute(
        "select distinct on (r.external_id) r.external_id, r.document, r.project_id, r.version_after, p.version "
        "from register.project_record r left join register.project p on p.id = r.project_id "
        "where r.scheme = %s and r.external_id = any(%s) order by r.external_id, r.number desc",
        [scheme, refs],
    )
    return {ref: Known(document, project, after, now) for ref, document, project, after, now in rows}


def _sorted(
    refs: tuple[str, ...], keep: list[bool], documents: dict[str | None, str], known: dict[str, Known]
) -> tuple[Sorted, list[Issue]]:
    kept, issues = Sorted(), []
    for i, ref in enumerate(refs):
        before = known.get(ref)
        if not keep[i]:
            continue
        if before is None:
            kept.new.append(i)
        elif before.document == documents[ref]:
            kept.same.append(i)
        elif before.version_after != before.version_now:
            issues.append(Issue("project_changed_here", "fault", "projects", ref))
        else:
            kept.changed.append(i)
    return kept, issues


def _taken_codes(db: Db, refs: tuple[str, ...], kept: Sorted, known: dict[str, Known]) -> list[Issue]:
    """New projects whose id another project of the register has as its code."""
    asked = [refs[i] for i in kept.new]
    theirs = {row[0] for row in db.execute("select code from register.project where code = any(%s)", [asked])}
    facts = {"field": "code"}
    return [
        Issue("value_taken", "fault", "projects", ref, facts={**facts, "value": ref})
        for ref in asked
        if ref in theirs and ref not in known
    ]


class _Parties:
    """The bodies that a file names: found by their name in either language, or made."""

    def __init__(self, db: Db, source: UUID) -> None:
        self._db, self._source = db, source
        self._ids: dict[str, UUID] = {}
        self.made = 0

    def named(self, name: str | None) -> UUID | None:
        """The party of this name."""
        if name is None:
            return None
        if name not in self._ids:
            there = self._db.execute(
                "select id from register.party where %(n)s in (name_ar, name_en) order by recorded_from limit 1",
                {"n": name},
            ).fetchone()
            if there is None:
                self.made += 1
                there = self._db.execute(
                    "insert into register.party (type, name_ar, name_en, source_id) values ('UNK', %(n)s, %(n)s, %(s)s) "
                    "returning id",
                    {"n": name, "s": self._source},
                ).fetchone()
            self._ids[name] = there[0] if there else uuid4()
        return self._ids[name]

    def roles(self, project: UUID, wanted: list[tuple[str, list[str]]]) -> tuple[int, list[dict[str, str]]]:
        """Gives parties their roles in a project: how many are new, and which the register has and the file no longer."""
        rows = self._db.execute(
            "select p.name_en, r.party_id, r.role from register.party_role r join register.party p on p.id = r.party_id "
            "where r.project_id = %s and upper_inf(r.valid)",
            [project],
        ).fetchall()
        there = {(party, role): name for name, party, role in rows}
        named = {(self.named(name), role) for name, roles in wanted for role in roles}
        for party, role in sorted(named - there.keys(), key=str):
            self._db.execute(
                "insert into register.party_role (party_id, role, project_id, source_id) values (%s, %s, %s, %s)",
                [party, role, project, self._source],
            )
        gone = [{"party": there[pair], "role": pair[1]} for pair in there.keys() - named]
        return len(named - there.keys()), gone


def _row(columns: dict[str, list[Any]], i: int, parties: _Parties) -> tuple[Any, ...]:
    plain = (columns[name][i] for name in PLAIN)
    return (*plain, json.loads(columns["sectors"][i]), parties.named(columns["agency"][i]))


def _kept_columns() -> list[str]:
    """The columns of a project that a person or an import writes."""
    table = Project.__table__
    own = {"id", "tile_id", "version", "recorded_from"}
    return [c.name for c in table.columns if c.computed is None and c.name not in own]


def _stored(db: Db, project: UUID) -> Any:
    """A project as it stands; its shape as hexadecimal EWKB, to the last bit."""
    row = db.execute(
        "select to_jsonb(p) - 'geom' - 'geom_3857' - 'geom_4326' || jsonb_build_object('geom', p.geom::text) "
        "from register.project p where p.id = %s",
        [project],
    ).fetchone()
    return row[0] if row else None


def _updated(db: Db, project: UUID, row: tuple[Any, ...], source: UUID, shape: str | None) -> Iterator[tuple[int, Any]]:
    """Brings a project up to date; yields the refusal where the register does not take it. Without a place it keeps its own."""
    from psycopg import Error

    columns = [*PLAIN, "sectors", "agency_id", "source_id", *(["geom"] if shape is not None else [])]
    values = [*row, source, *([shape] if shape is not None else [])]
    statement = sql.SQL("update register.project set {} where id = %s").format(
        sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in columns)
    )
    try:
        with db.transaction():
            db.execute("set constraints all deferred")
            db.execute(statement, [*values, project])
            db.execute("set constraints register.settle, register.e_shares immediate")
    except Error as error:
        yield 0, error


def _record(db: Db, source: UUID, came: tuple[str, str, str], project: UUID | None, before: Any) -> None:
    """Keeps the document, with what stood before and the version that this import made."""
    db.execute(
        "insert into register.project_record (scheme, external_id, document, project_id, version_after, before, source_id) "
        "values (%s, %s, %s, %s, (select version from register.project where id = %s), %s, %s)",
        [*came, project, project, None if before is None else Jsonb(before), source],
    )


def take_back(db: Db, import_id: UUID) -> dict[str, int]:
    """Undoes what an import did to projects: those it made go, those it changed are as before. Raises ImportBuiltUpon
    when one was changed since, by hand or by a later import."""
    rows = db.execute(
        "select r.id, r.scheme, r.external_id, r.project_id, r.before, r.version_after is distinct from p.version, "
        "exists (select from register.project_record l where l.scheme = r.scheme and l.external_id = r.external_id "
        "and l.number > r.number) from register.project_record r left join register.project p on p.id = r.project_id "
        "where r.source_id = %s",
        [import_id],
    ).fetchall()
    changed = sum(bool(moved or later) for *_, moved, later in rows)
    if changed:
        raise ImportBuiltUpon(str(import_id), changed)
    if not rows:
        return {}
    roles = db.execute(
        "delete from register.party_role where source_id = %s and project_id is not null", [import_id]
    ).rowcount
    db.execute("delete from register.project_record where source_id = %s", [import_id])
    touched = 0
    for _, scheme, external_id, project, before, *_ in rows:
        if project is None:
            continue
        touched += 1
        if before is None:
            db.execute("delete from register.project where id = %s", [project])
        else:
            _restore(db, project, before)
            db.execute(
                "update register.project_record set version_after = (select version from register.project where id = %(p)s) "
                "where number = (select max(number) from register.project_record where scheme = %(s)s and external_id = %(e)s)",
                {"p": project, "s": scheme, "e": external_id},
            )
    counted = {"project": touched, "project_record": len(rows), "party_role": roles}
    return {table: number for table, number in counted.items() if number}


def _restore(db: Db, project: UUID, before: Any) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, _kept_columns()))
    statement = sql.SQL(
        "update register.project set ({columns}) = (select {columns} from "
        "jsonb_populate_record(null::register.project, %s)) where id = %s"
    ).format(columns=columns)
    db.execute(statement, [Jsonb(before), project])
