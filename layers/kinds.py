# SPDX-License-Identifier: Apache-2.0
"""What kind of value a field holds: how readers may write one, and what the database is told it is."""

import re
from datetime import date, datetime
from functools import lru_cache
from math import isfinite
from typing import Literal

from sqlalchemy.dialects import postgresql

from layers.declaration import Layer

Kind = Literal["text", "whole", "number", "yes_no", "day", "instant", "name", "list"]
_KINDS: dict[str, Kind] = {
    "TEXT": "text",
    "VARCHAR": "text",
    "SMALLINT": "whole",
    "INTEGER": "whole",
    "BIGINT": "whole",
    "FLOAT": "number",
    "DOUBLE PRECISION": "number",
    "NUMERIC": "number",
    "BOOLEAN": "yes_no",
    "DATE": "day",
    "TIMESTAMP WITH TIME ZONE": "instant",
    "UUID": "name",
    "TEXT[]": "list",
}
ILLUSTRATIVE = "illustrative"
"""The one property that every feature has without declaring it."""
LONGEST_TEXT = 500
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@lru_cache(maxsize=4096)
def sql_type(layer: Layer, name: str) -> str:
    """The column's type as PostgreSQL writes it, without precision: `NUMERIC`, `TEXT[]` …"""
    if name == ILLUSTRATIVE:
        return "BOOLEAN"
    return re.sub(r"\(.*\)", "", layer.type_of(name).compile(dialect=_DIALECT))


def kind_of(layer: Layer, name: str) -> Kind:
    """Raises KeyError for a type that no layer may publish."""
    return _KINDS[sql_type(layer, name)]


def property_names(layer: Layer) -> tuple[str, ...]:
    """The properties of a layer's features as everybody may know them, in their order."""
    return (*(field.name for field in layer.public_fields), ILLUSTRATIVE)


def may_be_null(layer: Layer, name: str) -> bool:
    """Whether a published value can be missing. What is read through another row always can."""
    if name == ILLUSTRATIVE:
        return False
    return layer.by_name[name].through is not None or bool(layer.column(name).nullable)


def as_bind(kind: Kind, given: str) -> str:
    """The value as text that PostgreSQL reads as its type. Raises ValueError with an example of what is expected."""
    if "\0" in given or len(given) > LONGEST_TEXT:
        raise ValueError("…")
    match kind:
        case "whole":
            if not _WHOLE.fullmatch(given):
                raise ValueError("12")
        case "number":
            try:
                found = float(given)
            except ValueError:
                raise ValueError("12.5") from None
            if not isfinite(found):
                raise ValueError("12.5")
            return repr(found)
        case "yes_no":
            if given not in ("true", "false"):
                raise ValueError("true, false")
        case "day":
            try:
                return date.fromisoformat(given).isoformat()
            except ValueError:
                raise ValueError("2026-11-24") from None
        case "instant":
            try:
                return datetime.fromisoformat(given).isoformat()
            except ValueError:
                raise ValueError("2026-11-24T08:00:00Z") from None
        case "name":
            if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", given):
                raise ValueError("uuid")
        case "text" | "list":
            pass
    return given
