# SPDX-License-Identifier: Apache-2.0
"""`./marsa up`: from whatever is there to the map, each step said and timed."""

import argparse
import os

from api.commands import demo
from api.installation import become_server_user, make_data_folder, say, settings_for, step
from api.logs import configure_logs
from api.settings import Settings
from api.supervisor import Supervisor, listen, only_supervisor
from layers import database
from layers.database import Kept
from layers.embedded import Cluster

HELP = ("يجهّز الناقص ويشغّل الخريطة", "prepare what is missing and serve the map")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    parser.add_argument("--no-demo", action="store_true", help="start with an empty register instead of Sirte")
    parser.add_argument("--srid", type=int, help="EPSG number of the legal CRS of a new installation (3201)")


def run(options: argparse.Namespace) -> int:
    settings = settings_for(options)
    configure_logs(quiet=os.environ.get("MARSA_LOG", "quiet") == "quiet")
    make_data_folder(settings)
    become_server_user()
    with only_supervisor(settings.data):
        listening = listen(options.host, options.port)
        cluster = None if settings.database_url else Cluster(settings.data)
        if cluster:
            with step("قاعدة البيانات تعمل", "the database runs"):
                cluster.start()
        try:
            installation = _prepare(settings, options)
            port = listening.getsockname()[1]
            host = f"[{options.host}]" if ":" in options.host else options.host
            Supervisor(settings, installation, listening).serve(
                lambda: say(f"مرسى جاهزة: http://{host}:{port}/", f"Marsa is ready: http://{host}:{port}/")
            )
        finally:
            if cluster:
                cluster.stop()
    return 0


def _prepare(settings: Settings, options: argparse.Namespace) -> Kept:
    with step("السجل محدّث", "the register is up to date"):
        kept = database.migrate(settings.addresses().admin, srid=options.srid)
    if not options.no_demo:
        with step("سرت محمّلة", "Sirte is loaded"):
            demo.load(settings.addresses().admin, kept.srid)
    return kept
