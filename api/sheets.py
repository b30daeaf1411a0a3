# SPDX-License-Identifier: Apache-2.0
"""The print sheet of a view: A4 or A3, at a round scale, with title block, legend, scale bar and north."""

import math
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.answers import text_answer
from api.criteria import Pairs, criteria_of, pairs_of, results_of, without
from api.maplayers import attributions, map_layers, register_of
from api.moments import moment_query
from api.pages import boxes_of, card_named, crs_name, map_of, plots_of, then_of, this_day
from api.plotsheet import plot_sheet
from api.problems import reader_language
from api.service import service_of
from web.legend import Colouring, MapLayer
from web.map import LonLatBox
from web.pages import render

SCALES = (500, 1000, 2000, 2500, 5000, 10_000, 20_000, 25_000, 50_000, 100_000)
PAPERS = ("a4", "a3")
M_PER_PX = 0.0254 / 96
"""Metres of paper in a CSS px."""
EQUATOR_M_PER_PX = 156543.03392804097
M_PER_DEGREE = 111_320.0
"""Metres of a degree of latitude, good enough to choose a round scale."""
_SHEET = ("paper", "direction", "scale")


async def map_sheet(request: Request) -> Response:
    """`/map/print?…`: the view that the address names, to be printed."""
    service, lang, pairs = service_of(request), reader_language(request), pairs_of(request)
    register = await register_of(service)
    drawn = map_layers(service.catalogue, register, lang)
    plots = plots_of(drawn)
    given = dict(pairs)
    results = await results_of(service, pairs, register, plots, lang)
    home = boxes_of(register)[1]
    latitude = home.centre[1]
    card = await card_named(service, register, drawn, given, lang)
    paper = given["paper"] if given.get("paper") in PAPERS else PAPERS[0]
    direction = "portrait" if given.get("direction") == "portrait" else "landscape"
    # Whoever asks for an object and for no view gets the sheet of the object.
    about = LonLatBox(*card.box) if card and not given.get("at") else None
    scale = scale_showing(about, paper, direction) if about and "scale" not in given else scale_of(given, latitude)
    shown = shown_in(drawn, pairs)
    moment = moment_query(request)
    html = render(
        "map/sheet.html",
        page="map",
        lang=lang,
        module=f"/map.js?lang={lang}{moment and f'&{moment}'}",
        element=map_of(service, register, drawn, lang).element,
        then=then_of(service),
        zone=register.zone[lang],
        paper=paper,
        papers=PAPERS,
        direction=direction,
        centre=f"{about.centre[1]:.7f}/{about.centre[0]:.7f}" if about else "",
        plot=await plot_sheet(service, register, card, lang) if card else None,
        scale=scale,
        scales=SCALES,
        bar=scale_bar(scale),
        kept=[(name, value) for name, value in pairs if name not in _SHEET],
        back=without(pairs, *_SHEET),
        matching=results.matching,
        chips=[chip.title for chip in results.chips] if criteria_of(pairs).active else [],
        card=card,
        colouring=_colouring(plots, given) if plots in shown else None,
        others=[layer for layer in shown if layer is not plots and _is_explained(layer, zoom_of(scale, latitude))],
        illustrative=register.illustrative,
        attributions=attributions(service.catalogue, shown, register),
        crs=crs_name(service),
        today=this_day(service),
    )
    return text_answer(request, html)


def scale_of(given: dict[str, str], latitude: float) -> int:
    """The scale that is asked for, else the round one nearest to the view's.

    >>> scale_of({"scale": "5000"}, 31.2), scale_of({"at": "16/31.2/16.6"}, 31.2), scale_of({}, 31.2)
    (5000, 10000, 10000)
    """
    asked = given.get("scale", "")
    if asked in map(str, SCALES):
        return int(asked)
    zoom = 16.0
    with suppress(ValueError):
        at_zoom, at_latitude = (float(word) for word in given.get("at", "").split("/")[:2])
        if 0 <= at_zoom <= 24 and abs(at_latitude) <= 85:
            zoom, latitude = at_zoom, at_latitude
    on_screen = EQUATOR_M_PER_PX * math.cos(math.radians(latitude)) / 2**zoom / M_PER_PX
    return min(SCALES, key=lambda scale: abs(math.log(scale / on_screen)))


def scale_showing(box: LonLatBox, paper: str, direction: str) -> int:
    """The largest round scale at which an object takes no more than half of the map's width and height.

    >>> scale_showing(LonLatBox(16.63, 31.2, 16.632, 31.2015), "a4", "landscape")
    2500
    """
    long_mm, short_mm = (281.0, 150.0) if paper == "a4" else (404.0, 235.0)
    width_mm, height_mm = (long_mm, short_mm) if direction == "landscape" else (short_mm + 44, long_mm - 52)
    height_m = (box.north - box.south) * M_PER_DEGREE
    width_m = (box.east - box.west) * M_PER_DEGREE * math.cos(math.radians(box.centre[1]))
    least = max(width_m / width_mm, height_m / height_mm) * 2 * 1000
    return next((scale for scale in SCALES if scale >= least), SCALES[-1])


def zoom_of(scale: int, latitude: float) -> float:
    """The map's zoom at which its CSS pixels have this scale on paper.

    >>> round(zoom_of(10_000, 31.2), 2)
    15.63
    """
    return math.log2(EQUATOR_M_PER_PX * math.cos(math.radians(latitude)) / (scale * M_PER_PX))


def _is_explained(layer: MapLayer, zoom: float) -> bool:
    """Whether a layer is drawn at this zoom and is no mere background."""
    first, last = layer.zooms
    return (
        not layer.base
        and layer.drawn_with is None
        and first <= round(zoom) - 1
        and (last >= 18 or round(zoom) - 1 <= last)
    )


def scale_bar(scale: int) -> dict[str, float]:
    """A bar of a round number of metres, 35 to 80 mm long on paper.

    >>> scale_bar(5000), scale_bar(2500)
    ({'mm': 40.0, 'metres': 200, 'half': 100.0}, {'mm': 40.0, 'metres': 100, 'half': 50.0})
    """
    steps = [digit * 10**power for power in range(5) for digit in (1, 2, 5)]
    metres = next(step for step in steps if step / scale * 1000 >= 35)
    return {"mm": metres / scale * 1000, "metres": metres, "half": metres / 2}


def shown_in(drawn: tuple[MapLayer, ...], pairs: Pairs) -> tuple[MapLayer, ...]:
    """Layers that the address shows: the usual ones, without those it hides, with those it adds."""
    words = {name: {w for key, value in pairs if key == name for w in value.split(",")} for name in ("show", "hide")}

    def is_shown(layer: MapLayer) -> bool:
        named = layer.drawn_with or layer.id
        return named in words["show"] or (layer.shown and named not in words["hide"])

    return tuple(layer for layer in drawn if is_shown(layer))


def _colouring(plots: MapLayer | None, given: dict[str, str]) -> Colouring | None:
    colourings: tuple[Colouring, ...] = plots.colourings if plots else ()
    by: Any = given.get("by")
    return next((each for each in colourings if each.field == by), colourings[0] if colourings else None)
