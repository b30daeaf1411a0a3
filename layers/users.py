# SPDX-License-Identifier: Apache-2.0
"""Users: who they are, in which role, with which duties, and who stands in for whom. Passwords are kept as argon2 hashes."""

import uuid
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Base, refers_to
from layers.matrix import DELEGABLE, DUTIES, OF_A_PARTY, ROLES

NOW = text("clock_timestamp()")
RANDOM = text("gen_random_uuid()")
LOGIN = r"^[a-z0-9][a-z0-9._@+-]{2,99}$"
"""Small Latin letters, digits and few signs: no two logins look alike."""


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({','.join(repr(word) for word in words)})"


class UserAccount(Base):
    """Somebody who can sign in. Never deleted: events name it."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint(f"login ~ '{LOGIN}'", name="login_plain"),
        CheckConstraint(
            r"name_ar ~ '\S' and name_en ~ '\S' and greatest(length(name_ar), length(name_en)) <= 200", name="named"
        ),
        CheckConstraint("language in ('ar','en')", name="language"),
        CheckConstraint(_one_of("role", ROLES[1:]), name="role"),
        CheckConstraint(
            f"party_id is not null or not {_one_of('role', tuple(sorted(OF_A_PARTY)))}", name="belongs_to_a_party"
        ),
        CheckConstraint("cardinality(zones) > 0 and array_position(zones, null) is null", name="zones"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, server_default=RANDOM)
    login: Mapped[str] = mapped_column(Text, unique=True)
    """A short name or an e-mail address."""
    name_ar: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, server_default="ar")
    role: Mapped[str] = mapped_column(Text)
    party_id: Mapped[uuid.UUID | None] = refers_to("party")
    """The investor, operator or agency that the user belongs to."""
    zones: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("array['*']"))
    """Codes of the zones that the user works in; `*`: all."""
    made_at: Mapped[datetime] = mapped_column(server_default=NOW)
    disabled_at: Mapped[datetime | None]


class UserPassword(Base):
    """The hash, apart from the account: nothing that shows accounts can show it."""

    __tablename__ = "user_password"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.user_account.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(server_default=NOW)


class UserDuty(Base):
    """What a user is charged with, from one instant to another."""

    __tablename__ = "user_duty"
    __table_args__ = (
        CheckConstraint(_one_of("duty", DUTIES), name="duty"),
        CheckConstraint("not isempty(valid)", name="valid_not_empty"),
        ExcludeConstraint(
            ("user_id", "="), ("duty", "="), ("valid", "&&"), using="gist", name="duty_given_once_at_a_time"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, server_default=RANDOM)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.user_account.id"))
    duty: Mapped[str] = mapped_column(Text)
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    given_by: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Delegation(Base):
    """A duty, or the role of approver, that its holder hands to another for a time, at most a year."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint(_one_of("duty", DELEGABLE), name="duty"),
        CheckConstraint("from_id <> to_id", name="to_another"),
        CheckConstraint(r"reason ~ '\S' and length(reason) <= 500", name="reason"),
        CheckConstraint(
            "isempty(valid) is false and lower(valid) is not null and upper(valid) <= lower(valid) + interval '1 year'",
            name="valid_bounded",
        ),
        Index("ix_delegation_to_id", "to_id"),
        Index("ix_delegation_from_id", "from_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, server_default=RANDOM)
    from_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.user_account.id"))
    to_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.user_account.id"))
    duty: Mapped[str] = mapped_column(Text)
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    reason: Mapped[str] = mapped_column(Text)
    given_by: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(server_default=NOW)


class ApproverAsked(Base):
    """That an admin asked for somebody to become approver, and which other admin confirmed it."""

    __tablename__ = "approver_asked"
    __table_args__ = (
        CheckConstraint("confirmed_by <> asked_by", name="two_admins"),
        CheckConstraint("num_nonnulls(confirmed_by, confirmed_at) in (0, 2)", name="confirmed"),
        Index(
            "uq_approver_asked_open",
            "user_id",
            unique=True,
            postgresql_where=text("confirmed_at is null and withdrawn_at is null"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, server_default=RANDOM)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.user_account.id"))
    asked_by: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(server_default=NOW)
    confirmed_by: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    opens: Mapped[bool] = mapped_column(server_default=text("false"))
    """The account is new, and closed until this is confirmed."""


class Attempt(Base):
    """How often somebody tried to sign in lately, by account and by address. The key's digest: people type passwords there."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_expires", "expires"),)

    key_sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    expires: Mapped[datetime] = mapped_column(server_default=NOW)


class Act(Base):
    """Who did which act of four eyes on which row, for themselves or for whom. Append-only."""

    __tablename__ = "act"
    __table_args__ = (Index("ix_act_object_id", "object_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    object_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    act: Mapped[str] = mapped_column(Text)
    person: Mapped[uuid.UUID] = mapped_column(Uuid)
    on_behalf: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(server_default=NOW)
