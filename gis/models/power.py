# SPDX-License-Identifier: Apache-2.0
"""Buses and lines of a pandapower net as nodes and links of a power network."""

import json
from collections.abc import Iterator
from decimal import Decimal
from math import dist, isfinite
from typing import Any

from gis.models.connected import draw, judge
from gis.models.network import Link, Network, Node, Point
from gis.models.powerjson import REST, PowerTable

KM = Decimal(1000)
NOTICED = 1e-3
"""Of the way from bus to bus: a smaller gap is that of rounded coordinates."""
BRANCHES = (
    ("line", "from_bus", "to_bus", "line"),
    ("trafo", "hv_bus", "lv_bus", "transformer"),
    ("impedance", "from_bus", "to_bus", "line"),
    ("dcline", "from_bus", "to_bus", "line"),
)
LINE_KINDS = {"cs": "cable", "ol": "overhead"}
"""pandapower's "cable system" and "overhead line"."""
FEEDING = ("ext_grid",)
AT_BUS = (
    "load",
    "sgen",
    "gen",
    "ext_grid",
    "storage",
    "shunt",
    "motor",
    "ward",
    "xward",
    "asymmetric_load",
    "asymmetric_sgen",
)
Record = dict[str, Any]


def network(made: list[PowerTable]) -> Network:
    """The net's network: `utility` power. Places are bus and line geometries (`geo`), or the older geodata tables."""
    found = Network("power", facts={"length_unit": "km"})
    by_name = {table.name: table for table in made}
    feeding = {_key(record.get("bus")) for name in FEEDING for _, record in _records(by_name, name)}
    places, paths = _older_places(by_name)
    for index, bus in _records(by_name, "bus"):
        code = f"bus {index}"
        place = _geometry(found, bus.get("geo"), "Point", "nodes", code)
        node = Node(
            code,
            "source" if index in feeding else "junction",
            f"bus {bus.get('type') or ''}".strip(),
            place[0] if place else places.get(index),
            _text(bus.get("name")),
            voltage_kv=_positive(found, bus, "vn_kv", "nodes", code),
        )
        found.add(node)
    found.sources = {code for code, node in found.nodes.items() if node.kind == "source"}
    sections = _sections(by_name)
    for table, start, end, kind in BRANCHES:
        for index, record in _records(by_name, table):
            link = _branch(found, table, index, record, (start, end), kind)
            link.section_mm2 = sections.get(str(record.get("std_type"))) if table == "line" else None
            link.path = _geometry(found, record.get("geo"), "LineString", "links", link.code) or paths.get(index, [])
            link.path = _to_its_buses(found, link) if table == "line" and link.path else []
            found.links.append(link)
    _joints(found, by_name)
    draw(found)
    judge(found)
    return found


def _branch(found: Network, table: str, index: str, record: Record, ends: tuple[str, str], kind: str) -> Link:
    start, end = (f"bus {_key(record.get(name))}" for name in ends)
    link = Link(f"{table} {index}", kind, table, start, end, name=_text(record.get("name")), ord=len(found.links) + 1)
    if table == "line":
        link.kind = LINE_KINDS.get(str(record.get("type")), kind)
        kilometres = _positive(found, record, "length_km", "links", link.code)
        # A decimal product: 0.1 km is 100 m, not 100.00000000000001.
        link.length_m = float(Decimal(repr(kilometres)) * KM) if kilometres else None
        parallel = record.get("parallel")
        link.circuits = parallel if isinstance(parallel, int) and 0 < parallel < 1000 else None
    at = found.nodes.get(start)
    link.voltage_kv = at.voltage_kv if at is not None else None
    return link


def _to_its_buses(found: Network, link: Link) -> list[Point]:
    """The path from bus to bus: a drawn line that stops short of one is led up to it, and it is said."""
    ends = [node.place for node in map(found.nodes.get, (link.start, link.end)) if node is not None and node.place]
    if len(ends) < 2:
        return link.path
    start, end = ends
    path = link.path
    if dist(path[0], end) + dist(path[-1], start) < dist(path[0], start) + dist(path[-1], end):
        path = path[::-1]
    if path[0] != start or path[-1] != end:
        gap = max(dist(path[0], start), dist(path[-1], end))
        path = [*([] if path[0] == start else [start]), *path, *([] if path[-1] == end else [end])]
        if gap > NOTICED * dist(*ends):
            found.say("link_led_to_node", "doubt", "links", link.code, start if path[1] == link.path[0] else end)
    return path


def _joints(found: Network, by_name: dict[str, PowerTable]) -> None:
    """What joins buses without being a link of its own; and elements at buses that are not there."""
    for index, switch in _records(by_name, "switch"):
        code = f"bus {_key(switch.get('bus'))}"
        if code not in found.nodes:
            found.say("node_unknown", "fault", "switch", index, node=code)
        elif switch.get("et") == "b" and switch.get("closed") is True:
            found.joined.append((code, f"bus {_key(switch.get('element'))}"))
    for index, trafo in _records(by_name, "trafo3w"):
        buses = [f"bus {_key(trafo.get(side))}" for side in ("hv_bus", "mv_bus", "lv_bus")]
        for code in buses:
            if code not in found.nodes:
                found.say("node_unknown", "fault", "trafo3w", index, node=code)
        found.joined += [(buses[0], buses[1]), (buses[0], buses[2])]
    for table in AT_BUS:
        for index, record in _records(by_name, table):
            code = f"bus {_key(record.get('bus'))}"
            if code not in found.nodes:
                found.say("node_unknown", "fault", table, index, node=code[:80])


def _records(by_name: dict[str, PowerTable], name: str) -> Iterator[tuple[str, Record]]:
    table = by_name.get(name)
    if table is None:
        return
    for index, row in zip(table.refs, table.rows, strict=True):
        yield _key(index), dict(zip(table.columns, row, strict=True))


def _key(value: Any) -> str:
    """An index as text: pandas reads 58.0 for 58 where a column has gaps."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value[:80] if isinstance(value, str) else json.dumps(value)[:80]


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None


def _positive(found: Network, record: Record, name: str, layer: str, code: str) -> float | None:
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = float("inf")
        if isfinite(number) and number > 0:
            return number
        if number == 0:
            found.say("model_zero", "doubt", layer, code, field=name)
            return None
    found.say("model_number", "fault", layer, code, field=name, value=str(value)[:40])
    return None


def _geometry(found: Network, value: Any, kind: str, layer: str, code: str) -> list[Point]:
    """The positions of a `geo` value: GeoJSON as an object or as text."""
    if value is None or value == "":
        return []
    try:
        shape = json.loads(value) if isinstance(value, str) else value
        given = [shape["coordinates"]] if kind == "Point" else shape["coordinates"]
        places = [(float(position[0]), float(position[1])) for position in given]
        sound = shape["type"] == kind and all(isfinite(x) and isfinite(y) for x, y in places)
        sound = sound and len(places) >= (1 if kind == "Point" else 2)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError):
        sound = False
    if not sound:
        found.say("place_not_read", "fault", layer, code)
        return []
    return places


def _older_places(by_name: dict[str, PowerTable]) -> tuple[dict[str, Point], dict[str, list[Point]]]:
    """bus_geodata and line_geodata of nets written before version 3."""
    places: dict[str, Point] = {}
    for index, record in _records(by_name, "bus_geodata"):
        x, y = record.get("x"), record.get("y")
        if isinstance(x, int | float) and isinstance(y, int | float):
            places[index] = (float(x), float(y))
    paths: dict[str, list[Point]] = {}
    for index, record in _records(by_name, "line_geodata"):
        coords = record.get("coords")
        if isinstance(coords, list) and len(coords) > 1 and all(isinstance(p, list) and len(p) > 1 for p in coords):
            numbers = all(isinstance(n, int | float) for p in coords for n in p[:2])
            paths[index] = [(float(p[0]), float(p[1])) for p in coords] if numbers else []
    return places, paths


def _sections(by_name: dict[str, PowerTable]) -> dict[str, float]:
    """Conductor sections by standard type, where the net's own list states them."""
    rest = by_name[REST]
    types = dict(zip(rest.refs, rest.rows, strict=True)).get("std_types")
    lines = types.get("line") if isinstance(types, dict) else None
    found = {}
    for name, facts in lines.items() if isinstance(lines, dict) else ():
        size = facts.get("q_mm2") if isinstance(facts, dict) else None
        if isinstance(size, int | float) and not isinstance(size, bool) and 0 < size < 1e6:
            found[str(name)] = float(size)
    return found
