# SPDX-License-Identifier: Apache-2.0
"""Two workers, and somebody at psql who moves a plot: within a second both tiles are right on both workers, every time."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from tests.conftest import Register
from tests.layers.land import a_block, a_plot, a_zone, square

MOVES = 100
LIMIT_S = 1.0
# Two places 1.2 km apart: they share no tile at zoom 16 (520 m here).
PLACES = (square(20, 20), square(900, 900))
ONE_WORKER = """
import os, sys, uvicorn
from api.app import create_app
from api.settings import Settings
from api.supervisor import listen
from layers import database
url = sys.argv[1]
listening = listen("127.0.0.1", 0)
print(listening.getsockname()[1], flush=True)
os.dup2(2, 1)  # its log would fill the pipe that nobody reads any more
app = create_app(Settings(database_url=url), database.installation(url))
uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[listening])
"""


@contextmanager
def a_worker(register: Register) -> Iterator[httpx.Client]:
    """A worker in a process of its own, and a client that asks it alone."""
    process = subprocess.Popen(
        [sys.executable, "-c", ONE_WORKER, register.url()],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()},  # noqa: PTH109
    )  # fmt: skip
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            deadline = time.monotonic() + 60
            while True:
                try:
                    client.get("/health/ready").raise_for_status()
                    break
                except httpx.HTTPError:
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
            yield client
    finally:
        process.terminate()
        process.communicate(timeout=60)


def tile_of(register: Register, geom: str) -> str:
    """The address of the tile at zoom 16 over the middle of a shape."""
    with register.connect() as connection:
        row = connection.execute(
            "select floor((20037508.342789244 - ST_Y(c)) / s)::int, floor((ST_X(c) + 20037508.342789244) / s)::int "
            "from (select ST_Transform(ST_Centroid(%s::geometry), 3857) as c, 40075016.685578488 / 65536 as s) t",
            [geom],
        ).fetchone()
    assert row is not None
    return f"/collections/plots/tiles/WebMercatorQuad/16/{row[0]}/{row[1]}"


@pytest.fixture
def psql() -> str:
    found = shutil.which("psql")
    assert found, "the PostgreSQL client is installed beside the server"
    return found


@pytest.mark.alone
def test_psql_moves_a_plot_and_both_tiles_change_on_both_workers(register: Register, psql: str) -> None:
    with register.connect() as connection:
        a_plot(connection, a_block(connection, a_zone(connection)), geom=PLACES[0])
    tiles = [tile_of(register, place) for place in PLACES]
    assert tiles[0] != tiles[1]
    waits = []
    with ExitStack() as stack:
        workers = [stack.enter_context(a_worker(register)) for _ in range(2)]
        for number in range(1, MOVES + 1):
            # Asked before, so that both workers hold both tiles in memory.
            before = {(worker, tile): worker.get(tile).content for worker in workers for tile in tiles}
            move = f"update register.plot set geom = '{PLACES[number % 2]}'"
            subprocess.run(
                [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", register.conninfo(), "-c", move],
                check=True,
                timeout=30,
            )
            moved = time.monotonic()
            stale = set(before)
            while stale and time.monotonic() - moved < LIMIT_S:
                stale = {(worker, tile) for worker, tile in stale if worker.get(tile).content == before[worker, tile]}
            assert not stale, f"move {number}: {len(stale)} of 4 tiles are stale after {LIMIT_S} s"
            waits.append(time.monotonic() - moved)
            # The tile left behind is empty, the other holds the plot: neither is a half-way state.
            for worker in workers:
                assert (worker.get(tiles[number % 2]).status_code, worker.get(tiles[1 - number % 2]).status_code) == (
                    200,
                    204,
                )
    assert len(waits) == MOVES
