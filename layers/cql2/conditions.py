# SPDX-License-Identifier: Apache-2.0
"""From a tree to a condition: only operators that are listed here, only queryables of the layer, every value bound."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from psycopg import sql

from layers.cql2.places import shape_of
from layers.cql2.reading import MOST_WORDS, NotCql2, Tree
from layers.cql2.terms import Term, number_type, term_of_literal, unified
from layers.cql2.times import Span, related
from layers.declaration import Layer
from layers.kinds import Kind, kind_of, property_names, sql_type
from layers.reference import View

GEOMETRY = "geometry"
"""The one queryable that is a place."""
LONGEST_PATTERN = 64
MOST_CHOICES = 100
_COMPARED = {"=": "=", "<>": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
_SPATIAL = {
    "s_intersects": "ST_Intersects",
    "s_equals": "ST_Equals",
    "s_disjoint": "ST_Disjoint",
    "s_touches": "ST_Touches",
    "s_within": "ST_Within",
    "s_overlaps": "ST_Overlaps",
    "s_crosses": "ST_Crosses",
    "s_contains": "ST_Contains",
}
_ARRAYS = {
    "a_contains": "{} @> {}",
    "a_containedby": "{} <@ {}",
    "a_equals": "({0} @> {1} and {0} <@ {1})",
    "a_overlaps": "{} && {}",
}
_ARITHMETIC = {
    "+": "({} + {})",
    "-": "({} - {})",
    "*": "({} * {})",
    "/": "({} / nullif({}, 0))",
    "div": "trunc({} / nullif({}, 0))",
    "^": "power({}, {})",
}
# Marks above and below letters, of Latin and of Arabic: what is left is the letter.
_MARKS = "[" + "".join(chr(code) for code in (*range(0x300, 0x370), *range(0x64B, 0x660), 0x670)) + "]"


@dataclass(frozen=True)
class Filter:
    """A condition on `p`, the published relation, with the values that it binds."""

    condition: str
    binds: dict[str, object]


def filter_of(layer: Layer, tree: Tree, view: View, srid: int) -> Filter:
    """The condition that a tree states of a layer. `view`: the coordinate system of its places. Raises NotCql2."""
    walk = _Walk(layer, view, srid)
    condition = walk.truth(tree)
    return Filter(condition.as_string(None), walk.binds)


@dataclass
class _Walk:
    layer: Layer
    view: View
    srid: int
    binds: dict[str, object] = field(default_factory=dict)
    _seen: int = 0

    def truth(self, tree: Tree) -> sql.Composable:
        """A condition."""
        self._count()
        if isinstance(tree, bool):
            return sql.SQL("true" if tree else "false")
        if not isinstance(tree, dict):
            raise NotCql2("a condition")
        if "property" in tree:
            term = self.scalar(tree)
            if term.kind != "yes_no":
                raise NotCql2(f"{tree['property']} = …")
            return self._sql(term)
        name, args = self._operation(tree)
        match name:
            case "and" | "or":
                parts = [self.truth(arg) for arg in _some(name, args, 1, MOST_WORDS)]
                return sql.SQL("({})").format(sql.SQL(f" {name} ").join(parts))
            case "not":
                (arg,) = _some(name, args, 1, 1)
                return sql.SQL("(not {})").format(self.truth(arg))
            case "isnull":
                (arg,) = _some(name, args, 1, 1)
                return sql.SQL("({} is null)").format(self._anything(arg))
            case "like":
                return self._like(*_some(name, args, 2, 2))
            case "between":
                return self._between(*_some(name, args, 3, 3))
            case "in":
                return self._in(*_some(name, args, 2, 2))
        if name in _COMPARED:
            left, right = _some(name, args, 2, 2)
            return self._compared(_COMPARED[name], left, right)
        if name in _SPATIAL:
            return self._spatial(name, *_some(name, args, 2, 2))
        if name.startswith("t_"):
            left, right = (self._span(arg) for arg in _some(name, args, 2, 2))
            return related(name, left, right)
        if name in _ARRAYS:
            left, right = (self._list(arg) for arg in _some(name, args, 2, 2))
            return sql.SQL(_ARRAYS[name]).format(left, right)
        raise NotCql2(f"{', '.join(_known())}; {name}: –")

    def scalar(self, tree: Tree) -> Term:
        """A value: a property, a literal, or what is computed from them."""
        self._count()
        if not isinstance(tree, dict):
            return term_of_literal(tree)
        if "property" in tree:
            return self._property(tree["property"])
        if "date" in tree or "timestamp" in tree:
            return _moment(tree)
        name, args = self._operation(tree)
        if name in ("casei", "accenti"):
            (arg,) = _some(name, args, 1, 1)
            return self._folded(name, arg)
        if name in _ARITHMETIC or name == "%":
            return self._computed(name, *_some(name, args, 2, 2))
        if self._says_truth(name):
            return Term("yes_no", made=self.truth(tree))
        raise NotCql2(f"{', '.join(_known())}; {name}: –")

    def _says_truth(self, name: str) -> bool:
        return name in _COMPARED or name in ("and", "or", "not", "isnull", "like", "between", "in")

    def _compared(self, sign: str, left: Tree, right: Tree) -> sql.Composable:
        a, b = unified(self.scalar(left), self.scalar(right))
        if a.kind == "list" or (a.kind in ("yes_no", "name") and sign not in ("=", "<>")):
            raise NotCql2("= , <>" if a.kind != "list" else "a_contains, a_containedBy, a_equals, a_overlaps")
        kinds = number_type(a, b)
        return sql.SQL("({} {} {})").format(self._sql(a, kinds), sql.SQL(sign), self._sql(b, kinds))

    def _between(self, value: Tree, low: Tree, high: Tree) -> sql.Composable:
        return sql.SQL("({} and {})").format(self._compared(">=", value, low), self._compared("<=", value, high))

    def _in(self, value: Tree, choices: Tree) -> sql.Composable:
        if not isinstance(choices, list) or not 0 < len(choices) <= MOST_CHOICES:
            raise NotCql2(f"in (1–{MOST_CHOICES})")
        return sql.SQL("({})").format(sql.SQL(" or ").join(self._compared("=", value, each) for each in choices))

    def _like(self, value: Tree, pattern: Tree) -> sql.Composable:
        text, like = self.scalar(value), self.scalar(pattern)
        said = pattern
        while isinstance(said, dict) and str(said.get("op", "")).lower() in ("casei", "accenti"):
            said = (said.get("args") or [None])[0]
        if text.kind != "text" or like.kind != "text" or not isinstance(said, str):
            raise NotCql2("text like 'a%'")
        if len(said) > LONGEST_PATTERN:
            raise NotCql2(f"like ≤ {LONGEST_PATTERN}")
        if (len(said) - len(said.rstrip("\\"))) % 2:
            raise NotCql2("like '…\\\\'")
        return sql.SQL("({} like {})").format(self._sql(text), self._sql(like))

    def _folded(self, name: str, arg: Tree) -> Term:
        term = self.scalar(arg)
        if term.kind != "text":
            raise NotCql2(f"{name}(text)")
        inner = self._sql(term)
        if name == "casei":
            return Term("text", made=sql.SQL("lower({})").format(inner))
        made = sql.SQL("regexp_replace(normalize({}, NFKD), {}, '', 'g')").format(inner, sql.Literal(_MARKS))
        return Term("text", made=made)

    def _computed(self, name: str, left: Tree, right: Tree) -> Term:
        a, b = self.scalar(left), self.scalar(right)
        if a.kind != "number" or b.kind != "number":
            raise NotCql2(f"1 {name} 2")
        if name == "%":
            # The database knows remainders of exact numbers alone.
            made = sql.SQL("mod({}::numeric, nullif({}::numeric, 0))").format(self._sql(a), self._sql(b))
        else:
            made = sql.SQL(_ARITHMETIC[name]).format(*(sql.SQL("{}::float8").format(self._sql(t)) for t in (a, b)))
        return Term("number", made=made)

    def _spatial(self, name: str, left: Tree, right: Tree) -> sql.Composable:
        """One side is the feature's place, or both are places that were typed."""
        sides = [list(self._place(name, side)) for side in (left, right)]
        met = sql.SQL(" or ").join(
            sql.SQL("{}({}, {})").format(sql.SQL(_SPATIAL["s_intersects" if name == "s_disjoint" else name]), a, b)
            for a in sides[0]
            for b in sides[1]
        )
        return sql.SQL("(not ({}))" if name == "s_disjoint" else "({})").format(met)

    def _place(self, name: str, tree: Tree) -> Iterator[sql.Composable]:
        self._count()
        if isinstance(tree, dict) and "property" in tree:
            if tree["property"] != GEOMETRY:
                raise NotCql2(GEOMETRY)
            yield sql.SQL("p.{}").format(sql.Identifier(self.view.column))
            return
        srid = {"geom_4326": 4326, "geom_3857": 3857}.get(self.view.column, self.srid)
        for ewkb in shape_of(tree, self.view, srid, parts=name in ("s_intersects", "s_disjoint")):
            yield sql.SQL("{}::geometry").format(self._bind(ewkb))

    def _span(self, tree: Tree) -> Span:
        self._count()
        if isinstance(tree, dict) and "interval" in tree:
            ends = tree["interval"]
            if not isinstance(ends, list) or len(ends) != 2:
                raise NotCql2("interval('2026-01-01', '..')")
            begins, finishes = (None if end == ".." else self.scalar(_dated(end)) for end in ends)
        else:
            begins = finishes = self.scalar(_dated(tree))
        kinds: set[Kind] = {term.kind for term in (begins, finishes) if term is not None}
        if len(kinds) != 1 or not kinds <= {"day", "instant"}:
            raise NotCql2("date('2026-01-01'), timestamp('2026-01-01T00:00:00Z'), interval(…)")
        if (
            begins is not None
            and finishes is not None
            and isinstance(begins.value, str)
            and isinstance(finishes.value, str)
            and begins.value > finishes.value
        ):
            raise NotCql2("interval(a, b): a ≤ b")
        (kind,) = kinds
        return Span(kind, *(None if term is None else self._sql(term) for term in (begins, finishes)))

    def _list(self, tree: Tree) -> sql.Composable:
        self._count()
        if isinstance(tree, dict) and "property" in tree:
            term = self._property(tree["property"])
            if term.kind != "list":
                raise NotCql2(f"{tree['property']} = …")
            return self._sql(term)
        if not isinstance(tree, list) or len(tree) > MOST_CHOICES or not all(isinstance(each, str) for each in tree):
            raise NotCql2("('a', 'b')")
        return sql.SQL("array[{}]::text[]").format(sql.SQL(", ").join(self._bind(each) for each in tree))

    def _anything(self, tree: Tree) -> sql.Composable:
        """What may be missing: a place or a value."""
        if isinstance(tree, dict) and tree.get("property") == GEOMETRY:
            return sql.SQL("p.{}").format(sql.Identifier(self.view.column))
        return self._sql(self.scalar(tree))

    def _property(self, name: object) -> Term:
        names = property_names(self.layer)
        if not isinstance(name, str) or name not in names:
            # The same words whether the register has such a column or not.
            raise NotCql2(", ".join((GEOMETRY, *names)))
        kind = kind_of(self.layer, name)
        return Term(
            "number" if kind == "whole" else kind,
            made=sql.SQL("p.{}").format(sql.Identifier(name)),
            exact=sql_type(self.layer, name) not in ("FLOAT", "DOUBLE PRECISION"),
        )

    def _sql(self, term: Term, number: str = "numeric") -> sql.Composable:
        if term.made is not None:
            return term.made
        types: dict[Kind, str] = {"text": "text", "day": "date", "instant": "timestamptz", "name": "uuid"}
        if term.kind == "yes_no":
            return sql.SQL("true" if term.value else "false")
        return sql.SQL("{}::{}").format(self._bind(term.value), sql.SQL(types.get(term.kind, number)))

    def _bind(self, value: object) -> sql.SQL:
        name = f"filter_{len(self.binds)}"
        self.binds[name] = value
        return sql.SQL(f"%({name})s")

    def _operation(self, tree: dict[str, Any]) -> tuple[str, list[Tree]]:
        name, args = tree.get("op"), tree.get("args")
        if not isinstance(name, str) or not isinstance(args, list):
            raise NotCql2('{"op": …, "args": […]}')
        return name.lower(), args

    def _count(self) -> None:
        self._seen += 1
        if self._seen > MOST_WORDS:
            raise NotCql2(f"≤ {MOST_WORDS} words")


def _some(name: str, args: list[Tree], least: int, most: int) -> list[Tree]:
    if not least <= len(args) <= most:
        raise NotCql2(f"{name}: {least}" + (f"–{most}" if most > least else ""))
    return args


def _known() -> tuple[str, ...]:
    return ("casei", "accenti", *_SPATIAL, *_ARRAYS, "t_after", "t_before", "t_intersects")


def _dated(tree: Tree) -> Tree:
    """A bare text among times is one: a date, or a moment."""
    if isinstance(tree, str):
        return {"date": tree} if len(tree) <= len("2026-01-01") else {"timestamp": tree}
    return tree


def _moment(tree: dict[str, Any]) -> Term:
    """`{"date": …}` or `{"timestamp": …}`, which names its offset from UTC."""
    if set(tree) == {"date"} and isinstance(tree["date"], str) and len(tree["date"]) == len("2026-01-01"):
        with suppress(ValueError):
            return Term("day", value=date.fromisoformat(tree["date"]).isoformat())
    if set(tree) == {"timestamp"} and isinstance(tree["timestamp"], str):
        with suppress(ValueError, OverflowError):
            found = datetime.fromisoformat(tree["timestamp"])
            if found.utcoffset() is not None:
                # In one time zone, so that two of them can be put in order as text.
                return Term("instant", value=found.astimezone(UTC).isoformat(timespec="microseconds"))
    raise NotCql2("date('2026-01-01'), timestamp('2026-01-01T00:00:00Z')")
