# SPDX-License-Identifier: Apache-2.0
"""Title and sentence of a refusal in the reader's language, by the name of its class."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from web.texts import Lang

_MESSAGES = Path(__file__).resolve().parent / "messages"


@cache
def sentences(lang: Lang) -> Mapping[str, Mapping[str, str]]:
    """class name → title and detail."""
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(
        (_MESSAGES / f"problems.{lang}.toml").read_text(encoding="utf-8")
    )
    return found


def told(error_name: str, facts: Mapping[str, object], lang: Lang) -> tuple[str, str]:
    """Title and detail with the facts filled in. Raises KeyError when a class has no sentence."""
    words = sentences(lang)[error_name]
    # Not str.format: a fact is data, and may hold braces.
    detail = re.sub(r"\{(\w+)\}", lambda match: plain(facts[match[1]]), words["detail"])
    return words["title"], detail


def plain(fact: object) -> str:
    """A fact as it stands in a sentence."""
    if isinstance(fact, (list, tuple)):
        return ", ".join(str(item) for item in fact) or "–"
    return str(fact)
