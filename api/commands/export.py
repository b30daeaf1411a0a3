# SPDX-License-Identifier: Apache-2.0
"""`./marsa export LAYER`: what is published of a layer, as a file."""

import argparse
from pathlib import Path

import psycopg

from api.installation import cli_language, open_register, say
from layers.catalogue import LAYERS
from layers.database import libpq
from layers.errors import NoSuchLayer
from layers.exporting import FORMATS, export, format_of

HELP = ("يكتب طبقة في ملف", "write a layer to a file")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("layer", help="id of the layer, as /collections lists it")
    parser.add_argument(
        "--format", choices=sorted(FORMATS), help="by default what the file's name ends in; gpkg without one"
    )
    parser.add_argument("--out", type=Path, help="the file; by default LAYER.FORMAT here. A complete file replaces it")
    parser.add_argument("--lang", choices=("ar", "en"), help="language of the headings of a CSV")


def run(options: argparse.Namespace) -> int:
    layer = next((layer for layer in LAYERS.public if layer.id == options.layer), None)
    if layer is None:
        raise NoSuchLayer(options.layer)
    chosen = options.format or (format_of(options.out) if options.out else "gpkg")
    path = (options.out or Path(f"{layer.id}.{chosen}")).absolute()
    with (
        open_register(options) as (addresses, kept),
        psycopg.connect(libpq(addresses.public), autocommit=True) as connection,
    ):
        # A whole layer takes longer than a stranger's query may.
        connection.execute("set statement_timeout = 0")
        written = export(
            connection, layer, path, format=chosen, srid=kept.srid, language=options.lang or cli_language()
        )
    say(f"كُتب {written.features} معلماً: {written.path}", f"{written.features} features written: {written.path}")
    return 0
