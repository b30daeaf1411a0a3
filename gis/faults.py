# SPDX-License-Identifier: Apache-2.0
"""What is wrong with geometries in themselves, each fault with its place."""

import re

import numpy as np
import shapely

from gis.reading.found import FileLayer
from gis.reading.refusals import Issue

POINT_OF = re.compile(r"\[([^\s\]]+) ([^\s\]]+)\]")


def faults_of(layer: FileLayer) -> list[Issue]:
    """Missing, empty and invalid geometries, with the place in file coordinates where GEOS says one."""
    geometries, name = layer.geometries, layer.name
    missing = shapely.is_missing(geometries)
    empty = shapely.is_empty(geometries) & ~missing
    invalid = ~missing & ~empty & ~shapely.is_valid(geometries)
    found = [Issue("geometry_missing", "fault", name, layer.refs[i]) for i in np.flatnonzero(missing)]
    found += [Issue("geometry_empty", "fault", name, layer.refs[i]) for i in np.flatnonzero(empty)]
    which = np.flatnonzero(invalid)
    for i, reason in zip(which, np.atleast_1d(shapely.is_valid_reason(geometries[which])), strict=True):
        found.append(
            Issue("geometry_invalid", "fault", name, layer.refs[i], _place(str(reason)), {"reason": _code(str(reason))})
        )
    return found


def _place(reason: str) -> tuple[float, float] | None:
    at = POINT_OF.search(reason)
    return (float(at[1]), float(at[2])) if at else None


def _code(reason: str) -> str:
    """GEOS's reason as a code: "Ring Self-intersection[1 2]" is ring_self_intersection."""
    return re.sub(r"[^a-z]+", "_", POINT_OF.sub("", reason).strip().lower()).strip("_")
