# SPDX-License-Identifier: Apache-2.0
"""Words in templates are words, never something of the program's own."""

import re
from pathlib import Path

import pytest

from web.texts import LANGS, texts

TEMPLATES = Path(__file__).resolve().parents[2] / "web" / "templates"
METHODS = set(dir(texts("map", LANGS[0])))


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_word_is_asked_for_by_the_name_of_a_method(template: Path) -> None:
    """`t.copy` is the mapping's own method and would be shown as such; `t["copy"]` is the word."""
    asked = set(re.findall(r"\bt\.(\w+)", template.read_text(encoding="utf-8")))
    assert asked & METHODS == set()
