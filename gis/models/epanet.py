# SPDX-License-Identifier: Apache-2.0
"""Nodes and links of an EPANET model. US units become metres and millimetres exactly; the model's own rows keep them."""

from decimal import Decimal

from gis.models.connected import draw, judge
from gis.models.inp import Line, Section, rows
from gis.models.network import FOOT, INCH_MM, ONE, Link, Network, Node, Point

US_FLOWS = frozenset({"CFS", "GPM", "MGD", "IMGD", "AFD"})
SI_FLOWS = frozenset({"LPS", "LPM", "MLD", "CMH", "CMD", "CMS"})
NODES = (("JUNCTIONS", "junction"), ("RESERVOIRS", "source"), ("TANKS", "tank"))
LINKS = (("PIPES", "pipe"), ("PUMPS", "pump"), ("VALVES", "valve"))
OWN = frozenset({"PIPES", "RESERVOIRS", "TANKS", "EMITTERS", "ENERGY"})
"""Sections that only EPANET has."""
COLUMNS: dict[str, tuple[str, ...]] = {
    "JUNC": ("id", "elevation", "demand", "pattern"),
    "RESE": ("id", "head", "pattern"),
    "TANK": (
        "id",
        "elevation",
        "initial_level",
        "minimum_level",
        "maximum_level",
        "diameter",
        "minimum_volume",
        "volume_curve",
        "overflow",
    ),
    "PIPE": ("id", "node1", "node2", "length", "diameter", "roughness", "minor_loss", "status"),
    "PUMP": ("id", "node1", "node2", "parameters"),
    "VALV": ("id", "node1", "node2", "diameter", "type", "setting", "minor_loss"),
    "DEMA": ("junction", "demand", "pattern", "category"),
    "PATT": ("id", "multipliers"),
    "CURV": ("id", "x", "y"),
    "COOR": ("node", "x", "y"),
    "VERT": ("link", "x", "y"),
    "STAT": ("link", "status"),
    "EMIT": ("junction", "coefficient"),
    "TAGS": ("object", "id", "tag"),
}


def network(made: list[Section]) -> Network:
    """The model's network: `utility` water, places in the numbers of [COORDINATES]."""
    options = {line.values[0].upper(): line.values[1] for line in rows(made, "OPTIONS") if len(line.values) > 1}
    flow = options.get("UNITS", "GPM").upper()
    headloss = options.get("HEADLOSS", "H-W").upper()
    found = Network("water", facts={"flow_units": flow, "headloss": headloss})
    length, size = (ONE, ONE) if flow in SI_FLOWS else (FOOT, INCH_MM) if flow in US_FLOWS else (None, None)
    if length is None:
        found.say("flow_units_unknown", "doubt", "OPTIONS", value=flow[:20])
    else:
        found.facts["length_unit"], found.facts["diameter_unit"] = ("m", "mm") if length == ONE else ("ft", "in")
    for section, kind in NODES:
        for row in rows(made, section):
            _node(found, row, section, kind, length)
    found.sources = {code for code, node in found.nodes.items() if node.kind in {"source", "tank"}}
    place_nodes(found, made)
    for section, kind in LINKS:
        for row in rows(made, section):
            _link(found, row, section, kind, (length, size), headloss)
    draw(found, vertices(found, made))
    judge(found)
    return found


def _node(found: Network, row: Line, section: str, kind: str, length: Decimal | None) -> None:
    code = row.values[0]
    elevation = None
    if len(row.values) > 1:
        elevation = found.number(row.values[1], length, "nodes", code, "elevation")
    # A reservoir's number is its head, not the height of anything that stands there.
    found.add(Node(code, kind, section, elevation_m=None if kind == "source" else elevation))


def _link(
    found: Network, row: Line, section: str, kind: str, units: tuple[Decimal | None, Decimal | None], headloss: str
) -> None:
    values = row.values
    if len(values) < 3:
        found.say("row_short", "fault", "links", values[0][:80], section=section, values=len(values))
        return
    link = Link(values[0], kind, section, values[1], values[2], ord=len(found.links) + 1)
    if section == "PIPES":
        if len(values) < 6:
            found.say("row_short", "fault", "links", link.code, section=section, values=len(values))
        if len(values) > 3:
            link.length_m = found.number(values[3], units[0], "links", link.code, "length", positive=True)
        if len(values) > 4:
            link.diameter_mm = found.number(values[4], units[1], "links", link.code, "diameter", positive=True)
        if len(values) > 5:
            roughness = found.number(values[5], ONE, "links", link.code, "roughness", positive=True)
            # Darcy-Weisbach and Manning have other measures of it: those stay in the model's rows.
            link.roughness = roughness if headloss == "H-W" else None
    elif section == "VALVES" and len(values) > 3:
        link.diameter_mm = found.number(values[3], units[1], "links", link.code, "diameter", positive=True)
    found.links.append(link)


def place_nodes(found: Network, made: list[Section]) -> None:
    """Takes [COORDINATES]; says of places without a node, and of nodes without a place."""
    for row in rows(made, "COORDINATES"):
        place = _place(found, row, "nodes")
        if place is None:
            continue
        node = found.nodes.get(row.values[0])
        if node is None:
            found.say("element_unknown", "doubt", "nodes", row.values[0][:80], place, section="COORDINATES")
        elif node.place is not None:
            found.say("place_repeated", "doubt", "nodes", node.code, place)
        else:
            node.place = place


def vertices(found: Network, made: list[Section]) -> dict[str, list[Point]]:
    """[VERTICES], by link."""
    between: dict[str, list[Point]] = {}
    for row in rows(made, "VERTICES"):
        place = _place(found, row, "links")
        if place is not None:
            between.setdefault(row.values[0], []).append(place)
    return between


def _place(found: Network, row: Line, layer: str) -> Point | None:
    if len(row.values) < 3:
        found.say("row_short", "fault", layer, row.values[0][:80], section="COORDINATES", values=len(row.values))
        return None
    x = found.number(row.values[1], ONE, layer, row.values[0], "x")
    y = found.number(row.values[2], ONE, layer, row.values[0], "y")
    return None if x is None or y is None else (x, y)
