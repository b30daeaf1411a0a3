# SPDX-License-Identifier: Apache-2.0
"""What must hold of rasters: their files are there and unchanged, and what is told of plots is of now."""

import hashlib
from pathlib import Path

from psycopg import Connection

from layers.checks import Check, Offenders, asking
from layers.declaration import Text
from layers.rasters import FOLDER


def raster_checks(files: Path | None) -> tuple[Check, ...]:
    """The checks; those of files only where the files folder is given."""
    of_files = (
        Check(
            "raster-files",
            Text(ar="مرئيات ملفها مفقود أو متغير", en="Rasters whose file is missing or changed"),
            _files_as_recorded(files),
        ),
    )
    return (*(of_files if files is not None else ()), *_CHECKS)


def _files_as_recorded(files: Path | None) -> Offenders:
    def offenders(connection: "Connection[tuple[object, ...]]") -> list[str]:
        if files is None:
            return []
        rows = connection.execute("select title_en, file_sha256, file_bytes from register.raster order by tile_id")
        return [str(title) for title, sha256, size in rows if not _is_as_recorded(files, str(sha256), int(str(size)))]

    return offenders


def _is_as_recorded(files: Path, sha256: str, size: int) -> bool:
    path = files / FOLDER / f"{sha256}.tif"
    try:
        if path.stat().st_size != size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


_CHECKS = (
    Check(
        "raster-extents",
        Text(ar="مرئيات لا يطابق إطارها خلاياها", en="Rasters whose outline does not fit their cells"),
        # The outline is as long and as wide as its cells make it, within what a projection bends.
        asking("""
            select title_en from register.raster
            where ST_Area(geom_4326::geography) not between 0.5 * width * height * (resolution_m ^ 2) * 0.5
              and 1.05 * width * height * (resolution_m ^ 2) order by 1"""),
    ),
    Check(
        "plot-terrain-old",
        Text(ar="قطع لم تُقس تضاريسها من جديد منذ ساعة", en="Plots whose terrain was not measured anew for an hour"),
        asking("""
            select p.plot_number from register.plot p
            join register.layer_version v on v.layer_id = 'terrain'
            left join register.plot_terrain f on f.plot_id = p.id
            where p.valid @> now() and exists (select from register.raster where kind = 'terrain')
              and (f.plot_version, f.terrain_version) is distinct from (p.version, v.version)
              and greatest(p.recorded_from, v.changed_at) < now() - interval '1 hour' order by 1"""),
    ),
    Check(
        "plot-terrain-odd",
        Text(ar="أرقام تضاريس متناقضة", en="Figures of terrain that contradict themselves or their raster"),
        asking("""
            select p.plot_number from register.plot_terrain f join register.plot p on p.id = f.plot_id
            left join register.raster r on r.id = f.raster_id
            where not (f.mean_m between f.lowest_m - 0.001 and f.highest_m + 0.001)
              or f.lowest_m < r.lowest_m - 0.01 or f.highest_m > r.highest_m + 0.01
              or f.slope_percent > f.steepest_percent + 0.001 or (f.raster_id is null) <> (f.covered = 0) order by 1"""),
    ),
)
