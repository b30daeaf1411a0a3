# SPDX-License-Identifier: Apache-2.0
"""Whole or not at all: a file that was not finished is never there under its name."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gis.writing.parent import BOOT, HEAD, OUR_ROOT, FileNotWritten, write
from gis.writing.rows import Order, OutColumn
from layers.catalogue import LAYERS
from layers.exporting import Wanted, export, format_named
from tests.conftest import Register
from tests.layers.exporting.conftest import taken

ROW = b'"x",0101000000000000000000F03F000000000000F03F\n'


def order(path: Path, form: str) -> Order:
    return Order(
        form, str(path), "points", "Points", (OutColumn("name", "text"),), geometry_kind="POINT", crs="EPSG:3201"
    )


def children() -> set[int]:
    return {int(pid) for pid in Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()}


@pytest.mark.parametrize("form", ["gpkg", "fgb", "parquet", "shp"])
def test_a_writer_that_is_killed_leaves_what_was_there_before(tmp_path: Path, form: str) -> None:
    before = children()

    def rows() -> Iterator[bytes]:
        yield ROW * 30_000
        yield ROW * 30_000
        (child,) = children() - before
        os.kill(child, signal.SIGKILL)
        time.sleep(0.3)
        yield from [ROW * 30_000] * 20

    with pytest.raises(FileNotWritten):
        write(order(tmp_path / "points", form), rows())


@pytest.mark.parametrize("form", ["gpkg", "fgb", "parquet"])
def test_rows_that_stop_before_their_end_leave_no_writer_behind(tmp_path: Path, form: str) -> None:
    before = children()

    def rows() -> Iterator[bytes]:
        yield ROW * 60_000
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        write(order(tmp_path / "points", form), rows())
    assert children() <= before


def test_a_pipe_that_is_cut_makes_the_child_take_its_file_back(tmp_path: Path) -> None:
    """The sender was killed: nobody is left to say that the rows are not all."""
    path = tmp_path / "points.fgb"
    sent = order(path, "fgb").as_json()
    pipe = HEAD.pack(len(sent)) + sent + HEAD.pack(len(ROW)) + ROW
    done = subprocess.run([sys.executable, "-I", "-c", BOOT, OUR_ROOT], input=pipe, capture_output=True, check=False)
    assert done.returncode != 0
    assert not path.exists()


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "parquet", "zip", "dxf", "kmz", "xlsx", "geojson", "csv"])
def test_a_full_disk_is_said_and_the_file_before_stays(zone: Register, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"plots.{ending}"
    path.write_text("before")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The kernel refuses to write on, as it does when there is no room.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(FileNotWritten):
            taken(zone, "plots", path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_whoever_stops_an_export_leaves_nothing(zone: Register, tmp_path: Path) -> None:
    class EnoughOfIt(Exception):
        pass

    def stop(_done: int, _total: int) -> None:
        raise EnoughOfIt

    with zone.connect("marsa_public", autocommit=True) as connection, pytest.raises(EnoughOfIt):
        export(connection, Wanted(LAYERS["plots"], format_named("geojson"), 3201), tmp_path / "plots.geojson", stop)
    assert list(tmp_path.iterdir()) == []
