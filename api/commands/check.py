# SPDX-License-Identifier: Apache-2.0
"""`./marsa check`: whether what must hold of the data holds, one line for each rule."""

import argparse

import psycopg

from api.installation import cli_language, open_register, say, settings_for
from layers import checks
from layers.database import libpq

HELP = ("يفحص البيانات: سطر لكل قاعدة", "verify the invariants of the data, one line each")


def arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(options: argparse.Namespace) -> int:
    """0 when every count is 0, else 1."""
    broken = 0
    with open_register(options) as (addresses, _), psycopg.connect(libpq(addresses.admin)) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        for result in checks.run(connection, files=settings_for(options).files):
            title = result.check.title.ar if cli_language() == "ar" else result.check.title.en
            examples = f" ({', '.join(result.examples)})" if result.count else ""
            line = f"  {'✗' if result.count else '✓'} {result.count:>6}  {result.check.name}: {title}{examples}"
            say(line, line)
            broken += result.count > 0
    if broken:
        say(f"قواعد مخالَفة: {broken}", f"rules broken: {broken}")
    return 1 if broken else 0
