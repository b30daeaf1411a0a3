# SPDX-License-Identifier: Apache-2.0
"""The illustrative plan is one that a planner would believe; each statement can be seen to fail."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import shapely
from pyproj.exceptions import ProjError
from pytest import approx
from shapely.affinity import rotate, translate

from layers.sirte import evidence as believable
from layers.sirte.evidence import Evidence
from layers.sirte.facts import REPORTED, SOURCES
from layers.sirte.plan import plan_of
from layers.sirte.projects import projects_of
from layers.sirte.shore import Shore
from layers.sirte.tenants import holdings_of
from tests.layers.sirte.drawn import QUESTIONS, statuses, the_evidence

Question = Callable[[Evidence], list[str]]
LATIN, ARABIC = re.compile(r"[A-Za-z]"), re.compile(r"[\u0621-\u064a]")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.__name__)
def test_the_plan_is_believable(question: Question) -> None:
    assert question(the_evidence()) == []


def anything(row: Any) -> bool:
    return True


def first_changed(rows: Any, change: Callable[[Any], Any], which: Callable[[Any], bool] = anything) -> Any:
    """The rows, the first that fits moved or turned."""
    number = next(i for i, row in enumerate(rows) if which(row))
    return [*rows[:number], replace(rows[number], geom=change(rows[number].geom)), *rows[number + 1 :]]


def moved(metres: float) -> Callable[[Any], Any]:
    return lambda geom: translate(geom, metres, metres)


def between_others(row: Any) -> bool:
    return bool(row.plot_number == "D01-003")


def in_phase_1(row: Any) -> bool:
    return bool(row.name.startswith("D"))


FAULTS: dict[Question, Callable[[Evidence], Evidence]] = {
    believable.broken_borders: lambda e: replace(e, blocks=first_changed(e.blocks, moved(0.002))),
    believable.broken_plot_borders: lambda e: replace(e, plots=first_changed(e.plots, moved(0.002), between_others)),
    believable.untiled: lambda e: replace(e, blocks=e.blocks[1:]),
    believable.unfilled_blocks: lambda e: replace(e, plots=e.plots[1:]),
    believable.odd_phase_1_area: lambda e: replace(e, waters=[]),
    believable.plots_without_frontage: lambda e: replace(e, reserves=e.reserves[:3]),
    believable.plots_in_the_sea: lambda e: replace(e, sea=e.sea.union(e.plots[0].geom.buffer(1))),
    believable.blocks_off_the_coast_road: lambda e: replace(
        e, blocks=first_changed(e.blocks, lambda geom: rotate(geom, 3.1), in_phase_1)
    ),
    believable.quays_off_the_outline: lambda e: replace(
        e, quays={code: translate(line, 5.1, 5.1) for code, line in e.quays.items()}
    ),
    believable.berths_off_their_quay: lambda e: replace(
        e, berths={code: (line, 12.0) for code, (line, _) in e.berths.items()}
    ),
    believable.unreached_nodes: lambda e: replace(e, links=[link for link in e.links if link.end != "WN0001"][1:]),
    believable.loose_links: lambda e: replace(e, links=first_changed(e.links, moved(0.001))),
    believable.networks_outside_reserves: lambda e: replace(e, reserves=e.reserves[:80]),
    believable.unserved_available_plots: lambda e: replace(
        e, nodes=[node for node in e.nodes if (node.utility, node.kind) != ("telecom", "service")]
    ),
    believable.too_few_plots: lambda e: replace(e, plots=e.plots[:599]),
    believable.plots_of_odd_area: lambda e: replace(
        e, plots=first_changed(e.plots, lambda geom: geom.buffer(200, join_style="mitre"))
    ),
    believable.areas_too_often: lambda e: replace(e, plots=[replace(plot, geom=e.plots[0].geom) for plot in e.plots]),
    believable.narrow_span: lambda e: replace(e, plots=[plot for plot in e.plots if plot.geom.area < 70_000]),
    believable.missing_statuses: lambda e: replace(e, plots=[plot for plot in e.plots if plot.status != "operating"]),
    believable.stores_on_unbuilt_plots: lambda e: replace(
        e, plots=[replace(plot, status="available" if plot.block_code == "B01" else plot.status) for plot in e.plots]
    ),
    believable.missing_sectors: lambda e: replace(e, sectors=e.sectors - {"RAI"}),
    believable.gates_off_the_fence: lambda e: replace(e, gates=dict(list(e.gates.items())[:2])),
}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.__name__)
def test_a_fault_is_seen(question: Question) -> None:
    assert question(FAULTS[question](the_evidence())) != []


def test_a_crs_that_only_a_ballpark_reaches_is_refused() -> None:
    with pytest.raises(ProjError):
        # A local grid: nothing says where it lies on the earth.
        Shore.of_srid(5806)


def test_the_same_plan_comes_out_every_time() -> None:
    again = plan_of.__wrapped__()
    assert again.plots == plan_of().plots
    assert again.links == plan_of().links
    assert holdings_of(again).rights == holdings_of(plan_of()).rights


@pytest.mark.parametrize("srid", [32633, 32733, 3177])
def test_the_plan_keeps_its_frontages_in_another_metric_crs(srid: int) -> None:
    other = plan_of(srid)
    # A sliver of 1e-10 m between two blocks once passed for a street, in some grids and not in others.
    assert min(plot.frontage_m for plot in other.plots) >= 12
    assert shapely.union_all([plot.geom for plot in other.plots]).area == approx(
        shapely.union_all([plot.geom for plot in plan_of().plots]).area, rel=2e-3
    )


def test_every_ordinate_stands_on_the_millimetre_grid() -> None:
    plan = plan_of()
    tables = (plan.blocks, plan.road_reserves, plan.plots, plan.gates, plan.constraints, plan.nodes, plan.links)
    for row in (row for table in tables for row in table):
        for ordinate in shapely.get_coordinates(row.geom).ravel().tolist():
            assert ordinate == round(ordinate, 3)


def test_the_harbour_has_the_measured_size() -> None:
    lengths = {f.code: f.length_m for f in plan_of().facilities if f.kind in {"QUY", "BRW"}}
    assert [lengths[code] for code in ("QUY-W", "QUY-S", "QUY-E", "BRW-1")] == approx([387, 554, 223, 1182], abs=1)
    assert plan_of().basin.area == approx(375_700, rel=0.01)


def test_the_coast_road_follows_the_coast() -> None:
    assert 3 <= plan_of().axis_deg <= 6


def test_plot_numbers_are_those_of_their_block_and_never_twice() -> None:
    plots = plan_of().plots
    assert len({plot.plot_number for plot in plots}) == len(plots)
    assert all(re.fullmatch(rf"{plot.block_code}-\d{{3}}", plot.plot_number) for plot in plots)


def test_nothing_is_free_and_held_at_once_and_all_that_is_free_in_phase_1_is_served() -> None:
    plan = plan_of()
    status = statuses(plan, holdings_of(plan))
    phases = {plot.plot_number: plot.phase for plot in plan.plots}
    assert {phases[number] for number, state in status.items() if state == "planned"} == {2}
    assert {phases[number] for number, state in status.items() if state in {"available", "operating"}} == {1}


def test_one_plot_has_one_right_and_every_right_ends_after_it_begins() -> None:
    rights = holdings_of(plan_of()).rights
    assert len({right.plot_number for right in rights}) == len(rights)
    assert all(right.begins < right.ends for right in rights)


def test_every_invented_name_says_so() -> None:
    parties = holdings_of(plan_of()).parties
    assert all("تجريبي" in party.name_ar and "Sample" in party.name_en for party in parties)


def test_every_project_has_a_known_source_and_only_invented_ones_the_illustration() -> None:
    keys = {source.key for source in SOURCES}
    for project in projects_of(plan_of()):
        assert project.source in keys
        assert project.illustrative == (project.source == "illustration")
        assert project.geom.is_valid
    assert {source for _, source in REPORTED.values()} <= keys


def test_every_text_is_in_both_languages() -> None:
    plan = plan_of()
    rows: tuple[Any, ...] = (
        *plan.blocks,
        *plan.road_reserves,
        *plan.gates,
        *plan.fences,
        *plan.facilities,
        *plan.constraints,
    )
    for row in rows:
        assert ARABIC.search(row.name_ar), row
        assert LATIN.search(row.name_en), row
    for project in projects_of(plan):
        assert ARABIC.search(project.title_ar), project
        assert LATIN.search(project.title_en), project
