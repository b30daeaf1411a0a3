# SPDX-License-Identifier: Apache-2.0
"""Names that programs use (tables, fields, actors, kinds of files and shapes) in the reader's words."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from layers.catalogue import LAYERS
from web.texts import Lang

_MESSAGES = Path(__file__).resolve().parent / "messages"
OF_THE_FILE = frozenset({"area_differs", "text_cleaned", "text_cut", "comma_doubtful"})
"""Findings whose `field` is a heading of the file: that is told as it stands there."""


@cache
def _names(lang: Lang) -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(
        (_MESSAGES / f"names.{lang}.toml").read_text(encoding="utf-8")
    )
    return found


@cache
def _titles(lang: Lang) -> Mapping[str, str]:
    """Titles of the register's fields by their names; of one name with several titles the first."""
    found: dict[str, str] = {}
    for layer in LAYERS:
        for field in layer.fields:
            found.setdefault(field.name, field.title.said_in(lang))
    return {**_names(lang)["fields"], **found}


@cache
def _layers(lang: Lang) -> Mapping[str, str]:
    """Titles of layers by their tables; of one table with several layers the first."""
    found: dict[str, str] = {}
    for layer in LAYERS:
        found.setdefault(layer.table.__tablename__, layer.title.said_in(lang))
    return found


def field_said(name: str, lang: Lang) -> str:
    """The title of a field of ours; what is none stays as it is."""
    return _titles(lang).get(name, name)


def table_said(table: str, lang: Lang) -> str:
    """What the rows of a table are."""
    return _names(lang)["tables"].get(table) or _layers(lang).get(table, table)


def kind_said(kind: str, lang: Lang) -> str:
    """A kind of file."""
    return _names(lang)["kinds"].get(kind, kind)


def shape_said(kind: str, lang: Lang) -> str:
    """A kind of shape, as PostGIS or a file names it."""
    return _names(lang)["shapes"].get(kind.lower().removesuffix(" z"), kind)


def who_said(actor: str, lang: Lang) -> str:
    """Who acted, as events name it: a role with a number of its own, or the command line with the account's name."""
    role, _, name = actor.partition(":")
    return _names(lang)["actors"].get(role, actor).replace("{name}", name.partition(" ")[0])


def worded(code: str, facts: Mapping[str, Any], lang: Lang, zones: Mapping[str, str]) -> dict[str, Any]:
    """The facts of a finding with names of ours in words. `zones`: names by code."""
    made = dict(facts)
    for name, value in facts.items():
        if name == "field" and isinstance(value, str) and code not in OF_THE_FILE:
            made[name] = field_said(value, lang)
        elif name in ("given", "wanted") and code == "other_shape" and isinstance(value, str):
            made[name] = shape_said(value, lang)
        elif name == "reason" and isinstance(value, str):
            made[name] = _names(lang)["reasons"].get(value, value)
        elif name == "columns" and isinstance(value, Mapping):
            made[name] = {heading: _said_fields(meaning, lang) for heading, meaning in value.items()}
        elif name == "kind" and isinstance(value, str):
            made[name] = kind_said(value, lang)
        elif name in ("zone", "other") and value in zones and (name == "zone" or code == "leaves_zone"):
            made[name] = f"«{zones[value]}» ({value})" if lang == "ar" else f"“{zones[value]}” ({value})"
    if "list" in facts and isinstance(facts.get("field"), str):
        made["list"] = field_said(facts["field"], lang)
    return made


def _said_fields(meaning: Any, lang: Lang) -> Any:
    if isinstance(meaning, str):
        return field_said(meaning, lang)
    return [field_said(each, lang) for each in meaning] if isinstance(meaning, list | tuple) else meaning
