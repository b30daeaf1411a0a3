# SPDX-License-Identifier: Apache-2.0
"""`./marsa work`: the clock and long work alone, where the API runs elsewhere with MARSA_JOBS=false. `up` does both."""

import argparse
import asyncio
import os

from api.installation import say, serve_as_server_user, settings_for
from api.logs import configure_logs
from api.settings import Settings
from layers import database, working
from layers.database import Kept

HELP = ("يشغّل الساعة والأعمال الطويلة وحدها", "run the clock and long work alone")


def arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(options: argparse.Namespace) -> int:
    settings = settings_for(options)
    configure_logs(quiet=os.environ.get("MARSA_LOG", "quiet") == "quiet")
    if not settings.database_url:
        serve_as_server_user(settings)
    installation = database.up_to_date(settings.addresses().admin)
    say("تعمل الساعة والأعمال الطويلة", "the clock and long work run")
    asyncio.run(working.work(place_of(settings, installation)))
    return 0


def place_of(settings: Settings, installation: Kept) -> working.Place:
    """Where the installation's work is done."""
    return working.Place(settings.addresses(), installation, settings.files)
