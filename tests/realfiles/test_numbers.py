# SPDX-License-Identifier: Apache-2.0
"""Real drawings asked for plots: a number is only what stands written in an outline, and where that is unclear it is asked."""

import pytest

from gis.reading import read
from layers.importing.numbering import FROM_TEXTS, numbered
from layers.importing.wishes import Wishes, target_layer
from tests.realfiles.expected import SHARED


@pytest.mark.parametrize(
    ("name", "sources"),
    [
        # Lengths of sides from dimensions and notes stand in its areas: none is a number.
        ("dimension_in_nested_blocks.dxf", ["0"]),
        # Attributes inside an outline whose names say nothing.
        ("gdal_attrib.dxf", ["MYATT1", "MYATTMULTI_001", "MYATTMULTI_002"]),
        ("gdal_assorted.dxf", None),
        ("gdal_ocs2wcs1.dxf", None),
        ("gdal_text-block-transform.dxf", None),
    ],
)
def test_no_real_drawing_is_given_numbers_by_guess(name: str, sources: list[str] | None, unchecked: list[str]) -> None:
    path = SHARED / "cad" / name
    if not path.exists():
        unchecked.append(f"cad/{name}")
        return
    found = numbered(read(path), Wishes(target="layer:plots"), target_layer("layer:plots"))
    assert not any(FROM_TEXTS in layer.facts for layer in found.layers)
    asked = [issue.facts["sources"] for issue in found.issues if issue.code == "texts_doubtful"]
    assert asked == ([sources] if sources else [])
