# SPDX-License-Identifier: Apache-2.0
"""Sources, parties, zone, blocks, plots, and what is held of them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from shapely import Point

from layers.land import Plot, PlotService, Restriction, SiteRecord, TenureSlot
from layers.parties import Party
from layers.plan import Block, Zone
from layers.sirte.facts import SOURCES
from layers.sirte.projects import AGENCIES
from layers.sirte.rows import Plan
from layers.sirte.rules import rent_lyd_m2_year
from layers.sirte.tenants import Holdings
from layers.sirte.writing.writer import Writer, invented, name_of
from layers.sources import Source
from layers.survey import BoundaryPoint


def write_sources(writer: Writer, plan: Plan) -> None:
    columns = (
        "kind", "title_ar", "title_en", "issuer_ar", "issuer_en", "reference_number", "dated", "citation", "licence",
        "attribution", "illustrative",
    )  # fmt: skip
    # What came in longitude and latitude says how it was brought onto the legal grid, and how well.
    brought = {"crs_operation": plan.crs_operation, "crs_accuracy_m": plan.crs_accuracy_m}
    writer.write(
        Source,
        (
            {
                "id": name_of("source", row.key),
                **{column: getattr(row, column) for column in columns},
                **(brought if row.kind == "dataset" else dict.fromkeys(brought)),
            }
            for row in SOURCES
        ),
    )


def write_parties(writer: Writer, holdings: Holdings) -> None:
    writer.write(
        Party,
        (
            {
                "id": name_of("party", row.key),
                "type": row.type,
                "name_ar": row.name_ar,
                "name_en": row.name_en,
                "country": row.country,
                "illustrative": row.illustrative,
                "source_id": name_of("source", "illustration" if row.illustrative else "sfz-partnerships"),
            }
            for row in (*AGENCIES, *holdings.parties)
        ),
    )


def write_land(writer: Writer, plan: Plan, holdings: Holdings) -> None:
    """Zone, blocks, plots and the corners of those that were surveyed when they were handed over."""
    surveyed = surveyed_on(holdings)
    disputed = {row.plot_number for row in holdings.restrictions if row.kind == "claim"}
    zone = plan.zone
    writer.write(
        Zone,
        [
            {
                "id": name_of("zone", zone.code),
                "code": zone.code,
                "name_ar": zone.name_ar,
                "name_en": zone.name_en,
                "geom": zone.geom,
                "valid": writer.valid(),
                **invented(),
            }
        ],
    )
    writer.write(
        Block,
        (
            {
                "id": name_of("block", row.code),
                "zone_id": name_of("zone", zone.code),
                "code": row.code,
                "phase": row.phase,
                "land_use": row.land_use,
                "complete": row.let,
                "geom": row.geom,
                "valid": writer.valid(),
                **invented(),
            }
            for row in plan.blocks
        ),
    )
    writer.write(
        Plot,
        (
            {
                "id": name_of("plot", row.plot_number),
                "plot_number": row.plot_number,
                "block_id": name_of("block", row.block_code),
                "land_use": row.land_use,
                "frontage_m": row.frontage_m,
                "boundary_state": _boundary_state(row.plot_number, surveyed, disputed),
                "area_type": "surveyed" if row.plot_number in surveyed else "calculated",
                "rent_lyd_m2_year": rent_lyd_m2_year(row.land_use, row.block_code, row.phase, row.geom.area),
                "geom": row.geom,
                "valid": writer.valid(),
                **invented(),
            }
            for row in plan.plots
        ),
    )
    writer.write(BoundaryPoint, _boundary_points(plan, surveyed))


def surveyed_on(holdings: Holdings) -> dict[str, date]:
    """The day on which each plot was handed over: pegs are set and measured then."""
    return {row.plot_number: row.seen_on for row in holdings.site_records if row.progress == "handed_over"}


def _boundary_state(plot_number: str, surveyed: dict[str, date], disputed: set[str]) -> str:
    return "DSP" if plot_number in disputed else "SRV" if plot_number in surveyed else "PRV"


def _boundary_points(plan: Plan, surveyed: dict[str, date]) -> Iterator[dict[str, Any]]:
    """One peg at each corner, also where two surveyed plots meet; the first survey of a corner stands."""
    pegs: dict[tuple[float, float], date] = {}
    for plot in plan.plots:
        if plot.plot_number in surveyed:
            # A neighbour's corner on a straight side is no corner of this plot.
            for corner in plot.geom.exterior.simplify(0.01).coords[:-1]:
                pegs.setdefault(corner, surveyed[plot.plot_number])
    for number, (corner, day) in enumerate(pegs.items(), 1):
        point_number = f"BP-{number:04}"
        yield {
            "id": name_of("boundary_point", point_number),
            "point_number": point_number,
            "monument": "peg",
            "method": "gnss",
            "accuracy_m": 0.02,
            "surveyed_on": day,
            "geom": Point(corner),
            **invented(),
        }


def write_holdings(writer: Writer, holdings: Holdings) -> None:
    """Services first: what is published of a plot then changes least often."""
    writer.write(
        PlotService,
        (
            {
                "plot_id": name_of("plot", row.plot_number),
                "utility": row.utility,
                "state": row.state,
                "available_on": row.available_on,
                **invented(),
            }
            for row in holdings.services
        ),
    )
    writer.write(
        SiteRecord,
        (
            {
                "plot_id": name_of("plot", row.plot_number),
                "seen_on": row.seen_on,
                "progress": row.progress,
                **invented(),
            }
            for row in holdings.site_records
        ),
    )
    writer.write(
        TenureSlot,
        (
            {
                "plot_id": name_of("plot", row.plot_number),
                "kind": row.kind,
                "party_id": name_of("party", row.party),
                "valid": writer.valid(row.begins, row.ends),
                "decision_number": row.decision_number,
                "published": row.published,
                "due_by": writer.instant(row.due_by) if row.due_by else None,
                **invented(),
            }
            for row in holdings.rights
        ),
    )
    writer.write(
        Restriction,
        (
            {
                "plot_id": name_of("plot", row.plot_number),
                "kind": row.kind,
                "valid": writer.valid(row.begins, row.ends),
                "remark_ar": row.remark_ar,
                "remark_en": row.remark_en,
                **invented(),
            }
            for row in holdings.restrictions
        ),
    )
