# SPDX-License-Identifier: Apache-2.0
"""Which alphabet did these bytes mean? A guess, always to be said with samples."""

import re
from collections.abc import Iterable, Sequence

CANDIDATES = ("cp1256", "cp1252", "cp1251", "iso8859_6", "cp720")
"""In order of preference when two read equally well: a Libyan office's Windows writes 1256."""
COMMON_ARABIC = frozenset("اليمونرتبةهدسعقف")
SHOWN = 5


def guess_encoding(texts: Iterable[bytes]) -> tuple[str, list[str]]:
    """The likeliest encoding of some texts, and samples of what it makes of them (only those that are not plain ASCII).

    >>> guess_encoding(["سرت".encode("cp1256")])
    ('cp1256', ['سرت'])
    """
    telling = sorted({text for text in texts if not text.isascii()}, key=len)
    if not telling:
        return "utf-8", []
    joined = b"\n".join(telling[:5000])
    best = max(("utf-8", *CANDIDATES), key=lambda encoding: _score(joined, encoding))
    return best, samples(telling, best)


def samples(texts: Sequence[bytes], encoding: str) -> list[str]:
    """A few of the texts that show what an encoding makes of them: of middle length, one word at least."""
    telling = sorted({text for text in texts if not text.isascii()}, key=len)
    middle = telling[len(telling) // 3 :][:SHOWN]
    return [text.decode(encoding, errors="replace").strip()[:60] for text in middle]


def _score(joined: bytes, encoding: str) -> float:
    """How much the text reads like one that somebody wrote: per character outside ASCII, words weighed as a whole."""
    try:
        text = joined.decode(encoding)
    except UnicodeDecodeError:
        return -100.0
    if encoding == "utf-8":
        # Other encodings hardly ever form valid UTF-8 by chance.
        return 100.0
    foreign = sum(not character.isascii() for character in text)
    words = re.findall(r"[^\W\d_]+", text)
    letters = sum(_word_score(word) for word in words if not word.isascii())
    strays = sum(
        not c.isascii() and not c.isalpha() and c not in "؟،؛ـ°²³«»–’\u200c\u200d\u200e\u200f\xa0" for c in text
    )
    return (letters - 2 * strays) / foreign


def _word_score(word: str) -> float:
    arabic = sum("\u0621" <= c <= "\u064a" for c in word)
    cyrillic = sum("\u0400" <= c <= "\u045f" for c in word)
    foreign = sum(not c.isascii() for c in word)
    if arabic:
        # Arabic and Latin letters do not share a word; in Windows-1256 é and è do, but only with Latin ones.
        return sum(2.0 if c in COMMON_ARABIC else 0.6 for c in word) if arabic == len(word) else -2.0 * foreign
    if cyrillic:
        written = word.islower() or word.istitle() or word.isupper()
        return 1.4 * cyrillic if cyrillic == len(word) and written else -1.0 * foreign
    # Accented Latin letters stand among plain ones.
    return 1.5 * foreign if foreign <= len(word) / 2 else -1.0 * foreign
