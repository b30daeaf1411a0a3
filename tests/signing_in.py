# SPDX-License-Identifier: Apache-2.0
"""Users for tests: made as an admin makes them, and signed in as a browser is."""

import itertools
from collections.abc import Iterable
from uuid import UUID, uuid4

import httpx

from layers.access import digest, new_secret
from layers.actors import Actor, actor_from
from layers.database import acting_as
from layers.matrix import OF_A_PARTY
from tests.conftest import Register

_numbers = itertools.count(1)


def a_user(
    register: Register, role: str = "planner", duties: Iterable[str] = (), *, party: UUID | None = None, name: str = ""
) -> UUID:
    """An open account with this role and these duties in force. A role that needs a party gets one where none is given."""
    login = name or f"user{next(_numbers)}"
    with register.connect() as connection, acting_as(connection, "test"):
        if role in OF_A_PARTY and party is None:
            row = connection.execute(
                "insert into register.party (type, name_ar, name_en) values ('LCO', %s, %s) returning id",
                [f"شركة {login}", f"Company {login}"],
            ).fetchone()
            assert row is not None and isinstance(row[0], UUID)
            party = row[0]
        user = uuid4()
        connection.execute(
            "insert into register.user_account (id, login, name_ar, name_en, role, party_id) "
            "values (%s, %s, %s, %s, 'auditor', %s)",
            [user, login, f"مستخدم {login}", f"User {login}", party],
        )
        connection.execute(
            "insert into register.approver_asked (user_id, asked_by, confirmed_by, confirmed_at) "
            "select %s, 'test:one', 'test:other', clock_timestamp() where %s = 'approver'",
            [user, role],
        )
        connection.execute("update register.user_account set role = %s where id = %s", [role, user])
        for duty in duties:
            connection.execute(
                "insert into register.user_duty (user_id, duty, valid, given_by) "
                "values (%s, %s, tstzrange(now(), null), 'test')",
                [user, duty],
            )
    return user


def actor(register: Register, user: UUID) -> Actor:
    """The user as commands take it."""
    secret = _session(register, user)
    with register.connect("marsa_staff") as connection:
        row = connection.execute("select register.standing_of_session(%s)", [digest(secret)]).fetchone()
    assert row is not None and isinstance(row[0], dict)
    return actor_from(row[0])


def sign_in(client: httpx.Client, register: Register, user: UUID) -> httpx.Client:
    """The client, from now on the user's browser: with a session of its own, and asking from the service's own pages."""
    client.cookies.set("marsa", _session(register, user))
    client.headers["origin"] = str(client.base_url).rstrip("/")
    return client


def _session(register: Register, user: UUID) -> str:
    secret = new_secret()
    with register.connect("marsa_staff") as connection:
        connection.execute("select register.open_session(%s, %s)", [user, digest(secret)])
    return secret
