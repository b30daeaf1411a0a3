# SPDX-License-Identifier: Apache-2.0
"""Which installation a command means, whom it belongs to, and how the command line speaks."""

import argparse
import hashlib
import os
import pwd
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.settings import Settings
from layers import database
from layers.database import Addresses, Kept
from layers.embedded import Cluster
from web.texts import Lang

SERVER_USER = "marsa"


def cli_language() -> Lang:
    """Arabic where the terminal's language is Arabic, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "ar" if os.environ[name].startswith("ar") else "en"
    return "en"


def say(ar: str, en: str) -> None:
    """A line for the person at the terminal."""
    print(ar if cli_language() == "ar" else en, flush=True)  # noqa: T201 the command line speaks


@contextmanager
def step(ar: str, en: str) -> Iterator[None]:
    """Says what was done and how long it took, once it is done."""
    began = time.monotonic()
    yield
    seconds = time.monotonic() - began
    say(f"  ✓ {ar} ({seconds:.1f} ث)", f"  ✓ {en} ({seconds:.1f} s)")


def server_user() -> str | None:
    """The system user that owns the data when root calls; None for anybody else, who owns it."""
    return SERVER_USER if os.geteuid() == 0 else None


def become_server_user() -> None:
    """Root hands the server over to the user that owns the data: PostgreSQL refuses root, and so should a server."""
    if os.geteuid() != 0:
        return
    entry = pwd.getpwnam(SERVER_USER)
    os.initgroups(SERVER_USER, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    os.environ["HOME"] = entry.pw_dir


def default_data() -> Path:
    """A folder for this checkout: in /var/lib/marsa for root, in the caller's home otherwise."""
    checkout = os.environ.get("MARSA_CHECKOUT") or str(Path(__file__).resolve().parent.parent)
    name = hashlib.sha256(checkout.encode()).hexdigest()[:8]
    if os.geteuid() == 0:
        return Path("/var/lib/marsa") / name
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "marsa" / name


def settings_for(options: argparse.Namespace) -> Settings:
    """Settings from the environment; the data folder from the command line, if it says one."""
    folder: Path = options.data or Path(os.environ.get("MARSA_DATA") or default_data())
    return Settings().model_copy(update={"data": folder.absolute()})


def make_data_folder(settings: Settings) -> None:
    """The data folder, owned by the server's user."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    user = server_user()
    if user and settings.data.owner() != user and not any(settings.data.iterdir()):
        entry = pwd.getpwnam(user)
        os.chown(settings.data, entry.pw_uid, entry.pw_gid)


@contextmanager
def open_register(options: argparse.Namespace) -> Iterator[tuple[Addresses, Kept]]:
    """The installation's migrated register, for one command.

    Starts the embedded cluster where it rests, and lets it rest again afterwards; one that runs is left running.
    """
    settings = settings_for(options)
    if settings.database_url:
        addresses = settings.addresses()
        yield addresses, database.migrate(addresses.admin)
        return
    make_data_folder(settings)
    cluster = Cluster(settings.data, server_user())
    was_running = cluster.postmaster_pid() is not None
    cluster.start()
    try:
        addresses = settings.addresses()
        yield addresses, database.migrate(addresses.admin)
    finally:
        if not was_running:
            cluster.stop()
