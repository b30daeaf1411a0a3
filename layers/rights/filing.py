# SPDX-License-Identifier: Apache-2.0
"""Commands on files: begin one, add papers, take a step. Each is part of one transaction of an actor's."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from layers.idempotency import Answer, Db, NoSuchObject
from layers.rights.leasing import Terms, let
from layers.rights.machine import step
from layers.rights.money import Quantity, charged
from layers.rights.papers import add_to_file, enter
from layers.rights.tariffs import tariff_line
from layers.rights.telling import file_told

Given = Mapping[str, Any]
DRAFTED = (
    "land_use", "activity", "area_wanted_m2", "capital", "currency", "jobs", "power_kw", "water_m3_day", "illustrative",
)  # fmt: skip
WITH_STEP = ("reason", "return_reasons", "answered", "score", "boundary_accepted")
"""Columns that a step may bring along."""


def plot_named(db: Db, plot_number: str) -> UUID:
    """Raises NoSuchObject for a plot that there is not, or that the actor may not see."""
    row = db.execute("select id from register.plot where plot_number = %s", [plot_number]).fetchone()
    if row is None:
        raise NoSuchObject()
    return UUID(str(row[0]))


def begin(db: Db, given: Given) -> Answer:
    """A draft. The deposit is reckoned from the tariff that is named."""
    row: dict[str, Any] = {name: given.get(name) for name in DRAFTED if given.get(name) is not None}
    row["party_id"] = given["party"]
    row["reserve_plots"] = list(given.get("reserve_plots") or ())
    if given.get("plot_number"):
        row["plot_id"] = plot_named(db, given["plot_number"])
    if given.get("tariff"):
        _, line, currency = tariff_line(db, given["tariff"], "deposit", "")
        row["deposit_due"] = charged(line, Quantity(capital=Decimal(str(given.get("capital") or 0))))
        row.setdefault("currency", currency)
    made = db.execute(
        sql.SQL("insert into register.application ({}) values ({}) returning id").format(
            sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(map(sql.Placeholder, row))
        ),
        row,
    ).fetchone()
    assert made is not None  # noqa: S101 an insert that returns
    file = UUID(str(made[0]))
    for paper in given.get("papers") or ():
        add_to_file(db, file, paper)
    return file_told(db, file)


def amend(db: Db, file: UUID, given: Given) -> Answer:
    """What a file says, before it is decided on; and clerical slips, which are no legal act and are told as none."""
    row = {name: given[name] for name in (*DRAFTED, "score", "reserve_plots") if given.get(name) is not None}
    if given.get("plot_number"):
        row["plot_id"] = plot_named(db, given["plot_number"])
    before = file_told(db, file)
    _write(db, file, row)
    after = file_told(db, file)
    changed = [name for name in row if before.get(name) != after.get(name)]
    db.execute(
        "select register.record_event('clerical_correction', 'application', %s, %s, %s, %s, false)",
        [
            file,
            Jsonb({name: str(before.get(name)) for name in changed}),
            Jsonb({name: str(after.get(name)) for name in changed}),
            given["reason"],
        ],
    )
    return after


def add_papers(db: Db, file: UUID, papers: list[Given]) -> Answer:
    """Raises NoSuchObject."""
    _exists(db, file)
    for paper in papers:
        add_to_file(db, file, paper)
    return file_told(db, file)


def take(db: Db, file: UUID, event: str, given: Given) -> Answer:
    """A step of a file, with what it brings along. What blocks it is refused by the database."""
    _exists(db, file)
    for paper in given.get("papers") or ():
        add_to_file(db, file, paper)
    row: dict[str, Any] = {name: given[name] for name in WITH_STEP if given.get(name) is not None}
    match event:
        case "lapse":
            row["notice_no"] = _one(db, "select register.next_number('NTC')")
        case "reject":
            row.setdefault("reason", _decided_because(db, file))
        case "sign":
            _end_allocation(db, file)
            let(db, Terms.of(given), application=file)
        case "hand_over":
            _see_site(db, file, given)
    row["state"] = step("application", event).after
    _write(db, file, row)
    return file_told(db, file)


def extend(db: Db, file: UUID, days: int, reason: str) -> Answer:
    """More time for the step that a file waits for, from now."""
    _write(db, file, {"reason": reason}, until=timedelta(days=days))
    return file_told(db, file)


def _exists(db: Db, file: UUID) -> None:
    if db.execute("select 1 from register.application where id = %s", [file]).fetchone() is None:
        raise NoSuchObject()


def _write(db: Db, file: UUID, row: Mapping[str, Any], until: timedelta | None = None) -> None:
    columns = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in row]
    if until is not None:
        columns.append(sql.SQL("due_by = now() + {}").format(sql.Placeholder("until")))
    if columns:
        db.execute(
            sql.SQL("update register.application set {} where id = {}").format(
                sql.SQL(", ").join(columns), sql.Placeholder("file")
            ),
            {**row, "file": file, "until": until},
        )


def _one(db: Db, statement: str, *values: object) -> Any:
    row = db.execute(statement, values).fetchone()  # type: ignore[arg-type,unused-ignore]
    return row[0] if row else None


def _decided_because(db: Db, file: UUID) -> str | None:
    reason: str | None = _one(
        db,
        "select i.reason from register.meeting_item i join register.meeting m on m.id = i.meeting_id "
        "where i.application_id = %s and i.decision = 'reject' order by m.closed_at desc nulls last limit 1",
        file,
    )
    return reason


def _end_allocation(db: Db, file: UUID) -> None:
    """The lease goes on from it without a gap. Taken back with everything where the step is refused."""
    db.execute(
        "update register.tenure_slot set valid = tstzrange(lower(valid), now()) "
        "where application_id = %s and kind = 'allocation' and valid @> now()",
        [file],
    )


def _see_site(db: Db, file: UUID, given: Given) -> None:
    plot = _one(db, "select plot_id from register.application where id = %s", file)
    survey = given.get("survey")
    if survey:
        source = enter(db, survey, kind="survey")
        db.execute(
            "update register.plot set boundary_state = 'SRV', source_id = %s where id = %s and boundary_state <> 'SRV'",
            [source, plot],
        )
    db.execute(
        "insert into register.site_record (plot_id, seen_on, progress, remark_ar, remark_en) "
        "values (%s, %s, 'handed_over', %s, %s)",
        [plot, given["seen_on"], given.get("remark_ar"), given.get("remark_en")],
    )
