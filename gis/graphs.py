# SPDX-License-Identifier: Apache-2.0
"""Networks as graphs: what a source reaches, and by which links the shortest way runs."""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

Node = TypeVar("Node", bound="Hashable")
Link = tuple[Node, Node, float]
"""Two ends and a length in metres; walked both ways."""


class _Ways(Generic[Node]):
    def __init__(self, links: Sequence[Link[Node]]) -> None:
        self.from_node: defaultdict[Node, list[tuple[float, Node, int]]] = defaultdict(list)
        for number, (start, end, length_m) in enumerate(links):
            self.from_node[start].append((length_m, end, number))
            self.from_node[end].append((length_m, start, number))


def reached(source: Node, links: Iterable[Link[Node]]) -> set[Node]:
    """The nodes that hang together with a source, itself among them.

    >>> sorted(reached("a", [("a", "b", 1.0), ("c", "d", 1.0)]))
    ['a', 'b']
    """
    ways = _Ways(list(links)).from_node
    seen, waiting = {source}, [source]
    while waiting:
        for _, node, _ in ways[waiting.pop()]:
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen


def shortest_tree(source: Node, links: Sequence[Link[Node]]) -> set[int]:
    """Numbers of the links by which every reachable node is nearest to the source (Dijkstra): a drainage tree.

    >>> sorted(shortest_tree("a", [("a", "b", 1.0), ("b", "c", 1.0), ("a", "c", 5.0)]))
    [0, 1]
    """
    ways = _Ways(links).from_node
    tree: set[int] = set()
    done: set[Node] = set()
    # The running number breaks ties, so that nodes need no order of their own.
    waiting: list[tuple[float, int, Node, int]] = [(0.0, 0, source, -1)]
    pushed = 0
    while waiting:
        distance_m, _, node, link = heapq.heappop(waiting)
        if node in done:
            continue
        done.add(node)
        if link >= 0:
            tree.add(link)
        for length_m, other, number in ways[node]:
            if other not in done:
                pushed += 1
                heapq.heappush(waiting, (distance_m + length_m, pushed, other, number))
    return tree
