# SPDX-License-Identifier: Apache-2.0
"""A raster that a person sends: looked at once, asked about, taken in whole or not at all, named when it cannot be."""

import json
import threading
import uuid
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gis.reading import FileRefused
from layers import room
from layers.importing.receiving import commit_import, try_import, undo_import
from layers.incoming import AlreadyImported, BadAnswer, folder_of
from layers.jobs import StopAsked
from layers.rasters import FOLDER, receiving
from layers.rasters.answers import raster_wishes
from layers.telling import PREVIEW, REPORT
from tests.conftest import Register
from tests.files import rasters
from tests.layers.importing.test_receiving import Counting, count, here
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square

TOLD = {
    "kind": "terrain", "vertical_datum": "egm2008", "taken_on": "2025-03-01", "source": "Survey 2025", "title_ar": "مسح",
    "title_en": "Survey", "units": "m", "accuracy_m": "0,2",
}  # fmt: skip
PLACE = rasters.from_origin(EAST - 100, NORTH + 500, 2, 2)


@pytest.fixture
def task(register: Register, tmp_path: Path) -> Counting:
    made = Counting(
        uuid.uuid4(), "admin:test", register.url(), register.url("marsa_staff"), register.srid, tmp_path / "files"
    )
    made.heard = threading.Event()
    return made


@pytest.fixture
def land(register: Register) -> Register:
    with register.connect() as db:
        a_plot(db, a_block(db, a_zone(db)), "101", square(0, 0, 100))
    return register


def reported(task: Counting, number: str, name: str = REPORT) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((folder_of(task.files, uuid.UUID(number)) / name).read_text())
    return made


def answered(land: Register, number: str, answers: dict[str, Any]) -> None:
    with land.connect() as db:
        db.execute("update register.incoming set answers = %s where id = %s", [json.dumps(answers), number])


def zipped(path: Path, *parts: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.write(part, f"delivery/{part.name}")
    return path


def test_what_nobody_has_said_of_a_raster_is_asked_and_it_waits(land: Register, task: Counting, tmp_path: Path) -> None:
    number = here(land, task, rasters.terrain(tmp_path / "dem.tif", transform=PLACE))
    assert not try_import(task, number)["can_commit"]
    report = reported(task, number)
    asked = {finding["code"] for finding in report["findings"] if finding["level"] == "fault"}
    assert asked == {
        "raster_kind_missing", "raster_source_missing", "raster_date_missing", "raster_title_missing", "raster_datum_missing",
    }  # fmt: skip
    assert report["kind"] == "terrain"  # so it looks, and it is not said
    assert commit_import(task, number, 0)["import_id"] is None
    assert count(land, "raster") == 0


def test_it_is_seen_where_it_would_lie_and_in_each_system_that_it_could_be_of(
    land: Register,
    task: Counting,
    tmp_path: Path,
) -> None:
    number = here(land, task, rasters.terrain(tmp_path / "dem.tif", transform=PLACE))
    try_import(task, number)
    drawn = reported(task, number, PREVIEW)
    (south, west), (north, east) = drawn["picture"]["bounds"]
    assert (west, south) == pytest.approx((16.627, 31.209), abs=0.003)
    assert (east - west) * 95_300 == pytest.approx(600, rel=0.02)
    assert (north - south) * 110_900 == pytest.approx(600, rel=0.02)
    other = here(land, task, rasters.terrain(tmp_path / "nowhere.tif", crs=None, transform=PLACE))
    try_import(task, other)
    report = reported(task, other)
    assert [each["epsg"] for each in report["candidates"]][:2] == [32633, 3201]
    assert report["distances"]["3201"] == 0
    for each in report["candidates"]:
        assert (folder_of(task.files, uuid.UUID(other)) / f"picture-{each['epsg']}.png").read_bytes()[:4] == b"\x89PNG"
    assert reported(task, other, PREVIEW)["drawn"] == 0


def test_an_answer_is_judged_without_looking_at_every_cell_again(
    land: Register,
    task: Counting,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = here(land, task, rasters.terrain(tmp_path / "dem.tif", transform=PLACE))
    try_import(task, number)
    monkeypatch.setattr(receiving, "look", None)
    answered(land, number, TOLD)
    assert try_import(task, number)["can_commit"]


def test_terrain_comes_in_with_its_levels_and_the_figures_of_plots_and_goes_back_whole(
    land: Register,
    task: Counting,
    tmp_path: Path,
) -> None:
    steps: list[tuple[str, float]] = []
    task.tell = lambda share, step=None: steps.append((str(step).split()[0], share))  # type: ignore[method-assign]
    number = here(land, task, rasters.terrain(tmp_path / "dem.tif", transform=PLACE), TOLD)
    done = commit_import(task, number, 0)
    with land.connect() as db:
        row = db.execute("select title_en, vertical_datum, accuracy_m from published.terrain").fetchone()
        assert row == ("Survey", "egm2008", 0.2)
        assert db.execute("select count(*) from published.plot_terrain").fetchone() == (1,)
    assert len(list((task.files / FOLDER).glob("*.tif"))) == 1
    assert (task.files / "imports" / done["import_id"] / "dem.tif").is_file()
    assert [share for _, share in steps] == sorted(share for _, share in steps)
    assert commit_import(task, number, 0)["import_id"] == done["import_id"]  # begun again
    assert undo_import(task, done["import_id"])["taken_back"] == {"raster": 1}
    assert count(land, "raster") == 0


def test_the_same_raster_comes_in_once_unless_asked_for_again(land: Register, task: Counting, tmp_path: Path) -> None:
    path = rasters.terrain(tmp_path / "dem.tif", transform=PLACE)
    commit_import(task, here(land, task, path, TOLD), 0)
    with pytest.raises(AlreadyImported):
        commit_import(task, here(land, task, path, TOLD), 0)
    commit_import(task, here(land, task, path, {**TOLD, "again": True}), 0)
    assert count(land, "raster") == 2


def test_a_zip_with_a_world_file_and_a_system_beside_the_image_says_where_it_lies(
    land: Register,
    task: Counting,
    tmp_path: Path,
) -> None:
    image = rasters.image(tmp_path / "photo.tif", crs=None, transform=None)
    (tmp_path / "photo.tfw").write_text(f"2\n0\n0\n-2\n{EAST - 99}\n{NORTH + 499}\n")
    (tmp_path / "photo.prj").write_text(PROJECTION)
    told = {**TOLD, "kind": "imagery"}
    del told["vertical_datum"], told["units"]
    archive = zipped(tmp_path / "photo.zip", image, tmp_path / "photo.tfw", tmp_path / "photo.prj")
    number = here(land, task, archive, told)
    assert try_import(task, number)["can_commit"], reported(task, number)["findings"]
    done = commit_import(task, number, 0)
    assert done["import_id"]
    with land.connect() as db:
        row = db.execute(
            "select ST_XMin(geom), ST_YMax(geom), width from register.raster where kind = 'imagery'"
        ).fetchone()
    assert row == (EAST - 100, NORTH + 500, 300)


def test_an_archive_of_several_rasters_or_a_broken_world_file_is_refused(
    land: Register,
    task: Counting,
    tmp_path: Path,
) -> None:
    one, two = (rasters.terrain(tmp_path / f"{name}.tif", transform=PLACE) for name in ("one", "two"))
    with pytest.raises(FileRefused) as refused:
        try_import(task, here(land, task, zipped(tmp_path / "two.zip", one, two)))
    assert refused.value.code == "raster_several"
    image = rasters.image(tmp_path / "photo.tif", crs=None, transform=None)
    (tmp_path / "photo.tfw").write_text("2\n0\nhere\n")
    with pytest.raises(FileRefused) as refused:
        try_import(task, here(land, task, zipped(tmp_path / "photo.zip", image, tmp_path / "photo.tfw")))
    assert refused.value.code == "raster_world_file"


def test_a_copy_that_would_take_the_disks_reserve_is_not_begun(
    land: Register, task: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = here(land, task, rasters.terrain(tmp_path / "dem.tif", transform=PLACE), TOLD)
    assert try_import(task, number)["can_commit"]
    monkeypatch.setattr(room, "RESERVE_BYTES", 10**18)  # as on a disk that is nearly full
    with pytest.raises(room.NotEnoughRoom):
        commit_import(task, number, 0)
    assert count(land, "raster") == 0
    assert not (task.files / FOLDER).exists()


def test_a_stop_leaves_the_raster_out_and_no_copy_named(land: Register, task: Counting, tmp_path: Path) -> None:
    heights = np.full((4000, 3000), 5, np.float32)
    number = here(land, task, rasters.terrain(tmp_path / "dem.tif", heights, transform=PLACE), TOLD)
    task.stop = True
    with pytest.raises(StopAsked):
        commit_import(task, number, 0)
    assert count(land, "raster") == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "drawing"), ("vertical_datum", "unknown"), ("taken_on", "yesterday"), ("nodata", "many"), ("accuracy_m", True),
        ("target", "layer:plots"), ("source", "x" * 300), ("crs", "EPSG:0"), ("illustrative", "yes"), ("title_ar", "\x00"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_is_refused_by_its_name(name: str, value: object) -> None:
    with pytest.raises(BadAnswer) as refused:
        raster_wishes({"kind": "terrain", name: value}, "terrain")
    assert refused.value.answer in (name, "body")


PROJECTION = (
    'PROJCS["LGD2006_UTM_Zone_33N",GEOGCS["LGD2006",DATUM["Libyan_Geodetic_Datum_2006",SPHEROID["International_1924",6378388,297]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000],'
    'PARAMETER["False_Northing",0],PARAMETER["Central_Meridian",15],PARAMETER["Scale_Factor",0.9996],'
    'PARAMETER["Latitude_Of_Origin",0],UNIT["Meter",1],AUTHORITY["EPSG","3201"]]'
)
