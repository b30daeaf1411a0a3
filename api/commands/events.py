# SPDX-License-Identifier: Apache-2.0
"""`./marsa events`: the legal events as a file, and whether such a file is whole, which needs no register at all."""

import argparse
import os
from pathlib import Path

import psycopg

from api.installation import open_register, say
from layers import chainfile
from layers.database import libpq
from layers.errors import ChainBroken

HELP = ("الوقائع القانونية وسلسلتها", "the legal events and their chain: write them to a file, verify a file")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("export", "verify"), help="export: write FILE; verify: check FILE, off line")
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--head", help="the last hash as it was noted elsewhere: a chain that was cut short or replaced is found"
    )


def run(options: argparse.Namespace) -> int:
    """0 when the file is written or whole. Raises ChainBroken, which names the first bad event."""
    if options.action == "verify":
        found = chainfile.verify(options.file, head=options.head)
        if found.wrong:
            raise ChainBroken(options.file.name, found.wrong)
        say(f"  ✓ {found.events} واقعة، رأس السلسلة {found.head}", f"  ✓ {found.events} events, head {found.head}")
        return 0
    with open_register(options) as (addresses, _), psycopg.connect(libpq(addresses.admin)) as connection:
        unfinished = options.file.with_name(options.file.name + ".unfinished")
        with unfinished.open("w", encoding="utf-8") as file:
            found = chainfile.write(connection, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(options.file)
    say(
        f"  ✓ {found.events} واقعة في {options.file}. دوّن رأس السلسلة في مكان آخر: {found.head}",
        f"  ✓ {found.events} events in {options.file}. Note the head elsewhere: {found.head}",
    )
    return 0
