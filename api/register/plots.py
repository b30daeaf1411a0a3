# SPDX-License-Identifier: Apache-2.0
"""Doors of the commands on plots. `{plot}` is a plot's id or its number, also one that it had before."""

from collections.abc import Sequence
from typing import Any

from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.acting import act
from api.query import only
from api.register import bodies
from api.register import plotreading as reading
from api.register.bodies import ByArea, ByFrontage, ByLine, Equally, geometry, on_legal, raw_body, read
from api.register.doing import PRIVATE, Db, do, is_dry_run, legal, named, version_of
from gis.parcels import splitting
from gis.parcels.subdividing import Subdivided, subdivide
from layers.fabric import commands, undoing
from layers.fabric.outcomes import Outcome
from layers.fabric.refusals import CommandUnreadable
from layers.idempotency import VersionMissing


async def draw(request: Request) -> JSONResponse:
    raw = await raw_body(request)
    body = read(bodies.Draw, raw)
    shape = _polygon(geometry(body.geometry, "/geometry", "Polygon", body.crs, legal(request)))
    return await do(
        request,
        raw,
        lambda db, dry: commands.draw(
            db, shape, body.land_use, reason=body.reason, plot_number=body.plot_number, paper=body.papers(), dry_run=dry
        ),
        status=201,
    )


async def split(request: Request) -> JSONResponse:
    raw = await raw_body(request)
    body = read(bodies.Split, raw)
    plot, version = _addressed(request)
    cut = _cut(body, request)
    return await do(
        request,
        raw,
        lambda db, dry: commands.split(
            db,
            plot,
            version,
            cut,
            reason=body.reason,
            rights=body.rights,
            numbers=body.numbers,
            paper=body.papers(),
            dry_run=dry,
        ),
    )


async def merge(request: Request) -> JSONResponse:
    raw = await raw_body(request)
    body = read(bodies.Merge, raw)
    plots = {one.plot: _version(one, request) for one in body.plots}
    return await do(
        request,
        raw,
        lambda db, dry: commands.merge(
            db, plots, reason=body.reason, rights=body.rights, plot_number=body.plot_number, land_use=body.land_use,
            paper=body.papers(), dry_run=dry,
        ),
    )  # fmt: skip


async def adjust(request: Request) -> JSONResponse:
    raw = await raw_body(request)
    body = read(bodies.Adjust, raw)
    plot, version = _addressed(request)
    if body.line is not None and body.other is not None:
        line = geometry(body.line, "/line", "LineString", body.crs, legal(request))
        plots = {plot: version, body.other.plot: _version(body.other, request)}

        def doing(db: Db, dry: bool) -> Outcome:  # noqa: FBT001
            return commands.adjust_border(
                db, plots, LineString(line), reason=body.reason, paper=body.papers(), dry_run=dry
            )

    elif body.corner is not None and body.to is not None:
        corner = on_legal(body.corner, "/corner", body.crs, legal(request))
        to = on_legal(body.to, "/to", body.crs, legal(request))

        def doing(db: Db, dry: bool) -> Outcome:  # noqa: FBT001
            return commands.adjust_corner(
                db, plot, version, corner, to, reason=body.reason, paper=body.papers(), dry_run=dry
            )

    else:
        raise CommandUnreadable("/", "line + other, corner + to")
    return await do(request, raw, doing)


async def resurvey(request: Request) -> JSONResponse:
    raw = await raw_body(request)
    body = read(bodies.Resurvey, raw)
    plot, version = _addressed(request)
    shape = _polygon(geometry(body.geometry, "/geometry", "Polygon", body.crs, legal(request)))
    return await do(
        request,
        raw,
        lambda db, dry: commands.resurvey(
            db,
            plot,
            version,
            shape,
            body.paper.paper(),
            reason=body.reason,
            legal_area_m2=body.legal_area_m2,
            dry_run=dry,
        ),
        duty="surveyor",
    )


async def renumber(request: Request) -> JSONResponse:
    raw = await raw_body(request)
    body = read(bodies.Renumber, raw)
    plot, version = _addressed(request)
    return await do(
        request,
        raw,
        lambda db, dry: commands.renumber(
            db, plot, version, body.plot_number, reason=body.reason, paper=body.papers(), dry_run=dry
        ),
    )


async def retire(request: Request) -> JSONResponse:
    raw = await raw_body(request)
    body = read(bodies.Retire, raw)
    plot, version = _addressed(request)
    return await do(
        request,
        raw,
        lambda db, dry: commands.retire(db, plot, version, reason=body.reason, paper=body.papers(), dry_run=dry),
    )


async def correct(request: Request) -> JSONResponse:
    raw = await raw_body(request)
    body = read(bodies.Correct, raw)
    plot, version = _addressed(request)
    return await do(
        request,
        raw,
        lambda db, dry: commands.correct(
            db, plot, version, body.fields, reason=body.reason, paper=body.papers(), dry_run=dry
        ),
    )


async def subdivide_block(request: Request) -> JSONResponse:
    raw = await raw_body(request)
    body = read(bodies.Subdivide, raw)
    block = request.path_params["block"]
    return await do(
        request,
        raw,
        lambda db, dry: commands.subdivide_block(
            db,
            block,
            body.lots.rule(),
            body.lots.way,
            body.land_use,
            reason=body.reason,
            paper=body.papers(),
            dry_run=dry,
        ),
        status=201,
    )


async def undo(request: Request) -> JSONResponse:
    raw = await raw_body(request)
    body = read(bodies.Turn, raw)
    return await do(request, raw, lambda db, dry: undoing.undo(db, reason=body.reason, dry_run=dry))


async def redo(request: Request) -> JSONResponse:
    raw = await raw_body(request)
    body = read(bodies.Turn, raw)
    return await do(request, raw, lambda db, dry: undoing.redo(db, reason=body.reason, dry_run=dry))


async def show_turns(request: Request) -> JSONResponse:
    """What the reader could take back, and do again, by name; null where there is nothing."""
    only(request, "lang")

    def both(db: Db) -> dict[str, Any]:
        found = {which: undoing.turn(db, which) for which in ("undo", "redo")}
        return {
            which: {"act": str(each.id), **named(each.kind, each.plot_number, which)} if each else None
            for which, each in found.items()
        }

    return JSONResponse(await act(request, both), headers=PRIVATE)


def _cut(body: bodies.Split, request: Request) -> commands.Cut:
    chosen = body.cut
    if isinstance(chosen, ByLine):
        line = LineString(geometry(chosen.line, "/cut/line", "LineString", body.crs, legal(request)))

    def cut(plot: Polygon, streets: BaseGeometry) -> Sequence[Polygon] | Subdivided:
        match chosen:
            case ByLine():
                return splitting.split_by_line(plot, line)
            case ByArea():
                return splitting.split_by_area(plot, chosen.area_m2, chosen.bearing_deg)
            case Equally():
                return splitting.split_equally(plot, chosen.count, chosen.bearing_deg)
            case ByFrontage():
                return splitting.split_by_frontage(plot, streets, chosen.frontage_m, least_m=chosen.least_m)
            case _:
                return subdivide(plot, streets, chosen.rule(), chosen.way)

    return cut


def _addressed(request: Request) -> tuple[str, int | None]:
    plot = request.path_params["plot"]
    return plot, version_of(request)


def _version(one: bodies.OnePlot, request: Request) -> int | None:
    """Said in the body for plots that the address does not name."""
    if one.version is None and request.headers.get("if-match") != "*" and not is_dry_run(request):
        raise VersionMissing()
    return one.version


def _polygon(shape: BaseGeometry) -> Polygon:
    return Polygon(shape)


def writing_routes() -> list[Route]:
    return [
        Route("/register/plots", draw, methods=["POST"]),
        Route("/register/plots/merge", merge, methods=["POST"]),
        Route("/register/plots/{plot}/split", split, methods=["POST"]),
        Route("/register/plots/{plot}/adjust", adjust, methods=["POST"]),
        Route("/register/plots/{plot}/renumber", renumber, methods=["POST"]),
        Route("/register/plots/{plot}/retire", retire, methods=["POST"]),
        Route("/register/plots/{plot}/correct", correct, methods=["POST"]),
        Route("/register/blocks/{block}/subdivide", subdivide_block, methods=["POST"]),
        Route("/register/undo", undo, methods=["POST"]),
        Route("/register/redo", redo, methods=["POST"]),
    ]


def surveying_routes() -> list[Route]:
    return [Route("/register/plots/{plot}/resurvey", resurvey, methods=["POST"])]


def reading_routes() -> list[Route]:
    return [
        Route("/register/undo", show_turns),
        Route("/register/plots/{plot}", reading.show_plot),
        Route("/register/numbers", reading.show_numbers),
    ]
