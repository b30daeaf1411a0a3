# SPDX-License-Identifier: Apache-2.0
"""How two spans of time lie to each other (CQL2, Temporal Functions). An instant is a span that begins as it ends."""

from dataclasses import dataclass

from psycopg import sql

from layers.cql2.reading import NotCql2
from layers.kinds import Kind

# a1, a2: begin and end of the first; b1, b2: of the second.
_RELATIONS = {
    "t_after": "{a1} > {b2}",
    "t_before": "{a2} < {b1}",
    "t_contains": "{a1} < {b1} and {a2} > {b2}",
    "t_disjoint": "{a2} < {b1} or {a1} > {b2}",
    "t_during": "{a1} > {b1} and {a2} < {b2}",
    "t_equals": "{a1} = {b1} and {a2} = {b2}",
    "t_finishedby": "{a1} < {b1} and {a2} = {b2}",
    "t_finishes": "{a1} > {b1} and {a2} = {b2}",
    "t_intersects": "{a1} <= {b2} and {a2} >= {b1}",
    "t_meets": "{a2} = {b1}",
    "t_metby": "{a1} = {b2}",
    "t_overlappedby": "{a1} > {b1} and {a1} < {b2} and {a2} > {b2}",
    "t_overlaps": "{a1} < {b1} and {a2} > {b1} and {a2} < {b2}",
    "t_startedby": "{a1} = {b1} and {a2} > {b2}",
    "t_starts": "{a1} = {b1} and {a2} < {b2}",
}


@dataclass(frozen=True)
class Span:
    """From `begins` to `ends`, in days or in instants. None: open at that end."""

    kind: Kind
    begins: sql.Composable | None
    ends: sql.Composable | None


def related(name: str, a: Span, b: Span) -> sql.Composed:
    """Raises NotCql2 for a relation that nobody knows, and for days beside instants."""
    if name not in _RELATIONS:
        raise NotCql2(", ".join(_RELATIONS))
    if a.kind != b.kind:
        raise NotCql2("date ~ date, timestamp ~ timestamp")
    type_ = sql.SQL("date" if a.kind == "day" else "timestamptz")

    def end(value: sql.Composable | None, infinity: str) -> sql.Composable:
        open_end = sql.SQL("{}::{}").format(sql.Literal(infinity), type_)
        # A property without a value is open too: what nobody has ended goes on.
        return open_end if value is None else sql.SQL("coalesce({}, {})").format(value, open_end)

    return sql.SQL(f"({_RELATIONS[name]})").format(
        a1=end(a.begins, "-infinity"), a2=end(a.ends, "infinity"),
        b1=end(b.begins, "-infinity"), b2=end(b.ends, "infinity"),
    )  # fmt: skip
