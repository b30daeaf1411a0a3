# SPDX-License-Identifier: Apache-2.0
"""An import in one transaction: tried and rolled back, or committed whole as one event; and its undoing."""

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import psycopg
import shapely
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import Table

import layers.models  # noqa: F401 an undoing walks its tables too
from gis.headings import folded
from gis.reading import FileLayer, Issue
from gis.reading.found import Geometries
from layers.base import Base, Feature, Row
from layers.drawings import ReferenceArea, ReferenceLine, ReferencePoint
from layers.importing.adopting import adopted
from layers.importing.bordering import BORDERED, kept_arcs, write_arcs
from layers.importing.bordering import TABLE as ARCS
from layers.importing.checking import Db, judged
from layers.importing.columns import Codes
from layers.importing.nearness import located
from layers.importing.parts import merged
from layers.importing.report import Report
from layers.importing.staging import PROJECT_KINDS, Staged, StagedLayer
from layers.importing.wishes import MODEL, MODELS, ImportBuiltUpon, NoSuchImport
from layers.refusals import refusal

BATCH = 10_000
SETTLED_AT_ONCE = 1_000
"""Rows of a layer that are written and judged together: about a second, after which progress is told."""
JUDGE_NOW = "set constraints register.settle, register.e_shares immediate"
"""The guards alone. To tell the workers and to chain events is for the commit: both take a lock that everybody's commit needs."""
UNDONE = "select after -> 'taken_back' from register.event where action = 'import_undone' and object_id = %s"
REFUSALS_TOLD = 200
"""Rows refused by the register itself that are looked for one by one; beyond this the rest is not tried, and nothing goes in."""
Progress = Callable[[str, int, int], None]
"""step, done, of how many"""
SHAPES: tuple[tuple[type[Feature], frozenset[int], Any], ...] = (
    (ReferenceArea, frozenset({3, 6}), shapely.multipolygons),
    (ReferenceLine, frozenset({1, 2, 5}), shapely.multilinestrings),
    (ReferencePoint, frozenset({0, 4}), shapely.multipoints),
)
"""Table, shapely's numbers of the shapes it takes, and what makes one of its shapes of single ones."""


def codes_of(db: Db) -> Codes:
    """All codelists, by code and by both labels."""
    found: Codes = {}
    for list_, code, ar, en in db.execute("select list, code, ar, en from register.code"):
        words = found.setdefault(list_, {})
        words.update({folded(ar): code, folded(en): code})
    for list_, code in db.execute("select list, code from register.code"):
        found[list_][folded(code)] = code
    return found


def act(db: Db, staged: Staged, srid: int, *, commit: bool, actor: str, progress: Progress = lambda *_: None) -> Report:
    """Writes the import and reports; keeps it only when `commit` is asked for and the report allows it."""
    report = staged.report
    if report.questions or not (staged.layers or staged.wishes.target == MODEL):
        return report
    report = located(db, staged, report)
    staged = replace(staged, report=report)
    with db.transaction() as transaction:
        _acts(db, actor)
        source = _source(db, staged)
        written, report = _write(db, staged, source, srid, progress)
        report = replace(report, written=written)
        if not (commit and report.can_commit):
            raise psycopg.Rollback(transaction)
        report = replace(report, import_id=source)
        legal = any(part.target is not None or part.wishes.target in MODELS for part in (staged, *staged.parts))
        _event(db, "import", source, _summary(report), legal=legal)
    return report


def _write(db: Db, staged: Staged, source: UUID, srid: int, progress: Progress) -> tuple[dict[str, int], Report]:
    """Rows by table, and what the register found. Shares of several targets one after the other."""
    if staged.parts:
        reports = []
        for part in staged.parts:
            written, report = _write(db, part, source, srid, progress) if part.layers else ({}, part.report)
            reports.append(replace(report, written=written))
        told = {id(finding) for part in staged.parts for finding in part.report.findings}
        more = [finding for finding in staged.report.findings if id(finding) not in told]
        whole = merged(staged.wishes, reports)
        whole = replace(whole, where=staged.report.where, findings=(*whole.findings, *more))
        return whole.written, whole
    if staged.wishes.target in MODELS:
        from layers.importing import models  # it writes with what stands here

        return models.write(db, staged, source, srid, progress)
    if staged.target is not None and staged.report.kind in PROJECT_KINDS and staged.reading is not None:
        from layers.importing import projects  # it writes with what stands here

        return projects.write(db, staged, source, srid, progress)
    if staged.target is None:
        return _write_drawing(db, staged, source, srid, progress), staged.report
    return _write_layer(db, staged, source, srid, progress)


def _acts(db: Db, actor: str) -> None:
    """Names who writes, in all zones, and that the one event of it follows: the guards need not note an edit of their own."""
    db.execute(
        "select set_config('marsa.actor', %s, true), set_config('marsa.zones', '*', true), set_config('marsa.roles', 'system', true),"
        " set_config('marsa.told', 'import', true)",
        [actor],
    )


def _source(db: Db, staged: Staged) -> UUID:
    """The document behind all rows of the import; its id is the import's number."""
    report, number = staged.report, uuid4()
    operations = {layer.crs.operation.name: layer.crs.operation for layer in report.layers if layer.crs.operation}
    accuracies = [operation.accuracy_m for operation in operations.values()]
    known = [accuracy for accuracy in accuracies if accuracy is not None]
    db.execute(
        "insert into register.source (id, kind, title_ar, title_en, file_sha256, crs_operation, crs_accuracy_m) "
        "values (%s, 'file', %s, %s, %s, %s, %s)",
        [
            number,
            staged.wishes.title or report.file_name,
            staged.wishes.title or report.file_name,
            report.sha256,
            "; ".join(operation.pipeline or operation.name for operation in operations.values()) or None,
            max(known) if known and len(known) == len(accuracies) else None,
        ],
    )
    return number


def _write_drawing(db: Db, staged: Staged, source: UUID, srid: int, progress: Progress) -> dict[str, int]:
    drawing = uuid4()
    title = staged.wishes.title or staged.report.file_name
    db.execute(
        "insert into register.reference_drawing (id, title, file_kind, source_id) values (%s, %s, %s, %s)",
        [drawing, title, staged.report.kind, source],
    )
    written: dict[str, int] = {"reference_drawing": 1}
    shown = "yes" if staged.wishes.shown else "no"
    columns = ("drawing_id", "drawing_layer", "ref", "label", "properties", "shown", "source_id", "geom")
    total, done = staged.report.taken, 0
    for layer in staged.layers:
        properties = _properties(layer.layer)
        for table, owners, shapes in _by_shape(layer.layer.geometries):
            for start in range(0, len(owners), BATCH):
                batch = slice(start, start + BATCH)
                rows = (
                    (
                        drawing,
                        layer.layer.name,
                        layer.layer.refs[i],
                        layer.values["label"][i],
                        properties[i],
                        shown,
                        source,
                        shape,
                    )
                    for i, shape in zip(owners[batch].tolist(), hexed(shapes[batch], srid), strict=True)
                )
                copied(db, table.__tablename__, columns, rows)
                done += len(owners[batch])
                progress("writing", min(done, total), total)
            written[table.__tablename__] = written.get(table.__tablename__, 0) + len(owners)
    return written


def _properties(layer: FileLayer) -> list[str]:
    """The fields of each feature as the JSON that is stored; only what has a value."""
    names = list(layer.columns)
    rows = zip(*layer.columns.values(), strict=True) if names else ((),) * len(layer)
    return [
        json.dumps({n: v for n, v in zip(names, row, strict=True) if v not in {None, ""}}, ensure_ascii=False)
        for row in rows
    ]


def _by_shape(geometries: Geometries) -> Iterator[tuple[type[Feature], Any, Geometries]]:
    """Per table the numbers of the features it takes, and their shapes as it keeps them. Collections come apart."""
    types = shapely.get_type_id(geometries)
    mixed = np.flatnonzero(types == shapely.GeometryType.GEOMETRYCOLLECTION)
    inner, within = shapely.get_parts(geometries[mixed], return_index=True)
    owners = np.concatenate([np.flatnonzero((types >= 0) & (types < 7)), mixed[within]])
    parts = np.concatenate([geometries[(types >= 0) & (types < 7)], inner])
    filled = ~shapely.is_empty(parts)
    owners, parts, types = owners[filled], parts[filled], shapely.get_type_id(parts[filled])
    for table, numbers, many in SHAPES:
        ours = np.isin(types, list(numbers))
        shapes = parts[ours].copy()
        single = np.isin(types[ours], [0, 1, 2, 3])
        rings = types[ours] == shapely.GeometryType.LINEARRING
        shapes[rings] = [shapely.LineString(ring.coords) for ring in shapes[rings]]
        if single.any():
            shapes[single] = many(shapes[single].reshape(-1, 1))
        if ours.any():
            yield table, owners[ours], shapes


def _write_layer(db: Db, staged: Staged, source: UUID, srid: int, progress: Progress) -> tuple[dict[str, int], Report]:
    """Rows of a layer's table. Every refusal is a finding of its feature."""
    if staged.target is None:
        raise TypeError("a drawing is no layer")
    table: Table = staged.target.table.__table__  # type: ignore[assignment]  # a mapped class has a Table
    report, written, arcs = staged.report, 0, 0
    for number, given in enumerate(staged.layers):
        if report.counts()[("fault", "field_missing")]:
            break
        layer, moves, unmoved = adopted(db, staged, given, srid)
        report = replace(report.with_findings(*unmoved), moves=(*report.moves, *moves))
        found = judged(db, staged, layer, srid)
        keep = layer.keep.copy()
        keep[list(found.faulty)] = False
        rows = list(_rows(replace(layer, keep=keep), found.places, staged, source, srid))
        columns = (
            *layer.values,
            *found.places,
            *(("" if staged.target.only is None else staged.target.only[0]),),
            "source_id",
            "geom",
        )
        columns = tuple(column for column in columns if column)
        faults = list(refusals(db, table.name, columns, rows, progress))
        kept = keep.nonzero()[0]
        issues = [refused(layer.layer, int(kept[i]), error) for i, error in faults]
        report = report.with_findings(*found.issues, *issues)
        taken = len(rows) - len(faults)
        written += taken
        if table.name in BORDERED:
            gone = {int(kept[i]) for i, _ in faults}
            borders, moved = kept_arcs(given, layer, [i for i in kept.tolist() if i not in gone])
            report = report.with_findings(*moved)
            arcs += write_arcs(db, borders, source, srid)
        reports = list(report.layers)
        at = [r.name for r in reports].index(layer.layer.name)
        reports[at] = replace(reports[at], taken=taken)
        report = replace(report, layers=tuple(reports))
        progress("writing", number + 1, len(staged.layers))
    return {table.name: written, **({ARCS: arcs} if arcs else {})}, report


def _rows(
    layer: StagedLayer, places: dict[str, dict[int, UUID]], staged: Staged, source: UUID, srid: int
) -> Iterator[tuple[Any, ...]]:
    only = () if staged.target is None or staged.target.only is None else (staged.target.only[1],)
    numbers = layer.keep.nonzero()[0].tolist()
    shapes = hexed(layer.layer.geometries[layer.keep], srid)
    for i, shape in zip(numbers, shapes, strict=True):
        values = (values[i] for values in layer.values.values())
        yield (*values, *(places[column].get(i) for column in places), *only, source, shape)


def refusals(
    db: Db, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]], progress: Progress
) -> Iterator[tuple[int, psycopg.Error | None]]:
    """Writes what the register takes; yields the number and the reason of each row that it does not.

    A reason of None: not tried alone, because too many were refused before it. `refused` makes that a fault that stops.
    """
    starts = range(0, len(rows), SETTLED_AT_ONCE)
    waiting, told = [(start, min(start + SETTLED_AT_ONCE, len(rows))) for start in starts][::-1], 0
    while waiting:
        start, stop = waiting.pop()
        try:
            with db.transaction():
                db.execute("set constraints all deferred")
                copied(db, table, columns, rows[start:stop])
                # The guards judge at commit; asked now, the refusal belongs to these rows.
                db.execute(JUDGE_NOW)
        except psycopg.Error as error:
            if stop - start == 1:
                told += 1
                yield start, error
            elif told >= REFUSALS_TOLD:
                yield from ((i, None) for i in range(start, stop))
            else:
                middle = (start + stop) // 2
                waiting += [(middle, stop), (start, middle)]
        progress("writing", stop, len(rows))


def refused(layer: FileLayer, number: int, error: psycopg.Error | None) -> Issue:
    """A refusal of the register, with the facts that its guard told."""
    if error is None:
        return Issue("not_tried", "fault", layer.name, layer.refs[number], facts={"refused": REFUSALS_TOLD})
    try:
        facts = json.loads(error.diag.message_detail or "{}")
    except ValueError:
        facts = {}
    rule = facts.get("rule") or error.diag.constraint_name or error.sqlstate
    told = {name: value for name, value in facts.items() if isinstance(value, str | int | float) and name != "table"}
    named: dict[str, object] = {"refusal": None, "told": None}
    with contextlib.suppress(psycopg.Error, TypeError):
        known = refusal(error)
        named = {
            "refusal": type(known).__name__,
            "told": {name: value for name, value in known.facts().items() if name != "place"},
        }
    return Issue("refused_by_register", "fault", layer.name, layer.refs[number], facts={**told, "rule": rule, **named})


def copied(db: Db, table: str, columns: Sequence[str], rows: Any) -> None:
    """Writes rows to a table of the register by COPY."""
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier("register", table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with db.cursor().copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def hexed(geometries: Geometries, srid: int) -> list[str]:
    """Shapes as PostGIS reads them, in the legal CRS."""
    shapes: list[str] = shapely.to_wkb(shapely.set_srid(geometries, srid), hex=True, include_srid=True).tolist()
    return shapes


def _summary(report: Report) -> dict[str, Any]:
    """What the event says of the import."""
    return {
        "file": report.file_name,
        "sha256": report.sha256,
        "target": report.target,
        "written": report.written,
        "left_out": sum(layer.features - layer.taken for layer in report.layers),
        "systems": sorted({f"EPSG:{layer.crs.epsg}" for layer in report.layers if layer.crs.epsg}),
        "operations": sorted({layer.crs.operation.name for layer in report.layers if layer.crs.operation}),
    }


def _event(db: Db, action: str, source: UUID, after: dict[str, Any], *, legal: bool) -> None:
    db.execute(
        "select register.record_event(action => %s, object_table => 'source', object_id => %s, after => %s, legal => %s)",
        [action, source, Jsonb(after), legal],
    )


def one_at_a_time(db: Db, import_id: UUID) -> None:
    """Whoever undoes an import holds this until the transaction's end: of two who do, the second sees what the first did."""
    db.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"marsa undoing {import_id}"])


def undo(db: Db, import_id: UUID, *, actor: str) -> dict[str, int]:
    """Takes back all rows of an import, as one event; how many of which table. What they were stays in history.

    Raises NoSuchImport; ImportBuiltUpon when a row was changed since or something else rests on one.
    """
    with db.transaction():
        _acts(db, actor)
        db.execute("select set_config('marsa.takes_back', 'on', true)")
        one_at_a_time(db, import_id)
        if db.execute(UNDONE, [import_id]).fetchone() is not None:
            raise NoSuchImport(str(import_id))
        # A source that was never imported (a decree, the demonstration) is no import, whatever rests on it.
        if (
            db.execute("select from register.event where action = 'import' and object_id = %s", [import_id]).fetchone()
            is None
        ):
            raise NoSuchImport(str(import_id))
        from layers.importing import projects  # it undoes its own by what it kept

        of_projects = projects.take_back(db, import_id)
        there = {table: _rows_of(db, table, import_id) for table in _tables()}
        there = {table: counted for table, counted in there.items() if counted[0]}
        if not there and not of_projects:
            raise NoSuchImport(str(import_id))
        changed = sum(changed for _, changed in there.values())
        if changed:
            raise ImportBuiltUpon(str(import_id), changed)
        try:
            with db.transaction():
                for table in there:
                    statement = sql.SQL("delete from {} where source_id = %s").format(sql.Identifier("register", table))
                    db.execute(statement, [import_id])
                db.execute(JUDGE_NOW)
        except psycopg.errors.ForeignKeyViolation as error:
            raise ImportBuiltUpon(str(import_id), 1) from error
        taken_back = {**of_projects, **{table: rows for table, (rows, _) in there.items()}}
        legal = not all(table.startswith("reference_") for table in taken_back)
        _event(db, "import_undone", import_id, {"taken_back": taken_back}, legal=legal)
    return taken_back


def _tables() -> list[str]:
    """All tables whose rows rest on a source, those that refer to others first."""
    ours = {mapper.local_table.name for mapper in Base.registry.mappers if issubclass(mapper.class_, Row)}  # type: ignore[attr-defined]
    return [
        table.name for table in reversed(Base.metadata.sorted_tables) if table.name in ours and table.name != "source"
    ]


def _rows_of(db: Db, table: str, source: UUID) -> tuple[int, int]:
    """How many rows of the import a table has, and how many of them were changed since."""
    statement = sql.SQL("select count(*), count(*) filter (where version > 1) from {} where source_id = %s")
    row = db.execute(statement.format(sql.Identifier("register", table)), [source]).fetchone()
    return (row[0], row[1]) if row else (0, 0)
