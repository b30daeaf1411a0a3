# SPDX-License-Identifier: Apache-2.0
"""What of a network hangs together: unknown ends, nodes without a link, parts that no source feeds, loose ends."""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely

from gis.models.network import Link, Network, Point

PARTS_TOLD = 200
NEAR = 0.001
"""Ends nearer than this are one: the register's grid, in metres."""


def draw(network: Network, vertices: dict[str, list[Point]] | None = None) -> None:
    """Gives each link its path, and says of each that cannot have one why."""
    nodes, between = network.nodes, vertices or {}
    known: set[str] = set()
    for link in network.links:
        if link.code in known:
            network.say("id_repeated", "fault", "links", link.code, kind=link.kind_in_file)
        known.add(link.code)
        ends = [nodes.get(link.start), nodes.get(link.end)]
        places = [node.place for node in ends if node is not None and node.place is not None]
        missing = [name for name, node in zip((link.start, link.end), ends, strict=True) if node is None]
        for name in missing:
            network.say("node_unknown", "fault", "links", link.code, places[0] if places else None, node=name[:80])
        if link.start == link.end:
            network.say("link_to_itself", "fault", "links", link.code, places[0] if places else None, node=link.start)
        elif len(places) == 2 and not link.path:
            link.path = [places[0], *between.get(link.code, ()), places[1]]
    for name in between.keys() - known:
        network.say("element_unknown", "doubt", "links", name, between[name][0], section="VERTICES")


def judge(network: Network) -> None:
    """Nodes that nothing leads to, and parts without a source, each with a place."""
    pairs = [(link.start, link.end) for link in network.links] + network.joined
    met = {code for pair in pairs for code in pair}
    for code, node in network.nodes.items():
        if code not in met:
            network.say("node_orphan", "doubt", "nodes", code, node.place)
    told = 0
    for part in parts(network.nodes, pairs):
        if part & network.sources or len(part) < 2:
            continue
        told += 1
        if told <= PARTS_TOLD:
            first = min(part, key=lambda code: network.nodes[code].ord)
            network.say("part_without_source", "doubt", "nodes", first, network.nodes[first].place, nodes=len(part))


def parts(nodes: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    """The nodes as sets that hang together, the first node's first.

    >>> [sorted(part) for part in parts("abcd", [("a", "c"), ("d", "?")])]
    [['a', 'c'], ['b'], ['d']]
    """
    head = {node: node for node in nodes}

    def top(node: str) -> str:
        while head[node] != node:
            head[node] = head[head[node]]
            node = head[node]
        return node

    for start, end in pairs:
        if start in head and end in head:
            head[top(end)] = top(start)
    found: dict[str, set[str]] = {}
    for node in head:
        found.setdefault(top(node), set()).add(node)
    return list(found.values())


def ends_apart(
    names: Sequence[tuple[object, object]], shapes: Sequence[shapely.Geometry | None]
) -> list[tuple[int, int, str, float]]:
    """Lines that name the nodes at their ends, and do not meet the others that name the same node.

    Each as line, end (0 the first, -1 the last), node, and how far the nearest end of that node lies, in the unit of the
    shapes. No tolerance is guessed: the names say what belongs together.

    >>> ends_apart([("a", "b"), ("b", "c")], [shapely.LineString([(0, 0), (5, 0)]), shapely.LineString([(7, 0), (9, 0)])])
    [(0, -1, 'b', 2.0), (1, 0, 'b', 2.0)]
    """
    at: dict[str, list[tuple[int, int, float, float]]] = {}
    for number, (shape, ends) in enumerate(zip(shapes, names, strict=True)):
        if not isinstance(shape, shapely.LineString) or shape.is_empty:
            continue
        for end, name in zip((0, -1), ends, strict=True):
            if name not in (None, ""):
                x, y = shape.coords[end][:2]
                at.setdefault(str(name), []).append((number, end, x, y))
    found = []
    for name, met in at.items():
        places = np.array([(x, y) for *_, x, y in met])
        if len(met) < 2 or (np.ptp(places, axis=0) <= NEAR).all():
            continue
        points = shapely.points(places)
        for which, (number, end, *_) in enumerate(met):
            nearest = float(shapely.distance(points[which], np.delete(points, which)).min())
            if nearest > NEAR:
                found.append((number, end, name, round(nearest, 3)))
    return sorted(found, key=lambda one: (one[0], -one[1]))


def lengths_m(links: Sequence[Link]) -> float:
    """The stated lengths of all links."""
    return sum(link.length_m or 0.0 for link in links)
