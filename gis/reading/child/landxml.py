# SPDX-License-Identifier: Apache-2.0
"""LandXML: parcels, plan features and survey points. Arcs keep their radius and length beside the lines that are drawn for them.

Read with expat and no entities. Its points say north before east; what is sent says east before north.
"""

import json
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import shapely

from gis.arcs import Arc, stroked
from gis.reading.child import wkb
from gis.reading.child.sender import Sender
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

Position = complex
"""East + i north."""
UNITS = {"meter": "m", "metre": "m", "millimeter": "mm", "centimeter": "cm", "kilometer": "km", "foot": "ft",
         "inch": "in", "USSurveyFoot": "us-ft"}  # fmt: skip
CHORD_M = 0.001
"""How far a drawn line may stray from its arc."""
METRES = {"in": 0.0254, "ft": 0.3048, "us-ft": 1200 / 3937, "mm": 0.001, "cm": 0.01, "m": 1.0, "km": 1000.0}
DEPTH = 64
TOUCHING = 1e-3
"""Ends this near, in units of the file times its metres, are one point."""
LEFT = ("Surface", "Alignment", "PipeNetwork", "GradeModel", "Roadway")
"""Named and left: terrain, axes and pipes are no parcels."""
FIELDS = ("name", "class", "state", "use", "area", "description", "arcs")
POINT_FIELDS = ("name", "code", "description")


class _Node:
    """An element: its local name, attributes, text, and what it holds."""

    __slots__ = ("inside", "said", "tag", "text")

    def __init__(self, tag: str, said: dict[str, str]) -> None:
        self.tag, self.said = tag, said
        self.text: list[str] = []
        self.inside: list[_Node] = []

    def all(self, *tags: str) -> "list[_Node]":
        return [node for node in self.inside if node.tag in tags]

    def deep(self, tag: str) -> "list[_Node]":
        found: list[_Node] = []
        for node in self.inside:
            found += [node] if node.tag == tag else []
            found += node.deep(tag)
        return found


def prepare() -> list[str]:
    """Nothing is needed beyond the standard library and shapely."""
    return []


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:
    """Layers "Parcels", "PlanFeatures" and "CgPoints". Raises FileRefused when there is none of them."""
    root, left = _parsed(path, limits)
    if root.tag != "LandXML":
        raise FileRefused("content_not_as_named", suffix=".xml")
    for tag, times in sorted(left.items()):
        sender.issue("landxml_left_out", "doubt", what=tag, times=times)
    unit = options.units or _unit(root)
    if unit is None:
        sender.issue("units_unknown", "doubt")
    crs = _crs(root)
    reading = _Reading(root, sender, METRES.get(unit or "m", 1.0))
    sent = 0
    for name, layer in (
        ("Parcels", reading.parcels()),
        ("PlanFeatures", reading.lines()),
        ("CgPoints", reading.points()),
    ):
        if not layer.refs or options.layer not in {None, name}:
            continue
        if len(layer.refs) > limits.features:
            raise FileRefused("too_many_features", most=limits.features)
        sent += 1
        if layer.curves:
            sender.issue("arcs_kept", "note", layer=name, number=layer.curves)
        fields = [(field, "number" if field == "area" else "text") for field in layer.fields]
        number = sender.layer(name, fields, crs=crs, facts={"units": unit})
        sender.rows(number, layer.refs, layer.geometries, list(zip(*layer.rows, strict=True)))
    if not sent and options.layer is None:
        raise FileRefused("no_layers")


def _parsed(path: Path, limits: Limits) -> tuple[_Node, dict[str, int]]:
    """The tree without what is left out, and how often that stood there."""
    top = _Node("", {})
    left: dict[str, int] = {}
    stack, skipping, elements = [top], 0, 0
    most = limits.features * 4

    def start(tag: str, said: dict[str, str]) -> None:
        nonlocal skipping, elements
        elements += 1
        local = tag.rpartition("}")[2]
        if len(stack) + skipping > DEPTH:
            raise FileRefused("nested_too_deep")
        if elements > most:
            raise FileRefused("too_many_features", most=limits.features)
        if skipping or local in LEFT:
            if not skipping:
                left[local] = left.get(local, 0) + 1
            skipping += 1
            return
        node = _Node(local, said)
        stack[-1].inside.append(node)
        stack.append(node)

    def end(_: str) -> None:
        nonlocal skipping
        if skipping:
            skipping -= 1
        else:
            stack.pop()

    def text(piece: str) -> None:
        if not skipping:
            stack[-1].text.append(piece)

    def refuse(*_: object) -> None:
        raise FileRefused("xml_entities")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except (expat.ExpatError, UnicodeDecodeError, LookupError) as error:
        raise FileRefused("file_damaged") from error
    return top.inside[0], left


def _unit(root: _Node) -> str | None:
    for units in root.all("Units"):
        for system in units.all("Metric", "Imperial"):
            return UNITS.get(system.said.get("linearUnit", ""))
    return None


def _crs(root: _Node) -> tuple[str | None, str]:
    for system in root.all("CoordinateSystem"):
        code = system.said.get("epsgCode", "").strip().upper().removeprefix("EPSG:")
        if code.isascii() and code.isdigit() and int(code) > 0:
            return f"EPSG:{int(code)}", "file"
        if system.said.get("ogcWktCode"):
            return system.said["ogcWktCode"][:20_000], "file"
    return None, "absent"


class _Layer:
    """What is sent of one layer."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields
        self.refs: list[str] = []
        self.geometries: list[bytes | None] = []
        self.rows: list[tuple[Any, ...]] = []
        self.curves = 0
        self._named: dict[str, int] = {}

    def add(self, name: str, geometry: bytes | None, row: tuple[Any, ...]) -> str:
        """Takes one feature and says what it is called: two of one name are told apart by a number."""
        self._named[name] = self._named.get(name, 0) + 1
        ref = name if self._named[name] == 1 else f"{name} ({self._named[name]})"
        self.refs.append(ref)
        self.geometries.append(geometry)
        self.rows.append(row)
        return ref


class _Reading:
    """Takes the tree apart. `metres`: of one unit of the file."""

    def __init__(self, root: _Node, sender: Sender, metres: float) -> None:
        self._root, self._sender, self._metres = root, sender, metres
        self._points = {
            node.said["name"]: at
            for node in root.deep("CgPoint")
            if "name" in node.said and (at := _position(node)) is not None
        }

    def points(self) -> _Layer:
        """Survey points; one that refers to another stands where that does."""
        layer = _Layer(POINT_FIELDS)
        for number, node in enumerate(self._root.deep("CgPoint"), 1):
            at = self._at(node)
            name = node.said.get("name") or str(number)
            geometry = None if at is None else wkb.point(np.array([at.real, at.imag]))
            layer.add(name, geometry, (name, node.said.get("code"), node.said.get("desc")))
        return layer

    def parcels(self) -> _Layer:
        """Parcels with an outline; those of parcels inside parcels too."""
        layer = _Layer(FIELDS)
        for number, node in enumerate(self._root.deep("Parcel"), 1):
            if node.all("CoordGeom"):
                self._feature(layer, node, number, closed=True)
        return layer

    def lines(self) -> _Layer:
        """Plan features: kerbs, fences, walls."""
        layer = _Layer(FIELDS)
        for number, node in enumerate(self._root.deep("PlanFeature"), 1):
            if node.all("CoordGeom"):
                self._feature(layer, node, number, closed=False)
        return layer

    def _feature(self, layer: _Layer, node: _Node, number: int, *, closed: bool) -> None:
        name = node.said.get("name") or str(number)
        runs, arcs = [], []
        for outline in node.all("CoordGeom"):
            run, found = self._run(outline, name)
            runs += [run] if len(run) > 1 else []
            arcs.append(found)
        open_ = [run for run in runs if abs(run[0] - run[-1]) * self._metres > TOUCHING or len(run) < 4]
        said = [node.said.get(key) or None for key in ("class", "state", "useOfParcel")]
        area = _number(node.said.get("area"))
        told = json.dumps([arc.as_json() for found in arcs for arc in found]) if any(arcs) else None
        geometry = None
        if runs:
            geometry = _areas(runs) if closed and not open_ else _lines(runs)
        ref = layer.add(name, geometry, (name, *said, area, node.said.get("desc") or None, told))
        layer.curves += sum(map(len, arcs))
        if closed and open_:
            gap = max(abs(run[0] - run[-1]) for run in open_) * self._metres
            place = (open_[0][-1].real, open_[0][-1].imag)
            self._sender.issue("parcel_open", "doubt", layer="Parcels", ref=ref, place=place, gap_m=round(gap, 3))

    def _run(self, outline: _Node, name: str) -> tuple[list[Position], list[Arc]]:
        """The corners along an outline, arcs stroked, and the arcs themselves."""
        run: list[Position] = []
        arcs: list[Arc] = []
        for segment in outline.inside:
            through, arc = self._segment(segment, name)
            if len(through) < 2:
                continue
            if run and abs(run[-1] - through[0]) > abs(run[-1] - through[-1]):
                # Written from its end to its beginning, as some programs do.
                through, arc = through[::-1], arc and arc.reversed()
            first = max(len(run) - 1, 0)
            together = run and abs(run[-1] - through[0]) * self._metres <= TOUCHING
            if run and not together:
                first += 1
            run += through[1:] if together else through
            if arc:
                arcs.append(arc.between(first, len(run) - 1))
        return run, arcs

    def _segment(self, segment: _Node, name: str) -> tuple[list[Position], Arc | None]:
        if segment.tag == "IrregularLine":
            numbers = [_number(word) for listed in segment.all("PntList2D") for word in "".join(listed.text).split()]
            pairs = zip(numbers[::2], numbers[1::2], strict=False)
            middle = [complex(east, north) for north, east in pairs if north is not None and east is not None]
            start, end = self._end(segment, "Start"), self._end(segment, "End")
            return middle or [point for point in (start, end) if point is not None], None
        if segment.tag not in {"Line", "Curve", "Spiral"}:
            return [], None
        start, end = self._end(segment, "Start"), self._end(segment, "End")
        if start is None or end is None:
            self._sender.issue("segment_without_ends", "doubt", layer="Parcels", ref=name)
            return [], None
        if segment.tag == "Spiral":
            self._sender.issue(
                "spiral_made_straight", "doubt", layer="Parcels", ref=name, place=(start.real, start.imag),
                length=_number(segment.said.get("length")),
            )  # fmt: skip
        centre = self._end(segment, "Center") if segment.tag == "Curve" else None
        if centre is None:
            return [start, end], None
        return self._curve(segment, name, start, centre, end)

    def _curve(
        self, segment: _Node, name: str, start: Position, centre: Position, end: Position
    ) -> tuple[list[Position], Arc | None]:
        left = segment.said.get("rot", "ccw").lower() != "cw"
        radius, other = abs(start - centre), abs(end - centre)
        stated = _number(segment.said.get("radius"))
        if abs(radius - other) * self._metres > 0.01 or (stated and abs(radius - stated) * self._metres > 0.01):
            facts = {"stated": stated, "from_start": round(radius, 4), "from_end": round(other, 4)}
            self._sender.issue(
                "arc_contradicts_itself", "doubt", layer="Parcels", ref=name, place=(start.real, start.imag), **facts
            )
        if radius == 0:
            return [start, end], None
        through, arc = stroked(start, centre, end, left=left, chord=CHORD_M / self._metres)
        return through, arc

    def _end(self, segment: _Node, tag: str) -> Position | None:
        return next((at for node in segment.all(tag) if (at := self._at(node)) is not None), None)

    def _at(self, node: _Node) -> Position | None:
        """A point by its own numbers, or by the survey point that it names."""
        own = _position(node)
        return own if own is not None else self._points.get(node.said.get("pntRef", ""))


def _position(node: _Node) -> Position | None:
    words = [_number(word) for word in "".join(node.text).split()]
    if len(words) < 2 or words[0] is None or words[1] is None:
        return None
    return complex(words[1], words[0])


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _coordinates(run: list[Position]) -> "np.ndarray[Any, np.dtype[np.float64]]":
    return np.array([(point.real, point.imag) for point in run])


def _areas(runs: list[list[Position]]) -> bytes:
    """One area, or its holes, or several: a ring inside a ring is a hole."""
    rings = [_coordinates([*run[:-1], run[0]]) for run in runs]
    if len(rings) == 1:
        return wkb.polygon(rings)
    whole: Any = None
    for ring in sorted((shapely.Polygon(ring) for ring in rings), key=lambda ring: -ring.area):
        fits = whole is not None and whole.is_valid and ring.is_valid
        whole = whole.symmetric_difference(ring) if fits else (whole or ring)
    return bytes(shapely.to_wkb(whole))


def _lines(runs: list[list[Position]]) -> bytes:
    lines = [wkb.line(_coordinates(run)) for run in runs]
    return lines[0] if len(lines) == 1 else wkb.gathered(wkb.MULTILINE, lines)
