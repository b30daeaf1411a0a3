# SPDX-License-Identifier: Apache-2.0
"""`./marsa restore FILE --data EMPTY`: an installation out of a backup, compared table by table with what was saved."""

import argparse
from pathlib import Path

from api.installation import make_data_folder, say, server_user, settings_for, step
from layers import backup
from layers.errors import FolderNotEmpty, NotABackup, NotEmbedded

HELP = ("يستعيد المنظومة من ملف إلى مجلد فارغ", "restore an installation from a file into an empty folder")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a file that ./marsa backup wrote")


def run(options: argparse.Namespace) -> int:
    settings = settings_for(options)
    source: Path = options.file.absolute()
    if settings.database_url:
        raise NotEmbedded()
    if not source.is_file():
        raise NotABackup(str(source))
    if settings.data.is_dir() and any(settings.data.iterdir()):
        raise FolderNotEmpty(str(settings.data))
    with step("بصمات الملف صحيحة", "the file's digests agree"):
        backup.verified(source)  # before even the folder is made
    make_data_folder(settings)
    with step("استُعيدت المنظومة وقورنت", "the installation is restored and compared"):
        manifest = backup.restore(source, settings.data, server_user())
    say(
        f"كل الجداول ({len(manifest.tables)}) كما حُفظت في {manifest.made_at}. للتشغيل: ./marsa up --data {settings.data}",
        f"All {len(manifest.tables)} tables are as saved at {manifest.made_at}. Next: ./marsa up --data {settings.data}",
    )
    return 0
