# SPDX-License-Identifier: Apache-2.0
"""Nodes, links and subcatchments of a SWMM model: a storm network, not one of drinking water."""

from decimal import Decimal

from gis.models.connected import draw, judge
from gis.models.epanet import place_nodes, vertices
from gis.models.inp import Section, rows
from gis.models.network import FOOT, ONE, Link, Network, Node

US_FLOWS = frozenset({"CFS", "GPM", "MGD"})
SI_FLOWS = frozenset({"CMS", "LPS", "MLD"})
NODES = (("JUNCTIONS", "manhole"), ("OUTFALLS", "outfall"), ("DIVIDERS", "junction"), ("STORAGE", "tank"))
LINKS = (
    ("CONDUITS", "conduit"),
    ("PUMPS", "pump"),
    ("ORIFICES", "weir"),
    ("WEIRS", "weir"),
    ("OUTLETS", "weir"),
)
OWN = frozenset({"SUBCATCHMENTS", "CONDUITS", "RAINGAGES", "OUTFALLS", "XSECTIONS", "SUBAREAS", "INFILTRATION"})
"""Sections that only SWMM has."""
COLUMNS: dict[str, tuple[str, ...]] = {
    "SUBC": ("id", "rain_gage", "outlet", "area", "impervious", "width", "slope", "curb_length", "snow_pack"),
    "JUNC": ("id", "elevation", "maximum_depth", "initial_depth", "surcharge_depth", "ponded_area"),
    "OUTF": ("id", "elevation", "type", "stage", "gated", "route_to"),
    "COND": ("id", "node1", "node2", "length", "roughness", "in_offset", "out_offset", "initial_flow", "maximum_flow"),
    "XSEC": ("link", "shape", "geometry1", "geometry2", "geometry3", "geometry4", "barrels", "culvert"),
    "COOR": ("node", "x", "y"),
    "VERT": ("link", "x", "y"),
    "POLY": ("subcatchment", "x", "y"),
}


def network(made: list[Section]) -> Network:
    """The model's network: `utility` storm; `areas` are its subcatchments."""
    options = {line.values[0].upper(): line.values[1] for line in rows(made, "OPTIONS") if len(line.values) > 1}
    flow = options.get("FLOW_UNITS", "CFS").upper()
    found = Network("storm", facts={"flow_units": flow})
    length = ONE if flow in SI_FLOWS else FOOT if flow in US_FLOWS else None
    if length is None:
        found.say("flow_units_unknown", "doubt", "OPTIONS", value=flow[:20])
    else:
        found.facts["length_unit"] = "m" if length == ONE else "ft"
    for section, kind in NODES:
        for row in rows(made, section):
            code = row.values[0]
            elevation = None
            if len(row.values) > 1:
                elevation = found.number(row.values[1], length, "nodes", code, "elevation")
            found.add(Node(code, kind, section, elevation_m=elevation))
    # Water runs out of a storm network: every part of it needs an outfall, as a water network needs a source.
    found.sources = {code for code, node in found.nodes.items() if node.kind == "outfall"}
    place_nodes(found, made)
    sizes = _diameters(found, made, length)
    for section, kind in LINKS:
        for row in rows(made, section):
            values = row.values
            if len(values) < 3:
                found.say("row_short", "fault", "links", values[0][:80], section=section, values=len(values))
                continue
            link = Link(values[0], kind, section, values[1], values[2], ord=len(found.links) + 1)
            if section == "CONDUITS" and len(values) > 3:
                link.length_m = found.number(values[3], length, "links", link.code, "length", positive=True)
            link.diameter_mm = sizes.get(link.code)
            found.links.append(link)
    draw(found, vertices(found, made))
    _areas(found, made)
    judge(found)
    return found


def _diameters(found: Network, made: list[Section], length: Decimal | None) -> dict[str, float]:
    """Of round conduits, in millimetres; other shapes have no diameter."""
    sizes: dict[str, float] = {}
    for row in rows(made, "XSECTIONS"):
        if len(row.values) > 2 and row.values[1].upper() in {"CIRCULAR", "FORCE_MAIN"}:
            size = found.number(
                row.values[2], length and length * 1000, "links", row.values[0], "diameter", positive=True
            )
            if size is not None:
                sizes[row.values[0]] = size
    return sizes


def _areas(found: Network, made: list[Section]) -> None:
    known = {row.values[0] for row in rows(made, "SUBCATCHMENTS")}
    found.areas = {code: [] for code in sorted(known)}
    for row in rows(made, "POLYGONS"):
        if len(row.values) < 3:
            found.say(
                "row_short", "fault", "subcatchments", row.values[0][:80], section="POLYGONS", values=len(row.values)
            )
            continue
        x = found.number(row.values[1], ONE, "subcatchments", row.values[0], "x")
        y = found.number(row.values[2], ONE, "subcatchments", row.values[0], "y")
        if x is None or y is None:
            continue
        if row.values[0] in known:
            found.areas[row.values[0]].append((x, y))
        else:
            found.say("element_unknown", "doubt", "subcatchments", row.values[0][:80], (x, y), section="POLYGONS")
