# SPDX-License-Identifier: Apache-2.0
"""Colours of the statuses stay apart for every reader, by colour alone or by their mark."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from layers.catalogue import LAYERS
from layers.codelists import CODELISTS
from web.cartography import classes_of, drawing_of
from web.legend import STATUS_LOOKS, Geometry, Look, code_look, scale_classes

LAND = "#f3f1ea"

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
VISIONS = {
    "full": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def linear(colour: str) -> NDArray[np.float64]:
    srgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = to_xyz @ rgb / np.array([0.9505, 1.0, 1.089])
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def seen(look: Look, vision: str) -> NDArray[np.float64]:
    # A canvas blends in sRGB, not in light.
    over = [
        round(int(look.fill[i : i + 2], 16) * look.alpha + int(LAND[i : i + 2], 16) * (1 - look.alpha))
        for i in (1, 3, 5)
    ]
    return lab(np.clip(VISIONS[vision] @ linear("#{:02x}{:02x}{:02x}".format(*over)), 0, 1))


@pytest.mark.parametrize("vision", VISIONS)
def test_no_two_statuses_look_alike_to_any_eye(vision: str) -> None:
    for one, other in combinations(STATUS_LOOKS, 2):
        distance = float(np.linalg.norm(seen(STATUS_LOOKS[one], vision) - seen(STATUS_LOOKS[other], vision)))
        assert distance >= 10, (one, other, round(distance, 1))


def test_statuses_of_near_colours_differ_in_mark() -> None:
    marks = {code: look.mark for code, look in STATUS_LOOKS.items()}
    assert len({marks[code] for code in ("planned", "in_process", "under_construction", "not_available")}) == 4
    assert marks["available"] == "plain"


def test_a_code_beyond_the_palette_gets_a_mark_of_its_own() -> None:
    looks = [code_look(position) for position in range(30)]
    assert len({(look.fill, look.mark) for look in looks}) == 30


def test_a_scale_has_one_class_more_than_limits_and_the_last_takes_the_rest() -> None:
    classes = scale_classes([10, 20], ["< 10", "10–20", "> 20"])
    assert [each.below for each in classes][:2] == [10, 20]
    assert classes[2].below is not None
    assert classes[2].below > 1e12


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("layer_id", ["constraint_areas", "road_reserves", "projects"])
def test_kinds_of_one_layer_are_told_apart_by_every_eye(layer_id: str, vision: str) -> None:
    layer = LAYERS[layer_id]
    assert layer.colour_by is not None
    codelist = layer.by_name[layer.colour_by].codelist
    lists = CODELISTS | layer.codelists
    codes = {code: en for code, _, en, _ in lists[str(codelist)]}
    geometry: Geometry = "point" if layer_id == "projects" else "polygon"
    classes = classes_of(drawing_of(layer_id, 0, geometry), codes, geometry, layer_id)
    assert len(classes) == len(codes)
    for one, other in combinations([each.look for each in classes], 2):
        drawn = [(look.mark, look.dash, look.sign if geometry == "point" else "") for look in (one, other)]
        # As the sign or the ink of the hatch is seen: full, whatever the alpha of the area below.
        solid = [Look(look.fill, alpha=1.0) for look in (one, other)]
        distance = float(np.linalg.norm(seen(solid[0], vision) - seen(solid[1], vision)))
        assert drawn[0] != drawn[1] or distance >= 8, (layer_id, one.fill, other.fill, round(distance, 1))
