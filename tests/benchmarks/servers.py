# SPDX-License-Identifier: Apache-2.0
"""The servers under load: Marsa as `up` runs it, and tipg beside it on the same database."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from layers.embedded import Cluster

ROOT = Path(__file__).resolve().parent.parent.parent
START_LIMIT_S = 60
PEER_TABLE = """
    create table if not exists public.peer_plots as
    select tile_id as id, plot_number, zone_code, block_code, land_use, public_status, area_m2, frontage_m, holder_en, rent,
      held_until, updated_on, geom from published.plots order by tile_id;
    create unique index if not exists peer_plots_id on public.peer_plots (id);
    create index if not exists peer_plots_geom on public.peer_plots using gist (geom) with (buffering = on);
    create index if not exists peer_plots_status on public.peer_plots (public_status, area_m2);
    analyze public.peer_plots;
"""
"""What tipg serves: the plots with eleven of their words, in the legal CRS, with the indexes that its questions need, as well built as ours."""


@dataclass(frozen=True)
class Server:
    """Something that answers at `url`; `pid` leads its processes."""

    name: str
    url: str
    pid: int

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=120) as answer:
            return bytes(answer.read())


@contextmanager
def resting_cluster(data: Path) -> Iterator[Cluster]:
    """The cluster of a filled folder, running for a while."""
    owner = data.owner()
    cluster = Cluster(data.absolute(), owner if os.geteuid() == 0 else None)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


@contextmanager
def marsa(cluster: Cluster, name: str = "marsa", *, scratch: Path, tile_cache_mb: int = 64) -> Iterator[Server]:
    """`up` with two workers on a running cluster. `scratch`: a folder for what `up` keeps beside the database."""
    environment = {"MARSA_DATABASE_URL": cluster.url(), "MARSA_TILE_CACHE_MB": str(tile_cache_mb)}
    with up(scratch / name, environment, "--no-demo", name=name) as server:
        yield server


@contextmanager
def up(data: Path, environment: dict[str, str], *arguments: str, name: str = "marsa") -> Iterator[Server]:
    """`up` on a free port, once it answers. `environment`: settings beside those of this process."""
    port = _free_port()
    command = [sys.executable, "-m", "api", "up", "--data", str(data), "--port", str(port), *arguments]
    with _running(command, {**os.environ, "PYTHONPATH": str(ROOT), **environment}, port, "/health/ready") as pid:
        yield Server(name, f"http://127.0.0.1:{port}", pid)


@contextmanager
def tipg(cluster: Cluster, venv: Path) -> Iterator[Server]:
    """tipg under uvicorn with two workers, as its documentation sets it up for production."""
    with psycopg.connect(cluster.conninfo(), autocommit=True) as connection:
        connection.execute(PEER_TABLE)
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {
        "DATABASE_URL": f"postgresql://marsa_admin@{quote(str(cluster.run), safe='')}:5432/marsa",
        "TIPG_DB_TABLES": json.dumps(["public.peer_plots"]),
        "TIPG_DB_FUNCTIONS": "[]",
        "TIPG_DB_DATETIME_EXTENT": "false",
    }
    command = [
        str(venv / "bin" / "uvicorn"), "tipg.main:app", "--port", str(port), "--workers", "2", "--loop", "uvloop",
        "--http", "httptools", "--no-access-log", "--log-level", "warning",
    ]  # fmt: skip
    with _running(command, environment, port, "/collections/public.peer_plots") as pid:
        yield Server("tipg", f"http://127.0.0.1:{port}", pid)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def _running(command: list[str], environment: dict[str, str], port: int, ready: str) -> Iterator[int]:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{ready}", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield process.pid
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
