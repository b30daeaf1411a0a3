# SPDX-License-Identifier: Apache-2.0
"""A raster into the register: looked at, judged against the zones, made into our copy, written as one event."""

import os
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import shapely
from psycopg.types.json import Jsonb
from pyproj import CRS

from gis.rasters.found import Made, Preparation
from gis.rasters.judging import Judged, RasterWishes, judged
from gis.rasters.parent import Looked, Progress, look, make
from layers.rasters import FOLDER
from layers.room import full_disk_told, require_room, temporary_folder

Db = psycopg.Connection[Any]
LEFT_ALONE_S = 24 * 3600.0


@dataclass(frozen=True)
class RasterReport:
    """What was found, what a person must still say, what would become of it. `import_id` once it is in."""

    file_name: str
    wishes: RasterWishes
    looked: Looked
    judged: Judged
    import_id: UUID | None = None
    made: Made | None = None

    @property
    def can_commit(self) -> bool:
        return self.judged.can_commit

    def as_json(self) -> dict[str, Any]:
        """Plain values: for the command line and for a page."""
        judged_, facts = self.judged, self.looked.facts
        crs = judged_.system.crs
        return {
            "file_name": self.file_name,
            "kind": self.wishes.kind,
            "sha256": self.looked.sha256,
            "size_bytes": self.looked.size,
            "width": facts.width,
            "height": facts.height,
            "bands": facts.bands,
            "numbers": facts.dtype,
            "filled": facts.filled,
            "crs": {"name": crs.name, "epsg": crs.to_epsg(), "how": judged_.system.how} if crs else None,
            "operation": asdict(judged_.operation) if judged_.operation else None,
            "resolution_m": judged_.resolution_m,
            "range_m": judged_.range_m,
            "vertical_datum": self.wishes.vertical_datum,
            "findings": [asdict(issue) for issue in judged_.issues],
            "can_commit": self.can_commit,
            "import_id": str(self.import_id) if self.import_id else None,
            "made_bytes": self.made.size_bytes if self.made else None,
        }


def check(db: Db, path: Path, file_name: str, wishes: RasterWishes) -> RasterReport:
    """Looks at a file and judges it; nothing is changed. Raises FileRefused."""
    return assessed(db, look(path), file_name, wishes)


def assessed(db: Db, looked: Looked, file_name: str, wishes: RasterWishes) -> RasterReport:
    """What would become of a file that was looked at, with these wishes."""
    legal, zone = legal_and_zones(db)
    return RasterReport(file_name, wishes, looked, judged(looked.facts, looked.header, wishes, legal, zone))


def take(
    db: Db, files: Path, path: Path, report: RasterReport, *, actor: str, progress: Progress = lambda *_: None
) -> RasterReport:
    """Makes our copy and writes the raster as one event, in a transaction of its own; nothing when it cannot be committed.

    It takes minutes for a large file: for a job, not for a request. Raises FileRefused.
    """
    if not report.can_commit:
        return report
    made, sha256 = copied(files, path, report, progress)
    with db.transaction():
        source = write(db, report, made, sha256, actor)
    return replace(report, import_id=source, made=made)


def copied(files: Path, path: Path, report: RasterReport, progress: Progress = lambda *_: None) -> tuple[Made, str]:
    """Our copy of a raster that can be committed, in the files folder, and its SHA-256; no row names it yet.

    Raises FileRefused, NotEnoughRoom, DiskFull.
    """
    if report.judged.preparation is None:
        raise ValueError("not judged whole")
    cells = report.looked.facts.width * report.looked.facts.height * 4
    # Beside the given file: a plain copy and ours with its levels in the child's folder, then ours where it stays.
    require_room(report.looked.size + round(2.7 * cells), temporary_folder())
    require_room(round(1.4 * cells), files)
    with full_disk_told():
        made, sha256 = make(path, report.judged.preparation, files / FOLDER, progress=progress)
        _as_the_folder_is_owned(files)
    return made, sha256


def write(db: Db, report: RasterReport, made: Made, sha256: str, actor: str) -> UUID:
    """The raster's row and its one event, within the transaction of `db`; the import's number."""
    judged_ = report.judged
    if judged_.preparation is None or judged_.outline is None:
        raise ValueError("not judged whole")
    db.execute(
        "select set_config('marsa.actor', %s, true), set_config('marsa.zones', '*', true),"
        " set_config('marsa.roles', 'system', true), set_config('marsa.told', 'import', true)",
        [actor],
    )
    source = _source(db, report)
    _raster(db, source, report, made, sha256, judged_.preparation, judged_.outline)
    after = {
        "file": report.file_name, "sha256": report.looked.sha256, "target": report.wishes.kind,
        "written": {"raster": 1}, "copy_sha256": sha256,
    }  # fmt: skip
    db.execute(
        "select register.record_event(action => 'import', object_table => 'source', object_id => %s, after => %s, "
        "legal => false)",
        [source, Jsonb(after)],
    )
    return source


def _source(db: Db, report: RasterReport) -> UUID:
    """The document behind the raster; its id is the import's number, by which it is undone."""
    number, wishes, operation = uuid4(), report.wishes, report.judged.operation
    db.execute(
        "insert into register.source (id, kind, title_ar, title_en, dated, licence, attribution, file_sha256, "
        "crs_operation, crs_accuracy_m) values (%s, 'file', %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            number, wishes.source, wishes.source, wishes.taken_on, wishes.licence, wishes.attribution,
            report.looked.sha256, (operation.pipeline or operation.name) if operation else None,
            operation.accuracy_m if operation else None,
        ],
    )  # fmt: skip
    return number


def _raster(
    db: Db, source: UUID, report: RasterReport, made: Made, sha256: str, prepared: Preparation, outline: shapely.Polygon
) -> None:
    wishes = report.wishes
    srid = db.execute("select srid from register.installation").fetchone()
    shape = shapely.to_wkb(shapely.set_srid(outline, srid[0] if srid else 0), hex=True, include_srid=True)
    db.execute(
        "insert into register.raster (kind, title_ar, title_en, taken_on, resolution_m, vertical_datum, accuracy_m, "
        "lowest_m, highest_m, crs, width, height, file_sha256, file_bytes, illustrative, source_id, geom) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            wishes.kind, wishes.title_ar, wishes.title_en, wishes.taken_on, report.judged.resolution_m,
            wishes.vertical_datum if wishes.kind == "terrain" else None, wishes.accuracy_m,
            made.lowest_m, made.highest_m, prepared.crs, made.width, made.height, sha256, made.size_bytes,
            wishes.illustrative, source, shape,
        ],
    )  # fmt: skip


def _as_the_folder_is_owned(files: Path) -> None:
    """Root's new folder belongs to whom the files folder's parent does: the server reads it as that user."""
    if os.geteuid() == 0:
        owner = files.parent.stat()
        for folder in (files, files / FOLDER):
            os.chown(folder, owner.st_uid, owner.st_gid)
        for made in (files / FOLDER).iterdir():
            os.chown(made, owner.st_uid, owner.st_gid)


def sweep(db: Db, files: Path, *, older_than_s: float = LEFT_ALONE_S) -> int:
    """Removes files that no raster names any more, as after an undo; how many. History keeps what they were.

    A young one may belong to an import that is about to be written.
    """
    named = {
        row[0]
        for row in db.execute(
            "select file_sha256 from published.terrain union select file_sha256 from published.imagery"
        )
    }
    removed, now = 0, time.time()
    for path in (files / FOLDER).glob("*.tif"):
        if path.stem not in named and now - path.stat().st_mtime >= older_than_s:
            path.unlink()
            removed += 1
    return removed


def legal_and_zones(db: Db) -> tuple[CRS, shapely.Geometry | None]:
    """The legal CRS, and all zones in it as one shape; None while there is none."""
    row = db.execute(
        "select i.srid, (select ST_AsBinary(ST_Union(geom)) from register.zone where valid @> now()) "
        "from register.installation i"
    ).fetchone()
    if row is None:
        raise RuntimeError("no installation")
    return CRS.from_epsg(row[0]), shapely.from_wkb(bytes(row[1])) if row[1] is not None else None
