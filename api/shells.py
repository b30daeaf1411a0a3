# SPDX-License-Identifier: Apache-2.0
"""What every page of the open data has around its content."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from api import links
from api.maplayers import Register
from api.problems import reader_language
from layers.actors import Actor
from web.pages import render
from web.texts import Lang, texts

PAGE = "ogc"
OWN_PAGE = {"cache-control": "private, no-cache"}
"""A page that names its reader: nobody keeps it for others."""


@dataclass(frozen=True)
class Crumb:
    """One step of the way from the landing page to here."""

    title: str
    address: str


def shell(
    request: Request, register: Register, template: str, *, crumbs: list[Crumb], page: str = PAGE, **values: Any
) -> str:
    """A page of the open data as text, in the reader's language."""
    lang = reader_language(request)
    other: Lang = "en" if lang == "ar" else "ar"
    t = texts(page, lang)
    return render(
        f"ogc/{template}.html",
        page=page,
        lang=lang,
        crumbs=[Crumb(t["home"], within("/", lang)), *crumbs],
        zone=register.zone[lang],
        illustrative=register.illustrative,
        switched=links.here_but(request, lang=other),
        **{"as_json": links.here_but(request, f="json"), **values},
    )


@dataclass(frozen=True)
class Door:
    """What the bar on top says of the account: who is signed in, or where to sign in."""

    address: str
    name: str | None
    """None: nobody is signed in. Empty: somebody whom a one-time link let in."""


def door_of(actor: Actor | None, here: str, lang: Lang) -> Door:
    """The way to one's own account; for who is not signed in, to the page that asks, and back to this one."""
    if actor is None:
        return Door(within("/sign-in", lang, next=here), None)
    return Door(within("/account", lang), actor.name_ar if lang == "ar" else actor.name_en)


def within(path: str, lang: Lang, **parameters: str) -> str:
    """An address of ours that keeps the reader's language."""
    return f"{path}?{urlencode({**parameters, 'lang': lang})}"


def plain(request: Request) -> dict[str, str]:
    """The parameters of this request, but those that say in which form to answer."""
    return {name: value for name, value in request.query_params.items() if name not in ("f", "lang")}
