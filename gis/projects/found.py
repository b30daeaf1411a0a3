# SPDX-License-Identifier: Apache-2.0
"""A project as it was found in a file, and what is said of it."""

import contextlib
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(T.*)?")
AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
UNKNOWN = "unknown"
NO_SECTOR = "UNK"
Position = tuple[float, float]


class Left(Exception):
    """A project that cannot be told from others, or is none: it is left out, and said."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class Said:
    """One thing found of a project; `level` as of a reading's issues."""

    code: str
    level: str = "doubt"
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Found:
    """A project: codes are ours, dates ISO text, amounts plain decimal text. `document` is all that the file says of it.

    `shapes`: GeoJSON geometries, longitude first. `parties`: name, and roles by our list. `homeless`: members of the
    document that no field of ours holds.
    """

    code: str
    document: Any
    title_ar: str = ""
    title_en: str = ""
    description_ar: str | None = None
    description_en: str | None = None
    status: str = UNKNOWN
    type: str = UNKNOWN
    sectors: list[str] = field(default_factory=list)
    suspended: bool | None = None
    starts_on: str | None = None
    ends_on: str | None = None
    budget: str | None = None
    budget_currency: str | None = None
    physical_progress_pct: float | None = None
    financial_progress_pct: float | None = None
    progress_on: str | None = None
    location_exactness: str = "approximate"
    agency: str | None = None
    parties: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    shapes: list[Any] = field(default_factory=list)
    homeless: set[str] = field(default_factory=set)
    said: list[Said] = field(default_factory=list)

    def say(self, code: str, level: str = "doubt", **facts: Any) -> None:
        self.said.append(Said(code, level, facts))

    def titles(self, arabic: str | None, english: str | None, other: str | None, *, of: str = "title") -> None:
        """Titles or descriptions in both languages. A text whose language is not said counts as Arabic when it has Arabic
        letters; a title in one language is shown in both, and it is said."""
        if other is not None:
            is_arabic = any("\u0621" <= sign <= "\u064a" for sign in other)
            arabic = arabic or (other if is_arabic else None)
            english = english or (None if is_arabic else other)
        if of == "description":
            self.description_ar, self.description_en = arabic, english
            return
        if not (arabic or english):
            self.say("title_missing")
        elif not (arabic and english):
            self.say("title_one_language", "note")
        self.title_ar = arabic or english or self.code
        self.title_en = english or arabic or self.code

    def money(self, amount: Any, currency: Any, what: str = "budget") -> None:
        """The budget. An amount without a currency is no amount."""
        text = str(amount).replace(",", "").strip() if isinstance(amount, int | float | str) else ""
        if isinstance(amount, float):
            text = f"{Decimal(repr(amount)):f}" if amount == amount and abs(amount) < 1e15 else ""
        if isinstance(amount, bool) or not AMOUNT.fullmatch(text) or not re.fullmatch(r"[A-Z]{3}", str(currency)):
            self.say("value_not_kept", field=what, value=f"{amount} {currency}"[:60])
            return
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal(-1)
        if value < 0:
            self.say("value_not_kept", field=what, value=f"{amount} {currency}"[:60])
            return
        self.budget, self.budget_currency = f"{value:.2f}", str(currency)

    def day(self, value: Any, what: str) -> str | None:
        """The day of a date or moment, as the publisher wrote it."""
        if value is None or value == "":
            return None
        match = DAY.fullmatch(value) if isinstance(value, str) else None
        if match:
            with contextlib.suppress(ValueError):  # such as the 30th of February: said below
                return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        self.say("value_not_kept", field=what, value=str(value)[:60])
        return None

    def period(self, start: Any, end: Any) -> None:
        """First and last day. An end before the start is no period: neither is kept in the fields."""
        self.starts_on, self.ends_on = self.day(start, "starts_on"), self.day(end, "ends_on")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            self.say("period_backwards", start=self.starts_on, end=self.ends_on)
            self.starts_on = self.ends_on = None


def text_of(value: Any) -> str | None:
    """A text that says something, else None."""
    return value.strip() or None if isinstance(value, str) else None


def list_of(value: Any) -> list[Any]:
    """The members of a list, nothing else."""
    return value if isinstance(value, list) else []


def object_of(value: Any) -> dict[str, Any]:
    """An object, else an empty one."""
    return value if isinstance(value, dict) else {}
