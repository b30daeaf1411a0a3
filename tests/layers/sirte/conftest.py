# SPDX-License-Identifier: Apache-2.0
"""A register with Sirte in it: loaded once a run, copied for each test."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine

from layers.embedded import Cluster
from layers.sirte.load import load
from tests.conftest import Register


@pytest.fixture
def engine(register: Register) -> Iterator[Engine]:
    """On an empty register."""
    made = register.engine()
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def loaded(cluster: Cluster, template: str) -> Register:
    """Never to be changed: `sirte` is a copy of it."""
    register = Register(cluster, "sirte_loaded")
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database sirte_loaded template {template}")
    engine = register.engine()
    load(engine)
    engine.dispose()
    return register


@pytest.fixture
def sirte(cluster: Cluster, loaded: Register) -> Iterator[Register]:
    """A copy to break."""
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute("drop database if exists sirte_copy with (force)")
        connection.execute(f"create database sirte_copy template {loaded.name}")
    yield Register(cluster, "sirte_copy")
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute("drop database sirte_copy with (force)")
