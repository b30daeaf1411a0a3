# SPDX-License-Identifier: Apache-2.0
"""Sends the nodes and links of a model as layers, with what was found of them."""

from collections.abc import Sequence

import numpy as np

from gis.models.network import Network
from gis.reading.child import wkb
from gis.reading.child.sender import Sender
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

NODE_FIELDS = (
    ("code", "text"),
    ("kind", "text"),
    ("kind_in_file", "text"),
    ("name", "text"),
    ("elevation_m", "number"),
    ("voltage_kv", "number"),
    ("ord", "integer"),
)
LINK_FIELDS = (
    ("code", "text"),
    ("kind", "text"),
    ("kind_in_file", "text"),
    ("name", "text"),
    ("start", "text"),
    ("end", "text"),
    ("length_m", "number"),
    ("diameter_mm", "number"),
    ("roughness", "number"),
    ("voltage_kv", "number"),
    ("circuits", "integer"),
    ("section_mm2", "number"),
    ("ord", "integer"),
)
Encoding = tuple[str, str, list[str]]


def send(found: Network, sender: Sender, limits: Limits, *, encoding: Encoding = ("UTF-8", "standard", [])) -> None:
    """Layers "nodes", "links" and, where there are any, "subcatchments". None of these files says where it lies."""
    if len(found.nodes) + len(found.links) > limits.features:
        raise FileRefused("too_many_features", most=limits.features)
    nodes, links = list(found.nodes.values()), found.links
    _layer(sender, "nodes", NODE_FIELDS, nodes, [_point(node.place) for node in nodes], found, encoding)
    _layer(sender, "links", LINK_FIELDS, links, [_line(link.path) for link in links], found, encoding)
    at_one_place = sum(len(link.path) > 1 and len(set(link.path)) == 1 for link in links)
    if at_one_place:
        sender.issue("links_at_one_place", "note", layer="links", links=at_one_place)
    if found.areas:
        layer = sender.layer(
            "subcatchments", [("code", "text")], crs=(None, "absent"), encoding=encoding, facts=_facts(found)
        )
        areas = list(found.areas)
        sender.rows(layer, areas, [_ring(corners) for corners in found.areas.values()], [areas])
    for issue in found.issues:
        sender.issue(issue.code, issue.level, layer=issue.layer, ref=issue.ref, place=issue.place, **issue.facts)


def _layer(
    sender: Sender,
    name: str,
    fields: Sequence[tuple[str, str]],
    elements: Sequence[object],
    shapes: list[bytes | None],
    found: Network,
    encoding: Encoding,
) -> None:
    layer = sender.layer(name, fields, crs=(None, "absent"), encoding=encoding, facts=_facts(found))
    columns = [[getattr(element, field) for element in elements] for field, _ in fields]
    sender.rows(layer, columns[0], shapes, columns)


def _facts(found: Network) -> dict[str, object]:
    return {"utility": found.utility, **found.facts}


def _point(place: tuple[float, float] | None) -> bytes | None:
    return None if place is None else wkb.point(np.array(place))


def _line(path: list[tuple[float, float]]) -> bytes | None:
    # Both ends in one place are no line: a transformer in its station.
    return wkb.line(np.array(path)) if len(set(path)) > 1 else None


def _ring(corners: list[tuple[float, float]]) -> bytes | None:
    return wkb.polygon([np.array([*corners, corners[0]])]) if len(set(corners)) > 2 else None
