# SPDX-License-Identifier: Apache-2.0
"""Title frames and islands of a drawing are told, and are no plots unless a person says so."""

from dataclasses import replace

import numpy as np
import shapely

from gis.frames import outlines_apart
from gis.reading import Issue, Reading
from layers.declaration import Layer
from layers.importing.wishes import Wishes

DRAWN = frozenset({"dxf"})
"""Kinds of file in which an outline is only lines; in others a row of a table is what it is said to be."""


def framed(reading: Reading, wishes: Wishes, target: Layer | None) -> Reading:
    """The reading with a finding for each frame and island; for plots, without them."""
    if reading.kind not in DRAWN:
        return reading
    found = outlines_apart(reading.layers)
    by_name = {layer.name: layer for layer in reading.layers}
    issues = []
    for one in found:
        layer = by_name[one.layer]
        x, y = shapely.get_coordinates(layer.geometries[one.index])[0].tolist()
        facts = {"holds": one.holds, "others": one.others} if one.inside is None else {"inside": one.inside}
        issues.append(Issue(one.what, "doubt", one.layer, layer.refs[one.index], (x, y), facts))
    told = (*reading.issues, *issues)
    if target is None or target.id != "plots" or wishes.all_outlines or not found:
        return replace(reading, issues=told)
    layers = []
    for layer in reading.layers:
        keep = np.ones(len(layer), dtype=np.bool_)
        keep[[one.index for one in found if one.layer == layer.name]] = False
        kept = layer.taking(keep)
        # A layer of frames alone goes with them.
        layers += [kept] if len(kept) else []
    names = {layer.name for layer in layers}
    # A place is told in the numbers of a layer that is there.
    told = tuple(issue if issue.layer in names else replace(issue, place=None) for issue in told)
    return replace(reading, layers=tuple(layers), issues=told)
