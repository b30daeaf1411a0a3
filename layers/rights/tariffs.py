# SPDX-License-Identifier: Apache-2.0
"""Tariffs of the register: the line that holds now; a new edition of one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from layers.idempotency import Answer, Db, NoSuchObject
from layers.rights.money import Line, line_of

Given = Mapping[str, Any]


def tariff_line(db: Db, code: str, kind: str, category: str) -> tuple[UUID, Line, str]:
    """The newest edition of a tariff in force: its id, the line, its currency. Raises NoSuchObject."""
    found = db.execute(
        "select t.id, to_jsonb(l), t.currency from register.tariff t join register.tariff_line l on l.tariff_id = t.id "
        "where t.code = %s and l.kind = %s and l.category = %s and t.valid @> now() order by t.edition desc limit 1",
        [code, kind, category],
    ).fetchone()
    if found is None:
        raise NoSuchObject()
    return UUID(str(found[0])), line_of(found[1]), str(found[2])


def new_edition(db: Db, given: Given) -> Answer:
    """A tariff, or its next edition; leases keep the one that they were signed under."""
    made = db.execute(
        "insert into register.tariff (code, edition, title_ar, title_en, currency, illustrative) "
        "select %s, coalesce(max(edition), 0) + 1, %s, %s, %s, %s from register.tariff where code = %s returning id",
        [given["code"], given["title_ar"], given["title_en"], given["currency"], bool(given.get("illustrative")),
         given["code"]],
    ).fetchone()  # fmt: skip
    assert made is not None  # noqa: S101 an insert that returns
    for line in given["lines"]:
        tiers = line.get("tiers")
        db.execute(
            "insert into register.tariff_line (tariff_id, kind, category, title_ar, title_en, basis, rate, tiers, tier_kind, "
            "lower_limit, upper_limit) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                made[0], line["kind"], line.get("category") or "", line["title_ar"], line["title_en"], line["basis"],
                line.get("rate"), Jsonb([[str(a), str(b)] for a, b in tiers]) if tiers else None,
                line.get("tier_kind") or "whole", line.get("lower_limit"), line.get("upper_limit"),
            ],
        )  # fmt: skip
    row = db.execute(
        "select to_jsonb(t) - array['source_id', 'recorded_from'] || jsonb_build_object('lines', (select jsonb_agg(to_jsonb(l) "
        "- array['source_id', 'recorded_from', 'tariff_id']) from register.tariff_line l where l.tariff_id = t.id)) "
        "from register.tariff t where t.id = %s",
        [made[0]],
    ).fetchone()
    return dict(row[0]) if row else {}
