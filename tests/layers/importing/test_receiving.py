# SPDX-License-Identifier: Apache-2.0
"""The jobs of a file: one that is broken off leaves nothing, one that is begun again does nothing twice."""

import json
import os
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shapely import box

from layers.database import libpq
from layers.importing.acting import hexed, refusals
from layers.importing.receiving import commit_import, try_import, undo_import
from layers.importing.wishes import NoSuchImport
from layers.incoming import AlreadyImported, AnswersChanged, FileGone, folder_of, kept_names
from layers.jobs import StopAsked, Task
from layers.telling import PREVIEW, REPORT
from layers.tidying import tidy
from tests.conftest import Register
from tests.files import good
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square


class Counting(Task):
    """A task whose progress is told to nobody; it may be asked to stop."""

    stop = False

    heard: threading.Event

    def tell(self, share: float, step: str | None = None) -> None:  # noqa: ARG002 as a task has it
        if self.stop:
            self.heard.set()
            raise StopAsked


@pytest.fixture
def task(register: Register, tmp_path: Path) -> Counting:
    made = Counting(
        uuid.uuid4(), "admin:test", register.url(), register.url("marsa_staff"), register.srid, tmp_path / "files"
    )
    made.heard = threading.Event()
    return made


def here(register: Register, task: Task, path: Path, answers: dict[str, Any] | None = None, sender: str = "") -> str:
    """A file that has arrived."""
    part = {"name": path.name, "size_bytes": path.stat().st_size}
    with register.connect() as db:
        row = db.execute(
            "insert into register.incoming (actor, name, sender, parts, size_bytes, state, answers) "
            "values ('admin:test', %s, %s, %s, 1, 'here', %s) returning id",
            [path.name, sender, json.dumps([part]), json.dumps(answers or {})],
        ).fetchone()
    assert row is not None
    number: uuid.UUID = row[0]  # type: ignore[assignment]
    folder = folder_of(task.files, number)
    folder.mkdir(parents=True)
    (folder / path.name).write_bytes(path.read_bytes())
    return str(number)


def count(register: Register, table: str) -> Any:
    with register.connect() as db:
        return (db.execute(f"select count(*) from register.{table}").fetchone() or (None,))[0]  # type: ignore[arg-type,unused-ignore]


def test_a_trial_leaves_a_report_and_a_picture_and_no_row(register: Register, task: Counting, tmp_path: Path) -> None:
    number = here(register, task, good.geojson(tmp_path / "plan.geojson"))
    for _ in range(2):  # begun again after its process was killed
        assert try_import(task, number)["can_commit"]
    folder = folder_of(task.files, uuid.UUID(number))
    report = json.loads((folder / REPORT).read_text())
    assert (report["answered"], report["layers"][0]["features"]) == (0, 1)
    assert json.loads((folder / PREVIEW).read_text())["features"][0]["properties"]["label"] == "A-1"
    assert count(register, "reference_drawing") == 0
    assert not list(folder.glob("*.unfinished"))


def test_a_commit_that_is_begun_again_has_committed_once(register: Register, task: Counting, tmp_path: Path) -> None:
    number = here(register, task, good.geojson(tmp_path / "plan.geojson"))
    first = commit_import(task, number, 0)
    assert commit_import(task, number, 0)["import_id"] == first["import_id"]
    assert count(register, "reference_drawing") == 1
    # What came in is a document from now on.
    assert (task.files / "imports" / first["import_id"] / "plan.geojson").is_file()
    for _ in range(2):
        assert undo_import(task, first["import_id"])["taken_back"]["reference_drawing"] == 1
    assert count(register, "reference_drawing") == 0


def test_one_job_that_is_handed_out_twice_commits_and_undoes_once(
    register: Register, task: Counting, tmp_path: Path
) -> None:
    number = here(register, task, good.geojson(tmp_path / "plan.geojson"), {"again": True})
    with ThreadPoolExecutor(2) as pool:
        commits = list(pool.map(lambda _: commit_import(task, number, 0)["import_id"], range(2)))
    assert len(set(commits)) == 1
    assert count(register, "reference_drawing") == 1
    with ThreadPoolExecutor(3) as pool:
        told = list(pool.map(lambda _: undo_import(task, commits[0])["taken_back"], range(3)))
    assert told[0] == told[1] == told[2]
    with register.connect() as db:
        assert db.execute("select count(*) from register.event where action = 'import_undone'").fetchone() == (1,)


def test_a_file_whose_commit_died_before_it_was_filed_away_is_filed_when_it_is_begun_again(
    register: Register, task: Counting, tmp_path: Path
) -> None:
    number = here(register, task, good.geojson(tmp_path / "plan.geojson"))
    first = commit_import(task, number, 0)
    filed = task.files / "imports" / first["import_id"] / "plan.geojson"
    filed.rename(
        folder_of(task.files, uuid.UUID(number)) / "plan.geojson"
    )  # as a kill right after the commit leaves it
    assert commit_import(task, number, 0) == {"import_id": first["import_id"]}
    assert filed.is_file()


def test_others_write_while_rows_are_judged(register: Register) -> None:
    """An import judges its rows without the lock that every commit needs to tell the workers."""
    with register.connect() as db:
        block = a_block(db, a_zone(db))
    rows = [("A01-001", block, "LOG", hexed(np.array([box(EAST, NORTH, EAST + 50, NORTH + 50)]), register.srid)[0])]
    seen: list[str] = []

    def told(step: str, done: int, _: int) -> None:
        with register.connect() as other:
            other.execute("set lock_timeout = '2s'")
            other.execute(
                "insert into register.project (code, title_ar, title_en, type, status, location_exactness, sectors, geom) "
                "values ('p', 'م', 'P', 'construction', 'implementation', 'exact', '{PRT}', %s)",
                [square(500, 500)],
            )
            other.commit()
        seen.append(f"{step} {done}")

    with register.connect() as db:
        db.execute(
            "select set_config('marsa.actor', 'test', true), set_config('marsa.zones', '*', true), "
            "set_config('marsa.roles', 'planner', true)"
        )
        assert list(refusals(db, "plot", ["plot_number", "block_id", "land_use", "geom"], rows, told)) == []
        assert seen == ["writing 1"]
        db.rollback()


def test_a_commit_that_is_stopped_has_committed_nothing(register: Register, task: Counting, tmp_path: Path) -> None:
    number = here(register, task, good.geojson(tmp_path / "plan.geojson"))
    ended: list[BaseException] = []

    def commit() -> None:
        with pytest.raises(StopAsked) as stopped:
            commit_import(task, number, 0)
        ended.append(stopped.value)

    with register.connect() as holding:
        # Somebody holds the table, so that the commit is at work when it is told to stop.
        holding.execute("lock table register.reference_area in access exclusive mode")
        working = threading.Thread(target=commit)
        working.start()
        wait_for_lock(register)
        task.stop = True
        assert task.heard.wait(10)
    working.join(20)
    assert ended
    assert (count(register, "reference_drawing"), count(register, "source")) == (0, 0)
    task.stop = False
    assert commit_import(task, number, 0)["import_id"]


def wait_for_lock(register: Register) -> None:
    deadline = time.monotonic() + 60
    with register.connect(autocommit=True) as db:
        while db.execute("select 1 from pg_locks where not granted").fetchone() is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_the_same_content_comes_in_once_until_it_is_undone_or_asked_for(
    register: Register, task: Counting, tmp_path: Path
) -> None:
    path = good.geojson(tmp_path / "plan.geojson")
    first = commit_import(task, here(register, task, path), 0)
    with pytest.raises(AlreadyImported):
        commit_import(task, here(register, task, path), 0)
    assert commit_import(task, here(register, task, path, {"again": True}), 0)["import_id"]
    undo_import(task, first["import_id"])
    with pytest.raises(NoSuchImport):
        undo_import(task, str(uuid.uuid4()))


def test_what_was_not_seen_is_not_committed(register: Register, task: Counting, tmp_path: Path) -> None:
    number = here(register, task, good.geojson(tmp_path / "plan.geojson"))
    with register.connect() as db:
        db.execute("update register.incoming set answered = 3")
    with pytest.raises(AnswersChanged):
        commit_import(task, number, 2)


def test_a_file_whose_bytes_are_gone_says_so(register: Register, task: Counting, tmp_path: Path) -> None:
    number = here(register, task, good.geojson(tmp_path / "plan.geojson"))
    (folder_of(task.files, uuid.UUID(number)) / "plan.geojson").unlink()
    with pytest.raises(FileGone):
        try_import(task, number)


def test_each_possible_system_says_how_far_from_the_zone_the_file_would_lie(
    register: Register, task: Counting, tmp_path: Path
) -> None:
    with register.connect() as db:
        a_plot(db, a_block(db, a_zone(db)))
    shape = good.PLOTS[0]
    number = here(register, task, good.vector(tmp_path / "plan.gpkg", [shape], crs=None))
    assert not try_import(task, number)["can_commit"]
    folder = folder_of(task.files, uuid.UUID(number))
    report = json.loads((folder / REPORT).read_text())
    assert set(report["distances"]) == {"32633", "3201", "2078"}
    assert report["distances"]["3201"] == 0
    assert len(json.loads((folder / "preview-2078.json").read_text())["features"]) == 1


def test_names_of_parts_are_harmless_and_of_one_file() -> None:
    assert kept_names(["../خطة 1.SHP", "../خطة 1.dbf"]) == ["خطة 1.shp", "خطة 1.dbf"]
    assert kept_names(["..\\..\\a;b\n.dxf"]) == ["a_b_.dxf"]


def test_what_nobody_finished_or_decided_is_taken_away_and_documents_stay(register: Register, task: Counting) -> None:
    """Half-sent files, files left undecided, and folders without a row; not those that wait, and no document."""
    old, young = [
        here(
            register,
            task,
            good.geojson(
                task.files.parent / f"{name}.geojson", [good.feature(box(EAST, NORTH, EAST + 40, NORTH + 40))]
            ),
        )
        for name in ("old", "young")
    ]
    home = task.files.parent / "incoming"
    stray, fresh = home / str(uuid.uuid4()), home / str(uuid.uuid4())
    export = task.files.parent / "exports" / str(uuid.uuid4())
    document = task.files / "imports" / "decree.pdf"
    for folder in (stray, fresh, export, document.parent):
        folder.mkdir(parents=True)
    document.write_text("a decree")
    for folder in (stray, export, document, home / young):
        os.utime(folder, (0, 0))
    with register.connect() as db:
        db.execute("update register.incoming set made_at = now() - interval '31 days' where id = %s", [old])
    assert tidy(libpq(register.url("marsa_staff")), task.files) == 1
    assert sorted(home.iterdir()) == sorted([home / young, fresh])
    assert not export.exists() and document.read_text() == "a decree"
    with register.connect() as db:
        assert [str(row[0]) for row in db.execute("select id from register.incoming")] == [young]
