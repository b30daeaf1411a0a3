# SPDX-License-Identifier: Apache-2.0
"""Values in a filter, and what may be compared with what."""

from dataclasses import dataclass, replace
from math import isfinite

from psycopg import sql

from layers.cql2.reading import NotCql2
from layers.kinds import LONGEST_TEXT, Kind, as_bind


@dataclass(frozen=True)
class Term:
    """A value of one kind ("number" for whole ones too): made already, or a literal that is bound once its type is known."""

    kind: Kind
    made: sql.Composable | None = None
    value: object = None
    exact: bool = True
    """False where the database keeps it as a double."""


def term_of_literal(value: object) -> Term:
    """Raises NotCql2."""
    match value:
        case bool():
            return Term("yes_no", value=value)
        case int() | float():
            if not isfinite(value):
                raise NotCql2("12.5")
            return Term("number", value=repr(value))
        case str():
            if len(value) > LONGEST_TEXT:
                raise NotCql2(f"≤ {LONGEST_TEXT} characters")
            return Term("text", value=value)
    raise NotCql2("'text', 12.5, true, date('2026-01-01')")


def unified(a: Term, b: Term) -> tuple[Term, Term]:
    """Both in one kind: a text beside a day, an instant or a name is read as one. Raises NotCql2."""
    if a.kind == b.kind:
        return a, b
    if b.made is None and b.kind == "text":
        return a, _read_as(a.kind, b)
    if a.made is None and a.kind == "text":
        return _read_as(b.kind, a), b
    raise NotCql2(f"{a.kind} = {a.kind}, {b.kind} = {b.kind}")


def number_type(a: Term, b: Term) -> str:
    """As what a literal number is bound: as the other side keeps its numbers, so that an index answers."""
    return "numeric" if a.exact and b.exact else "float8"


def _read_as(kind: Kind, literal: Term) -> Term:
    if kind not in ("day", "instant", "name"):
        raise NotCql2({"number": "12.5", "yes_no": "true, false"}.get(kind, "a_contains"))
    try:
        return replace(literal, kind=kind, value=as_bind(kind, str(literal.value)))
    except ValueError as expected:
        raise NotCql2(str(expected)) from None
