# SPDX-License-Identifier: Apache-2.0
"""`./marsa work`: the clock and the jobs alone, where the API runs elsewhere. `up` does both."""

import argparse
import asyncio
import os

from api.installation import say, serve_as_server_user, settings_for
from api.logs import configure_logs
from layers import database, working

HELP = ("يشغّل الساعة والأعمال وحدها", "run the clock and the jobs alone")


def arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(options: argparse.Namespace) -> int:
    settings = settings_for(options)
    configure_logs(quiet=os.environ.get("MARSA_LOG", "quiet") == "quiet")
    if not settings.database_url:
        serve_as_server_user(settings)
    addresses = settings.addresses()
    database.up_to_date(addresses.admin)
    say("تعمل الساعة والأعمال", "the clock and the jobs run")
    asyncio.run(working.work(addresses.staff))
    return 0
