# SPDX-License-Identifier: Apache-2.0
"""Everything that can be said of a file is said in both languages, and nothing of a file reaches the terminal raw."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from web.files import counted, on_page, report_lines, sentence, written_as
from web.named import who_said
from web.texts import LANGS, Lang

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "gis").rglob("*.py"), *(ROOT / "layers/importing").rglob("*.py")]
SAID = re.compile(r"""(?:FileRefused|Issue|Faulty|issue)\(\s*"([a-z_0-9]+)\"""")


def codes(lang: Lang) -> dict[str, str]:
    found: dict[str, str] = tomllib.loads((ROOT / f"web/messages/files.{lang}.toml").read_text(encoding="utf-8"))[
        "codes"
    ]
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_every_code_has_a_sentence_and_no_sentence_is_left_over(lang: Lang) -> None:
    text = "\n".join(path.read_text() for path in SOURCES)
    assert set(SAID.findall(text)) <= set(codes(lang))
    assert {code for code in codes(lang) if f'"{code}"' not in text} == set()


def test_both_languages_tell_the_same_facts() -> None:
    english = {code: set(re.findall(r"\{\w+", text)) for code, text in codes("en").items()}
    assert english == {code: set(re.findall(r"\{\w+", text)) for code, text in codes("ar").items()}


@pytest.mark.parametrize("lang", LANGS)
def test_signs_that_steer_a_terminal_are_taken_out(lang: Lang) -> None:
    said = sentence("layer_missing", {"layer": "\x1b[2J‮x", "found": ["{layer}", "a\nb"]}, lang)
    assert "\x1b" not in said
    assert "‮" not in said
    assert "\n" not in said
    assert "{layer}" in said


@pytest.mark.parametrize("lang", LANGS)
def test_a_report_of_unknown_coordinates_names_the_choices(lang: Lang) -> None:
    candidates = [
        {"epsg": 32633, "name": "WGS 84 / UTM zone 33N", "shift_m": 0.0},
        {"epsg": 3201, "name": "LGD2006 / UTM zone 33N", "shift_m": 55.0},
    ]
    layer = {
        "name": "plots",
        "features": 3,
        "taken": 0,
        "crs": {
            "name": None,
            "epsg": None,
            "how": "unknown",
            "why": "no_datum",
            "candidates": candidates,
            "operation": None,
        },
        "encoding": {"name": "utf-8", "how": "assumed"},
        "fields": [{"file_field": "رقم", "column": None, "doubtful": ["plot_number", "corner"], "meaning": None}],
    }
    report = {
        "file_name": "plan.shp", "kind": "shapefile", "size_bytes": 1, "sha256": "0" * 64, "layers": [layer],
        "findings": [], "import_id": None, "can_commit": False, "target": "reference",
    }  # fmt: skip
    text = "\n".join(report_lines(report, lang))
    assert "EPSG:32633" in text
    assert "EPSG:3201" in text
    assert "55" in text
    assert "–" not in text


def a_layer(name: str, features: int) -> dict[str, Any]:
    operation = {"name": "LGD2006 to WGS 84 (1) + UTM zone 33N", "accuracy_m": 1.0}
    return {
        "name": name, "features": features, "taken": features, "fields": [],
        "crs": {"name": "WGS 84 / UTM zone 33N", "epsg": 32633, "how": "file", "operation": operation},
        "encoding": {"name": "utf-8", "how": "standard"},
    }  # fmt: skip


def a_report(**more: Any) -> dict[str, Any]:
    return {
        "file_name": "plan.dxf", "kind": "dxf", "size_bytes": 1, "sha256": "0" * 64, "findings": [], "import_id": None,
        "can_commit": True, "target": "reference", "layers": [a_layer("A", 1), a_layer("B", 2), a_layer("C", 3)], **more,
    }  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_the_way_into_the_register_is_told_once(lang: Lang) -> None:
    text = "\n".join(report_lines(a_report(), lang))
    assert text.count("LGD2006") == 1


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ["1 feature", "2 features", "3 features", "11 features", "1,000 features"]),
        ("ar", ["عنصر واحد", "عنصران", "3 عناصر", "11 عنصراً", "1000 عنصراً"]),
    ],
)
def test_a_number_and_its_noun_go_together(lang: Lang, said: list[str]) -> None:
    assert [counted(number, "feature", lang) for number in (1, 2, 3, 11, 1000)] == said


@pytest.mark.parametrize("lang", LANGS)
def test_every_noun_has_all_its_forms(lang: Lang) -> None:
    tables = tomllib.loads((ROOT / f"web/messages/files.{lang}.toml").read_text(encoding="utf-8"))
    used = set(re.findall(r"\{\w+:(\w+)\}", str(tables)))
    forms = ("one", "many") if lang == "en" else ("one", "two", "few", "many")
    assert {f"{noun}_{form}" for noun in used for form in forms} <= set(tables["counts"])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("nearest", "farthest", "inside", "told"), [(0, 0, 3, ""), (0, 2500, 1, "2.5"), (12_000, 13_400, 0, "13.4")]
)
def test_how_far_a_file_lies_from_the_zone_is_told(
    lang: Lang, nearest: float, farthest: float, inside: int, told: str
) -> None:
    where = {"zone": "SFZ", "features": 3, "inside": inside, "nearest_m": nearest, "farthest_m": farthest}
    text = "\n".join(report_lines(a_report(where=where), lang))
    assert "SFZ" in text
    assert told in text


def test_what_came_in_is_named_and_not_counted_as_rows() -> None:
    assert written_as({"reference_drawing": 1, "reference_area": 2}, "en") == "1 drawing, 2 areas"
    assert written_as({"reference_drawing": 1, "reference_area": 2}, "ar") == "مخطط واحد، مساحتان"


def test_names_of_programs_are_words_on_the_page() -> None:
    def arabic(code: str, **facts: object) -> str:
        return on_page(code, facts, "ar", {"SFZ": "منطقة سرت الحرة"})

    assert arabic("value_missing", field="plot_number") == "ينقصه رقم القطعة"
    assert arabic("other_shape", given="LINESTRING", wanted="POLYGON") == "نوعه خط والمطلوب مساحة"
    assert arabic("geometry_invalid", reason="self_intersection") == "شكله غير صحيح (حده يقطع نفسه)"
    assert "منطقة سرت الحرة" in arabic("far_from_zone", zone="SFZ", km=300)
    assert "شرقيات" in arabic("columns_taken_for_coordinates", columns={"E": "easting"})
    told = arabic(
        "refused_by_register",
        rule="MG002",
        refusal="PlotsOverlap",
        told={"plot_number": "1", "neighbour": "A01-001", "overlap_m2": 3.5},
    )
    assert "A01-001" in told
    assert "MG002" not in told
    # What the file calls a column stays as it is there.
    assert "AREA" in arabic("area_differs", field="AREA", stated_m2=1, drawn_m2=2)


def test_who_brought_a_file_is_named_in_words() -> None:
    assert who_said("import:root", "ar") == "سطر الأوامر (root)"
    assert who_said("planner:00000000-0000-4000-8000-000000000000 for x", "en") == "planner"
    assert who_said("another", "ar") == "another"


def test_a_system_without_a_number_is_told_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    crs: dict[str, Any] = {
        "name": "Local grid",
        "epsg": None,
        "how": "file",
        "operation": None,
        "why": None,
        "candidates": [],
    }
    layer = {
        "name": "A",
        "features": 1,
        "taken": 1,
        "crs": crs,
        "fields": [],
        "encoding": {"name": "UTF-8", "how": "file"},
    }
    report = {
        "file_name": "a.gpkg", "kind": "geopackage", "size_bytes": 1, "sha256": "0" * 64, "layers": [layer], "findings": [],
        "import_id": None, "can_commit": True, "target": "reference",
    }  # fmt: skip
    for lang in LANGS:
        said = " ".join(report_lines(report, lang))
        assert "Local grid" in said
        assert "EPSG" not in said


@pytest.mark.parametrize("lang", LANGS)
def test_on_the_page_no_finding_is_left_without_words(lang: Lang) -> None:
    assert [code for code in codes(lang) if not on_page(code, {}, lang).strip()] == []
