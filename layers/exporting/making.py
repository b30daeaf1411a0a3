# SPDX-License-Identifier: Apache-2.0
"""Makes the file: the database writes lines, we pass them on, to the reader or to the child that knows the format."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from psycopg import Connection, sql
from psycopg.rows import TupleRow
from pyproj import CRS

from gis.writing.parent import FileNotWritten, write
from gis.writing.rows import Order, OutColumn, Written
from layers.declaration import Text
from layers.exporting.about import About
from layers.exporting.formats import COUNTED
from layers.exporting.statements import (
    CODES,
    Asked,
    Codes,
    facts_statement,
    for_people,
    for_programs,
    for_surveyors,
    order_of,
)
from layers.exporting.wanted import Wanted
from layers.features import conditions, feature_text
from layers.kinds import property_names
from layers.past import SET_MOMENT, in_past
from layers.reference import CRS84, views

CHUNK_BYTES = 1 << 18
ROWS_AT_A_TIME = 1_000
UNFINISHED = ".marsa-export-"
"""How folders begin in which files are made. One that is left is a dead maker's."""
NOTICE = Text(ar="المصدر والتنبيه", en="Source and notice")
Database = Connection[TupleRow]
Progress = Callable[[int, int], None]
"""Is told how many features of how many are written; may raise to stop it."""


def _untold(_done: int, _total: int) -> None:
    """Nobody asked how far it is."""


@dataclass(frozen=True)
class Exported:
    """What was written, and what the format could not hold."""

    path: Path
    features: int
    losses: tuple[Text, ...] = ()


def export(connection: Database, wanted: Wanted, path: Path, progress: Progress | None = None) -> Exported:
    """Writes a file to `path`, whole or not at all: one that stands there is replaced only by a complete one.

    `connection` decides what is seen. Raises FileNotWritten when the disk refuses or the writer fails, and what
    `progress` raises.
    """
    progress = progress or _untold
    with _whole(path) as unfinished, _snapshot(connection, wanted):
        about = about_of(connection, wanted)
        if wanted.format.streamed:
            with unfinished.open("wb") as file:
                for chunk in _lines(connection, wanted, about, progress):
                    file.write(chunk)
            written = Written(about.features, {})
        else:
            written = _by_child(connection, wanted, about, unfinished, progress)
    return Exported(path, written.features, losses_of(wanted, written))


def streamed(connection: Database, wanted: Wanted, progress: Progress | None = None) -> Iterator[bytes]:
    """The file piece by piece while it is made, of formats that allow it. Whoever gets no end has no whole file."""
    with _snapshot(connection, wanted):
        yield from _lines(connection, wanted, about_of(connection, wanted), progress or _untold)


def losses_of(wanted: Wanted, written: Written) -> tuple[Text, ...]:
    """What the format cannot hold, and what did not fit this time."""
    counted = [
        Text(ar=f"{count} {COUNTED[name].ar}", en=f"{count} {COUNTED[name].en}")
        for name, count in written.lost.items()
        if count
    ]
    return (*(loss for loss in wanted.format.losses if not wanted.corners), *counted)


def about_of(connection: Database, wanted: Wanted) -> About:
    """The facts that the file tells of itself, in the transaction's snapshot."""
    row = connection.execute(_then(facts_statement(wanted), wanted), wanted.binds).fetchone()
    if row is None:
        raise RuntimeError("an aggregate gave no row")
    version, features, illustrative, zone = row
    names = Text(*zone) if zone else Text(ar="مرسى", en="Marsa")
    return About(version or 0, features, illustrative, names, datetime.now(ZoneInfo(wanted.time_zone)).date())


@contextmanager
def _snapshot(connection: Database, wanted: Wanted) -> Iterator[None]:
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        if wanted.moment is not None:
            connection.execute(SET_MOMENT, wanted.moment.binds())
        yield


def _then(statement: sql.Composable, wanted: Wanted) -> sql.Composed:
    """The statement, asked of the register as it was where that is wanted."""
    if wanted.moment is None:
        return sql.Composed([statement])
    return sql.Composed([sql.SQL(in_past(statement.as_string(None)))])


def _lines(connection: Database, wanted: Wanted, about: About, progress: Progress) -> Iterator[bytes]:
    if wanted.format.id == "geojson":
        return _geojson(connection, wanted, about, progress)
    return _csv(connection, wanted, about, progress)


def _geojson(connection: Database, wanted: Wanted, about: About, progress: Progress) -> Iterator[bytes]:
    names = tuple(
        name for name in property_names(wanted.layer) if wanted.properties is None or name in wanted.properties
    )
    head = {"type": "FeatureCollection", "name": wanted.layer.id, "about": dict(about.lines(wanted))}
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": [\n'.encode()
    chosen = list(conditions(wanted.layer, wanted.selection))
    statement = sql.SQL("select {feature} from {relation} p{where} order by {order}").format(
        feature=feature_text(views(wanted.srid)[CRS84], names),
        relation=sql.Identifier("published", wanted.layer.published.name),
        where=sql.SQL(" where {}").format(sql.SQL(" and ").join(chosen)) if chosen else sql.SQL(""),
        order=sql.SQL(", ").join(order_of(wanted)),
    )
    waiting: list[bytes] = []
    for done, feature in enumerate(_copied_texts(connection, statement, wanted), 1):
        waiting.append(feature)
        if len(waiting) == ROWS_AT_A_TIME:
            yield (b",\n" if done > ROWS_AT_A_TIME else b"") + b",\n".join(waiting)
            waiting = []
            progress(done, about.features)
    if waiting:
        yield (b",\n" if about.features > len(waiting) else b"") + b",\n".join(waiting)
    progress(about.features, about.features)
    yield b"\n]}\n"


def _csv(connection: Database, wanted: Wanted, about: About, progress: Progress) -> Iterator[bytes]:
    asked = for_surveyors(wanted) if wanted.corners else for_people(wanted, as_text=True)
    header = io.StringIO()
    columns = [column.heading for column in asked.columns]
    statement: sql.Composable = asked.statement
    if not wanted.corners:
        # A table has no other place for it, and rows are copied out of it.
        columns.append(NOTICE.said_in(wanted.language))
        statement = sql.SQL("select *, {}::text from ({}) told").format(sql.Literal(about.in_a_line(wanted)), statement)
    csv.writer(header, lineterminator="\n").writerow(columns)
    # With a byte order mark, without which a spreadsheet reads Arabic as another alphabet.
    waiting, size = [header.getvalue().encode("utf-8-sig")], 0
    for done, line in enumerate(_copied(connection, statement, wanted), 1):
        waiting.append(line)
        size += len(line)
        if size >= CHUNK_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
            progress(min(done, about.features), about.features)
    yield b"".join(waiting)


def _copied(connection: Database, statement: sql.Composable, wanted: Wanted) -> Iterator[bytes]:
    """The answer as lines of CSV, each whole."""
    copying = sql.SQL("copy ({}) to stdout (format csv)").format(_then(statement, wanted))
    with connection.cursor() as cursor, cursor.copy(copying, wanted.binds) as copy:
        for line in copy:
            yield bytes(line)


COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
FIELD_HEAD = 6
"""Bytes before the text of a row of one column: how many columns, how many bytes."""


def _copied_texts(connection: Database, statement: sql.Composable, wanted: Wanted) -> Iterator[bytes]:
    """The answer of one column of text, row by row. In COPY's binary form a text is as it is, with nothing to unescape."""
    copying = sql.SQL("copy ({}) to stdout (format binary)").format(_then(statement, wanted))
    with connection.cursor() as cursor, cursor.copy(copying, wanted.binds) as copy:
        for block in copy:
            row = bytes(block)
            if row.startswith(COPY_HEAD):
                row = row[len(COPY_HEAD) :]
            if len(row) > FIELD_HEAD:
                yield row[FIELD_HEAD:]


def _by_child(connection: Database, wanted: Wanted, about: About, path: Path, progress: Progress) -> Written:
    asked = _asked(connection, wanted)

    def lines() -> Iterator[bytes]:
        for done, line in enumerate(_copied(connection, asked.statement, wanted), 1):
            if done % ROWS_AT_A_TIME == 0:
                progress(min(done, about.features), about.features)
            yield line

    return write(_order(wanted, asked.columns, about, path), lines())


def _asked(connection: Database, wanted: Wanted) -> Asked:
    if wanted.corners:
        return for_surveyors(wanted)
    if wanted.format.shapes:
        return for_people(wanted, as_text=False)
    codes: Codes = {}
    for list_, code, ar, en in connection.execute(CODES):
        codes.setdefault(list_, {})[code] = (ar, en)
    return for_programs(wanted, codes)


def _order(wanted: Wanted, columns: tuple[OutColumn, ...], about: About, path: Path) -> Order:
    layer, language = wanted.layer, wanted.language
    crs = (
        CRS.from_user_input("OGC:CRS84")
        if wanted.shapes_column == "geom_4326"
        else CRS.from_epsg(3857 if wanted.shapes_column == "geom_3857" else wanted.srid)
    )
    names = {column.name for column in columns}
    return Order(
        format=wanted.format.id,
        path=str(path),
        layer=layer.id,
        title=layer.title.said_in(language),
        columns=columns,
        shape="none" if wanted.format.shapes else "kml" if wanted.format.id in ("kml", "kmz") else "wkb",
        geometry_kind=layer.geometry_kind,
        crs=crs.to_wkt(),
        about=about.lines(wanted),
        language=language,
        label=layer.label if layer.label in names else None,
        colour_by=layer.colour_by if layer.colour_by in names else None,
        classes=wanted.classes,
        encoding=wanted.encoding,
        losses=tuple(loss.said_in(language) for loss in wanted.format.losses),
    )


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A place beside `path` to write to; what is there at the end takes the path's place."""
    try:
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=path.parent) as folder:
            unfinished = Path(folder) / path.name
            yield unfinished
            unfinished.replace(path)
    except OSError as error:
        raise FileNotWritten(str(path)) from error
