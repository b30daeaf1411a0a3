# SPDX-License-Identifier: Apache-2.0
"""All of Sirte can be taken away, and `./marsa export` says how much it wrote."""

from pathlib import Path

import pytest
from psycopg import sql

from api.command import main
from gis.reading import read
from layers.catalogue import LAYERS
from layers.exporting import Wanted, export, format_named
from tests.conftest import Register


def counted(register: Register, layer_id: str) -> int:
    with register.connect("marsa_public") as connection:
        relation = sql.Identifier("published", LAYERS[layer_id].published.name)
        row = connection.execute(sql.SQL("select count(*) from {}").format(relation)).fetchone()
    assert row is not None
    return int(str(row[0]))


@pytest.mark.parametrize("ending", ["geojson", "csv"])
def test_no_feature_of_any_layer_is_left_behind(loaded: Register, tmp_path: Path, ending: str) -> None:
    with loaded.connect("marsa_public", autocommit=True) as connection:
        for layer in LAYERS.public:
            written = export(connection, Wanted(layer, format_named(ending), loaded.srid), tmp_path / layer.id)
            assert written.features == counted(loaded, layer.id), layer.id


@pytest.mark.parametrize("layer_id", ["plots", "water", "projects"])
def test_the_command_writes_a_geopackage_that_reads_back_whole(
    loaded: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], layer_id: str
) -> None:
    monkeypatch.setenv("MARSA_DATABASE_URL", loaded.url())
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    path = tmp_path / f"{layer_id}.gpkg"
    assert main(["export", layer_id, "--out", str(path)]) == 0
    (layer,) = read(path).layers
    assert len(layer) == counted(loaded, layer_id)
    assert f"{len(layer)} features written" in capsys.readouterr().out


def test_a_layer_that_is_not_there_is_said(
    loaded: Register, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MARSA_DATABASE_URL", loaded.url())
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert main(["export", "tenure_slot"]) == 1
    assert "tenure_slot" in capsys.readouterr().err


def test_an_ending_that_says_nothing_is_refused_before_anything_is_written(
    loaded: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MARSA_DATABASE_URL", loaded.url())
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert main(["export", "zones", "--out", str(tmp_path / "zones.dwg")]) == 1
    assert "dwg" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert main(["export", "zones", "--out", str(tmp_path / "zones.json")]) == 0
    assert (tmp_path / "zones.json").read_text().startswith('{"type": "FeatureCollection"')
