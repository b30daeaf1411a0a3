# SPDX-License-Identifier: Apache-2.0
"""Nodes and links of a model, in metres, millimetres and kilovolts, with what is wrong with them."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import Any

PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
"""Not what float() takes: that reads "nan", "inf" and "1_000" as well."""
FOOT = Decimal("0.3048")
INCH_MM = Decimal("25.4")
ONE = Decimal(1)
Point = tuple[float, float]


@dataclass(frozen=True)
class ModelIssue:
    """One thing found: `layer` is "nodes", "links", "subcatchments" or a section; `place` in the model's own numbers."""

    code: str
    level: str
    layer: str
    ref: str | None = None
    place: Point | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Node:
    """`kind` is a code of node_kind, `kind_in_file` the model's own word."""

    code: str
    kind: str
    kind_in_file: str
    place: Point | None = None
    name: str | None = None
    elevation_m: float | None = None
    voltage_kv: float | None = None
    ord: int = 0


@dataclass
class Link:
    """`kind` is a code of link_kind. `path`: from the first node to the second."""

    code: str
    kind: str
    kind_in_file: str
    start: str
    end: str
    path: list[Point] = field(default_factory=list)
    name: str | None = None
    length_m: float | None = None
    diameter_mm: float | None = None
    roughness: float | None = None
    voltage_kv: float | None = None
    circuits: int | None = None
    section_mm2: float | None = None
    ord: int = 0


@dataclass
class Network:
    """What a model holds that can be shown. `sources`: nodes that feed it. `joined`: further pairs of nodes that are one
    by a closed switch or the like. `facts`: its units and options, as said of the layer."""

    utility: str
    nodes: dict[str, Node] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    joined: list[tuple[str, str]] = field(default_factory=list)
    areas: dict[str, list[Point]] = field(default_factory=dict)
    issues: list[ModelIssue] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def say(
        self, code: str, level: str, layer: str, ref: str | None = None, place: Point | None = None, **facts: Any
    ) -> None:
        self.issues.append(ModelIssue(code, level, layer, ref, place, facts))

    def number(
        self, text: str, unit: Decimal | None, layer: str, ref: str, what: str, *, positive: bool = False
    ) -> float | None:
        """A number of the file times `unit`, rounded once. What is none is an issue and None; so is all of an unknown unit."""
        if unit is None:
            return None
        if PLAIN_NUMBER.fullmatch(text):
            # A decimal product: 0.1 ft is 0.03048 m, where doubles give 0.030480000000000004.
            value = float(Decimal(text) * unit)
            if isfinite(value) and (value > 0 or not positive):
                return value
            if value == 0 and positive:
                self.say("model_zero", "doubt", layer, ref, field=what)
                return None
        self.say("model_number", "fault", layer, ref, field=what, value=text[:40])
        return None

    def add(self, node: Node) -> None:
        """A node; a second of one name is told and left out."""
        if node.code in self.nodes:
            self.say("id_repeated", "fault", "nodes", node.code, kind=node.kind_in_file)
            return
        node.ord = len(self.nodes) + 1
        self.nodes[node.code] = node
