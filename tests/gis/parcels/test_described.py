# SPDX-License-Identifier: Apache-2.0
"""Boundaries in words, envelopes, and numbers."""

from __future__ import annotations

import random

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from gis.parcels.building import BuildingRule, envelope
from gis.parcels.described import Beside, four_boundaries, in_words
from gis.parcels.numbering import PATTERN, check_digits, is_right, next_numbers, number_of, require_pattern
from gis.parcels.refusals import NotAPattern
from tests.gis.parcels.shapes import convex_plots, nine_plots


@settings(deadline=None, max_examples=20)
@given(plots=nine_plots())
def test_the_four_boundaries_are_the_whole_border_and_name_every_neighbour(plots: list[Polygon]) -> None:
    plot, *around = plots
    named = [Beside(f"القطعة {i}", f"plot {i}", shape) for i, shape in enumerate(around)]
    sides = four_boundaries(plot, named)
    assert sum(stretch.length_m for each in sides.values() for stretch in each) == pytest.approx(plot.length, abs=0.2)
    met = {stretch.beside.en for each in sides.values() for stretch in each if stretch.beside}
    assert {"plot 1", "plot 3", "plot 4", "plot 6"} == met


def test_words_in_both_languages_by_the_compass() -> None:
    plot = box(0, 0, 30, 20)
    around = [
        Beside("القطعة A01-002", "plot A01-002", box(30, 0, 60, 20)),
        Beside("القطعة A01-009", "plot A01-009", box(10, 20, 40, 40)),
        Beside("طريق الميناء", "Port Road", box(-5, -12, 90, 0)),
    ]
    sides = four_boundaries(plot, around)
    assert in_words(sides, "en") == [
        "North: plot A01-009, for 20.00 m, then land not divided, for 10.00 m",
        "South: Port Road, for 30.00 m",
        "East: plot A01-002, for 20.00 m",
        "West: land not divided, for 20.00 m",
    ]
    assert in_words(sides, "ar")[1:3] == ["جنوباً: طريق الميناء، بطول 30.00 م", "شرقاً: القطعة A01-002، بطول 20.00 م"]


@settings(deadline=None, max_examples=20)
@given(plot=convex_plots(), front=st.floats(0, 8), side=st.floats(0, 5), rear=st.floats(0, 6))
def test_no_point_of_the_envelope_is_nearer_to_a_side_than_its_setback(
    plot: Polygon, front: float, side: float, rear: float
) -> None:
    made = envelope(plot, box(0, 0, 1, 1), BuildingRule(front, side, rear))
    assert made.shape.is_empty or made.shape.distance(plot.boundary) >= max(front, side, rear) * 0.999 - 0.001
    assert made.footprint_m2 <= plot.area + 1e-6


def test_setbacks_coverage_and_floor_area_of_an_oblong() -> None:
    made = envelope(box(0, 0, 30, 40), box(-5, -10, 35, 0), BuildingRule(5, 3, 4, 50, 1.5, 12))
    assert made.shape.bounds == (3, 5, 27, 36)
    assert (made.footprint_m2, made.floor_m2, made.limited_by) == (600, 1800, "coverage")
    assert made.sides == {"front": 30, "side": 80, "rear": 30}
    assert envelope(box(0, 0, 30, 40), box(-5, -10, 35, 0), BuildingRule(5, 3, 4)).limited_by == "setbacks"


def test_setbacks_wider_than_the_plot_leave_nothing() -> None:
    assert envelope(box(0, 0, 8, 40), box(-5, -10, 35, 0), BuildingRule(5, 5, 5)).footprint_m2 == 0


def test_a_corner_plot_keeps_two_fronts() -> None:
    streets = shapely.union_all([box(-10, -10, 40, 0), box(-10, -10, 0, 50)])
    made = envelope(box(0, 0, 30, 40), streets, BuildingRule(5, 2, 3))
    assert made.sides["front"] == 70
    assert made.shape.bounds == (5, 5, 27, 38) or made.shape.bounds == (5, 5, 28, 37)


@pytest.mark.parametrize(
    "pattern", ["A-1", "{block}", "{block}-{number}", "{check}-{serial}", "{serial}{serial}", "x" * 50 + "{serial}"]
)
def test_a_pattern_that_gives_no_numbers_is_refused(pattern: str) -> None:
    with pytest.raises(NotAPattern):
        require_pattern(pattern)


@given(
    block=st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True),
    serial=st.integers(1, 999),
    where=st.integers(0, 5),
    seed=st.integers(),
)
def test_a_slip_in_one_place_or_a_swap_is_found(block: str, serial: int, where: int, seed: int) -> None:
    number = number_of(PATTERN, block=block, zone="SFZ", serial=serial)
    assert is_right(number)
    signs = [i for i, sign in enumerate(number) if sign.isalnum()]
    place = signs[where]
    others = "0123456789" if number[place].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    slip = random.Random(seed).choice([sign for sign in others if sign != number[place]])
    assert not is_right(number[:place] + slip + number[place + 1 :])
    after = signs[where + 1]
    if number[place].isdigit() and number[after].isdigit() and number[place] != number[after]:
        swapped = list(number)
        swapped[place], swapped[after] = swapped[after], swapped[place]
        assert not is_right("".join(swapped))


def test_numbers_go_on_after_all_that_were_ever_given() -> None:
    given_before = ["A01-001", "A01-014", "A01-009-33", "B02-077"]
    assert next_numbers(PATTERN, given_before, 2, block="A01", zone="SFZ") == [
        f"A01-015-{check_digits('A01-015')}",
        f"A01-016-{check_digits('A01-016')}",
    ]
    assert next_numbers("{zone}/{block}/{serial}", [], 1, block="A01", zone="SFZ") == ["SFZ/A01/1"]
