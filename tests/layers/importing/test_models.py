# SPDX-License-Identifier: Apache-2.0
"""A network model enters whole, is shown where it has a place, comes back as the file that it was, and goes as one act."""

import json
from pathlib import Path
from typing import LiteralString

import pytest

from gis.coordinate_systems import named
from layers import models as kept
from layers.importing.acting import undo
from layers.importing.wishes import ImportBuiltUpon, Wishes
from tests.conftest import Register
from tests.files import good, models
from tests.layers.importing.conftest import Importer

SIRTE = named("EPSG:3201")
TABLES: tuple[LiteralString, ...] = ("network_model", "model_table", "model_row", "network_node", "network_link")


def counts(register: Register) -> dict[str, object]:
    with register.connect() as db:
        return {table: (db.execute("select count(*) from register." + table).fetchone() or [0])[0] for table in TABLES}


def network(register: Register, title: str | None = None) -> Wishes:
    return Wishes(target="network", crs=named(str(register.srid)), title=title)


# --- refusals first


@pytest.mark.parametrize("target", ["model", "network"])
def test_a_drawing_is_no_model(imported: Importer, tmp_path: Path, target: str) -> None:
    path = good.geojson(tmp_path / "plan.geojson", [good.feature(None)])
    report = imported(path, Wishes(target=target, crs=SIRTE))
    assert report.import_id is None
    assert report.counts()[("fault", "not_a_model")] == 1


def test_a_model_that_is_to_lie_on_the_map_is_asked_where(imported: Importer, tmp_path: Path) -> None:
    report = imported(models.epanet(tmp_path / "net.inp"), Wishes(target="network"))
    assert (report.import_id, len(report.questions)) == (None, 2)


def test_a_second_model_of_one_name_is_refused_and_changes_nothing(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    path = models.epanet(tmp_path / "net.inp")
    imported(path, network(register))
    before = counts(register)
    report = imported(path, network(register))
    assert report.counts()[("fault", "model_exists")] == 1
    assert report.import_id is None
    assert counts(register) == before
    assert imported(path, network(register, "net2")).import_id is not None


def test_a_link_to_nowhere_keeps_the_network_off_the_map_until_it_is_left_out(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    text = models.SOUND.format(units="LPS").replace("[OPTIONS]", " P3\tJ1\tNOWHERE\t5\t100\t130\n[OPTIONS]")
    path = models.epanet(tmp_path / "net.inp", text)
    assert imported(path, network(register)).import_id is None
    assert set(counts(register).values()) == {0}
    wishes = Wishes(target="network", crs=SIRTE, leave_out_faulty=True)
    report = imported(path, wishes)
    assert report.written["network_link"] == 2
    with register.connect() as db:
        # Off the map, not out of the model.
        assert kept.written(db, "net") == text.encode()


def test_a_model_that_was_worked_on_since_is_not_torn_out(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    report = imported(models.epanet(tmp_path / "net.inp"), network(register))
    with register.connect() as db:
        db.execute("update register.network_link set material = 'pvc' where code = 'net/P1'")
    assert report.import_id is not None
    with register.connect() as db, pytest.raises(ImportBuiltUpon):
        undo(db, report.import_id, actor="test")


# --- what enters


def test_a_dry_run_writes_nothing(register: Register, imported: Importer, tmp_path: Path) -> None:
    report = imported(models.epanet(tmp_path / "net.inp"), network(register), commit=False)
    assert report.can_commit
    assert report.written["network_node"] == 3
    assert set(counts(register).values()) == {0}


def test_a_model_without_a_place_is_kept_and_not_drawn(register: Register, imported: Importer, tmp_path: Path) -> None:
    path = models.epanet(tmp_path / "net.inp", encoding="cp1256", end="\r\n")
    report = imported(path, Wishes(target="model"))
    assert report.import_id is not None
    assert counts(register)["network_node"] == 0
    with register.connect() as db:
        assert kept.written(db, "net") == path.read_bytes()
        assert kept.models(db)[0][:4] == ("net", "epanet", "water", None)


def test_a_water_network_is_seen_by_everybody_with_its_typed_extras(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    imported(models.epanet(tmp_path / "net.inp", units="GPM"), network(register))
    with register.connect("marsa_public") as stranger:
        link = stranger.execute(
            "select kind, length_m, diameter_mm, roughness, from_node, to_node, ST_AsText(geom) "
            "from published.water where code = 'net/P2'"
        ).fetchone()
        nodes = stranger.execute("select code, kind, elevation_m from published.water_nodes order by code").fetchall()
    assert link == (
        "pipe",
        0.03048,
        3810.0,
        130.0,
        "net/J1",
        "net/J2",
        "LINESTRING(655500 3454100,655550 3454100,655600 3454150)",
    )
    assert nodes == [("net/J1", "junction", 3.048), ("net/J2", "junction", 3.81), ("net/R1", "source", None)]


def test_a_power_net_is_seen_and_its_transformer_stays_in_the_model(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    path = models.pandapower(tmp_path / "net.json")
    report = imported(path, Wishes(target="network", crs=named("EPSG:4326")))
    assert report.written["network_link"] == 1
    with register.connect("marsa_public") as stranger:
        line = stranger.execute(
            "select code, kind, voltage_kv, circuits, section_mm2, length_m from published.power"
        ).fetchall()
        bus = stranger.execute(
            "select name_ar, name_en, kind, voltage_kv from published.power_nodes order by code"
        ).fetchall()
    assert line == [("net/line 0", "cable", 11.0, 2, 240.0, 100.0)]
    assert bus == [("محطة", None, "source", 66.0), (None, "B", "junction", 11.0), (None, "C", "junction", 11.0)]
    with register.connect() as db:
        assert kept.written(db, "net") == path.read_bytes()


def test_undoing_takes_the_whole_model_back(register: Register, imported: Importer, tmp_path: Path) -> None:
    report = imported(models.pandapower(tmp_path / "net.json"), Wishes(target="network", crs=named("EPSG:4326")))
    assert report.import_id is not None
    with register.connect() as db:
        assert undo(db, report.import_id, actor="test") == report.written
    assert set(counts(register).values()) == {0}


# --- what comes back


def test_a_value_changed_in_the_register_is_changed_in_the_file_and_nothing_else(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    path = models.epanet(tmp_path / "net.inp")
    imported(path, Wishes(target="model"))
    with register.connect() as db:
        db.execute(
            """update register.model_row set stated = '["P2","J1","J2","55","150","130"]' where ref = 'P2' and stated like '%0.1%'"""
        )
        made = kept.written(db, "net").decode()
    assert made == path.read_text().replace("0.1\t150", "55\t150").replace(" P2\tJ1", " P2\tJ1")


def test_a_net_changed_in_the_register_comes_with_the_change(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    imported(models.pandapower(tmp_path / "net.json"), Wishes(target="model"))
    with register.connect() as db:
        db.execute("update register.model_row set stated = '[\"f_hz\",60.0]' where ref = 'f_hz'")
        made = json.loads(kept.written(db, "net"))
    wanted = models.net()
    wanted["_object"]["f_hz"] = 60.0
    assert made["_object"]["f_hz"] == 60.0
    assert json.loads(made["_object"]["bus"]["_object"]) == json.loads(wanted["_object"]["bus"]["_object"])


def test_text_that_postgresql_cannot_hold_survives_in_a_net(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    net = models.net(name="a\u0000b")
    report = imported(models.pandapower(tmp_path / "net.json", net), Wishes(target="model"))
    assert report.import_id is not None
    with register.connect() as db:
        assert json.loads(kept.written(db, "net"))["_object"]["name"] == "a\u0000b"
        undo(db, report.import_id, actor="test")


def test_there_is_no_model_of_a_name_that_nobody_gave(register: Register) -> None:
    with register.connect() as db, pytest.raises(kept.NoSuchModel):
        kept.written(db, "nothing")


def test_a_model_taken_for_a_drawing_is_told_what_is_lost(imported: Importer, tmp_path: Path) -> None:
    report = imported(models.epanet(tmp_path / "net.inp"), Wishes(crs=SIRTE))
    assert report.written == {"reference_drawing": 1, "reference_point": 3, "reference_line": 2}
    assert report.counts()[("note", "model_as_drawing")] == 1
