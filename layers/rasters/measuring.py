# SPDX-License-Identifier: Apache-2.0
"""Keeps what terrain says of plots: computed for the plots that changed, and for all when the terrain did."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import shapely
from pyproj import CRS

from gis.placing import NoTransformation
from gis.rasters.measuring import Figures, measured
from gis.rasters.parent import Progress
from gis.reading.refusals import FileRefused
from layers.database import acting_as
from layers.rasters import FOLDER

Db = psycopg.Connection[Any]
WHOLE = 0.999
"""A plot that a raster covers to this share needs no coarser one."""
ONE_AT_A_TIME = 5_481_170_021
"""Key of the advisory lock: two workers would do the same work twice."""
STALE = """
    select p.id, p.version, ST_AsBinary(p.geom), v.version from register.plot p
    join published.layer_versions v on v.layer_id = 'terrain'
    left join register.plot_terrain f on f.plot_id = p.id
    where p.valid @> now() and (f.plot_id is null or f.plot_version <> p.version or f.terrain_version <> v.version)
    and (f.plot_id is not null or exists (select from register.raster where kind = 'terrain'))
"""
RASTERS = """
    select id, title_en, file_sha256, crs, ST_AsBinary(geom) from register.raster where kind = 'terrain'
    order by resolution_m, taken_on desc, tile_id
"""
KEEP = """
    insert into register.plot_terrain (plot_id, plot_version, terrain_version, raster_id, covered, mean_m, lowest_m,
      highest_m, slope_percent, steepest_percent)
    select %s, %s, %s, %s, %s, %s, %s, %s, %s, %s where exists (select from register.plot where id = %s)
    on conflict (plot_id) do update set (plot_version, terrain_version, raster_id, covered, mean_m, lowest_m, highest_m,
      slope_percent, steepest_percent, measured_at) = (excluded.plot_version, excluded.terrain_version,
      excluded.raster_id, excluded.covered, excluded.mean_m, excluded.lowest_m, excluded.highest_m,
      excluded.slope_percent, excluded.steepest_percent, clock_timestamp())
"""


NOTHING = Figures(0.0)


@dataclass
class _Plot:
    id: UUID
    version: int
    shape: shapely.Geometry
    terrain_version: int
    raster: UUID | None = None
    figures: Figures = NOTHING
    unread: bool = False
    """A raster that might speak of it cannot be read: its figures wait, rather than come from a worse one unsaid."""


@dataclass(frozen=True)
class Renewed:
    """`plots`: how many have new figures. `unread`: titles of the rasters whose files are missing or damaged."""

    plots: int = 0
    unread: tuple[str, ...] = ()
    busy: bool = False
    """Another worker is at it: nothing was done here."""


def renew(db: Db, files: Path, *, actor: str, progress: Progress = lambda *_: None) -> Renewed:
    """Measures every plot whose figures are not of now. Nothing while another worker is at it.

    `db`: in autocommit, as staff or admin. A raster that cannot be read is named; plots that it does not touch are measured.
    """
    with db.transaction():
        held = db.execute("select pg_try_advisory_lock(%s)", [ONE_AT_A_TIME]).fetchone()
    if not held or not held[0]:
        return Renewed(busy=True)
    try:
        with acting_as(db, actor):
            plots = [_Plot(row[0], row[1], shapely.from_wkb(bytes(row[2])), row[3]) for row in db.execute(STALE)]
            rasters = db.execute(RASTERS).fetchall() if plots else []
            srid = db.execute("select srid from register.installation").fetchone()
        if not plots or srid is None:
            return Renewed()
        unread = []
        for number, (raster_id, title, sha256, crs, outline) in enumerate(rasters):
            told = _share_of(progress, number, len(rasters))
            path = files / FOLDER / f"{sha256}.tif"
            shape = shapely.from_wkb(bytes(outline))
            if not _by_one(plots, raster_id, path, crs, shape, CRS.from_epsg(srid[0]), told):
                unread.append(str(title))
        measured_ = [plot for plot in plots if not plot.unread]
        with acting_as(db, actor):
            _keep(db, measured_)
        return Renewed(len(measured_), tuple(unread))
    finally:
        db.execute("select pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def _share_of(progress: Progress, number: int, rasters: int) -> Progress:
    """One raster's progress as that of all of them."""
    return lambda step, done, of: progress(step, number * of + done, rasters * of)


def _by_one(
    plots: Sequence[_Plot], raster: UUID, path: Path, crs: str, outline: Any, legal: CRS, progress: Progress
) -> bool:
    """Figures from one raster for the plots that finer ones do not cover whole; false where it cannot be read."""
    shapely.prepare(outline)
    open_ = [
        plot
        for plot in plots
        if plot.figures.covered < WHOLE and not plot.unread and shapely.intersects(outline, plot.shape)
    ]
    try:
        found = measured(path, crs, [plot.shape for plot in open_], legal, progress=progress)
    except (FileRefused, NoTransformation, FileNotFoundError, PermissionError):
        for plot in open_:
            plot.unread = True
        return False
    for plot, figures in zip(open_, found, strict=True):
        if figures.covered > plot.figures.covered:
            plot.figures, plot.raster = figures, raster
    return True


def _keep(db: Db, plots: Sequence[_Plot]) -> None:
    with db.cursor() as cursor:
        cursor.executemany(
            KEEP,
            [
                (
                    plot.id, plot.version, plot.terrain_version, plot.raster, plot.figures.covered, plot.figures.mean_m,
                    plot.figures.lowest_m, plot.figures.highest_m, plot.figures.slope_percent,
                    plot.figures.steepest_percent, plot.id,
                )
                for plot in plots
            ],
        )  # fmt: skip
