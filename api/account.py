# SPDX-License-Identifier: Apache-2.0
"""`/account`: who I am here, what I may do until when, my password, and who stands in for me."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from api.acting import act
from api.forms import PRIVATE, day, posted, written
from api.permissions import Needs, actor_of, session_of
from api.problempages import wants_page
from api.problems import reader_language, sentence, status_of
from api.query import only
from api.service import as_staff, service_of
from api.sessions import PAGE, require_same_twice
from layers import accounts
from layers.access import PASSWORD_OF, digest
from layers.actors import Actor
from layers.errors import MarsaError, NoSuchPage, NotThoseWords
from layers.matrix import DELEGABLE
from layers.refusals import NotThatUser
from web.pages import render

USERS = Needs("users", "read")
FILES = Needs("files", "bring")
INSTALLATION = Needs("installation", "read")


async def show(request: Request) -> Response:
    """The page."""
    only(request, "done", "lang")
    return await _page(request)


async def _page(
    request: Request, refused: MarsaError | None = None, given: Mapping[str, str] | None = None
) -> Response:
    actor, lang = await actor_of(request), reader_language(request)
    mine = await act(request, lambda db: accounts.accounts(db, actor.id))
    html = render(
        "account/account.html",
        page=PAGE,
        lang=lang,
        actor=actor,
        name=actor.name_ar if lang == "ar" else actor.name_en,
        mine=mine[0] if mine else None,
        delegable=[what for what in DELEGABLE if what in actor.duties | actor.roles and what not in actor.delegated],
        given=written(given),
        done=request.query_params.get("done") if refused is None else None,
        may={"users": _may(actor, USERS), "files": _may(actor, FILES), "installation": _may(actor, INSTALLATION)},
        switched="/account?" + urlencode({"lang": "en" if lang == "ar" else "ar"}),
        problem=sentence(refused, lang) if refused else None,
    )
    return HTMLResponse(html, status_code=status_of(refused) if refused else 200, headers=PRIVATE)


def _may(actor: Actor, needs: Needs) -> bool:
    return actor.may(needs.resource, needs.action)


async def change(request: Request) -> Response:
    """`POST /account/{act}`: one of the acts below. What is refused is said on the page, and what was written stays."""
    form, name = await posted(request), request.path_params["act"]
    if name not in ACTS:
        raise NoSuchPage()
    try:
        await ACTS[name](request, form)
    except MarsaError as refused:
        if not wants_page(request):
            raise
        return await _page(request, refused, {name: said for name, said in form.items() if name in KEPT})
    done = {"done": name, "lang": reader_language(request)}
    return RedirectResponse(f"/account?{urlencode(done)}", status_code=303, headers=PRIVATE)


async def _change_password(request: Request, form: Mapping[str, str]) -> None:
    """The old one first: an open browser is not yet its owner. Raises NotThoseWords, WeakPassword."""
    actor, service = await actor_of(request), service_of(request)
    if actor.login is None:
        raise NotThatUser("unknown")
    kept: dict[str, Any] | None = await as_staff(service, PASSWORD_OF, {"login": actor.login})
    right, _ = await service.comparing.is_right(form.get("old", ""), kept["hash"] if kept else None)
    if not right:
        raise NotThoseWords()
    require_same_twice(form)
    hash_ = await service.comparing.hashed(form.get("password", ""), login=actor.login)
    await act(request, lambda db: accounts.set_own_password(db, hash_, _session(request)))


async def _end_others(request: Request, _: Mapping[str, str]) -> None:
    await act(request, lambda db: accounts.end_other_sessions(db, _session(request)))


async def _delegate(request: Request, form: Mapping[str, str]) -> None:
    actor = await actor_of(request)
    begins, until = days_of(form)

    def delegate(db: accounts.Db) -> None:
        taker = accounts.colleague_named(db, form.get("to", ""))
        accounts.delegate(db, actor.id, taker, form.get("duty", ""), begins, until, form.get("reason", ""))

    await act(request, delegate)


async def _end_delegation(request: Request, form: Mapping[str, str]) -> None:
    await act(request, lambda db: accounts.end_delegation(db, accounts.number(form.get("id", ""))))


def days_of(form: Mapping[str, str]) -> "tuple[Any, Any]":
    """First and last day of a form. Raises NotThatUser."""
    try:
        return day(form.get("from", "")), day(form.get("until", ""))
    except ValueError:
        raise NotThatUser("period") from None


def _session(request: Request) -> bytes:
    return digest(session_of(request) or "")


ACTS = {
    "password": _change_password,
    "sessions": _end_others,
    "delegate": _delegate,
    "end-delegation": _end_delegation,
}
KEPT = ("to", "duty", "from", "until", "reason")
"""What a refused form shows again; passwords are written anew."""


def reading_routes() -> list[Route]:
    return [Route("/account", show, methods=["GET"])]


def acting_routes() -> list[Route]:
    return [Route("/account/{act}", change, methods=["POST"])]
