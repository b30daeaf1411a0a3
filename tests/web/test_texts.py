# SPDX-License-Identifier: Apache-2.0
"""Words and numbers as readers see them."""

import doctest

import pytest

from web import texts
from web.texts import LANGS, language


def test_the_examples_in_the_code_hold() -> None:
    assert doctest.testmod(texts).failed == 0


@pytest.mark.parametrize("page", sorted({path.name.split(".")[0] for path in texts._MESSAGES.glob("*.*.toml")}))
def test_both_languages_say_the_same_things(page: str) -> None:
    arabic, english = (texts.texts(page, lang) for lang in LANGS)
    assert arabic.keys() == english.keys()
    assert all(str(value).strip() for value in [*arabic.values(), *english.values()])


def test_words_that_mislead_an_investor_are_not_used() -> None:
    for lang in LANGS:
        for word in texts.texts("map", lang).values():
            assert not any(wrong in word for wrong in ("السعر", "مسح التصفية", "أرض موقوفة"))


@pytest.mark.parametrize(
    ("asked", "accepted", "expected"),
    [
        ("en", "ar", "en"),
        (None, "fr-FR,fr;q=0.9,en;q=0.3,ar;q=0.2", "en"),
        (None, "en;q=0", "ar"),
        (None, "en;q=nonsense", "ar"),
        ("klingon", None, "ar"),
        (None, None, "ar"),
    ],
)
def test_the_address_decides_then_the_browser_then_arabic(
    asked: str | None, accepted: str | None, expected: str
) -> None:
    assert language(asked, accepted) == expected
