# SPDX-License-Identifier: Apache-2.0
"""Files of the staff on their way in: sent in pieces that can go on after a break, read by a job, answered about, committed."""

import contextlib
import fcntl
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.permissions import actor_of
from api.problems import reader_language
from api.service import Service, as_staff, service_of
from gis.fitting import fit
from gis.reading import FileRefused, Limits
from gis.reading.kinds import ARRIVING, HEAD_BYTES, STRANGERS_BY_NAME, parts_of, refuse_strangers
from layers import incoming, jobs
from layers.errors import MarsaError
from layers.importing import receiving
from layers.importing.answers import control_points, understood
from layers.importing.wishes import NoSuchImport
from layers.jobs import Job
from layers.rasters.answers import is_again, raster_wishes
from layers.room import full_disk_told, require_room
from layers.telling import PREVIEW, REPORT
from web.files import on_page
from web.problems import told
from web.texts import Lang, texts

PRIVATE = {"cache-control": "no-store"}
PIECE_MOST = 16 * 1024 * 1024
BODY_MOST = 512 * 1024
"""Of what is no file: answers, names."""
PARTS_MOST = 20


async def make(request: Request) -> Response:
    """`POST /files/incoming`: names and sizes of the parts; its number, and how much of each is here already."""
    service, given = service_of(request), await _json(request)
    names, sizes, stamps = _announced(given)
    kept = incoming.kept_names(names)
    parts = json.dumps([{"name": k, "size_bytes": s, "stamp": t} for k, s, t in zip(kept, sizes, stamps, strict=True)])
    name = next((n for n in names if parts_of(Path(n).suffix.lower())), names[0])[:200]
    require_room(sum(sizes), service.settings.files)
    binds = {
        "actor": (await actor_of(request)).event_name, "name": name, "sender": _sender(given), "parts": parts,
        "size_bytes": sum(sizes), "most_bytes": incoming.MOST_BYTES,
    }  # fmt: skip
    number = await as_staff(service, incoming.SENDING, binds) or await as_staff(service, incoming.MAKE, binds)
    if number is None:
        raise incoming.QuotaReached(incoming.MOST_BYTES)
    folder = _folder(service, number)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return JSONResponse(await _standing(service, number), status_code=201, headers=PRIVATE)


async def send_part(request: Request) -> Response:
    """`PUT /files/incoming/{id}/parts/{n}?offset=…`: bytes that follow those that are here."""
    service, row = service_of(request), await _found(request)
    part = _part(request, row)
    path = _folder(service, UUID(row["id"])) / part["name"]
    received = await _received(request, path, int(part["size_bytes"]))
    return JSONResponse({"received": received}, headers=PRIVATE)


async def _received(request: Request, path: Path, size: int) -> int:
    """Writes the body behind what is here. What came before a broken connection stays, and is told the next time."""
    offset = request.query_params.get("offset", "")
    taken = 0
    require_room(PIECE_MOST, path.parent)
    with full_disk_told(), path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise incoming.PartNotNext(path.stat().st_size) from None
        here = file.tell()
        if not (offset.isascii() and offset.isdigit()) or int(offset) != here:
            raise incoming.PartNotNext(here)
        async for chunk in request.stream():
            taken += len(chunk)
            if taken > PIECE_MOST or here + taken > size:
                raise incoming.BadAnswer("offset", offset)
            file.write(chunk)
            if here == 0 and taken == len(chunk):
                _require_no_stranger(chunk, path)
    return here + taken


def _require_no_stranger(head: bytes, path: Path) -> None:
    """A drawing of a gigabyte that is not read is refused after its first bytes."""
    try:
        refuse_strangers(head[:HEAD_BYTES], path.suffix, rasters=True)
    except FileRefused:
        path.unlink(missing_ok=True)
        raise


async def arrived(request: Request) -> Response:
    """`POST /files/incoming/{id}/arrived`: all is sent; the first trial begins."""
    service, row = service_of(request), await _found(request)
    folder = _folder(service, UUID(row["id"]))
    for part in row["parts"]:
        path = folder / part["name"]
        received = path.stat().st_size if path.is_file() else 0
        if received != part["size_bytes"]:
            raise incoming.PartIncomplete(part["name"], received, part["size_bytes"])
    await as_staff(service, incoming.ARRIVED, {"incoming": row["id"]})
    await _ask(request, receiving.TRY, row, ["here"])
    return JSONResponse(await _standing(service, UUID(row["id"])), headers=PRIVATE)


async def answer(request: Request) -> Response:
    """`PUT /files/incoming/{id}/answers`: what is meant; a trial with it begins. Raises BadAnswer, FitRefused."""
    service, row = service_of(request), await _found(request)
    given = await _json(request)
    if "kind" in given:  # of a raster; no answer about a plan has this name
        raster_wishes(given, "imagery")
        is_again(given)
    else:
        understood(given)
    if not await as_staff(service, incoming.ANSWER, {"incoming": row["id"], "answers": json.dumps(given)}):
        raise incoming.NotThatState(row["state"])
    await as_staff(service, incoming.STOP, {"incoming": row["id"]})
    # The trial that was stopped may not have ended yet: the page asks for the next one when it has.
    with contextlib.suppress(incoming.StillAtWork):
        await _ask(request, receiving.TRY, row, ["here"])
    return JSONResponse(await _standing(service, UUID(row["id"])), headers=PRIVATE)


async def try_again(request: Request) -> Response:
    """`POST /files/incoming/{id}/try`: a trial with the answers as they are."""
    row = await _found(request)
    await _ask(request, receiving.TRY, row, ["here"])
    return JSONResponse(await _standing(service_of(request), UUID(row["id"])), headers=PRIVATE)


async def commit(request: Request) -> Response:
    """`POST /files/incoming/{id}/commit`: in, whole or not at all, if the report that was seen is the newest."""
    row, given = await _found(request), await _json(request)
    if given.get("answered") != row["answered"]:
        raise incoming.AnswersChanged()
    await _ask(request, receiving.COMMIT, row, ["here"], answered=row["answered"])
    return JSONResponse(await _standing(service_of(request), UUID(row["id"])), headers=PRIVATE)


async def stop(request: Request) -> Response:
    """`POST /files/incoming/{id}/stop`: the job leaves the file as it was."""
    service, row = service_of(request), await _found(request)
    await as_staff(service, incoming.STOP, {"incoming": row["id"]})
    return JSONResponse(await _standing(service, UUID(row["id"])), headers=PRIVATE)


async def forget(request: Request) -> Response:
    """`DELETE /files/incoming/{id}`: a file that is not in is taken away with its bytes."""
    service, row = service_of(request), await _found(request)
    if not await as_staff(service, incoming.FORGET, {"incoming": row["id"]}):
        raise incoming.StillAtWork() if row["state"] in ("sending", "here") else incoming.NotThatState(row["state"])
    shutil.rmtree(_folder(service, UUID(row["id"])), ignore_errors=True)
    return Response(status_code=204)


async def standing(request: Request) -> Response:
    """`GET /files/incoming/{id}`: how it stands: bytes here, job, newest report."""
    row = await _found(request)
    return JSONResponse(await _standing(service_of(request), UUID(row["id"])), headers=PRIVATE)


async def preview(request: Request) -> Response:
    """`GET /files/incoming/{id}/preview[?crs=EPSG]`: what the map draws; with `crs`, where it would lie."""
    row = await _found(request)
    suffix = _suffix(request)
    name = f"preview{suffix}.json" if suffix else PREVIEW
    return _kept(_folder(service_of(request), UUID(row["id"])) / name)


def _suffix(request: Request) -> str:
    """What the names of previews end with: nothing, or the system that is asked about. Raises BadAnswer."""
    crs = request.query_params.get("crs", "")
    if crs and not (crs.isascii() and crs.isdigit()):
        raise incoming.BadAnswer("crs", crs)
    return f"-{crs}" if crs else ""


async def picture(request: Request) -> Response:
    """`GET /files/incoming/{id}/picture[?crs=EPSG]`: a raster as the map shows it before it is in; a PNG."""
    row = await _found(request)
    path = _folder(service_of(request), UUID(row["id"])) / f"picture{_suffix(request)}.png"
    return _kept(path, "image/png")


async def raw(request: Request) -> Response:
    """`GET /files/incoming/{id}/raw`: the drawing in its own numbers."""
    row = await _found(request)
    return _kept(_folder(service_of(request), UUID(row["id"])) / receiving.RAW)


async def fitted(request: Request) -> Response:
    """`POST /files/fit`: the transformation of control points, with what is left at each. Raises FitRefused."""
    given = await _json(request)
    kind = given.get("kind", "similarity")
    if kind not in ("similarity", "affine"):
        raise incoming.BadAnswer("fit", kind)
    made = fit(control_points(given.get("points")), kind)
    return JSONResponse(
        {
            "scale": made.scale, "scale_y": made.scale_y, "rotation_deg": made.rotation_deg,
            "residuals_m": made.residuals_m, "rms_m": made.rms_m, "outlier": made.outlier, "pipeline": made.pipeline,
        },
        headers=PRIVATE,
    )  # fmt: skip


async def undo(request: Request) -> Response:
    """`POST /files/imports/{id}/undo`: the job that takes a whole import back."""
    service, number = service_of(request), uuid_of(request.path_params["import_id"], NoSuchImport)
    known = await as_staff(service, incoming.IMPORTS, {})
    if not any(each["id"] == str(number) and not each["undone"] for each in known):
        raise NoSuchImport(str(number))
    job = await as_staff(
        service, jobs.ASK, jobs.asked(receiving.UNDO, {"import_id": str(number)}, (await actor_of(request)).event_name)
    )
    return JSONResponse({"job": str(job)}, headers=PRIVATE)


async def job_standing(request: Request) -> Response:
    """`GET /files/jobs/{job}`: how an undoing stands."""
    number = uuid_of(request.path_params["job"], incoming.NoSuchIncoming)
    found = await as_staff(service_of(request), jobs.STANDING, {"job": number})
    if found is None or found["name"] not in {job.name for job in receiving.JOBS}:
        raise incoming.NoSuchIncoming(str(number))
    return JSONResponse({**found, "told": why_ended(found, reader_language(request))}, headers=PRIVATE)


def why_ended(standing: dict[str, Any] | None, lang: Lang) -> str | None:
    """Why a job came to nothing, as a sentence; None when it did not."""
    if not standing or standing["state"] not in ("refused", "failed", "stopped"):
        return None
    if standing["state"] != "refused":
        return texts("incoming", lang)[f"ended_{standing['state']}"]
    kind, facts = standing["result"]["type"], standing["result"]["facts"]
    if kind == "FileRefused":
        return on_page(facts["code"], facts["details"], lang)
    return told(kind, facts, lang)[1]


async def _ask(request: Request, job: Job, row: dict[str, Any], states: list[str], **arguments: Any) -> None:
    """Puts a job to the file. Raises StillAtWork, NotThatState."""
    service = service_of(request)
    asked = jobs.asked(job, {"incoming": row["id"], **arguments}, (await actor_of(request)).event_name)
    if await as_staff(service, incoming.ASK, {**asked, "incoming": row["id"], "states": states}) is None:
        now = await as_staff(service, incoming.FIND, {"incoming": row["id"]})
        raise incoming.StillAtWork() if now and now["state"] in states else incoming.NotThatState(row["state"])


async def found(service: Service, number: UUID) -> dict[str, Any]:
    """The row of a file. Raises NoSuchIncoming."""
    row: dict[str, Any] | None = await as_staff(service, incoming.FIND, {"incoming": number})
    if row is None:
        raise incoming.NoSuchIncoming(str(number))
    return row


async def _found(request: Request) -> dict[str, Any]:
    return await found(service_of(request), uuid_of(request.path_params["incoming"], incoming.NoSuchIncoming))


def uuid_of(text: str, refusal: Callable[[str], MarsaError]) -> UUID:
    """Raises the refusal for what is no number of ours."""
    try:
        return UUID(text)
    except ValueError:
        raise refusal(text[:40]) from None


async def _standing(service: Service, number: UUID) -> dict[str, Any]:
    row = await found(service, number)
    folder = _folder(service, number)
    here = [(folder / part["name"]).stat().st_size if (folder / part["name"]).is_file() else 0 for part in row["parts"]]
    return {
        "id": row["id"], "name": row["name"], "state": row["state"], "answered": row["answered"], "received": here,
        "parts": row["parts"], "job": row["standing"], "reported": row["reported"],
        "import_id": row["import_id"],
    }  # fmt: skip


def report_of(service: Service, number: UUID) -> dict[str, Any] | None:
    """The newest report of a file, None before its first trial has ended."""
    path = _folder(service, number) / REPORT
    if not path.is_file():
        return None
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return report


def _kept(path: Path, media_type: str = "application/json") -> Response:
    if not path.is_file():
        raise incoming.NoSuchIncoming(path.stem)
    return Response(path.read_bytes(), media_type=media_type, headers=PRIVATE)


def _folder(service: Service, number: UUID) -> Path:
    return incoming.folder_of(service.settings.files, number)


def _part(request: Request, row: dict[str, Any]) -> dict[str, Any]:
    number = request.path_params["part"]
    if row["state"] != "sending":
        raise incoming.NotThatState(row["state"])
    if not (number.isascii() and number.isdigit()) or int(number) >= len(row["parts"]):
        raise incoming.NoSuchIncoming(number[:20])
    part: dict[str, Any] = row["parts"][int(number)]
    return part


def _announced(given: dict[str, Any]) -> tuple[list[str], list[int], list[int]]:
    """Names, sizes and stamps of the parts. Raises FileRefused for what will not be read, before a byte of it is sent."""
    files = given.get("files")
    if not isinstance(files, list) or not 0 < len(files) <= PARTS_MOST:
        raise incoming.BadAnswer("files", files)
    try:
        # No sign that steers a terminal, and none that PostgreSQL cannot keep.
        names = ["".join(c if c.isprintable() else "_" for c in str(each["name"]))[:250] for each in files]
        sizes, stamps = [int(each["size"]) for each in files], [int(each.get("stamp", 0)) for each in files]
    except (KeyError, TypeError, ValueError, OverflowError):
        raise incoming.BadAnswer("files", files) from None
    most = Limits().file_bytes
    if min(sizes) < 0 or sum(sizes) > most:
        raise FileRefused("file_too_large", size_bytes=sum(sizes), most_bytes=most)
    suffixes = [Path(name).suffix.lower() for name in names]
    read = [suffix for kind in ARRIVING for suffix in kind.suffixes]
    stranger = next((STRANGERS_BY_NAME[suffix] for suffix in suffixes if suffix in STRANGERS_BY_NAME), None)
    if stranger is not None:
        raise FileRefused(stranger)
    # A DWG says in its first bytes which release it is of, which its refusal names.
    if not any(suffix in (*read, ".dwg") for suffix in suffixes):
        raise FileRefused("kind_unknown", suffix=suffixes[0][:12], read=read)
    if any(size == 0 for suffix, size in zip(suffixes, sizes, strict=True) if suffix in read):
        raise FileRefused("file_empty")
    return names, sizes, stamps


def _sender(given: dict[str, Any]) -> str:
    sender = given.get("sender", "")
    if not isinstance(sender, str) or len(sender) > 100 or "\x00" in sender:
        raise incoming.BadAnswer("sender", sender)
    return " ".join(sender.split())


async def _json(request: Request) -> dict[str, Any]:
    """The body as an object. Raises BadAnswer."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MOST:
            raise incoming.BadAnswer("body", f"> {BODY_MOST}")
    try:
        given = json.loads(body or b"{}", parse_constant=_no_number)
        json.dumps(given, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        raise incoming.BadAnswer("body", "?") from None
    if not isinstance(given, dict):
        raise incoming.BadAnswer("body", type(given).__name__)
    return given


def _no_number(word: str) -> None:
    raise ValueError(word)


def routes() -> list[Route]:
    one = "/files/incoming/{incoming}"
    return [
        Route("/files/incoming", make, methods=["POST"]),
        Route("/files/fit", fitted, methods=["POST"]),
        Route("/files/jobs/{job}", job_standing, methods=["GET"]),
        Route("/files/imports/{import_id}/undo", undo, methods=["POST"]),
        Route(one, standing, methods=["GET"]),
        Route(one, forget, methods=["DELETE"]),
        Route(f"{one}/parts/{{part}}", send_part, methods=["PUT"]),
        Route(f"{one}/arrived", arrived, methods=["POST"]),
        Route(f"{one}/answers", answer, methods=["PUT"]),
        Route(f"{one}/try", try_again, methods=["POST"]),
        Route(f"{one}/commit", commit, methods=["POST"]),
        Route(f"{one}/stop", stop, methods=["POST"]),
        Route(f"{one}/preview", preview, methods=["GET"]),
        Route(f"{one}/picture", picture, methods=["GET"]),
        Route(f"{one}/raw", raw, methods=["GET"]),
    ]
