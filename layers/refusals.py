# SPDX-License-Identifier: Apache-2.0
"""What the database refuses, as facts of the land: one class per rule, and the way from a driver's error to it.

The database says which rule with an SQLSTATE of its own (MG0xx) and the facts as JSON in the error's detail, see
sql/guards.sql and sql/rights.sql. `place` is GeoJSON in degrees where the fault is; who may see it is decided by api/.
"""

import json
from typing import Any

import psycopg

from layers.declaration import Language
from layers.errors import Busy, MarsaError
from layers.fabric.refusals import NumberGiven
from layers.rights.blocks import said

Place = dict[str, Any] | None


class NotAShape(MarsaError):
    """The geometry is empty, crosses itself, or is no simple polygon."""

    def __init__(self, table: str, reason: str, *, place: Place = None) -> None:
        super().__init__(table, reason)
        self.table, self.reason, self.place = table, reason, place


class PlotsOverlap(MarsaError):
    """Two current plots would have ground in common."""

    def __init__(self, plot_number: str, neighbour: str, overlap_m2: float, *, place: Place = None) -> None:
        super().__init__(plot_number, neighbour, overlap_m2)
        self.plot_number, self.neighbour, self.overlap_m2, self.place = plot_number, neighbour, overlap_m2, place


class OutsideBlock(MarsaError):
    """A plot would leave its block."""

    def __init__(self, plot_number: str, block_code: str, outside_m2: float, *, place: Place = None) -> None:
        super().__init__(plot_number, block_code, outside_m2)
        self.plot_number, self.block_code, self.outside_m2, self.place = plot_number, block_code, outside_m2, place


class OutsideZone(MarsaError):
    """A block would leave its zone."""

    def __init__(self, block_code: str, zone_code: str, outside_m2: float, *, place: Place = None) -> None:
        super().__init__(block_code, zone_code, outside_m2)
        self.block_code, self.zone_code, self.outside_m2, self.place = block_code, zone_code, outside_m2, place


class BlocksOverlap(MarsaError):
    """Two blocks of one zone would have ground in common."""

    def __init__(self, block_code: str, neighbour: str, overlap_m2: float, *, place: Place = None) -> None:
        super().__init__(block_code, neighbour, overlap_m2)
        self.block_code, self.neighbour, self.overlap_m2, self.place = block_code, neighbour, overlap_m2, place


class BlockNotFilled(MarsaError):
    """A block marked complete would have ground that belongs to no plot."""

    def __init__(self, block_code: str, missing_m2: float, *, place: Place = None) -> None:
        super().__init__(block_code, missing_m2)
        self.block_code, self.missing_m2, self.place = block_code, missing_m2, place


class BelowPlanRules(MarsaError):
    """A plot would be smaller, larger or narrower than its plan unit allows. `measure` is area_m2 or frontage_m."""

    def __init__(self, plot_number: str, plan_unit: str, measure: str, found: float, allowed: float) -> None:
        super().__init__(plot_number, plan_unit, measure, found, allowed)
        self.plot_number, self.plan_unit, self.measure = plot_number, plan_unit, measure
        self.found, self.allowed = found, allowed


class NoSuchCode(MarsaError):
    """A value is no code of its list."""

    def __init__(self, table: str, column: str, code: str, codelist: str) -> None:
        super().__init__(table, column, code, codelist)
        self.table, self.column, self.code, self.codelist = table, column, code, codelist


class AppendOnly(MarsaError):
    """What happened and what was known is never rewritten."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


class SharesNotWhole(MarsaError):
    """The shares of a group do not add up to one."""

    def __init__(self, group_id: str) -> None:
        super().__init__(group_id)
        self.group_id = group_id


class KeepsExtent(MarsaError):
    """A plot under a live right would change its extent without the paper that this needs: `survey` or `addendum`."""

    def __init__(self, plot_number: str, changed_m2: float, needs: str, *, place: Place = None) -> None:
        super().__init__(plot_number, changed_m2, needs)
        self.plot_number, self.changed_m2, self.needs, self.place = plot_number, changed_m2, needs, place


class RightLeftBehind(MarsaError):
    """A right would outlive its plot, or end with it without a child that takes it."""

    def __init__(self, plot_number: str, kind: str) -> None:
        super().__init__(plot_number, kind)
        self.plot_number, self.kind = plot_number, kind


class StepBlocked(MarsaError):
    """A restriction in force blocks the next step on a plot."""

    def __init__(self, plot_number: str, restriction: str, since: str | None = None, until: str | None = None) -> None:
        super().__init__(plot_number, restriction, since, until)
        self.plot_number, self.restriction, self.since, self.until = plot_number, restriction, since, until


class LandNotKept(MarsaError):
    """The children of a split or merge are not exactly their parents' land, or do not follow them at once."""

    def __init__(self, kind: str, parents: list[str], *, gained_m2: float | None = None, place: Place = None) -> None:
        super().__init__(kind, parents)
        self.kind, self.parents, self.gained_m2, self.place = kind, parents, gained_m2, place


class StepRefused(MarsaError):
    """A step of a file or a lease is blocked. `block` is a code of `layers.rights.blocks`, `known` what is known of it."""

    def __init__(self, block: str, event: str, known: dict[str, Any] | None = None) -> None:
        super().__init__(block, event)
        self.block, self.event, self.known = block, event, known or {}

    def said(self, language: Language) -> str:
        """What blocks, since when, whose move it is, which paper clears it."""
        return said(self.block, self.known, language)


class FileAndRightDiffer(MarsaError):
    """The right that stands on a plot for a file is not the one that the file's state says."""

    def __init__(self, reg_no: str, state: str, found: list[str]) -> None:
        super().__init__(reg_no, state)
        self.reg_no, self.state, self.found = reg_no, state, found


class NotReadCommitted(MarsaError):
    """Land is written under READ COMMITTED: any other level reads a snapshot older than its locks."""

    def __init__(self, given: str) -> None:
        super().__init__(given)
        self.given = given


class RightTaken(MarsaError):
    """Somebody already has the plot or facility for some of these days."""


class AreaMismatch(MarsaError):
    """The area that the paper states and the area of the shape differ by more than 1 %."""


class AlreadyThere(MarsaError):
    """A number, code or name that must be the only one exists already."""

    def __init__(self, table: str, constraint: str) -> None:
        super().__init__(table, constraint)
        self.table, self.constraint = table, constraint


class StillReferred(MarsaError):
    """A row names another that does not exist, or others still name the one to be deleted."""

    def __init__(self, table: str, constraint: str) -> None:
        super().__init__(table, constraint)
        self.table, self.constraint = table, constraint


class NotAllowedValue(MarsaError):
    """A value is missing or outside what its column allows."""

    def __init__(self, table: str, rule: str) -> None:
        super().__init__(table, rule)
        self.table, self.rule = table, rule


class NotYours(MarsaError):
    """The writer's duties do not reach these rows."""


class FourEyes(MarsaError):
    """One person would do both acts of a pair that takes two. `act` and `other` are words of `matrix.INCOMPATIBLE`."""

    def __init__(self, act: str, other: str) -> None:
        super().__init__(act, other)
        self.act, self.other = act, other


class NeedsTwoAdmins(MarsaError):
    """The role of approver is given by one admin and confirmed by another."""


class NotThatUser(MarsaError):
    """An account cannot be given this. `why`: unknown, disabled, role, duty, period, last_admin, self."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NobodyActs(MarsaError):
    """An act was to be noted in a transaction that does not say who acts."""


BY_STATE: dict[str, tuple[type[MarsaError], tuple[str, ...]]] = {
    "MG001": (NotAShape, ("table", "reason", "place")),
    "MG002": (PlotsOverlap, ("plot_number", "neighbour", "overlap_m2", "place")),
    "MG003": (OutsideBlock, ("plot_number", "block_code", "outside_m2", "place")),
    "MG004": (OutsideZone, ("block_code", "zone_code", "outside_m2", "place")),
    "MG005": (NoSuchCode, ("table", "column", "code", "codelist")),
    "MG006": (AppendOnly, ("table",)),
    "MG007": (SharesNotWhole, ("group_id",)),
    "MG008": (BlocksOverlap, ("block_code", "neighbour", "overlap_m2", "place")),
    "MG009": (BlockNotFilled, ("block_code", "missing_m2", "place")),
    "MG010": (KeepsExtent, ("plot_number", "changed_m2", "needs", "place")),
    "MG011": (RightLeftBehind, ("plot_number", "kind")),
    "MG012": (StepBlocked, ("plot_number", "restriction", "since", "until")),
    "MG013": (LandNotKept, ("kind", "parents", "gained_m2", "place")),
    "MG014": (NotReadCommitted, ("given",)),
    "MG021": (StepRefused, ("block", "event", "known")),
    "MG022": (FileAndRightDiffer, ("reg_no", "state", "found")),
    "MG015": (BelowPlanRules, ("plot_number", "plan_unit", "measure", "found", "allowed")),
    "MG070": (NumberGiven, ("plot_number",)),
    "MG060": (FourEyes, ("act", "other")),
    "MG061": (NobodyActs, ()),
    "MG062": (NeedsTwoAdmins, ()),
    "MG063": (NotThatUser, ("why",)),
}
"""SQLSTATE → class, and the facts in the detail that it takes."""

TRY_AGAIN = {"40001", "40P01", "55P03", "57014", "53300"}
"""Serialization failure, deadlock, lock or statement timeout, too many connections: the same act may succeed later."""


def refusal(error: psycopg.Error) -> MarsaError:
    """The rule that a database error stands for. Raises the error itself when it stands for none: it is a fault of ours."""
    state = error.sqlstate or ""
    table, constraint = error.diag.table_name or "", error.diag.constraint_name or ""
    if state in BY_STATE:
        kind, names = BY_STATE[state]
        facts = json.loads(error.diag.message_detail or "{}")
        return kind(**{name: facts[name] for name in names if name in facts})
    if state in TRY_AGAIN:
        return Busy()
    if constraint == "one_right_at_a_time":
        return RightTaken()
    if constraint == "ck_plot_legal_area_matches_shape":
        return AreaMismatch()
    match state:
        case "23505":
            return AlreadyThere(table, constraint)
        case "23503":
            return StillReferred(table, constraint)
        case "23502" | "23514":
            return NotAllowedValue(table, constraint or error.diag.column_name or "")
        case "42501":
            return NotYours()
    raise error
