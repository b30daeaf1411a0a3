# SPDX-License-Identifier: Apache-2.0
"""`./marsa psql`: the database's own shell, on the installation's database."""

import argparse
import os
import subprocess
import sys

from api.installation import open_register, settings_for
from layers.database import libpq
from layers.embedded import Cluster

HELP = ("يفتح واجهة أوامر قاعدة البيانات", "open the database's own shell")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, help="handed on to psql")


def run(options: argparse.Namespace) -> int:
    settings = settings_for(options)
    words = [word for word in options.words if word != "--"]
    if settings.database_url or Cluster(settings.data).postmaster_pid() is not None:
        sys.stdout.flush()
        os.execvp("psql", ["psql", libpq(settings.addresses().admin), *words])
    with open_register(options) as (addresses, _):
        return subprocess.run(["psql", libpq(addresses.admin), *words], check=False).returncode
