# SPDX-License-Identifier: Apache-2.0
"""Commands of the register from a request: in a thread, on a staff connection, in one transaction of whoever asks."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import psycopg
import psycopg_pool
from psycopg.rows import TupleRow
from starlette.requests import Request

from api.permissions import actor_of
from api.service import Service, service_of
from layers.actors import Actor, as_actor
from layers.errors import Busy

Made = TypeVar("Made")
Command = Callable[["psycopg.Connection[TupleRow]"], Made]


async def act(request: Request, command: Command[Made], *, duty: str | None = None) -> Made:
    """What the command returns, done by whoever sent the request; all of it or nothing.

    `duty`: of which the command is an act; then events also name who delegated it. Raises NotSignedIn, NotYours, Busy,
    and whatever rule of the register the command would break.
    """
    actor = await actor_of(request)
    return await as_command(service_of(request), actor.standing_in(duty) if duty else actor, command)


async def as_command(service: Service, actor: Actor, command: Command[Made]) -> Made:
    """The command in a transaction of the actor's. A client that goes away does not break it off half-way."""

    def run() -> Made:
        try:
            with service.commands.connection() as connection, as_actor(connection, actor):
                return command(connection)
        except psycopg_pool.PoolTimeout:
            raise Busy from None

    return await asyncio.shield(asyncio.create_task(asyncio.to_thread(run)))
