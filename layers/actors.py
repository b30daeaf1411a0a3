# SPDX-License-Identifier: Apache-2.0
"""Who acts: what commands take, and the transaction in which triggers, history, events and the floor know of it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.types.json import Jsonb

from layers.matrix import BY_DUTY, Scope, scope_of
from layers.refusals import NotYours, refusal

Made = TypeVar("Made")
CONTEXT = "select set_config('marsa.' || key, value, true) from jsonb_each_text(%s::jsonb)"


@dataclass(frozen=True)
class Actor:
    """Somebody who is signed in, with what they may do now. Made by `api.permissions.actor_of`, never kept."""

    id: UUID
    """Of the user; of the session where a one-time link let somebody in who has no account."""
    role: str
    roles: frozenset[str]
    """The role, and that of approver where somebody handed it over."""
    duties: frozenset[str] = frozenset()
    """In force now, the delegated ones among them."""
    delegated: Mapping[str, UUID] = field(default_factory=dict)
    """Duty or role → the user who handed it over."""
    party: UUID | None = None
    zones: tuple[str, ...] = ("*",)
    """Codes of the zones that the user works in; `*`: all."""
    act_as: UUID | None = None
    """For whom this act is done; `standing_in` says so."""
    name_ar: str = ""
    name_en: str = ""
    login: str | None = None
    """None: let in by the admin's link."""
    language: str = "ar"

    @property
    def event_name(self) -> str:
        """How events and history name the actor: `approver:<id>`, and for whom."""
        named = f"{self.role}:{self.id}"
        return f"{named} for {self.act_as}" if self.act_as else named

    def scope(self, resource: str, action: str) -> Scope | None:
        """How far the actor may do this; None: not at all."""
        scopes = {scope_of(role, resource, action) for role in self.roles} - {None}
        if Scope.ALL in scopes or any(action in BY_DUTY[duty].get(resource, ()) for duty in self.duties):
            return Scope.ALL
        return min((scope for scope in scopes if scope), default=None)

    def may(self, resource: str, action: str) -> bool:
        return self.scope(resource, action) is not None

    def require(self, resource: str, action: str) -> None:
        """Raises NotYours for an actor who may not."""
        if not self.may(resource, action):
            raise NotYours()

    def standing_in(self, duty: str) -> "Actor":
        """The actor as it does an act of a duty (or of the role of approver): for whoever delegated that, if somebody did.

        Raises NotYours for an actor without it.
        """
        if duty not in self.duties | self.roles:
            raise NotYours()
        return replace(self, act_as=self.delegated.get(duty))

    def context(self) -> dict[str, str]:
        """What the transaction is told, as settings under `marsa.`"""
        return {
            "actor": self.event_name,
            "user": str(self.id),
            "act_as": str(self.act_as or ""),
            "roles": ",".join(sorted(self.roles)),
            "duties": ",".join(sorted(self.duties)),
            "party": str(self.party or ""),
            "zones": ",".join(self.zones),
        }


def actor_from(standing: Mapping[str, Any]) -> Actor:
    """The actor that `register.standing_of_session` tells of."""
    return Actor(
        id=UUID(standing["id"]),
        role=standing["role"],
        roles=frozenset(standing["roles"]),
        duties=frozenset(standing["duties"]),
        delegated={what: UUID(who) for what, who in standing["delegated"].items()},
        party=UUID(standing["party"]) if standing["party"] else None,
        zones=tuple(standing["zones"]),
        name_ar=standing["name_ar"],
        name_en=standing["name_en"],
        login=standing["login"],
        language=standing["language"],
    )


@contextmanager
def as_actor(connection: "Connection[Any]", actor: Actor) -> Iterator[None]:
    """One transaction of the actor's. What the database refuses is raised as the rule it stands for.

    Triggers, history and events name the actor; the floor shows the rows that are the actor's to see. The settings end
    with the transaction: nobody else finds them on the connection.
    """
    try:
        with connection.transaction():
            connection.execute(CONTEXT, [Jsonb(actor.context())])
            yield
    except psycopg.Error as error:
        raise refusal(error) from error


def commanded(url: str, actor: Actor, command: "Callable[[Connection[Any]], Made]") -> Made:
    """A command on a connection of its own, in one transaction of the actor's: for the command line and for jobs."""
    with psycopg.connect(url) as connection, as_actor(connection, actor):
        return command(connection)


def did(connection: "Connection[Any]", act: str, row: UUID) -> None:
    """Notes who did this act on a row. Raises FourEyes (at once) where the same person did the act it is incompatible with.

    `act` is a word of `matrix.INCOMPATIBLE`. Call it within `as_actor`; triggers may call `register.did` themselves.
    """
    connection.execute("select register.did(%s, %s)", [act, row])
