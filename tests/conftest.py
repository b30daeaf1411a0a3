# SPDX-License-Identifier: Apache-2.0
"""The real PostGIS that tests run on: one private cluster a process, one fresh database a test."""

import itertools
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import Engine

from layers import database
from layers.embedded import ADMIN, DATABASE, Cluster
from tests import places

SERVER_USER = "marsa"
TEMPLATE = "template_of_tests"
NAME_TAKEN = 9  # useradd's word for it
PATIENCE_S = 60
for _asking in (httpx.Client.__init__, httpx.get, httpx.post, httpx.stream, httpx.request):
    # Five seconds are httpx's own idea: a busy machine is no error.
    _asking.__kwdefaults__ = {**(_asking.__kwdefaults__ or {}), "timeout": httpx.Timeout(PATIENCE_S)}
Connection = psycopg.Connection[tuple[object, ...]]


def server_user() -> str | None:
    """PostgreSQL refuses to run as root; then the tests' server runs as the installation's own user."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SERVER_USER)
    except KeyError:
        made = ["useradd", "--system", "--shell", "/usr/sbin/nologin", SERVER_USER]
        # Of two processes that begin at once one finds it made (9).
        if subprocess.run(made, check=False).returncode not in {0, NAME_TAKEN}:
            raise
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
    """One for each process of a run: tests that run at once see nothing of each other's."""
    with places.folder() as folder:
        data = folder / "data"
        data.mkdir()
        user = server_user()
        if user:
            shutil.chown(data, user, user)
        made = Cluster(data, user=user)
        made.start()
        yield made
        made.stop()


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of an empty, migrated database to copy: one that nobody can be in, for then it could not be copied."""
    database.migrate(cluster.url())
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database {TEMPLATE} template {DATABASE} allow_connections false")
    return TEMPLATE


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


# -- a clone has no ../shared: the run then says how many files it did not look at --------------------------------------

UNCHECKED = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """A place to note what is not there."""
    config.stash[UNCHECKED] = []


@pytest.fixture
def unchecked(request: pytest.FixtureRequest) -> list[str]:
    """Paths of files that are not on this machine."""
    return request.config.stash[UNCHECKED]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of a divided run hands over what it noted."""
    if handed_over := getattr(session.config, "workeroutput", None):
        handed_over["unchecked"] = session.config.stash[UNCHECKED]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Its run takes it up."""
    node.config.stash[UNCHECKED] += getattr(node, "workeroutput", {}).get("unchecked", [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says it at the end of the run."""
    missing = config.stash[UNCHECKED]
    if missing:
        terminalreporter.write_line(
            f"{len(missing)} real files were not checked: ../shared/data is not beside this clone."
        )
