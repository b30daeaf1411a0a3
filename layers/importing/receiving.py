# SPDX-License-Identifier: Apache-2.0
"""The jobs of a file that arrived: it is tried (read, placed, judged, rolled back), committed whole, undone.

A job may be begun again after its process was killed. So a trial writes files that get their name at the end, and a commit is
one transaction that also says in `register.incoming` that it is done.
"""

import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import shapely
from psycopg.types.json import Jsonb
from pyproj import CRS

from gis.coordinate_systems import choices, named
from gis.placing import NoTransformation, placed
from gis.reading import FileLayer, Reading, read
from layers.arrived import file_away, row_of, was_committed
from layers.database import libpq
from layers.declaration import Text
from layers.importing.acting import UNDONE, act, codes_of, one_at_a_time, undo
from layers.importing.answers import Answers, understood
from layers.importing.checking import Db
from layers.importing.preview import bounds_of, placed_preview, possible_preview, raw_preview
from layers.importing.report import Report
from layers.importing.staging import Staged, stage
from layers.importing.wishes import target_layer
from layers.incoming import SAME_FILE, AlreadyImported, AnswersChanged, folder_of, main_part
from layers.jobs import Job, Task
from layers.rasters import receiving as rasters
from layers.telling import PREVIEW, REPORT, Teller, write_whole

RAW = "raw.json"
READ_SHARE, PLACED_SHARE = 0.3, 0.35
"""How much of the whole is done when the file is read, and when it is placed."""
SAMPLES = 4
FINDINGS_KEPT = 2_000
REMEMBERED = ("target", "targets", "zone", "columns", "values", "adopt_cm", "encoding", "units", "comma_is_decimal")
"""Answers that the next file of a sender with the same headings is given. Never the coordinate system: it is said anew."""


def try_import(task: Task, incoming: str) -> dict[str, Any]:
    """Reads the file with the answers given so far and writes report and preview beside it."""
    number = uuid.UUID(incoming)
    with Teller(task).telling() as tell, psycopg.connect(libpq(task.admin_url)) as db:
        row = row_of(db, number)
        folder = folder_of(task.files, number)
        if rasters.is_raster(folder, row):
            return rasters.try_raster(task, db, row, folder, tell)
        reading, staged, answers, remembered = _staged(task, db, row, folder, tell)
        report = act(db, staged, task.srid, commit=False, actor=task.actor, progress=_writing(tell))
        db.rollback()
        _keep(folder, task, db, reading, staged, report, row["answered"], remembered)
        db.execute(
            "update register.incoming set sha256 = %s, reported = %s where id = %s",
            [reading.sha256, row["answered"], number],
        )
        if remembered:
            db.execute(
                "update register.incoming set answers = %s where id = %s and answered = %s",
                [Jsonb(remembered), number, row["answered"]],
            )
        db.commit()
    return {"answered": row["answered"], "can_commit": report.can_commit, "again": answers.again}


def commit_import(task: Task, incoming: str, answered: int) -> dict[str, Any]:
    """Takes the file in, whole or not at all. Raises AnswersChanged, AlreadyImported."""
    number = uuid.UUID(incoming)
    with Teller(task).telling() as tell, psycopg.connect(libpq(task.admin_url)) as db:
        row = row_of(db, number)
        folder = folder_of(task.files, number)
        if row["state"] != "here":  # begun again after the commit, before its end was told
            return was_committed(task, folder, row)
        if row["answered"] != answered:
            raise AnswersChanged()
        if rasters.is_raster(folder, row):
            return rasters.commit_raster(task, db, row, folder, tell)
        reading, staged, answers, _ = _staged(task, db, row, folder, tell)
        # Two people with the same file: the second waits here, and then sees that it is in.
        db.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"marsa import {reading.sha256}"])
        # And one job that is handed out twice commits once.
        row = row_of(db, number, lock=True)
        if row["state"] != "here":
            return was_committed(task, folder, row)
        if row["answered"] != answered:
            raise AnswersChanged()
        require_new(db, reading.sha256, staged.report.target, again=answers.again)
        report = act(db, staged, task.srid, commit=True, actor=task.actor, progress=_writing(tell))
        tell(0.99, "committing")
        if report.import_id is not None:
            db.execute(
                "update register.incoming set state = 'committed', import_id = %s where id = %s",
                [report.import_id, number],
            )
            _remember(db, row, reading)
        db.commit()
        if report.import_id is not None:
            file_away(folder, task.files / "imports" / str(report.import_id), row["parts"])
        _keep(folder, task, db, reading, staged, report, answered, None)
    return {"import_id": report.import_id and str(report.import_id), "written": report.written, "answered": answered}


def require_new(db: Db, sha256: str, target: str, *, again: bool) -> None:
    """Raises AlreadyImported when this content is in already where it would go, unless it is meant."""
    same = None if again else db.execute(SAME_FILE, [sha256, target]).fetchone()
    if same is not None:
        raise AlreadyImported(str(same[0]), str(same[1]))


def undo_import(task: Task, import_id: str) -> dict[str, Any]:
    """Takes a committed import back, whole."""
    with Teller(task).telling() as tell, psycopg.connect(libpq(task.admin_url)) as db:
        tell(0.1, "undoing")
        one_at_a_time(db, uuid.UUID(import_id))
        row = db.execute(UNDONE, [uuid.UUID(import_id)]).fetchone()
        if row is not None:  # begun again after it was done, or asked for twice
            return {"taken_back": row[0]}
        taken_back = undo(db, uuid.UUID(import_id), actor=task.actor)
        db.execute("update register.incoming set state = 'undone' where import_id = %s", [uuid.UUID(import_id)])
        db.commit()
    return {"taken_back": taken_back}


TRY = Job("import_try", Text(ar="تجربة ملف", en="Trying a file"), try_import)
COMMIT = Job("import_commit", Text(ar="إدخال ملف", en="Committing a file"), commit_import)
UNDO = Job("import_undo", Text(ar="إلغاء إدخال", en="Undoing an import"), undo_import)
JOBS = (TRY, COMMIT, UNDO)


def _staged(
    task: Task, db: Db, row: dict[str, Any], folder: Path, tell: Teller
) -> tuple[Reading, Staged, Answers, dict[str, Any] | None]:
    """The file read and placed as the answers say; or as they were the last time, where nothing is answered yet."""
    tell(0.0, "reading")
    answers = understood(row["answers"])
    path = main_part(folder, row["parts"])

    def reading_on(features: int) -> None:
        tell(READ_SHARE * features / (features + 20_000), f"reading {features}")

    reading = read(path, answers.options, progress=reading_on)
    remembered = None
    if not row["answers"]:
        remembered = _remembered(db, row["sender"], reading)
        if remembered:
            answers = understood(remembered)
            reading = read(path, answers.options, progress=reading_on)
    tell(READ_SHARE, f"placing {sum(len(layer) for layer in reading.layers)}")
    target, legal = target_layer(answers.wishes.target), named(str(task.srid))
    staged = stage(reading, row["name"], answers.wishes, target, legal, codes_of(db))
    tell(PLACED_SHARE, f"placing {staged.report.taken}")
    return reading, staged, answers, remembered


def _writing(tell: Teller) -> Callable[[str, int, int], None]:
    def progress(_step: str, done: int, of: int) -> None:
        tell(PLACED_SHARE + (0.98 - PLACED_SHARE) * done / max(of, 1), f"writing {done} {of}")

    return progress


def _headings(reading: Reading) -> list[str]:
    return sorted({field.name for layer in reading.layers for field in layer.fields})


def _remembered(db: Db, sender: str, reading: Reading) -> dict[str, Any] | None:
    row = db.execute(
        "select answers from register.import_memory where sender = %s and headings = %s and sender <> ''",
        [sender, _headings(reading)],
    ).fetchone()
    return None if row is None else row[0]


def _remember(db: Db, row: dict[str, Any], reading: Reading) -> None:
    if not row["sender"]:
        return
    answers = {name: value for name, value in row["answers"].items() if name in REMEMBERED and value not in (None, "")}
    db.execute(
        "insert into register.import_memory (sender, headings, answers) values (%s, %s, %s) on conflict (sender, headings) "
        "do update set answers = excluded.answers, used_at = clock_timestamp()",
        [row["sender"], _headings(reading), Jsonb(answers)],
    )


def _keep(
    folder: Path, task: Task, db: Db, reading: Reading, staged: Staged, report: Report, answered: int,
    remembered: dict[str, Any] | None,
) -> None:  # fmt: skip
    """Report and pictures, each under its name once it is whole."""
    legal = CRS.from_epsg(task.srid)
    asked = {layer.name for layer in report.questions}
    unplaced = [layer for layer in reading.layers if layer.name in asked]
    candidates = {each.epsg for layer in report.questions for each in layer.crs.candidates}
    for epsg in candidates:
        write_whole(folder / f"preview-{epsg}.json", possible_preview(unplaced, epsg, legal))
    write_whole(folder / PREVIEW, placed_preview(staged, report, legal))
    write_whole(folder / RAW, raw_preview(reading.layers))
    same = db.execute(SAME_FILE, [reading.sha256, report.target]).fetchone()
    made = report.as_json()
    findings = made.pop("findings")
    write_whole(
        folder / REPORT,
        {
            **made,
            "findings": findings[:FINDINGS_KEPT],
            "findings_in_all": len(findings),
            "answered": answered,
            "remembered": remembered is not None,
            "samples": {
                layer.name: _samples(layer) for layer in (*reading.layers, *(placed.layer for placed in staged.layers))
            },
            "distances": _distances(db, unplaced, legal),
            "same": None if same is None else {"import_id": str(same[0]), "at": same[1]},
            "legal": {"epsg": task.srid, "name": legal.name},
            "raw_bounds": bounds_of(layer.geometries for layer in reading.layers),
        },
    )


def _samples(layer: FileLayer) -> dict[str, list[str]]:
    """A few values of each field, as they were read."""
    found = {}
    for name, values in layer.columns.items():
        given = dict.fromkeys(str(value)[:60] for value in values[:5_000] if value not in (None, ""))
        found[name] = list(given)[:SAMPLES]
    return found


def _distances(db: Db, layers: list[FileLayer], legal: CRS) -> dict[str, float | None]:
    """Metres from where layers of unknown system would lie to the nearest zone, by EPSG number of each candidate."""
    zones = [shapely.from_wkb(row[0]) for row in db.execute("select geom from register.zone where valid @> now()")]
    found: dict[str, float | None] = {}
    for layer in layers:
        bounds = bounds_of([layer.geometries])
        if bounds is None:
            continue
        corner = shapely.box(*bounds)
        for candidate in choices(legal.to_epsg(), degrees=max(abs(value) for value in bounds) <= 180):
            there = _placed_box(
                replace(layer, geometries=_one(corner), refs=("box",), columns={}), candidate.epsg, legal
            )
            if there is not None and zones:
                found[str(candidate.epsg)] = round(min(float(shapely.distance(there, zone)) for zone in zones), 1)
    return found


def _one(shape: Any) -> Any:
    made = shapely.multipolygons([[shape]])
    made[0] = shape
    return made


def _placed_box(layer: FileLayer, epsg: int, legal: CRS) -> Any:
    try:
        there = placed(layer, CRS.from_epsg(epsg), legal, anywhere=True).layer.geometries[0]
    except NoTransformation:
        return None
    return there
