# SPDX-License-Identifier: Apache-2.0
"""A raster that arrived on the page: looked at once, judged after each answer, taken in by a job with all that follows.

Looking decodes every cell, so what it found is kept beside the file: an answer is judged in a moment.
"""

import json
import math
import shutil
import tempfile
import time
import uuid
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import shapely
from pyproj import CRS

from gis.coordinate_systems import choices
from gis.placing import to_lonlat
from gis.rasters.beside import rasters_inside, unpacked
from gis.rasters.found import RasterFacts
from gis.rasters.header import Header
from gis.rasters.images import png
from gis.rasters.judging import looks_like
from gis.rasters.parent import Looked, look
from gis.rasters.pictures import laid_on_map
from gis.reading.kinds import RASTER
from gis.reading.limits import Limits
from layers.arrived import Db, file_away, row_of, was_committed
from layers.database import libpq
from layers.incoming import SAME_FILE, AlreadyImported, AnswersChanged, main_part
from layers.jobs import StopAsked, Task
from layers.rasters.answers import is_again, raster_wishes
from layers.rasters.importing import RasterReport, assessed, copied, legal_and_zones, write
from layers.rasters.measuring import renew
from layers.room import require_room, temporary_folder
from layers.telling import PREVIEW, REPORT, Teller, write_bytes_whole, write_whole

LOOKED, CELLS, UNPACKED = "looked.json", "cells.npy", "unpacked"
LOOKED_AT, COPIED, WRITTEN, MEASURED = 0.1, 0.5, 0.8, 0.99
"""Shares of the whole when the cells are looked at (a trial has done so), when they are copied, when our copy is written, when plots are measured."""
WAITS_S = 600.0
"""For another process that measures."""


def is_raster(folder: Path, row: dict[str, Any]) -> bool:
    """Whether a file that arrived is a raster: by its name, or as the one thing in its archive. Raises FileRefused."""
    suffix = Path(str(row["name"])).suffix.lower()
    if suffix == ".zip":
        path = main_part(folder, row["parts"])
        return bool(rasters_inside(path))
    return suffix in RASTER.suffixes


def try_raster(task: Task, db: Db, row: dict[str, Any], folder: Path, tell: Teller) -> dict[str, Any]:
    """Writes report and picture beside the file; nothing else is changed."""
    looked = _looked(folder, row, tell, 0.9)
    report = _assessed(db, looked, row)
    tell(0.95, "looking")
    _keep(folder, task, db, report, row["answered"])
    db.execute(
        "update register.incoming set sha256 = %s, reported = %s where id = %s",
        [looked.sha256, row["answered"], row["id"]],
    )
    db.commit()
    return {"answered": row["answered"], "can_commit": report.can_commit, "again": is_again(row["answers"])}


def commit_raster(task: Task, db: Db, row: dict[str, Any], folder: Path, tell: Teller) -> dict[str, Any]:
    """Our copy, its row, its event, and then what it says of plots. Raises AnswersChanged, AlreadyImported, FileRefused."""
    answered, number = row["answered"], uuid.UUID(row["id"])
    report = _assessed(db, _looked(folder, row, tell, LOOKED_AT), row)
    if not report.can_commit:
        _keep(folder, task, db, report, answered)
        return {"import_id": None, "written": {}, "answered": answered}
    _require_new(db, report, row)
    db.rollback()  # minutes pass before anything is written: nothing is held meanwhile
    made, sha256 = copied(task.files, _path(folder, row), report, _copying(tell))
    db.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"marsa import {report.looked.sha256}"])
    row = row_of(db, number, lock=True)
    if row["state"] != "here":
        return was_committed(task, folder, row)
    if row["answered"] != answered:
        raise AnswersChanged()
    _require_new(db, report, row)
    tell(WRITTEN, "committing")
    source = write(db, report, made, sha256, task.actor)
    db.execute("update register.incoming set state = 'committed', import_id = %s where id = %s", [source, number])
    db.commit()
    report = replace(report, import_id=source, made=made)
    shutil.rmtree(folder / UNPACKED, ignore_errors=True)
    file_away(folder, task.files / "imports" / str(source), row["parts"])
    _keep(folder, task, db, report, answered)
    unread = _measured(task, tell) if report.wishes.kind == "terrain" else ()
    return {"import_id": str(source), "written": {"raster": 1}, "answered": answered, "unread": list(unread)}


def _require_new(db: Db, report: RasterReport, row: dict[str, Any]) -> None:
    """Raises AlreadyImported."""
    same = db.execute(SAME_FILE, [report.looked.sha256, report.wishes.kind]).fetchone()
    if same is not None and not is_again(row["answers"]):
        raise AlreadyImported(str(same[0]), str(same[1]))


def _copying(tell: Teller) -> Any:
    def progress(step: str, done: int, of: int) -> None:
        share = done / max(of, 1)
        if step == "reading":
            tell(LOOKED_AT + (COPIED - LOOKED_AT) * share, f"copying {done} {of}")
        else:
            tell(COPIED + (WRITTEN - COPIED) * share, "levels")

    return progress


def _measured(task: Task, tell: Teller) -> tuple[str, ...]:
    """What the terrain says of plots. The raster is in: whatever ends this leaves the rest to the clock."""

    def progress(_step: str, done: int, of: int) -> None:
        tell(WRITTEN + (MEASURED - WRITTEN) * done / max(of, 1), "measuring")

    tell(WRITTEN, "measuring")
    ends = time.monotonic() + WAITS_S
    try:
        with psycopg.connect(libpq(task.admin_url), autocommit=True) as db:
            while time.monotonic() < ends:
                renewed = renew(db, task.files, actor="clock", progress=progress)
                if not renewed.busy:
                    return renewed.unread
                tell(WRITTEN, "measuring")
                time.sleep(0.5)
    except StopAsked:
        return ()
    return ()


def _looked(folder: Path, row: dict[str, Any], tell: Teller, share: float) -> Looked:
    """What the file is: as it was found before, or by a look that is kept; `share` of the whole. Raises FileRefused."""
    kept = folder / LOOKED
    if kept.is_file():
        told = json.loads(kept.read_text(encoding="utf-8"))
        cells = np.load(folder / CELLS, allow_pickle=False) if (folder / CELLS).is_file() else None
        facts = replace(RasterFacts.believed(told["facts"]), placed_beside=told["facts"]["placed_beside"])
        return Looked(Header(**told["header"]), facts, told["sha256"], told["size"], cells)

    def looking(_step: str, done: int, of: int) -> None:
        tell(share * done / max(of, 1), f"looking {done} {of}")

    tell(0.0, "looking")
    require_room(row["size_bytes"], temporary_folder())
    looked = look(_path(folder, row), progress=looking)
    if looked.picture is not None:
        np.save(folder / CELLS, looked.picture, allow_pickle=False)
    told = {
        "header": asdict(looked.header), "facts": asdict(looked.facts), "sha256": looked.sha256, "size": looked.size,
    }  # fmt: skip
    write_whole(kept, told)
    return looked


def _path(folder: Path, row: dict[str, Any]) -> Path:
    """The TIFF that is opened, with what says its place beside it."""
    path = main_part(folder, row["parts"])
    if path.suffix.lower() != ".zip":
        return path
    inside = folder / UNPACKED
    if not inside.is_dir():
        require_room(Limits().unpacked_bytes, folder)
        with tempfile.TemporaryDirectory(dir=folder, prefix="unpacking-") as made:
            unpacked(path, Path(made))
            shutil.copytree(made, inside.with_suffix(".unfinished"), dirs_exist_ok=True)
        inside.with_suffix(".unfinished").rename(inside)
    return next(each for each in sorted(inside.iterdir()) if each.suffix.lower() in RASTER.suffixes)


def _assessed(db: Db, looked: Looked, row: dict[str, Any]) -> RasterReport:
    return assessed(db, looked, row["name"], raster_wishes(row["answers"], looks_like(looked.facts)))


def _keep(folder: Path, task: Task, db: Db, report: RasterReport, answered: int) -> None:
    """Report and pictures, each under its name once it is whole."""
    facts, crs = report.looked.facts, report.judged.system.crs
    legal, zone = legal_and_zones(db)
    candidates: list[dict[str, Any]] = []
    drawn, outline = False, report.judged.outline
    if crs is None:
        left, top = facts.transform[2], facts.transform[5]
        for each in choices(task.srid, degrees=max(abs(left), abs(top)) <= 180):
            candidates.append({"epsg": each.epsg, "name": each.name, "shift_m": each.shift_m})
            _draw(folder, f"-{each.epsg}", report, CRS.from_epsg(each.epsg), None)
    elif outline is not None:
        drawn = _draw(folder, "", report, crs, to_lonlat(legal, shapely.get_coordinates(outline).tolist()))
    if not drawn:
        write_whole(folder / PREVIEW, {"type": "FeatureCollection", "features": [], "drawn": 0})
    distances = {str(each["epsg"]): _metres_to(zone, facts, each["epsg"], report, db) for each in candidates}
    same = db.execute(SAME_FILE, [report.looked.sha256, report.wishes.kind]).fetchone()
    write_whole(
        folder / REPORT,
        {
            **report.as_json(),
            "raster": True,
            "kind_said": report.wishes.kind_said,
            "nodata": facts.nodata,
            "lowest": facts.lowest,
            "highest": facts.highest,
            "candidates": candidates,
            "distances": distances,
            "georeferenced": facts.georeferenced,
            "answered": answered,
            "same": None if same is None else {"import_id": str(same[0]), "at": same[1]},
            "at": _at(to_lonlat(legal, shapely.get_coordinates(outline).tolist())) if outline is not None else None,
            "legal": {"epsg": task.srid, "name": legal.name},
            "written": {"raster": 1} if report.import_id else {},
        },
    )


def _at(corners: list[tuple[float, float]]) -> str:
    """The view that shows a place whole, as the map's address has it: zoom/latitude/longitude."""
    lons, lats = zip(*corners, strict=True)
    zoom = min(18, max(6, math.floor(math.log2(360 / max(max(lons) - min(lons), 1e-4))) + 1))
    return f"{zoom}/{(max(lats) + min(lats)) / 2:.5f}/{(max(lons) + min(lons)) / 2:.5f}"


def _metres_to(zone: Any, facts: RasterFacts, epsg: int, report: RasterReport, db: Db) -> float | None:
    """From where it would lie in a system to the nearest zone."""
    wishes = replace(report.wishes, crs=CRS.from_epsg(epsg))
    outline = assessed(db, replace(report.looked, facts=facts), report.file_name, wishes).judged.outline
    return None if outline is None or zone is None else round(float(shapely.distance(outline, zone)), 1)


def _draw(folder: Path, suffix: str, report: RasterReport, crs: CRS, outline: list[tuple[float, float]] | None) -> bool:
    """`preview{suffix}.json` and its picture, where anything can be drawn. `outline` in degrees; None: the picture's box."""
    facts, cells = report.looked.facts, report.looked.picture
    if cells is None or not facts.georeferenced:
        return False
    of = [crs.to_wkt(), report.wishes.kind]
    kept = folder / f"preview{suffix}.json"
    if kept.is_file() and json.loads(kept.read_text(encoding="utf-8")).get("of") == of:
        return True  # most answers move nothing
    laid = laid_on_map(cells, facts, crs, report.wishes.kind)
    if laid is None:
        return False
    pixels, (west, south, east, north) = laid
    write_bytes_whole(folder / f"picture{suffix}.png", png(pixels))
    box = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [outline or box]},
        "properties": {"level": "", "label": report.file_name},
    }
    picture = {"bounds": [[south, west], [north, east]]}
    drawn = {"type": "FeatureCollection", "features": [feature], "drawn": 1, "picture": picture, "of": of}
    write_whole(kept, drawn)
    return True
