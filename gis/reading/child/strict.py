# SPDX-License-Identifier: Apache-2.0
"""JSON as the standard has it: no NaN, no member twice."""

import json
from collections import Counter
from typing import Any

from gis.reading.refusals import FileRefused


def no_constant(name: str) -> None:
    """Refuses NaN and Infinity, which Python would take."""
    raise FileRefused("json_number", number=name)


def object_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a member that stands there twice is refused, since programs differ in which they take."""
    made = dict(pairs)
    if len(made) != len(pairs):
        often = Counter(name for name, _ in pairs)
        raise FileRefused("json_twice", names=sorted(name[:80] for name, times in often.items() if times > 1)[:3])
    return made


def loads(text: str) -> Any:
    """Strict JSON inside JSON. Raises FileRefused."""
    try:
        return json.loads(text, parse_constant=no_constant, object_pairs_hook=object_once)
    except json.JSONDecodeError as error:
        raise FileRefused("json_broken", line=error.lineno, column=error.colno) from error
    except ValueError as error:  # A number of more than 4,300 digits.
        raise FileRefused("json_number", number="…") from error
