# SPDX-License-Identifier: Apache-2.0
"""Papers as acts bring them along: a source of the register, entered as incoming or outgoing, with who may know of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from layers.idempotency import Db

Given = Mapping[str, Any]


def enter(db: Db, paper: Given, *, kind: str = "letter") -> UUID:
    """A paper of which the register holds what is written on it; its file may follow. Its id."""
    row = {
        "kind": kind, "title_ar": paper["title_ar"], "title_en": paper["title_en"], "issuer_ar": paper.get("issuer_ar"),
        "issuer_en": paper.get("issuer_en"), "reference_number": paper.get("reference_number"),
        "dated": paper.get("dated"), "direction": paper.get("direction"),
        "visibility": paper.get("visibility") or "staff",
    }  # fmt: skip
    made = db.execute(
        "insert into register.source (kind, title_ar, title_en, issuer_ar, issuer_en, reference_number, dated, direction, "
        "visibility) values (%(kind)s, %(title_ar)s, %(title_en)s, %(issuer_ar)s, %(issuer_en)s, %(reference_number)s, "
        "%(dated)s, %(direction)s, %(visibility)s) returning id",
        row,
    ).fetchone()
    assert made is not None  # noqa: S101 an insert that returns
    return UUID(str(made[0]))


def add_to_file(db: Db, file: UUID, paper: Given) -> UUID:
    """A paper in a file. Its id as a source."""
    document = enter(db, paper)
    db.execute(
        "insert into register.application_paper (application_id, kind, document_id) values (%s, %s, %s)",
        [file, paper["kind"], document],
    )
    return document
