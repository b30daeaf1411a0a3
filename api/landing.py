# SPDX-License-Identifier: Apache-2.0
"""`/`: for machines where everything is, for people what this is, five figures and a door for each of them."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api import negotiation, ogc
from api.maplayers import Register, register_of
from api.negotiation import HTML
from api.permissions import who
from api.query import only
from api.service import Service, service_of
from api.shells import OWN_PAGE, door_of, shell, within
from layers.figures import figures_statement, picture_statement
from web.texts import Lang, hectares, number, texts

PAGE = "landing"
LEFT_TO_RIGHT, END = "\u2066", "\u2069"
"""Around numbers that keep their order in Arabic."""
_kept: dict[object, tuple[dict[str, int], dict[str, Any], dict[str, Any]]] = {}


@dataclass(frozen=True)
class Figure:
    """One figure: the number with its unit, what it is, how it is known, and where its rows are."""

    value: str
    title: str
    note: str
    address: str
    parts: tuple[tuple[str, str], ...] = ()


async def get_landing(request: Request) -> Response:
    """`/`: JSON by default, the page for browsers."""
    only(request, "f")
    if negotiation.format_of(request) == "json":
        return await ogc.landing_json(request)
    service = service_of(request)
    register = await register_of(service)
    lang = negotiation.reader_language(request)
    actor = await who(request)  # of no public reader: only who shows a session is asked for
    named, own = ((actor.id.hex,), OWN_PAGE) if actor else ((), {})
    etag = negotiation.etag_of(
        request, service.installation.id.hex[:8], sum(register.versions.values()), "landing", "html", *named, lang=lang
    )
    if negotiation.has_it(request, etag):
        return negotiation.unchanged(etag, lang, own)
    figures, picture = await _read(service, register)
    page = shell(
        request,
        register,
        "landing",
        page=PAGE,
        crumbs=[],
        figures=_figures(figures, register, lang) if figures["land"]["plots"] else (),
        picture=picture,
        as_of=figures["on"],
        door=door_of(actor, "/", lang),
    )
    return negotiation.answer(request, page, HTML, etag=etag, lang=lang, extra=own)


async def _read(service: Service, register: Register) -> tuple[dict[str, Any], dict[str, Any]]:
    """Figures and picture, read once for each state of the register."""
    key = service.installation.id
    kept = _kept.get(key)
    if kept is None or kept[0] != register.versions:
        figures, picture = await service.row(figures_statement()), await service.row(picture_statement())
        if figures is None or picture is None:
            raise RuntimeError("an aggregate gave no row")
        kept = (register.versions, figures[0], picture[0])
        _kept[key] = kept
    return kept[1], kept[2]


def _figures(told: dict[str, Any], register: Register, lang: Lang) -> tuple[Figure, ...]:
    t = texts(PAGE, lang)
    land, rent, port = told["land"], told["rent"], told["port"]
    unknown = t["unknown"]
    known_how = "، ".join if lang == "ar" else ", ".join
    depth = _span(port["depth_least"], port["depth_most"])
    return (
        Figure(
            hectares(land["available_m2"], lang),
            t["available"],
            t["available_note"].replace("{plots}", number(land["plots_available"])),
            within("/map", lang, status="available"),
        ),
        Figure(
            hectares(land["largest_m2"], lang) if land["largest_m2"] else unknown,
            t["largest"],
            land["largest_number"] or "",
            within(f"/plots/{land['largest_number']}", lang) if land["largest_number"] else within("/map", lang),
        ),
        Figure(
            f"{_span(rent['least'], rent['most'])} {t['rent_unit']}" if rent["least"] is not None else unknown,
            t["rent"],
            t["rent_note"],
            within("/map", lang, by="rent"),
        ),
        Figure(
            f"{number(port['berth_m'])} {t['metre']}" if port["berth_m"] else unknown,
            t["berths"].replace("{berths}", number(port["berths"])),
            f"{t['depth']} {depth} {t['metre']} · {known_how(register.titled('measure_quality', how, lang) for how in port['how'])}"
            if depth
            else unknown,
            within("/collections/berths/items", lang),
        ),
        Figure(
            number(sum(entry["count"] for entry in told["projects"])),
            t["projects"],
            "",
            within("/collections/projects/items", lang),
            tuple((register.titled("project_status", e["status"], lang), number(e["count"])) for e in told["projects"]),
        ),
    )


def _span(least: float | None, most: float | None) -> str:
    """A range that reads from the smaller to the larger number in either direction of writing."""
    if least is None or most is None:
        return ""
    return number(least, 2) if least == most else f"{LEFT_TO_RIGHT}{number(least, 2)}–{number(most, 2)}{END}"
