# SPDX-License-Identifier: Apache-2.0
"""Numbers as people write them: Arabic digits, decimal commas, thousands, degrees."""

import math
import re
from collections.abc import Sequence

DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫−", "01234567890123456789.-")
SPACES = re.compile(r"[\s\u00a0\u2009\u202f\u200e\u200f٬'’]+")
UNIT = re.compile(r"(?<=\d)\s*(m²|m2|m|sqm|ha|km|م²|م2|م٢|م|متر|هكتار)\.?$", re.IGNORECASE)
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
POINTED = re.compile(r"[+-]?\d{1,3}\.\d{3}")
DEGREES = re.compile(
    r"""([NSEW]?)\s*([+-]?\d{1,3})\s*[°ºd]\s*(?:([\d.]+)\s*['′’m]\s*)?(?:([\d.]+)\s*(?:"|″|”|''|s)\s*)?([NSEW]?)""",
    re.IGNORECASE,
)


def numbers(texts: Sequence[str], *, comma_is_decimal: bool | None = None) -> tuple[list[float | None], bool]:
    """A column's numbers, None where there is none, and whether its commas could be read both ways.

    A comma means what it must mean in the column as a whole: with a point after it, thousands; not before groups of three, a
    decimal comma. Where all could be both, they are read as thousands unless `comma_is_decimal` decides.
    """
    plain = [_plain(text) for text in texts]
    with_comma = [text for text in plain if "," in text]
    both = [text for text in with_comma if "." in text]
    points_group = any(text.rfind(".") < text.rfind(",") for text in both)
    unsure = False
    if not both and with_comma and comma_is_decimal is None:
        grouped = [GROUPED.fullmatch(text) is not None for text in with_comma]
        comma_is_decimal = not all(grouped)
        unsure = all(grouped) and all(text.count(",") == 1 for text in with_comma)
    decimal_comma = points_group or (bool(with_comma) and not both and bool(comma_is_decimal))
    # Among decimal commas a lone point before three digits could be either, too.
    unsure |= decimal_comma and any(POINTED.fullmatch(text) for text in plain)
    return [_number(text, decimal_comma=decimal_comma) for text in plain], unsure


def _plain(text: str) -> str:
    translated = UNIT.sub("", text.strip().translate(DIGITS))
    parts = [part for part in SPACES.split(translated) if part]
    # Spaces group thousands only before groups of three: "655416.22 655417" is two numbers.
    if len(parts) > 1 and not all(re.match(r"\d{3}(\D|$)", part) for part in parts[1:]):
        return "?"
    return "".join(parts)


def _number(text: str, *, decimal_comma: bool) -> float | None:
    if not decimal_comma:
        text = text.replace(",", "")
    elif "," in text or text.count(".") > 1:
        text = text.replace(".", "").replace(",", ".")
    if not NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def degrees(text: str) -> float | None:
    """Decimal degrees of one angle, written decimal or in degrees, minutes and seconds with or without a direction."""
    translated = text.strip().translate(DIGITS)
    written = DEGREES.fullmatch(translated)
    if written is None:
        return numbers([text], comma_is_decimal=True)[0][0]
    before, whole, minutes, seconds, after = written.groups()
    try:
        parts = [float(minutes or 0), float(seconds or 0)]
    except ValueError:
        return None
    if max(parts) >= 60:
        return None
    sign = -1 if whole.startswith("-") or (before or after).upper() in {"S", "W"} else 1
    return sign * (abs(int(whole)) + parts[0] / 60 + parts[1] / 3600)
