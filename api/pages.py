# SPDX-License-Identifier: Apache-2.0
"""The map page and its pieces. Every piece has an address of its own, and the page works without a script."""

import json
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from pyproj import CRS
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.answers import text_answer
from api.cards import card_of, title_of
from api.criteria import criteria_of, offset_of, pairs_of, results_of, sort_of, without
from api.heights import get_heights
from api.maplayers import YEARS, Register, attributions, drawing_entries, grouped, map_layers, register_of
from api.moments import TIMES, moment_query
from api.permissions import BRING, may, who
from api.problems import reader_language
from api.service import Service, service_of
from api.shells import OWN_PAGE, door_of
from gis.positions import LonLat, read_position, to_grid, to_lonlat
from layers import browsing, search
from layers.browsing import SORTS
from layers.errors import BadQuery, NoSuchFeature
from layers.rasters.asking import STATISTICS_OF_PLOT
from web.browse import Card, Comparison, Found
from web.legend import MapLayer
from web.map import LonLatBox, Split, XyzLayer, split_map
from web.pages import render
from web.texts import Lang, texts

COMPARED_MOST = 4
NEAR_M = 2000
"""Within this distance a project is told on a plot's card."""
LIBYA = LonLatBox(9.0, 19.0, 26.0, 34.0)
"""Shown while the register is empty."""
MODULES = (
    "base",
    "cards",
    "compare",
    "criteria",
    "dating",
    "decode",
    "elements",
    "fitting",
    "fragment",
    "heights",
    "layerlist",
    "measure",
    "overlay",
    "page",
    "painting",
    "position",
    "search",
    "sheets",
    "state",
    "tiles",
    "tools",
    "units",
    "versions",
)
_SCRIPT_TEXTS = (
    "compare_full",
    "no_such_object",
    "no_such_plot",
    "not_compared",
    "beyond",
    "copied",
    "heights_failed",
    "heights_none",
    "drawing_gone",
    "east",
    "hectares",
    "imagery_gone",
    "kilometres",
    "locate",
    "locate_accuracy",
    "locate_denied",
    "locate_failed",
    "locate_outside",
    "metres",
    "north",
    "position_bad",
    "position_centre",
    "position_here",
    "position_outside",
    "square_metres",
)


async def map_page(request: Request) -> Response:
    """`/map`: criteria, list, card and comparison as the address says."""
    service, lang, pairs = service_of(request), reader_language(request), pairs_of(request)
    register = await register_of(service)
    drawn = map_layers(service.catalogue, register, lang)
    plots = plots_of(drawn)
    card = await card_named(service, register, drawn, dict(pairs), lang)
    given = dict(pairs)
    compared_numbers = _numbers(pairs, "compare")
    comparison = await _comparison(service, register, drawn, compared_numbers, lang)
    typed = given.get("q", "").strip()
    moment = moment_query(request)
    html = render(
        "map/map.html",
        page="map",
        lang=lang,
        zone=register.zone[lang],
        module=f"/map.js?lang={lang}{moment and f'&{moment}'}",
        modules=MODULES,
        element=map_of(service, register, drawn, lang).element,
        moment=moment,
        then=then_of(service),
        dates={name: given.get(name, "")[:10] for name in TIMES},
        this_day=this_day(service),
        results=await results_of(service, pairs, register, plots, lang),
        card=card,
        # Only who shows a session is asked for: the public's page costs no question.
        staff=await may(request, BRING),
        door=door_of(actor := await who(request), f"/map?{request.url.query}", lang),
        comparison=comparison,
        missing=_missing(given, card, compared_numbers, comparison, lang),
        found=await _found(service, typed, lang) if typed else None,
        colourings=plots.colourings if plots else (),
        groups=grouped(drawn, lang),
        drawings=drawing_entries(register, lang),
        timed=register.years,
        has_terrain=any(layer.drawn and layer.id == "terrain" for layer in drawn),
        xyz=_xyz(service, lang),
        illustrative=register.illustrative,
        attributions=attributions(service.catalogue, drawn, register),
        crs=crs_name(service),
        **_addresses(pairs, lang),
    )
    return text_answer(request, html, headers=dict(OWN_PAGE) if actor else None)


async def map_module(request: Request) -> Response:
    """`/map.js`: the module that makes the map, with the version of every layer."""
    service, lang = service_of(request), reader_language(request)
    register = await register_of(service)
    drawn = map_layers(service.catalogue, register, lang)
    return text_answer(request, map_of(service, register, drawn, lang, moment_query(request)).module, "text/javascript")


async def map_results(request: Request) -> Response:
    """`/map/results`: what changes with the criteria: counts, chips, list."""
    service, lang, pairs = service_of(request), reader_language(request), pairs_of(request)
    register = await register_of(service)
    plots = plots_of(map_layers(service.catalogue, register, lang))
    results = await results_of(service, pairs, register, plots, lang)
    return text_answer(
        request, render("map/changed.html", page="map", lang=lang, results=results, **_addresses(pairs, lang))
    )


async def map_card(request: Request) -> Response:
    """`/map/card?plot=…` or `?object=layer/number`. Raises NoSuchFeature."""
    service, lang, pairs = service_of(request), reader_language(request), pairs_of(request)
    register = await register_of(service)
    drawn = map_layers(service.catalogue, register, lang)
    given = dict(pairs)
    card = await card_named(service, register, drawn, given, lang)
    if card is None:
        raise NoSuchFeature("map", given.get("plot") or given.get("object") or "")
    return text_answer(request, render("map/card.html", page="map", lang=lang, card=card, **_addresses(pairs, lang)))


async def map_search(request: Request) -> Response:
    """`/map/search?q=…`: objects of all layers by number or name."""
    service, lang = service_of(request), reader_language(request)
    found = await _found(service, request.query_params.get("q", ""), lang)
    return text_answer(request, render("map/search.html", page="map", lang=lang, found=found))


async def map_compare(request: Request) -> Response:
    """`/map/compare?number=…`: two to four plots side by side."""
    service, lang, pairs = service_of(request), reader_language(request), pairs_of(request)
    register = await register_of(service)
    drawn = map_layers(service.catalogue, register, lang)
    comparison = await _comparison(service, register, drawn, _numbers(pairs, "number"), lang)
    if comparison is None:
        raise NoSuchFeature("plots", ", ".join(_numbers(pairs, "number")))
    return text_answer(request, render("map/compare.html", page="map", lang=lang, comparison=comparison))


async def map_versions(request: Request) -> Response:
    """`/map/versions`: the version of every layer, from memory; `?with=boxes` also where each lies, in degrees."""
    service = service_of(request)
    heard = {layer.id: service.version(layer) for layer in service.catalogue.public}
    told: dict[str, Any] = {"versions": heard}
    if None in heard.values() or request.query_params.get("with") == "boxes":
        register = await register_of(service)
        told["versions"] = {layer_id: register.versions.get(layer_id, 0) for layer_id in heard}
        reach = reach_of(boxes_of(register)[0], register)
        told["boxes"] = {layer_id: seen["box"] for layer_id, seen in register.summary.items() if seen["box"]}
        told["boxes"]["map"] = [reach.west, reach.south, reach.east, reach.north]
    return text_answer(request, json.dumps(told), "application/json")


async def map_position(request: Request) -> Response:
    """`/map/position?lon=…&lat=…` or `?text=…`: the same place in degrees and on the legal grid.

    Without lon and lat for words that are no place: a reader's typing is no fault of the request.
    """
    crs = CRS.from_epsg(service_of(request).installation.srid)
    given = request.query_params
    if "text" in given:
        read = read_position(given["text"][:200])
        place = read if isinstance(read, LonLat) or read is None else to_lonlat(read, crs)
    else:
        place = _lonlat(given.get("lon", ""), given.get("lat", ""))
    if place is None:
        return text_answer(request, json.dumps({"legal": ""}), "application/json")
    grid = to_grid(place, crs)
    legal = f"E {grid.easting:,.2f}  N {grid.northing:,.2f}" if grid else ""
    return text_answer(request, json.dumps({"lon": place.lon, "lat": place.lat, "legal": legal}), "application/json")


def routes() -> list[Route]:
    return [
        Route("/map", map_page),
        Route("/map.js", map_module),
        Route("/map/results", map_results),
        Route("/map/card", map_card),
        Route("/map/search", map_search),
        Route("/map/compare", map_compare),
        Route("/map/position", map_position),
        Route("/map/heights", get_heights),
        Route("/map/versions", map_versions),
    ]


def map_of(service: Service, register: Register, drawn: tuple[MapLayer, ...], lang: Lang, moment: str = "") -> Split:
    """The map with these layers: its element for a page, and its module."""
    t = texts("map", lang)
    known, home = boxes_of(register)
    return split_map(
        drawn,
        label=t["map_label"],
        bounds=reach_of(known, register),
        known=known,
        home=home,
        settings={
            "lang": lang,
            "texts": {name: t[name] for name in _SCRIPT_TEXTS},
            "versions": {layer.id: register.versions.get(layer.id, 0) for layer in service.catalogue.public},
            "timed": {layer_id: dict(zip(("from", "to"), YEARS, strict=True)) for layer_id in register.years},
        },
        xyz=_xyz(service, lang),
        moment=moment,
    )


def boxes_of(register: Register) -> tuple[LonLatBox, LonLatBox]:
    """How far the base is known, and what the map shows first: the zone, else the plots, else everything."""
    boxes = {name: LonLatBox(*seen["box"]) for name, seen in register.summary.items() if seen["box"]}
    home = boxes.get("zones") or boxes.get("plots") or boxes.get("land") or LIBYA
    return boxes.get("land") or LIBYA, home


def reach_of(known: LonLatBox, register: Register) -> LonLatBox:
    """How far the reader can go: as far as the base is known, and to every drawing, wherever its file says that it lies."""
    boxes = [each["box"] for each in register.drawings]
    return LonLatBox(
        min([known.west, *(box[0] for box in boxes)]),
        min([known.south, *(box[1] for box in boxes)]),
        max([known.east, *(box[2] for box in boxes)]),
        max([known.north, *(box[3] for box in boxes)]),
    )


def this_day(service: Service) -> str:
    return datetime.now(ZoneInfo(service.installation.time_zone)).date().isoformat()


def then_of(service: Service) -> tuple[date, date | None] | None:
    """The days that the page speaks of: true on, known on (None: today); None for the register as it is."""
    if service.moment is None:
        return None
    zone = ZoneInfo(service.installation.time_zone)
    known_on = service.moment.known_on
    return service.moment.on.astimezone(zone).date(), known_on.astimezone(zone).date() if known_on else None


def plots_of(drawn: tuple[MapLayer, ...]) -> MapLayer | None:
    return next((layer for layer in drawn if layer.id == "plots"), None)


def _xyz(service: Service, lang: Lang) -> XyzLayer | None:
    settings = service.settings
    if not settings.imagery_url:
        return None
    return XyzLayer(settings.imagery_url, settings.imagery_attribution, texts("map", lang)["imagery"])


def crs_name(service: Service) -> str:
    srid = service.installation.srid
    return f"{CRS.from_epsg(srid).name} (EPSG:{srid})"


def _addresses(pairs: list[tuple[str, str]], lang: Lang) -> dict[str, Any]:
    """The page's own links: other language, no criteria, card closed; and the criteria as they were typed."""
    given = dict(pairs)
    rest = [(name, value) for name, value in pairs if name != "lang"]
    criteria = criteria_of(pairs)
    return {
        "switched": urlencode([*rest, ("lang", "en" if lang == "ar" else "ar")]),
        "cleared": without(pairs, *criteria.active, "offset"),
        "today": without(pairs, *TIMES),
        "closed": without(pairs, "plot", "object"),
        "sorts": SORTS,
        "criteria": {
            "q": given.get("q", ""),
            "by": given.get("by", "public_status"),
            "sort": sort_of(pairs),
            "offset": offset_of(pairs),
            **{name: given.get(name, "") for name in ("area_from", "area_to", "rent_to")},
        },
    }


def _missing(
    given: dict[str, str], card: Card | None, numbers: tuple[str, ...], comparison: Comparison | None, lang: Lang
) -> list[str]:
    """What the address names and the register does not have, a sentence each."""
    t = texts("map", lang)
    said = []
    if card is None and given.get("plot"):
        said.append(t["no_such_plot"].replace("{given}", _isolated(given["plot"])))
    elif card is None and given.get("object"):
        said.append(t["no_such_object"])
    there = {each.plot_number for each in comparison.cards} if comparison else set()
    gone = [_isolated(each) for each in numbers if each not in there]
    if gone:
        said.append(t["not_compared"].replace("{given}", ("، " if lang == "ar" else ", ").join(gone)))
    return said


def _isolated(given: str) -> str:
    """A reader's own word in a sentence of ours, with its dashes where they belong."""
    return f"\u2068{given[:60]}\u2069"


def _numbers(pairs: list[tuple[str, str]], name: str) -> tuple[str, ...]:
    words = [word for key, value in pairs if key == name for word in value.split(",") if word]
    return tuple(dict.fromkeys(words))[:COMPARED_MOST]


async def card_named(
    service: Service, register: Register, drawn: tuple[MapLayer, ...], given: dict[str, str], lang: Lang
) -> Card | None:
    """The card that the address names, or None when it names none or nothing that is there."""
    if given.get("plot"):
        return await card_at(service, register, drawn, "plots", given["plot"], lang)
    layer_id, _, key = given.get("object", "").partition("/")
    if not (key.isascii() and key.isdigit() and len(key) < 10) or service.catalogue.get(layer_id) is None:
        return None
    return await card_at(service, register, drawn, layer_id, int(key), lang)


async def card_at(
    service: Service, register: Register, drawn: tuple[MapLayer, ...], layer_id: str, key: str | int, lang: Lang
) -> Card | None:
    """The card of an object by its plot number or its number in tiles; None when nothing is there."""
    layer = service.layer(layer_id)
    by = "plot_number" if isinstance(key, str) else "tile_id"
    row = await service.row(browsing.card_statement(layer, by), {"key": key})
    if row is None:
        return None
    near: tuple[dict[str, Any], ...] = ()
    projects = service.catalogue.get("projects")
    if layer_id == "plots" and projects is not None:
        found = await service.row(
            browsing.nearby_statement(layer, projects, f"title_{lang}"), {"key": row[1], "reach_m": NEAR_M}
        )
        near = tuple(found[0]) if found else ()
    terrain = await service.row(STATISTICS_OF_PLOT, {"plot": row[2]}) if layer_id == "plots" else None
    border = service.catalogue.get("boundary_arcs")
    arcs: tuple[dict[str, Any], ...] = ()
    if layer_id == "plots" and border is not None:
        told = await service.row(browsing.arcs_statement(layer, border), {"key": row[1]})
        arcs = tuple(told[0]) if told else ()
    shown = next((each for each in drawn if each.id == layer_id), None)
    return card_of(layer, row, register, shown, lang, near, terrain[0] if terrain else None, arcs)


async def _comparison(
    service: Service, register: Register, drawn: tuple[MapLayer, ...], numbers: tuple[str, ...], lang: Lang
) -> Comparison | None:
    cards = [await card_at(service, register, drawn, "plots", number, lang) for number in numbers]
    return compared(tuple(card for card in cards if card is not None), texts("map", lang)["status_label"])


def compared(cards: tuple[Card, ...], status_label: str) -> Comparison | None:
    """Facts of all cards by title, in the order of the first that has them."""
    if not cards:
        return None
    titles = dict.fromkeys(fact.title for card in cards for fact in _all_facts(card))
    rows = [(status_label, tuple(card.status_title for card in cards))]
    for title in titles:
        values = [next((f.value for f in _all_facts(card) if f.title == title), "–") for card in cards]
        rows.append((title, tuple(values)))
    return Comparison(cards, tuple((title, values, len(set(values)) > 1) for title, values in rows))


def _all_facts(card: Card) -> list[Any]:
    services = [fact for section in card.sections[:1] for fact in section.facts]
    return [*card.facts, *services]


async def _found(service: Service, typed: str, lang: Lang) -> tuple[Found, ...]:
    binds = search.binds(typed[:80].replace("\0", ""))
    if binds is None:
        return ()
    row = await service.row(search.search_statement(service.catalogue), binds)
    return tuple(_one_found(service, each, lang) for each in (row[0] if row else []))


def _one_found(service: Service, each: dict[str, Any], lang: Lang) -> Found:
    layer = service.layer(each["layer"])
    names = each["names"]
    title = title_of(layer, names, lang) or each["words"]
    other = next((str(v) for v in names.values() if v and str(v) != title), "")
    if layer.group == "base":
        address = {"at": f"14/{each['lat']:.5f}/{each['lon']:.5f}"}
    elif names.get("plot_number"):
        address = {"plot": names["plot_number"]}
    else:
        address = {"object": f"{layer.id}/{each['tile_id']}"}
    kind = texts("map", lang)["kind_plot"] if names.get("plot_number") else layer.title.said_in(lang)
    return Found(title, kind, other, urlencode(address | {"lang": lang}))


def _lonlat(lon: str, lat: str) -> LonLat | None:
    try:
        place = LonLat(float(lon), float(lat))
    except ValueError:
        raise BadQuery("lon, lat", f"{lon}, {lat}", "16.6315, 31.2125") from None
    return place if abs(place.lon) <= 180 and abs(place.lat) <= 90 else None
