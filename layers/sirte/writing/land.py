# SPDX-License-Identifier: Apache-2.0
"""Sources, parties, zone, blocks, plots, and what is held of them."""

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


def write_land(writer: Writer, plan: Plan) -> None:
    """Zone, blocks, plots."""
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
                "rent_lyd_m2_year": rent_lyd_m2_year(row.land_use, row.block_code, row.phase, row.geom.area),
                "geom": row.geom,
                "valid": writer.valid(),
                **invented(),
            }
            for row in plan.plots
        ),
    )


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
