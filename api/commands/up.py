# SPDX-License-Identifier: Apache-2.0
"""`./marsa up`: from whatever is there to the map, each step said and timed."""

import argparse
import asyncio
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from api.commands import demo, link, work
from api.installation import say, serve_as_server_user, settings_for, step
from api.logs import configure_logs
from api.running import only_supervisor
from api.settings import Settings
from api.supervisor import Supervisor, end_with_parent, listen
from layers import database, working
from layers.database import Kept, desktop_password
from layers.embedded import DATABASE, DESKTOP, Cluster, TcpAddress
from layers.errors import NotEmbedded

HELP = ("يجهّز الناقص ويشغّل الخريطة", "prepare what is missing and serve the map")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    parser.add_argument("--no-demo", action="store_true", help="start with an empty register instead of Sirte")
    parser.add_argument("--srid", type=int, help="EPSG number of the legal CRS of a new installation (3201)")
    parser.add_argument(
        "--listen",
        type=tcp_address,
        metavar="[HOST:]PORT",
        help="open the database to desktop programs at this address, by password, until it stops",
    )


def tcp_address(word: str) -> TcpAddress:
    """`5433` or `192.168.1.5:5433`; without a host this machine only. Raises ValueError."""
    host, _, port = word.rpartition(":")
    return TcpAddress(host.strip("[]") or "127.0.0.1", int(port))


def run(options: argparse.Namespace) -> int:
    settings = settings_for(options)
    if options.listen and settings.database_url:
        raise NotEmbedded()
    configure_logs(quiet=os.environ.get("MARSA_LOG", "quiet") == "quiet")
    serve_as_server_user(settings)
    with only_supervisor(settings.data) as note:
        listening = listen(options.host, options.port)
        host = f"[{options.host}]" if ":" in options.host else options.host
        address = f"http://{host}:{listening.getsockname()[1]}/"
        note(address)
        cluster = None if settings.database_url else Cluster(settings.data)
        if cluster:
            with step("قاعدة البيانات تعمل", "the database runs"):
                cluster.start(options.listen, sole_user=True)
        try:
            installation = _prepare(settings, options)
            if options.listen:
                _tell_desktop(settings, options.listen)
            addresses = settings.addresses()

            def tell_ready() -> None:
                entrance = link.link(settings.public_url or address, addresses.admin)
                say(f"دخول المدير (مرة واحدة): {entrance}", f"Admin, once: {entrance}")
                say(f"مرسى جاهزة: {address}", f"Marsa is ready: {address}")

            others = (
                (lambda: asyncio.run(working.work(work.place_of(settings, installation))),) if settings.jobs else ()
            )
            Supervisor(settings, installation, listening, cluster, others).serve(tell_ready)
        finally:
            if cluster:
                cluster.stop()
    return 0


def _prepare(settings: Settings, options: argparse.Namespace) -> Kept:
    admin = settings.addresses().admin
    with step("السجل محدّث", "the register is up to date"):
        kept = database.migrate(admin, srid=options.srid)
    # A register that somebody has begun is never mixed with the demonstration; `./marsa demo` does that on purpose.
    if not options.no_demo and database.holds_nothing(admin):
        with (
            step("سرت محمّلة", "Sirte is loaded"),
            # In a process of its own: what it imports and allocates would stay with every worker.
            ProcessPoolExecutor(1, get_context("fork"), end_with_parent, (signal.SIGKILL,)) as pool,
        ):
            pool.submit(demo.load, admin, kept.srid).result()
    return kept


def _tell_desktop(settings: Settings, tcp: TcpAddress) -> None:
    """Where desktop programs connect; the password is told once, when the role is made."""
    password = desktop_password(settings.addresses().admin)
    say(
        f"برامج المكتب: {tcp.host}:{tcp.port} قاعدة {DATABASE} مستخدم {DESKTOP}",
        f"desktop programs: {tcp.host}:{tcp.port} database {DATABASE} user {DESKTOP}",
    )
    if password:
        say(f"كلمة المرور (تظهر مرة واحدة): {password}", f"password (shown once): {password}")
    else:
        line = f'./marsa psql -- -c "drop role {DESKTOP}"'
        say(f"كلمة المرور أُعطيت من قبل؛ لواحدة جديدة: {line}", f"the password was told before; for a new one: {line}")
