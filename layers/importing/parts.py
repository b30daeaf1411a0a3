# SPDX-License-Identifier: Apache-2.0
"""One file whose layers go to several targets in one run: what goes where, in which order, and one report of all."""

import json
from collections.abc import Sequence
from dataclasses import replace

from gis.reading import Issue, Reading
from layers.importing.charts import FEEDS
from layers.importing.report import Finding, LayerReport, Report
from layers.importing.wishes import NEW_ZONE, PORT, REFERENCE, Wishes, target_layer

FIRST = {NEW_ZONE: 0, "layer:zones": 0, "layer:blocks": 1, "layer:plots": 2, REFERENCE: 9}
"""What others lie in is written before them; all else keeps the file's order in between."""
LAST = 5


def shares_of(reading: Reading, wishes: Wishes) -> list[Wishes]:
    """The wishes by target, in the order in which they are written. One, where all goes to one target."""
    if wishes.target == PORT:
        charted = reading.kind == "s57"
        return [_share(wishes, f"layer:{layer}", wishes.layers) for layer in FEEDS] if charted else []
    wanted = [layer.name for layer in reading.layers if wishes.layers is None or layer.name in wishes.layers]
    by_target: dict[str, list[str]] = {}
    for name in wanted:
        by_target.setdefault(wishes.targets.get(name, wishes.target), []).append(name)
    if set(by_target) <= {wishes.target}:
        return [wishes]
    order = sorted(by_target, key=lambda target: FIRST.get(target, LAST))
    return [_share(wishes, target, frozenset(by_target[target]), by_target) for target in order]


def _share(
    wishes: Wishes, target: str, layers: frozenset[str] | None, by_target: dict[str, list[str]] | None = None
) -> Wishes:
    layer = target_layer(target)
    prefix = f"{layer.id}." if layer is not None else "reference."
    areas = [
        name
        for other, names in (by_target or {}).items()
        for name in names
        if other != target and (there := target_layer(other)) is not None and "POLYGON" in there.geometry_kind
    ]
    return replace(
        wishes,
        target=target,
        targets={},
        layers=layers,
        columns=_of(wishes.columns, prefix),
        values=_of(wishes.values, prefix),
        elsewhere=frozenset(areas),
        among_others=True,
    )


def _of(pairs: dict[str, str], prefix: str) -> dict[str, str]:
    """What is said of one target ("plots.handle") goes before what is said of all ("handle")."""
    return {**pairs, **{name.removeprefix(prefix): said for name, said in pairs.items() if name.startswith(prefix)}}


def merged(wishes: Wishes, reports: Sequence[Report], *more: Issue) -> Report:
    """One report of all shares. What the reader said of the file is told once."""
    first = reports[0]
    findings: dict[str, Finding] = {}
    for finding in (each for report in reports for each in report.findings):
        issue = finding.issue
        told = [issue.code, issue.level, issue.layer, issue.ref, issue.place, issue.facts]
        findings.setdefault(json.dumps(told, sort_keys=True, default=str), finding)
    layers: list[LayerReport] = [layer for report in reports for layer in report.layers]
    named = {layer.name for layer in layers}
    left_out = {name: number for report in reports for name, number in report.left_out if name not in named}
    written: dict[str, int] = {}
    for report in reports:
        for table, rows in report.written.items():
            written[table] = written.get(table, 0) + rows
    targets = dict.fromkeys(report.target for report in reports)
    return replace(
        first,
        target=wishes.target if wishes.target == PORT else ", ".join(targets),
        layers=tuple(layers),
        findings=tuple(findings.values()),
        where=next((report.where for report in reports if report.where), None),
        left_out=tuple(left_out.items()),
        moves=tuple(move for report in reports for move in report.moves),
        written=written,
        # A share without anything to take holds nothing up: another may have it.
        held=any(report.taken and not report.can_commit for report in reports)
        or any(report.faults and not report.taken for report in reports if not report.leave_out_faulty),
    ).with_findings(*more)
