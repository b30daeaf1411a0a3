# SPDX-License-Identifier: Apache-2.0
"""The command line: `./marsa up`, `status`, `check` … Each says what it does, and refuses in one sentence."""

import argparse
import errno
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
from sqlalchemy.exc import DBAPIError

from api.commands import (
    backup,
    check,
    conformance,
    demo,
    events,
    export,
    import_,
    link,
    models,
    psql,
    restore,
    status,
    up,
    user,
    work,
)
from api.installation import cli_language
from layers.errors import DiskFull, MarsaError, NoDatabase
from web.problems import told

COMMANDS = {
    "up": up,
    "status": status,
    "check": check,
    "demo": demo,
    "import": import_,
    "export": export,
    "models": models,
    "events": events,
    "backup": backup,
    "restore": restore,
    "link": link,
    "user": user,
    "work": work,
    "psql": psql,
    "conformance": conformance,
}
"""name → module with HELP (ar, en), `arguments(parser)` and `run(options)`. A new command is a module and a line here."""
ABOUT = ("سجل أراضي منطقة حرة وخريطتها", "The land register and map of a free zone.")
TEST = ("./marsa test يجري كل الاختبارات", "./marsa test runs lint, types and all tests.")
DATA = ("مجلد المنظومة (واحد لكل نسخة من البرنامج)", "folder of the installation (one per checkout by default)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    if not words:
        parser().print_help()
        return 0
    options = parser().parse_args(words)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise  # a fault in the program
        title, detail = told(type(refusal).__name__, refusal.facts(), cli_language())
        print(f"{title}: {detail}", file=sys.stderr)  # noqa: T201 the command line speaks
        return 1


def refusal_of(error: BaseException | None) -> MarsaError | None:
    """What a failure of the disk or the database means to the person at the terminal; None for a fault of ours."""
    match error:
        case MarsaError():
            return error
        case psycopg.errors.DiskFull() | OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return DiskFull()
        case psycopg.OperationalError():
            return NoDatabase(str(error).strip())
        case DBAPIError():
            return refusal_of(error.orig)
    return None


def parser() -> argparse.ArgumentParser:
    """All commands with their options; each takes --data."""
    made = argparse.ArgumentParser(prog="./marsa", description=_in_language(*ABOUT), epilog=_in_language(*TEST))
    commands = made.add_subparsers(required=True, metavar="command", title=_in_language("الأوامر", "commands"))
    for name, module in COMMANDS.items():
        help_ = _in_language(*module.HELP)
        command = commands.add_parser(name, help=help_, description=help_)
        command.add_argument("--data", type=Path, help=_in_language(*DATA))
        module.arguments(command)
        command.set_defaults(run=module.run)
    return made


def _in_language(ar: str, en: str) -> str:
    return ar if cli_language() == "ar" else en
