# SPDX-License-Identifier: Apache-2.0
"""Invented holders and what has become of each plot. Every name says that it is a sample.

The seven public statuses are never written here: they follow from rights, restrictions, site records and services.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from shapely import Point

from layers.sirte.rows import (
    PartyRow,
    Plan,
    PlotRow,
    RestrictionRow,
    RightRow,
    ServiceRow,
    SiteRecordRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEED = 14_250
_COMPANIES = 72

SERVICES = ("water", "sewer", "power", "telecom")
_LAST_PLANNED_BAND = {"K", "N", "E", "L"}
"""Blocks of phase 2 next to the coast road: their utilities have a date."""

# What becomes of a plot that is taken: under construction, operating, allocated, in process.
_TAKEN = {
    "A": (2, 4, 2, 1), "B": (2, 3, 2, 1), "P": (1, 6, 1, 0), "T": (2, 0, 3, 3), "S": (2, 4, 2, 1),
    "M": (3, 1, 3, 2), "C": (3, 4, 3, 2), "D": (3, 3, 3, 2),
}  # fmt: skip
_OUTCOMES = ("under_construction", "operating", "allocated", "in_process")
_SHARE_TAKEN = {"A": 1.0, "B": 0.75, "P": 0.9, "T": 0.5, "S": 0.65, "M": 0.4, "C": 0.62, "D": 0.5}
_EARLY_ANCHORS = {"J": 0.12, "V": 0.4, "L": 0.08, "N": 0.2}
"""Large users of phase 2 that ask before the ground is served."""


@dataclass(slots=True)
class Holdings:
    """Parties, rights, restrictions, site records and services of the zone."""

    parties: list[PartyRow] = field(default_factory=list)
    rights: list[RightRow] = field(default_factory=list)
    restrictions: list[RestrictionRow] = field(default_factory=list)
    site_records: list[SiteRecordRow] = field(default_factory=list)
    services: list[ServiceRow] = field(default_factory=list)


def holdings_of(plan: Plan) -> Holdings:
    """Deterministic. Days are fixed; none lies after June 2026 except the ends of rights."""
    random = Random(_SEED)  # noqa: S311 a drawing, not a secret
    holdings = Holdings(parties=list(_parties()))
    _restrict(plan, holdings)
    blocked = {restriction.plot_number for restriction in holdings.restrictions}
    centre = next(block.geom.centroid for block in plan.blocks if block.code == "A01")
    for plot in plan.plots:
        holdings.services += _services(plot)
        outcome = _outcome(plot, centre, random)
        if plot.plot_number not in blocked and outcome:
            _give(plot, outcome, holdings, random)
    return holdings


def _parties() -> Iterator[PartyRow]:
    yield PartyRow("tenant-1", "OPR", "مشغّل ميناء تجريبي 1", "Sample port operator 1", "LY")
    types = ("LCO",) * 12 + ("JVT", "BRN", "FCO", "FCO", "TEC", "SOE")
    for number in range(2, _COMPANIES + 1):
        kind = types[number % len(types)]
        country = "LY" if kind in {"LCO", "SOE", "BRN"} else None
        yield PartyRow(f"tenant-{number}", kind, f"شركة تجريبية {number}", f"Sample company {number}", country)


def _restrict(plan: Plan, holdings: Holdings) -> None:
    remarks = {
        "clearance": ("في انتظار شهادة التطهير", "Waits for the clearance certificate"),
        "claim": ("مطالبة قيد النظر", "A claim is being looked into"),
    }
    for area in plan.constraints:
        if area.kind in remarks:
            remark_ar, remark_en = remarks[area.kind]
            holdings.restrictions += [
                RestrictionRow(plot.plot_number, area.kind, date(2025, 1, 15), None, remark_ar, remark_en)
                for plot in plan.plots
                if plot.geom.intersection(area.geom).area > 50
            ]
    for plot_number in ("C07-003", "S01-002"):
        holdings.restrictions.append(
            RestrictionRow(plot_number, "hold", date(2025, 9, 1), None, "تعليق إداري", "Administrative hold")
        )


def _outcome(plot: PlotRow, centre: Point, random: Random) -> str | None:
    letter = plot.block_code[0]
    chance, pick = random.random(), random.random()
    if plot.phase == 2:
        if chance < _EARLY_ANCHORS.get(letter, 0.015):
            return "in_process" if pick < 0.6 else "allocated"
        return None
    # Land near the quays goes first.
    nearness = 1.25 - plot.geom.distance(centre) / 1_600
    if chance >= _SHARE_TAKEN.get(letter, 0.0) * nearness and letter != "A":
        return None
    if letter == "A":
        return ("under_construction", "in_process", "operating")[int(plot.plot_number[-1]) - 1]
    weights = _TAKEN[letter]
    level = pick * sum(weights)
    for outcome, weight in zip(_OUTCOMES, weights, strict=True):
        level -= weight
        if level < 0:
            return outcome
    return _OUTCOMES[-1]


def _give(plot: PlotRow, outcome: str, holdings: Holdings, random: Random) -> None:
    number = len(holdings.rights) + 1
    party = "tenant-1" if plot.block_code == "A01" else f"tenant-{random.randint(2, _COMPANIES)}"
    begins = _first_day(outcome, random)
    if outcome == "in_process":
        right = RightRow(
            plot.plot_number, "reservation", party, begins, date(2031, 1, 1), None,
            published=False, due_by=date(2027, 6, 30),
        )  # fmt: skip
    else:
        years = random.choice((25, 30, 40, 49))
        kind = "allocation" if outcome == "allocated" and random.random() < 0.6 else "lease"
        right = RightRow(
            plot.plot_number, kind, party, begins, begins.replace(year=begins.year + years),
            f"توضيحي {begins.year}/{number:03}", published=random.random() < 0.8, due_by=None,
        )  # fmt: skip
        holdings.site_records += _site_records(plot, outcome, begins, lease=kind == "lease")
    holdings.rights.append(right)


def _first_day(outcome: str, random: Random) -> date:
    first, days = {
        "operating": (date(2024, 9, 1), 300),
        "under_construction": (date(2025, 3, 1), 360),
        "allocated": (date(2025, 10, 1), 240),
        "in_process": (date(2026, 3, 1), 100),
    }[outcome]
    return first + timedelta(days=random.randrange(days))


def _site_records(plot: PlotRow, outcome: str, begins: date, *, lease: bool) -> Iterator[SiteRecordRow]:
    if lease:
        yield SiteRecordRow(plot.plot_number, begins + timedelta(days=14), "handed_over")
    if outcome in {"under_construction", "operating"}:
        yield SiteRecordRow(plot.plot_number, begins + timedelta(days=75), "works")
    if outcome == "operating":
        yield SiteRecordRow(plot.plot_number, begins + timedelta(days=330), "operating")


def _services(plot: PlotRow) -> Iterator[ServiceRow]:
    for utility in SERVICES:
        if plot.phase == 1:
            yield ServiceRow(plot.plot_number, utility, "now", None)
        elif plot.block_code[0] in _LAST_PLANNED_BAND:
            yield ServiceRow(plot.plot_number, utility, "dated", date(2028, 6, 30))
        elif plot.block_code[0] not in {"V", "J"}:
            yield ServiceRow(plot.plot_number, utility, "no_date", None)
        # Of the southern blocks no utility has written yet: unknown is the absence of a letter.
