# SPDX-License-Identifier: Apache-2.0
"""Who may do what: the matrix, and the gate that every route stands behind. A route that declares nothing stops the start."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.service import as_staff, service_of
from layers.access import ACTOR_OF, ROLE_OF, digest
from layers.errors import NotSignedIn, OtherOrigin

ROLES = ("public", "admin")
COOKIES = ("__Host-marsa", "marsa")
"""Over https, and over http on the machine itself."""
SAFE = {"GET", "HEAD", "OPTIONS"}
EVERYBODY = frozenset(ROLES)
ADMIN = frozenset({"admin"})
MATRIX: Mapping[str, Mapping[str, frozenset[str]]] = {
    "pages": {"read": EVERYBODY},
    "published": {"read": EVERYBODY, "export": EVERYBODY},
    "health": {"read": EVERYBODY},
    "session": {"open": EVERYBODY, "end": EVERYBODY},
    "installation": {"read": ADMIN, "tend": ADMIN},
    "files": {"bring": ADMIN},
}
"""resource → action → roles. Being on the machine itself gives nothing."""


@dataclass(frozen=True)
class Needs:
    """What a route does to what."""

    resource: str
    action: str

    def allows(self, role: str) -> bool:
        return role in MATRIX[self.resource][self.action]


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
        if not self._needs.allows("public") and not self._needs.allows(await role_of(request)):
            raise NotSignedIn()
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
    """Raises UndeclaredRoute, or KeyError for a resource or action that the matrix does not know."""
    for route in routes:
        needs = getattr(route, "needs", None)
        if needs is None:
            raise UndeclaredRoute(getattr(route, "path", repr(route)))
        MATRIX[needs.resource][needs.action]


def session_of(request: Request) -> str | None:
    """The secret that a browser shows for its session."""
    return next((request.cookies[name] for name in COOKIES if name in request.cookies), None)


async def role_of(request: Request) -> str:
    """The role that the request's session has now; without one, the public's."""
    secret = session_of(request)
    if secret is None:
        return "public"
    role: str | None = await as_staff(service_of(request), ROLE_OF, {"session": digest(secret)})
    return role or "public"


async def actor_of(request: Request) -> str:
    """Who acts in the request's session, as events name them. Raises NotSignedIn when it has ended."""
    secret = session_of(request)
    actor: str | None = secret and await as_staff(service_of(request), ACTOR_OF, {"session": digest(secret)})
    if not actor:
        raise NotSignedIn()
    return actor


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
