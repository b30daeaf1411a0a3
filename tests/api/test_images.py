# SPDX-License-Identifier: Apache-2.0
"""Terrain and imagery are drawn as tiles that fit together, and measured where they lie."""

import math
import os
import signal
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from pyproj import Transformer

from layers.rasters import FOLDER
from layers.rasters.measuring import renew
from tests.conftest import Register
from tests.files import rasters
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square
from tests.layers.rasters.test_importing import TOLD, taken
from tests.serving import serving

IMAGE = replace(TOLD, kind="imagery", vertical_datum=None, units=None, title_en="Photo")
TO_DEGREES = Transformer.from_crs(3201, 4326, always_xy=True)


@dataclass(frozen=True)
class Site:
    """A zone with a plot, terrain and a photograph under it, served."""

    client: httpx.Client
    register: Register
    files: Path

    def tile(self, layer: str, zoom: int, row: int, col: int, **query: str) -> httpx.Response:
        return self.client.get(f"/collections/{layer}/map/tiles/WebMercatorQuad/{zoom}/{row}/{col}", params=query)


@pytest.fixture(scope="module")
def site(cluster, template, tmp_path_factory) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    from tests.conftest import a_register

    folder = tmp_path_factory.mktemp("site")
    waves = 20 + 5 * np.sin(np.add.outer(np.arange(500), 2 * np.arange(500)) / 25)
    corner = rasters.from_origin(EAST - 300, NORTH + 700, 2, 2)
    with a_register(cluster, template) as register:
        with register.connect() as connection:
            a_plot(connection, a_block(connection, a_zone(connection)), "101", square(0, 0, 100))
        files = folder / "files"
        taken(register, rasters.terrain(folder / "dem.tif", waves.astype(np.float32), transform=corner), files)
        taken(register, rasters.image(folder / "photo.tif", side=500, transform=corner), files, IMAGE)
        with register.connect(autocommit=True) as db:
            renew(db, files, actor="clock")
        with serving(register, data=folder) as address, httpx.Client(base_url=address, timeout=30) as client:
            yield Site(client, register, files)


def tile_at(zoom: int, east: float = EAST + 50, north: float = NORTH + 50) -> tuple[int, int]:
    """Row and column of the tile that holds a place of the grid."""
    lon, lat = TO_DEGREES.transform(east, north)
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom
    return int(row), int((lon + 180) / 360 * 2**zoom)


def pixels(png: bytes) -> NDArray[np.uint8]:
    """Rows × columns × samples of one of our PNGs (each row stored less the one above it)."""
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    samples = {4: 2, 6: 4}[png[25]]
    length = int.from_bytes(png[33:37], "big")
    rows = np.frombuffer(zlib.decompress(png[41 : 41 + length]), np.uint8).reshape(height, 1 + width * samples)
    assert (rows[:, 0] == 2).all()
    return np.cumsum(rows[:, 1:].reshape(height, width, samples), axis=0, dtype=np.uint64).astype(np.uint8)


@pytest.mark.parametrize("at", ["15/-1/0", "31/0/0", "3/8/0", "a/0/0"])
def test_a_tile_that_does_not_exist_is_not_found(site: Site, at: str) -> None:
    assert site.client.get(f"/collections/terrain/map/tiles/WebMercatorQuad/{at}").status_code == 404


def test_a_layer_without_rasters_has_no_images(site: Site) -> None:
    assert site.tile("plots", 15, 0, 0).status_code == 404
    assert site.tile("nothing", 15, 0, 0).status_code == 404


@pytest.mark.parametrize("query", [{"style": "mine"}, {"f": "tiff"}, {"f": "webp"}, {"file": "/etc/passwd"}])
def test_what_is_not_offered_is_refused(site: Site, query: dict[str, str]) -> None:
    row, col = tile_at(15)
    assert (
        site.client.get(f"/collections/terrain/map/tiles/WebMercatorQuad/15/{row}/{col}", params=query).status_code
        == 400
    )


def test_outside_its_limits_and_beyond_its_zooms_a_layer_has_no_images(site: Site) -> None:
    assert site.tile("terrain", 15, 0, 0).status_code == 404
    assert site.tile("terrain", 3, 3, 4).status_code == 404


@pytest.mark.parametrize("style", ["hillshade", "slope", "levels"])
def test_a_tile_is_drawn_once_a_version_and_says_so(site: Site, style: str) -> None:
    first = site.tile("terrain", 16, *tile_at(16), style=style)
    assert first.status_code == 200
    assert first.headers["content-type"] == "image/png"
    assert pixels(first.content)[..., -1].any()
    again = site.client.get(first.url, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    version = first.headers["etag"].split(".")[3]
    assert "immutable" in site.tile("terrain", 16, *tile_at(16), style=style, v=version).headers["cache-control"]


def test_imagery_is_webp_or_png_and_shows_its_colours(site: Site) -> None:
    assert site.tile("imagery", 17, *tile_at(17)).headers["content-type"] == "image/webp"
    shown = pixels(site.tile("imagery", 17, *tile_at(17), f="png").content)
    seen = {tuple(round(value / 30) for value in colour[:3]) for colour in shown.reshape(-1, 4) if colour[3]}
    assert {(3, 4, 2), (7, 6, 5)} <= seen


@pytest.mark.parametrize("style", ["hillshade", "slope"])
def test_tiles_meet_without_a_seam(site: Site, style: str) -> None:
    """The step over an edge between two tiles is no larger than steps beside it; and the waves do change."""
    row, col = tile_at(17)
    left, right = (pixels(site.tile("terrain", 17, row, c, style=style).content).astype(int) for c in (col, col + 1))
    steps = np.abs(np.diff(np.hstack([left, right])[..., 0], axis=1)).mean(axis=0)
    assert steps[200:310].max() > 0
    assert steps[255] <= steps[245:266].max() * 1.05 + 0.01
    assert np.abs(np.diff(np.hstack([left, right])[..., 0], axis=1)).max() < 255


def test_the_tilesets_are_listed_where_a_machine_looks(site: Site) -> None:
    links = {each["rel"]: each["href"] for each in site.client.get("/collections/terrain?f=json").json()["links"]}
    listed = site.client.get(links["http://www.opengis.net/def/rel/ogc/1.0/tilesets-map"]).json()["tilesets"][0]
    assert listed["dataType"] == "map"
    told = site.client.get(next(each["href"] for each in listed["links"] if each["rel"] == "self")).json()
    templates = [each["href"] for each in told["links"] if each.get("templated")]
    assert len(templates) == 3
    row, col = tile_at(15)
    for template in templates:
        address = template.replace("{tileMatrix}", "15").replace("{tileRow}", str(row)).replace("{tileCol}", str(col))
        assert site.client.get(address).status_code == 200
    plots = {each["rel"] for each in site.client.get("/collections/plots?f=json").json()["links"]}
    assert "http://www.opengis.net/def/rel/ogc/1.0/tilesets-map" not in plots


def test_the_height_of_a_place_comes_with_its_datum_and_accuracy(site: Site) -> None:
    lon, lat = TO_DEGREES.transform(
        EAST - 300 + 2 * 100 + 1, NORTH + 700 - 2 * 60 - 1
    )  # the middle of row 60, column 100
    found = site.client.get("/map/heights", params={"line": f"{lon},{lat}", "lang": "en"}).json()
    assert found["places"][0]["height_m"] == pytest.approx(20 + 5 * math.sin(260 / 25), abs=0.005)
    assert "EGM2008" in found["sources"][0]
    assert "0.2" in found["sources"][0]


def test_a_profile_follows_the_line_and_knows_where_nothing_is_known(site: Site) -> None:
    line = [
        TO_DEGREES.transform(EAST - 200, NORTH),
        TO_DEGREES.transform(EAST + 300, NORTH),
        TO_DEGREES.transform(EAST + 2000, NORTH),
    ]
    given = ",".join(f"{lon},{lat}" for lon, lat in line)
    places = site.client.get("/map/heights", params={"line": given}).json()["places"]
    assert places[-1]["metres"] == pytest.approx(2200, rel=2e-3)
    assert [place["metres"] for place in places] == sorted(place["metres"] for place in places)
    known = [place["height_m"] for place in places if place["metres"] < 800]
    assert all(15 <= height <= 25 for height in known)
    assert max(known) - min(known) > 8
    assert places[-1]["height_m"] is None


@pytest.mark.parametrize("line", ["", "1", "1,2,3", "a,b", "200,10", ",".join(["16,31"] * 61), "nan,1"])
def test_a_line_that_is_none_is_refused(site: Site, line: str) -> None:
    assert site.client.get("/map/heights", params={"line": line}).status_code == 400


def test_a_child_that_dies_is_replaced_and_its_reader_does_not_notice(site: Site) -> None:
    site.tile("terrain", 18, *tile_at(18))
    children = subprocess.run(
        ["pgrep", "-P", str(os.getpid()), "-f", "gis.rasters.child.serving"], capture_output=True, text=True
    ).stdout.split()
    assert children
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    assert site.tile("terrain", 18, *tile_at(18), style="slope").status_code == 200


def test_a_worker_never_loads_the_reader_of_rasters() -> None:
    code = "import api.app, sys; print(sorted(m for m in sys.modules if m.split('.')[0] in ('rasterio', 'exactextract', 'osgeo')))"
    done = subprocess.run(["python", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_raster_whose_file_is_gone_is_refused_politely_and_drawn_again_when_it_is_back(site: Site) -> None:
    kept = site.files / FOLDER
    names = {path.stem for path in kept.iterdir()}
    assert names
    for path in kept.iterdir():
        path.rename(path.with_suffix(".away"))
    try:
        # A child may still hold the file open: so a fresh one is asked.
        for child in subprocess.run(
            ["pgrep", "-P", str(os.getpid()), "-f", "gis.rasters.child.serving"], capture_output=True, text=True
        ).stdout.split():
            os.kill(int(child), signal.SIGKILL)
        gone = site.tile("terrain", 19, *tile_at(19))
        assert gone.status_code == 503
        assert gone.headers["content-type"] == "application/problem+json"
        assert "/" not in gone.json()["detail"]
    finally:
        for path in kept.iterdir():
            path.rename(path.with_suffix(".tif"))
    assert site.tile("terrain", 19, *tile_at(19)).status_code == 200
