# SPDX-License-Identifier: Apache-2.0
"""What pages without a script send: small forms, read with a limit."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qs

from starlette.requests import Request

from layers.errors import FormTooLong

LONGEST_FORM = 10_000
"""Bytes. Nobody is known yet where people sign in, so no more is read than a form can take."""
MOST_FIELDS = 50
PRIVATE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
"""Headers of pages that are somebody's own."""


async def posted(request: Request) -> Mapping[str, str]:
    """The form's fields, the last of each name. Raises FormTooLong."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise FormTooLong(LONGEST_FORM)
    try:
        given = parse_qs(body.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise FormTooLong(LONGEST_FORM) from None
    # What no text of the register can hold is nobody's login and no one's name.
    return {name: values[-1].replace("\0", "\N{REPLACEMENT CHARACTER}") for name, values in given.items()}


def written(given: Mapping[str, str] | None) -> Mapping[str, str]:
    """What somebody wrote, for a template to show again; nothing where a field was not sent."""
    return defaultdict(str, given or {})


def day(given: str) -> date | None:
    """A day as a form writes it; None where none is given. Raises ValueError."""
    return date.fromisoformat(given.strip()) if given.strip() else None
