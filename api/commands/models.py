# SPDX-License-Identifier: Apache-2.0
"""`./marsa models`: the models of networks that the register keeps; with a name, the file of one."""

import argparse
from pathlib import Path

import psycopg

from api.installation import open_register, say
from layers.database import libpq
from layers.models import models, written

HELP = (
    "يعدّد نماذج الشبكات المحفوظة، أو يعيد ملف واحد منها",
    "list the models of networks that are kept, or give the file of one back",
)
SUFFIX = {"epanet": ".inp", "swmm": ".inp", "pandapower": ".json"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", nargs="?", help="name of the model, as the list has it; without it, the list")
    parser.add_argument("--out", type=Path, help="the file; by default MODEL.inp or MODEL.json here")


def run(options: argparse.Namespace) -> int:
    with open_register(options) as (addresses, _), psycopg.connect(libpq(addresses.admin)) as db:
        kept = models(db)
        if options.model is None:
            _list(kept)
            return 0
        content = written(db, options.model)
    suffix = next(SUFFIX[format_] for code, format_, *_ in kept if code == options.model)
    # The name is one that a file brought: nothing of it leads out of this folder.
    path = options.out or Path(Path(options.model).name + suffix)
    path.write_bytes(content)
    say(f"كُتب النموذج ({len(content)} بايت): {path}", f"Model written ({len(content)} bytes): {path}")
    return 0


def _list(kept: list[tuple[str, str, str, str | None, int]]) -> None:
    if not kept:
        say(
            "لا نماذج. أدخلوا واحداً: ./marsa import FILE --target model",
            "No models. Import one: ./marsa import FILE --target model",
        )
    for code, format_, utility, crs, rows in kept:
        say(
            f"{code}: {format_}، {utility}، {crs or 'بلا موضع'}، {rows} صفاً",
            f"{code}: {format_}, {utility}, {crs or 'without a place'}, {rows} rows",
        )
