# SPDX-License-Identifier: Apache-2.0
"""What the guard costs, and the long forms of the races: python -m tests.benchmarks.guard_rate [rounds]

Three kinds of the same race of a hundred writers, interleaved: `guarded` as it is; `unguarded` with the judge of plots and
the cell locks taken away; `bare` with every trigger asleep (no grid, no history, nothing published), as a lower bound of
what an insert can cost. Rates are attempts a second, refusals included.
"""

import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from layers import database
from layers.embedded import DATABASE, Cluster
from tests.conftest import Register, server_user
from tests.layers.racing import DEADLOCK, NO_GUARD, Outcome, a_town, one_plot, overlaps, race, six_plots

WRITERS = 100
ASLEEP = "set session_replication_role = replica"
_numbers = count(1)


@contextmanager
def a_cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="marsa-bench-", dir="/tmp"))
    user = server_user()
    if user:
        shutil.chown(folder, user, user)
    cluster = Cluster(folder / "data", user=user)
    cluster.start()
    try:
        database.migrate(cluster.url())
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


@contextmanager
def a_register(cluster: Cluster) -> Iterator[Register]:
    name = f"race_{next(_numbers)}"
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name} template {DATABASE}")
    register = Register(cluster, name)
    a_town(register)
    yield register
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


def once(cluster: Cluster, kind: str) -> tuple[Outcome, int]:
    with a_register(cluster) as register:
        if kind == "unguarded":
            with register.connect() as connection:
                connection.execute(NO_GUARD)
        step, writers = (six_plots, 50) if kind == "six plots" else (one_plot, WRITERS)
        rounds = 15 if kind == "six plots" else 30
        outcome = race(register, step, writers=writers, rounds=rounds, prepare=ASLEEP if kind == "bare" else None)
        return outcome, overlaps(register)


def main(rounds: int) -> str:
    kinds = ("guarded", "unguarded", "bare", "six plots")
    rates: dict[str, list[float]] = {kind: [] for kind in kinds}
    lines = [
        f"{'round':>5}  {'kind':<10} {'per s':>7} {'committed':>9} {'refused':>8} {'deadlocks':>9} {'overlaps':>8}"
    ]
    with a_cluster() as cluster:
        for number in range(1, rounds + 1):
            for kind in kinds:
                outcome, found = once(cluster, kind)
                rates[kind].append(outcome.rate)
                lines.append(
                    f"{number:>5}  {kind:<10} {outcome.rate:>7.0f} {outcome.ended[None]:>9} {outcome.ended['MG002']:>8} "
                    f"{outcome.ended[DEADLOCK]:>9} {found:>8}"
                )
    median = {kind: statistics.median(rates[kind]) for kind in kinds}
    lines.append(f"guarded / unguarded: {median['guarded'] / median['unguarded']:.2f}")
    lines.append(f"guarded / bare: {median['guarded'] / median['bare']:.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3) + "\n")
