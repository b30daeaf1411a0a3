# SPDX-License-Identifier: Apache-2.0
"""What holds for every answer: a request id, security headers, one log line, and who is let in. Bare ASGI: it is on every tile's way."""

import time
from random import getrandbits
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.doors import Door
from api.measuring import Measure
from api.problems import problem

log = structlog.get_logger()
POLICY = (
    "default-src 'self'; script-src 'self'; worker-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:{imagery}; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

POLICY_HEADER = b"content-security-policy"
ALWAYS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"))
SET_HERE = frozenset((*(name for name, _ in ALWAYS), b"x-request-id"))


class Guard:
    """Wraps the application. `imagery_url` is the one outside address that images may come from."""

    def __init__(self, app: ASGIApp, *, door: Door, measure: Measure, imagery_url: str | None = None) -> None:
        self._app = app
        self._door = door
        self._measure = measure
        imagery = " " + "/".join(imagery_url.split("/")[:3]) if imagery_url else ""
        self._policy = POLICY.format(imagery=imagery).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = str(UUID(int=getrandbits(128), version=4))  # names the request, keeps no secret
        scope["request_id"] = request_id
        began = time.perf_counter()
        status = 500

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [header for header in message["headers"] if header[0] not in SET_HERE]
                if not any(name == POLICY_HEADER for name, _ in headers):
                    headers.append((POLICY_HEADER, self._policy))
                message["headers"] = [*headers, *ALWAYS, (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            refusal = self._door.refusal(scope)
            if refusal is None:
                await self._app(scope, receive, guarded)
            else:
                # Told without reading what was asked: that is what it is refused for.
                await problem(Request({**scope, "query_string": b""}), refusal)(scope, receive, guarded)
        finally:
            seconds = time.perf_counter() - began
            self._measure.took(scope.get("endpoint"), scope["method"], status, seconds)
            log.info(
                "answered",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=round(seconds * 1000, 1),
                request_id=request_id,
            )
