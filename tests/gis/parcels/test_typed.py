# SPDX-License-Identifier: Apache-2.0
"""Coordinates as they are typed or pasted, and traverses with what they miss."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely import Polygon

from gis.parcels.refusals import CoordinatesUnreadable, Misclosed
from gis.parcels.typed import Leg, read_corners, read_legs, walk

LEGAL = CRS.from_epsg(3201)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("655469 3454314\nhere\n655499 3454314", 2, "not_a_place"),
        ("655469 3454314\n\n# a remark\n655499", 4, "not_a_place"),
        ("31.2125 16.6315\n31°72'00\"N 16°37'00\"E", 2, "not_a_place"),
        ("655469 3454314\n655469655469 3454314", 2, "not_a_place"),
        ("655469 3454314\n" + "9" * 300, 2, "not_a_place"),
    ],
)
def test_what_is_no_place_is_refused_with_its_line(text: str, line: int, why: str) -> None:
    with pytest.raises(CoordinatesUnreadable) as refusal:
        read_corners(text, LEGAL)
    assert (refusal.value.line, refusal.value.why) == (line, why)


@pytest.mark.parametrize(
    "text",
    [
        "655469.090 3454314.770\n655499.090 3454314.770\n655499.090 3454334.770",
        "1) 655469.090, 3454314.770\n2) 655499.090, 3454314.770\n3) 655499.090, 3454334.770\n1) 655469.090, 3454314.770",
        "1\t655469.090\t3454314.770\n2\t655499.090\t3454314.770\n3\t655499.090\t3454334.770",
        "P1 655469.090;3454314.770\nP2 655499.090;3454314.770\n\nP3 655499.090;3454334.770  # the last",
        "ن١ ٦٥٥٤٦٩٫٠٩٠ ٣٤٥٤٣١٤٫٧٧٠\nن٢ ٦٥٥٤٩٩٫٠٩٠ ٣٤٥٤٣١٤٫٧٧٠\nن٣ ٦٥٥٤٩٩٫٠٩٠ ٣٤٥٤٣٣٤٫٧٧٠",
    ],
)
def test_grid_corners_are_read_as_people_paste_them(text: str) -> None:
    assert read_corners(text, LEGAL) == [
        (655469.09, 3454314.77),
        (655499.09, 3454314.77),
        (655499.09, 3454334.77),
    ]


def test_degrees_decimal_and_in_minutes_are_one_place_on_the_legal_grid() -> None:
    decimal, minutes, arabic = read_corners(
        "31.2125, 16.6315\n31°12'45\"N 16°37'53.4\"E\n٣١°١٢'٤٥\"ش ١٦°٣٧'٥٣٫٤\"ق\n31.3, 16.6", LEGAL
    )[:3]
    assert math.dist(decimal, minutes) < 0.002
    assert minutes == arabic


def test_utm_on_wgs84_lies_tens_of_metres_from_the_same_numbers_on_the_legal_grid() -> None:
    numbers = "655469.090 3454314.770"
    legal, utm = read_corners(numbers, LEGAL)[0], read_corners(numbers, LEGAL, system=CRS.from_epsg(32633))[0]
    assert 50 < math.dist(legal, utm) < 210


@pytest.mark.parametrize(
    "text", ["45 100\n47°80' 20", "north 20\n10 20", "45 100\n45", "45 100\n361 20", "10 20\n10 -3"]
)
def test_what_is_no_leg_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(CoordinatesUnreadable) as refusal:
        read_legs(text)
    assert refusal.value.why == "not_a_leg"


def test_legs_are_read_whole_circle_and_by_quadrants() -> None:
    assert read_legs("1) 45°30'00\" 120.50 m\n٢٢٥٫٥ ١٠٠") == [Leg(45.5, 120.5), Leg(225.5, 100.0)]
    assert read_legs("N 45°30' E 120.5\nS 10 E 5\nS 10 W 5\nش ١٠ غ ٥") == [
        Leg(45.5, 120.5),
        Leg(170.0, 5.0),
        Leg(190.0, 5.0),
        Leg(350.0, 5.0),
    ]


@pytest.mark.parametrize("adjustment", ["compass", "transit"])
@given(
    corners=st.integers(3, 8),
    size=st.floats(20, 200),
    slips=st.lists(st.floats(-0.005, 0.005), min_size=8, max_size=8),
)
def test_a_walk_that_nearly_closes_is_made_to_close(
    adjustment: str, corners: int, size: float, slips: list[float]
) -> None:
    points = [
        (size * math.sin(2 * math.pi * i / corners), size * math.cos(2 * math.pi * i / corners)) for i in range(corners)
    ]
    legs = []
    for i, (a, b) in enumerate(zip(points, [*points[1:], points[0]], strict=True)):
        bearing = math.degrees(math.atan2(b[0] - a[0], b[1] - a[1])) % 360
        legs.append(Leg(bearing, math.dist(a, b) + slips[i]))
    made = walk(points[0], legs, adjustment="compass" if adjustment == "compass" else "transit")
    assert len(made.points) == corners
    assert made.misclosure_m <= 0.005 * corners
    assert made.misclosure_m == pytest.approx(math.hypot(made.east_m, made.north_m))
    assert all(math.dist(a, b) < 0.005 * corners * 2 + 0.001 for a, b in zip(points, made.points, strict=True))
    assert Polygon(made.points).area == pytest.approx(Polygon(points).area, rel=0.01)


def test_a_walk_that_misses_by_too_much_is_refused_with_its_figures() -> None:
    legs = [Leg(90, 100), Leg(0, 50), Leg(270, 99), Leg(180, 50)]
    with pytest.raises(Misclosed) as refusal:
        walk((0, 0), legs)
    assert (refusal.value.misclosure_m, refusal.value.length_m, refusal.value.ratio) == (1.0, 299, 299.0)
    assert len(walk((0, 0), legs, least_ratio=200).points) == 4


def test_a_walk_between_two_known_points_ends_at_the_second() -> None:
    made = walk((0, 0), [Leg(90, 100.02), Leg(0, 50)], end=(100, 50))
    assert made.points[-1] == (100, 50)
    assert made.misclosure_m == pytest.approx(0.02)
    with pytest.raises(CoordinatesUnreadable):
        walk((0, 0), [Leg(0, 10)])
