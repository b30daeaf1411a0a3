# SPDX-License-Identifier: Apache-2.0
"""`./marsa user`: accounts from the terminal, as `/admin/users` keeps them. A password is never a word of the command."""

import argparse
import getpass
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from api.commands.link import address_of
from api.forms import day
from api.installation import cli_language, open_register, say
from api.problems import sentence
from layers import accounts
from layers.accounts import Db, NewAccount
from layers.actors import Actor, commanded
from layers.database import libpq
from layers.matrix import DELEGABLE, DUTIES, ROLES
from layers.refusals import AlreadyThere, NeedsTwoAdmins, NotThatUser
from web.texts import texts

HELP = (
    "حسابات من يعملون هنا: إضافة وسرد وإغلاق وأدوار وتكليفات وتفويضات",
    "the accounts of who works here: add, list, disable, roles, duties, standing in",
)
REFUSED = 1
Pair = tuple[str, str]
Step = Callable[[Db, argparse.Namespace], list[Pair]]


@dataclass(frozen=True)
class AtTheTerminal(Actor):
    """Whoever runs the command: the machine lets them do all that an admin may, and events name them by it."""

    @property
    def event_name(self) -> str:
        return f"command:{getpass.getuser()}"


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    for name, (help_, words, _) in ACTIONS.items():
        action = actions.add_parser(name, help=_said(help_), description=_said(help_))
        # Also at the end, where people write it; SUPPRESS keeps the one that stood before.
        action.add_argument("--data", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        words(action)


def run(options: argparse.Namespace) -> int:
    """0 when it is done; 1, with one sentence, when it is refused and nothing was changed."""
    wrong = _wrong_word(options)
    if wrong:
        return _refuse(_said(wrong))
    _, _, step = ACTIONS[options.action]
    somebody = AtTheTerminal(uuid4(), "admin", frozenset({"admin"}))
    with open_register(options) as (addresses, _):
        try:
            lines = commanded(libpq(addresses.staff), somebody, lambda db: step(db, options))
        except AlreadyThere:
            return _refuse(_said(("في السجل حساب بهذا الاسم", "There is an account with this login already.")))
        except (NotThatUser, NeedsTwoAdmins) as refused:
            return _refuse(sentence(refused, cli_language()))
    for line in lines:
        say(*line)
    return 0


def _refuse(why: str) -> int:
    print(why, file=sys.stderr)  # noqa: T201 the command line speaks
    return REFUSED


def _said(pair: Pair) -> str:
    return pair[0] if cli_language() == "ar" else pair[1]


def _wrong_word(options: argparse.Namespace) -> Pair | None:
    """A role, duty or day that is none, told with those that are; before any register is opened."""
    duties = DELEGABLE if options.action == "delegate" else DUTIES
    for name, known in (("role", ROLES[1:]), ("duty", duties)):
        given = getattr(options, name, None)
        if given is not None and given not in known:
            choice = " ".join(known)
            return f"«{given}» ليس واحداً من: {choice}", f"“{given}” is none of: {choice}"
    for name in ("begins", "until"):
        given = getattr(options, name, None)
        try:
            day(given or "")
        except ValueError:
            return f"«{given}» ليس يوماً؛ يُكتب هكذا: 2027-01-31", f"“{given}” is no day; one is written 2027-01-31"
    return None


# -- the actions: each is one change, and the lines that tell of it -----------------------------------------------------


def _add(db: Db, options: argparse.Namespace) -> list[Pair]:
    new = NewAccount(
        options.login, options.name_ar, options.name_en, options.role,
        options.language, options.party, tuple(options.zone) or ("*",),
    )  # fmt: skip
    user = accounts.add(db, new)
    return [*_shown(db, user), *_link(db, user, options)]


def _list(db: Db, options: argparse.Namespace) -> list[Pair]:
    if options.login:
        return _shown(db, accounts.account_named(db, options.login))
    return [line for one in accounts.accounts(db) for line in _lines(one)] or [_words("no_users")]


def _disable(db: Db, options: argparse.Namespace) -> list[Pair]:
    accounts.close(db, user := accounts.account_named(db, options.login))
    return [*_shown(db, user), ("  جلساته انتهت", "  its sessions have ended")]


def _enable(db: Db, options: argparse.Namespace) -> list[Pair]:
    accounts.close(db, user := accounts.account_named(db, options.login), closed=False)
    return _shown(db, user)


def _password(db: Db, options: argparse.Namespace) -> list[Pair]:
    user = accounts.account_named(db, options.login)
    return [*_shown(db, user), *_link(db, user, options)]


def _role(db: Db, options: argparse.Namespace) -> list[Pair]:
    user = accounts.account_named(db, options.login)
    accounts.set_role(db, user, options.role)
    return _shown(db, user)


def _duty(db: Db, options: argparse.Namespace) -> list[Pair]:
    user = accounts.account_named(db, options.login)
    if options.end:
        given = [held for held in accounts.accounts(db, user)[0]["duties"] if held["duty"] == options.duty]
        _end_each(db, given, accounts.end_duty)
    else:
        accounts.give_duty(db, user, options.duty, day(options.begins), day(options.until))
    return _shown(db, user)


def _delegate(db: Db, options: argparse.Namespace) -> list[Pair]:
    giver = accounts.account_named(db, options.login)
    if options.end:
        handed = accounts.accounts(db, giver)[0]["delegations"]
        _end_each(db, [one for one in handed if one["given"] and one["duty"] == options.duty], accounts.end_delegation)
    else:
        taker = accounts.account_named(db, options.to)
        begins, until = day(options.begins), day(options.until)
        accounts.delegate(db, giver, taker, options.duty, begins, until, options.reason)
    return _shown(db, giver)


def _end_each(db: Db, given: list[dict[str, Any]], end: Callable[[Db, UUID], None]) -> None:
    """Ends them all, those to come too. Raises NotThatUser where there is none: a slip of the pen is told."""
    if not given:
        raise NotThatUser("unknown")
    for one in given:
        end(db, accounts.number(one["id"]))


# -- what is told ------------------------------------------------------------------------------------------------------


def _shown(db: Db, user: UUID) -> list[Pair]:
    return _lines(accounts.accounts(db, user)[0])


def _lines(one: Mapping[str, Any]) -> list[Pair]:
    """An account: its line, then one for each duty and delegation."""
    role = _words(f"role_{one['role']}")
    state = _words("waits_for_approver") if one["waits"] else _words("closed") if one["closed"] else ("", "")
    opening = one["waits"] and one["waits"]["opens"]  # its role until then is none
    told = [
        "  ".join(
            part for part in (one["login"], one[f"name_{lang}"], "" if opening else role[i], state[i]) if part
        )
        for i, lang in enumerate(("ar", "en"))
    ]  # fmt: skip
    lines = [(told[0], told[1]), *(_period(held, ("", "")) for held in one["duties"])]
    for handed in one["delegations"]:
        way, whom = ("handed_to", handed["to"]) if handed["given"] else ("handed_by", handed["by"])
        ar, en = _words(way)
        lines.append(_period(handed, (f" {ar} {whom['ar']}", f" {en} {whom['en']}")))
    return lines


def _period(held: Mapping[str, Any], more: Pair) -> Pair:
    duty, endless, coming = _words(f"duty_{held['duty']}"), _words("without_end"), _words("not_yet")
    ar, en = (
        f"    {duty[i]}{more[i]}  {held['from']} – {held['until'] or endless[i]}"
        + ("" if held["now"] else f" ({coming[i]})")
        for i in (0, 1)
    )
    return ar, en


def _link(db: Db, user: UUID, options: argparse.Namespace) -> list[Pair]:
    """A fresh link, in the transaction of the change: there is no account without the link that was told."""
    key = urlencode({"key": accounts.new_password_link(db, user)})
    return [_words("link_title"), _words("link_text"), (line := f"{address_of(options)}/password?{key}", line)]


def _words(name: str) -> Pair:
    return texts("account", "ar")[name], texts("account", "en")[name]


# -- the words of each -------------------------------------------------------------------------------------------------


def _of_login(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("login", metavar="LOGIN")


def _of_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("login", metavar="LOGIN", nargs="?")


def _of_add(parser: argparse.ArgumentParser) -> None:
    _of_login(parser)
    parser.add_argument("--role", required=True, metavar="ROLE", help=" ".join(ROLES[1:]))
    parser.add_argument("--name-ar", required=True, metavar="NAME", help=_said(_words("name_ar")))
    parser.add_argument("--name-en", required=True, metavar="NAME", help=_said(_words("name_en")))
    parser.add_argument("--language", choices=("ar", "en"), default="ar", help=_said(_words("language")))
    parser.add_argument("--party", default="", help=_said(_words("party_rule")))
    parser.add_argument("--zone", action="append", default=[], metavar="CODE", help=_said(_words("zones_rule")))


def _of_role(parser: argparse.ArgumentParser) -> None:
    _of_login(parser)
    parser.add_argument("role", metavar="ROLE", help=" ".join(ROLES[1:]))


def _days(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="begins", default="", metavar="DAY", help="2027-01-01")
    parser.add_argument("--until", default="", metavar="DAY", help=_said(_words("until")))
    parser.add_argument("--end", action="store_true", help=_said(_words("end_now")))


def _of_duty(parser: argparse.ArgumentParser) -> None:
    _of_login(parser)
    parser.add_argument("duty", metavar="DUTY", help=" ".join(DUTIES))
    _days(parser)


def _of_delegate(parser: argparse.ArgumentParser) -> None:
    _of_login(parser)
    parser.add_argument("duty", metavar="DUTY", help=" ".join(DELEGABLE))
    parser.add_argument("--to", default="", metavar="LOGIN", help=_said(_words("to_login")))
    parser.add_argument("--reason", default="", help=_said(_words("reason")))
    _days(parser)


ACTIONS: Mapping[str, tuple[Pair, Callable[[argparse.ArgumentParser], None], Step]] = {
    "add": (("حساب جديد، ورابط لكلمة مروره", "a new account, and the link for its password"), _of_add, _add),
    "list": (("الحسابات، أو واحد منها", "the accounts, or one"), _of_list, _list),
    "disable": (("يغلق حساباً وينهي جلساته", "close an account and end its sessions"), _of_login, _disable),
    "enable": (("يفتح حساباً أُغلق", "open a closed account again"), _of_login, _enable),
    "password": (
        ("رابط جديد لكلمة المرور، والأقدم يبطل", "a new link for the password; older ones are void"),
        _of_login,
        _password,
    ),
    "role": (
        ("يغيّر الدور؛ المعتمِد يؤكده مدير ثانٍ", "change the role; approver waits for a second admin"),
        _of_role,
        _role,
    ),
    "duty": (("يكلّف بعمل من يوم إلى يوم، أو ينهيه", "give a duty from day to day, or end it"), _of_duty, _duty),
    "delegate": (
        ("يفوّض تكليفاً إلى زميل مدةً، أو ينهي ذلك", "hand a duty to a colleague for a time, or end that"),
        _of_delegate,
        _delegate,
    ),
}
"""name → what it does (ar, en), its words, the change."""
