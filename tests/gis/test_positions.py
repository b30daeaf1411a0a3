# SPDX-License-Identifier: Apache-2.0
"""Coordinates are read however people write them, and refused when they are unclear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from gis.positions import GridPlace, LonLat, read_position, to_grid, to_lonlat

LEGAL = CRS.from_epsg(3201)
lats = st.floats(30.5, 31.8)
lons = st.floats(15.5, 17.5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "31.2",
        "1 2 3",
        "31°61'N 16°E",
        "31 N 16 N",
        "31 N 16",
        "31.2, 16.6 and more",
        "1e999 5",
        "9" * 40 + " 1",
    ],
)
def test_unclear_words_are_no_place(text: str) -> None:
    assert read_position(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "31.2125, 16.6315",
        "31.2125 16.6315",
        "31.2125N 16.6315E",
        "16.6315 E, 31.2125 N",
        "N 31.2125 E 16.6315",
        "31°12'45\"N 16°37'53.4\"E",
        "31° 12′ 45″ N, 16° 37′ 53.4″ E",
        "٣١٫٢١٢٥، ١٦٫٦٣١٥",
        "31.2125 ش 16.6315 ق",
    ],
)
def test_one_place_is_read_from_every_way_of_writing_it(text: str) -> None:
    place = read_position(text)
    assert isinstance(place, LonLat)
    assert (place.lon, place.lat) == pytest.approx((16.6315, 31.2125))


@pytest.mark.parametrize(
    "text", ["655469.09 3454314.77", "655469.09, 3454314.77", "E 655,469.09 N 3,454,314.77", "N 3454314.77 E 655469.09"]
)
def test_metres_are_read_easting_first_unless_letters_say_otherwise(text: str) -> None:
    assert read_position(text) == GridPlace(655469.09, 3454314.77)


def test_the_harbour_stands_where_the_national_grid_has_it() -> None:
    # Against WGS 84 / UTM 33N the same numbers lie 55 m off: nothing may be mistaken for nothing.
    place = to_grid(LonLat(16.6315, 31.2125), LEGAL)
    assert place is not None
    assert (place.easting, place.northing) == pytest.approx((655469.09, 3454314.77), abs=0.02)


@given(lon=lons, lat=lats)
def test_there_and_back_is_the_same_place_to_a_millimetre(lon: float, lat: float) -> None:
    there = to_grid(LonLat(lon, lat), LEGAL)
    assert there is not None
    back = to_lonlat(there, LEGAL)
    assert back is not None
    assert (back.lon, back.lat) == pytest.approx((lon, lat), abs=1e-8)


@given(lon=lons, lat=lats)
def test_what_is_written_is_read_back(lon: float, lat: float) -> None:
    place = read_position(f"{lat:.7f}, {lon:.7f}")
    assert isinstance(place, LonLat)
    assert (place.lon, place.lat) == pytest.approx((lon, lat), abs=1e-6)


@given(text=st.text("0123456789.,°'\"NSEWnsew شجقغ٠٩-+", max_size=40))
def test_any_words_give_a_place_on_earth_or_none(text: str) -> None:
    place = read_position(text)
    if isinstance(place, LonLat):
        assert abs(place.lon) <= 180
        assert abs(place.lat) <= 90
