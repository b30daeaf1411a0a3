# SPDX-License-Identifier: Apache-2.0
"""Plot numbers by a zone's pattern, with two check digits: a number misread over the telephone is no other plot's number."""

import re
from collections.abc import Iterable

from gis.numbers import DIGITS
from gis.parcels.refusals import NotAPattern

PATTERN = "{block}-{serial:03}-{check}"
_WORD = re.compile(r"\{([^{}]*)\}")
_SERIAL = re.compile(r"serial(?::0?(\d))?")
LONGEST = 40


def check_digits(text: str) -> str:
    """Two digits over letters and digits of a number, by ISO/IEC 7064 MOD 97-10: finds every single slip and every swap of two.

    >>> check_digits("A01-014")
    '79'
    """
    value = int("".join(str(int(c, 36)) for c in text.upper() if c.isascii() and c.isalnum()) + "00" or "0")
    return f"{98 - value % 97:02d}"


def is_right(plot_number: str) -> bool:
    """Whether a number ends in its own check digits."""
    said = plot_number.translate(DIGITS).upper()
    kept = [c for c in said if c.isascii() and c.isalnum()]
    return len(kept) > 2 and said[-2:].isdigit() and check_digits("".join(kept[:-2])) == said[-2:]


def require_pattern(pattern: str) -> None:
    """Raises NotAPattern unless it has a serial and no unknown words."""
    words = _WORD.findall(pattern)
    known = [word for word in words if word in ("block", "zone", "check") or _SERIAL.fullmatch(word)]
    if len(known) != len(words) or sum(word.startswith("serial") for word in words) != 1 or len(pattern) > LONGEST:
        raise NotAPattern(pattern[:LONGEST])
    if "{check}" in pattern and not pattern.endswith("{check}"):
        raise NotAPattern(pattern[:LONGEST])


def number_of(pattern: str, *, block: str, zone: str, serial: int) -> str:
    """The number that a pattern makes.

    >>> number_of(PATTERN, block="A01", zone="SFZ", serial=14)
    'A01-014-79'
    """
    require_pattern(pattern)

    def word(found: re.Match[str]) -> str:
        name = found[1]
        serial_word = _SERIAL.fullmatch(name)
        if serial_word:
            return f"{serial:0{int(serial_word[1] or 1)}d}"
        return {"block": block, "zone": zone}.get(name, found[0])

    made = _WORD.sub(word, pattern)
    return made.replace("{check}", check_digits(made.replace("{check}", "")))


def serials_in(pattern: str, given: Iterable[str], *, block: str, zone: str) -> list[int]:
    """The serials in numbers of a block, with or without check digits: what was given before the pattern counts too."""
    head = pattern.split("{serial", 1)[0].replace("{block}", block).replace("{zone}", zone)
    found = (re.match(re.escape(head) + r"(\d{1,9})(?!\d)", number) for number in given)
    return [int(match[1]) for match in found if match]


def next_numbers(pattern: str, given: Iterable[str], count: int, *, block: str, zone: str) -> list[str]:
    """So many numbers after the highest that was ever given in the block."""
    first = max(serials_in(pattern, given, block=block, zone=zone), default=0) + 1
    return [number_of(pattern, block=block, zone=zone, serial=first + i) for i in range(count)]
