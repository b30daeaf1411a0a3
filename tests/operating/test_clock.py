# SPDX-License-Identifier: Apache-2.0
"""What time alone changes is published without anybody writing a row."""

import time
from pathlib import Path

from layers import queue
from tests.conftest import Register
from tests.layers.land import a_block, a_plot, a_zone
from tests.operating.marsa import LIMIT_S, connect, up


def test_a_right_that_begins_while_the_service_runs_is_published(data: Path) -> None:
    with up(data), connect(data) as connection:
        plot = a_plot(connection, a_block(connection, a_zone(connection)))
        connection.execute(
            "insert into register.restriction (plot_id, kind, blocks_allocation, valid) "
            "values (%s, 'hold', true, tstzrange(now() + interval '2 seconds', null))",
            [plot],
        )
        status = "select public_status from published.plots"
        assert connection.execute(status).fetchone() != ("not_available",)
        deadline = time.monotonic() + LIMIT_S
        while connection.execute(status).fetchone() != ("not_available",):
            assert time.monotonic() < deadline
            time.sleep(0.5)


def test_installing_the_tables_of_jobs_again_changes_nothing(register: Register) -> None:
    question = "select count(*) from pg_class where relnamespace = 'jobs'::regnamespace"
    with register.connect() as connection:
        before = connection.execute(question).fetchone()
        queue.install(connection)
        assert connection.execute(question).fetchone() == before
        # One that an older version made is brought forward by that version's successors alone.
        assert queue._scripts("3.2.2", "3.4.0") == queue._scripts("3.2.2", "3.3.9") + queue._scripts("3.3.9", "3.4.0")
        assert queue._scripts("3.10.0", "3.10.0") == []
