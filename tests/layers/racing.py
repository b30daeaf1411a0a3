# SPDX-License-Identifier: Apache-2.0
"""Many writers at once on one piece of land, and what they leave behind."""

import math
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

import psycopg

from tests.conftest import Connection, Register
from tests.layers.land import EAST, NORTH, a_zone

BLOCKS_A_SIDE = 10
BLOCK_M = 200.0
PLOT_M = 30.0
SMALL_PLOT_M = 10.0
DEADLOCK = "40P01"


@dataclass
class Outcome:
    """How a race went. `ended`: how often a transaction ended so; None is a commit."""

    ended: Counter[str | None] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Attempts per second, refused ones included: a refusal is an answer too."""
        return sum(self.ended.values()) / self.seconds


def a_town(register: Register) -> None:
    """A zone of a hundred empty blocks on a rotated grid, named B0 … B99."""
    with register.connect() as connection:
        zone = a_zone(connection, size=4000)
        for number in range(BLOCKS_A_SIDE**2):
            connection.execute(
                "insert into register.block (code, zone_id, land_use, geom) values (%s, %s, 'LOG', %s)",
                [f"B{number}", zone, in_block(number, 0, 0, BLOCK_M)],
            )


def in_block(number: int, x: float, y: float, size: float) -> str:
    """EWKT of a square in the axes of the block grid, which stand at 30° to the coordinates'."""
    column, row = number % BLOCKS_A_SIDE, number // BLOCKS_A_SIDE
    left, bottom = column * BLOCK_M + x, row * BLOCK_M + y

    def corner(u: float, v: float) -> str:
        cos, sin = math.cos(math.pi / 6), math.sin(math.pi / 6)
        return f"{EAST + 1500 + u * cos - v * sin:.3f} {NORTH + 200 + u * sin + v * cos:.3f}"

    ring = [(left, bottom), (left + size, bottom), (left + size, bottom + size), (left, bottom + size), (left, bottom)]
    return "SRID=3201;POLYGON((" + ",".join(corner(u, v) for u, v in ring) + "))"


def some_plot(dice: random.Random, size: float = PLOT_M, blocks: int = BLOCKS_A_SIDE**2) -> tuple[str, str]:
    """A random block's code and a shape in it; a hundred writers soon stand on each other's feet."""
    number = dice.randrange(blocks)
    room = int((BLOCK_M - size) / 10)
    return f"B{number}", in_block(number, dice.randint(0, room) * 10, dice.randint(0, room) * 10, size)


def insert_plot(connection: Connection, plot_number: str, block_code: str, geom: str) -> None:
    connection.execute(
        "insert into register.plot (plot_number, block_id, land_use, geom) "
        "select %s, id, 'LOG', %s from register.block where code = %s",
        [plot_number, geom, block_code],
    )


Step = Callable[[Connection, random.Random, str], None]


def race(
    register: Register, step: Step, *, writers: int, rounds: int, role: str = "marsa_admin", prepare: str | None = None
) -> Outcome:
    """`writers` connections each run `step` in `rounds` transactions, all at once."""
    outcome = Outcome()
    lock = threading.Lock()
    start = threading.Barrier(writers + 1)

    def write(writer: int) -> None:
        dice = random.Random(writer)
        ended: Counter[str | None] = Counter()
        with closing(register.connect(role)) as connection:
            if prepare:
                connection.execute(prepare)
                connection.commit()
            start.wait()
            for number in range(rounds):
                try:
                    step(connection, dice, f"{writer}-{number}")
                    connection.commit()
                    ended[None] += 1
                except psycopg.Error as error:
                    connection.rollback()
                    ended[error.sqlstate] += 1
        with lock:
            outcome.ended.update(ended)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    outcome.seconds = time.perf_counter() - began
    return outcome


def overlaps(register: Register) -> int:
    """Pairs of plots whose interiors meet."""
    with register.connect() as connection:
        row = connection.execute(
            "select count(*) from register.plot a join register.plot b on b.id > a.id and b.geom && a.geom "
            "and b.valid && a.valid and ST_Relate(a.geom, b.geom, '2********')"
        ).fetchone()
    assert row is not None
    return int(str(row[0]))


def one_plot(connection: Connection, dice: random.Random, name: str) -> None:
    block_code, geom = some_plot(dice)
    insert_plot(connection, name, block_code, geom)


def apart(connection: Connection, dice: random.Random, name: str) -> None:
    """One plot where no other writer goes: all are accepted, guarded or not. For up to 25 rounds of a hundred writers."""
    writer, number = (int(part) for part in name.split("-"))
    # Writers meet in the same blocks all the time, as people do who work on one layout.
    slot = number * 100 + writer
    place = slot % 25
    insert_plot(connection, name, f"B{slot // 25}", in_block(slot // 25, place % 5 * 40, place // 5 * 40, PLOT_M))


def six_plots(connection: Connection, dice: random.Random, name: str) -> None:
    """An edit of six plots far apart, which locks its land first as every command of ours does."""
    plots = [some_plot(dice, SMALL_PLOT_M) for _ in range(6)]
    connection.execute(
        "select register.lock_cells(ST_Collect(geom::geometry)) from unnest(%s::text[]) geom",
        [[geom for _, geom in plots]],
    )
    for number, (block_code, geom) in enumerate(plots):
        insert_plot(connection, f"{name}-{number}", block_code, geom)


NO_GUARD = """
    create or replace function register.judge_plots(ids uuid[]) returns void language plpgsql as 'begin end';
    create or replace function register.hold_cells(cells bigint[]) returns void language plpgsql as 'begin end';
"""
"""Takes the guard away: the control of every race."""
