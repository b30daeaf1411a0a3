# SPDX-License-Identifier: Apache-2.0
"""The admin's door: a one-time link that a person confirms, and a page that says how the installation is."""

import ipaddress
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from api.administering import standing_of_acts
from api.permissions import COOKIES, own_origin, session_of
from api.problems import reader_language
from api.query import only
from api.service import as_staff, service_of
from layers.access import END, USE_LINK, digest, new_secret
from layers.errors import LinkSpent, NeedsHttps
from layers.standing import standing_statement
from web.pages import render

PRIVATE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
LONGEST_KEY = 100
LONGEST_FORM = 1000


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
    key = await _posted_key(request)
    secret = new_secret()
    let_in = await as_staff(service_of(request), USE_LINK, {"link": digest(key), "session": digest(secret)})
    if not let_in:
        raise LinkSpent()
    answer = RedirectResponse(f"/admin?lang={reader_language(request)}", status_code=303, headers=PRIVATE)
    answer.set_cookie(
        COOKIES[0] if secure else COOKIES[1], secret, max_age=12 * 3600, path="/", secure=secure, httponly=True,
        samesite="lax",
    )  # fmt: skip
    return answer


async def leave(request: Request) -> Response:
    """Signs out: the session ends for whoever holds its secret."""
    secret = session_of(request)
    if secret is not None:
        await as_staff(service_of(request), END, {"session": digest(secret)})
    answer = RedirectResponse(f"/?lang={reader_language(request)}", status_code=303, headers=PRIVATE)
    for name in COOKIES:
        answer.delete_cookie(name, path="/", secure=name.startswith("__Host-"), httponly=True, samesite="lax")
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
            versions=versions,
            **await standing_of_acts(request, lang),
            layers=[(titles[layer["id"]], layer["rows"], layer["changed"]) for layer in layers],
        ),
        headers=PRIVATE,
    )


async def _posted_key(request: Request) -> str:
    """The form's one field. Nobody is known yet, so no more is read than it can take."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise LinkSpent()
    return parse_qs(body.decode("latin-1")).get("key", [""])[0][:LONGEST_KEY]


def require_private_connection(request: Request) -> bool:
    """True over https, False over http on the machine itself, where there is no network to listen on.

    Raises NeedsHttps elsewhere.
    """
    if own_origin(request).startswith("https:"):
        return True
    # The name too: a page of another name that resolves to this machine must not be given a session.
    here = (request.url.hostname or "", request.client.host if request.client else "")
    if all(_is_loopback(host) for host in here):
        return False
    raise NeedsHttps()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def open_routes() -> list[Route]:
    return [Route("/admin/enter", show_link, methods=["GET"]), Route("/admin/enter", enter, methods=["POST"])]


def leaving_routes() -> list[Route]:
    return [Route("/admin/leave", leave, methods=["POST"])]


def admin_routes() -> list[Route]:
    return [Route("/admin", show_standing, methods=["GET"])]
