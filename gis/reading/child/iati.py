# SPDX-License-Identifier: Apache-2.0
"""IATI activities: XML, read without a document type."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gis.projects import iati
from gis.projects.found import Found, Left, text_of
from gis.reading.child.projects import Geometry, send_found
from gis.reading.child.sender import Sender
from gis.reading.child.xmltree import tree
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused


def prepare() -> list[str]:
    """Nothing is needed beyond the standard library."""
    return []


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:  # noqa: ARG001
    """All activities of the file."""
    root = tree(path.read_bytes())
    if root.tag != "iati-activities":
        raise FileRefused("content_not_as_named", suffix=".xml")
    head: dict[str, Any] = {
        "publisher": text_of(root.findtext("iati-activity/reporting-org/narrative") or ""),
        "licence": None,
        "citation": None,
        "published": root.get("generated-datetime"),
        "package": dict(root.attrib),
    }

    def activities() -> Iterator[Found]:
        for number, activity in enumerate(root.findall("iati-activity"), 1):
            try:
                yield iati.found(activity)
            except Left as left:
                sender.issue(left.code, layer="projects", ref=str(number), **left.facts)

    send_found("iati", head, activities(), sender, limits, _geometry())


def _geometry() -> Geometry:
    from gis.reading.child.geojson import geometry_wkb  # it knows of projects too

    return geometry_wkb
