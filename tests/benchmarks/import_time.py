# SPDX-License-Identifier: Apache-2.0
"""How long a large file takes to come in: python -m tests.benchmarks.import_time [--plots 100000] [--target layer|reference]

A GeoPackage of synthetic parcels goes into a register of its own: read by the child, placed, judged, written, settled. Told
are seconds of each step, the longest silence between two reports of progress, and the largest memory of this process and of
its children. Goal for 100,000: 60 s, 1 GB, a report each second.
"""

import argparse
import resource
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import psycopg
import shapely
from pyogrio import raw

from gis.coordinate_systems import named
from gis.reading import read
from layers import database
from layers.embedded import Cluster
from layers.importing.acting import act, codes_of
from layers.importing.staging import stage
from layers.importing.wishes import Wishes, target_layer
from tests.benchmarks.load import show
from tests.benchmarks.synthetic import blocks, zone_box
from tests.conftest import server_user

SRID = 3201


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=100_000)
    parser.add_argument("--target", choices=["layer", "reference"], default="layer")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="marsa-import-", dir="/tmp"))
    user = server_user()
    if user:
        shutil.chown(folder, user, user)
    cluster = Cluster(folder / "data", user=user)
    cluster.start()
    try:
        database.migrate(cluster.url(), srid=SRID)
        path = parcels(folder / "parcels.gpkg", options.plots)
        with psycopg.connect(cluster.conninfo()) as db:
            _land(db, options.plots)
        _measure(cluster, path, "layer:plots" if options.target == "layer" else "reference")
    finally:
        cluster.stop()
        shutil.rmtree(folder)


class Silence:
    """Hears progress, and keeps the longest time without any."""

    def __init__(self) -> None:
        self.longest_s, self._last = 0.0, time.monotonic()

    def __call__(self, *_: object) -> None:
        now = time.monotonic()
        self.longest_s, self._last = max(self.longest_s, now - self._last), now


def _measure(cluster: Cluster, path: Path, target: str) -> None:
    wishes, legal = Wishes(target=target), named(str(SRID))
    began = time.monotonic()
    reading = read(path)
    read_s = time.monotonic() - began
    with psycopg.connect(cluster.conninfo()) as db:
        staged = stage(reading, path.name, wishes, target_layer(target), legal, codes_of(db))
        staged_s = time.monotonic() - began - read_s
        heard = Silence()
        report = act(db, staged, SRID, commit=True, actor="benchmark", progress=heard)
        db.commit()
    whole_s = time.monotonic() - began
    own, children = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    show(
        f"{target}: {report.taken} of {len(reading.layers[0])} in {whole_s:.1f} s (read {read_s:.1f}, placed {staged_s:.1f}, "
        f"written {whole_s - read_s - staged_s:.1f}); longest silence {heard.longest_s:.1f} s; "
        f"memory {own:.0f} MB, children {children:.0f} MB; {sorted(report.counts().items())[:5]}"
    )


def parcels(path: Path, plots: int) -> Path:
    """The synthetic plots as a GeoPackage with a number and a use each."""
    rings = [(block, ring) for block in blocks(plots) for ring in block.plots]
    shapes = shapely.polygons([shapely.linearrings(ring) for _, ring in rings])
    numbers = [f"{block.number:05d}-{i:06d}" for i, (block, _) in enumerate(rings)]
    raw.write(
        path,
        geometry=shapely.to_wkb(shapes),
        field_data=[np.array(numbers, dtype=object), np.array(["LOG"] * len(rings), dtype=object)],
        fields=["plot_number", "land_use"],
        layer="parcels", driver="GPKG", crs=f"EPSG:{SRID}", geometry_type="Polygon",
    )  # fmt: skip
    path.chmod(0o644)
    return path


def _land(db: "psycopg.Connection[tuple[object, ...]]", plots: int) -> None:
    """The zones and blocks that the parcels lie in."""
    db.execute(
        "select set_config('marsa.actor', 'benchmark', true), set_config('marsa.zones', '*', true), "
        "set_config('marsa.roles', 'system', true)"
    )
    made = list(blocks(plots))
    for zone in sorted({block.zone for block in made}):
        db.execute(
            "insert into register.zone (code, name_ar, name_en, geom) values (%s, 'ن', 'Z', ST_Multi(ST_MakeEnvelope("
            "%s, %s, %s, %s, %s)))",
            [f"Z{zone[0]}-{zone[1]}", *zone_box(zone), SRID],
        )
    with db.cursor() as cursor:
        cursor.executemany(
            "insert into register.block (code, zone_id, land_use, geom) select %s, id, 'LOG', ST_SetSRID(%s::geometry, %s) "
            "from register.zone where code = %s",
            [
                (f"B{block.number:05d}", shapely.to_wkb(shapely.Polygon(block.ring), hex=True), SRID,
                 f"Z{block.zone[0]}-{block.zone[1]}")
                for block in made
            ],
        )  # fmt: skip
    db.commit()
    db.execute("analyze register.block")
    db.commit()


if __name__ == "__main__":
    main()
