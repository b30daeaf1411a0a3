# SPDX-License-Identifier: Apache-2.0
"""Commands on claims: while one is open, a restriction stands on its plot."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from layers.idempotency import Answer, Db, NoSuchObject
from layers.rights.papers import enter

Given = Mapping[str, Any]
TOLD = (
    "select to_jsonb(c) - array['recorded_from'] || jsonb_build_object('plot_number', p.plot_number) "
    "from register.claim c join register.plot p on p.id = c.plot_id where c.id = %s"
)


def lodge(db: Db, given: Given) -> Answer:
    """Somebody claims a plot. Raises NoSuchObject."""
    source = enter(db, given["paper"]) if given.get("paper") else None
    made = db.execute(
        "insert into register.claim (plot_id, claimant, says, lodged_on, source_id) "
        "select id, %s, %s, %s, %s from register.plot where plot_number = %s returning id",
        [given["claimant"], given["says"], given["lodged_on"], source, given["plot_number"]],
    ).fetchone()
    if made is None:
        raise NoSuchObject()
    return told(db, UUID(str(made[0])))


def end(db: Db, claim: UUID, given: Given) -> Answer:
    """Settled or dismissed, by a paper. Raises NoSuchObject."""
    source = enter(db, given["paper"])
    done = db.execute(
        "update register.claim set state = %s, ended_on = %s, source_id = %s where id = %s returning id",
        [given["state"], given["ended_on"], source, claim],
    ).fetchone()
    if done is None:
        raise NoSuchObject()
    return told(db, claim)


def told(db: Db, claim: UUID) -> Answer:
    """Raises NoSuchObject."""
    row = db.execute(TOLD, [claim]).fetchone()
    if row is None:
        raise NoSuchObject()
    return dict(row[0])
