# SPDX-License-Identifier: Apache-2.0
"""Signing in and out, and the link with which somebody sets a password."""

import ipaddress
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode, urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from api.forms import PRIVATE, posted
from api.permissions import COOKIES, own_origin, session_of
from api.problempages import wants_page
from api.problems import reader_language, sentence, status_of
from api.proxies import address_of, counted_as
from api.query import only
from api.service import as_staff, service_of
from layers.access import END, OPEN, PASSWORD_LINK, PASSWORD_OF, USE_PASSWORD_LINK, digest, new_secret
from layers.accounts import plain_login
from layers.attempts import Attempts
from layers.errors import LinkSpent, MarsaError, NeedsHttps, NotThoseWords
from layers.passwords import WeakPassword
from web.pages import render

log = structlog.get_logger()
PAGE = "account"
LONGEST_KEY = 100
LONGEST_LOGIN = 200
LONGEST_NEXT = 2000
LASTS_S = 12 * 3600
HOME = "/account"


async def show_sign_in(request: Request) -> Response:
    """`/sign-in?next=…`: login and password."""
    only(request, "next", "lang")
    return _sign_in_page(request, next_=_own_path(request.query_params.get("next", "")))


async def sign_in(request: Request) -> Response:
    """`POST /sign-in`: opens a session. What is refused is said on the page, in the same words whatever was wrong."""
    secure = require_private_connection(request)
    form = await posted(request)
    login, next_ = form.get("login", "")[:LONGEST_LOGIN], _own_path(form.get("next", ""))
    try:
        secret, language = await _let_in(request, plain_login(login), form.get("password", ""))
    except MarsaError as refused:
        if not wants_page(request):
            raise
        return _sign_in_page(request, login=login, next_=next_, refused=refused)
    lang = request.query_params.get("lang") or language
    answer = RedirectResponse(next_ or f"{HOME}?{urlencode({'lang': lang})}", status_code=303, headers=PRIVATE)
    give_session(answer, secret, secure=secure)
    return answer


async def _let_in(request: Request, login: str, password: str) -> tuple[str, str]:
    """The secret of a new session, and the user's language. Raises TooManyAttempts, NotThoseWords, Busy."""
    service = service_of(request)
    address = counted_as(address_of(request, service.settings.proxies))
    attempts = Attempts(partial(as_staff, service))
    await attempts.begin(login, address)
    kept = await as_staff(service, PASSWORD_OF, {"login": login})
    # Compared with something even where there is nobody: how long it takes tells nothing.
    right, rehashed = await service.comparing.is_right(password, kept["hash"] if kept else None)
    if not right:
        log.warning("sign_in_refused", address=address)
        raise NotThoseWords()
    await attempts.succeeded(login, address)
    secret = new_secret()
    await as_staff(service, OPEN, {"user": kept["user"], "session": digest(secret), "rehashed": rehashed})
    # A session that the browser brought along, whoever put it there, does not live on beside the new one.
    await end_session(request)
    return secret, kept["language"]


async def sign_out(request: Request) -> Response:
    """`POST /sign-out`: the session ends for whoever holds its secret."""
    await end_session(request)
    answer = RedirectResponse(f"/?lang={reader_language(request)}", status_code=303, headers=PRIVATE)
    for name in COOKIES:
        answer.delete_cookie(name, path="/", secure=name.startswith("__Host-"), httponly=True, samesite="lax")
    return answer


async def show_password_link(request: Request) -> Response:
    """`/password?key=…`: choose a password. A program that only looks at links does not use this one up."""
    only(request, "key", "lang")
    return await _password_page(request, request.query_params.get("key", "")[:LONGEST_KEY])


async def set_password(request: Request) -> Response:
    """`POST /password`: uses the link up. A password that is not taken leaves the link as it is."""
    require_private_connection(request)
    form = await posted(request)
    key = form.get("key", "")[:LONGEST_KEY]
    service = service_of(request)
    account = await _linked(request, key)
    try:
        require_same_twice(form)
        hash_ = await service.comparing.hashed(form.get("password", ""), login=account["login"])
    except WeakPassword as refused:
        if not wants_page(request):
            raise
        return await _password_page(request, key, refused)
    if not await as_staff(service, USE_PASSWORD_LINK, {"link": digest(key), "hash": hash_}):
        raise LinkSpent()
    return RedirectResponse(f"/sign-in?lang={reader_language(request)}", status_code=303, headers=PRIVATE)


def require_same_twice(form: Mapping[str, str]) -> None:
    """Raises WeakPassword unless the new password was written the same way twice."""
    if form.get("password", "") != form.get("again", ""):
        raise WeakPassword("again")


async def _linked(request: Request, key: str) -> dict[str, str]:
    account: dict[str, str] | None = await as_staff(service_of(request), PASSWORD_LINK, {"link": digest(key)})
    if account is None:
        raise LinkSpent()
    return account


async def _password_page(request: Request, key: str, refused: MarsaError | None = None) -> Response:
    account = await _linked(request, key)
    lang = reader_language(request)
    html = render(
        "account/password.html",
        page=PAGE,
        lang=lang,
        account=account,
        name=account[f"name_{lang}"],
        key=key,
        switched="?" + urlencode({"key": key, "lang": _other(lang)}),
        problem=sentence(refused, lang) if refused else None,
    )
    return HTMLResponse(html, status_code=status_of(refused) if refused else 200, headers=PRIVATE)


def _sign_in_page(request: Request, *, login: str = "", next_: str = "", refused: MarsaError | None = None) -> Response:
    lang = reader_language(request)
    html = render(
        "account/sign_in.html",
        page=PAGE,
        lang=lang,
        login=login,
        next=next_,
        switched="/sign-in?" + urlencode({**({"next": next_} if next_ else {}), "lang": _other(lang)}),
        problem=sentence(refused, lang) if refused else None,
    )
    return HTMLResponse(html, status_code=status_of(refused) if refused else 200, headers=PRIVATE)


def _other(lang: str) -> str:
    return "en" if lang == "ar" else "ar"


def _own_path(given: str) -> str:
    """An address of our own to go on to; "" for any other. Browsers read `\\` as `/`, and two of them as another host."""
    parts = urlsplit(given) if given.isascii() and given.isprintable() else None
    ours = parts is not None and not parts.scheme and not parts.netloc
    return (
        given if ours and given.startswith("/") and given[1:2] not in ("/", "\\") and len(given) <= LONGEST_NEXT else ""
    )


def give_session(answer: Response, secret: str, *, secure: bool) -> None:
    """The cookie: of this host alone over https, never shown to a script, not sent with another site's changes."""
    answer.set_cookie(
        COOKIES[0] if secure else COOKIES[1], secret, max_age=LASTS_S, path="/", secure=secure, httponly=True,
        samesite="lax",
    )  # fmt: skip


async def end_session(request: Request) -> None:
    """Ends the session that the request shows, if it does."""
    secret = session_of(request)
    if secret is not None:
        await as_staff(service_of(request), END, {"session": digest(secret)})


def require_private_connection(request: Request) -> bool:
    """True over https, False over http on the machine itself, where there is no network to listen on.

    Raises NeedsHttps elsewhere.
    """
    if own_origin(request).startswith("https:"):
        return True
    # The name too: a page of another name that resolves to this machine must not be given a session.
    here = (request.url.hostname or "", address_of(request, service_of(request).settings.proxies))
    if all(_is_loopback(host) for host in here):
        return False
    raise NeedsHttps()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def opening_routes() -> list[Route]:
    return [
        Route("/sign-in", show_sign_in, methods=["GET"]),
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/password", show_password_link, methods=["GET"]),
        Route("/password", set_password, methods=["POST"]),
    ]


def ending_routes() -> list[Route]:
    return [Route("/sign-out", sign_out, methods=["POST"])]
