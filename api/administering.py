# SPDX-License-Identifier: Apache-2.0
"""What the admin does on the page: has the data checked, and takes an import back after a second question."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from api.forms import PRIVATE, posted
from api.permissions import actor_of
from api.problems import reader_language
from api.query import only
from api.service import as_staff, service_of
from layers.administering import CHECKS, IMPORTS, LAST_JOB
from layers.importing.receiving import UNDO
from layers.importing.wishes import NoSuchImport
from layers.jobs import ASK, Job, asked
from web.pages import render
from web.problems import told
from web.texts import Lang, texts

AT_WORK = ("waiting", "running")


async def standing_of_acts(request: Request, lang: Lang) -> dict[str, Any]:
    """For the page: the last checks and the last undoing, the imports, and whether to look again soon."""
    service = service_of(request)
    checks = await as_staff(service, LAST_JOB, {"name": CHECKS.name})
    undoing = await as_staff(service, LAST_JOB, {"name": UNDO.name})
    return {
        "checks": _readable(checks, lang),
        "undoing": _readable(undoing, lang),
        "imports": [_said(request, one, lang) for one in await as_staff(service, IMPORTS, {})],
        "at_work": any(job and job["state"] in AT_WORK for job in (checks, undoing)),
    }


def _said(request: Request, one: dict[str, Any], lang: Lang) -> dict[str, Any]:
    """An import as the page tells it: its target in words, its rows summed."""
    target = str(one["target"] or "")
    catalogue, t = service_of(request).catalogue, texts("admin", lang)

    def said(each: str) -> str:
        layer = catalogue.get(each.removeprefix("layer:"))
        return layer.title.said_in(lang) if layer else t.get(f"target_{each.replace('-', '_')}", each)

    return {
        **one,
        "rows": sum((one["written"] or {}).values()),
        "target_title": ("، " if lang == "ar" else ", ").join(said(each) for each in target.split(", ")),
    }


def _readable(job: dict[str, Any] | None, lang: Lang) -> dict[str, Any] | None:
    """A job as the page tells it: instants to the minute, a refusal as its sentence."""
    if job is None:
        return None
    refusal = job["result"] if job["state"] == "refused" else None
    return {
        **job,
        "percent": round(job["share"] * 100),
        "when": str(job["ended_at"] or job["asked_at"])[:16].replace("T", " "),
        "sentence": told(refusal["type"], refusal["facts"], lang)[1] if refusal else "",
    }


async def have_checked(request: Request) -> Response:
    """`POST /admin/checks`: asks for the checks, unless they are being done."""
    last = await as_staff(service_of(request), LAST_JOB, {"name": CHECKS.name})
    if last is None or last["state"] not in AT_WORK:
        await _ask(request, CHECKS, {})
    return _back(request)


async def confirm_undo(request: Request) -> Response:
    """`/admin/undo?import=…`: what would be taken back, and one button. Raises NoSuchImport."""
    only(request, "import", "lang")
    lang = reader_language(request)
    one = await _import_named(request, request.query_params.get("import", ""))
    return HTMLResponse(
        render("admin/undo.html", page="admin", lang=lang, one=_said(request, one, lang)), headers=PRIVATE
    )


async def undo(request: Request) -> Response:
    """`POST /admin/undo`: the button. Raises NoSuchImport."""
    one = await _import_named(request, (await posted(request)).get("import", ""))
    await _ask(request, UNDO, {"import_id": one["import_id"]})
    return _back(request)


async def _ask(request: Request, job: Job, arguments: dict[str, Any]) -> None:
    await as_staff(service_of(request), ASK, asked(job, arguments, (await actor_of(request)).event_name))


def _back(request: Request) -> Response:
    query = urlencode({"lang": reader_language(request)})
    return RedirectResponse(f"/admin?{query}", status_code=303, headers=PRIVATE)


async def _import_named(request: Request, given: str) -> dict[str, Any]:
    try:
        import_id = str(UUID(given))
    except ValueError:
        raise NoSuchImport(given[:40]) from None
    imports = await as_staff(service_of(request), IMPORTS, {})
    one: dict[str, Any] | None = next((o for o in imports if o["import_id"] == import_id and not o["undone"]), None)
    if one is None:
        raise NoSuchImport(import_id)
    return one


def acting_routes() -> list[Route]:
    return [Route("/admin/checks", have_checked, methods=["POST"])]


def undoing_routes() -> list[Route]:
    return [Route("/admin/undo", confirm_undo, methods=["GET"]), Route("/admin/undo", undo, methods=["POST"])]
