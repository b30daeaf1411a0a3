# SPDX-License-Identifier: Apache-2.0
"""A refusal as a page for people: what happened, and the ways that lead on from there.

It asks the register nothing: it must stand when the database does not.
"""

from http import HTTPStatus
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.requests import Request

from api.accepting import PROBLEM, prefers_page
from web.pages import render
from web.texts import Lang, texts

PAGE = "problem"
Way = tuple[str, str]
"""Title and address."""
PASSING = (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR)
"""Statuses after which the same question may well be answered."""


def wants_page(request: Request) -> bool:
    """Whether a reader looks at the answer. Programs get the problem details, and so does `f=json`."""
    asked = request.query_params.get("f")
    if asked in ("html", "json"):
        return asked == "html"
    return prefers_page(request.headers.get("accept", "*/*"), PROBLEM, "application/json", "application/geo+json")


def problem_page(request: Request, status: HTTPStatus, title: str, detail: str, reference: str, lang: Lang) -> str:
    """The page as text. `reference` names the request in the log."""
    other: Lang = "en" if lang == "ar" else "ar"
    asked = [(name, value) for name, value in _pairs(request) if name != "lang"]
    return render(
        "problem.html",
        page=PAGE,
        lang=lang,
        status=status.value,
        title=title,
        detail=detail,
        reference=reference,
        switched="?" + urlencode([*asked, ("lang", other)]) if request.method in ("GET", "HEAD") else None,
        ways=_ways(request, status, lang),
    )


def _ways(request: Request, status: HTTPStatus, lang: Lang) -> list[Way]:
    """Where to from here, nearest first: the same again, the page before, the page above; then what is always there."""
    t = texts(PAGE, lang)
    path = quote(request.scope["path"])
    ways: list[Way] = []
    if status in PASSING and request.method == "GET":
        ways.append((t["again"], f"{path}?{urlencode(_pairs(request))}"))
    came_from = _came_from(request)
    if came_from:
        ways.append((t["back"], came_from))
    if status is HTTPStatus.BAD_REQUEST and request.method == "GET" and _pairs(request):
        ways.append((t["plain"], f"{path}?lang={lang}"))
    above = _above(request.scope["path"])
    if status is HTTPStatus.NOT_FOUND and above:
        ways.append((t["above"], f"{above}?lang={lang}"))
    ways += [(t["to_map"], f"/map?lang={lang}"), (t["to_layers"], f"/collections?lang={lang}")]
    return ways


def _above(path: str) -> str:
    """The list that a missing feature would stand in. "" where there is none.

    >>> _above("/collections/plots/items/7"), _above("/collections/nothing"), _above("/map")
    ('/collections/plots/items', '', '')
    """
    words = path.split("/")
    return (
        "/".join(map(quote, words[:4]))
        if words[1:2] == ["collections"] and words[3:4] == ["items"] and words[4:]
        else ""
    )


def _came_from(request: Request) -> str:
    """The page of ours that led here. "" when none did, or when it is this address itself."""
    referer = urlsplit(request.headers.get("referer", ""))
    if referer.netloc != request.headers.get("host") or referer.path == request.scope["path"]:
        return ""
    # One slash: two would name another host.
    return "/" + referer.path.lstrip("/") + (f"?{referer.query}" if referer.query else "")


def _pairs(request: Request) -> list[tuple[str, str]]:
    return parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
