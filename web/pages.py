# SPDX-License-Identifier: Apache-2.0
"""Jinja2 templates and what all of them may use."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from web import files, named
from web import texts as words
from web.texts import DIRECTION, Lang


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
        # Everything is text: no value of the register becomes markup.
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "area": words.area,
        "hectares": words.hectares,
        "money": words.money,
        "number": words.number,
        "plots": words.plots,
        "rent": words.rent,
        "size": words.size,
        "things": files.written_as,
        "who": named.who_said,
        "kind_of_file": named.kind_said,
    }
    return environment


def render(template: str, *, page: str, lang: Lang, **values: Any) -> str:
    """A template as text. `t` are the words of `page`, `dir` the direction of the language."""
    return (
        _environment()
        .get_template(template)
        .render(
            t=words.texts(page, lang), lang=lang, dir=DIRECTION[lang], other="en" if lang == "ar" else "ar", **values
        )
    )
