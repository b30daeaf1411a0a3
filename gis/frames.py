# SPDX-License-Identifier: Apache-2.0
"""Outlines of a drawing that are no plots: title frames round everything, and islands inside other outlines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gis.reading.found import FileLayer

FRAME_NAMES = re.compile(
    r"(?:^|[^a-z])(?:frames?|borders?|title|titleblock|sheet|viewports?|defpoints)(?:$|[^a-z])|إطار|اطار|كادر|ترويسة",
    re.IGNORECASE,
)
MOST = 0.8
"""A rectangle that holds this share of all other outlines is drawn round them."""
FEWEST = 3
"""Other outlines that there must be before one can be drawn round most of them."""
RECTANGULAR = 0.995
"""Its area over that of the smallest rectangle round it."""


@dataclass(frozen=True)
class Apart:
    """An outline that is no plot. `what`: "title_frame" or "island_outline". `layer`, `index`: where it is. `inside`: of an island the
    ref of the outline round it. `holds`: of a frame how many others it holds, of how many.
    """

    what: str
    layer: str
    index: int
    inside: str | None = None
    holds: int = 0
    others: int = 0


def outlines_apart(layers: Sequence[FileLayer]) -> list[Apart]:
    """Title frames and islands among the areas of a drawing's layers. Shapes may be faulty; those are passed over."""
    owners = [(layer, i) for layer in layers for i in np.flatnonzero(_areas(layer)).tolist()]
    if not owners:
        return []
    shapes = np.array([layer.geometries[i] for layer, i in owners], dtype=np.object_)
    tree = shapely.STRtree(shapes)
    outer, inner = tree.query(shapes, predicate="contains_properly")
    same = outer == inner
    outer, inner = outer[~same], inner[~same]
    held = np.bincount(outer, minlength=len(shapes))
    named = np.array([bool(FRAME_NAMES.search(layer.name)) for layer, _ in owners])
    others = len(shapes) - 1
    round_most = (held >= max(FEWEST, MOST * others)) & _rectangles(shapes)
    # A name alone is not believed: plots too are drawn on layers of borders and sheets.
    frames = (named & (held > 0) & _rectangles(shapes)) | round_most
    found = [
        Apart("title_frame", owners[at][0].name, owners[at][1], holds=int(held[at]), others=others)
        for at in np.flatnonzero(frames).tolist()
    ]
    told: set[int] = set()
    for around, island in zip(outer.tolist(), inner.tolist(), strict=True):
        one_layer = owners[around][0].name == owners[island][0].name
        if one_layer and not frames[around] and not frames[island] and island not in told:
            told.add(island)
            layer, at = owners[around]
            found.append(Apart("island_outline", layer.name, owners[island][1], inside=layer.refs[at]))
    return found


def _areas(layer: FileLayer) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    kinds = shapely.get_type_id(layer.geometries)
    areas = (kinds == shapely.GeometryType.POLYGON) | (kinds == shapely.GeometryType.MULTIPOLYGON)
    return np.asarray(areas & shapely.is_valid(layer.geometries) & ~shapely.is_empty(layer.geometries))


def _rectangles(shapes: "np.ndarray[tuple[int], np.dtype[np.object_]]") -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    round_them = shapely.area(shapely.minimum_rotated_rectangle(shapes))
    return np.asarray(shapely.area(shapes) >= RECTANGULAR * round_them)
