# SPDX-License-Identifier: Apache-2.0
"""`./marsa status`: what runs and what is stored."""

import argparse

import psycopg
from psycopg import sql

from api.installation import say, settings_for
from layers.catalogue import LAYERS
from layers.database import installation, libpq
from layers.embedded import Cluster

HELP = ("يبيّن ما يعمل وما هو محفوظ", "say what runs and what is stored")


def arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(options: argparse.Namespace) -> int:
    settings = settings_for(options)
    cluster = Cluster(settings.data)
    say(f"المجلد: {settings.data}", f"folder: {settings.data}")
    pid = None if settings.database_url else cluster.postmaster_pid()
    if not settings.database_url and pid is None:
        say("قاعدة البيانات لا تعمل: ./marsa up", "the database does not run: ./marsa up")
        return 3
    kept = installation(settings.addresses().admin)
    if kept is None:
        say("لا سجل هنا بعد: ./marsa up", "no register here yet: ./marsa up")
        return 3
    say(f"المنظومة: {kept.id} · EPSG:{kept.srid}", f"installation: {kept.id} · EPSG:{kept.srid}")
    with psycopg.connect(libpq(settings.addresses().admin)) as connection:
        for layer in LAYERS:
            relation = sql.Identifier("published", layer.published.name)
            row = connection.execute(sql.SQL("select count(*) from {}").format(relation)).fetchone()
            say(f"  {layer.title.ar}: {row[0] if row else 0}", f"  {layer.title.en}: {row[0] if row else 0}")
    return 0
