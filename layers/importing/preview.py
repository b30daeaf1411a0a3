# SPDX-License-Identifier: Apache-2.0
"""What of a file is drawn on the map before it is in: a bounded picture of every layer, wherever it may lie."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from gis.placing import WGS84, NoTransformation, placed, way
from gis.reading.found import FileLayer, Geometries
from layers.importing.report import Report
from layers.importing.staging import LABELS, Staged

FEATURES, VERTICES = 3_000, 120_000
"""Drawn of one file at most. The picture says when there are more."""
DIGITS = 7
"""Decimals of degrees: a centimetre, which is less than a pixel."""


def placed_preview(staged: Staged, report: Report, legal: CRS) -> dict[str, Any]:
    """The layers that have a place, each feature with the worst that was found on it."""
    worst: dict[tuple[str | None, str | None], str] = {}
    for finding in report.findings:
        at = (finding.issue.layer, finding.issue.ref)
        if worst.get(at) != "fault":
            worst[at] = finding.issue.level
    layers = [layer.layer for layer in staged.layers]
    return _picture(layers, _to_degrees(legal), lambda layer, ref: worst.get((layer, ref), ""))


def possible_preview(layers: Iterable[FileLayer], epsg: int, legal: CRS) -> dict[str, Any] | None:
    """Where layers of unknown system would lie if it were this one; None where that leads nowhere."""
    try:
        there = [placed(layer, CRS.from_epsg(epsg), legal, anywhere=True).layer for layer in layers]
    except NoTransformation:
        return None
    return _picture(there, _to_degrees(legal), lambda _layer, _ref: "")


def raw_preview(layers: Iterable[FileLayer]) -> dict[str, Any]:
    """The drawing in its own numbers, for picking points on it."""
    return _picture(list(layers), None, lambda _layer, _ref: "", digits=4)


def bounds_of(layers: Iterable[Geometries]) -> list[float] | None:
    """left, bottom, right, top of all that has a place; None where nothing has."""
    boxes = np.array([shapely.total_bounds(geometries) for geometries in layers]).reshape(-1, 4)
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return None
    return [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()]


def _to_degrees(legal: CRS) -> Callable[[Any], Any]:
    transformer, _ = way(legal, WGS84)

    def moved(coordinates: Any) -> Any:
        return coordinates if transformer is None else np.column_stack(transformer.transform(*coordinates.T))

    return moved


def _picture(
    layers: list[FileLayer], moved: Callable[[Any], Any] | None, level: Callable[[str, str], str], digits: int = DIGITS
) -> dict[str, Any]:
    """A FeatureCollection; `total` features there are, `drawn` of them here."""
    features: list[dict[str, Any]] = []
    total = sum(len(layer) for layer in layers)
    for layer in layers:
        share = max(1, FEATURES * len(layer) // max(total, 1))
        wanted = _chosen(layer, share, level)
        shapes = layer.geometries[wanted]
        shapes = _lighter(shapes, max(100, VERTICES * len(layer) // max(total, 1)))
        shapes = shapely.transform(shapes, moved) if moved else shapes
        labels = next((layer.columns[name] for name in ("text", *LABELS) if name in layer.columns), None)
        for i, shape in zip(wanted.tolist(), shapes, strict=True):
            if shape is None or shape.is_empty or not np.isfinite(shape.bounds).all():
                continue
            features.append(
                {
                    "type": "Feature",
                    "geometry": _rounded(shape, digits),
                    "properties": {
                        "layer": layer.name,
                        "ref": layer.refs[i],
                        "label": "" if labels is None or labels[i] is None else str(labels[i])[:60],
                        "level": level(layer.name, layer.refs[i]),
                    },
                }
            )
    return {"type": "FeatureCollection", "total": total, "drawn": len(features), "features": features}


def _chosen(layer: FileLayer, share: int, level: Callable[[str, str], str]) -> Any:
    """Numbers of the features that are drawn: all, or those with faults and an even selection of the rest."""
    if len(layer) <= share:
        return np.arange(len(layer))
    faulty = [i for i, ref in enumerate(layer.refs) if level(layer.name, ref) == "fault"][: share // 2]
    even = np.linspace(0, len(layer) - 1, share - len(faulty)).astype(int)
    return np.unique(np.concatenate([np.array(faulty, dtype=int), even]))


def _lighter(shapes: Geometries, vertices: int) -> Geometries:
    """Simplified until it is light enough, a step at a time."""
    left, bottom, right, top = shapely.total_bounds(shapes) if len(shapes) else (0, 0, 0, 0)
    step = max(right - left, top - bottom) / 4000
    for _ in range(6):
        if int(shapely.get_num_coordinates(shapes).sum()) <= vertices or not np.isfinite(step) or step <= 0:
            break
        shapes = shapely.simplify(shapes, step, preserve_topology=False)
        step *= 2
    return shapes


def _rounded(shape: Any, digits: int) -> dict[str, Any]:
    made = shapely.transform(shapely.force_2d(shape), lambda coordinates: np.round(coordinates, digits))
    found: dict[str, Any] = shapely.geometry.mapping(made)
    return found
