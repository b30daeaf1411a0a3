# SPDX-License-Identifier: Apache-2.0
"""A frame round a plan and an island inside a plot are seen for what they are; plots beside one another are plots."""

from typing import Any

import numpy as np
from shapely import Point, Polygon, box

from gis.frames import outlines_apart
from gis.reading import FileLayer

PLOTS = [box(x, 0, x + 10, 10) for x in range(0, 60, 10)]


def layer(name: str, *shapes: Any) -> FileLayer:
    return FileLayer(
        name, (), np.array([*shapes, None], dtype=np.object_)[:-1], tuple(map(str, range(len(shapes)))), {}
    )


def apart(*layers: FileLayer) -> set[tuple[str, str, int]]:
    return {(one.what, one.layer, one.index) for one in outlines_apart(layers)}


def test_plots_side_by_side_are_no_frames_and_no_islands() -> None:
    assert apart(layer("PLOTS", *PLOTS)) == set()


def test_a_rectangle_round_most_outlines_is_a_title_frame_on_any_layer() -> None:
    frame = box(-5, -5, 70, 15)
    assert apart(layer("PLOTS", *PLOTS, frame)) == {("title_frame", "PLOTS", 6)}
    assert apart(layer("PLOTS", *PLOTS), layer("0", frame)) == {("title_frame", "0", 0)}


def test_an_outline_of_the_zone_that_is_no_rectangle_is_no_frame() -> None:
    zone = Polygon([(-5, -5), (70, -5), (90, 30), (-5, 15)])
    assert apart(layer("PLOTS", *PLOTS), layer("ZONE", zone)) == set()


def test_what_stands_on_a_layer_of_frames_and_holds_something_is_one() -> None:
    frame, plot = box(0, 0, 30, 20), box(5, 5, 10, 10)
    for name, is_frame in (("A1-FRAME", True), ("إطار اللوحة", True), ("FRAMEWORK", False)):
        found = apart(layer(name, frame), layer("PLOTS", plot, *PLOTS[2:]))
        assert (("title_frame", name, 0) in found) == is_frame


def test_plots_on_a_layer_of_borders_stay_plots() -> None:
    for name in ("PLOT_BORDERS", "SHEET", "Title Deeds"):
        assert apart(layer(name, *PLOTS)) == set()


def test_an_outline_inside_another_of_its_layer_is_an_island_and_of_another_layer_is_not() -> None:
    assert apart(layer("PLOTS", PLOTS[0], box(2, 2, 4, 4))) == {("island_outline", "PLOTS", 1)}
    assert apart(layer("PLOTS", PLOTS[0]), layer("BUILDINGS", box(2, 2, 4, 4))) == set()


def test_faulty_and_missing_shapes_are_passed_over() -> None:
    bow = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert apart(layer("PLOTS", bow, None, Polygon(), Point(1, 1))) == set()
