# SPDX-License-Identifier: Apache-2.0
"""`/files`: the page on which a consultant's file comes in, and its pieces as the server renders them."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from api import files
from api.acting import act
from api.maplayers import GROUPS, map_layers, register_of
from api.pages import map_of
from api.permissions import BRING, may
from api.problems import reader_language
from api.query import only
from api.service import Service, as_staff, service_of
from gis.rasters.found import METRES
from gis.reading.kinds import ARRIVING
from layers import incoming
from layers.declaration import Layer
from layers.errors import NoSuchLayer
from layers.importing.answers import NAMES
from layers.importing.columns import fillable
from layers.importing.staging import MODEL_KINDS
from layers.importing.wishes import NEW_ZONE, PORT, REFERENCE, target_layer
from layers.keptfiles import NoSuchKeptFile, kept_file, kept_files
from layers.rasters.answers import DATUMS
from layers.rasters.answers import NAMES as RASTER_NAMES
from web.files import LEVELS, on_page, where_said
from web.pages import render
from web.texts import Lang, texts

PAGE = "incoming"
PRIVATE = {"cache-control": "no-store"}
ENCODINGS = ("utf-8", "windows-1256", "iso8859-6", "cp720", "cp864", "windows-1252")
UNITS = ("m", "cm", "mm", "km", "ft", "us-ft", "in")
EXAMPLES = 40
"""Findings of one kind that are listed; the page says how many more there are."""
MOVES = 500
_SCRIPT_TEXTS = (
    "ended_failed", "ended_stopped", "step_copying", "step_levels", "step_looking", "step_measuring", "folder_dropped", "gone_network", "gone_session", "jumped", "kilobytes", "left_over", "megabytes", "name_lost",
    "picked_map", "picked_plan", "sending", "step_committing", "step_placing", "step_reading", "step_undoing", "step_waiting",
    "step_writing", "too_long_away",
)  # fmt: skip


async def show(request: Request) -> Response:
    """The page. Whoever is not let in is told how to be."""
    only(request, "file", "lang")
    service, lang = service_of(request), reader_language(request)
    if not await may(request, BRING):
        return HTMLResponse(render("files/closed.html", page=PAGE, lang=lang), status_code=403, headers=PRIVATE)
    register = await register_of(service)
    drawn = map_layers(service.catalogue, register, lang)
    t = texts(PAGE, lang)
    html = render(
        "files/page.html",
        page=PAGE,
        lang=lang,
        module=f"/map.js?lang={lang}",
        element=map_of(service, register, drawn, lang).element,
        illustrative=register.illustrative,
        suffixes=sorted(
            {suffix for kind in ARRIVING for suffix in (*kind.suffixes, *kind.parts)} | {*incoming.BESIDE, ".dwg"}
        ),
        families=json.dumps([[kind.suffixes, [*kind.parts, *incoming.BESIDE]] for kind in ARRIVING if kind.parts]),
        senders=await as_staff(service, incoming.SENDERS, {}),
        said={name: t[name] for name in _SCRIPT_TEXTS},
        file=request.query_params.get("file", ""),
        **await _listed(request),
    )
    return HTMLResponse(html, headers=PRIVATE)


async def lists(request: Request) -> Response:
    """`/files/list`: files on their way, and earlier imports."""
    lang = reader_language(request)
    html = render("files/lists.html", page=PAGE, lang=lang, **await _listed(request))
    return HTMLResponse(html, headers=PRIVATE)


async def panel(request: Request) -> Response:
    """`/files/incoming/{id}/panel`: all that can be said of a file and answered about it."""
    service, lang = service_of(request), reader_language(request)
    row = await files.found(service, files.uuid_of(request.path_params["incoming"], incoming.NoSuchIncoming))
    report = files.report_of(service, UUID(row["id"]))
    if report is not None and report.get("raster"):
        return HTMLResponse(await _raster_panel(service, row, report, lang), headers=PRIVATE)
    targets, sets = _targets(service, lang), _field_sets(service, report, row["answers"], lang)
    zones = await as_staff(service, incoming.ZONES, {})
    names = {zone["code"]: zone[lang] for zone in zones}
    going_to = sorted({layer.get("target") or REFERENCE for layer in report["layers"]} if report else set())
    html = render(
        "files/panel.html",
        page=PAGE,
        lang=lang,
        row=row,
        standing=row["standing"],
        refusal=files.why_ended(row["standing"], lang),
        report=report,
        is_raster=False,
        answers={**dict.fromkeys(NAMES), **row["answers"]},
        findings=_findings(report, lang, names) if report else [],
        where=where_said(report.get("where"), names, lang) if report else "",
        targets=targets,
        target_titles={
            "reference": texts("incoming", lang)["target_reference"],
            **{value: title for _, layers in targets for value, title in layers},
        },
        field_sets=sets,
        going_to=going_to,
        several=len(going_to) > 1,
        file_layers=list({layer["name"]: layer["features"] for layer in report["layers"]}.items()) if report else [],
        zones=zones,
        codes=await _codes(service, lang),
        model=report is not None and report["kind"] in MODEL_KINDS,
        encodings=ENCODINGS,
        units=UNITS,
        moves_most=MOVES,
    )
    return HTMLResponse(html, headers=PRIVATE)


async def _raster_panel(service: Service, row: dict[str, Any], report: dict[str, Any], lang: Lang) -> str:
    """What can be said of a raster and answered about it."""
    datums = (await _codes(service, lang)).get("vertical_datum", {})
    found = [
        (level, on_page(issue["code"], issue["facts"], lang))
        for level in LEVELS
        for issue in report["findings"]
        if issue["level"] == level and issue["code"] != "raster_crs_unknown"  # its fieldset says it
    ]
    return render(
        "files/panel.html",
        page=PAGE,
        lang=lang,
        row=row,
        standing=row["standing"],
        refusal=files.why_ended(row["standing"], lang),
        report=report,
        is_raster=True,
        answers={**dict.fromkeys(NAMES | RASTER_NAMES), **row["answers"]},
        found=found,
        wanted={issue["code"] for issue in report["findings"]},
        why=next((f["facts"]["why"] for f in report["findings"] if f["code"] == "raster_crs_unknown"), None),
        datums={code: datums[code] for code in DATUMS if code in datums},
        units=tuple(METRES),
    )


async def kept(request: Request) -> Response:
    """`/files/kept/{source}`: the file of a model or of projects, as a download. Raises NoSuchKeptFile."""
    source = files.uuid_of(request.path_params["source"], NoSuchKeptFile)
    name, content = await act(request, lambda db: kept_file(db, source))
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(
        content, media_type="application/octet-stream", headers={**PRIVATE, "content-disposition": disposition}
    )


async def _listed(request: Request) -> dict[str, Any]:
    service = service_of(request)
    return {
        "kept": await act(request, kept_files),
        "open_files": await as_staff(service, incoming.OPEN, {}),
        "imports": await as_staff(service, incoming.IMPORTS, {}),
    }


@dataclass(frozen=True)
class FieldChoice:
    """A field of the target layer that a field of the file can fill. `codelist`: its values, where it has one."""

    name: str
    title: str
    needed: bool
    codelist: str | None


@dataclass(frozen=True)
class Kind:
    """All findings of one code: a sentence, how many, and the first of them as (sentence, layer, ref, lonlat)."""

    level: str
    code: str
    number: int
    examples: tuple[tuple[str, str | None, str | None, Any], ...]


def _findings(report: dict[str, Any], lang: Lang, zones: dict[str, str]) -> list[Kind]:
    """By level, then by code."""
    by_code: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for finding in report["findings"]:
        issue = finding["issue"]
        by_code.setdefault((issue["level"], issue["code"]), []).append(finding)
    kinds = []
    for level in LEVELS:
        for (its, code), ours in by_code.items():
            if its != level:
                continue
            examples = tuple(
                (on_page(code, f["issue"]["facts"], lang, zones), f["issue"]["layer"], f["issue"]["ref"], f["lonlat"])
                for f in ours[:EXAMPLES]
            )
            kinds.append(Kind(level, code, report["counts"].get(f"{level}:{code}", len(ours)), examples))
    return kinds


def _targets(service: Service, lang: Lang) -> list[tuple[str, list[tuple[str, str]]]]:
    """Layers that a file can go into, by group."""
    found = []
    for group, titles, _ in GROUPS:
        layers = [
            (f"layer:{layer.id}", layer.title.said_in(lang))
            for layer in service.catalogue
            if layer.group == group and group not in ("base", "drawings") and _takes_files(layer)
        ]
        if layers:
            found.append((titles[lang], layers))
    return found


def _takes_files(layer: Layer) -> bool:
    try:
        return target_layer(f"layer:{layer.id}") is not None
    except NoSuchLayer:
        return False


@dataclass(frozen=True)
class FieldSet:
    """What one target takes of which layers. `prefix`: before the names of its fields, where the file goes to several."""

    prefix: str
    title: str
    fields: list[FieldChoice]
    layers: list[dict[str, Any]]


def _field_sets(service: Service, report: dict[str, Any] | None, answers: dict[str, Any], lang: Lang) -> list[FieldSet]:
    """For each target of the file its fields; none for a drawing, which keeps all fields as they are."""
    if report is None or answers.get("target") == PORT:
        return []
    by_target: dict[str, list[dict[str, Any]]] = {}
    for layer in report["layers"]:
        by_target.setdefault(layer.get("target") or REFERENCE, []).append(layer)
    made = []
    for target, layers in by_target.items():
        fields = _fields(service, target, lang)
        layer = target_layer(target) if fields else None
        if layer is not None:
            prefix = f"{layer.id}." if len(by_target) > 1 else ""
            made.append(FieldSet(prefix, layer.title.said_in(lang), fields, layers))
    return made


def _fields(service: Service, target: str, lang: Lang) -> list[FieldChoice]:
    """What a target takes; nothing of a drawing."""
    if target == REFERENCE:
        return []
    layer = target_layer(target)
    if layer is None or (target != NEW_ZONE and service.catalogue.get(layer.id) is None):
        return []
    choices = []
    for name, column in fillable(layer).items():
        field = layer.by_name.get(name)
        title = field.title.said_in(lang) if field else name
        needed = not column.nullable and column.server_default is None
        codelist = column.info.get("codelist") or (field.codelist if field else None)
        choices.append(FieldChoice(name, title, needed, codelist))
    return choices


async def _codes(service: Service, lang: Lang) -> dict[str, dict[str, str]]:
    register = await register_of(service)
    return {name: {code: titles[lang] for code, titles in codes.items()} for name, codes in register.codes.items()}


def routes() -> list[Route]:
    return [
        Route("/files/list", lists, methods=["GET"]),
        Route("/files/kept/{source}", kept, methods=["GET"]),
        Route("/files/incoming/{incoming}/panel", panel, methods=["GET"]),
    ]
