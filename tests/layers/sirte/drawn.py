# SPDX-License-Identifier: Apache-2.0
"""The plan as evidence, before any database has seen it."""

from __future__ import annotations

from functools import lru_cache

from layers.sirte import evidence as believable
from layers.sirte.evidence import Area, Evidence, Piece
from layers.sirte.plan import plan_of
from layers.sirte.projects import projects_of
from layers.sirte.rows import Plan
from layers.sirte.tenants import Holdings, holdings_of

EVERY_SECTOR = frozenset(
    [
        "URB",
        "RDS",
        "SVC",
        "HLT",
        "EDU",
        "HOU",
        "PRT",
        "LGS",
        "TEL",
        "AIR",
        "DIG",
        "MAR",
        "ENE",
        "WAT",
        "RAI",
        "FLD",
        "TOU",
    ]  # guide to the domain, 2.3
)


def statuses(plan: Plan, holdings: Holdings) -> dict[str, str]:
    """The public status of each plot, by the rule that the register derives it with."""
    progress = {
        record.plot_number: record.progress for record in sorted(holdings.site_records, key=lambda r: r.seen_on)
    }
    kinds = {right.plot_number: right.kind for right in holdings.rights}
    restricted = {restriction.plot_number for restriction in holdings.restrictions}
    served = {service.plot_number for service in holdings.services if service.state == "now"}

    def status(number: str) -> str:
        if number in restricted:
            return "not_available"
        if kinds.get(number) == "reservation":
            return "in_process"
        if kinds.get(number) == "lease":
            seen = progress.get(number, "none")
            return {"works": "under_construction", "operating": "operating"}.get(seen, "allocated")
        if number in kinds:
            return "allocated"
        return "available" if number in served else "planned"

    return {plot.plot_number: status(plot.plot_number) for plot in plan.plots}


@lru_cache(maxsize=1)
def the_evidence() -> Evidence:
    plan = plan_of()
    status = statuses(plan, holdings_of(plan))
    return Evidence(
        zone=plan.zone.geom,
        sea=plan.sea,
        coast_road=plan.coast_road,
        blocks=[Area(block.code, block.phase, block.geom) for block in plan.blocks],
        reserves=[Area(reserve.code, reserve.phase, reserve.geom) for reserve in plan.road_reserves],
        outer_reserves=[Area("coast road", 1, plan.coast_road_reserve)],
        waters=[Area("basin", 1, plan.basin)],
        plots=[Piece(p.plot_number, p.block_code, status[p.plot_number], p.geom) for p in plan.plots],
        quays={f.code: f.geom for f in plan.facilities if f.kind == "QUY"},
        berths={f.code: (f.geom, f.depth_m) for f in plan.facilities if f.kind == "BTH"},
        fences=[fence.geom for fence in plan.fences],
        gates={gate.code: gate.geom for gate in plan.gates},
        stores={f.code: f.geom for f in plan.facilities if f.kind in {"YRD", "WHS", "SIL"}},
        nodes=plan.nodes,
        links=plan.links,
        sectors=frozenset(project.sector for project in projects_of(plan)),
        every_sector=EVERY_SECTOR,
    )


QUESTIONS = (
    believable.broken_borders,
    believable.broken_plot_borders,
    believable.untiled,
    believable.unfilled_blocks,
    believable.odd_phase_1_area,
    believable.plots_without_frontage,
    believable.plots_in_the_sea,
    believable.blocks_off_the_coast_road,
    believable.quays_off_the_outline,
    believable.berths_off_their_quay,
    believable.unreached_nodes,
    believable.loose_links,
    believable.networks_outside_reserves,
    believable.unserved_available_plots,
    believable.too_few_plots,
    believable.plots_of_odd_area,
    believable.areas_too_often,
    believable.narrow_span,
    believable.missing_statuses,
    believable.stores_on_unbuilt_plots,
    believable.missing_sectors,
    believable.gates_off_the_fence,
)
