# SPDX-License-Identifier: Apache-2.0
"""What the admin asks for on the page: the checks of `marsa check`, as a job, and which imports there were."""

from collections.abc import Mapping
from typing import Any

import psycopg

from layers.database import libpq
from layers.declaration import Text
from layers.jobs import Job, Task

# What the service asks as staff.
LAST_JOB = "select register.last_job(%(name)s)"
"""The job of this name that was asked for last, as `jobs.STANDING` tells it; null: none is remembered."""
IMPORTS = """
    select coalesce(json_agg(row_to_json(one)), '[]') from (
      select e.object_id::text as import_id, to_char(e.at, 'YYYY-MM-DD HH24:MI') as at, e.actor,
        e."after" ->> 'file' as file, e."after" ->> 'target' as target, e."after" -> 'written' as written,
        exists (select from register.event u where u.action = 'import_undone' and u.object_id = e.object_id) as undone
      from register.event e where e.action = 'import' order by e.at desc limit 100) one
"""
"""The last hundred imports, newest first. `written`: rows by table. Instants in UTC."""


def check_register(task: Task) -> Mapping[str, Any]:
    """Every check with its count and up to three examples, in the order of `marsa check`."""
    from layers.checks import every_check, run  # what they stand on is large, and workers only ask

    checks = every_check()
    told: list[dict[str, Any]] = []
    with psycopg.connect(libpq(task.admin_url)) as connection:
        connection.execute("set time zone 'UTC'")
        connection.commit()
        connection.execute("set transaction isolation level repeatable read, read only")
        for result in run(connection, checks):
            title = result.check.title
            told.append(
                {
                    "name": result.check.name,
                    "ar": title.ar,
                    "en": title.en,
                    "count": result.count,
                    "examples": list(result.examples),
                }
            )
            task.tell(len(told) / len(checks), result.check.name)
    return {"checks": told}


CHECKS = Job("checks", Text(ar="فحص البيانات", en="Checking the data"), check_register)
