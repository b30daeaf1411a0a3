# SPDX-License-Identifier: Apache-2.0
"""An archive that lies, hides or grows is refused before it is unpacked, and again while it is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gis.reading import FileRefused, Limits, read
from gis.reading.archives import checked_members, unpack
from gis.reading.limits import MB
from tests.files import good, hostile
from tests.files.drawings import drawing
from tests.files.workbooks import workbook


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(FileRefused) as refused:
        read(path, limits=limits)
    return refused.value.code


@pytest.mark.parametrize(
    "name",
    ["../../plots.shp", "/etc/plots.shp", "a\\..\\plots.shp", "C:plots.shp", "a/../../plots.shp", "plots\x00.shp"],
)
def test_a_name_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(hostile.archive_with_name(tmp_path / "plan.zip", name)) == "archive_unsafe_name"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (hostile.archive_with_link, "archive_not_a_file"),
        (hostile.archive_with_device, "archive_not_a_file"),
        (hostile.archive_in_archive, "archive_nested"),
        (hostile.archive_locked, "archive_encrypted"),
        (hostile.archive_of_twins, "archive_duplicate_names"),
        (hostile.archive_overlapping, "archive_overlapping"),
        (hostile.archive_of_many, "archive_too_many"),
        (hostile.bomb, "archive_too_large"),
    ],
)
def test_what_an_archive_must_not_hold(tmp_path: Path, make: Callable[[Path], Path], code: str) -> None:
    assert refusal(make(tmp_path / "plan.zip")) == code


def test_a_directory_that_lies_is_found_out_while_unpacking(tmp_path: Path) -> None:
    archive = hostile.bomb_with_lying_directory(tmp_path / "plan.zip")
    (member,) = checked_members(archive, Limits())
    with pytest.raises(FileRefused):
        unpack(archive, member, tmp_path / "out", Limits())
    assert (tmp_path / "out").stat().st_size <= 1000
    assert refusal(archive) in {"archive_broken", "archive_too_large"}


def test_the_bound_on_unpacked_bytes_is_what_stops_a_bomb(tmp_path: Path) -> None:
    """With the bounds away the same archive passes its directory check."""
    archive = hostile.bomb(tmp_path / "plan.zip", 30)
    assert refusal(archive) == "archive_too_large"
    loose = replace(Limits(), archive_ratio=10_000, unpacked_bytes=31 * MB)
    assert len(checked_members(archive, loose)) == 1


def test_shapefiles_in_folders_of_an_archive_are_layers(tmp_path: Path) -> None:
    parts = good.shapefile(tmp_path / "made", number=["A-1", "A-2"])
    reading = read(good.zipped(tmp_path / "plan.zip", *parts, folder="plan v2/"))
    assert [(layer.name, len(layer)) for layer in reading.layers] == [("plots", 2)]
    assert reading.layers[0].columns["number"] == ["A-1", "A-2"]


def test_the_one_plan_in_an_archive_is_read_whatever_its_format(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("plan follows")
    plans = [
        good.geojson(tmp_path / "a.geojson"),
        good.vector(tmp_path / "b.gpkg"),
        drawing(tmp_path / "c.dxf", lambda _, space: space.add_line((0, 0), (1, 1))),
        workbook(tmp_path / "d.xlsx", {"points": [["x", "y"], [1, 2]]}),
    ]
    for plan in plans:
        reading = read(good.zipped(tmp_path / f"{plan.stem}.zip", plan, tmp_path / "readme.txt", folder="v2/"))
        assert sum(len(layer) for layer in reading.layers) > 0
    assert refusal(good.zipped(tmp_path / "two.zip", plans[0], plans[1])) == "archive_without_shapefile"


def test_what_lies_in_an_archive_must_be_what_its_name_says(tmp_path: Path) -> None:
    (tmp_path / "plan.gpkg").write_text("<OGRVRTDataSource/>")
    assert refusal(good.zipped(tmp_path / "plan.zip", tmp_path / "plan.gpkg")) == "content_not_as_named"


def test_an_archive_without_a_shapefile_says_so(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("plan follows")
    assert refusal(good.zipped(tmp_path / "plan.zip", tmp_path / "readme.txt")) == "archive_without_shapefile"
