# SPDX-License-Identifier: Apache-2.0
"""The parameter `datetime`: instants, days and spans of time as RFC 3339 and ISO 8601 write them."""

import calendar
import re
from datetime import date, datetime, timedelta, tzinfo

from layers.errors import BadQuery

EXPECTED = "2026-11-24, 2026-11-24T08:00:00Z, 2026-01-01/2026-12-31, 2026-01-01/.., ../2026-12-31, 2026-01-01/P2D"
OPEN = ("", "..")
LONGEST = 100
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d))?", re.ASCII)
_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})(?:\.\d{1,9})?S)?)?",
    re.ASCII,
)


def span(given: str, zone: tzinfo) -> tuple[date | None, date | None]:
    """First and last day that the span touches, in the zone's time; None where it is open. Raises BadQuery.

    >>> from datetime import timezone
    >>> span("2018-02-12/P2D", timezone.utc)
    (datetime.date(2018, 2, 12), datetime.date(2018, 2, 14))
    """
    begins, slash, ends = given.partition("/")
    try:
        if len(given) > LONGEST or "/" in ends:
            raise ValueError  # noqa: TRY301 told below with the whole that was given
        if not slash:
            day = _day(begins, zone)
            return day, day
        if begins.startswith("P"):
            last = _day(ends, zone)
            return _moved(last, begins, -1), last
        first = None if begins in OPEN else _day(begins, zone)
        if ends.startswith("P") and first:
            return first, _moved(first, ends, 1)
        until = None if ends in OPEN else _day(ends, zone)
    except (ValueError, OverflowError):
        raise BadQuery("datetime", given, EXPECTED) from None
    if first and until and until < first:
        raise BadQuery("datetime", given, EXPECTED)
    return first, until


def _day(given: str, zone: tzinfo) -> date:
    if not _INSTANT.fullmatch(given):
        raise ValueError(given)
    if len(given) == len("2026-11-24"):
        return date.fromisoformat(given)
    # Nine decimals are RFC 3339's; Python reads six, and a day needs none.
    return datetime.fromisoformat(re.sub(r"\.\d+", "", given).upper()).astimezone(zone).date()


def _moved(day: date, duration: str, sign: int) -> date:
    found = _DURATION.fullmatch(duration)
    if not found:
        raise ValueError(duration)
    years, months, weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
    month = day.year * 12 + day.month - 1 + sign * (years * 12 + months)
    year, month = divmod(month, 12)
    last = calendar.monthrange(year, month + 1)[1]
    rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return date(year, month + 1, min(day.day, last)) + sign * rest
