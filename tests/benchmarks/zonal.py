# SPDX-License-Identifier: Apache-2.0
"""Statistics under plots beside rasterstats: python -m tests.benchmarks.zonal --rasterstats /tmp/rasterstats [--plots 2000]

Plots of 90 x 140 m, turned, on a synthetic terrain of 2 m cells; ours through the walled child, as the service does it,
start and slopes included; rasterstats in its own environment, five statistics without slopes. Goals (guide/infrastructure A12): means
within 5 mm, five times as fast. Also: tiles a second from one child, and its memory.
"""

import argparse
import asyncio
import json
import math
import os
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from pyproj import CRS, Transformer
from shapely.affinity import rotate

from gis.rasters.found import Preparation
from gis.rasters.measuring import measured
from gis.rasters.parent import make
from gis.rasters.pool import Pool
from tests.benchmarks.load import show
from tests.files import rasters

EAST, NORTH, CELL_M = 650_000.0, 3_460_000.0, 2.0
BESIDE = """
import json, sys
from rasterstats import zonal_stats
order = json.load(sys.stdin)
found = zonal_stats(order["areas"], order["raster"], stats=["mean", "min", "max", "count", "sum"])
print(json.dumps({"means": [each["mean"] for each in found]}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rasterstats", type=Path, required=True)
    parser.add_argument("--plots", type=int, default=2000)
    parser.add_argument("--side", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="marsa-zonal-") as folder:
        _run(Path(folder), options)


def _run(folder: Path, options: argparse.Namespace) -> None:
    folder.chmod(0o755)
    given = _terrain(folder / "given.tif", options.side)
    began = time.monotonic()
    made, sha256 = make(given, Preparation("terrain", "EPSG:3201", -9999.0), folder / "rasters")
    show(f"copy of {options.side} x {options.side}: {time.monotonic() - began:.1f} s, {made.size_bytes / 1e6:.1f} MB")
    raster = folder / "rasters" / f"{sha256}.tif"
    areas = _plots(options.plots, options.side)
    began = _children_s()
    ours = [each.mean_m or math.nan for each in measured(raster, "EPSG:3201", areas, CRS.from_epsg(3201))]
    ours_s = _children_s() - began
    order = {"raster": str(raster), "areas": [shapely.geometry.mapping(area) for area in areas]}
    began = _children_s()
    done = subprocess.run(
        [options.rasterstats / "bin/python", "-c", BESIDE],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=True,
    )
    theirs_s = _children_s() - began
    theirs = json.loads(done.stdout.splitlines()[-1])
    apart = np.abs(np.array(ours) - np.array(theirs["means"]))
    show(
        f"{options.plots} plots: ours {ours_s:.2f} s of processor time, rasterstats {theirs_s:.2f} s: "
        f"{theirs_s / ours_s:.1f} times as fast; means apart: median {np.median(apart) * 1000:.2f} mm, "
        f"most {apart.max() * 1000:.2f} mm"
    )
    worst = int(apart.argmax())
    exact = _exact_mean(raster, areas[worst])
    show(
        f"where they are farthest apart, the mean by exact shares of cells is {abs(ours[worst] - exact) * 1000:.2f} mm "
        f"from ours and {abs(theirs['means'][worst] - exact) * 1000:.2f} mm from rasterstats'"
    )
    asyncio.run(_tiles(folder / "rasters", sha256, options.side))


def _children_s() -> float:
    """Processor time of children that have ended: other work on the machine moves it less than the clock's."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _exact_mean(raster: Path, area: shapely.Polygon) -> float:
    """Each cell weighed by the share of it that the area covers, by shapely."""
    with rasterio.open(raster) as opened:
        window = opened.window(*area.bounds).round_offsets().round_lengths(op="ceil")
        window = rasterio.windows.Window(window.col_off - 1, window.row_off - 1, window.width + 3, window.height + 3)
        heights, t = opened.read(1, window=window).astype(float), opened.window_transform(window)
    rows, columns = np.indices(heights.shape)
    left, top = t.c + t.a * columns, t.f + t.e * rows
    shares = shapely.area(shapely.intersection(shapely.box(left, top + t.e, left + t.a, top), area))
    return float((heights * shares).sum() / shares.sum())


def _terrain(path: Path, side: int) -> Path:
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    heights = 20 + 8 * np.sin(x / 611) * np.cos(y / 473) + 0.5 * np.sin(x / 131 + y / 143)
    return rasters.terrain(path, heights.astype(np.float32), transform=rasters.from_origin(EAST, NORTH, CELL_M, CELL_M))


def _plots(number: int, side: int) -> list[shapely.Polygon]:
    chance = np.random.default_rng(7)
    reach = side * CELL_M - 300
    places = zip(chance.uniform(150, reach, number), chance.uniform(150, reach, number), strict=True)
    return [
        rotate(shapely.box(EAST + x, NORTH - y - 90, EAST + x + 140, NORTH - y), chance.uniform(0, 90))
        for x, y in places
    ]


async def _tiles(folder: Path, sha256: str, side: int) -> None:
    pool = Pool(folder)
    middle = Transformer.from_crs(3201, 3857, always_xy=True).transform(EAST + side, NORTH - side)
    for style in ("levels", "hillshade", "slope"):
        for zoom in (13, 15):
            width = 40_075_016.68557849 / 2**zoom
            took = []
            for i in range(12):
                left, bottom = middle[0] + (i % 4) * width / 3, middle[1] - (i // 4) * width / 3
                asked: dict[str, Any] = {
                    "do": "tile", "rasters": [sha256], "box": [left, bottom, left + width, bottom + width], "size": 256,
                    "style": style, "format": "png", "limits": [10, 15, 20, 25],
                }  # fmt: skip
                began = time.monotonic()
                await pool.ask(asked)
                took.append(time.monotonic() - began)
            show(f"tile {style} z{zoom}: {statistics.median(took) * 1000:.0f} ms (median of 12, one child)")
    show(f"memory of the child: {_pss_mb():.0f} MB")
    await pool.close()


def _pss_mb() -> float:
    found = subprocess.run(
        ["pgrep", "-P", str(os.getpid()), "-f", "gis.rasters.child.serving"], capture_output=True, text=True, check=True
    )
    rolled = (Path("/proc") / found.stdout.split()[0] / "smaps_rollup").read_text()
    return int(next(line.split()[1] for line in rolled.splitlines() if line.startswith("Pss:"))) / 1024


if __name__ == "__main__":
    main()
