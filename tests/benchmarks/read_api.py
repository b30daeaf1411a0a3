# SPDX-License-Identifier: Apache-2.0
"""What reading costs, against tipg on the same plots and against bare PostgreSQL, each in the same run.

    python -m tests.benchmarks.read_api --data /tmp/marsa-100k [--tipg VENV] [--reps 5] [--secs 2] [--only tile-z14,one]

`--data` is a folder that tests.benchmarks.fill made. VENV: `python3 -m venv VENV && VENV/bin/pip install tipg uvicorn uvloop
httptools`. Without it only the floor is compared. Ratios of processor time a request decide; more than 1: Marsa is cheaper.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import psycopg

from layers.catalogue import LAYERS
from layers.embedded import Cluster
from layers.tiles import BUFFER, EARTH_M, EXTENT, tile_statement
from tests.benchmarks.load import Run, http, interleaved, pgbench, ratio, table
from tests.benchmarks.places import LonLatBox, boxes, tile_range, tiles
from tests.benchmarks.servers import Server, marsa, resting_cluster, tipg

GOALS = {"tile-z14": 1.7, "tile-z16": 5.0, "cached-z14": 40.0, "page-100": 5.0, "one": 6.0}
"""Times cheaper than tipg, at least."""
BOX = LonLatBox(14.80, 32.19, 15.08, 32.43)
"""Inside the land of 100,000 plots."""
PAGE_HALF_DEG = 0.008
"""Half the side of a box that holds a few hundred plots."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tipg", type=Path)
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--secs", type=int, default=2)
    parser.add_argument("--only", default=",".join(GOALS))
    options = parser.parse_args()
    with ExitStack() as stack:
        cluster = stack.enter_context(resting_cluster(options.data))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        scratch.chmod(0o755)
        cached = stack.enter_context(marsa(cluster, "cached", scratch=scratch, tile_cache_mb=256))
        uncached = stack.enter_context(marsa(cluster, "uncached", scratch=scratch, tile_cache_mb=0))
        peer = stack.enter_context(tipg(cluster, options.tipg)) if options.tipg else None
        for work in options.only.split(","):
            runs = _runs(work, cluster, cached if work.startswith("cached") else uncached, peer, options.secs)
            samples = interleaved(runs, options.reps)
            sys.stdout.write(table(work, samples) + "\n")
            for other in [name for name in runs if name != "marsa"]:
                goal = f", goal {GOALS[work]}" if other == "tipg" and work in GOALS else ""
                times = ratio(samples[other], samples["marsa"])
                sys.stdout.write(f"  cpu x {other}: {times:.2f}{goal}\n")
                sys.stdout.flush()


def _runs(work: str, cluster: Cluster, ours: Server, peer: Server | None, seconds: int) -> dict[str, Run]:
    database = cluster.postmaster_pid()
    assert database is not None
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


def marsa_paths(work: str, ids: Sequence[tuple[str, int]], box: LonLatBox = BOX) -> list[str]:
    """What is asked of Marsa for a workload."""
    if "-z" in work:
        zoom = int(work.split("-z")[1])
        return [f"/collections/plots/tiles/WebMercatorQuad/{zoom}/{y}/{x}" for x, y in tiles(zoom, box)]
    if work == "page-100":
        return [f"/collections/plots/items?limit=100&bbox={bbox}" for bbox in boxes(PAGE_HALF_DEG, box)]
    return [f"/collections/plots/items/{uuid}" for uuid, _ in ids]


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
