# SPDX-License-Identifier: Apache-2.0
"""Which installation a command means, whom it belongs to, and how the command line speaks."""

import argparse
import errno
import hashlib
import os
import pwd
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.settings import Settings
from layers import database
from layers.backup import FILES, MARK, unfinished
from layers.database import Addresses, Kept
from layers.embedded import Cluster
from layers.errors import FolderNotEmpty, FolderNotOurs, FolderReadOnly, MarsaError, RestoreUnfinished
from web.texts import Lang

SERVER_USER = "marsa"
OWN_ENTRIES = {"cluster", "cluster.new", "cluster.json", "cluster.json.new", "run", "log", "exports", FILES, MARK}


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


def serve_as_server_user(settings: Settings) -> None:
    """Makes the data folder and becomes its owner. Raises what `make_data_folder` raises."""
    make_data_folder(settings)
    become_server_user()
    _require_writable(settings.data)  # root went through closed folders above it; the server cannot


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
    """The data folder, owned by the server's user and by nobody else.

    Raises FolderNotOurs, FolderReadOnly, FolderNotEmpty or RestoreUnfinished; then nothing was made or changed.
    """
    folder = settings.data
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        entries = {entry.name for entry in folder.iterdir()}
    except (FileExistsError, NotADirectoryError):
        raise FolderNotEmpty(str(folder)) from None
    except PermissionError:
        raise folder_not_ours(folder) from None
    except OSError as error:
        if error.errno == errno.EROFS:
            raise FolderReadOnly(str(folder)) from None
        raise
    owner = folder.stat().st_uid
    user = server_user()
    if user and owner == 0 and not entries:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    elif owner != (pwd.getpwnam(user).pw_uid if user else os.geteuid()):
        raise folder_not_ours(folder)
    _require_writable(folder)
    if Cluster(folder).identity_file.name not in entries and not entries <= OWN_ENTRIES:
        raise FolderNotEmpty(str(folder))
    if unfinished(folder):
        raise RestoreUnfinished(str(folder))


def _require_writable(folder: Path) -> None:
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise FolderReadOnly(str(folder))


def folder_not_ours(folder: Path) -> MarsaError:
    """Whose the folder is; or, where it does not exist yet, the nearest one above it."""
    there = next((above for above in (folder, *folder.parents) if _seen(above)), folder)
    uid = there.stat().st_uid
    try:
        return FolderNotOurs(str(there), pwd.getpwuid(uid).pw_name)
    except KeyError:
        return FolderNotOurs(str(there), str(uid))


def _seen(folder: Path) -> bool:
    try:
        return folder.exists()
    except PermissionError:
        return False


@contextmanager
def open_register(options: argparse.Namespace) -> Iterator[tuple[Addresses, Kept]]:
    """The installation's migrated register, for one command.

    Starts the embedded cluster where it rests, and lets it rest again afterwards; one that runs is left running.
    """
    settings = settings_for(options)
    if settings.database_url:
        addresses = settings.addresses()
        yield addresses, database.up_to_date(addresses.admin)
        return
    make_data_folder(settings)
    cluster = Cluster(settings.data, server_user())
    was_running = cluster.postmaster_pid() is not None
    cluster.start()
    try:
        addresses = settings.addresses()
        yield addresses, database.up_to_date(addresses.admin)
    finally:
        if not was_running:
            cluster.stop()
