# SPDX-License-Identifier: Apache-2.0
"""GeoJSON (RFC 7946), read here and not by GDAL: a plain crs link made GDAL call out, and content sniffing has no
place in it.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np

from gis.models import powerjson
from gis.reading.child import powernet, projects, wkb
from gis.reading.child.sender import Sender
from gis.reading.child.strict import no_constant, object_once
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

GEOMETRIES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")
DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
LEAST_POINTS = {"LineString": 2, "Polygon": 4}
COLLECTIONS_DEEP = 4


class Faulty(Exception):
    """A geometry that cannot be built: code and, where known, place."""

    def __init__(self, code: str, place: tuple[float, float] | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.place, self.facts = code, place, facts


def prepare() -> list[str]:
    """Nothing is needed beyond the standard library."""
    return []


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:  # noqa: ARG001
    """A FeatureCollection, a Feature or a bare geometry, as one layer. Faulty features are issues, each with its
    reason.
    """
    document = _document(path)
    if powerjson.is_net(document):
        powernet.send(document, sender, limits)
        return
    if projects.is_list(document):
        projects.send(document, sender, limits, geometry_wkb)
        return
    features = _features(document)
    if len(features) > limits.features:
        raise FileRefused("too_many_features", most=limits.features)
    crs = _crs(document)
    refs: list[str] = []
    geometries: list[bytes | None] = []
    records: list[dict[str, Any]] = []
    heights: list[int] = []
    for number, feature in enumerate(features, 1):
        ref = _ref(feature, number)
        try:
            geometry, properties = _feature(feature, heights)
        except Faulty as fault:
            sender.issue(fault.code, layer="", ref=ref, place=fault.place, **fault.facts)
            continue
        for member in _odd_members(feature):
            sender.issue("geojson_member_odd", "note", layer="", ref=ref, member=member)
        refs.append(ref)
        geometries.append(geometry)
        records.append(properties)
    if heights:
        sender.issue("heights_dropped", "note", layer="", features=len(heights))
    fields = _fields(records)
    name = document.get("name") if isinstance(document.get("name"), str) else ""
    layer = sender.layer("", fields, crs=crs, facts={"name_in_file": str(name)[:80]} if name else {})
    columns = [[_plain(record.get(name), kind) for record in records] for name, kind in fields]
    sender.rows(layer, refs, geometries, columns)


def _document(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        document = json.loads(text, parse_constant=no_constant, object_pairs_hook=object_once)
    except UnicodeDecodeError as error:
        raise FileRefused("not_utf8", byte=error.start) from error
    except json.JSONDecodeError as error:
        raise FileRefused("json_broken", line=error.lineno, column=error.colno) from error
    except ValueError as error:  # A number of more than 4,300 digits.
        raise FileRefused("json_number", number="…") from error
    if not isinstance(document, dict):
        raise FileRefused("geojson_structure", what="object")
    return document


def _features(document: dict[str, Any]) -> list[Any]:
    kind = document.get("type")
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise FileRefused("geojson_structure", what="features")
        return features
    if kind == "Feature":
        return [document]
    if kind in GEOMETRIES:
        return [{"type": "Feature", "geometry": document, "properties": None}]
    raise FileRefused("geojson_structure", what="type")


def _crs(document: dict[str, Any]) -> tuple[str | None, str]:
    """The coordinates' system: CRS84 by the standard, or what the old (2008) member names. A link is never followed."""
    if "crs" not in document:
        return "OGC:CRS84", "standard"
    crs = document["crs"]
    if crs is None:
        # 2008: "no CRS can be assumed".
        return None, "absent"
    if not isinstance(crs, dict) or crs.get("type") != "name":
        raise FileRefused("crs_link")
    name = crs.get("properties", {}).get("name") if isinstance(crs.get("properties"), dict) else None
    if not isinstance(name, str):
        raise FileRefused("geojson_structure", what="crs")
    if re.fullmatch(r"(urn:ogc:def:crs:)?OGC:+(\d+(\.\d+)*)?:?CRS84", name):
        return "OGC:CRS84", "file"
    named = re.fullmatch(r"(?:urn:ogc:def:crs:)?EPSG:+(?:[\d.]*:)?(\d{4,6})", name)
    if named is None:
        raise FileRefused("crs_name_unknown", name=name[:80])
    return f"EPSG:{named[1]}", "file"


def _ref(feature: Any, number: int) -> str:
    identifier = feature.get("id") if isinstance(feature, dict) else None
    plain = isinstance(identifier, str | int) and not isinstance(identifier, bool)
    return f"{number} (id {str(identifier)[:40]})" if plain and str(identifier) != "" else str(number)


def _feature(feature: Any, heights: list[int]) -> tuple[bytes | None, dict[str, Any]]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise Faulty("geojson_feature", what="type")
    properties = feature.get("properties")
    if properties is not None and not isinstance(properties, dict):
        raise Faulty("geojson_feature", what="properties")
    if "geometry" not in feature:
        raise Faulty("geojson_feature", what="geometry")
    geometry = feature["geometry"]
    if geometry is None:
        return None, properties or {}
    return _geometry(geometry, heights), properties or {}


def _odd_members(feature: dict[str, Any]) -> Iterator[str]:
    """Members that are not as the standard has them, and that nothing is read from: an id, a box, no properties at all."""
    if not isinstance(feature.get("id", ""), str | int | float) or isinstance(feature.get("id"), bool):
        yield "id"
    if "properties" not in feature:
        yield "properties"
    for carrier in (feature, feature.get("geometry")):
        box = carrier.get("bbox") if isinstance(carrier, dict) else None
        if box is not None and not (
            isinstance(box, list)
            and len(box) in (4, 6)
            and all(isinstance(side, int | float) and not isinstance(side, bool) for side in box)
        ):
            yield "bbox"


def geometry_wkb(geometry: Any) -> bytes:
    """One geometry, for readers of other JSON that holds some. Raises Faulty; heights are left out."""
    return _geometry(geometry, [])


def _geometry(geometry: Any, heights: list[int], depth: int = 0) -> bytes:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in GEOMETRIES:
        raise Faulty("geojson_feature", what="geometry type")
    if kind == "GeometryCollection":
        parts = geometry.get("geometries")
        if not isinstance(parts, list) or depth >= COLLECTIONS_DEEP:
            raise Faulty("geojson_feature", what="geometries")
        return wkb.gathered(wkb.COLLECTION, [_geometry(part, heights, depth + 1) for part in parts])
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list):
        raise Faulty("geojson_feature", what="coordinates")
    if kind.startswith("Multi"):
        single = cast(str, kind).removeprefix("Multi")
        parts_wkb = [_single(single, part, heights) for part in coordinates]
        return wkb.gathered({"Point": 4, "LineString": 5, "Polygon": 6}[single], parts_wkb)
    return _single(kind, coordinates, heights)


def _single(kind: str, coordinates: Any, heights: list[int]) -> bytes:
    if not isinstance(coordinates, list):
        raise Faulty("geojson_feature", what="coordinates")
    if kind == "Point":
        return wkb.point(_positions([coordinates], heights)[0])
    if kind == "LineString":
        return wkb.line(_run(kind, coordinates, heights))
    rings = [_run(kind, ring, heights) for ring in coordinates]
    if not rings:
        raise Faulty("geometry_empty")
    for ring in rings:
        if (ring[0] != ring[-1]).any():
            raise Faulty("ring_open", place=(float(ring[-1][0]), float(ring[-1][1])))
    return wkb.polygon(rings)


def _run(kind: str, coordinates: Any, heights: list[int]) -> wkb.Coordinates:
    if not isinstance(coordinates, list):
        raise Faulty("geojson_feature", what="coordinates")
    run = _positions(coordinates, heights)
    if len(run) < LEAST_POINTS[kind]:
        raise Faulty(
            "too_few_points", place=(float(run[0][0]), float(run[0][1])) if len(run) else None, points=len(run)
        )
    return run


def _positions(coordinates: list[Any], heights: list[int]) -> wkb.Coordinates:
    """Positions as an array (n, 2). A height is left out and counted; more than that, or less than two numbers, is a
    fault.
    """
    try:
        made = np.array(coordinates, dtype=np.float64)
    except (TypeError, ValueError):
        made = np.array([_position(position) for position in coordinates], dtype=np.float64)
        heights.append(1)
    if not len(coordinates):
        return np.empty((0, 2))
    # numpy reads "1" as 1.0 and True too; the standard wants numbers.
    if (
        made.ndim != 2
        or made.shape[1] < 2
        or any(isinstance(n, str | bool) for position in coordinates for n in position)
    ):
        raise Faulty("position_wrong")
    if made.shape[1] > 2:
        heights.append(1)
    if not np.isfinite(made).all():
        raise Faulty("not_a_number")
    return made[:, :2]


def _position(position: Any) -> list[float]:
    numbers = (
        isinstance(position, list) and len(position) >= 2 and all(isinstance(n, int | float) for n in position[:2])
    )
    if not numbers:
        raise Faulty("position_wrong")
    try:
        return [float(position[0]), float(position[1])]
    except OverflowError as error:
        raise Faulty("not_a_number") from error


def _fields(records: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Names in order of first appearance, each with the one kind that all its values share, else text."""
    kinds: dict[str, set[str]] = {}
    for record in records:
        for name, value in record.items():
            kinds.setdefault(name, set()).add(_kind(value))
    return [(name, _common(found - {"none"})) for name, found in kinds.items()]


def _kind(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float) else "text"


def _common(kinds: set[str]) -> str:
    if kinds == {"integer", "number"}:
        return "number"
    return next(iter(kinds)) if len(kinds) == 1 else "text"


def _plain(value: Any, kind: str) -> Any:
    """The value as its field's kind has it: in a field of text a number becomes text, a list or an object its JSON."""
    if value is None or kind != "text" or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
