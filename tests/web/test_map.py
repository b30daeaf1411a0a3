# SPDX-License-Identifier: Apache-2.0
"""What Folium makes of our elements: nothing inline, nothing from elsewhere, the same every time."""

import re

from web.legend import Look, MapLayer
from web.map import LonLatBox, Split, XyzLayer, split_map

EVIL = "</script><img src=x onerror=alert(1)>\"'"


def a_map(**changes: object) -> Split:
    layers = [
        MapLayer("land", EVIL, "base", "polygon", (0, 20), 1, Look("#f3f1ea"), base=True),
        MapLayer("plots", "Plots", "land", "polygon", (13, 20), 7, Look("#35b597"), labels=("plot_number",)),
        MapLayer("power-lines", "Power", "networks", "line", (14, 20), 1, Look("#c0392b"), shown=False),
    ]
    values = {
        "label": EVIL,
        "bounds": LonLatBox(15.5, 30.5, 17.5, 31.8),
        "known": LonLatBox(15.5, 30.5, 17.5, 31.8),
        "home": LonLatBox(16.60, 31.18, 16.66, 31.23),
        "settings": {"lang": "ar"},
    }
    return split_map(layers, **(values | changes))  # type: ignore[arg-type]


def test_no_value_becomes_markup_or_leaves_its_string() -> None:
    split = a_map()
    assert "<img" not in split.element
    assert "</script" not in split.module
    assert "<img" not in split.module


def test_nothing_is_inline_and_nothing_comes_from_another_host() -> None:
    split = a_map()
    assert "<script" not in split.element
    assert "<style" not in split.element
    assert "style=" not in split.element
    assert not re.search(r"https?://", split.element + split.module)


def test_two_renderings_are_equal_so_that_a_browser_may_keep_the_module() -> None:
    assert a_map() == a_map()


def test_tiles_are_asked_by_version_row_and_column() -> None:
    assert '"/collections/plots/tiles/WebMercatorQuad/{z}/{y}/{x}?v={v}"' in a_map().module
    assert '"version": 7' in a_map().module


def test_a_layer_not_shown_is_made_but_not_added() -> None:
    module = a_map().module
    assert "tiles_plots.addTo(map_main)" in module
    assert "tiles_power_lines.addTo" not in module
    assert '"power-lines": tiles_power_lines' in module


def test_the_operators_imagery_is_a_layer_of_its_own_not_shown_at_first() -> None:
    module = a_map(xyz=XyzLayer("https://tiles.example/{z}/{x}/{y}.png", "Example", "Imagery")).module
    assert "imagery_xyz = marsa.imagery(map_main" in module
    assert "imagery_xyz.addTo" not in module
