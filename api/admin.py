# SPDX-License-Identifier: Apache-2.0
"""The admin's door: a one-time link that a person confirms, and a page that says how the installation is."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from api.administering import standing_of_acts
from api.forms import PRIVATE, posted
from api.permissions import BRING, Needs, may
from api.problems import reader_language
from api.query import only
from api.service import as_staff, service_of
from api.sessions import LONGEST_KEY, end_session, give_session, require_private_connection
from layers.access import USE_LINK, digest, new_secret
from layers.errors import LinkSpent
from layers.standing import standing_statement
from web.pages import render

USERS = Needs("users", "read")
TEND = Needs("installation", "tend")


async def show_link(request: Request) -> Response:
    """`/admin/enter?key=…`: one button. A program that only looks at links does not use this one up."""
    only(request, "key", "lang")
    lang = reader_language(request)
    return HTMLResponse(
        render("admin/enter.html", page="admin", lang=lang, key=request.query_params.get("key", "")[:LONGEST_KEY]),
        headers=PRIVATE,
    )


async def enter(request: Request) -> Response:
    """The button: uses the link up and lets this browser in."""
    secure = require_private_connection(request)
    key = (await posted(request)).get("key", "")[:LONGEST_KEY]
    secret = new_secret()
    let_in = await as_staff(service_of(request), USE_LINK, {"link": digest(key), "session": digest(secret)})
    if not let_in:
        raise LinkSpent()
    await end_session(request)
    answer = RedirectResponse(f"/admin?lang={reader_language(request)}", status_code=303, headers=PRIVATE)
    give_session(answer, secret, secure=secure)
    return answer


async def show_standing(request: Request) -> Response:
    """`/admin`: what is here, in which version, and when it changed last."""
    only(request, "lang")
    service = service_of(request)
    lang = reader_language(request)
    row = await service.row(standing_statement(service.catalogue.public))
    layers, versions = row if row else ([], {})
    titles = {layer.id: getattr(layer.title, lang) for layer in service.catalogue.public}
    return HTMLResponse(
        render(
            "admin/standing.html",
            page="admin",
            lang=lang,
            installation=service.installation,
            may={
                "users": await may(request, USERS),
                "tend": await may(request, TEND),
                "bring": await may(request, BRING),
            },
            versions=versions,
            **await standing_of_acts(request, lang),
            layers=[(titles[layer["id"]], layer["rows"], layer["changed"]) for layer in layers],
        ),
        headers=PRIVATE,
    )


def open_routes() -> list[Route]:
    return [Route("/admin/enter", show_link, methods=["GET"]), Route("/admin/enter", enter, methods=["POST"])]


def admin_routes() -> list[Route]:
    return [Route("/admin", show_standing, methods=["GET"])]
