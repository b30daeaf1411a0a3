# SPDX-License-Identifier: Apache-2.0
"""How far a file lies from the zone that it is meant for: the first thing that a wrong system or unit shows."""

from dataclasses import replace

import numpy as np
import shapely

from gis.reading import Issue
from layers.importing.checking import Db
from layers.importing.report import Report, Where
from layers.importing.staging import Staged
from layers.importing.wishes import NEW_ZONE

FAR_M = 100_000
"""Beyond this a file is no plan of the zone; rasters are refused there."""


def located(db: Db, staged: Staged, report: Report) -> Report:
    """The report with the place of what was placed, measured to the zone asked for, or else the nearest one."""
    shapes = [layer.layer.geometries for layer in staged.layers]
    placed = [given[~shapely.is_missing(given) & ~shapely.is_empty(given)] for given in shapes]
    found = np.concatenate(placed) if placed else np.array([])
    zones = db.execute(
        "select code, ST_AsBinary(geom) from register.zone where %(zone)s::text is null or code = %(zone)s",
        {"zone": staged.wishes.zone},
    ).fetchall()
    if not len(found) or not zones or staged.wishes.target == NEW_ZONE:
        return report
    distances = {str(code): _distances(shapely.from_wkb(bytes(raw)), found) for code, raw in zones}
    zone = min(distances, key=lambda code: float(distances[code].min()))
    metres = distances[zone]
    nearest, farthest = round(float(metres.min()), 1), round(float(metres.max()), 1)
    where = Where(zone, len(found), int((metres == 0).sum()), nearest, farthest)
    issues = []
    if nearest > FAR_M:
        issues.append(Issue("far_from_zone", "doubt", facts={"zone": zone, "km": round(nearest / 1000)}))
    return replace(report.with_findings(*issues), where=where)


def _distances(
    zone: shapely.Geometry, shapes: "np.ndarray[tuple[int], np.dtype[np.object_]]"
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Metres from the zone to the middle of each shape's box, which a faulty shape has too; 0 inside."""
    shapely.prepare(zone)
    centres = shapely.point_on_surface(shapely.envelope(shapes))
    return np.asarray(shapely.distance(zone, centres), dtype=np.float64)
