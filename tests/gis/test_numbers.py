# SPDX-License-Identifier: Apache-2.0
"""Numbers as people write them in Libya: with Arabic digits, decimal commas, degrees."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.numbers import degrees, numbers


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["655416.22"], [655416.22]),
        (["٦٥٥٤١٦٫٢٢"], [655416.22]),
        (["۶۵۵۴۱۶٫۲۲"], [655416.22]),
        (["655416,22", "3454299,5"], [655416.22, 3454299.5]),
        (["655,416.22"], [655416.22]),
        (["655.416,22"], [655416.22]),
        (["3,454,299"], [3454299.0]),
        (["3 454 299,53"], [3454299.53]),
        (["1,500 m²", "2,250.5 m²"], [1500.0, 2250.5]),
        (["-12.5", "+3", "1e3"], [-12.5, 3.0, 1000.0]),
        (["1.5", "2,5"], [1.5, 2.5]),
        (["", "n/a", "655416.22 655417"], [None, None, None]),
        (["NaN", "inf", "1e999"], [None, None, None]),
    ],
)
def test_numbers_as_they_arrive(texts: list[str], expected: list[float | None]) -> None:
    assert numbers(texts)[0] == expected


def test_a_lone_comma_before_three_digits_is_asked_about() -> None:
    """1,234 is one thousand and a bit, or one and a bit; a whole column of such numbers does not tell."""
    read, unsure = numbers(["655,416", "655,420"])
    assert unsure
    assert read == [655416.0, 655420.0]
    assert numbers(["655,416"], comma_is_decimal=True) == ([655.416], False)


@given(st.decimals(min_value=-10_000_000, max_value=10_000_000, places=3))
def test_a_number_in_arabic_digits_is_the_same_number(value: Decimal) -> None:
    arabic = str(value).translate(str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫"))
    assert numbers([arabic])[0] == [float(value)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16°37'53.4\"E", 16 + 37 / 60 + 53.4 / 3600),
        ("31° 12′ 45″ N", 31 + 12 / 60 + 45 / 3600),
        ("٣١° ١٢' ٤٥\"", 31 + 12 / 60 + 45 / 3600),
        ("W 5°30'", -5.5),
        ("16.6315", 16.6315),
        ("16,6315", 16.6315),
        ("16°70'00\"", None),
        ("north", None),
    ],
)
def test_degrees_as_they_arrive(text: str, expected: float | None) -> None:
    read = degrees(text)
    assert read == expected if expected is None else read == pytest.approx(expected, abs=1e-12)
