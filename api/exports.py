# SPDX-License-Identifier: Apache-2.0
"""Taking a collection away: the page that asks in which form, the file itself, and the job that makes a large one."""

from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from api import links, negotiation
from api.doors import LONGEST_ADDRESS, MOST_PARAMETERS
from api.downloads import client_of, file_name, stream, whole
from api.links import link
from api.looks import classes_in_file
from api.maplayers import Register, register_of
from api.moments import moment_of
from api.negotiation import HTML, JSON
from api.problems import reader_language
from api.question import Choice, choice
from api.records import way_to
from api.service import Service, as_staff, service_of
from api.shells import shell, within
from api.stakeout import FORM as STAKEOUT
from api.stakeout import stakeout_page
from layers import jobs
from layers.declaration import Layer
from layers.errors import BadQuery, ExportTooLarge, NoSuchExport, TooManyExports
from layers.exporting import FORMATS, Format, NoSuchFormat, Wanted, format_named
from layers.exporting.job import ASK, arguments_of, file_of
from layers.reference import CRS84, storage_crs
from web.texts import Lang, number, size, texts

OWN = ("shape", "encoding")
MOST_WAITED_FOR = 250_000
"""Features of a file that is made while somebody waits."""
OF_ONE_CLIENT, TOGETHER = 3, 12
"""Jobs under way."""


async def get_export(request: Request) -> Response:
    """`/collections/{collection}/export?f=…`: the file; without a format the formats, as a page or for machines."""
    service = service_of(request)
    layer = service.layer(request.path_params["collection"])
    asked = request.query_params.get("f")
    if asked in (None, "html", "json"):
        return await _forms(request, service, layer)
    if asked == STAKEOUT:
        return await stakeout_page(request, service, layer)
    wanted, found = await _wanted(request, service, layer)
    name = file_name(wanted, found[0])
    if wanted.format.streamed:
        return await stream(request, service, wanted, name)
    if found[1] > MOST_WAITED_FOR:
        raise ExportTooLarge(found[1], MOST_WAITED_FOR)
    return await whole(request, service, wanted, name)


async def ask_export(request: Request) -> Response:
    """POST `/collections/{collection}/export?f=…`: the same file, made as a job; leads to where it is followed."""
    service = service_of(request)
    layer = service.layer(request.path_params["collection"])
    request = await _with_form(request)
    moment = moment_of(request, service.installation.time_zone)
    service = service if moment is None else service.at(moment)
    wanted, found = await _wanted(request, service, layer)
    told = jobs.as_told(arguments_of(wanted, file_name(wanted, found[0])))
    limits = {"most": OF_ONE_CLIENT, "most_together": TOGETHER}
    made = await as_staff(service, ASK, {"arguments": told, "actor": client_of(request, service), **limits})
    if made is None:
        raise TooManyExports()
    address = within(f"/exports/{made}", reader_language(request))
    return RedirectResponse(address, status_code=303)


async def get_standing(request: Request) -> Response:
    """`/exports/{export}`: how far it is, and where the file is when it is whole."""
    service = service_of(request)
    job = await _job(request, service)
    lang = negotiation.reader_language(request)
    here = f"/exports/{job['id']}"
    ready = job["state"] == "done" and file_of(service.settings.files, job["id"], job["result"]["file"]).is_file()
    body = {
        "id": job["id"],
        "state": job["state"] if ready or job["state"] != "done" else "removed",
        "share": job["share"],
        "result": job["result"],
        "links": [link(f"{links.base(request)}{here}/file", "enclosure", "application/octet-stream")] if ready else [],
    }
    if negotiation.format_of(request) == "json":
        return Response(jobs.as_told(body), media_type=JSON, headers={"cache-control": "no-store"})
    page = shell(
        request,
        await register_of(service),
        "export",
        crumbs=[],
        title=texts("ogc", lang)["download_title"],
        state=body["state"],
        share=round(job["share"] * 100),
        file=within(f"{here}/file", lang) if ready else None,
        stop=within(f"{here}/stop", lang),
        result=job["result"] if ready else None,
        losses=[loss[lang] for loss in (job["result"] or {}).get("losses", ())] if ready else [],
        size=size(job["result"]["bytes"], lang) if ready else "",
    )
    return Response(page, media_type=HTML, headers={"cache-control": "no-store", "content-language": lang})


async def get_file(request: Request) -> Response:
    """`/exports/{export}/file`: the finished file; a download that was cut goes on where it stopped (Range)."""
    service = service_of(request)
    job = await _job(request, service)
    path = file_of(service.settings.files, job["id"], (job["result"] or {}).get("file", ""))
    if job["state"] != "done" or not path.is_file():
        raise NoSuchExport(job["id"])
    form = next((form for form in FORMATS.values() if path.name.endswith(form.ending)), None)
    return FileResponse(
        path,
        filename=path.name,
        media_type=form.media_type if form else "application/octet-stream",
        headers={"cache-control": "private, max-age=3600"},
    )


async def stop_export(request: Request) -> Response:
    """POST `/exports/{export}/stop`: whoever asked waits no longer."""
    service = service_of(request)
    job = await _job(request, service)
    await as_staff(service, jobs.STOP, {"job": job["id"]})
    return RedirectResponse(within(f"/exports/{job['id']}", reader_language(request)), status_code=303)


def read_routes() -> list[Route]:
    return [
        Route("/collections/{collection}/export", get_export),
        Route("/exports/{export}", get_standing),
        Route("/exports/{export}/file", get_file),
    ]


def ask_routes() -> list[Route]:
    return [
        Route("/collections/{collection}/export", ask_export, methods=["POST"]),
        Route("/exports/{export}/stop", stop_export, methods=["POST"]),
    ]


async def _with_form(request: Request) -> Request:
    """The request as if the fields of a page's form stood in its address, but for those that are empty or that the
    chosen format has no use for. Raises BadQuery for a form that is longer than an address may be.
    """
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        return request
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > LONGEST_ADDRESS:
            raise BadQuery("form", f"{len(raw)} B", f"≤ {LONGEST_ADDRESS} B")
    try:
        fields = parse_qsl(raw.decode("ascii"), max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise BadQuery("form", "", "application/x-www-form-urlencoded") from None
    form = FORMATS.get(dict(fields).get("f", ""))
    unused = (
        {"shape", "encoding", "crs"}
        if form is None
        else {
            *(() if form.shapes else ("shape",)),
            *(() if len(form.encodings) > 1 else ("encoding",)),
            *(() if len(form.columns) > 1 else ("crs",)),
        }
    )
    kept = [(name, value) for name, value in fields if name not in unused]
    query = urlencode([*request.query_params.multi_items(), *kept])
    return Request({**request.scope, "query_string": query.encode()})


async def _job(request: Request, service: Service) -> dict[str, Any]:
    given = request.path_params["export"]
    try:
        found = await as_staff(service, jobs.STANDING, {"job": UUID(given)})
    except ValueError:
        raise NoSuchExport(given) from None
    if found is None or found["name"] != "export":
        raise NoSuchExport(given)
    return dict(found)


async def _wanted(request: Request, service: Service, layer: Layer) -> tuple[Wanted, tuple[int, int]]:
    """What the address asks for; the layer's version, and how many features that is."""
    asked = request.query_params
    chosen = choice(request, service, layer, *OWN)
    try:
        form = format_named(asked.get("f", ""))
    except NoSuchFormat:
        raise BadQuery("f", asked.get("f", ""), ", ".join(FORMATS)) from None
    register = await register_of(service)
    lang = reader_language(request)
    shape, encoding = asked.get("shape"), asked.get("encoding", form.encodings[0])
    _require("shape", shape, form.shapes)
    _require("encoding", encoding, form.encodings)
    column = chosen.view.column if chosen.view else None
    if column is not None and column not in form.columns:
        raise BadQuery("crs", asked["crs"], form.title)
    wanted = Wanted(
        layer,
        form,
        service.installation.srid,
        lang,
        column=column,
        selection=chosen.selection,
        binds=chosen.binds,
        order=chosen.order,
        properties=chosen.properties,
        shape=shape,  # type: ignore[arg-type]  # held to the format's own above
        encoding=encoding,  # type: ignore[arg-type]
        classes=_classes(service, register, layer, lang),
        time_zone=service.installation.time_zone,
        moment=service.moment,
        asked="&".join(f"{name}={value}" for name, value in asked.multi_items() if name not in ("f", "lang", *OWN)),
    )
    return wanted, await _count(service, layer, chosen)


async def _count(service: Service, layer: Layer, chosen: Choice) -> tuple[int, int]:
    version = service.version(layer)
    count = await service.counts.of(
        service.ask, layer, chosen.selection, dict(chosen.binds), version=version, how="exact"
    )
    return count.version, count.found


def _require(parameter: str, given: str | None, offered: tuple[str, ...]) -> None:
    if given is not None and given not in offered:
        raise BadQuery(parameter, given, ", ".join(offered) or "–")


def _classes(service: Service, register: Register, layer: Layer, lang: Lang) -> Any:
    if layer.colour_by is None:
        return ()
    codes = register.codes.get(layer.by_name[layer.colour_by].codelist or "", {})
    return classes_in_file(service.catalogue, layer, {code: titles[lang] for code, titles in codes.items()})


async def _forms(request: Request, service: Service, layer: Layer) -> Response:
    """In which forms the selection can be had, with its count."""
    chosen = choice(request, service, layer, *OWN)
    _, found = await _count(service, layer, chosen)
    lang = reader_language(request)
    t = texts("ogc", lang)
    here = f"/collections/{layer.id}/export"
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in ("f", "lang", *OWN)]
    if negotiation.format_of(request) == "json":
        body = {
            "numberMatched": found,
            "links": [
                link(
                    links.here_but(request, f=form.id),
                    "enclosure",
                    form.media_type,
                    f"{form.title}, {form.use.said_in(lang)}",
                )
                for form in FORMATS.values()
            ],
        }
        return Response(jobs.as_told(body), media_type=JSON, headers={"cache-control": "no-cache"})
    page = shell(
        request,
        await register_of(service),
        "download",
        crumbs=[*way_to(layer, lang)],
        title=f"{t['download']}: {layer.title.said_in(lang)}",
        address=here,
        kept=kept,
        unfiltered=within(here, lang) if kept else None,
        found=number(found),
        formats=[_form(form, lang) for form in FORMATS.values()],
        legal=storage_crs(service.installation.srid),
        degrees=CRS84,
        stakeout=f"{here}?{urlencode([*kept, ('f', STAKEOUT), ('lang', lang)])}",
    )
    return Response(page, media_type=HTML, headers={"cache-control": "no-cache", "content-language": lang})


def _form(form: Format, lang: Lang) -> dict[str, Any]:
    return {
        "id": form.id,
        "title": form.title,
        "use": form.use.said_in(lang),
        "losses": [loss.said_in(lang) for loss in form.losses],
    }
