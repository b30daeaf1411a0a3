# SPDX-License-Identifier: Apache-2.0
"""A zone in another CRS: `up --srid 32733 --no-demo` in a folder of its own takes the real parcels of that CRS as they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest
import shapely

from gis.reading import read
from tests import places
from tests.operating.marsa import marsa, up
from tests.realfiles.expected import SHARED

FARMS = "parcels/za_farms_33S/farms_33S.shp"
COUNT = 2008


@dataclass(frozen=True)
class Installation:
    """`marsa up` while it runs."""

    data: Path
    address: str

    def marsa(self, *words: str) -> str:
        """What a command says that goes well."""
        done = marsa(*words, "--data", self.data)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def south() -> Iterator[Installation]:
    with places.folder() as folder, up(folder / "data", "--srid", "32733") as running:
        yield Installation(folder / "data", running.address.rstrip("/"))
        assert running.stop() == 0


def test_an_empty_register_in_another_crs_is_served(south: Installation) -> None:
    assert "EPSG:32733" in south.marsa("status")
    assert httpx.get(f"{south.address}/collections/plots/items").json()["features"] == []


def test_real_parcels_come_in_and_go_out_in_their_own_crs(
    south: Installation, unchecked: list[str], tmp_path: Path
) -> None:
    if not (SHARED / FARMS).exists():
        unchecked.append(FARMS)
        return
    in_file = read(SHARED / FARMS).layers[0]
    south.marsa("import", str(SHARED / FARMS), "--commit")
    out = tmp_path / "farms.gpkg"
    south.marsa("export", "reference_areas", "--out", str(out))
    (back,) = read(out).layers
    assert back.crs.definition is not None and "32733" in back.crs.definition
    came = dict(zip(back.columns["ref"], back.geometries, strict=True))
    assert set(came) == set(in_file.refs)
    assert len(came) == COUNT
    # The register's grid is a millimetre, so no corner has moved by more than half of one.
    for ref, shape in zip(in_file.refs, in_file.geometries, strict=True):
        moved = np.abs(shapely.get_coordinates(came[ref]) - shapely.get_coordinates(shape))
        assert moved.max() <= 0.000_51, ref
