# SPDX-License-Identifier: Apache-2.0
"""A number that a reader types is taken for what it says, or not at all."""

import pytest

from api.criteria import read_number


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2500", 2500), ("2,500", 2500), ("٢٬٥٠٠", 2500), ("٢٥٠٠", 2500), ("2 500", 2500), ("1,234,567.5", 1234567.5),
        ("12.5", 12.5), ("12,5", 12.5), ("١٢٫٥", 12.5), ("0", 0), ("۱۲", 12), ("5,00", 5),
    ],
)  # fmt: skip
def test_a_number_in_either_script_is_that_number(typed: str, meant: float) -> None:
    assert read_number(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-5000",
        "5-3",
        "abc",
        "خمسة",
        "1e999",
        "1e5",
        "nan",
        "inf",
        "1,2,3",
        "1.2.3",
        "12,5.3",
        "_5",
        "0x10",
        "9" * 30,
    ],
)
def test_what_is_no_number_from_nought_up_is_none(typed: str) -> None:
    assert read_number(typed) is None
