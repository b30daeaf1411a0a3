# SPDX-License-Identifier: Apache-2.0
"""Models of networks (EPANET, SWMM, pandapower), kept so that the file comes back: every table, row, order and comment.

What of a model lies on the map are rows of network_node and network_link with the same source. The model's own rows keep
what the map has no place for: demands, patterns, curves, controls, generators.
"""

import json
import uuid
from typing import Any

import psycopg
from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gis.models import inp, powerjson
from layers.base import Base, Row, coded
from layers.errors import MarsaError

Db = psycopg.Connection[tuple[Any, ...]]


class NoSuchModel(MarsaError):
    """No model of a network has this name."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self.model = model


class SourceFile(Base):
    """A file as it was given, to the last byte. It stays with its source, also when the import is undone."""

    __tablename__ = "source_file"

    source_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.source.id"), primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class NetworkModel(Row):
    """One model of one utility's network."""

    __tablename__ = "network_model"

    code: Mapped[str] = mapped_column(unique=True)
    """Its elements on the map are called "code/name in the model"."""
    format: Mapped[str] = coded("model_format")
    utility: Mapped[str] = coded("utility")
    crs: Mapped[str | None]
    """The system that its coordinates were taken to be in, as a person named it. Null: schematic, without a place."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Its units as its own options say them."""


class ModelTable(Row):
    """A section of an input file, or a table of a net."""

    __tablename__ = "model_table"

    model_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.network_model.id"), index=True)
    ord: Mapped[int]
    name: Mapped[str]
    head: Mapped[str]
    """JSON text of what surrounds the rows: header line and alphabet, or classes and types."""
    columns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """What its values are, where the format names them."""


class ModelRow(Row):
    """A line of a section, comments and empty ones too, or a row of a table."""

    __tablename__ = "model_row"
    __table_args__ = (Index("uq_model_row_table_ord", "table_id", "ord", unique=True),)

    table_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("register.model_table.id"))
    ord: Mapped[int]
    ref: Mapped[str | None]
    """The element that it is of."""
    stated: Mapped[str]
    """Its values as JSON text: not jsonb, which orders members anew, nor json, whose history could not keep U+0000."""
    line: Mapped[str | None]
    """The line as it was written; it is written anew only where its values have changed."""


def models(db: Db) -> list[tuple[str, str, str, str | None, int]]:
    """Every model: code, format, utility, system of coordinates, rows kept."""
    rows = db.execute(
        "select m.code, m.format, m.utility, m.crs, count(r.id) from register.network_model m "
        "left join register.model_table t on t.model_id = m.id left join register.model_row r on r.table_id = t.id "
        "group by m.id order by m.code"
    )
    return [(str(code), str(format_), str(utility), crs, int(count)) for code, format_, utility, crs, count in rows]


def written(db: Db, code: str) -> bytes:
    """The model as a file of its own format. Unchanged, it is the file that came, byte for byte. Raises NoSuchModel."""
    found = db.execute(
        "select m.id, m.format, f.content from register.network_model m "
        "left join register.source_file f on f.source_id = m.source_id where m.code = %s",
        [code],
    ).fetchone()
    if found is None:
        raise NoSuchModel(code)
    model_id, format_, original = found
    tables = db.execute(
        "select id, name, head, columns from register.model_table where model_id = %s order by ord", [model_id]
    ).fetchall()
    if format_ == "pandapower":
        return _net(db, tables, original)
    sections, encoding = [], "utf-8"
    for table_id, name, head_text, _ in tables:
        head = json.loads(head_text)
        encoding = head["encoding"]
        lines = [inp.Line(line or "", tuple(json.loads(stated))) for stated, line in _rows(db, table_id)]
        sections.append(inp.Section(name, head["header"], lines))
    made = inp.written(sections)
    if original is not None and made == bytes(original).decode(encoding):
        return bytes(original)
    # A new value may hold a letter that the old alphabet has not.
    return made.encode(encoding) if _fits(made, encoding) else made.encode("utf-8")


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _net(db: Db, tables: list[tuple[Any, ...]], original: bytes | None) -> bytes:
    made = []
    for table_id, name, head, columns in tables:
        pairs = [json.loads(stated) for stated, _ in _rows(db, table_id)]
        made.append(
            powerjson.PowerTable(
                name, json.loads(head), columns, [pair[0] for pair in pairs], [pair[1] for pair in pairs]
            )
        )
    net = json.dumps(powerjson.document(made))
    if original is not None:
        before = json.loads(bytes(original).decode("utf-8-sig"))
        if json.dumps(powerjson.document(powerjson.tables(before))) == net:
            return bytes(original)
    return net.encode()


def _rows(db: Db, table_id: uuid.UUID) -> list[tuple[str, str | None]]:
    rows = db.execute("select stated, line from register.model_row where table_id = %s order by ord", [table_id])
    return [(str(stated), line) for stated, line in rows]
