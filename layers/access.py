# SPDX-License-Identifier: Apache-2.0
"""Who has been let in: one-time links and sessions. Secrets are kept as digests only."""

import hashlib
import secrets
import uuid
from datetime import datetime

import psycopg
from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Base, refers_to
from layers.database import libpq

DIGEST = "octet_length({}) = 32"


class AdminLink(Base):
    """A link that works once: it lets its first user in as admin, or sets the password of the account that it names."""

    __tablename__ = "admin_link"
    __table_args__ = (CheckConstraint(DIGEST.format("token_sha256"), name="is_digest"),)

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    expires: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp() + interval '24 hours'"))
    used_at: Mapped[datetime | None]
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("register.user_account.id"))


class SignedIn(Base):
    """A session: somebody's browser, let in until it expires or signs out."""

    __tablename__ = "session"
    __table_args__ = (CheckConstraint(DIGEST.format("id_sha256"), name="is_digest"),)

    id_sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    actor: Mapped[uuid.UUID] = mapped_column(Uuid, server_default=text("gen_random_uuid()"))
    """Names the session in events, without leading to it; the user's id where it has an account."""
    role: Mapped[str] = mapped_column(Text)
    """As it was at the beginning. What the session may do is read from the account each time."""
    user_id: Mapped[uuid.UUID | None] = refers_to("user_account")
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    seen: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    expires: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp() + interval '12 hours'"))


# What the service asks as staff. Each is one statement: of two that use a link at once, one wins.
USE_LINK = "select register.use_admin_link(%(link)s, %(session)s)"
STANDING_OF = "select register.standing_of_session(%(session)s)"
"""null, or what `actors.actor_from` reads."""
PASSWORD_OF = "select register.password_of(%(login)s)"  # noqa: S105 a question
"""null, or {user, hash, language}."""
OPEN = "select register.open_session(%(user)s, %(session)s, %(rehashed)s)"
PASSWORD_LINK = "select register.password_link(%(link)s)"  # noqa: S105 a question
"""null, or {login, name_ar, name_en} of the account that the link is for."""
USE_PASSWORD_LINK = "select register.use_password_link(%(link)s, %(hash)s)"  # noqa: S105 a question
"""The account's login, or null: the link is none."""
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
