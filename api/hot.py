# SPDX-License-Identifier: Apache-2.0
"""The addresses that are asked most, answered before the application's middle layers, which would cost as much again."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems

Endpoint = Callable[[Request], Awaitable[Response]]


class HotRoutes:
    """Answers plain GETs of `routes`, which read no body; whatever else is asked goes on to `app`, which has them too."""

    def __init__(self, app: ASGIApp, routes: Sequence[Route]) -> None:
        self._app = app
        self._routes: list[tuple[Callable[[str], object], Endpoint]] = [
            (route.path_regex.match, route.endpoint) for route in routes
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            for match, endpoint in self._routes:
                found = match(scope["path"])
                if found:
                    scope["path_params"] = found.groupdict()  # type: ignore[attr-defined]  # a match
                    scope["endpoint"] = endpoint
                    request = Request(scope, receive, send)
                    try:
                        response = await endpoint(request)
                    except Exception as error:  # noqa: BLE001 each is answered: a refusal as such, a fault of ours as one
                        response = await problems.answer_to(request, error)
                    await response(scope, receive, send)
                    return
        await self._app(scope, receive, send)
