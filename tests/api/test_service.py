# SPDX-License-Identifier: Apache-2.0
"""A worker leaves no connection behind."""

import asyncio

import psycopg
import pytest

from api.service import _as_reader
from layers.embedded import Cluster
from layers.steady import SteadyConnection


def test_a_connection_that_cannot_be_made_ready_is_closed(cluster: Cluster) -> None:
    """The pool only drops it, and it would stay open until it is found to be forgotten."""

    async def prepared() -> SteadyConnection:
        connection = await SteadyConnection.connect(cluster.conninfo(database="postgres"))  # without PostGIS
        with pytest.raises(psycopg.errors.UndefinedFunction):
            await _as_reader(connection)
        return connection

    assert asyncio.run(prepared()).closed
