# SPDX-License-Identifier: Apache-2.0
"""What a writer is told of the file it makes: columns with a kind, how classes look, and what every copy must say."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

ColumnKind = Literal["text", "whole", "number", "yes_no", "day", "instant", "list"]
"""A list comes as the text of a JSON array, an instant in UTC."""
ShapeKind = Literal["wkb", "kml", "none"]
"""How the last column of each row gives the shape: hexadecimal ISO WKB, a KML element, or not at all."""


@dataclass(frozen=True)
class OutColumn:
    """One column of a file. Any value may be missing."""

    name: str
    kind: ColumnKind
    title: str = ""
    """Its heading for people; the name where there is none."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """code → what it means, where the values are codes."""

    @property
    def heading(self) -> str:
        return self.title or self.name


@dataclass(frozen=True)
class OutClass:
    """How features with one code are drawn. Colours as #rrggbb, opacity 0 to 1."""

    code: str
    title: str
    fill: str
    stroke: str = "#43525e"
    alpha: float = 0.85


@dataclass(frozen=True)
class Order:
    """One file to be written at `path`, where nothing may stand yet."""

    format: str
    path: str
    layer: str
    title: str
    columns: tuple[OutColumn, ...]
    shape: ShapeKind = "wkb"
    geometry_kind: str = "GEOMETRY"
    """As PostGIS names it; GEOMETRY makes a file of any kind."""
    crs: str = ""
    """That of the shapes, as WKT2."""
    about: tuple[tuple[str, str], ...] = ()
    """What the file says of itself: heading and text, in the reader's language."""
    language: Literal["ar", "en"] = "en"
    label: str | None = None
    """The column written beside a feature."""
    colour_by: str | None = None
    classes: tuple[OutClass, ...] = ()
    encoding: str = "UTF-8"
    """Of the texts of a Shapefile."""
    losses: tuple[str, ...] = ()
    """What the format cannot hold, said in the file where it has a place for it."""

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Order":
        told: dict[str, Any] = json.loads(text)
        told["columns"] = tuple(OutColumn(**column) for column in told["columns"])
        told["classes"] = tuple(OutClass(**each) for each in told["classes"])
        told["about"] = tuple((heading, said) for heading, said in told["about"])
        told["losses"] = tuple(told["losses"])
        return cls(**told)


@dataclass(frozen=True)
class Written:
    """What the writer says when the file is whole."""

    features: int
    lost: Mapping[str, int]
    """What did not fit, by its name in `layers.exporting.formats.COUNTED`, and in how many places."""
