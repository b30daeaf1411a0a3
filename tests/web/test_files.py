# SPDX-License-Identifier: Apache-2.0
"""Everything that can be said of a file is said in both languages, and nothing of a file reaches the terminal raw."""

import re
import tomllib
from pathlib import Path

import pytest

from web.files import report_lines, sentence
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
    english = {code: set(re.findall(r"\{\w+\}", text)) for code, text in codes("en").items()}
    assert english == {code: set(re.findall(r"\{\w+\}", text)) for code, text in codes("ar").items()}


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
