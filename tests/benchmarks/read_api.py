# SPDX-License-Identifier: Apache-2.0
"""What reading costs, against tipg on the same plots and against bare PostgreSQL, each in the same run.

    python -m tests.benchmarks.read_api --data /tmp/marsa-100k [--tipg VENV] [--small /tmp/marsa-10k] [--reps 5] [--secs 2]
      [--only tile-z14,one]

`--data` is a folder that tests.benchmarks.fill made. VENV: `python3 -m venv VENV && VENV/bin/pip install tipg uvicorn uvloop
httptools`. Without it only the floor is compared. Ratios of processor time a request decide; more than 1: Marsa is cheaper.
Then what the last page costs against the first, what the same land costs where it is a part of more plots (with `--small`, a
folder of 10,000 plots), and the largest tile of each zoom.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from layers.catalogue import LAYERS
from layers.embedded import Cluster
from layers.tiles import BUFFER, EARTH_M, EXTENT, tile_statement
from tests.benchmarks.load import Run, http, interleaved, pgbench, ratio, show, table
from tests.benchmarks.places import LonLatBox, boxes, tile_range, tiles
from tests.benchmarks.servers import Server, marsa, resting_cluster, tipg

GOALS = {"tile-z14": 1.7, "tile-z16": 5.0, "cached-z14": 40.0, "page-100": 5.0, "one": 6.0}
"""Times cheaper than tipg, at least."""
PLOTS = "/collections/plots"
BOX = LonLatBox(14.80, 32.19, 15.08, 32.43)
"""Inside the land of 100,000 plots."""
SMALL_BOX = LonLatBox(14.795, 32.185, 14.875, 32.25)
"""Inside the land of 10,000 plots, which is a part of every larger one."""
PAGE_HALF_DEG = 0.008
"""Half the side of a box that holds a few hundred plots."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tipg", type=Path)
    parser.add_argument("--small", type=Path)
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--secs", type=int, default=2)
    parser.add_argument("--only", default=",".join(GOALS))
    options = parser.parse_args()
    with ExitStack() as stack:
        cluster = stack.enter_context(resting_cluster(options.data))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        scratch.chmod(0o755)
        peer = stack.enter_context(tipg(cluster, options.tipg)) if options.tipg else None
        works = options.only.split(",")
        # One at a time: a second `up` would want to see to tables that the first one uses.
        with marsa(cluster, "cached", scratch=scratch, tile_cache_mb=256) as ours:
            _compare([work for work in works if work.startswith("cached")], cluster, ours, peer, options)
        with marsa(cluster, "uncached", scratch=scratch, tile_cache_mb=0) as ours:
            _compare([work for work in works if not work.startswith("cached")], cluster, ours, peer, options)
            _paging(cluster, ours, options.reps, options.secs)
            if options.small:
                small = stack.enter_context(resting_cluster(options.small))
                server = stack.enter_context(marsa(small, "small", scratch=scratch, tile_cache_mb=0))
                _growth((small, server), (cluster, ours), options.reps, options.secs)
            _largest_tiles(ours)


def _compare(
    works: list[str], cluster: Cluster, ours: Server, peer: Server | None, options: argparse.Namespace
) -> None:
    for work in works:
        runs = _runs(work, cluster, ours, peer, options.secs)
        samples = interleaved(runs, options.reps)
        show(table(work, samples))
        for other in [name for name in runs if name != "marsa"]:
            goal = f", goal {GOALS[work]}" if other == "tipg" and work in GOALS else ""
            show(f"  cpu x {other}: {ratio(samples[other], samples['marsa']):.2f}{goal}")


def _runs(work: str, cluster: Cluster, ours: Server, peer: Server | None, seconds: int) -> dict[str, Run]:
    database = _postmaster(cluster)
    with psycopg.connect(cluster.conninfo()) as connection:
        ids = [
            (str(row[0]), int(row[1]))
            for row in connection.execute(
                "select id, tile_id from published.plots order by tile_id % 97, tile_id limit 1000"
            )
        ]
    run = partial(http, database=database, seconds=seconds)
    runs: dict[str, Run] = {"marsa": partial(run, ours.url, marsa_paths(work, ids), server=ours.pid)}
    if peer:
        runs["tipg"] = partial(run, peer.url, _tipg_paths(work, ids), server=peer.pid)
    if work.startswith("tile-z"):
        floor = tile_script(int(work[6:]))
        runs["floor"] = partial(pgbench, cluster.conninfo("marsa_public"), floor, database=database, seconds=seconds)
    return runs


def _paging(cluster: Cluster, server: Server, repetitions: int, seconds: int) -> None:
    """The last full page of a walk by `next` links against the first."""
    walk = [f"{PLOTS}/items?limit=1000"]
    while after := _next(server, walk[-1]):
        walk.append(after)
    if len(walk) < 2:
        raise ValueError("the plots fit one page")
    pages = {"first": f"{PLOTS}/items?limit=100", "last": walk[-2].replace("limit=1000", "limit=100")}
    run = partial(http, server.url, server=server.pid, database=_postmaster(cluster), seconds=seconds)
    samples = interleaved({name: partial(run, [path]) for name, path in pages.items()}, repetitions)
    show(table("paging", samples))
    show(f"  cpu last / first: {ratio(samples['last'], samples['first']):.2f}, goal at most 1.3")


def _next(server: Server, path: str) -> str | None:
    links = json.loads(server.get(path))["links"]
    found = next((urlsplit(link["href"]) for link in links if link["rel"] == "next"), None)
    return f"{found.path}?{found.query}" if found else None


def _growth(small: tuple[Cluster, Server], large: tuple[Cluster, Server], repetitions: int, seconds: int) -> None:
    """The same land asked of both."""
    for work in ("tile-z14", "page-100"):
        runs: dict[str, Run] = {
            name: partial(
                http, server.url, marsa_paths(work, [], SMALL_BOX), server=server.pid, database=_postmaster(cluster), seconds=seconds
            )
            for name, (cluster, server) in (("small", small), ("large", large))
        }  # fmt: skip
        samples = interleaved(runs, repetitions)
        show(table(f"grown {work}", samples))
        show(f"  cpu large / small: {ratio(samples['large'], samples['small']):.2f}, goal at most 1.3")


def _largest_tiles(server: Server) -> None:
    """Bytes before compression, of tiles anywhere in the land: `plots` and, farther away, `blocks`."""
    for layer, zooms in (("blocks", (11, 12)), ("plots", (13, 14, 15, 16))):
        for zoom in zooms:
            addresses = sorted(set(tiles(zoom, BOX)))[:50]
            paths = [f"/collections/{layer}/tiles/WebMercatorQuad/{zoom}/{y}/{x}" for x, y in addresses]
            show(f"largest {layer} tile at z{zoom}: {max(len(server.get(path)) for path in paths)} bytes")


def _postmaster(cluster: Cluster) -> int:
    pid = cluster.postmaster_pid()
    if pid is None:
        raise RuntimeError("the database does not run")
    return pid


def marsa_paths(work: str, ids: Sequence[tuple[str, int]], box: LonLatBox = BOX) -> list[str]:
    """What is asked of Marsa for a workload."""
    if "-z" in work:
        zoom = int(work.split("-z")[1])
        return [f"{PLOTS}/tiles/WebMercatorQuad/{zoom}/{y}/{x}" for x, y in tiles(zoom, box)]
    if work == "page-100":
        return [f"{PLOTS}/items?limit=100&bbox={bbox}" for bbox in boxes(PAGE_HALF_DEG, box)]
    return [f"{PLOTS}/items/{uuid}" for uuid, _ in ids]


def _tipg_paths(work: str, ids: Sequence[tuple[str, int]]) -> list[str]:
    plots = "/collections/public.peer_plots"
    if "-z" in work:
        zoom = int(work.split("-z")[1])
        return [f"{plots}/tiles/WebMercatorQuad/{zoom}/{x}/{y}" for x, y in tiles(zoom, BOX)]
    if work == "page-100":
        return [f"{plots}/items?f=geojson&limit=100&bbox={bbox}" for bbox in boxes(PAGE_HALF_DEG, BOX)]
    return [f"{plots}/items/{number}?f=geojson" for _, number in ids]


def tile_script(zoom: int, box: LonLatBox = BOX) -> str:
    """The tile's own statement for pgbench, on tiles of the same box."""
    left, right, top, bottom = tile_range(zoom, box)
    side = EARTH_M / 2**zoom
    statement = tile_statement(LAYERS["plots"], zoom)
    for name in ("left", "bottom", "right", "top", "margin"):
        statement = statement.replace(f"%({name})s", f":{name}::float8")
    return (
        f"\\set x random({left}, {right})\n\\set y random({top}, {bottom})\n"
        f"\\set left :x * {side!r} - {EARTH_M / 2!r}\n\\set top {EARTH_M / 2!r} - :y * {side!r}\n"
        f"\\set right :left + {side!r}\n\\set bottom :top - {side!r}\n\\set margin {side * BUFFER / EXTENT!r}\n"
        f"{statement};\n"
    )


if __name__ == "__main__":
    main()
