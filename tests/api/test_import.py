# SPDX-License-Identifier: Apache-2.0
"""`./marsa import`: nothing changes without --commit, everything is said in the reader's language, and it can be taken back."""

import json
import re
from pathlib import Path

import pytest
from shapely import Point, box

from api.command import main
from tests.conftest import Register
from tests.files import good


@pytest.fixture(autouse=True)
def on_the_test_register(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARSA_DATABASE_URL", register.url())
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return good.geojson(tmp_path / "plan.geojson", [good.feature(box(16.63, 31.21, 16.64, 31.22), plot_number="أ-1")])


def areas(register: Register) -> int:
    with register.connect("marsa_public") as stranger:
        return len(stranger.execute("select id from published.reference_areas").fetchall())


def test_it_is_seen_only_after_commit_and_gone_after_undo(
    register: Register, plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(plan)]) == 0
    assert "--commit" in capsys.readouterr().out
    assert areas(register) == 0
    assert main(["import", str(plan), "--commit"]) == 0
    number = re.search(r"--undo ([0-9a-f-]{36})", capsys.readouterr().out)
    assert number is not None
    assert areas(register) == 1
    assert main(["import", "--undo", number[1]]) == 0
    assert areas(register) == 0
    assert main(["import", "--undo", number[1]]) == 1
    assert "undone already" in capsys.readouterr().err


def test_the_same_content_is_not_committed_twice_unless_that_is_meant(
    register: Register, plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(plan), "--commit"]) == 0
    capsys.readouterr()
    copy = plan.with_name("again.geojson")
    copy.write_bytes(plan.read_bytes())
    assert main(["import", str(copy), "--commit"]) == 1
    assert "--again" in capsys.readouterr().out
    assert areas(register) == 1
    assert main(["import", str(copy), "--commit", "--again"]) == 0
    assert areas(register) == 2


def test_it_speaks_arabic_where_the_terminal_does(
    plan: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ar_LY.UTF-8")
    assert main(["import", str(plan)]) == 0
    assert "سيُعرض بجانب السجل" in capsys.readouterr().out


def test_an_unknown_system_is_put_as_a_question_and_the_answer_is_taken(
    register: Register, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "points.csv"
    table.write_text("E,N\n655469.093,3454314.769\n")
    assert main(["import", str(table), "--commit"]) == 2
    said = capsys.readouterr().out
    assert all(code in said for code in ("EPSG:32633", "EPSG:3201", "EPSG:2078", "202.4"))
    assert main(["import", str(table), "--commit", "--crs", "EPSG:3201"]) == 0
    with register.connect() as db:
        assert db.execute("select count(*) from register.reference_point").fetchone() == (1,)


def test_a_file_that_is_refused_gets_one_sentence_and_an_exit_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawing = tmp_path / "plan.dxf"
    drawing.write_bytes(b"AC1032" + bytes(500))
    assert main(["import", str(drawing)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "AutoCAD 2018 DXF" in said.err


def test_the_report_file_lists_every_finding_with_its_place(tmp_path: Path, plan: Path) -> None:
    bow_tie = {
        "type": "Polygon",
        "coordinates": [[[16.6, 31.2], [16.61, 31.21], [16.61, 31.2], [16.6, 31.21], [16.6, 31.2]]],
    }
    faulty = good.geojson(tmp_path / "faulty.geojson", [good.feature(bow_tie)] * 8)
    assert main(["import", str(faulty), "--report", str(tmp_path / "report.json")]) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["counts"] == {"fault:geometry_invalid": 8}
    assert len(report["findings"]) == 8
    assert report["findings"][0]["lonlat"] == pytest.approx([16.605, 31.205])


def test_faults_keep_a_file_out_of_a_layer_and_the_exit_status_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points = good.geojson(tmp_path / "points.geojson", [good.feature(Point(16.6, 31.2))])
    asked = ["import", str(points), "--target", "layer:plots", "--value", "land_use=LOG", "--value", "plot_number=A"]
    assert main([*asked, "--commit"]) == 2
    assert "is a POINT; a POLYGON is wanted" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["--crs", "EPSG:999999"], ["--target", "somewhere"], ["--target", "layer:nothing"]])
def test_a_wrong_word_is_refused_in_one_sentence(
    plan: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(plan), *wrong]) == 1
    assert capsys.readouterr().err.count("\n") == 1
