# SPDX-License-Identifier: Apache-2.0
"""The instants that an address may name: `on` what day it was true, `known_on` what day the register knew it."""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request

from layers.errors import BadQuery
from layers.past import Moment

TIMES = ("on", "known_on")
"""Parameters of every address whose answer is the register's."""
LAST = timedelta(microseconds=1)
EXPECTED = "2026-03-01, 2026-03-01T10:00:00Z"
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


def moment_of(request: Request, zone: str) -> Moment | None:
    """What the address asks for; None: now. A day means its end, in the zone's own time. Raises BadQuery.

    Nobody is told what was to come: what is true on a day is shown as known on that day or later.
    """
    asked = request.query_params
    if not any(name in asked for name in TIMES):
        return None
    now = datetime.now(UTC)
    known_on = _instant("known_on", asked.get("known_on"), zone)
    if known_on is not None and known_on >= now:
        if known_on > now + timedelta(days=1):
            raise BadQuery("known_on", asked["known_on"], f"≤ {now:%Y-%m-%d}")
        known_on = None  # the day has not ended: what is known of it is what is known now
    latest = known_on or now
    on = _instant("on", asked.get("on"), zone)
    if on is None:
        on = latest
    elif on > latest:
        if on - latest >= timedelta(days=1):
            raise BadQuery("on", asked["on"], f"≤ {latest.astimezone(ZoneInfo(zone)):%Y-%m-%d}")
        on = latest
    return Moment(on, known_on)


def moment_query(request: Request) -> str:
    """The instants as the address names them, for the addresses that follow from it; empty for now."""
    return urlencode([(name, request.query_params[name]) for name in TIMES if name in request.query_params])


def _instant(name: str, given: str | None, zone: str) -> datetime | None:
    """An empty word is none, as a form sends it."""
    if not given:
        return None
    try:
        if len(given) == 10:
            day = date.fromisoformat(given)
            found = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)) - LAST
        else:
            # A plus sign in an address is a space. Without a zone it would be the server's.
            found = datetime.strptime(given.replace(" ", "+").replace("Z", "+00:00"), _form(given)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadQuery(name, given, EXPECTED) from None
    found = found.astimezone(UTC)
    if found < EARLIEST:
        raise BadQuery(name, given, f"≥ {EARLIEST:%Y-%m-%d}")
    return found


def _form(given: str) -> str:
    return "%Y-%m-%dT%H:%M:%S.%f%z" if "." in given else "%Y-%m-%dT%H:%M:%S%z"
