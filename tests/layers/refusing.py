# SPDX-License-Identifier: Apache-2.0
"""How a test says that the register refuses a transaction, be it in a statement or at its commit."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from tests.conftest import Connection, Register


@dataclass
class Attempt:
    """A transaction that must be refused, and the facts it is refused with."""

    connection: Connection
    facts: dict[str, Any] = field(default_factory=dict)


@contextmanager
def refused(register: Register, sqlstate: str, role: str = "marsa_admin") -> Iterator[Attempt]:
    """Runs and commits the block's statements; fails unless the database refuses them with `sqlstate`."""
    with closing(register.connect(role)) as connection:
        attempt = Attempt(connection)
        with pytest.raises(psycopg.Error) as error:
            yield attempt
            connection.commit()
        assert error.value.sqlstate == sqlstate, error.value
        if sqlstate.startswith("MG"):
            attempt.facts.update(json.loads(error.value.diag.message_detail or "{}"))
