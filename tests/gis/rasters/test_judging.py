# SPDX-License-Identifier: Apache-2.0
"""What must be known before a raster can lie under the plan, and what is said of it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import CRS
from rasterio.transform import Affine

from gis.rasters.found import Preparation
from gis.rasters.judging import Judged, RasterWishes, judged
from gis.rasters.parent import look, make
from tests.files import rasters
from tests.files.rasters import from_origin

LEGAL = CRS.from_epsg(3201)
ZONE = shapely.box(655000, 3454600, 655400, 3455000)
TOLD = RasterWishes(
    "terrain", vertical_datum="egm2008", accuracy_m=0.2, taken_on=date(2025, 3, 1), source="Survey", units="m",
    title_ar="مسح", title_en="Survey",
)  # fmt: skip
IMAGE = replace(TOLD, kind="imagery", vertical_datum=None, units=None)


def judge(path: Path, wishes: RasterWishes = TOLD, zone: shapely.Geometry | None = ZONE) -> Judged:
    looked = look(path)
    return judged(looked.facts, looked.header, wishes, LEGAL, zone)


def said(found: Judged, level: str = "fault") -> set[str]:
    return {issue.code for issue in found.issues if issue.level == level}


def test_terrain_that_says_everything_can_go_in(tmp_path: Path) -> None:
    found = judge(rasters.terrain(tmp_path / "dem.tif"))
    assert found.can_commit
    assert found.issues == ()
    assert found.outline is not None
    assert found.outline.bounds == (655000, 3454400, 655600, 3455000)
    assert found.resolution_m == pytest.approx(2, rel=1e-3)


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        (replace(TOLD, vertical_datum=None), "raster_datum_missing"),
        (replace(TOLD, source=None), "raster_source_missing"),
        (replace(TOLD, taken_on=None), "raster_date_missing"),
        (replace(TOLD, title_ar=None), "raster_title_missing"),
        (replace(TOLD, accuracy_m=-1.0), "raster_accuracy_odd"),
    ],
    ids=str,
)
def test_what_a_file_cannot_say_a_person_must(tmp_path: Path, wishes: RasterWishes, code: str) -> None:
    found = judge(rasters.terrain(tmp_path / "dem.tif"), wishes)
    assert said(found) == {code}
    assert not found.can_commit


def test_a_missing_system_is_asked_for_and_never_guessed(tmp_path: Path) -> None:
    given = rasters.terrain(tmp_path / "dem.tif", crs=None)
    found = judge(given)
    assert said(found) == {"raster_crs_unknown"}
    assert found.outline is None
    assert judge(given, replace(TOLD, crs=CRS.from_epsg(32633))).can_commit


def test_heights_without_a_number_for_nothing_are_asked_about(tmp_path: Path) -> None:
    given = rasters.terrain(tmp_path / "dem.tif", nodata=None)
    assert said(judge(given)) == {"raster_nodata_unknown"}
    assert judge(given, replace(TOLD, nodata="none")).can_commit


def test_a_number_that_means_nothing_but_is_not_declared_is_found(tmp_path: Path) -> None:
    heights = rasters.plane()
    heights[:50] = -32768
    given = rasters.terrain(tmp_path / "dem.tif", heights)
    assert {"raster_nodata_unknown", "raster_heights_odd"} == said(judge(given))


@pytest.mark.parametrize(
    ("transform", "code"),
    [
        (Affine(1.8, 0.9, 655000, 0.9, -1.8, 3455000), "raster_rotated"),
        (Affine(-2, 0, 655000, 0, -2, 3455000), "raster_mirrored"),
        (Affine.identity(), "raster_no_place"),
    ],
    ids=["rotated", "mirrored", "absent"],
)
def test_a_raster_that_is_turned_or_nowhere_is_refused(tmp_path: Path, transform: Affine, code: str) -> None:
    assert code in said(judge(rasters.terrain(tmp_path / "dem.tif", transform=transform)))


def test_a_raster_of_another_place_is_refused_with_its_distance(tmp_path: Path) -> None:
    far = judge(rasters.terrain(tmp_path / "dem.tif", transform=from_origin(655000, 3655000, 2, 2)))
    assert said(far) == {"raster_far"}
    beside = judge(rasters.terrain(tmp_path / "dem.tif", transform=from_origin(657000, 3455000, 2, 2)))
    assert said(beside, "doubt") == {"raster_beside"}
    assert beside.can_commit


@pytest.mark.parametrize(
    ("values", "wishes", "code"),
    [
        (np.zeros((2, 40, 40), np.float32), TOLD, "raster_bands"),
        (np.ones((1, 40, 40), np.complex64), TOLD, "raster_numbers"),
        (np.ones((3, 40, 40), np.uint16), IMAGE, "raster_numbers"),
        (np.ones((2, 40, 40), np.uint8), IMAGE, "raster_bands"),
    ],
    ids=["two-bands-of-heights", "complex", "deep-colours", "two-bands-of-colour"],
)
def test_cells_of_another_kind_are_refused_by_name(
    tmp_path: Path, values: "np.ndarray[tuple[int, ...], np.dtype[np.generic]]", wishes: RasterWishes, code: str
) -> None:
    given = rasters._write(tmp_path / "odd.tif", values, crs="EPSG:3201", transform=from_origin(655000, 3455000, 2, 2))
    assert code in said(judge(given, wishes))


@pytest.mark.parametrize(("unit", "metres"), [("ft", 0.3048), ("us-ft", 1200 / 3937), ("m", 1.0)])
def test_heights_in_feet_become_metres(tmp_path: Path, unit: str, metres: float) -> None:
    given = rasters.terrain(tmp_path / "dem.tif")
    found = judge(given, replace(TOLD, units=unit))
    assert found.preparation is not None
    assert found.range_m == pytest.approx((10 * metres, 39.9 * metres))
    made, _ = make(given, found.preparation, tmp_path / "kept")
    assert made.lowest_m == pytest.approx(10 * metres, abs=1e-5)


def test_a_unit_that_nobody_states_is_said(tmp_path: Path) -> None:
    assert said(judge(rasters.terrain(tmp_path / "dem.tif"), replace(TOLD, units=None)), "doubt") == {
        "raster_units_unknown"
    }


def test_coarse_cells_are_said_to_be_no_ground_for_design(tmp_path: Path) -> None:
    given = rasters.terrain(tmp_path / "dem.tif", crs="EPSG:4326", transform=from_origin(16.5, 31.4, 1 / 120, 1 / 120))
    found = judge(given)
    assert "raster_coarse" in said(found, "note")
    assert found.resolution_m == pytest.approx(924, abs=3)


def test_a_file_that_names_another_datum_is_contradicted_aloud(tmp_path: Path) -> None:
    given = rasters.terrain(tmp_path / "dem.tif", crs="EPSG:32633+5773")
    assert "raster_datum_differs" in said(judge(given), "doubt")
    assert judge(given, replace(TOLD, vertical_datum="egm96")).can_commit


def test_our_copy_is_a_raster_with_overviews_named_by_its_digest_and_nothing_half_made_remains(tmp_path: Path) -> None:
    import hashlib

    import rasterio

    given = rasters.terrain(tmp_path / "dem.tif", rasters.plane(1500))
    steps: list[tuple[str, int, int]] = []
    made, sha256 = make(
        given, Preparation("terrain", "EPSG:3201", None), tmp_path / "kept", progress=lambda *step: steps.append(step)
    )
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [f"{sha256}.tif"]
    assert hashlib.sha256((tmp_path / "kept" / f"{sha256}.tif").read_bytes()).hexdigest() == sha256
    assert [done for step, done, _ in steps if step == "reading"] == [512, 1024, 1500]
    with rasterio.open(tmp_path / "kept" / f"{sha256}.tif") as kept:
        assert kept.overviews(1)
        assert kept.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert np.abs(kept.read(1) - rasters.plane(1500)).max() <= 0.0011
    assert (made.width, made.height, made.bands) == (1500, 1500, 1)


def test_rows_from_south_to_north_come_out_north_up(tmp_path: Path) -> None:
    import rasterio

    heights = rasters.plane(40)
    heights[0] = 99
    given = rasters.terrain(tmp_path / "dem.tif", heights, transform=Affine(2, 0, 655000, 0, 2, 3454920))
    found = judge(given, zone=None)
    assert "raster_upward" in said(found, "note")
    assert found.preparation is not None
    _, sha256 = make(given, found.preparation, tmp_path / "kept")
    with rasterio.open(tmp_path / "kept" / f"{sha256}.tif") as kept:
        assert kept.transform.e < 0
        assert kept.bounds.top == 3455000
        assert kept.read(1)[-1] == pytest.approx(99, abs=0.002)


@pytest.mark.parametrize("bands", [1, 3, 4])
def test_images_come_out_as_colours_with_a_mask(tmp_path: Path, bands: int) -> None:
    import rasterio

    given = rasters.image(tmp_path / "photo.tif", bands)
    found = judge(given, IMAGE)
    assert found.can_commit
    assert found.preparation is not None
    made, sha256 = make(given, found.preparation, tmp_path / "kept")
    assert made.bands == 3
    with rasterio.open(tmp_path / "kept" / f"{sha256}.tif") as kept:
        assert kept.dataset_mask().min() == 255
