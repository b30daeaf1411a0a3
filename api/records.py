# SPDX-License-Identifier: Apache-2.0
"""Features as pages for people: a table of many, a list of one's facts."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from api.cards import fact_of, title_of, told_fields
from api.counting import Count
from api.maplayers import Register
from api.problems import reader_language
from api.question import Question
from api.shells import PAGE, Crumb, plain, shell, within
from layers.declaration import Field, Layer
from layers.kinds import kind_of
from web.browse import Fact
from web.texts import Lang, number, texts


@dataclass(frozen=True)
class Column:
    """A property as a column of the table: its heading, and the address that puts the table in its order."""

    title: str
    address: str | None
    direction: str | None
    """ascending or descending, where the table is in its order."""


@dataclass(frozen=True)
class Line:
    """A feature as a row of the table."""

    title: str
    address: str
    facts: tuple[Fact | None, ...]


def many(
    request: Request,
    register: Register,
    layer: Layer,
    asked: Question,
    found: list[bytes],
    count: Count | None,
    following: str | None,
) -> str:
    """The page of `/collections/{collection}/items`."""
    lang = reader_language(request)
    fields = [field for field in told_fields(layer, lang) if asked.properties is None or field.name in asked.properties]
    features: list[dict[str, Any]] = [json.loads(each) for each in found]
    t = texts(PAGE, lang)
    return shell(
        request,
        register,
        "items",
        crumbs=[*way_to(layer, lang)],
        title=layer.title.said_in(lang),
        heading=t["features"],
        columns=[_column(request, layer, asked, field, lang) for field in fields],
        lines=[_line(layer, feature, fields, register, lang) for feature in features],
        matched=_matched(count, t),
        shown=len(features),
        criteria=[(name, value) for name, value in plain(request).items() if name in layer.by_name],
        unfiltered=within(f"/collections/{layer.id}/items", lang),
        following=following,
        download=within(
            f"/collections/{layer.id}/export",
            lang,
            **{k: v for k, v in plain(request).items() if k not in ("after", "offset", "limit", "count")},
        ),
        first=within(
            request.url.path, lang, **{k: v for k, v in plain(request).items() if k not in ("after", "offset")}
        )
        if asked.after is not None or asked.offset
        else None,
    )


def one(request: Request, register: Register, layer: Layer, feature: dict[str, Any]) -> str:
    """The page of `/collections/{collection}/items/{feature}`."""
    lang = reader_language(request)
    facts = feature["properties"]
    number_ = facts.get("plot_number")
    return shell(
        request,
        register,
        "item",
        crumbs=[
            *way_to(layer, lang),
            Crumb(texts(PAGE, lang)["features"], within(f"/collections/{layer.id}/items", lang)),
        ],
        title=title_of(layer, facts, lang) or layer.title.said_in(lang),
        layer_title=layer.title.said_in(lang),
        facts=[fact for field in told_fields(layer, lang) if (fact := fact_of(field, facts, register, lang))],
        invented=facts["illustrative"],
        geometry_kind=feature["geometry"]["type"],
        feature_id=feature["id"],
        plot_address=within(f"/plots/{number_}", lang) if number_ else None,
    )


def way_to(layer: Layer, lang: Lang) -> tuple[Crumb, ...]:
    """The steps down to a collection."""
    return (
        Crumb(texts(PAGE, lang)["collections"], within("/collections", lang)),
        Crumb(layer.title.said_in(lang), within(f"/collections/{layer.id}", lang)),
    )


def _column(request: Request, layer: Layer, asked: Question, field: Field, lang: Lang) -> Column:
    first = asked.order[0] if asked.order else None
    direction = None
    if first and first.name == field.name:
        direction = "descending" if first.descending else "ascending"
    sortby = f"-{field.name}" if direction == "ascending" else field.name
    kept = {name: value for name, value in plain(request).items() if name not in ("after", "offset", "sortby")}
    return Column(
        title=field.title.said_in(lang),
        address=None if kind_of(layer, field.name) == "list" else within(request.url.path, lang, **kept, sortby=sortby),
        direction=direction,
    )


def _line(layer: Layer, feature: dict[str, Any], fields: list[Field], register: Register, lang: Lang) -> Line:
    facts = feature["properties"]
    return Line(
        title=title_of(layer, facts, lang) or feature["id"][:8],
        address=within(f"/collections/{layer.id}/items/{feature['id']}", lang),
        facts=tuple(fact_of(field, facts, register, lang) for field in fields),
    )


def _matched(count: Count | None, t: Any) -> str | None:
    if count is None:
        return None
    return number(count.found) if count.exact else f"{t['more_than']} {number(count.found)}"
