# SPDX-License-Identifier: Apache-2.0
"""Words and numbers as a reader sees them, in Arabic and English."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Lang = Literal["ar", "en"]
LANGS: tuple[Lang, ...] = ("ar", "en")
DIRECTION: dict[Lang, str] = {"ar": "rtl", "en": "ltr"}

_MESSAGES = Path(__file__).resolve().parent / "messages"


@cache
def texts(page: str, lang: Lang) -> MappingProxyType[str, str]:
    """All words of one page in one language."""
    return MappingProxyType(tomllib.loads((_MESSAGES / f"{page}.{lang}.toml").read_text(encoding="utf-8")))


def language(asked: str | None, accepted: str | None) -> Lang:
    """Language of a page: the address first, then Accept-Language, then Arabic.

    >>> language("en", "ar"), language(None, "fr, en;q=0.4, ar;q=0.8"), language("de", "fr"), language(None, "en;q=0")
    ('en', 'ar', 'ar', 'ar')
    """
    for lang in LANGS:
        if asked == lang:
            return lang
    weighed = sorted(_accepted(accepted or ""), key=lambda pair: -pair[1])
    return next((lang for lang, weight in weighed if weight > 0), "ar")


def _accepted(header: str) -> Sequence[tuple[Lang, float]]:
    items = [item.partition(";") for item in header.split(",")]
    return [
        (lang, _weight(rest)) for tag, _, rest in items for lang in LANGS if tag.strip().lower().split("-")[0] == lang
    ]


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def number(value: float, digits: int = 0) -> str:
    """Western digits with a comma for thousands: what Libyan survey and money documents use.

    >>> number(2400), number(2.5, 2), number(-1234.5, 1)
    ('2,400', '2.5', '-1,234.5')
    """
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def size(given_bytes: int, lang: Lang) -> str:
    """A size as people read it: bytes as they are, then thousands with one decimal while they are few.

    >>> size(0, "en"), size(999, "en"), size(1_049, "en"), size(12_600, "en"), size(3_240_000, "en")
    ('0 bytes', '999 bytes', '1 kB', '13 kB', '3.2 MB')
    """
    words = {"ar": ("بايت", "ك.ب", "م.ب", "غ.ب"), "en": ("bytes", "kB", "MB", "GB")}[lang]
    step = 0 if given_bytes < 1000 else 1 if given_bytes < 999_500 else 2 if given_bytes < 999_500_000 else 3
    value = given_bytes / 1000**step
    return f"{number(value, 1 if step and value < 9.95 else 0)} {words[step]}"


def area(value_m2: float, lang: Lang) -> str:
    """An area as read: square metres, as a plot is registered."""
    return f"{number(value_m2)} {'م²' if lang == 'ar' else 'm²'}"


def hectares(value_m2: float, lang: Lang) -> str:
    """A sum of areas: hectares with one decimal."""
    return f"{number(value_m2 / 10_000, 1)} {'هكتار' if lang == 'ar' else 'ha'}"


def rent(value: float, lang: Lang) -> str:
    """Annual usufruct charge of a square metre in Libyan dinars."""
    return f"{number(value, 2)} {'د.ل/م²' if lang == 'ar' else 'LYD/m²'}"


def money(value: float, lang: Lang) -> str:
    """An amount in Libyan dinars."""
    return f"{number(value)} {'د.ل' if lang == 'ar' else 'LYD'}"


def plots(count: int, lang: Lang) -> str:
    """A number of plots; Arabic counts one, two, three to ten and more in four different ways.

    >>> [plots(n, "ar") for n in (0, 1, 2, 5, 11, 102)]
    ['لا قطع', 'قطعة واحدة', 'قطعتان', '5 قطع', '11 قطعة', '102 قطعة']
    >>> plots(1, "en"), plots(1200, "en")
    ('1 plot', '1,200 plots')
    """
    if lang == "en":
        return f"{number(count)} {'plot' if count == 1 else 'plots'}"
    if count <= 2:
        return ("لا قطع", "قطعة واحدة", "قطعتان")[count]
    return f"{number(count)} {'قطع' if 3 <= count % 100 <= 10 else 'قطعة'}"
