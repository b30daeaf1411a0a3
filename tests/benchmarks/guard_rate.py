# SPDX-License-Identifier: Apache-2.0
"""What the guard costs, and the long forms of the races: python -m tests.benchmarks.guard_rate [rounds]

`guarded` as it is; `unguarded` with the judge of plots and the cell locks taken away, all else alike; `bare` with every
trigger asleep (no grid, no history, nothing published), the least that an insert can cost. Interleaved, a hundred writers:
first `apart`, where no two plots meet and all are accepted, so that the three do the same work (the ratios are of these);
then `race`, where they collide, and edits of six plots. Rates are attempts a second, refusals included.
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
from tests.layers.racing import DEADLOCK, NO_GUARD, Outcome, Step, a_town, apart, one_plot, overlaps, race, six_plots

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


RACES: tuple[tuple[str, str, Step, int, int], ...] = (
    ("apart", "guarded", apart, WRITERS, 25),
    ("apart", "unguarded", apart, WRITERS, 25),
    ("apart", "bare", apart, WRITERS, 25),
    ("race", "guarded", one_plot, WRITERS, 30),
    ("race", "unguarded", one_plot, WRITERS, 30),
    ("six plots", "guarded", six_plots, 50, 15),
)


def once(cluster: Cluster, kind: str, step: Step, writers: int, rounds: int) -> tuple[Outcome, int]:
    with a_register(cluster) as register:
        if kind == "unguarded":
            with register.connect() as connection:
                connection.execute(NO_GUARD)
        outcome = race(register, step, writers=writers, rounds=rounds, prepare=ASLEEP if kind == "bare" else None)
        return outcome, overlaps(register)


def main(rounds: int) -> str:
    rates: dict[tuple[str, str], list[float]] = {}
    lines = [f"{'':<10} {'':<10} {'per s':>7} {'committed':>9} {'refused':>8} {'deadlocks':>9} {'overlaps':>8}"]
    with a_cluster() as cluster:
        for _ in range(rounds):
            for name, kind, step, writers, each in RACES:
                outcome, found = once(cluster, kind, step, writers, each)
                rates.setdefault((name, kind), []).append(outcome.rate)
                lines.append(
                    f"{name:<10} {kind:<10} {outcome.rate:>7.0f} {outcome.ended[None]:>9} {outcome.ended['MG002']:>8} "
                    f"{outcome.ended[DEADLOCK]:>9} {found:>8}"
                )
    guarded, unguarded, bare = (statistics.median(rates["apart", kind]) for kind in ("guarded", "unguarded", "bare"))
    lines.append(f"apart, guarded / unguarded: {guarded / unguarded:.2f}")
    lines.append(f"apart, guarded / bare: {guarded / bare:.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3) + "\n")
