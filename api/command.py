# SPDX-License-Identifier: Apache-2.0
"""The command line: `./marsa up`, `status`, `check` … Each says what it does, and refuses in one sentence."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from api.commands import demo, export, import_, psql, status, up
from api.installation import cli_language
from layers.errors import MarsaError
from web.problems import told

COMMANDS = {"up": up, "status": status, "demo": demo, "export": export, "import": import_, "psql": psql}
"""name → module with HELP (ar, en), `arguments(parser)` and `run(options)`. A new command is a module and a line here."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; its exit status."""
    options = parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except MarsaError as error:
        title, detail = told(type(error).__name__, error.facts(), cli_language())
        print(f"{title}: {detail}", file=sys.stderr)  # noqa: T201 the command line speaks
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """All commands with their options; each takes --data."""
    made = argparse.ArgumentParser(prog="./marsa", description="The land register and map of a free zone.")
    commands = made.add_subparsers(required=True, metavar="command")
    for name, module in COMMANDS.items():
        ar, en = module.HELP
        help_ = ar if cli_language() == "ar" else en
        command = commands.add_parser(name, help=help_, description=help_)
        command.add_argument("--data", type=Path, help="folder of the installation (one per checkout by default)")
        module.arguments(command)
        command.set_defaults(run=module.run)
    return made
