# SPDX-License-Identifier: Apache-2.0
"""The legal CRS is a setting: an installation in UTM 33 South keeps, binds and publishes its land there."""

from collections.abc import Iterator

import psycopg
import pytest
from pyproj import Transformer
from shapely import MultiPolygon, box
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from layers import database
from layers.catalogue import LAYERS
from layers.embedded import Cluster
from layers.errors import NotMetric, OtherSrid
from layers.plan import Zone
from tests.conftest import Register

UTM_33_SOUTH = 32733
A_FARM = MultiPolygon([box(260_000, 6_245_000, 260_400, 6_245_300)])  # in the Western Cape


@pytest.fixture(scope="module")
def south(cluster: Cluster) -> Iterator[Register]:
    """A register whose legal CRS is not the default one."""
    name = "south"
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name}")
    register = Register(cluster, name, srid=UTM_33_SOUTH)
    database.migrate(register.url(), srid=UTM_33_SOUTH)
    yield register
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


def test_an_installation_keeps_the_crs_it_was_made_with(south: Register) -> None:
    with pytest.raises(OtherSrid):
        database.migrate(south.url(), srid=3201)
    assert database.migrate(south.url()).srid == UTM_33_SOUTH


@pytest.mark.parametrize("srid", [4326, 2264, 1])
def test_degrees_feet_and_numbers_that_name_nothing_are_refused(register: Register, srid: int) -> None:
    with pytest.raises(NotMetric):
        database.require_metric(srid)


def test_every_geometry_is_kept_in_the_legal_crs(south: Register) -> None:
    with south.connect() as connection:
        kept = connection.execute(
            "select f_table_schema || '.' || f_table_name, srid from geometry_columns "
            "where f_table_schema in ('register', 'published') and f_geometry_column = 'geom'"
        ).fetchall()
    assert {name for name, _ in kept} >= {str(layer.table.__table__) for layer in LAYERS}
    assert {srid for _, srid in kept} == {UTM_33_SOUTH}


def test_a_shape_goes_in_and_comes_out_in_the_legal_crs(south: Register) -> None:
    engine = south.engine()
    with engine.begin() as connection:
        connection.execute(insert(Zone).values(code="FARM", name_ar="مزرعة", name_en="Farm", geom=A_FARM))
        back = connection.execute(select(Zone.geom).where(Zone.code == "FARM")).scalar_one()
    engine.dispose()
    assert back.equals(A_FARM)
    with south.connect("marsa_public") as stranger:
        row = stranger.execute(
            "select ST_SRID(geom), ST_X(corner), ST_Y(corner) from published.zones, "
            "ST_PointN(ST_ExteriorRing(ST_GeometryN(geom_4326, 1)), 1) as corner"
        ).fetchone()
    assert row is not None
    corner = A_FARM.geoms[0].exterior.coords[0]
    expected = Transformer.from_crs(UTM_33_SOUTH, 4326, always_xy=True).transform(*corner)
    assert row[0] == UTM_33_SOUTH
    assert (row[1], row[2]) == pytest.approx(expected, abs=1e-9)


def test_a_shape_from_an_engine_of_another_crs_is_refused_not_guessed(south: Register) -> None:
    engine = database.engine_for(south.url(), srid=3201)
    with pytest.raises(DBAPIError, match="SRID"), engine.begin() as connection:
        connection.execute(insert(Zone).values(code="WRONG", name_ar="خطأ", name_en="Wrong", geom=A_FARM))
    engine.dispose()
