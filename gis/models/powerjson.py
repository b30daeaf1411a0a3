# SPDX-License-Identifier: Apache-2.0
"""pandapower's JSON as tables of plain values, and back. Classes that the file names are text to us: none is ever made."""

import json
from typing import Any, NamedTuple

from gis.reading.refusals import FileRefused

NET_CLASS = "pandapowerNet"
FRAME_CLASS = "DataFrame"
REST = "(values)"
"""The table of all members that are no tables: version, frequency, standard types."""


class PowerTable(NamedTuple):
    """A table of the net: `head` is all that surrounds its rows (classes, types, orientation), as the file has it.

    `refs[i]` names row i (its index); `rows[i]` are its values in the order of `columns`. Of the rest, a row is one member's value.
    """

    name: str
    head: dict[str, Any]
    columns: list[str]
    refs: list[Any]
    rows: list[Any]


def is_net(document: Any) -> bool:
    """Whether a JSON document says that it is a pandapower network."""
    return isinstance(document, dict) and document.get("_class") == NET_CLASS


def tables(document: dict[str, Any], strict: Any = json.loads) -> list[PowerTable]:
    """Everything in a net, table by table in the file's order. `strict` parses the JSON text inside the JSON.

    Raises FileRefused for what is not built as pandapower builds it.
    """
    members = document.get("_object")
    if isinstance(members, str):
        members = strict(members)
    if not isinstance(members, dict):
        raise FileRefused("power_structure", what="_object")
    outside = {name: value for name, value in document.items() if name != "_object"}
    order = list(members)
    found, rest = [], {}
    for name, member in members.items():
        if isinstance(member, dict) and member.get("_class") == FRAME_CLASS:
            found.append(_frame(name, member, strict))
        else:
            rest[name] = member
    head = {"net": outside, "order": order, "as_text": isinstance(document.get("_object"), str)}
    return [PowerTable(REST, head, [], list(rest), list(rest.values())), *found]


def _frame(name: str, member: dict[str, Any], strict: Any) -> PowerTable:
    if member.get("orient") != "split":
        raise FileRefused("power_structure", what=name)
    inside = member.get("_object")
    inner = strict(inside) if isinstance(inside, str) else inside
    if not isinstance(inner, dict) or not all(
        isinstance(inner.get(part), list) for part in ("columns", "index", "data")
    ):
        raise FileRefused("power_structure", what=name)
    columns, index, rows = inner["columns"], inner["index"], inner["data"]
    if len(index) != len(rows) or any(not isinstance(row, list) or len(row) != len(columns) for row in rows):
        raise FileRefused("power_structure", what=name)
    head = {key: value for key, value in member.items() if key != "_object"}
    head = {"frame": head, "members": list(member), "as_text": isinstance(inside, str), "columns": columns}
    head["more"] = {key: value for key, value in inner.items() if key not in {"columns", "index", "data"}}
    return PowerTable(name, head, [c if isinstance(c, str) else json.dumps(c) for c in columns], index, rows)


def document(made: list[PowerTable]) -> dict[str, Any]:
    """The net again, with its members in their order."""
    by_name = {table.name: table for table in made}
    rest = by_name[REST]
    values = dict(zip(rest.refs, rest.rows, strict=True))
    members = {}
    for name in rest.head["order"]:
        members[name] = _framed(by_name[name]) if name in by_name and name not in values else values[name]
    inside: Any = json.dumps(members, separators=(",", ":")) if rest.head["as_text"] else members
    return {**rest.head["net"], "_object": inside}


def _framed(table: PowerTable) -> dict[str, Any]:
    inner = {"columns": table.head["columns"], "index": table.refs, "data": table.rows, **table.head["more"]}
    text: Any = json.dumps(inner, separators=(",", ":"), ensure_ascii=False) if table.head["as_text"] else inner
    return {name: text if name == "_object" else table.head["frame"][name] for name in table.head["members"]}
