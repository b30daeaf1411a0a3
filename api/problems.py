# SPDX-License-Identifier: Apache-2.0
"""Refusals as RFC 9457 problem details: the one place where an error of the domain meets HTTP."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from uuid import uuid4

import psycopg
import structlog
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from api.accepting import HTML, PROBLEM
from api.bodies import BodyTooLarge, UnsupportedBody
from api.problempages import problem_page, wants_page
from gis.fitting import FitRefused
from gis.parcels import refusals as parcels
from gis.placing import NoTransformation
from gis.rasters.pool import DrawersBusy, RasterUnreadable
from gis.reading import FileRefused
from gis.writing.parent import FileNotWritten
from layers import editing, errors, idempotency, incoming, keptfiles, refusals
from layers.attempts import TooManyAttempts
from layers.errors import MarsaError
from layers.fabric import refusals as fabric
from layers.importing.wishes import NoSuchImport
from layers.passwords import WeakPassword
from layers.room import NotEnoughRoom
from web.files import on_page
from web.problems import plain, told
from web.texts import Lang, language, texts

log = structlog.get_logger()
STATUS: dict[type[MarsaError], HTTPStatus] = {
    errors.NoSuchLayer: HTTPStatus.NOT_FOUND,
    errors.NoSuchFeature: HTTPStatus.NOT_FOUND,
    errors.NoSuchTile: HTTPStatus.NOT_FOUND,
    NoSuchImport: HTTPStatus.NOT_FOUND,
    errors.NoSuchPage: HTTPStatus.NOT_FOUND,
    errors.BadQuery: HTTPStatus.BAD_REQUEST,
    errors.MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    errors.NotSignedIn: HTTPStatus.FORBIDDEN,
    errors.OtherOrigin: HTTPStatus.FORBIDDEN,
    errors.NeedsHttps: HTTPStatus.FORBIDDEN,
    errors.NotThoseWords: HTTPStatus.FORBIDDEN,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    WeakPassword: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.NotYours: HTTPStatus.FORBIDDEN,
    refusals.NeedsTwoAdmins: HTTPStatus.FORBIDDEN,
    refusals.FourEyes: HTTPStatus.CONFLICT,
    idempotency.KeyMissing: HTTPStatus.BAD_REQUEST,
    idempotency.KeyMalformed: HTTPStatus.BAD_REQUEST,
    idempotency.KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    idempotency.KeyInUse: HTTPStatus.CONFLICT,
    idempotency.VersionMissing: HTTPStatus.PRECONDITION_REQUIRED,
    idempotency.VersionStale: HTTPStatus.PRECONDITION_FAILED,
    idempotency.TagsMalformed: HTTPStatus.BAD_REQUEST,
    idempotency.NoSuchObject: HTTPStatus.NOT_FOUND,
    idempotency.BodyUnreadable: HTTPStatus.BAD_REQUEST,
    idempotency.BodyWrong: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.StepRefused: HTTPStatus.CONFLICT,
    refusals.FileAndRightDiffer: HTTPStatus.CONFLICT,
    refusals.NotThatUser: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.FormTooLong: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    refusals.AlreadyThere: HTTPStatus.CONFLICT,
    errors.LinkSpent: HTTPStatus.GONE,
    errors.ForeignHost: HTTPStatus.BAD_REQUEST,
    errors.TooManyParameters: HTTPStatus.BAD_REQUEST,
    errors.AddressTooLong: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    RasterUnreadable: HTTPStatus.SERVICE_UNAVAILABLE,
    DrawersBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TooManyExports: HTTPStatus.TOO_MANY_REQUESTS,
    errors.ExportTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.NoSuchExport: HTTPStatus.NOT_FOUND,
    FileNotWritten: HTTPStatus.INSUFFICIENT_STORAGE,
    FileRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    FitRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    parcels.CornersOverlap: HTTPStatus.CONFLICT,
    fabric.NoSuchPlot: HTTPStatus.NOT_FOUND,
    fabric.PlotRetired: HTTPStatus.CONFLICT,
    fabric.PlotChanged: HTTPStatus.PRECONDITION_FAILED,
    fabric.ReasonMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    fabric.CommandUnreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    fabric.NumberGiven: HTTPStatus.CONFLICT,
    fabric.NothingThere: HTTPStatus.CONFLICT,
    fabric.BuiltUpon: HTTPStatus.CONFLICT,
    fabric.NotClerical: HTTPStatus.UNPROCESSABLE_ENTITY,
    fabric.BlockIsComplete: HTTPStatus.CONFLICT,
    fabric.NotInOneBlock: HTTPStatus.CONFLICT,
    refusals.NotAShape: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.PlotsOverlap: HTTPStatus.CONFLICT,
    refusals.OutsideBlock: HTTPStatus.CONFLICT,
    refusals.OutsideZone: HTTPStatus.CONFLICT,
    refusals.BlocksOverlap: HTTPStatus.CONFLICT,
    refusals.BlockNotFilled: HTTPStatus.CONFLICT,
    refusals.BelowPlanRules: HTTPStatus.CONFLICT,
    refusals.NoSuchCode: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.KeepsExtent: HTTPStatus.CONFLICT,
    refusals.RightLeftBehind: HTTPStatus.CONFLICT,
    refusals.StepBlocked: HTTPStatus.CONFLICT,
    refusals.LandNotKept: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.RightTaken: HTTPStatus.CONFLICT,
    refusals.AreaMismatch: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.AlreadyThere: HTTPStatus.CONFLICT,
    refusals.StillReferred: HTTPStatus.CONFLICT,
    refusals.NotAllowedValue: HTTPStatus.UNPROCESSABLE_ENTITY,
    parcels.LineMissesPlot: HTTPStatus.UNPROCESSABLE_ENTITY,
    parcels.TooManyPieces: HTTPStatus.UNPROCESSABLE_ENTITY,
    parcels.AreaOutOfReach: HTTPStatus.UNPROCESSABLE_ENTITY,
    parcels.NoFrontage: HTTPStatus.UNPROCESSABLE_ENTITY,
    parcels.CannotSubdivide: HTTPStatus.UNPROCESSABLE_ENTITY,
    parcels.NotOnePiece: HTTPStatus.UNPROCESSABLE_ENTITY,
    parcels.TooNarrow: HTTPStatus.UNPROCESSABLE_ENTITY,
    parcels.NotSquare: HTTPStatus.UNPROCESSABLE_ENTITY,
    parcels.CoordinatesUnreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    parcels.Misclosed: HTTPStatus.UNPROCESSABLE_ENTITY,
    parcels.NotAPattern: HTTPStatus.UNPROCESSABLE_ENTITY,
    incoming.NoSuchIncoming: HTTPStatus.NOT_FOUND,
    keptfiles.NoSuchKeptFile: HTTPStatus.NOT_FOUND,
    incoming.FileGone: HTTPStatus.GONE,
    incoming.BadAnswer: HTTPStatus.UNPROCESSABLE_ENTITY,
    incoming.PartNotNext: HTTPStatus.CONFLICT,
    incoming.PartIncomplete: HTTPStatus.CONFLICT,
    incoming.StillAtWork: HTTPStatus.CONFLICT,
    incoming.NotThatState: HTTPStatus.CONFLICT,
    incoming.AnswersChanged: HTTPStatus.PRECONDITION_FAILED,
    incoming.QuotaReached: HTTPStatus.INSUFFICIENT_STORAGE,
    errors.DiskFull: HTTPStatus.INSUFFICIENT_STORAGE,
    refusals.NotAShape: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.PlotsOverlap: HTTPStatus.CONFLICT,
    refusals.OutsideBlock: HTTPStatus.CONFLICT,
    refusals.OutsideZone: HTTPStatus.CONFLICT,
    refusals.BlocksOverlap: HTTPStatus.CONFLICT,
    refusals.BlockNotFilled: HTTPStatus.CONFLICT,
    refusals.BelowPlanRules: HTTPStatus.CONFLICT,
    refusals.NoSuchCode: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.AppendOnly: HTTPStatus.CONFLICT,
    refusals.SharesNotWhole: HTTPStatus.CONFLICT,
    refusals.KeepsExtent: HTTPStatus.CONFLICT,
    refusals.RightLeftBehind: HTTPStatus.CONFLICT,
    refusals.StepBlocked: HTTPStatus.CONFLICT,
    refusals.LandNotKept: HTTPStatus.CONFLICT,
    refusals.RightTaken: HTTPStatus.CONFLICT,
    refusals.AreaMismatch: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.AlreadyThere: HTTPStatus.CONFLICT,
    refusals.StillReferred: HTTPStatus.CONFLICT,
    refusals.NotAllowedValue: HTTPStatus.UNPROCESSABLE_ENTITY,
    editing.NotEditable: HTTPStatus.METHOD_NOT_ALLOWED,
    editing.LiesInNoZone: HTTPStatus.CONFLICT,
    editing.LiesInNoBlock: HTTPStatus.CONFLICT,
    editing.BadFeature: HTTPStatus.UNPROCESSABLE_ENTITY,
    editing.StaleFeature: HTTPStatus.PRECONDITION_FAILED,
    UnsupportedBody: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NoTransformation: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotEnoughRoom: HTTPStatus.INSUFFICIENT_STORAGE,
}
"""Classes that HTTP can meet. The rest of the family is of the command line, and would be a 500."""
LONGEST_FACT = 200
"""Characters of a fact that are repeated to the reader: it may be theirs, and hostile."""


def reader_language(request: Request) -> Lang:
    """The address first, then Accept-Language, then Arabic."""
    return language(request.query_params.get("lang"), request.headers.get("accept-language"))


def slug(error: type[MarsaError]) -> str:
    """`NoSuchLayer` → `no-such-layer`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", error.__name__).lower()


def status_of(error: MarsaError) -> HTTPStatus:
    return STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)


def sentence(error: MarsaError, lang: Lang) -> str:
    """The refusal in one sentence, for the page on which somebody tried: what to do about it where that is known."""
    told_there = texts("account", lang).get(f"why_{getattr(error, 'why', '')}")
    return told_there or told(type(error).__name__, error.facts(), lang)[1]


def problem(request: Request, error: MarsaError) -> Response:
    """The refusal, in the reader's language."""
    status = status_of(error)
    facts = {name: _short(fact) for name, fact in error.facts().items()}
    # On a page each fact is isolated, or "≥ 1" would stand mirrored in an Arabic sentence.
    shown = {name: f"\u2068{plain(fact)}\u2069" for name, fact in facts.items()} if wants_page(request) else facts
    title, detail = told(type(error).__name__, shown, reader_language(request))
    if isinstance(error, refusals.StepRefused):
        detail = error.said(reader_language(request))
    if isinstance(error, FileRefused):
        detail = on_page(error.code, error.details, reader_language(request))
    waits = {HTTPStatus.SERVICE_UNAVAILABLE: "2", HTTPStatus.TOO_MANY_REQUESTS: "15"}
    headers = {"retry-after": waits[status]} if status in waits else {}
    if isinstance(error, idempotency.KeyInUse):
        headers = {"retry-after": "1"}
    return _told(request, status, {**facts, "type": f"/problems/{slug(type(error))}"}, title, detail, headers)


def _told(
    request: Request,
    status: HTTPStatus,
    facts: Mapping[str, object],
    title: str,
    detail: str,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """A page where a reader looks, problem details where a program asks."""
    reference, lang = str(request.scope.get("request_id") or uuid4()), reader_language(request)
    said = {"content-language": lang, "vary": "accept, accept-language", **headers}
    if wants_page(request):
        page = problem_page(request, status, title, detail, reference, lang)
        return Response(page, status_code=status, media_type=HTML, headers=said | {"cache-control": "no-store"})
    body = {
        **facts,
        "title": title,
        "status": status.value,
        "detail": detail,
        "instance": f"urn:uuid:{reference}",
    }
    return Response(json.dumps(body, ensure_ascii=False), status_code=status, media_type=PROBLEM, headers=said)


async def on_marsa_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, MarsaError)  # noqa: S101 registered for this class alone
    return problem(request, error)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Starlette's own refusals, told as ours."""
    assert isinstance(error, HTTPException)  # noqa: S101 registered for this class alone
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allow = {"allow": ", ".join(sorted(_methods(request)))}
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=allow)
        answer = problem(request, errors.MethodNotAllowed(request.method))
        answer.headers.update(allow)
        return answer
    return problem(request, errors.NoSuchPage())


async def on_busy(request: Request, error: Exception) -> Response:
    """The database cut the query off, or no connection came free."""
    log.warning("database_busy", error=type(error).__name__)
    return problem(request, errors.Busy())


async def on_fault(request: Request, error: Exception) -> Response:
    """A fault in the program: told to the log in full, to the reader not at all."""
    log.error("fault", path=request.url.path, exc_info=error)
    t = texts("problem", reader_language(request))
    return _told(request, HTTPStatus.INTERNAL_SERVER_ERROR, {"type": "about:blank"}, t["fault"], t["fault_text"])


async def answer_to(request: Request, error: Exception) -> Response:
    """What the handlers above make of an error, for those who answer without the application's own table of them."""
    if isinstance(error, MarsaError):
        return await on_marsa_error(request, error)
    if isinstance(error, HTTPException):
        return await on_http_exception(request, error)
    return await (on_busy if isinstance(error, BUSY) else on_fault)(request, error)


def _methods(request: Request) -> set[str]:
    """What the address takes; several routes may share it. Files are not routes, and are read alone."""
    taken = {"OPTIONS"}
    for route in request.app.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            taken |= route.methods or set()
    return taken if len(taken) > 1 else {"GET", "HEAD", *taken}


BUSY = (psycopg.errors.QueryCanceled, PoolTimeout)


def _short(fact: object) -> object:
    if isinstance(fact, str) and len(fact) > LONGEST_FACT:
        return fact[:LONGEST_FACT] + "…"
    return fact
