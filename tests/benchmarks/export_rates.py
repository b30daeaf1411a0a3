# SPDX-License-Identifier: Apache-2.0
"""What taking the plots away costs against a bare COPY of their GeoJSON, and reading them page by page against tipg.

    python -m tests.benchmarks.export_rates --data /tmp/marsa-100k [--tipg VENV] [--reps 3]

`--data` is a folder that tests.benchmarks.fill made. Ratios of wall time and of processor time (ours, our child's and the
database's) against the COPY of the same rows in the same run; more than 1: faster than COPY.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from layers import database
from layers.catalogue import LAYERS
from layers.embedded import Cluster
from layers.exporting import FORMATS, Wanted, export, streamed
from layers.exporting.making import Database
from layers.features import feature_text
from layers.kinds import property_names
from layers.reference import CRS84, views
from tests.benchmarks.load import cpu_s, show
from tests.benchmarks.servers import Server, marsa, resting_cluster, tipg

GOALS = {"geojson": 0.75, "fgb": 0.5, "parquet": 0.5}
PAGED_GOAL = 15
LAYER = LAYERS["plots"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tipg", type=Path)
    parser.add_argument("--reps", type=int, default=3)
    parser.add_argument("--formats", default=",".join(FORMATS))
    options = parser.parse_args()
    with ExitStack() as stack:
        cluster = stack.enter_context(resting_cluster(options.data))
        kept = database.installation(cluster.url())
        if kept is None:
            raise ValueError(f"{options.data} holds no register")
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        scratch.chmod(0o755)
        _exports(cluster, kept.srid, scratch, options.formats.split(","), options.reps)
        if options.tipg:
            peer = stack.enter_context(tipg(cluster, options.tipg))
            with marsa(cluster, "paged", scratch=scratch) as ours:
                _pages(cluster, ours, peer, options.reps)


def _exports(cluster: Cluster, srid: int, folder: Path, formats: list[str], repetitions: int) -> None:
    works: dict[str, Callable[[Database], object]] = {"COPY": partial(_bare_copy, srid)}
    for name in formats:
        wanted = Wanted(LAYER, FORMATS[name], srid, "en")
        if wanted.format.streamed:
            works[name] = partial(_drained, wanted)
        else:
            works[name] = partial(_written, wanted, folder / f"plots{wanted.format.ending}")
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _ in range(repetitions):
        for name, work in works.items():
            with psycopg.connect(cluster.conninfo("marsa_public"), autocommit=True) as connection:
                connection.execute("set statement_timeout = 0")
                with _timed(cluster, taken[name]):
                    work(connection)
    wall, cpu = (statistics.median(each[i] for each in taken["COPY"]) for i in (0, 1))
    show(f"COPY of GeoJSON lines: {wall:.2f} s, {cpu:.2f} s CPU")
    for name in formats:
        mine = [statistics.median(each[i] for each in taken[name]) for i in (0, 1)]
        size = (folder / f"plots{FORMATS[name].ending}").stat().st_size / 1e6 if not FORMATS[name].streamed else 0
        goal = f", goal {GOALS[name]}" if name in GOALS else ""
        show(
            f"  {name}: {mine[0]:.2f} s, {mine[1]:.2f} s CPU; x COPY: wall {wall / mine[0]:.2f}, CPU {cpu / mine[1]:.2f}"
            f"{goal}{f'; {size:.1f} MB' if size else ''}"
        )
    show(f"largest child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


@contextmanager
def _timed(cluster: Cluster, taken: list[tuple[float, float]]) -> Iterator[None]:
    postmaster = cluster.postmaster_pid() or 0
    began, before = time.monotonic(), cpu_s(os.getpid()) + cpu_s(postmaster)
    yield
    taken.append((time.monotonic() - began, cpu_s(os.getpid()) + cpu_s(postmaster) - before))


def _bare_copy(srid: int, connection: Database) -> None:
    statement = sql.SQL("copy (select {} from published.plots p) to stdout").format(
        feature_text(views(srid)[CRS84], property_names(LAYER))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for _ in copy:
            pass


def _drained(wanted: Wanted, connection: Database) -> None:
    for _ in streamed(connection, wanted):
        pass


def _written(wanted: Wanted, path: Path, connection: Database) -> None:
    export(connection, wanted, path)


def _pages(cluster: Cluster, ours: Server, peer: Server, repetitions: int) -> None:
    """The whole collection by `next` links of a thousand."""
    postmaster = cluster.postmaster_pid() or 0
    walks = {
        ours: "/collections/plots/items?limit=1000&f=json",
        peer: "/collections/public.peer_plots/items?limit=1000&f=geojson",
    }
    taken: dict[str, list[tuple[float, float]]] = {server.name: [] for server in walks}
    for _ in range(repetitions):
        for server, first in walks.items():
            began, before = time.monotonic(), cpu_s(server.pid) + cpu_s(postmaster)
            pages = _walked(server, first)
            taken[server.name].append((time.monotonic() - began, cpu_s(server.pid) + cpu_s(postmaster) - before))
            show(
                f"  {server.name}: {pages} pages, {taken[server.name][-1][0]:.1f} s, {taken[server.name][-1][1]:.2f} s CPU"
            )
    mine, theirs = (statistics.median(cpu for _, cpu in taken[server.name]) for server in (ours, peer))
    show(
        f"by next links, CPU: {mine:.2f} s against {theirs:.2f} s: {theirs / mine:.1f} times cheaper, goal {PAGED_GOAL}"
    )


def _walked(server: Server, path: str) -> int:
    pages = 0
    while path:
        body = server.get(path)
        pages += 1
        # Only the head and the tail are looked at: reading them all as JSON would be our own time, not the servers'.
        path = next((_local(href) for part in (body[:4000], body[-4000:]) if (href := _next(part))), "")
    return pages


def _next(part: bytes) -> str | None:
    """The address of the link `next` in a piece of JSON, whatever the order of its members."""
    for piece in part.decode("utf-8", "replace").split("{"):
        link = piece.split("}")[0]
        if '"next"' in link and '"href"' in link:
            return link.split('"href"')[1].split('"')[1]
    return None


def _local(href: str) -> str:
    found = urlsplit(href)
    return f"{found.path}?{found.query}"


if __name__ == "__main__":
    main()
