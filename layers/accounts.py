# SPDX-License-Identifier: Apache-2.0
"""Keeping users, for the pages and the command line: each function is one change in the caller's transaction.

Whoever calls acts as somebody (`actors.as_actor`): the database refuses what that somebody may not (sql/users.sql).
Days are legal days; `until` is the last day, None: until further notice.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection

from layers.access import digest, new_secret
from layers.matrix import DELEGABLE, DUTIES, OF_A_PARTY, ROLES
from layers.refusals import NotThatUser
from layers.users import LOGIN

Db = Connection[Any]
LONGEST_NAME, LONGEST_REASON = 200, 500
ACCOUNTS = """
    select coalesce(json_agg(row_to_json(one) order by one.login), '[]') from (
      select a.id, a.login, a.name_ar, a.name_en, a.language, a.role, a.zones, a.disabled_at is not null as closed,
        register.party_names(a.party_id) as party,
        (select coalesce(json_agg(json_build_object('id', d.id, 'duty', d.duty, 'now', d.valid @> now(),
            'from', register.legal_day(lower(d.valid)), 'until', register.legal_day(upper(d.valid), true)) order by d.duty, d.valid), '[]')
          from register.user_duty d where d.user_id = a.id and coalesce(upper(d.valid) > now(), true)) as duties,
        (select coalesce(json_agg(json_build_object('id', g.id, 'duty', g.duty, 'now', g.valid @> now(), 'reason', g.reason,
            'from', register.legal_day(lower(g.valid)), 'until', register.legal_day(upper(g.valid), true),
            'given', g.from_id = a.id, 'to', register.people(array[g.to_id]) -> g.to_id::text,
            'by', register.people(array[g.from_id]) -> g.from_id::text) order by g.valid), '[]')
          from register.delegation g where a.id in (g.from_id, g.to_id) and upper(g.valid) > now()) as delegations,
        (select json_build_object('asked_by', q.asked_by, 'opens', q.opens, 'asked_at', to_char(q.asked_at, 'YYYY-MM-DD'))
          from register.approver_asked q
          where q.user_id = a.id and q.confirmed_at is null and q.withdrawn_at is null) as waits
      from register.user_account a where %(user)s::uuid is null or a.id = %(user)s) one
"""
"""Every account that the reader may see, or one, with what is in force or to come."""


@dataclass(frozen=True)
class NewAccount:
    """An account to be made."""

    login: str
    name_ar: str
    name_en: str
    role: str
    language: str = "ar"
    party: str = ""
    """Name or registration number of the party that the user belongs to."""
    zones: tuple[str, ...] = ("*",)


def accounts(db: Db, user: UUID | None = None) -> list[dict[str, Any]]:
    """The accounts that whoever acts may see."""
    found: list[dict[str, Any]] = _value(db, ACCOUNTS, {"user": user})
    return found


def account_named(db: Db, login: str) -> UUID:
    """Raises NotThatUser."""
    found = _value(db, "select id from register.user_account where login = %(login)s", {"login": plain_login(login)})
    if found is None:
        raise NotThatUser("unknown")
    return UUID(str(found))


def colleague_named(db: Db, login: str) -> UUID:
    """An open account, by whoever knows its login: those who may not list accounts can still name a colleague."""
    found = _value(db, "select register.colleague(%(login)s)", {"login": plain_login(login)})
    if found is None:
        raise NotThatUser("unknown")
    return UUID(str(found))


def number(given: str) -> UUID:
    """The id of a duty or delegation as a form sends it. Raises NotThatUser."""
    try:
        return UUID(given)
    except ValueError:
        raise NotThatUser("unknown") from None


def add(db: Db, new: NewAccount) -> UUID:
    """Makes an account, without a password. Raises NotThatUser, AlreadyThere, NotYours."""
    login = plain_login(new.login)
    if not re.fullmatch(LOGIN.strip("^$"), login):
        raise NotThatUser("login")
    if new.role not in ROLES[1:]:
        raise NotThatUser("role")
    zones = list(new.zones) or ["*"]
    if zones != ["*"] and _value(db, "select register.unknown_zones(%(zones)s)", {"zones": zones}):
        raise NotThatUser("zones")
    party = _value(
        db, "select register.party_called(%(party)s)", {"party": clean(new.party, "party", LONGEST_NAME, empty=True)}
    )
    if party is None and (new.party.strip() or new.role in OF_A_PARTY):
        raise NotThatUser("party")
    return UUID(
        str(
            _value(
                db,
                "select register.new_user(%(login)s, %(ar)s, %(en)s, %(language)s, %(role)s, %(party)s, %(zones)s)",
                {
                    "login": login,
                    "ar": clean(new.name_ar, "name", LONGEST_NAME),
                    "en": clean(new.name_en, "name", LONGEST_NAME),
                    "language": "en" if new.language == "en" else "ar",
                    "role": new.role,
                    "party": party,
                    "zones": zones,
                },
            )
        )
    )


def set_role(db: Db, user: UUID, role: str) -> bool:
    """True when the role holds now; False: a second admin has to confirm it."""
    if role not in ROLES[1:]:
        raise NotThatUser("role")
    return bool(_value(db, "select register.set_role(%(user)s, %(role)s)", {"user": user, "role": role}))


def confirm(db: Db, user: UUID) -> None:
    """The second admin's word for an approver. Raises NeedsTwoAdmins."""
    _value(db, "select register.confirm_approver(%(user)s)", {"user": user})


def withdraw(db: Db, user: UUID) -> None:
    _value(db, "select register.withdraw_approver(%(user)s)", {"user": user})


def close(db: Db, user: UUID, *, closed: bool = True) -> None:
    """Closes an account, which ends its sessions, or opens it again."""
    _value(db, "select register.disable_user(%(user)s, %(closed)s)", {"user": user, "closed": closed})


def give_duty(db: Db, user: UUID, duty: str, begins: date | None, until: date | None) -> None:
    if duty not in DUTIES:
        raise NotThatUser("duty")
    _value(
        db,
        "select register.give_duty(%(user)s, %(duty)s, d.begins, d.ends) "
        "from register.days_through(%(begins)s, %(until)s) d",
        {"user": user, "duty": duty, "begins": begins, "until": until},
    )


def end_duty(db: Db, given: UUID) -> None:
    _value(db, "select register.end_duty(%(given)s)", {"given": given})


def delegate(db: Db, giver: UUID, taker: UUID, duty: str, begins: date | None, until: date | None, reason: str) -> None:
    if duty not in DELEGABLE:
        raise NotThatUser("duty")
    if until is None:
        raise NotThatUser("period")
    _value(
        db,
        "select register.delegate(%(giver)s, %(taker)s, %(duty)s, d.begins, d.ends, %(reason)s) "
        "from register.days_through(%(begins)s, %(until)s) d",
        {
            "giver": giver,
            "taker": taker,
            "duty": duty,
            "begins": begins,
            "until": until,
            "reason": clean(reason, "reason", LONGEST_REASON),
        },
    )


def end_delegation(db: Db, given: UUID) -> None:
    _value(db, "select register.end_delegation(%(given)s)", {"given": given})


def new_password_link(db: Db, user: UUID) -> str:
    """The secret of a fresh link with which the user sets a password, once, within 24 hours. Older ones are void."""
    secret = new_secret()
    _value(db, "select register.new_password_link(%(user)s, %(link)s)", {"user": user, "link": digest(secret)})
    return secret


def set_own_password(db: Db, hash_: str, session: bytes) -> None:
    """Of whoever acts; every other session of theirs ends."""
    _value(db, "select register.set_own_password(%(hash)s, %(session)s)", {"hash": hash_, "session": session})


def end_other_sessions(db: Db, session: bytes) -> int:
    return int(_value(db, "select register.end_other_sessions(%(session)s)", {"session": session}))


def plain_login(given: str) -> str:
    """As it is kept: small letters. Anything but ASCII stays as it is, and is nobody's: letters that look alike are not folded."""
    stripped = given.strip()
    return stripped.lower() if stripped.isascii() else stripped


def clean(given: str, what: str, longest: int, *, empty: bool = False) -> str:
    """Text that people can read: NFC, no signs that are not seen, not too long. Raises NotThatUser(what)."""
    text = unicodedata.normalize("NFC", given).strip()
    hidden = any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") for sign in text)
    if hidden or len(text) > longest or not (text or empty):
        raise NotThatUser(what)
    return text


def _value(db: Db, question: str, binds: Mapping[str, object]) -> Any:
    row = db.execute(question, binds).fetchone()
    return row[0] if row else None
