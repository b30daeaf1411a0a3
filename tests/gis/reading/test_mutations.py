# SPDX-License-Identifier: Apache-2.0
"""A good file damaged anywhere is read or refused; the child may die, the parent answers."""

import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from shapely import box

from gis.reading import FileRefused, Limits, read
from tests.files import good, models, projects
from tests.files.charts import Object, chart
from tests.files.drawings import drawing
from tests.files.landxml import landxml, parcel, square
from tests.files.workbooks import workbook
from tests.gis.reading.test_formats import native

MUTATIONS = int(os.environ.get("MARSA_MUTATIONS", "6"))
"""Of each file; a thousand take an hour and are asked for by hand: MARSA_MUTATIONS=1000 (docs/importing.md)."""
NUMBERS = ["A-1", "A-2"]
PARTED = frozenset({"mapinfo_tab", "shapefile"})
"""Kinds of several files: each time another of them is damaged."""
SWMM = (
    "[TITLE]\nDrains\n[OPTIONS]\nFLOW_UNITS CMS\n[JUNCTIONS]\nJ1 3 2 0 0 0\n[OUTFALLS]\nO1 0 FREE NO\n"
    "[CONDUITS]\nC1 J1 O1 100 0.013 0 0 0 0\n[XSECTIONS]\nC1 CIRCULAR 0.6 0 0 0 1\n"
    "[COORDINATES]\nJ1 655000 3454000\nO1 655100 3454000\n"
)


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _packed(path: Path, document: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(document, "doc.kml")
    return path


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
    "kmz": lambda folder: _packed(folder / "plan.kmz", MAKERS["kml"](folder)),
    "geoparquet_native": lambda folder: native(folder / "plan.parquet", "multipolygon"),
    "mapinfo_tab": lambda folder: good.vector(folder / "plan.tab", driver="MapInfo File", number=NUMBERS),
    "shapefile": lambda folder: good.shapefile(folder, "plan", number=NUMBERS)[0].with_suffix(".shp"),
    "csv": lambda folder: _written(
        folder / "plan.csv", "رقم القطعة,E,N\nA-1,655469.093,3454314.769\nA-2,655500,3454400\n"
    ),
    "csv_wkt": lambda folder: _written(folder / "plan.csv", 'number;shape\nA-1;"POLYGON ((0 0, 9 0, 9 9, 0 0))"\n'),
    "epanet": lambda folder: models.epanet(folder / "net.inp"),
    "swmm": lambda folder: _written(folder / "net.inp", SWMM),
    "pandapower": lambda folder: models.pandapower(folder / "net.json"),
    "oc4ids": lambda folder: projects.package(folder / "projects.json", projects.project()),
    "worldbank": lambda folder: projects.records(folder / "projects.json", P1={"id": "P1", "project_name": "Harbour"}),
    "iati": lambda folder: projects.activities(
        folder / "activities.xml",
        "<iati-activity><iati-identifier>LY-1</iati-identifier><title><narrative>Harbour</narrative></title></iati-activity>",
    ),
    "workbook": lambda folder: workbook(folder / "plan.xlsx", {"points": [["x", "y"], [1, 2], [3, 4]]}),
}


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The content with bytes changed, taken out, put in, or made a length that lies."""
    made = bytearray(content)
    for _ in range(chance.choice([1, 3, 20])):
        if not made:  # a small file may have lost all of itself
            break
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
    parts = sorted(tmp_path.glob(f"{plan.stem}.*")) if kind in PARTED else [plan]
    whole, chance = {part: part.read_bytes() for part in parts}, random.Random(kind)
    assert read(plan).sha256  # a file that is refused as it is teaches nothing
    for turn in range(MUTATIONS):
        for part, content in whole.items():
            part.write_bytes(mutated(content, chance) if part == parts[turn % len(parts)] else content)
        try:
            reading = read(plan, limits=Limits(wall_s=20, cpu_s=15))
        except FileRefused as refused:
            assert refused.code
        else:
            assert reading.sha256
