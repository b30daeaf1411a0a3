# SPDX-License-Identifier: Apache-2.0
"""A register with Sirte in it, loaded once a run."""

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
    """Shared: a test that changes it rolls back."""
    register = Register(cluster, "sirte_loaded")
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database sirte_loaded template {template}")
    engine = register.engine()
    load(engine)
    engine.dispose()
    return register
