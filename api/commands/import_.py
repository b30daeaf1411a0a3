# SPDX-License-Identifier: Apache-2.0
"""`./marsa import FILE`: what a file holds and what would become of it; with --commit it does become."""

import argparse
import csv
import getpass
import json
import sys
from pathlib import Path
from uuid import UUID

import psycopg

from api.commands import rasters
from api.installation import cli_language, open_register, say, settings_for
from api.running import server_of
from gis.coordinate_systems import named
from gis.fitting import ControlPoint, fit
from gis.reading import FileRefused, Reading, ReadOptions, read
from layers.database import Addresses, Kept, libpq
from layers.importing.acting import act, codes_of, undo
from layers.importing.answers import adopt_m, control_points, targets_of
from layers.importing.receiving import require_new
from layers.importing.report import Report
from layers.importing.staging import stage
from layers.importing.wishes import MODEL, NETWORK, NEW_ZONE, PORT, NoSuchImport, Wishes, target_layer
from layers.incoming import AlreadyImported, BadAnswer
from web.files import report_lines, sentence, written_as

HELP = (
    "يقرأ ملفاً ويبيّن ما فيه وما سيصير إليه، ثم يُدخله بالخيار --commit",
    "read a file and say what would become of it; --commit takes it in",
)
SHOWN_AS = {"epanet": "water", "swmm": "storm", "pandapower": "power"}
"""The layer of the map that shows a model of each format."""
CANNOT, QUESTIONS = 1, 2
"""Exit status: refused; not committed because of faults or open questions."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="GeoPackage, GeoJSON, Shapefile (or its zip), DXF, CSV, XLSX, EPANET, SWMM, pandapower, GeoTIFF",
    )
    parser.add_argument(
        "--target",
        default="reference",
        help="reference (default), layer:plots, layer:blocks …, new-zone, port (a chart's classes), model, network",
    )
    parser.add_argument(
        "--to", action="append", default=[], metavar="LAYER=TARGET", help="where this layer of the file goes instead"
    )
    parser.add_argument("--again", action="store_true", help="take the same content in once more")
    parser.add_argument("--layer", help="only this layer of the file")
    parser.add_argument("--zone", help="code of the zone that it goes into, or of the new one")
    parser.add_argument("--crs", help="coordinate system of the file, such as EPSG:3201")
    parser.add_argument(
        "--fit", type=Path, metavar="POINTS.csv", help="lay the file on control points: a table x,y,east,north[,name]"
    )
    parser.add_argument(
        "--fit-kind", choices=["similarity", "affine"], default="similarity", help="four parameters (default), or six"
    )
    parser.add_argument(
        "--adopt",
        type=float,
        metavar="CM",
        help="new plots and blocks take over existing edges within these centimetres",
    )
    parser.add_argument("--encoding", help="alphabet of the texts, such as windows-1256")
    parser.add_argument("--units", help="units of a drawing: m, cm, mm, km, ft, us-ft, in")
    parser.add_argument("--decimal-comma", action="store_true", default=None, help="commas in the table are decimal")
    parser.add_argument("--field", action="append", default=[], metavar="FILE_FIELD=FIELD", help="what a field holds")
    parser.add_argument(
        "--value", action="append", default=[], metavar="FIELD=VALUE", help="one value for all features"
    )
    parser.add_argument("--title", help="what the map calls the drawing, or the name of the new zone")
    parser.add_argument("--hidden", action="store_true", help="keep the drawing off the map")
    parser.add_argument(
        "--leave-out-faulty", action="store_true", help="take the faultless features without the others"
    )
    parser.add_argument(
        "--all-outlines", action="store_true", help="take title frames and outlines inside others for plots too"
    )
    parser.add_argument("--commit", action="store_true", help="take it in; without this nothing is changed")
    parser.add_argument("--undo", metavar="ID", help="take back a whole import")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the whole report there as JSON")
    rasters.arguments(parser)


def run(options: argparse.Namespace) -> int:
    if options.undo:
        return _undo(options)
    if options.file is None:
        say("أي ملف؟  ./marsa import FILE", "which file?  ./marsa import FILE")
        return CANNOT
    if rasters.wanted(options):
        return rasters.run(options, refused=CANNOT, questions=QUESTIONS)
    try:
        reading = _read(options)
    except FileRefused as refused:
        print(sentence(refused.code, refused.details, cli_language()), file=sys.stderr)  # noqa: T201
        return CANNOT
    with open_register(options) as (addresses, kept):
        try:
            report = _act(options, reading, addresses, kept)
        except AlreadyImported as same:
            say(
                f"المحتوى نفسه أُدخل من قبل ({same.at}، الإدخال {same.import_id})، فلم يتغيّر شيء. لإدخاله مرة أخرى: --again",
                f"The same content is in already ({same.at}, import {same.import_id}); nothing was changed. To take it in once more: --again",
            )
            return CANNOT
    if options.report:
        text = json.dumps(report.as_json(), ensure_ascii=False, indent=1, default=str)
        options.report.write_text(text, encoding="utf-8")
    for line in report_lines(report.as_json(), cli_language()):
        print(line)  # noqa: T201 the command line speaks
    if report.import_id:
        _say_where(options, report)
    return 0 if report.import_id or (report.can_commit and not options.commit) else QUESTIONS


def _say_where(options: argparse.Namespace, report: Report) -> None:
    """The address that shows what came in: of the server that runs, or for the one that will."""
    if (options.target == "reference" and options.hidden) or options.target == MODEL:
        return
    server = server_of(settings_for(options).data)
    target = target_layer("layer:quays" if options.target == PORT else options.target)
    path = f"/map?drawing={report.import_id}" if target is None else f"/map?show={target.id}"
    path = f"/map?show={SHOWN_AS[report.kind]}" if options.target == NETWORK else path
    address = f"{server.address.rstrip('/')}{path}" if server else path
    say(f"على الخريطة: {address}", f"On the map: {address}")


def _read(options: argparse.Namespace) -> Reading:
    asked = ReadOptions(
        encoding=options.encoding,
        units=options.units,
        layer=options.layer,
        columns=tuple(_pairs(options.field).items()),
        comma_is_decimal=options.decimal_comma,
    )
    _progress("reading", 0, 1)
    return read(options.file, asked)


def _act(options: argparse.Namespace, reading: Reading, addresses: Addresses, kept: Kept) -> Report:
    wishes = _wishes(options)
    target = target_layer(wishes.target)
    with psycopg.connect(libpq(addresses.admin)) as db:
        _progress("placing", 0, 1)
        staged = stage(reading, options.file.name, wishes, target, named(str(kept.srid)), codes_of(db))
        actor = f"import:{getpass.getuser()}"
        if options.commit:
            require_new(db, reading.sha256, staged.report.target, again=options.again)
        report = act(db, staged, kept.srid, commit=options.commit, actor=actor, progress=_progress)
        db.commit()
    return report


def _wishes(options: argparse.Namespace) -> Wishes:
    values = _pairs(options.value)
    if options.target == NEW_ZONE:
        names = {"name_ar": options.title, "name_en": options.title} if options.title else {}
        values = {**({"code": options.zone} if options.zone else {}), **names, **values}
    return Wishes(
        target=options.target,
        zone=None if options.target == NEW_ZONE else options.zone,
        crs=named(options.crs) if options.crs else None,
        columns=_pairs(options.field),
        values=values,
        title=options.title,
        shown=not options.hidden,
        leave_out_faulty=options.leave_out_faulty,
        all_outlines=options.all_outlines,
        fit=fit(_control_points(options.fit), options.fit_kind) if options.fit else None,
        adopt_m=adopt_m({"adopt_cm": options.adopt}),
        targets=targets_of({"targets": _pairs(options.to)}),
    )


def _control_points(path: Path) -> list[ControlPoint]:
    """The places of a table that are known twice. Raises BadAnswer."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as table:
            return control_points(list(csv.DictReader(table)))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise BadAnswer("fit", path.name) from None


def _pairs(given: list[str]) -> dict[str, str]:
    """`A=B` as a dictionary; the last sign parts, for headings may hold one."""
    return {name.strip(): value.strip() for name, _, value in (pair.rpartition("=") for pair in given) if name}


def _undo(options: argparse.Namespace) -> int:
    try:
        import_id = UUID(options.undo)
    except ValueError as error:
        raise NoSuchImport(options.undo) from error
    with open_register(options) as (addresses, _), psycopg.connect(libpq(addresses.admin)) as db:
        taken_back = undo(db, import_id, actor=f"import:{getpass.getuser()}")
        db.commit()
    say(
        f"أُلغي الإدخال {import_id}: أُخرج {written_as(taken_back, 'ar')}، ويبقى كل شيء في التاريخ.",
        f"Import {import_id} is undone: {written_as(taken_back, 'en')} taken back; history keeps them.",
    )
    return 0


def _progress(step: str, done: int, of: int) -> None:
    """One line on standard error that renews itself; nothing where nobody watches."""
    if not sys.stderr.isatty():
        return
    words = {"reading": ("قراءة", "reading"), "placing": ("إسقاط", "placing"), "writing": ("كتابة", "writing")}[step]
    word = words[0] if cli_language() == "ar" else words[1]
    end = "\n" if step == "writing" and done >= of else ""
    print(f"\r\x1b[K{word} {done}/{of}" if of > 1 else f"\r\x1b[K{word} …", end=end, file=sys.stderr, flush=True)  # noqa: T201
