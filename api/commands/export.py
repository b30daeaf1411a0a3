# SPDX-License-Identifier: Apache-2.0
"""`./marsa export LAYER`: what is published of a layer, as a file."""

import argparse
import time
from pathlib import Path

import psycopg

from api.installation import cli_language, open_register, say
from api.looks import classes_in_file
from layers.catalogue import LAYERS
from layers.database import Kept, libpq
from layers.declaration import Language, Layer
from layers.errors import BadQuery, NoSuchLayer
from layers.exporting import FORMATS, Format, Wanted, export, format_named
from layers.features import Selection
from layers.kinds import as_bind, kind_of, property_names

HELP = ("يكتب طبقة في ملف", "write a layer to a file")
COORDINATES = {"legal": "geom", "degrees": "geom_4326", "web": "geom_3857"}
SECONDS_BETWEEN = 1.0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("layer", help="id of the layer, as /collections lists it")
    parser.add_argument(
        "--format", choices=sorted(FORMATS), help="by default what the file's name ends in; gpkg without one"
    )
    parser.add_argument(
        "--out", type=Path, help="the file; by default named by layer and selection. A complete file replaces it"
    )
    parser.add_argument("--lang", choices=("ar", "en"), help="language of headings, of codes in words, of the notice")
    parser.add_argument("--coordinates", choices=tuple(COORDINATES), help="by default the format's own")
    parser.add_argument(
        "--shape", choices=("wkt", "lonlat", "corners", "none"), help="of CSV and XLSX; corners: the stake-out list"
    )
    parser.add_argument("--encoding", choices=("UTF-8", "CP1256"), default="UTF-8", help="of the texts of a Shapefile")
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="PROPERTY=VALUE",
        help="only features with this value; may be repeated",
    )


def run(options: argparse.Namespace) -> int:
    layer = next((layer for layer in LAYERS.public if layer.id == options.layer), None)
    if layer is None:
        raise NoSuchLayer(options.layer)
    form = format_named(options.format or (options.out.suffix.removeprefix(".") if options.out else "gpkg"))
    language = options.lang or cli_language()
    told = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= SECONDS_BETWEEN:
            told = time.monotonic()
            say(f"  {done} من {total}", f"  {done} of {total}")

    with (
        open_register(options) as (addresses, kept),
        psycopg.connect(libpq(addresses.public), autocommit=True) as connection,
    ):
        # A whole layer takes longer than a stranger's query may.
        connection.execute("set statement_timeout = 0")
        wanted = _wanted(options, layer, form, kept, language, connection)
        path = (options.out or Path(f"{wanted.name}{form.ending}")).absolute()
        written = export(connection, wanted, path, progress)
    say(f"كُتب {written.features} معلماً: {written.path}", f"{written.features} features written: {written.path}")
    for loss in written.losses:
        say(f"  – {loss.ar}", f"  – {loss.en}")
    return 0


def _wanted(
    options: argparse.Namespace,
    layer: Layer,
    form: Format,
    kept: Kept,
    language: Language,
    connection: "psycopg.Connection[tuple[object, ...]]",
) -> Wanted:
    """What the options say. Raises BadQuery, also for what the format does not offer."""
    column = COORDINATES.get(options.coordinates or "")
    offered = [name for name, each in COORDINATES.items() if each in form.columns]
    if column is not None and column not in form.columns:
        raise BadQuery("--coordinates", options.coordinates, ", ".join(offered))
    if options.shape is not None and options.shape not in form.shapes:
        raise BadQuery("--shape", options.shape, ", ".join(form.shapes) or "–")
    if options.encoding not in form.encodings:
        raise BadQuery("--encoding", options.encoding, ", ".join(form.encodings))
    equal, binds = _selected(options.where, layer)
    listed = connection.execute(
        "select code, case %s when 'ar' then ar else en end from published.codes where list = %s order by position, code",
        [language, layer.by_name[layer.colour_by].codelist if layer.colour_by else None],
    ).fetchall()
    return Wanted(
        layer,
        form,
        kept.srid,
        language,
        column=column,
        selection=Selection(equal),
        binds=binds,
        shape=options.shape,
        encoding=options.encoding,
        classes=classes_in_file(LAYERS, layer, {str(code): str(title) for code, title in listed}),
        time_zone=kept.time_zone,
        asked="&".join(options.where),
    )


def _selected(given: list[str], layer: Layer) -> tuple[tuple[str, ...], dict[str, object]]:
    """Properties and what they must be, from PROPERTY=VALUE. Raises BadQuery."""
    wishes = dict(wish.partition("=")[::2] for wish in given)
    names = property_names(layer)
    for name in wishes:
        if name not in names:
            raise BadQuery("--where", name, ", ".join(names))
    equal = tuple(name for name in names if name in wishes)
    binds: dict[str, object] = {}
    for i, name in enumerate(equal):
        try:
            binds[f"equal_{i}"] = as_bind(kind_of(layer, name), wishes[name])
        except ValueError as expected:
            raise BadQuery("--where", f"{name}={wishes[name]}", str(expected)) from None
    return equal, binds
