# SPDX-License-Identifier: Apache-2.0
"""What stands around the process that opens other people's files, and that each wall is needed."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from gis.reading import FileRefused, Limits, Walls, read
from gis.reading.limits import MB
from gis.reading.parent import OUR_ROOT, reader_identity
from tests.files import good, hostile
from tests.gis.reading.conftest import Trap


def refusal(path: Path, limits: Limits | None = None, walls: Walls | None = None) -> str:
    with pytest.raises(FileRefused) as refused:
        read(path, limits=limits, walls=walls)
    assert hostile.CANARY not in str(refused.value)
    return refused.value.code


def test_a_reader_that_could_call_out_refuses_to_work(tmp_path: Path) -> None:
    plan = good.geojson(tmp_path / "plan.geojson")
    assert refusal(plan, walls=Walls(own_network=False, no_sockets=False)) == "not_isolated"


@pytest.mark.parametrize("walls", [Walls(own_network=False), Walls(no_sockets=False), Walls()])
def test_either_wall_alone_keeps_the_reader_in(tmp_path: Path, walls: Walls) -> None:
    assert len(read(good.geojson(tmp_path / "plan.geojson"), walls=walls).layers[0]) == 1


@pytest.mark.parametrize("as_reader", [True, False])
def test_what_only_root_may_read_the_reader_may_not(tmp_path: Path, canary: Path, as_reader: bool) -> None:
    """Where the suite runs as root; the control (root itself) reads it. Who is no root has nothing to give up."""
    canary.chmod(0o600)
    identity = reader_identity() if as_reader else {}
    done = subprocess.run(["cat", str(canary)], capture_output=True, text=True, check=False, **identity)
    assert (hostile.CANARY in done.stdout) is not (as_reader and os.geteuid() == 0)


DRIVERS = """
import sys; sys.path.append({root!r})
from gis.reading.child import gdal
if {keep}: gdal.keep_only("GPKG")
import pyogrio
print(pyogrio.list_drivers().keys() == {{"GPKG"}})
print(pyogrio.raw.read({path!r})[3])
"""


@pytest.mark.parametrize("keep", [True, False])
def test_only_the_driver_of_the_format_exists_or_a_virtual_file_would_read_others(
    tmp_path: Path, canary: Path, keep: bool
) -> None:
    """The control (`keep` false) does read the canary: the list is what stops it."""
    disguised = tmp_path / "plan.gpkg"
    disguised.write_text(hostile.vrt(canary))
    code = DRIVERS.format(root=OUR_ROOT, keep=keep, path=str(disguised))
    # From a script, not -c: the process starts itself anew with its own arguments.
    script = tmp_path / "reader.py"
    script.write_text(code)
    done = subprocess.run([sys.executable, "-I", str(script)], capture_output=True, text=True, check=False)
    assert (hostile.CANARY in done.stdout) is not keep
    assert done.stdout.startswith(str(keep))


def test_memory_is_bounded(tmp_path: Path) -> None:
    plan = good.geojson(tmp_path / "plan.geojson", [good.feature(good.PLOTS[0], note="x" * (100 * MB))])
    assert refusal(plan, Limits(memory_bytes=300 * MB)) == "out_of_memory"
    # With the memory it wants the same file is read.
    assert len(read(plan, limits=Limits(header_bytes=200 * MB)).layers[0]) == 1


@pytest.mark.alone
def test_time_is_bounded_and_nothing_is_left_running(tmp_path: Path) -> None:
    plan = good.geojson(tmp_path / "plan.geojson")
    started = time.monotonic()
    assert refusal(plan, Limits(wall_s=0.01)) == "reading_too_slow"
    assert time.monotonic() - started < 5


def test_the_answer_is_bounded(tmp_path: Path) -> None:
    plan = good.geojson(tmp_path / "plan.geojson", [good.feature(good.PLOTS[0], note="x" * 10_000)] * 50)
    assert refusal(plan, Limits(answer_bytes=100_000)) == "answer_too_large"
    assert len(read(plan).layers[0]) == 50


def test_a_large_file_is_refused_before_it_is_copied(tmp_path: Path) -> None:
    plan = good.geojson(tmp_path / "plan.geojson")
    assert refusal(plan, Limits(file_bytes=10)) == "file_too_large"


@pytest.mark.parametrize("what", ["features", "vertices", "layers", "fields"])
def test_counts_are_bounded(tmp_path: Path, what: str) -> None:
    plan = good.geojson(tmp_path / "plan.geojson", [good.feature(good.PLOTS[0], a=1, b=2)] * 2)
    limits = replace(Limits(), **{what: {"features": 1, "vertices": 4, "layers": 0, "fields": 1}[what]})
    if what == "vertices":
        assert {issue.code for issue in read(plan, limits=limits).issues} == {"too_many_vertices"}
    else:
        assert refusal(plan, limits) == ("too_many_features" if what == "features" else "too_many_layers")


def test_processor_time_is_bounded(tmp_path: Path) -> None:
    """Many small faults: seconds of work, and the reader is killed after one."""
    plan = tmp_path / "plan.geojson"
    plan.write_text('{"type": "FeatureCollection", "features": [' + "1," * 3_000_000 + "1]}")
    assert refusal(plan, Limits(cpu_s=1, issues=10_000_000, features=10_000_000)) == "reading_too_slow"


def test_faults_are_bounded_in_number(tmp_path: Path) -> None:
    plan = tmp_path / "plan.geojson"
    plan.write_text('{"type": "FeatureCollection", "features": [1, 1, 1, 1]}')
    assert refusal(plan, Limits(issues=3)) == "too_many_faults"
    assert len(read(plan).issues) == 4


def test_nothing_calls_out_and_nothing_else_is_read(tmp_path: Path, canary: Path, trap: Trap) -> None:
    texts = {"vrt": hostile.vrt(canary), "gdalg": hostile.gdalg(canary), "link": hostile.crs_link(trap.port)}
    texts |= hostile.services(trap.port)
    for name, text in texts.items():
        for suffix in (".geojson", ".json", ".dxf", ".gpkg", ".shp", ".csv", ".zip", ".xlsx"):
            plan = tmp_path / f"{name}{suffix}"
            plan.write_text(text)
            assert refusal(plan), (name, suffix)
    assert trap.hits == 0
