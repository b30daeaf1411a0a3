# SPDX-License-Identifier: Apache-2.0
"""Text that goes out: compressed for those who take it, kept by browsers until it changes."""

import gzip
import hashlib
from functools import lru_cache

from isal import igzip
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

SMALLEST_COMPRESSED = 600
"""Bytes below which a header would cost more than it saves."""
TEXTS = ("text/", "application/json", "application/geo+json", "image/svg+xml")


def text_answer(
    request: Request, text: str, media_type: str = "text/html", headers: dict[str, str] | None = None, status: int = 200
) -> Response:
    """A text with its ETag; 304 when the reader has it already."""
    raw = text.encode()
    etag = f'W/"{hashlib.blake2b(raw, digest_size=12).hexdigest()}"'
    kept = {"etag": etag, "cache-control": "no-cache", "vary": "accept-encoding, accept-language"} | (headers or {})
    if status == 200 and etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=kept)
    body = raw
    if len(raw) >= SMALLEST_COMPRESSED and takes_gzip(request):
        body = igzip.compress(raw, compresslevel=2)
        kept["content-encoding"] = "gzip"
    return Response(body, status_code=status, media_type=media_type, headers=kept)


def takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


class StaticFolder(StaticFiles):
    """Files of a folder; text is compressed once and kept in memory."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "no-cache"
        request = Request(scope)
        textual = answer.headers.get("content-type", "").startswith((*TEXTS, "text/javascript"))
        if answer.status_code != 200 or not textual or not takes_gzip(request) or request.method == "HEAD":
            return answer
        full_path, status = self.lookup_path(path)
        if status is None or status.st_size < SMALLEST_COMPRESSED:
            return answer
        headers = dict(answer.headers) | {"content-encoding": "gzip", "vary": "accept-encoding"}
        body = _compressed(full_path, status.st_mtime_ns)
        headers["content-length"] = str(len(body))
        return Response(body, headers=headers)


@lru_cache(maxsize=256)
def _compressed(path: str, _changed_ns: int) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 the path comes from Starlette, already held to its folder
        # Once for each file: the slow level is worth it.
        return gzip.compress(file.read(), compresslevel=9)
