# SPDX-License-Identifier: Apache-2.0
"""Several replicas on a PostGIS of somebody else's, as compose runs them."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.conftest import Register
from tests.layers.land import a_block, a_plot, a_zone
from tests.operating.marsa import LIMIT_S, Up, children, end, marsa, started

ADDRESSES = ("collections/plots/items?f=json", "collections/blocks/items?f=json", "collections/projects/items?f=json")


@contextmanager
def replicas(register: Register, *folders: Path) -> Iterator[list[Up]]:
    """`marsa up` in each folder, all on the register's database, all started at once."""
    with ExitStack() as ending:
        running = [started(data, "--no-demo", MARSA_DATABASE_URL=register.url()) for data in folders]
        for replica in running:
            ending.callback(end, replica)
        yield [replica.await_ready() for replica in running]


@contextmanager
def asking(address: str) -> Iterator[list[int]]:
    """Four readers that ask again and again; the list fills with what was not answered."""
    over, faults = threading.Event(), list[int]()

    def ask() -> None:
        with httpx.Client(base_url=address, timeout=LIMIT_S) as client:
            while not over.is_set():
                faults.extend(
                    answer.status_code for name in ADDRESSES if (answer := client.get(name)).status_code != 200
                )

    readers = [threading.Thread(target=ask, daemon=True) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        yield faults
    finally:
        over.set()
        for reader in readers:
            reader.join(LIMIT_S)


def test_replicas_start_together_and_one_starts_again_without_a_reader_of_the_other_noticing(
    register: Register, place: Path
) -> None:
    with register.connect() as connection:
        a_plot(connection, a_block(connection, a_zone(connection)))
    with replicas(register, place / "one", place / "two") as (first, second):
        numbers = [httpx.get(f"{replica.address}{ADDRESSES[0]}").json()["numberMatched"] for replica in (first, second)]
        assert numbers == [1, 1]
        assert second.stop() == 0
        with asking(first.address) as faults, replicas(register, place / "two") as (again,):
            assert httpx.get(f"{again.address}{ADDRESSES[0]}").json()["numberMatched"] == 1
        assert faults == []
        assert marsa("check", "--data", place / "one", MARSA_DATABASE_URL=register.url()).returncode == 0


def test_killed_connections_are_replaced(register: Register, place: Path) -> None:
    with replicas(register, place / "one") as (replica,), register.connect(autocommit=True) as connection:
        assert httpx.get(f"{replica.address}{ADDRESSES[0]}").status_code == 200
        killed = connection.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        ).fetchone()
        assert killed is not None
        assert int(str(killed[0])) > 1
        for name in ADDRESSES:
            assert httpx.get(f"{replica.address}{name}", timeout=LIMIT_S).status_code == 200
        assert replica.process.poll() is None
        assert set(children(replica.process.pid)) == set(replica.workers)
