# SPDX-License-Identifier: Apache-2.0
"""`./marsa status`: what runs and what is stored. 0: it serves; 3: it rests, or there is nothing yet."""

import argparse
import os
import time
from pathlib import Path

import psycopg
from psycopg import sql

from api.installation import cli_language, folder_not_ours, say, settings_for
from api.running import server_of
from api.settings import Settings
from layers.catalogue import LAYERS
from layers.database import installation, libpq
from layers.embedded import Cluster

HELP = ("يبيّن ما يعمل وما هو محفوظ", "say what runs and what is stored")
RESTS = 3


def arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(options: argparse.Namespace) -> int:
    """Raises FolderNotOurs for a caller who may not look into the folder."""
    settings = settings_for(options)
    say(f"المجلد: {settings.data}", f"folder: {settings.data}")
    if settings.data.exists() and not os.access(settings.data, os.R_OK | os.X_OK):
        raise folder_not_ours(settings.data)
    serves = _tell_server(settings.data)
    if not settings.database_url and Cluster(settings.data).postmaster_pid() is None:
        say("قاعدة البيانات لا تعمل: ./marsa up", "the database does not run: ./marsa up")
        return RESTS
    kept = installation(settings.addresses().admin)
    if kept is None:
        say("لا سجل هنا بعد: ./marsa up", "no register here yet: ./marsa up")
        return RESTS
    say(f"المنظومة: {kept.id} · EPSG:{kept.srid}", f"installation: {kept.id} · EPSG:{kept.srid}")
    _tell_contents(settings)
    return 0 if serves else RESTS


def _tell_server(data: Path) -> bool:
    server = server_of(data)
    if server is None:
        say("الخدمة: لا تعمل", "service: does not run")
        return False
    minutes, seconds = divmod(int(time.time() - server.began), 60)
    hours, minutes = divmod(minutes, 60)
    since = f"{hours}:{minutes:02}:{seconds:02}"
    say(
        f"الخدمة: {server.address} (العملية {server.pid}، منذ {since})",
        f"service: {server.address} (process {server.pid}, for {since})",
    )
    return True


def _tell_contents(settings: Settings) -> None:
    files = sum(path.stat().st_size for path in settings.files.rglob("*") if path.is_file())
    with psycopg.connect(libpq(settings.addresses().admin)) as connection:
        row = connection.execute("select pg_database_size(current_database()), version()").fetchone()
        stored, version = row or (0, "")
        say(
            f"المحفوظ: {stored / 1e6:.1f} م.ب في قاعدة البيانات، {files / 1e6:.1f} م.ب ملفات",
            f"stored: {stored / 1e6:.1f} MB in the database, {files / 1e6:.1f} MB of files",
        )
        say(f"قاعدة البيانات: {' '.join(version.split()[:2])}", f"database: {' '.join(version.split()[:2])}")
        for layer in LAYERS:
            relation = sql.Identifier("published", layer.published.name)
            found = connection.execute(sql.SQL("select count(*) from {}").format(relation)).fetchone()
            title = layer.title.ar if cli_language() == "ar" else layer.title.en
            say(f"  {found[0] if found else 0:>7}  {title}", f"  {found[0] if found else 0:>7}  {title}")
