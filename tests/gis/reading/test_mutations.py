# SPDX-License-Identifier: Apache-2.0
"""A good file damaged anywhere is read or refused; the child may die, the parent answers."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from shapely import box

from gis.reading import FileRefused, Limits, read
from tests.files import good
from tests.files.charts import Object, chart
from tests.files.drawings import drawing
from tests.files.landxml import landxml, parcel, square
from tests.files.workbooks import workbook

MUTATIONS = int(os.environ.get("MARSA_MUTATIONS", "6"))
"""Of each file; a thousand take an hour and are asked for by hand: MARSA_MUTATIONS=1000 (docs/importing.md)."""
NUMBERS = ["A-1", "A-2"]
MAKERS: dict[str, Callable[[Path], Path]] = {
    "geojson": lambda folder: good.geojson(folder / "plan.geojson"),
    "geopackage": lambda folder: good.vector(folder / "plan.gpkg", number=["A-1", "A-2"]),
    "zip": lambda folder: good.zipped(folder / "plan.zip", *good.shapefile(folder / "made", number=["A-1", "A-2"])),
    "drawing": lambda folder: drawing(folder / "plan.dxf", lambda _, space: space.add_circle((0, 0), 3)),
    "flatgeobuf": lambda folder: good.vector(folder / "plan.fgb", driver="FlatGeobuf", number=NUMBERS),
    "mapinfo": lambda folder: good.vector(folder / "plan.mif", driver="MapInfo File", number=NUMBERS),
    "kml": lambda folder: good.vector(
        folder / "plan.kml", [box(16.63, 31.21, 16.64, 31.22)], driver="LIBKML", crs="EPSG:4326", number=["A-1"]
    ),
    "geoparquet": lambda folder: good.geoparquet(folder / "plan.parquet", number=NUMBERS),
    "geodatabase": lambda folder: good.zipped(
        folder / "plan.zip",
        *sorted(
            good.vector(
                folder / "plan.gdb", driver="OpenFileGDB", geometry_type="MultiPolygon", number=NUMBERS
            ).iterdir()
        ),
        folder="plan.gdb/",
    ),
    "chart": lambda folder: chart(folder / "LY5SIRT1.000", [Object("BERTHS", [(16.6, 31.2)], {"OBJNAM": "1"})]),
    "landxml": lambda folder: landxml(folder / "plan.xml", parcel("A-1", square())),
    "workbook": lambda folder: workbook(folder / "plan.xlsx", {"points": [["x", "y"], [1, 2], [3, 4]]}),
}


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The content with bytes changed, taken out, put in, or made a length that lies."""
    made = bytearray(content)
    for _ in range(chance.choice([1, 3, 20])):
        at = chance.randrange(len(made))
        match chance.randrange(4):
            case 0:
                made[at] = chance.randrange(256)
            case 1:
                del made[at : at + chance.randrange(1, 50)]
            case 2:
                made[at:at] = chance.randbytes(5)
            case _:
                made[at : at + 4] = b"\xff\xff\xff\x7f"
    return bytes(made)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_damaged_file_gets_an_answer(tmp_path: Path, kind: str) -> None:
    plan = MAKERS[kind](tmp_path)
    content, chance = plan.read_bytes(), random.Random(kind)
    for _ in range(MUTATIONS):
        plan.write_bytes(mutated(content, chance))
        try:
            reading = read(plan, limits=Limits(wall_s=20, cpu_s=15))
        except FileRefused as refused:
            assert refused.code
        else:
            assert reading.sha256
