# SPDX-License-Identifier: Apache-2.0
"""`./marsa link`: a fresh one-time link for the admin, where the one that `up` printed is gone."""

import argparse

from api.installation import open_register, say, settings_for
from api.running import server_of
from layers.access import new_admin_link

HELP = ("يعطي المدير رابط دخول لمرة واحدة", "print a one-time link for the admin")


def arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(options: argparse.Namespace) -> int:
    with open_register(options) as (addresses, _):
        line = link(address_of(options), addresses.admin)
    say(line, line)
    return 0


def address_of(options: argparse.Namespace) -> str:
    """By which people reach this installation, without a last slash: as it is set, as it runs now, or as it will."""
    settings = settings_for(options)
    server = server_of(settings.data)
    return (settings.public_url or (server.address if server else "http://127.0.0.1:8000/")).rstrip("/")


def link(address: str, admin: str) -> str:
    """The link's address; the secret goes with it and is nowhere else."""
    return f"{address.rstrip('/')}/admin/enter?key={new_admin_link(admin)}"
