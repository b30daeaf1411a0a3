# SPDX-License-Identifier: Apache-2.0
"""One command from a request: which version it was made for, done once however often it is sent, tried without saving, told."""

import re
from collections.abc import Callable
from typing import Any

from psycopg import Connection
from pyproj import CRS
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.acting import act
from api.commanding import commanded
from api.problems import reader_language, slug, status_of
from api.query import only
from api.service import service_of
from layers.errors import BadQuery, MarsaError
from layers.fabric.outcomes import Outcome, Rehearsed
from layers.fabric.refusals import CommandUnreadable
from layers.idempotency import VersionMissing
from web.problems import told
from web.texts import Lang

Db = Connection[Any]
Doing = Callable[[Db, bool], Outcome]
"""Does the command; the second says whether it is a dry run."""
PRIVATE = {"cache-control": "no-store"}
ACTS = {
    "create": ("رسم", "draw"),
    "split": ("تقسيم", "split"),
    "merge": ("دمج", "merge"),
    "adjust": ("تعديل حد", "adjust"),
    "resurvey": ("إعادة رفع", "resurvey"),
    "renumber": ("إعادة ترقيم", "renumber"),
    "retire": ("إنهاء", "retire"),
    "correct": ("تصحيح كتابي", "correct"),
}


async def do(
    request: Request, body: bytes, doing: Doing, *, status: int = 200, duty: str | None = None
) -> JSONResponse:
    """The answer to a command, or to its dry run."""
    if is_dry_run(request):
        try:
            await act(request, lambda db: doing(db, True), duty=duty)  # noqa: FBT003
        except Rehearsed as rehearsed:
            return JSONResponse(body_of(rehearsed.outcome, reader_language(request)), headers=PRIVATE)
        raise RuntimeError("a dry run ends in its outcome")
    answer = await commanded(
        request,
        lambda db: body_of(doing(db, False), "ar"),  # noqa: FBT003
        body=body,
        allowed=lambda actor: actor.standing_in(duty) if duty else actor,
        key_needed=True,
    )
    return JSONResponse(answer, status_code=status, headers=PRIVATE)


def is_dry_run(request: Request) -> bool:
    only(request, "dry_run", "lang")
    given = request.query_params.get("dry_run", "false")
    if given not in ("true", "false"):
        raise BadQuery("dry_run", given, "true, false")
    return given == "true"


def version_of(request: Request) -> int | None:
    """The version in If-Match; None for `*`, and for a dry run that says none. Raises VersionMissing."""
    given = request.headers.get("if-match")
    if given is None and is_dry_run(request):
        return None
    if given is None:
        raise VersionMissing()
    if given.strip() == "*":
        return None
    number = re.fullmatch(r'(?:W/)?"?(\d{1,18})"?', given.strip())
    if number is None:
        raise CommandUnreadable("If-Match", "رقم النسخة / the number of a version")
    return int(number[1])


def legal(request: Request) -> CRS:
    return CRS.from_epsg(service_of(request).installation.srid)


def body_of(outcome: Outcome, lang: Lang) -> dict[str, Any]:
    """An outcome for programs and pages; findings in the reader's language."""
    return {
        "kind": outcome.kind,
        "dry_run": outcome.dry_run,
        "event": None if outcome.dry_run else outcome.event,
        "act": str(outcome.act) if outcome.act else None,
        "plots": outcome.plots,
        "left_over": outcome.left_over,
        "findings": [finding(each, lang) for each in outcome.findings],
    }


def finding(error: MarsaError, lang: Lang) -> dict[str, Any]:
    """A refusal that would come, as a problem without an instance."""
    facts = error.facts()
    title, detail = told(type(error).__name__, facts, lang)
    return {
        **facts,
        "type": f"/problems/{slug(type(error))}",
        "title": title,
        "detail": detail,
        "status": status_of(error).value,
    }


def named(kind: str, plot_number: str, which: str) -> dict[str, str]:
    """An act by name: "undo: split A01-014"."""
    ar, en = ACTS.get(kind, (kind, kind))
    verb = ("تراجع", "undo") if which == "undo" else ("إعادة", "redo")
    return {
        "kind": kind,
        "plot_number": plot_number,
        "label_ar": f"{verb[0]}: {ar} {plot_number}",
        "label_en": f"{verb[1]}: {en} {plot_number}",
    }
