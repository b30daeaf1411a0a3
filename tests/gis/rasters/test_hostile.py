# SPDX-License-Identifier: Apache-2.0
"""Rasters made to hurt (safety guide, R corpus): each is refused by name, and the guard that refuses it is needed."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rasterio.transform import Affine

from gis.rasters import header
from gis.rasters.found import CHECKING
from gis.rasters.header import checked_header
from gis.rasters.parent import look
from gis.reading import FileRefused, Limits, Walls
from gis.reading.limits import MB
from gis.reading.parent import OUR_ROOT
from tests.files import hostile, rasters


def refusal(path: Path, limits: Limits = CHECKING, walls: Walls | None = None) -> str:
    with pytest.raises(FileRefused) as refused:
        look(path, limits=limits, walls=walls)
    assert hostile.CANARY not in str(refused.value)
    return refused.value.code


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    secret = tmp_path / "canary.txt"
    secret.write_text(hostile.CANARY)
    return secret


def test_a_virtual_raster_under_a_tiffs_name_is_no_tiff(tmp_path: Path, canary: Path) -> None:
    assert refusal(rasters.vrt(tmp_path / "dem.tif", canary)) == "raster_not_tiff"


@pytest.mark.parametrize("kind", rasters.STRANGERS)
def test_other_formats_under_a_tiffs_name_are_refused_unopened(tmp_path: Path, kind: str) -> None:
    given = tmp_path / "dem.tif"
    given.write_bytes(rasters.STRANGERS[kind])
    assert refusal(given) == "raster_not_tiff"


DRIVERS = """
import sys; sys.path.append({root!r})
from gis.reading.child import gdal
if {keep}: gdal.keep_only("GTiff", by="rasterio")
import rasterio
print({keep}, rasterio.open({path!r}).read().tobytes())
"""


@pytest.mark.parametrize("keep", [True, False])
def test_only_the_tiff_driver_exists_or_a_virtual_raster_would_read_others(
    tmp_path: Path, canary: Path, keep: bool
) -> None:
    """The control (`keep` false) does read the canary."""
    script = tmp_path / "reader.py"
    script.write_text(DRIVERS.format(root=OUR_ROOT, keep=keep, path=str(rasters.vrt(tmp_path / "dem.tif", canary))))
    environment = {**os.environ, "GDAL_VRT_RAWRASTERBAND_ALLOWED_SOURCE": "ALL"}
    done = subprocess.run(
        [sys.executable, "-I", str(script)], capture_output=True, text=True, check=False, env=environment
    )
    assert (hostile.CANARY[:8] in done.stdout) is not keep


def test_forty_gigapixels_in_a_small_file_are_refused_from_the_header(tmp_path: Path) -> None:
    giant = rasters.sparse_giant(tmp_path / "giant.tif")
    assert giant.stat().st_size < 100_000
    assert refusal(giant) == "raster_too_large"


def test_a_bomb_is_refused_unopened_and_without_the_guard_it_would_be_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = rasters.deflated_bomb(tmp_path / "bomb.tif")
    assert bomb.stat().st_size < 10_000
    assert refusal(bomb) == "raster_bomb"
    monkeypatch.setattr(header, "BOMB_RATIO", 10**9)
    assert checked_header(bomb).decoded_bytes == 400_000_000


@pytest.mark.parametrize(
    ("made", "code"),
    [
        ({"bands": 65_535}, "raster_too_large"),
        ({"width": 0}, "raster_damaged"),
        ({"width": 2**31}, "raster_too_large"),
        ({"height": 2**32 - 1}, "raster_too_large"),
        ({"width": 30_000, "height": 30_000, "bits": 32}, "raster_too_large"),
        ({"next_directory": 8}, "raster_damaged"),
        ({"first": 8_000}, "raster_truncated"),
        ({"tile": (1, 1)}, "raster_damaged"),
        ({"tile": (2**31, 2**31)}, "raster_damaged"),
        ({"counts": [100_000]}, "raster_truncated"),
        ({"offsets": [100_000]}, "raster_truncated"),
        ({"rows": 1}, "raster_damaged"),
        ({"compression": 4}, "raster_compression"),
        ({"bits": 200}, "raster_damaged"),
    ],
    ids=str,
)
def test_a_directory_that_contradicts_itself_is_refused_unopened(
    tmp_path: Path, made: dict[str, object], code: str
) -> None:
    assert refusal(rasters.tiff(tmp_path / "odd.tif", **made)) == code  # type: ignore[arg-type]


def test_the_hand_made_tiff_is_read_where_it_is_told_true(tmp_path: Path) -> None:
    """Else the refusals above might be for the maker's own faults."""
    assert look(rasters.tiff(tmp_path / "plain.tif")).facts.width == 16


@pytest.mark.parametrize("packed", ["deflate", "lzw", "zstd", "lerc"])
def test_cells_that_cannot_be_unpacked_are_found_by_the_first_look(tmp_path: Path, packed: str) -> None:
    good = rasters.terrain(
        tmp_path / "good.tif", np.random.default_rng(1).random((300, 300)).astype(np.float32), compress=packed
    )
    assert look(good).facts.filled == 1
    bytes_ = bytearray(good.read_bytes())
    bytes_[2000:-2000] = b"\xa5" * (len(bytes_) - 4000)
    torn = tmp_path / "torn.tif"
    torn.write_bytes(bytes_)
    assert refusal(torn) in {"raster_unreadable", "raster_damaged", "reader_died", "raster_truncated"}


def test_a_file_cut_short_is_refused_from_the_header(tmp_path: Path) -> None:
    good = rasters.terrain(tmp_path / "good.tif")
    good.write_bytes(good.read_bytes()[:-5000])
    assert refusal(good) == "raster_truncated"


def test_files_beside_the_raster_are_never_looked_at(tmp_path: Path, canary: Path) -> None:
    """A .ovr, .msk, .aux.xml or world file beside it could name others, or move it elsewhere."""
    alone = look(rasters.terrain(tmp_path / "dem.tif")).facts
    (tmp_path / "dem.tif.aux.xml").write_text(
        '<PAMDataset><Metadata><MDI key="x">1</MDI></Metadata><PAMRasterBand band="1"><NoDataValue>10</NoDataValue></PAMRasterBand></PAMDataset>'
    )
    (tmp_path / "dem.tfw").write_text("9\n0\n0\n-9\n1\n1\n")
    rasters.vrt(tmp_path / "dem.tif.ovr", canary)
    rasters.vrt(tmp_path / "dem.tif.msk", canary)
    assert look(tmp_path / "dem.tif").facts == alone


def test_a_reader_that_could_call_out_refuses_to_work(tmp_path: Path) -> None:
    given = rasters.terrain(tmp_path / "dem.tif")
    assert refusal(given, walls=Walls(own_network=False, no_sockets=False)) == "not_isolated"


def test_memory_and_time_are_bounded(tmp_path: Path) -> None:
    given = rasters.terrain(tmp_path / "dem.tif", rasters.plane(4000), compress="deflate")
    assert refusal(given, replace(CHECKING, memory_bytes=130 * MB)) in {"out_of_memory", "reader_died", "reader_failed"}
    assert refusal(given, replace(CHECKING, wall_s=0.05)) == "reading_too_slow"


OTHER_FILES = """
import sys; sys.path.append({root!r})
from gis.reading.child import walls
print(walls.keep_to_folders(read=[{folder!r}], write=[]) if {keep} else None)
print(open({inside!r}).read())
print(open({canary!r}).read())
"""


@pytest.mark.parametrize("keep", [True, False])
def test_the_child_opens_files_of_its_folder_alone(tmp_path: Path, canary: Path, keep: bool) -> None:
    """Where the kernel has Landlock; the control (`keep` false) reads the canary."""
    folder = tmp_path / "rasters"
    folder.mkdir()
    (folder / "ours").write_text("ours")
    code = OTHER_FILES.format(
        root=OUR_ROOT, folder=str(folder), inside=str(folder / "ours"), canary=str(canary), keep=keep
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert "ours" in done.stdout
    assert (hostile.CANARY in done.stdout) is (not keep or done.stdout.startswith("False"))


@pytest.mark.parametrize("seed", range(2))
def test_mutated_rasters_are_answered(tmp_path: Path, seed: int) -> None:
    """The header of each of a hundred mutations a seed in this process, every tenth that it lets pass in a child."""
    good = rasters.terrain(
        tmp_path / "good.tif", rasters.plane(64), compress="deflate", tiled=True, blockxsize=32, blockysize=32
    ).read_bytes()
    chance, passed = random.Random(seed), 0
    given = tmp_path / "mutated.tif"
    for _ in range(100):
        torn = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            torn[chance.randrange(min(len(torn), 600) if chance.random() < 0.8 else len(torn))] = chance.randrange(256)
        given.write_bytes(torn[: chance.randrange(8, len(torn))] if chance.random() < 0.2 else torn)
        try:
            checked_header(given)
        except FileRefused:
            continue
        passed += 1
        if passed % 15 == 0:
            try:
                look(given)
            except FileRefused as refused:
                assert refused.code
    assert passed > 10


def test_a_turned_raster_is_seen_as_it_is(tmp_path: Path) -> None:
    turned = rasters.terrain(tmp_path / "dem.tif", transform=Affine(1.8, 0.9, 655000, 0.9, -1.8, 3455000))
    assert look(turned).facts.transform[1] != 0
