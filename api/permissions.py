# SPDX-License-Identifier: Apache-2.0
"""Who may do what: the matrix, and the gate that every route stands behind. A route that declares nothing stops the start."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.service import as_staff, service_of
from layers.access import STANDING_OF, digest
from layers.actors import Actor, actor_from
from layers.errors import NoSuchPage, NotSignedIn, OtherOrigin
from layers.matrix import known, scope_of
from layers.refusals import NotYours

COOKIES = ("__Host-marsa", "marsa")
"""Over https, and over http on the machine itself."""
SAFE = {"GET", "HEAD", "OPTIONS"}
ACTOR_KEY = "marsa.actor"
"""Where a request remembers who sent it, once that was asked."""


@dataclass(frozen=True)
class Needs:
    """What a route does to what."""

    resource: str
    action: str

    def allows(self, role: str) -> bool:
        """Whether a role may do this, to some at least of what there is."""
        return scope_of(role, self.resource, self.action) is not None

    def require(self, actor: Actor | None) -> None:
        """Raises NotSignedIn; NoSuchPage for what the actor may not even see; NotYours for what it sees and may not do."""
        if self.allows("public"):
            return
        if actor is None:
            raise NotSignedIn()
        if actor.may(self.resource, self.action):
            return
        raise NotYours() if actor.may(self.resource, "read") else NoSuchPage()


BRING = Needs("files", "bring")


class UndeclaredRoute(Exception):
    """A route does not say what it does to what: a fault in the program, found before anybody can use it."""


class Gate:
    """Lets through who may, and no change that another site's page asks for."""

    def __init__(self, app: ASGIApp, needs: Needs) -> None:
        self._app, self._needs = app, needs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method not in SAFE:
            require_own_origin(request)
        if not self._needs.allows("public"):
            actor = await who(request)
            if actor is None and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
                await _to_sign_in(request)(scope, receive, send)
                return
            self._needs.require(actor)
        await self._app(scope, receive, send)


def declared(resource: str, action: str, routes: Iterable[Route | Mount]) -> list[Route | Mount]:
    """The routes, each behind its gate. One that everybody may read has none: it is on every tile's way."""
    needs = Needs(resource, action)
    made = list(routes)
    for route in made:
        route.needs = needs  # type: ignore[union-attr]
        changes = isinstance(route, Route) and not (route.methods or set()) <= SAFE
        if changes or not needs.allows("public"):
            route.app = Gate(route.app, needs)
    return made


def require_declared(routes: Iterable[BaseRoute]) -> None:
    """Raises UndeclaredRoute, also for a resource or action that the matrix does not know."""
    for route in routes:
        needs = getattr(route, "needs", None)
        if needs is None or not known(needs.resource, needs.action):
            raise UndeclaredRoute(getattr(route, "path", repr(route)))


def session_of(request: Request) -> str | None:
    """The secret that a browser shows for its session."""
    return next((request.cookies[name] for name in COOKIES if name in request.cookies), None)


async def who(request: Request) -> Actor | None:
    """Who sent the request, as it stands now; None: somebody who is not signed in. Asked once a request."""
    if ACTOR_KEY not in request.scope:
        secret = session_of(request)
        standing: dict[str, Any] | None = None
        if secret is not None:
            standing = await as_staff(service_of(request), STANDING_OF, {"session": digest(secret)})
        request.scope[ACTOR_KEY] = actor_from(standing) if standing else None
    found: Actor | None = request.scope[ACTOR_KEY]
    return found


async def actor_of(request: Request) -> Actor:
    """Who sent the request. Raises NotSignedIn when nobody did, or the session has ended."""
    actor = await who(request)
    if actor is None:
        raise NotSignedIn()
    return actor


async def may(request: Request, needs: Needs) -> bool:
    """Whether a page offers this to whoever asks for it."""
    actor = await who(request)
    return needs.allows("public") if actor is None else actor.may(needs.resource, needs.action)


def _to_sign_in(request: Request) -> RedirectResponse:
    """A page that somebody followed a link to: they come back to it."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    lang = {"lang": request.query_params["lang"]} if request.query_params.get("lang") in ("ar", "en") else {}
    return RedirectResponse(
        f"/sign-in?{urlencode({'next': asked, **lang})}", 303, headers={"cache-control": "no-store"}
    )


def own_origin(request: Request) -> str:
    """Scheme and host by which people reach this installation."""
    public_url = service_of(request).settings.public_url
    parts = urlsplit(public_url or str(request.base_url))
    return f"{parts.scheme}://{parts.netloc}"


def require_own_origin(request: Request) -> None:
    """Browsers say which page asks. Raises OtherOrigin for another site's, and where nobody says."""
    fetched_from = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if fetched_from not in (None, "same-origin") or (origin is not None and origin != own_origin(request)):
        raise OtherOrigin()
    if fetched_from is None and origin is None:
        raise OtherOrigin()
