# SPDX-License-Identifier: Apache-2.0
"""`/plots/{plot_number}`: a plot as a page to send to somebody: where it lies, what it is, every corner, and the ways on."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.answers import text_answer
from api.maplayers import map_layers, register_of
from api.moments import TIMES
from api.pages import card_at, crs_name
from api.plotsheet import plot_sheet
from api.problems import reader_language
from api.records import way_to
from api.service import service_of
from api.shells import shell, within
from layers.errors import NoSuchFeature
from layers.figures import situation_statement

PAGE = "map"


async def plot_page(request: Request) -> Response:
    """The page. Raises NoSuchFeature."""
    service, lang = service_of(request), reader_language(request)
    number = request.path_params["plot_number"].replace("\0", "")
    register = await register_of(service)
    drawn = map_layers(service.catalogue, register, lang)
    card = await card_at(service, register, drawn, "plots", number, lang)
    sheet = await plot_sheet(service, register, card, lang) if card else None
    if card is None or sheet is None:
        raise NoSuchFeature("plots", number)
    layer = service.layer("plots")
    reserves = service.catalogue.get("road_reserves")
    picture = await service.row(situation_statement(layer, reserves), {"key": card.tile_id})
    asked = request.query_params
    then = {name: asked[name] for name in TIMES if name in asked}
    html = shell(
        request,
        register,
        "plot",
        page=PAGE,
        crumbs=[*way_to(layer, lang)],
        title=card.title,
        as_json=within(f"/collections/{layer.id}/items", lang, plot_number=number, f="json"),
        card=card,
        plot=sheet,
        picture=picture[0] if picture else None,
        crs=crs_name(service),
        on_map=within("/map", lang, plot=number, **then),
        print_sheet=within("/map/print", lang, plot=number, **then),
    )
    return text_answer(request, html)


def routes() -> list[Route]:
    return [Route("/plots/{plot_number:path}", plot_page)]
