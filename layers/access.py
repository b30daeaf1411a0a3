# SPDX-License-Identifier: Apache-2.0
"""Who has been let in: one-time links of the admin and the sessions that they open. Secrets are kept as digests only."""

import hashlib
import secrets
import uuid
from datetime import datetime

import psycopg
from sqlalchemy import CheckConstraint, LargeBinary, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Base
from layers.database import libpq

DIGEST = "octet_length({}) = 32"


class AdminLink(Base):
    """A link that lets its first user in as admin."""

    __tablename__ = "admin_link"
    __table_args__ = (CheckConstraint(DIGEST.format("token_sha256"), name="is_digest"),)

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    expires: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp() + interval '24 hours'"))
    used_at: Mapped[datetime | None]


class SignedIn(Base):
    """A session: somebody's browser, let in until it expires or signs out."""

    __tablename__ = "session"
    __table_args__ = (CheckConstraint(DIGEST.format("id_sha256"), name="is_digest"),)

    id_sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    actor: Mapped[uuid.UUID] = mapped_column(Uuid, server_default=text("gen_random_uuid()"))
    """Names the session in events, without leading to it."""
    role: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    seen: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    expires: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp() + interval '12 hours'"))


# What the service asks as staff. Each is one statement: of two that use a link at once, one wins.
USE_LINK = "select register.use_admin_link(%(link)s, %(session)s)"
ROLE_OF = "select register.role_of_session(%(session)s)"
ACTOR_OF = "select register.actor_of_session(%(session)s)"
END = "select register.end_session(%(session)s)"


def new_secret() -> str:
    """For a link or a cookie: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is stored in a secret's place. It is random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).digest()


def new_admin_link(url: str) -> str:
    """A fresh link's secret; forgets links that have expired. `url` is the administrator's."""
    secret = new_secret()
    with psycopg.connect(libpq(url)) as connection:
        connection.execute("delete from register.admin_link where expires < clock_timestamp()")
        connection.execute("insert into register.admin_link (token_sha256) values (%s)", [digest(secret)])
    return secret
