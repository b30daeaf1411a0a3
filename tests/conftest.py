# SPDX-License-Identifier: Apache-2.0
"""The real PostGIS that tests run on: one private cluster a run, one fresh database a test."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from layers import database
from layers.embedded import ADMIN, DATABASE, Cluster

SERVER_USER = "marsa"
Connection = psycopg.Connection[tuple[object, ...]]


def server_user() -> str | None:
    """PostgreSQL refuses to run as root; then the tests' server runs as the installation's own user."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SERVER_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", SERVER_USER], check=True)
    return SERVER_USER


@dataclass(frozen=True)
class Register:
    """A migrated database of the test's own."""

    cluster: Cluster
    name: str
    srid: int = 3201

    def conninfo(self, role: str = ADMIN) -> str:
        return self.cluster.conninfo(role, self.name)

    def url(self, role: str = ADMIN) -> str:
        return self.cluster.url(role).replace(f"/{DATABASE}?", f"/{self.name}?")

    def connect(self, role: str = ADMIN, *, autocommit: bool = False) -> Connection:
        return psycopg.connect(self.conninfo(role), autocommit=autocommit)

    def engine(self, role: str = ADMIN) -> Engine:
        return database.engine_for(self.url(role), srid=self.srid)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    # A socket's path is at most 107 bytes long, so pytest's own deep folders will not do.
    folder = Path(tempfile.mkdtemp(prefix="marsa-test-", dir="/tmp"))
    user = server_user()
    if user:
        shutil.chown(folder, user, user)
    made = Cluster(folder / "data", user=user)
    made.start()
    yield made
    made.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of an empty, migrated database to copy."""
    database.migrate(cluster.url())
    return DATABASE


_numbers = itertools.count(1)


@contextmanager
def a_register(cluster: Cluster, template: str) -> Iterator[Register]:
    """An empty register, in the default legal CRS. For tests that only read it may serve a whole module."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name} template {template}")
    yield Register(cluster, name)
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture
def register(cluster: Cluster, template: str) -> Iterator[Register]:
    """An empty register of the test's own."""
    with a_register(cluster, template) as made:
        yield made
