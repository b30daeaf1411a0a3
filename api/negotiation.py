# SPDX-License-Identifier: Apache-2.0
"""Which form of a resource a reader takes: its format, its language, compressed or not; and whether they have it already."""

from collections.abc import Mapping
from typing import Literal

from isal import igzip
from starlette.requests import Request
from starlette.responses import Response

from api.accepting import HTML, prefers_page
from api.problems import reader_language
from layers.errors import BadQuery
from web.texts import Lang

Format = Literal["json", "html"]
FORMATS: tuple[Format, ...] = ("json", "html")
JSON = "application/json"
GEOJSON = "application/geo+json"
ASK_AGAIN = "public, no-cache"
"""Kept by everybody, used by nobody without asking whether it is still true."""
SMALLEST_COMPRESSED = 600
"""Bytes below which a header would cost more than it saves."""


def format_of(request: Request) -> Format:
    """`f` decides, else what Accept prefers, else JSON. Raises BadQuery."""
    asked = request.query_params.get("f")
    if asked is not None:
        if asked not in FORMATS:
            raise BadQuery("f", asked, ", ".join(FORMATS))
        return asked
    accepted = request.headers.get("accept", "*/*")
    return "html" if prefers_page(accepted, GEOJSON, JSON) else "json"


def etag_of(request: Request, *parts: object, lang: Lang | None = None) -> str:
    """A strong ETag of versions: what names the state, and the form in which this reader gets it."""
    words = [str(part) for part in parts]
    if lang:
        words.append(lang)
    if takes_gzip(request):
        words.append("gz")
    return f'"{".".join(words)}"'


def has_it(request: Request, etag: str) -> bool:
    """Whether the reader holds this very state (If-None-Match)."""
    held = request.headers.get("if-none-match")
    return held is not None and (etag in held or held.strip() == "*")


def takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def headers_of(etag: str, lang: Lang | None, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Headers that an answer and its 304 share."""
    headers = {"etag": etag, "cache-control": ASK_AGAIN, "vary": "accept, accept-encoding, accept-language"}
    if lang:
        headers["content-language"] = lang
    return headers | dict(extra or {})


def unchanged(etag: str, lang: Lang | None, extra: Mapping[str, str] | None = None) -> Response:
    return Response(status_code=304, headers=headers_of(etag, lang, extra))


def answer(
    request: Request,
    body: str | bytes,
    media_type: str,
    *,
    etag: str,
    lang: Lang | None = None,
    extra: Mapping[str, str] | None = None,
) -> Response:
    """A text with its ETag, compressed for those who take it; 304 when the reader has it."""
    if has_it(request, etag):
        return unchanged(etag, lang, extra)
    raw = body.encode() if isinstance(body, str) else body
    headers = headers_of(etag, lang, extra)
    if takes_gzip(request) and len(raw) >= SMALLEST_COMPRESSED:
        # Level 1: a twentieth of gzip's time for a tenth more bytes.
        raw = igzip.compress(raw, compresslevel=1)
        headers["content-encoding"] = "gzip"
    return Response(raw, media_type=media_type, headers=headers)


__all__ = [
    "GEOJSON",
    "HTML",
    "JSON",
    "Format",
    "answer",
    "etag_of",
    "format_of",
    "has_it",
    "reader_language",
    "unchanged",
]
