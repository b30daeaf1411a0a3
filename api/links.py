# SPDX-License-Identifier: Apache-2.0
"""Addresses that lead on: absolute, under the name that the world knows the service by."""

import json
from urllib.parse import urlencode

from starlette.requests import Request

from api.service import service_of

Link = dict[str, str | bool]


def base(request: Request) -> str:
    """The service's own address without a slash at its end: MARSA_PUBLIC_URL, else what the request was sent to."""
    public = service_of(request).settings.public_url
    if public:
        return public.rstrip("/")
    host = request.headers.get("host")
    if host is None:  # HTTP/1.0 may leave it out
        return f"{request.url.scheme}://{request.url.netloc}"
    return f"{request.scope['scheme']}://{host}"


def here(request: Request) -> str:
    """The address of this request, as it was asked."""
    query = request.scope["query_string"].decode("ascii", "replace")
    return f"{base(request)}{request.scope['path']}{'?' if query else ''}{query}"


def here_but(request: Request, *without: str, **changed: str) -> str:
    """The address of this request with other parameters."""
    asked = request.query_params
    if asked.keys().isdisjoint(changed) and asked.keys().isdisjoint(
        without
    ):  # what was written stays as it was written
        query = "&".join(filter(None, (request.scope["query_string"].decode("ascii", "replace"), urlencode(changed))))
    else:
        kept = [(name, value) for name, value in asked.multi_items() if name not in (*changed, *without)]
        query = urlencode([*kept, *changed.items()])
    return f"{base(request)}{request.scope['path']}{'?' if query else ''}{query}"


def link(href: str, rel: str, media_type: str, title: str | None = None, **more: str | bool) -> Link:
    """A link as OGC API Common writes it."""
    made: Link = {"href": href, "rel": rel, "type": media_type}
    return made | ({"title": title} if title else {}) | more


# json.dumps would make an encoder for every answer.
as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
