# SPDX-License-Identifier: Apache-2.0
"""What a reader asks of a collection, read strictly from the address (OGC API Features, Parts 1 and 2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.requests import Request

from api.counting import How
from api.cursors import place
from api.moments import TIMES
from api.query import box, only, whole_number
from api.service import Service
from api.spans import span
from layers import cql2
from layers.declaration import Layer
from layers.errors import BadQuery
from layers.features import EVERYTHING, Key, Page, Selection, box_binds, ceiling_of
from layers.kinds import as_bind, kind_of, property_names
from layers.reference import CRS84, View, views

PAGE_SIZE = 100
MOST_SKIPPED = 10**9
MOST_KEYS = 3
PARAMETERS = (
    "limit", "bbox", "bbox-crs", "crs", "datetime", "properties", "sortby", "after", "offset", "count", "f",
    "filter", "filter-lang", "filter-crs", *TIMES,
)  # fmt: skip
"""What every collection takes; beside them each property is a parameter of its own name."""
OF_A_PAGE = ("limit", "after", "offset", "count")
"""Of these, what makes no sense where all that is selected is given."""


@dataclass(frozen=True)
class Question:
    """A page that somebody asked for."""

    view: View
    limit: int
    selection: Selection
    binds: Mapping[str, object]
    """Those of the selection."""
    order: tuple[Key, ...]
    after: tuple[str | None, ...] | None
    """Keys and id of the feature that the page follows."""
    offset: int
    properties: tuple[str, ...] | None
    how: How

    def page(self, *, walk: bool) -> Page:
        """What decides the statement."""
        return Page(
            view=self.view,
            selection=self.selection,
            order=self.order,
            after=None if self.after is None else tuple(value is not None for value in self.after[:-1]),
            offset=self.offset > 0,
            ceiling=ceiling_of(self.limit),
            walk=walk,
            properties=self.properties,
        )

    def page_binds(self) -> dict[str, object]:
        """All binds of the page's statement."""
        binds: dict[str, object] = {**self.binds, "limit": self.limit}
        if self.offset:
            binds["offset"] = self.offset
        if self.after is not None:
            *keys, last = self.after
            binds |= {f"after_{i}": value for i, value in enumerate(keys) if value is not None}
            binds["after_id"] = last
        return binds


def question(request: Request, service: Service, layer: Layer) -> Question:
    """The page that the address asks for. Raises BadQuery."""
    asked = request.query_params
    names = property_names(layer)
    only(request, *PARAMETERS, *names)
    selection, binds = _selection(request, service, layer, names)
    order = _order(layer, names, asked.get("sortby"))
    after = asked.get("after")
    how = asked.get("count", "auto")
    if how not in ("exact", "auto", "none"):
        raise BadQuery("count", how, "exact, auto, none")
    return Question(
        view=_view(service, "crs", asked.get("crs")),
        limit=whole_number(request, "limit", default=PAGE_SIZE, least=1, most=service.settings.page_limit),
        selection=selection,
        binds=binds,
        order=order,
        after=None if after is None else tuple(place(service.installation.id.bytes, order_name(layer, order), after)),
        offset=_offset(request, after),
        properties=_properties(names, asked.get("properties")),
        how=how,  # type: ignore[arg-type]  # narrowed above, which mypy does not see through `in`
    )


@dataclass(frozen=True)
class Choice:
    """All that is selected, without pages."""

    view: View | None
    """None: nobody asked for other coordinates."""
    selection: Selection
    binds: Mapping[str, object]
    order: tuple[Key, ...]
    properties: tuple[str, ...] | None


def choice(request: Request, service: Service, layer: Layer, *more: str) -> Choice:
    """What the address selects; it may carry `more` parameters. Raises BadQuery."""
    asked = request.query_params
    names = property_names(layer)
    only(request, *(name for name in PARAMETERS if name not in OF_A_PAGE), *more, *names)
    selection, binds = _selection(request, service, layer, names)
    return Choice(
        _view(service, "crs", asked["crs"]) if "crs" in asked else None,
        selection,
        binds,
        _order(layer, names, asked.get("sortby")),
        _properties(names, asked.get("properties")),
    )


def order_name(layer: Layer, order: tuple[Key, ...]) -> str:
    """What a cursor belongs to."""
    return ",".join((layer.id, *(f"{'-' if key.descending else '+'}{key.name}" for key in order)))


def _selection(
    request: Request, service: Service, layer: Layer, names: tuple[str, ...]
) -> tuple[Selection, dict[str, object]]:
    asked = request.query_params
    given = asked.keys()  # to ask QueryParams itself for what is not there costs an exception each time
    equal = tuple(name for name in names if name in given)
    binds: dict[str, object] = {f"equal_{i}": _value(layer, name, asked[name]) for i, name in enumerate(equal)}
    column, boxes = None, 1
    if "bbox" in asked:
        view = _view(service, "bbox-crs", asked.get("bbox-crs"))
        column = view.column
        found = box("bbox", asked["bbox"], view)
        boxes = len(found)
        for i, sides in enumerate(found):
            binds |= box_binds(i, *sides)
        if column == "geom":
            binds["srid"] = service.installation.srid
    elif "bbox-crs" in asked:
        _view(service, "bbox-crs", asked["bbox-crs"])
    since = until = None
    if "datetime" in asked:
        since, until = span(asked["datetime"], ZoneInfo(service.installation.time_zone))
        if layer.during:  # else nothing says when, and every feature fits
            binds |= {"since": since} if since else {}
            binds |= {"until": until} if until else {}
    dated = layer.during is not None
    filtered = _filter(request, service, layer)
    selection = Selection(
        equal, column, boxes, dated and since is not None, dated and until is not None, filtered.condition  # type: ignore[arg-type]  # one box or two
    )  # fmt: skip
    binds |= filtered.binds
    return (EVERYTHING if selection.all else selection), binds


def _filter(request: Request, service: Service, layer: Layer) -> cql2.Filter:
    """The filter of the address, in CQL2. Raises BadQuery."""
    asked = request.query_params
    language = asked.get("filter-lang", "cql2-text")
    if language not in ("cql2-text", "cql2-json"):
        raise BadQuery("filter-lang", language, "cql2-text, cql2-json")
    view = _view(service, "filter-crs", asked.get("filter-crs"))
    given = asked.get("filter")
    if given is None:
        return cql2.Filter("", {})
    try:
        return cql2.filter_of(layer, cql2.tree_of(given, language), view, service.installation.srid)  # type: ignore[arg-type]  # narrowed above
    except cql2.NotCql2 as expected:
        raise BadQuery("filter", given, str(expected)) from None


def _value(layer: Layer, name: str, given: str) -> str:
    try:
        return as_bind(kind_of(layer, name), given)
    except ValueError as expected:
        raise BadQuery(name, given, str(expected)) from None


def _view(service: Service, parameter: str, given: str | None) -> View:
    offered = views(service.installation.srid)
    if given is None:
        return offered[CRS84]
    if given not in offered:
        raise BadQuery(parameter, given, ", ".join(offered))
    return offered[given]


def _order(layer: Layer, names: tuple[str, ...], given: str | None) -> tuple[Key, ...]:
    if given is None:
        return ()
    keys = []
    for word in given.split(","):
        # A plus sign in an address is a space.
        name = word[1:] if word[:1] in ("-", "+", " ") else word
        if name not in names or kind_of(layer, name) == "list":
            raise BadQuery("sortby", given, ", ".join(f"±{name}" for name in names if kind_of(layer, name) != "list"))
        keys.append(Key(name, descending=word.startswith("-")))
    if len(keys) > MOST_KEYS or len({key.name for key in keys}) < len(keys):
        raise BadQuery("sortby", given, f"1–{MOST_KEYS}")
    return tuple(keys)


def _properties(names: tuple[str, ...], given: str | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    asked = set(given.split(","))
    if not asked <= set(names):
        raise BadQuery("properties", given, ", ".join(names))
    return tuple(name for name in names if name in asked)


def _offset(request: Request, after: str | None) -> int:
    offset = whole_number(request, "offset", default=0, least=0)
    if offset > MOST_SKIPPED or (offset and after is not None):
        raise BadQuery("offset", request.query_params["offset"], f"0–{MOST_SKIPPED}; after: –")
    return offset
