# SPDX-License-Identifier: Apache-2.0
"""`/admin/users`: who can sign in, in which role, with which duties, and who stands in for whom."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from api.account import days_of
from api.acting import act
from api.forms import PRIVATE, posted, written
from api.permissions import Needs, actor_of, own_origin
from api.problempages import wants_page
from api.problems import reader_language, sentence, status_of
from api.query import only
from api.sessions import PAGE
from layers import accounts
from layers.accounts import Db, NewAccount
from layers.errors import MarsaError, NoSuchPage
from layers.matrix import DELEGABLE, DUTIES, OF_A_PARTY, ON_DUTY, ROLES
from web.pages import render

WRITE = Needs("users", "write")
Form = Mapping[str, str]


async def show_all(request: Request) -> Response:
    """The accounts that the reader may see, and the form for another one."""
    only(request, "lang")
    return await _all_page(request)


async def add(request: Request) -> Response:
    """`POST /admin/users`: an account, and the link with which its owner sets a password. Shown once, kept nowhere."""
    form = await posted(request)
    new = NewAccount(
        login=form.get("login", ""),
        name_ar=form.get("name_ar", ""),
        name_en=form.get("name_en", ""),
        role=form.get("role", ""),
        language=form.get("language", "ar"),
        party=form.get("party", ""),
        zones=tuple(form.get("zones", "").replace("،", ",").replace(",", " ").split()) or ("*",),
    )

    def made(db: Db) -> tuple[UUID, str]:
        user = accounts.add(db, new)
        return user, accounts.new_password_link(db, user)

    try:
        user, secret = await act(request, made)
    except MarsaError as refused:
        if not wants_page(request):
            raise
        return await _all_page(request, refused, form)
    return await _one_page(request, user, link=_link(request, secret), done="added")


async def show_one(request: Request) -> Response:
    """`/admin/users/{user}`: one account, and what can be done about it."""
    only(request, "done", "lang")
    return await _one_page(request, _user(request), done=request.query_params.get("done"))


async def change(request: Request) -> Response:
    """`POST /admin/users/{user}/{act}`: one of the acts below."""
    form, user, name = await posted(request), _user(request), request.path_params.get("act", "confirm")
    if name not in ACTS:
        raise NoSuchPage()
    try:
        secret = await act(request, lambda db: ACTS[name](db, user, form))
    except MarsaError as refused:
        if not wants_page(request):
            raise
        return await _one_page(request, user, refused=refused, given=form)
    if secret is not None:
        return await _one_page(request, user, link=_link(request, secret), done=name)
    done = urlencode({"done": name, "lang": reader_language(request)})
    return RedirectResponse(f"/admin/users/{user}?{done}", status_code=303, headers=PRIVATE)


def _user(request: Request) -> UUID:
    try:
        return UUID(request.path_params["user"])
    except ValueError:
        raise NoSuchPage() from None


def _link(request: Request, secret: str) -> str:
    return f"{own_origin(request)}/password?{urlencode({'key': secret})}"


async def _all_page(request: Request, refused: MarsaError | None = None, given: Form | None = None) -> Response:
    actor = await actor_of(request)
    told = await act(request, accounts.accounts)
    return await _page(
        request, "account/users.html", refused, given,
        accounts=told, roles=ROLES[1:], of_a_party=OF_A_PARTY, address="/admin/users",
        by_link=actor.login is None,
    )  # fmt: skip


async def _one_page(
    request: Request,
    user: UUID,
    *,
    refused: MarsaError | None = None,
    given: Form | None = None,
    link: str | None = None,
    done: str | None = None,
) -> Response:
    found = await act(request, lambda db: accounts.accounts(db, user))
    if not found:
        raise NoSuchPage()
    actor = await actor_of(request)
    return await _page(
        request, "account/user.html", refused, given,
        one=found[0], roles=ROLES[1:], duties=DUTIES, delegable=DELEGABLE, on_duty=found[0]["role"] in ON_DUTY,
        link=link, done=done if refused is None else None, address=f"/admin/users/{user}",
        may_confirm=actor.login is not None and str(actor.id) != str(user), asked_by_me=_asked_by(found[0]) == actor.event_name,
    )  # fmt: skip


def _asked_by(one: Mapping[str, Any]) -> str | None:
    return one["waits"]["asked_by"] if one["waits"] else None


async def _page(
    request: Request, template: str, refused: MarsaError | None, given: Form | None, address: str, **values: Any
) -> Response:
    lang, actor = reader_language(request), await actor_of(request)
    html = render(
        template,
        page=PAGE,
        lang=lang,
        given=written(given),
        may_write=actor.may(WRITE.resource, WRITE.action),
        switched=f"{address}?{urlencode({'lang': 'en' if lang == 'ar' else 'ar'})}",
        problem=sentence(refused, lang) if refused else None,
        **values,
    )
    return HTMLResponse(html, status_code=status_of(refused) if refused else 200, headers=PRIVATE)


def _set_role(db: Db, user: UUID, form: Form) -> None:
    accounts.set_role(db, user, form.get("role", ""))


def _give_duty(db: Db, user: UUID, form: Form) -> None:
    accounts.give_duty(db, user, form.get("duty", ""), *days_of(form))


def _end_duty(db: Db, _: UUID, form: Form) -> None:
    accounts.end_duty(db, accounts.number(form.get("id", "")))


def _delegate(db: Db, user: UUID, form: Form) -> None:
    taker = accounts.account_named(db, form.get("to", ""))
    accounts.delegate(db, user, taker, form.get("duty", ""), *days_of(form), form.get("reason", ""))


def _end_delegation(db: Db, _: UUID, form: Form) -> None:
    accounts.end_delegation(db, accounts.number(form.get("id", "")))


ACTS: dict[str, Callable[[Db, UUID, Form], str | None]] = {
    "role": _set_role,
    "withdraw": lambda db, user, _: accounts.withdraw(db, user),
    "close": lambda db, user, _: accounts.close(db, user),
    "open": lambda db, user, _: accounts.close(db, user, closed=False),
    "link": lambda db, user, _: accounts.new_password_link(db, user),
    "duty": _give_duty,
    "end-duty": _end_duty,
    "delegate": _delegate,
    "end-delegation": _end_delegation,
    "confirm": lambda db, user, _: accounts.confirm(db, user),
}


def reading_routes() -> list[Route]:
    return [
        Route("/admin/users", show_all, methods=["GET"]),
        Route("/admin/users/{user}", show_one, methods=["GET"]),
    ]


def acting_routes() -> list[Route]:
    return [
        Route("/admin/users", add, methods=["POST"]),
        Route("/admin/users/{user}/{act}", change, methods=["POST"]),
    ]


def confirming_routes() -> list[Route]:
    return [Route("/admin/users/{user}/confirm", change, methods=["POST"])]
