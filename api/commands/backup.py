# SPDX-License-Identifier: Apache-2.0
"""`./marsa backup FILE`: the whole installation in one file, also while it serves."""

import argparse
from pathlib import Path

from api.installation import open_register, say, settings_for, step
from layers import backup

HELP = ("يحفظ المنظومة كلها في ملف واحد", "save the whole installation in one file")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the file to write; it must not exist")


def run(options: argparse.Namespace) -> int:
    target: Path = options.file.absolute()
    files = settings_for(options).files
    with open_register(options) as (addresses, _), step("حُفظت المنظومة", "the installation is saved"):
        manifest = backup.backup(addresses.admin, files, target)
    rows = sum(table.rows for table in manifest.tables.values())
    megabytes = f"{target.stat().st_size / 1e6:.1f}"
    say(
        f"{target}: {len(manifest.tables)} جدولاً، {rows} صفاً، {len(manifest.parts) - 1} ملفاً، {megabytes} م.ب",
        f"{target}: {len(manifest.tables)} tables, {rows} rows, {len(manifest.parts) - 1} files, {megabytes} MB",
    )
    return 0
