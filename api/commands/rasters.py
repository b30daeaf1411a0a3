# SPDX-License-Identifier: Apache-2.0
"""The part of `./marsa import` that takes a GeoTIFF: what it asks of the person, and what it answers."""

import argparse
import getpass
import json
import sys
from datetime import date
from pathlib import Path

import psycopg

from api.installation import cli_language, open_register, settings_for
from gis.coordinate_systems import named
from gis.rasters.found import METRES
from gis.rasters.header import is_tiff
from gis.rasters.judging import RasterWishes
from gis.reading import FileRefused
from layers.database import libpq
from layers.errors import BadOption
from layers.rasters.answers import DATUMS, KINDS
from layers.rasters.importing import check, take
from layers.rasters.measuring import renew
from web.files import sentence, word
from web.rasters import report_lines


def arguments(parser: argparse.ArgumentParser) -> None:
    asked = parser.add_argument_group("GeoTIFF")
    asked.add_argument("--kind", choices=KINDS, help="the file is a raster: heights, or an image")
    asked.add_argument("--vertical-datum", choices=DATUMS, help="what heights are counted from")
    asked.add_argument("--nodata", help='number that means "nothing here"; none: every cell holds a value')
    asked.add_argument("--dated", metavar="YYYY-MM-DD", help="the day that the raster shows")
    asked.add_argument("--source", help="who made it and how: survey, flight, edition")
    asked.add_argument("--accuracy", type=float, metavar="METRES", help="as its maker states it")
    asked.add_argument("--title-ar", help="title in Arabic")
    asked.add_argument("--title-en", help="title in English")
    asked.add_argument("--licence", help="under which it may be shown")
    asked.add_argument("--attribution", help="whom to name on the map")
    asked.add_argument("--illustrative", action="store_true", help="invented for a demonstration")


def wanted(options: argparse.Namespace) -> bool:
    """Whether the command means a raster: it says so, or the file is one."""
    if options.kind or options.file is None:
        return bool(options.kind)
    try:
        with options.file.open("rb") as file:
            return is_tiff(file.read(8))
    except OSError:
        return False


def run(options: argparse.Namespace, *, refused: int, questions: int) -> int:
    """The command's exit status: 0 done or possible, else one of the two given."""
    lang = cli_language()
    if options.kind is None:
        raise BadOption("--kind", "", "terrain, imagery")
    path: Path = options.file
    wishes = _wishes(options)
    files = settings_for(options).files
    with open_register(options) as (addresses, _), psycopg.connect(libpq(addresses.admin), autocommit=True) as db:
        try:
            report = check(db, path, path.name, wishes)
            if options.commit and report.can_commit:
                report = take(db, files, path, report, actor=f"import:{getpass.getuser()}", progress=_progress)
                renewed = renew(db, files, actor="clock", progress=_progress)
                for title in renewed.unread:
                    print(word("raster_unread", lang, title=title), file=sys.stderr)  # noqa: T201
        except FileRefused as fault:
            print(sentence(fault.code, fault.details, lang), file=sys.stderr)  # noqa: T201
            return refused
    if options.report:
        options.report.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1, default=str), "utf-8")
    for line in report_lines(report.as_json(), lang):
        print(line)  # noqa: T201 the command line speaks
    return 0 if report.import_id or (report.can_commit and not options.commit) else questions


def _wishes(options: argparse.Namespace) -> RasterWishes:
    if options.units is not None and options.units not in METRES:
        raise BadOption("--units", options.units, ", ".join(METRES))
    return RasterWishes(
        kind=options.kind,
        crs=named(options.crs) if options.crs else None,
        nodata=_nodata(options.nodata),
        units=options.units,
        vertical_datum=options.vertical_datum,
        accuracy_m=options.accuracy,
        taken_on=_day(options.dated),
        source=options.source,
        title_ar=options.title_ar or options.title,
        title_en=options.title_en or options.title,
        licence=options.licence,
        attribution=options.attribution,
        illustrative=options.illustrative,
    )


def _nodata(given: str | None) -> float | str | None:
    if given is None or given == "none":
        return given
    try:
        return float(given)
    except ValueError:
        raise BadOption("--nodata", given, "-9999, none") from None


def _day(given: str | None) -> date | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise BadOption("--dated", given, "2026-05-31") from None


def _progress(step: str, done: int, of: int) -> None:
    """One line on standard error that renews itself; nothing where nobody watches."""
    if not sys.stderr.isatty():
        return
    words = {
        "reading": ("قراءة", "reading"), "writing": ("كتابة النسخة", "writing the copy"),
        "measuring": ("قياس القطع", "measuring plots"),
    }[step]  # fmt: skip
    word = words[0] if cli_language() == "ar" else words[1]
    print(f"\r\x1b[K{word} {done}/{of}" if of > 1 else f"\r\x1b[K{word} …", end="", file=sys.stderr, flush=True)  # noqa: T201
