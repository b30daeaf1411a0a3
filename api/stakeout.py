# SPDX-License-Identifier: Apache-2.0
"""The stake-out list as pages of paper: what a surveyor takes to the field, plot by plot, every corner with E, N, H and its mark."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from psycopg import sql
from pyproj import CRS
from starlette.requests import Request
from starlette.responses import Response

from api.maplayers import register_of
from api.negotiation import HTML
from api.problems import reader_language
from api.question import choice
from api.service import Service
from layers.declaration import Layer
from layers.exporting import Wanted, format_named
from layers.exporting.statements import for_surveyors
from web.pages import render
from web.texts import number

FORM = "stakeout"
"""What the address asks for, where it would name the format of a file."""
MOST = 4_000
"""Corners on paper: about a hundred pages. Who needs more takes the file."""


@dataclass(frozen=True)
class Staked:
    """One plot, or other feature, and its corners: number, E, N, H, code of the mark."""

    name: str
    corners: tuple[tuple[str, str, str, str, str], ...]


async def stakeout_page(request: Request, service: Service, layer: Layer) -> Response:
    """`/collections/{collection}/export?f=stakeout`: A4 pages of the selection. Raises BadQuery."""
    chosen = choice(request, service, layer)
    lang = reader_language(request)
    wanted = Wanted(
        layer, format_named("csv"), service.installation.srid, lang,
        selection=chosen.selection, binds=chosen.binds, order=chosen.order, shape="corners",
    )  # fmt: skip
    rows = sql.SQL(
        "select coalesce(json_agg(json_build_array(a, b, c::text, d::text, e, f)), '[]') from ({} limit {}) t(a, b, c, d, e, f)"
    )
    statement = rows.format(for_surveyors(wanted).statement, sql.Literal(MOST + 1)).as_string(None)
    row = await service.row(statement, dict(chosen.binds))
    corners: list[list[Any]] = row[0] if row else []
    register = await register_of(service)
    here = f"/collections/{layer.id}/export"
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in ("f", "lang")]
    html = render(
        "ogc/stakeout.html",
        page="map",
        lang=lang,
        zone=register.zone[lang],
        illustrative=register.illustrative,
        title=layer.title.said_in(lang),
        named=layer.by_name[layer.label].title.said_in(lang) if layer.label else "",
        staked=_staked(corners[:MOST]),
        corners=number(min(len(corners), MOST)),
        more=len(corners) > MOST,
        most=number(MOST),
        selection="&".join(f"{name}={value}" for name, value in kept),
        file=f"{here}?{urlencode([*kept, ('f', 'xlsx'), ('shape', 'corners'), ('lang', lang)])}",
        back=f"{here}?{urlencode([*kept, ('lang', lang)])}",
        switched=f"{here}?{urlencode([*kept, ('f', FORM), ('lang', 'en' if lang == 'ar' else 'ar')])}",
        crs=f"EPSG:{service.installation.srid} · {CRS.from_epsg(service.installation.srid).name}",
        version=service.version(layer) or "–",
        today=f"{datetime.now(ZoneInfo(service.installation.time_zone)):%Y-%m-%d}",
    )
    return Response(html, media_type=HTML, headers={"cache-control": "no-cache", "content-language": lang})


def _staked(rows: Iterable[list[Any]]) -> list[Staked]:
    """Corners that follow each other under one name are of one feature."""
    return [
        Staked(str(name), tuple((str(n), e, north, "" if h is None else f"{h:.3f}", code or "") for _, n, e, north, h, code in ours))
        for name, ours in groupby(rows, key=lambda row: row[0])
    ]  # fmt: skip
