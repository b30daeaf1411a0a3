# SPDX-License-Identifier: Apache-2.0
"""What the map's panels are given: plain values, every word already in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field

from web.legend import Geometry, Look


@dataclass(frozen=True)
class Option:
    """One choice of a criterion, with how many plots it would leave. The count ignores its own criterion."""

    code: str
    title: str
    count: int
    chosen: bool
    look: Look | None = None


@dataclass(frozen=True)
class Facet:
    """A criterion with countable choices; `name` is its word in the address."""

    name: str
    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Chip:
    """An active criterion; `without` is the query string of the page when it is dropped, `gives` the count then."""

    title: str
    without: str
    gives: int


@dataclass(frozen=True)
class Row:
    """One plot in the list. `address` is the query string that opens its card."""

    plot_number: str
    tile_id: int
    status: str
    status_title: str
    look: Look
    land_use: str
    area_m2: float
    rent: float | None
    address: str


@dataclass(frozen=True)
class Results:
    """Plots that meet the criteria, and what the other choices would give.

    `matching` are the tile ids of all of them, or None when no criterion is set: the map then fades nothing.
    `version` is the plots': a map that stays open learns from it that its tiles are of before.
    """

    total: int
    area_m2: float
    facets: tuple[Facet, ...]
    rows: tuple[Row, ...]
    chips: tuple[Chip, ...] = ()
    matching: tuple[int, ...] | None = None
    more: str | None = None
    available: int = 0
    available_m2: float = 0.0
    largest_m2: float | None = None
    version: int = 0
    unread: tuple[str, ...] = ()
    """Sentences about criteria that could not be read, and were passed over."""
    download: str = ""
    """Query of the address at which the plots that fit are taken away."""


@dataclass(frozen=True)
class Fact:
    """One line of a card; `ltr` for numbers and codes, which keep their order in Arabic."""

    title: str
    value: str
    ltr: bool = False
    note: str = ""


@dataclass(frozen=True)
class Section:
    """Facts that belong together under a heading."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Card:
    """One object of any layer. `box` is west, south, east, north in degrees; `address` the query string that opens it."""

    collection: str
    tile_id: int
    title: str
    kind: str
    facts: tuple[Fact, ...]
    box: tuple[float, float, float, float]
    address: str
    page: str
    sections: tuple[Section, ...] = ()
    status: str | None = None
    status_title: str = ""
    look: Look | None = None
    geometry: Geometry = "polygon"
    plot_number: str | None = None
    illustrative: bool = False
    source: str = ""
    source_address: str = ""
    updated: str = ""


@dataclass(frozen=True)
class CornerLine:
    """A corner as it is printed: coordinates in metres of the legal grid, side and grid bearing to the corner `following`."""

    number: int
    following: int
    easting: str
    northing: str
    side: str
    bearing: str


@dataclass(frozen=True)
class PlotSheet:
    """What the printed sheet of a plot says beside its map."""

    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    around: tuple[Fact, ...]
    corners: tuple[CornerLine, ...]


@dataclass(frozen=True)
class DrawingEntry:
    """A reference drawing in the list of layers. `box` is west, south, east, north in degrees; `address` a query string."""

    import_id: str
    title: str
    features: int
    box: tuple[float, float, float, float]
    address: str


@dataclass(frozen=True)
class Found:
    """One answer of the search box."""

    title: str
    kind: str
    detail: str
    address: str


@dataclass(frozen=True)
class Comparison:
    """Facts of two to four plots side by side; a row of `rows` is title, values, and whether they differ."""

    cards: tuple[Card, ...]
    rows: tuple[tuple[str, tuple[str, ...], bool], ...] = field(default=())
