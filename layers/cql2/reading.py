# SPDX-License-Identifier: Apache-2.0
"""From what a reader typed to a tree as CQL2-JSON writes it.

The parser is recursive and native: 4 kB of brackets end its process. So length, depth and number of words are measured
before it sees anything.
"""

import json
import re
from typing import Any, Literal

import cql2

Language = Literal["cql2-text", "cql2-json"]
Tree = Any
"""A value of CQL2-JSON: an object with `op` and `args`, `property`, `date`, `timestamp`, `interval`, `bbox`, a GeoJSON
geometry, a list, a text, a number or a truth value."""
LONGEST = 8192
"""Characters."""
DEEPEST = 32
MOST_WORDS = 200
"""Words and signs; numbers and commas are counted by the length alone, since a shape has many."""
_WORDS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|[\w.:@]+|[^\s\w]", re.UNICODE)
_NUMBER = re.compile(r"[0-9.]+(?:[eE][0-9]+)?")
_BARE_FRACTION = re.compile(r"\.[0-9]+(?:[eE][0-9]*)?")
_BETWEEN_VALUES = frozenset(["+", "-", "*", "/", "%", "=", "<", ">", ","]) | {
    "and",
    "or",
    "not",
    "between",
    "like",
    "in",
    "is",
    "div",
}
_JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


class NotCql2(ValueError):
    """The text is no filter, or one beyond the limits; says why in words for both languages of readers: symbols, names."""


def tree_of(given: str, language: Language) -> Tree:
    """Raises NotCql2."""
    if len(given) > LONGEST:
        raise NotCql2(f"≤ {LONGEST} characters")
    if "\0" in given:
        raise NotCql2("U+0000")
    return _from_text(given) if language == "cql2-text" else _from_json(given)


def _from_text(given: str) -> Tree:
    words = _WORDS.findall(given)
    _require_shallow(words, "([", ")]")
    if sum(not _NUMBER.fullmatch(word) and word != "," for word in words) > MOST_WORDS:
        raise NotCql2(f"≤ {MOST_WORDS} words")
    # Signs and negations nest without brackets.
    if _longest_run(words, lambda word: word in "+-" or word.lower() == "not") > DEEPEST:
        raise NotCql2(f"≤ {DEEPEST} nested")
    _require_bracketed_powers(words)
    # The standard writes .5 too, which the parser does not know.
    given = _WORDS.sub(lambda word: f"0{word[0]}" if _BARE_FRACTION.fullmatch(word[0]) else word[0], given)
    try:
        return json.loads(json.dumps(cql2.parse_text(given).to_json()))
    except (cql2.ParseError, cql2.ValidationError, ValueError, TypeError, RecursionError) as error:
        raise NotCql2(_first_line(error)) from None
    except BaseException as error:
        # A panic of the native parser comes as a BaseException of its own.
        if type(error).__name__ != "PanicException":
            raise
        raise NotCql2("cql2-text") from None


def _from_json(given: str) -> Tree:
    outside = _JSON_TEXT.sub("", given)
    _require_shallow(list(outside), "[{", "]}")
    try:
        return json.loads(given, object_pairs_hook=_without_repetition, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NotCql2(_first_line(error)) from None


def _require_shallow(words: list[str], opening: str, closing: str) -> None:
    depth = 0
    for word in words:
        if word in opening:
            depth += 1
            if depth > DEEPEST:
                raise NotCql2(f"≤ {DEEPEST} nested")
        elif word in closing:
            depth -= 1


def _require_bracketed_powers(words: list[str]) -> None:
    """The standard reads `a ^ b ^ c` from the right, the parser from the left, and neither of them says so."""
    raised = [False]
    before = ""
    for word in words:
        if word in ("(", "["):
            raised.append(False)
        elif word in (")", "]"):
            if len(raised) > 1:
                raised.pop()
        elif word == "^":
            if raised[-1]:
                raise NotCql2("a ^ (b ^ c), (a ^ b) ^ c")
            raised[-1] = True
        elif word.lower() in _BETWEEN_VALUES and not (word in "+-" and before == "^"):
            raised[-1] = False
        before = word


def _longest_run(words: list[str], counts: Any) -> int:
    longest = run = 0
    for word in words:
        run = run + 1 if counts(word) else 0
        longest = max(longest, run)
    return longest


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotCql2("a name twice in one object")
    return found


def _no_number(word: str) -> None:
    raise NotCql2(word)


def _first_line(error: BaseException) -> str:
    """Where the parser stopped, without the picture that it draws of it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    expected = next((line.removeprefix("= ") for line in lines if line.startswith("= ")), None)
    return (expected or (lines[0] if lines else "cql2"))[:160]
