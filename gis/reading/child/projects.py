# SPDX-License-Identifier: Apache-2.0
"""Sends projects: a layer of what has a home with us, and every project's whole document."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from gis.projects import oc4ids, worldbank
from gis.projects.found import NO_SECTOR, Found, Left
from gis.reading.child import wkb
from gis.reading.child.sender import Sender
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

FIELDS = (
    ("code", "text"),
    ("title_ar", "text"),
    ("title_en", "text"),
    ("description_ar", "text"),
    ("description_en", "text"),
    ("status", "text"),
    ("type", "text"),
    ("sectors", "text"),
    ("suspended", "boolean"),
    ("starts_on", "text"),
    ("ends_on", "text"),
    ("budget", "text"),
    ("budget_currency", "text"),
    ("physical_progress_pct", "number"),
    ("financial_progress_pct", "number"),
    ("progress_on", "text"),
    ("location_exactness", "text"),
    ("agency", "text"),
    ("parties", "text"),
)
RANKS = {"Point": 0, "MultiPoint": 0, "LineString": 1, "MultiLineString": 1, "Polygon": 2, "MultiPolygon": 2}
SINGLES = ("Point", "LineString", "Polygon")
Geometry = Callable[[Any], bytes]
"""A GeoJSON geometry as WKB; raises what says its fault."""


def is_list(document: dict[str, Any]) -> bool:
    """Whether a JSON document is a list of projects."""
    return oc4ids.is_package(document) or worldbank.is_records(document)


def send(document: dict[str, Any], sender: Sender, limits: Limits, geometry: Geometry) -> None:
    """The projects of a JSON document."""
    if oc4ids.is_package(document):
        given = [(str(number), project) for number, project in enumerate(document["projects"], 1)]
        send_found(
            "oc4ids",
            oc4ids.head(document),
            _read(given, lambda _, p: oc4ids.found(p), sender),
            sender,
            limits,
            geometry,
        )
        return
    given = list(document["projects"].items())
    send_found("worldbank", worldbank.head(document), _read(given, worldbank.found, sender), sender, limits, geometry)


def _read(given: list[tuple[str, Any]], found: Callable[[str, Any], Found], sender: Sender) -> Iterable[Found]:
    """Every project that is one; the others are told by their number in the file."""
    for number, project in given:
        try:
            yield found(number, project)
        except Left as left:
            sender.issue(left.code, layer="projects", ref=number, **left.facts)


def send_found(
    kind: str, head: dict[str, Any], all_found: Iterable[Found], sender: Sender, limits: Limits, geometry: Geometry
) -> None:
    """Projects of any kind. A second of one id is told and left out."""
    projects: dict[str, Found] = {}
    shapes: list[bytes | None] = []
    homeless: set[str] = set()
    for project in all_found:
        if project.code in projects:
            sender.issue("id_repeated", layer="projects", ref=project.code, kind="id")
            continue
        if len(projects) >= limits.features:
            raise FileRefused("too_many_features", most=limits.features)
        projects[project.code] = project
        project.sectors = project.sectors or [NO_SECTOR]
        shapes.append(_shape(project, geometry))
        homeless |= project.homeless
    sender.kind(kind)
    found = list(projects.values())
    refs = [project.code for project in found]
    sender.table("projects", head, [], refs, [project.document for project in found])
    layer = sender.layer("projects", FIELDS, crs=("OGC:CRS84", "standard"), facts={"projects": kind})
    columns = [[_plain(getattr(project, name)) for project in found] for name, _ in FIELDS]
    sender.rows(layer, refs, shapes, columns)
    for project in found:
        for said in project.said:
            sender.issue(said.code, said.level, layer="projects", ref=project.code, **said.facts)
    if homeless:
        sender.issue("kept_in_document", "note", layer="projects", members=sorted(homeless)[:60])


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple) else value


def _shape(project: Found, geometry: Geometry) -> bytes | None:
    """All places as one shape of one kind: where points stand beside lines or areas, the larger kind is drawn."""
    parts: dict[int, list[bytes]] = {}
    for shape in project.shapes:
        kind = shape.get("type") if isinstance(shape, dict) else None
        rank = RANKS.get(str(kind))
        if rank is None:
            project.say("location_not_read", name=str(kind)[:60], value="")
            continue
        singles = [shape]
        if str(kind).startswith("Multi"):
            inner = shape.get("coordinates")
            singles = [{"type": SINGLES[rank], "coordinates": one} for one in inner] if isinstance(inner, list) else []
        try:
            parts.setdefault(rank, []).extend([geometry(single) for single in singles])
        except Exception as fault:  # noqa: BLE001 the reader of geometries says what is wrong by the fault's code
            project.say("location_not_read", name=str(kind), value=str(getattr(fault, "code", type(fault).__name__)))
    filled = {rank: records for rank, records in parts.items() if records}
    if not filled:
        return None
    largest = max(filled)
    others = sum(len(records) for rank, records in filled.items() if rank != largest)
    if others:
        project.say("locations_other_kind", number=others)
    return wkb.gathered((wkb.MULTIPOINT, wkb.MULTILINE, wkb.MULTIPOLYGON)[largest], filled[largest])
