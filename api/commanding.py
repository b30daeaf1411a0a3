# SPDX-License-Identifier: Apache-2.0
"""Commands of the register over HTTP: a strict JSON body, If-Match, Idempotency-Key, a dry run; one transaction each."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

import psycopg_pool
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from api.bodies import BodyTooLarge, UnsupportedBody
from api.permissions import actor_of
from api.query import only
from api.service import service_of
from layers.actors import Actor, as_actor
from layers.errors import BadQuery, Busy
from layers.idempotency import (
    Answer,
    Asked,
    BodyUnreadable,
    BodyWrong,
    Db,
    DryRun,
    NoSuchObject,
    digest_of,
    key_of,
    once,
)

BODY_MOST = 1_000_000
DEEPEST = 32
PRIVATE = {"cache-control": "no-store"}
# Control characters, and the marks that turn the direction of the text around them.
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")


class Given(BaseModel):
    """What a command takes. A member that it does not know is refused, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, str_max_length=4000)


G = TypeVar("G", bound=Given)
Allowed = Callable[[Actor], Actor]
"""Whoever asks, as they do this act. Raises NotYours."""


async def body_of(request: Request) -> bytes:
    """The body as it came. Raises UnsupportedBody, BodyTooLarge."""
    kinds = request.headers.getlist("content-type")
    if len(kinds) != 1 or kinds[0].split(";")[0].strip().lower() != "application/json":
        raise UnsupportedBody(", ".join(kinds), "application/json")
    packed = request.headers.get("content-encoding", "identity")
    if packed != "identity":
        raise UnsupportedBody(packed, "identity")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MOST:
            raise BodyTooLarge(BODY_MOST)
    return body


def read(body: bytes, kind: type[G]) -> G:
    """The body as what a command takes. Raises BodyUnreadable for what is no JSON, BodyWrong for what is not this."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise BodyUnreadable("UTF-8") from None
    _shallow(text)
    try:
        given = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number) if text.strip() else None
    except _NotANumber:
        raise _wrong([{"pointer": "", "reason": "NaN, Infinity"}]) from None
    except (ValueError, RecursionError) as error:
        raise BodyUnreadable("JSON" if not isinstance(error, _Twice) else str(error)) from None
    _clean(given, "")
    try:
        return kind.model_validate_json(json.dumps(given)) if isinstance(given, dict) else kind.model_validate(given)
    except ValidationError as error:
        raise _wrong(
            [
                {"pointer": "".join(f"/{part}" for part in each["loc"]), "reason": str(each["type"])}
                for each in error.errors(include_url=False, include_input=False, include_context=False)[:50]
            ]
        ) from None
    except (ValueError, OverflowError):
        raise _wrong([{"pointer": "", "reason": "number"}]) from None


def _wrong(errors: list[dict[str, str]]) -> BodyWrong:
    return BodyWrong(errors, ", ".join(f"{each['pointer'] or '/'}: {each['reason']}" for each in errors[:5]))


class _Twice(ValueError):
    """A member is named twice."""


class _NotANumber(ValueError):
    """NaN or Infinity."""


def _no_number(word: str) -> None:
    raise _NotANumber(word)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Twice("a member is named twice")
    return made


def _shallow(text: str) -> None:
    """Raises BodyUnreadable for what nests deeper than any command: before the reader recurses into it."""
    depth, quoted, escaped = 0, False, False
    for letter in text:
        if quoted:
            escaped, quoted = (letter == "\\" and not escaped), (letter != '"' or escaped)
        elif letter == '"':
            quoted = True
        elif letter in "[{":
            depth += 1
            if depth > DEEPEST:
                raise BodyUnreadable(f"depth > {DEEPEST}")
        elif letter in "]}":
            depth -= 1


def _clean(given: Any, pointer: str) -> None:
    """Raises BodyWrong for text that a person cannot read as it stands, and numbers that the register cannot hold."""
    if isinstance(given, str):
        if NO_TEXT.search(given) or any("\ud800" <= letter <= "\udfff" for letter in given):
            raise _wrong([{"pointer": pointer, "reason": "control_character"}])
    elif (isinstance(given, float) and given in (float("inf"), float("-inf"))) or (
        isinstance(given, int) and abs(given) > 10**18
    ):
        raise _wrong([{"pointer": pointer, "reason": "number"}])
    elif isinstance(given, dict):
        for name, value in given.items():
            _clean(name, pointer)
            _clean(value, f"{pointer}/{name}")
    elif isinstance(given, list):
        for place, value in enumerate(given):
            _clean(value, f"{pointer}/{place}")


async def commanded(
    request: Request,
    command: Callable[[Db], Answer],
    *,
    body: bytes,
    allowed: Allowed = lambda actor: actor,
    key_needed: bool = False,
) -> Answer:
    """What the command answers, done once by whoever asks; with `?dry_run=true`, what it would answer, and nothing stays."""
    only(request, "lang", "dry_run")
    dry = request.query_params.get("dry_run", "false")
    if dry not in ("true", "false"):
        raise BadQuery("dry_run", dry, "true, false")
    key = key_of(request.headers.get("idempotency-key"), needed=key_needed and dry == "false")
    actor = allowed(await actor_of(request))
    asked = Asked(actor.id, key, digest_of(request.method, request.url.path, body), dry == "true")
    service = service_of(request)

    def run() -> Answer:
        try:
            with service.commands.connection() as connection, as_actor(connection, actor):
                return once(connection, asked, command)
        except DryRun as done:
            return {**done.answer, "dry_run": True}
        except psycopg_pool.PoolTimeout:
            raise Busy from None

    # A client that goes away does not break it off half-way.
    return await asyncio.shield(asyncio.create_task(asyncio.to_thread(run)))


def answered(answer: Answer, status: int = 200) -> Response:
    """The object as it stands now; its version is the ETag."""
    headers = dict(PRIVATE)
    if "version" in answer:
        headers["etag"] = f'"{answer["version"]}"'
    return Response(
        json.dumps(answer, ensure_ascii=False, default=str),
        status_code=status,
        media_type="application/json",
        headers=headers,
    )


def id_of(request: Request, name: str) -> UUID:
    """Raises NoSuchObject for what is no id of ours."""
    try:
        return UUID(request.path_params[name])
    except ValueError:
        raise NoSuchObject() from None
