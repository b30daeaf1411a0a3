# SPDX-License-Identifier: Apache-2.0
"""What the register tells of files, leases and meetings to those whose work they are, and why something cannot be done."""

import asyncio
from collections.abc import Callable

import psycopg_pool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from api.commanding import answered, id_of
from api.permissions import actor_of, declared, who
from api.query import only
from api.service import service_of
from layers.actors import as_actor
from layers.errors import BadQuery, Busy
from layers.idempotency import Answer, Db, NoSuchObject
from layers.matrix import Scope
from layers.rights import telling
from layers.rights.blocks import FREE, PUBLIC

STATUS = "select public_status from published.plots where plot_number = %(number)s"
OPEN = ("available", "planned")


async def asked(request: Request, question: Callable[[Db], Answer]) -> Response:
    """What the register answers to whoever asks, under the floor of their rows. Raises Busy."""
    actor = await actor_of(request)
    service = service_of(request)

    def run() -> Answer:
        try:
            with service.commands.connection() as connection, as_actor(connection, actor):
                return question(connection)
        except psycopg_pool.PoolTimeout:
            raise Busy from None

    return answered(await asyncio.to_thread(run))


async def list_files(request: Request) -> Response:
    """`GET /register/applications?state=…&ended=true`: the inbox, what is due first."""
    only(request, "state", "ended", "lang")
    state, ended = request.query_params.get("state"), request.query_params.get("ended", "false")
    if ended not in ("true", "false"):
        raise BadQuery("ended", ended, "true, false")
    return await asked(request, lambda db: telling.inbox(db, state, ended=ended == "true"))


async def get_file(request: Request) -> Response:
    only(request, "lang")
    file = id_of(request, "file")
    return await asked(request, lambda db: telling.file_told(db, file))


async def get_lease(request: Request) -> Response:
    only(request, "lang")
    lease = id_of(request, "lease")
    return await asked(request, lambda db: telling.lease_told(db, lease))


async def get_meeting(request: Request) -> Response:
    only(request, "lang")
    meeting = id_of(request, "meeting")
    return await asked(request, lambda db: telling.meeting_told(db, meeting))


async def get_alarms(request: Request) -> Response:
    """`GET /register/alarms`: what is due, expires or is over."""
    only(request, "lang")
    return await asked(request, telling.alarms)


async def why_not(request: Request) -> Response:
    """`GET /register/plots/{plot_number}/why?act=…`: facts for those whose work it is; for others, available or not."""
    only(request, "act", "lang")
    act, number = request.query_params.get("act", "apply"), request.path_params["plot_number"]
    if act not in telling.ACTS:
        raise BadQuery("act", act[:40], ", ".join(telling.ACTS))
    actor = await who(request)
    if actor is not None and actor.scope("allocations", "read") is Scope.ALL:
        return await asked(request, lambda db: telling.why(db, number, act))
    found = await service_of(request).row(STATUS, {"number": number})
    if found is None:
        raise NoSuchObject()
    words = FREE if found[0] in OPEN else PUBLIC
    return answered({"plot_number": number, "act": act, "blocked": words is PUBLIC, "ar": words.ar, "en": words.en})


def routes() -> list[Route | Mount]:
    return [
        *declared("published", "read", [Route("/register/plots/{plot_number}/why", why_not)]),
        *declared(
            "applications",
            "read",
            [Route("/register/applications", list_files), Route("/register/applications/{file}", get_file)],
        ),
        *declared(
            "allocations",
            "read",
            [
                Route("/register/rights/{lease}", get_lease),
                Route("/register/meetings/{meeting}", get_meeting),
                Route("/register/alarms", get_alarms),
            ],
        ),
    ]
