# SPDX-License-Identifier: Apache-2.0
"""`marsa check`: what must hold of the data, asked of the data itself. Zero offenders is good.

The guards keep these truths when rows are written; the checks find out whether somebody went round the guards.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

from psycopg import Connection

from layers.declaration import Text

Offenders = Callable[["Connection[tuple[object, ...]]"], list[str]]
"""Names everything that breaks the rule: plot numbers, row ids, pairs of them."""


@dataclass(frozen=True)
class Check:
    """One invariant: its name on the command line, its rule in words, and the question that finds what breaks it."""

    name: str
    title: Text
    offenders: Offenders


@dataclass(frozen=True)
class Result:
    """What a check found. `examples` holds the first few offenders, for people to look them up."""

    check: Check
    count: int
    examples: tuple[str, ...]


def asking(statement: LiteralString) -> Offenders:
    """The offenders as a query names them in its first column."""

    def offenders(connection: "Connection[tuple[object, ...]]") -> list[str]:
        return [str(row[0]) for row in connection.execute(statement)]

    return offenders


def run(
    connection: "Connection[tuple[object, ...]]", checks: Iterable[Check] | None = None, *, files: Path | None = None
) -> Iterator[Result]:
    """Asks every check, one after the other, each as soon as its result is wanted.

    `connection` must see every row: the installation's administrator, or marsa_guard. `files`: the files folder, whose
    rasters are then held against the register too.
    """
    for check in every_check(files) if checks is None else checks:
        found = check.offenders(connection)
        yield Result(check, len(found), tuple(found[:3]))


def every_check(files: Path | None = None) -> tuple[Check, ...]:
    """All checks in the order in which they are told: the register's own, its files', then the demonstration zone's."""
    from layers.invariants import INVARIANTS  # both take their words from here
    from layers.rasters.checking import raster_checks
    from layers.sirte.checking import sirte_checks

    return (*INVARIANTS, *raster_checks(files), *sirte_checks())
