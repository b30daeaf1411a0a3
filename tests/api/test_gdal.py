# SPDX-License-Identifier: Apache-2.0
"""Every public layer as GDAL reads it, which QGIS and most tools of surveyors are built on: the same as the database."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pyogrio
import pyogrio.raw
import pytest
import shapely

from layers.catalogue import LAYERS
from layers.declaration import Layer
from layers.embedded import Cluster
from layers.sirte.load import load
from layers.tiles import BUFFER, EXTENT, TileAddress
from tests.conftest import Connection, a_register
from tests.serving import serving

SAMPLE = 20
MILLIMETRE = 0.001
ANSWER_S = 60
TILE_ZOOM = 16
"""A tile unit is 15 cm there, so that even a bollard is more than nothing."""
EDGE_UNITS = 2
"""Tile units at a tile's edge within which rounding decides."""

public_layers = pytest.mark.parametrize("layer", LAYERS.public, ids=lambda layer: layer.id)


@dataclass(frozen=True)
class Served:
    """Sirte behind a server, its database, and GDAL in a process of its own: it would hold the interpreter that answers it."""

    address: str
    gdal: ProcessPoolExecutor
    connection: Connection

    def ask(self, what: Callable[..., Any], source: str, **options: object) -> Any:
        return self.gdal.submit(what, source, **options).result(ANSWER_S)

    def rows(self, query: str, *binds: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, binds).fetchall()  # type: ignore[call-overload,no-any-return,unused-ignore]


@pytest.fixture(scope="module")
def sirte(cluster: Cluster, template: str) -> Iterator[Served]:
    with a_register(cluster, template) as register:
        engine = register.engine()
        load(engine)
        engine.dispose()
        with (
            serving(register) as address,
            register.connect(autocommit=True) as connection,
            ProcessPoolExecutor(1, get_context("spawn")) as gdal,
        ):
            yield Served(address, gdal, connection)


def table(layer: Layer) -> str:
    return f'published."{layer.published.name}"'


@public_layers
def test_gdal_counts_and_places_a_layer_as_the_database_does(sirte: Served, layer: Layer) -> None:
    told = sirte.ask(
        pyogrio.read_info, f"OAPIF:{sirte.address}", layer=layer.id, force_feature_count=True, force_total_bounds=True
    )
    ((count, *box),) = sirte.rows(
        f"select count, ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)"
        f" from (select count(*), ST_Extent(geom) e from {table(layer)}) x"
    )
    assert told["features"] == count
    assert told["crs"] == "EPSG:3201"
    if count:
        # GDAL makes it of the published box in degrees, whose corners lie outside when the grid is turned.
        west, south, east, north = told["total_bounds"]
        assert (
            west < box[0] + MILLIMETRE
            and south < box[1] + MILLIMETRE
            and east > box[2] - MILLIMETRE
            and north > box[3] - MILLIMETRE
        )


@public_layers
def test_gdal_reads_the_very_geometries(sirte: Served, layer: Layer) -> None:
    meta, _, shapes, columns = sirte.ask(pyogrio.raw.read, f"OAPIF:{sirte.address}", layer=layer.id)
    kept = shapes_of(sirte, layer, "id::text", "geom")
    if not kept:
        assert len(shapes) == 0
        return
    assert meta["crs"] == "EPSG:3201"
    ids = columns[list(meta["fields"]).index("id")]
    read = dict(zip(ids, shapely.from_wkb(shapes), strict=True))
    assert read.keys() == kept.keys()
    extents = [shapely.total_bounds(list(found.values())) for found in (read, kept)]
    assert list(extents[0]) == pytest.approx(list(extents[1]), abs=MILLIMETRE / 2, rel=0)
    for feature in Random(20).sample(sorted(kept), min(SAMPLE, len(kept))):
        assert shapely.equals_exact(read[feature], kept[feature], tolerance=MILLIMETRE / 2), feature


@public_layers
def test_gdal_finds_in_a_tile_what_the_database_has_there(sirte: Served, layer: Layer, tmp_path: Path) -> None:
    kept = shapes_of(sirte, layer, "tile_id", "geom_3857")
    at = tile_of(kept, zoom=min(max(TILE_ZOOM, layer.zooms[0]), layer.zooms[-1]))
    answer = httpx.get(f"{sirte.address}/collections/{layer.id}/tiles/WebMercatorQuad/{at.matrix}/{at.row}/{at.col}")
    if not kept:
        assert answer.status_code == 204
        return
    # GDAL reads from its path where a tile lies.
    file = tmp_path / str(at.matrix) / str(at.col) / f"{at.row}.mvt"
    file.parent.mkdir(parents=True)
    file.write_bytes(answer.content)
    meta, _, shapes, columns = sirte.ask(pyogrio.raw.read, str(file), layer=layer.id, CLIP="NO")
    assert meta["crs"] == "EPSG:3857"
    ids = map(int, columns[list(meta["fields"]).index("mvt_id")])
    read = dict(zip(ids, shapely.from_wkb(shapes), strict=True))
    left, bottom, right, top = at.box_3857()
    unit = (right - left) / EXTENT
    inside = shapely.box(left, bottom, right, top).buffer(-EDGE_UNITS * unit)
    around = shapely.box(left, bottom, right, top).buffer((BUFFER + EDGE_UNITS) * unit)
    assert {number for number, shape in kept.items() if shape.intersects(inside)} <= read.keys()
    assert read.keys() <= {number for number, shape in kept.items() if shape.intersects(around)}
    assert all(shape.distance(kept[number]) <= EDGE_UNITS * unit for number, shape in read.items())


def shapes_of(sirte: Served, layer: Layer, key: str, column: str) -> dict[Any, shapely.Geometry]:
    rows = sirte.rows(f"select {key}, ST_AsBinary({column}) from {table(layer)} order by tile_id")
    return {found: shapely.from_wkb(shape) for found, shape in rows}


def tile_of(kept: dict[Any, shapely.Geometry], zoom: int) -> TileAddress:
    """The tile that holds a point of the first feature; for an empty layer the one in the middle of the world."""
    point = next(iter(kept.values())).representative_point() if kept else shapely.Point(0, 0)
    left, _, right, top = TileAddress(0, 0, 0).box_3857()
    side = (right - left) / 2**zoom
    return TileAddress(zoom, int((top - point.y) // side), int((point.x - left) // side))
