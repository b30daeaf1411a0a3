# SPDX-License-Identifier: Apache-2.0
"""Taking an act back, and doing it again, also after others saved: only while nothing was built on what it made.

What is taken back leaves the register as it stands now; history keeps it, and the event says who took it back and why. Corners
that neighbours got stay: under a right a plot never loses one, and the plot that comes back gets them too.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import shapely
from psycopg.types.json import Jsonb

from gis.parcels.noding import with_corners
from layers.fabric.acts import Act
from layers.fabric.ground import Db, around, ewkb, hold, last_act
from layers.fabric.outcomes import Outcome, Rehearsed, judged, told
from layers.fabric.refusals import BuiltUpon, NothingThere, ReasonMissing


@dataclass(frozen=True)
class Turn:
    """An act that the actor can take back or do again."""

    id: UUID
    kind: str
    plot_number: str
    images: list[dict[str, Any]] = field(repr=False)


def turn(db: Db, which: str) -> Turn | None:
    """`which`: undo or redo; None where there is nothing."""
    row = db.execute(
        "select id, kind, plot_number, images from register.fabric_act_next(%s)",
        ["done" if which == "undo" else "undone"],
    ).fetchone()
    return Turn(*row) if row else None


def undo(db: Db, *, reason: str, dry_run: bool = False) -> Outcome:
    """Takes the actor's last act back. Raises NothingThere, BuiltUpon with what was done since and by whom."""
    act = _found(db, "undo", reason)
    _hold(db, act)
    for image in act.images:
        _require_untouched(db, act, image, "after")
    try:
        with db.transaction():
            for image in reversed([i for i in act.images if i["before"] is None]):
                db.execute(f"delete from register.{_table(image)} where id = %s", [image["id"]])  # noqa: S608 our own tables
            for image in act.images:
                if image["before"] is not None and not _is_noding(image):
                    _put(db, image["table"], _noded(db, act, image["before"]))
    except psycopg.errors.ForeignKeyViolation as error:
        raise BuiltUpon(act.kind, act.plot_number, str(error.diag.table_name)) from error
    return _turned(db, act, "undo", "undone", "before", reason, dry_run=dry_run)


def redo(db: Db, *, reason: str, dry_run: bool = False) -> Outcome:
    """Does again what was taken back last, as long as nothing else was done since."""
    act = _found(db, "redo", reason)
    _hold(db, act)
    for image in act.images:
        _require_untouched(db, act, image, "before")
    try:
        with db.transaction():
            for image in act.images:
                if not _is_noding(image):
                    _put(
                        db,
                        image["table"],
                        _noded(db, act, image["after"]) if _is_current(image["after"]) else image["after"],
                    )
    except psycopg.errors.UniqueViolation as error:
        raise BuiltUpon(act.kind, act.plot_number, str(error.diag.table_name)) from error
    return _turned(db, act, "redo", "done", "after", reason, dry_run=dry_run)


def _found(db: Db, which: str, reason: str) -> Turn:
    if not reason.strip():
        raise ReasonMissing()
    act = turn(db, which)
    if act is None:
        raise NothingThere(which)
    return act


def _turned(db: Db, act: Turn, which: str, state: str, now: str, reason: str, *, dry_run: bool) -> Outcome:
    done = Act(db, which, reason)
    done.tell(UUID(_plots(act)[0]["id"]), {"act": str(act.id)}, {"act": act.kind, "plot_number": act.plot_number})
    there = [UUID(image["id"]) for image in _plots(act) if image[now] is not None and not _is_noding(image)]
    done.kept = [plot for plot in there if _exists(db, plot)]
    outcome = Outcome(which, [], done.event, act.id, dry_run=dry_run)
    if dry_run:
        outcome.findings = judged(db)
    outcome.plots = told(db, done, with_envelopes=False)
    if dry_run:
        raise Rehearsed(outcome)
    images = [
        {**image, now: _image(db, image["table"], image["id"]) if image[now] is not None else None}
        for image in act.images
    ]
    db.execute("select register.turn_fabric_act(%s, %s, %s)", [act.id, state, Jsonb(images)])
    return outcome


def _hold(db: Db, act: Turn) -> None:
    hold(
        db, [shapely.from_wkb(image[key]["geom"]) for image in _plots(act) for key in ("before", "after") if image[key]]
    )


def _plots(act: Turn) -> list[dict[str, Any]]:
    return [image for image in act.images if image["table"] == "plot"]


def _is_noding(image: dict[str, Any]) -> bool:
    """A neighbour that only got a corner."""
    before, after = image["before"], image["after"]
    if image["table"] != "plot" or before is None or after is None:
        return False
    return {k for k in after if before.get(k) != after[k]} <= {"geom", "version", "recorded_from"} and bool(
        shapely.from_wkb(before["geom"]).symmetric_difference(shapely.from_wkb(after["geom"])).area
        < 0.002 * shapely.from_wkb(before["geom"]).length
    )


def _is_current(image: dict[str, Any]) -> bool:
    return "geom" in image and str(image.get("valid", "")).endswith(",)")


def _require_untouched(db: Db, act: Turn, image: dict[str, Any], side: str) -> None:
    """The row is as the act left it, but for corners that it got. Raises BuiltUpon."""
    expected = image[side]
    if _is_noding(image):
        return
    now = _image(db, image["table"], image["id"])
    if now == expected or (now is not None and expected is not None and _only_noded(db, expected, now)):
        return
    what, since, by = last_act(db, UUID(image["id"])) if image["table"] == "plot" else (image["table"], None, None)
    raise BuiltUpon(act.kind, act.plot_number, what, since, by)


def _only_noded(db: Db, expected: dict[str, Any], now: dict[str, Any]) -> bool:
    differs = {key for key in expected if expected[key] != now.get(key)}
    if differs <= {"version", "recorded_from"}:
        return True
    if not differs <= {"geom", "version", "recorded_from"}:
        return False
    row = db.execute(
        "select register.only_noded(%s::geometry, %s::geometry)", [expected["geom"], now["geom"]]
    ).fetchone()
    return bool(row and row[0])


def _noded(db: Db, act: Turn, image: dict[str, Any]) -> dict[str, Any]:
    """The plot with the corners that its neighbours have by now on its sides."""
    if "geom" not in image or not _is_current(image):
        return image
    shape = shapely.from_wkb(image["geom"])
    ours = [UUID(each["id"]) for each in _plots(act) if not _is_noding(each)]
    beside = around(db, [shape], ours)
    corners = shapely.get_coordinates([plot.shape for plot in beside.values()])
    return {**image, "geom": ewkb(db, with_corners(shape, corners))}


def _put(db: Db, table: str, image: dict[str, Any]) -> None:
    db.execute("select register.put_image(%s, %s)", [table, Jsonb(image)])


def _table(image: dict[str, Any]) -> str:
    return str(image["table"])


def _image(db: Db, table: str, row_id: str) -> dict[str, Any] | None:
    row = db.execute("select register.image_of(%s, %s)", [table, row_id]).fetchone()
    return row[0] if row else None


def _exists(db: Db, plot: UUID) -> bool:
    return db.execute("select 1 from register.plot where id = %s", [plot]).fetchone() is not None
