# SPDX-License-Identifier: Apache-2.0
"""Commands on the committee's meetings: call one, set its agenda, close it; closing takes the steps of all its files."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from layers.idempotency import Answer, Db, NoSuchObject
from layers.rights.filing import take
from layers.rights.papers import enter
from layers.rights.telling import meeting_told

Given = Mapping[str, Any]


def call(db: Db, given: Given) -> Answer:
    """A meeting with its members, and the files on its agenda. Raises NoSuchObject for a zone that is not the actor's."""
    zone = db.execute("select id from register.zone where code = %s", [given["zone"]]).fetchone()
    if zone is None:
        raise NoSuchObject()
    made = db.execute(
        "insert into register.meeting (zone_id, held_on, place) values (%s, %s, %s) returning id",
        [zone[0], given["held_on"], given.get("place")],
    ).fetchone()
    assert made is not None  # noqa: S101 an insert that returns
    meeting = UUID(str(made[0]))
    for number, member in enumerate(given["members"]):
        db.execute(
            "insert into register.meeting_member (meeting_id, name, chair) values (%s, %s, %s)",
            [meeting, member, number == 0],
        )
    for file in given.get("files") or ():
        add_item(db, meeting, file)
    return meeting_told(db, meeting)


def add_item(db: Db, meeting: UUID, file: UUID) -> Answer:
    """A file at the end of the agenda."""
    db.execute(
        "insert into register.meeting_item (meeting_id, application_id, position) select %s, %s, "
        "coalesce(max(position), 0) + 1 from register.meeting_item where meeting_id = %s",
        [meeting, file, meeting],
    )
    return meeting_told(db, meeting)


def close(db: Db, meeting: UUID, given: Given) -> Answer:
    """Who was there, who kept out of what, what was decided, and the minutes: one act for all files of the agenda."""
    db.execute(
        "update register.meeting_member set present = name = any(%s) where meeting_id = %s",
        [list(given["present"]), meeting],
    )
    decisions = list(given["decisions"])
    for each in decisions:
        item = db.execute(
            "update register.meeting_item set decision = %s, reason = %s where meeting_id = %s and application_id = %s "
            "returning id",
            [each["decision"], each.get("reason"), meeting, each["file"]],
        ).fetchone()
        if item is None:
            raise NoSuchObject()
        for recusal in each.get("recusals") or ():
            db.execute(
                "insert into register.recusal (item_id, member_id, reason) select %s, id, %s "
                "from register.meeting_member where meeting_id = %s and name = %s",
                [item[0], recusal["reason"], meeting, recusal["member"]],
            )
    minutes = enter(db, given["minutes"], kind="minutes")
    closed = db.execute(
        "update register.meeting set state = 'closed', minutes_id = %s where id = %s returning id", [minutes, meeting]
    ).fetchone()
    if closed is None:
        raise NoSuchObject()
    # In the order of their plots, in which everybody takes turns: two meetings that meet on two plots do not deadlock.
    decided = [each for each in decisions if each["decision"] != "defer"]
    ranks = dict(
        db.execute(
            "select id, row_number() over (order by plot_id, id) from register.application where id = any(%s)",
            [[each["file"] for each in decided]],
        ).fetchall()
    )
    for each in sorted(decided, key=lambda one: ranks.get(one["file"], 0)):
        take(db, each["file"], each["decision"], {"reason": each.get("reason")})
    return meeting_told(db, meeting)
