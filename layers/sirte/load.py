# SPDX-License-Identifier: Apache-2.0
"""Writes the demonstration zone into the register, through the same tables and guards as everybody else, in one act."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.dialects.postgresql import Range

from layers.base import Row, legal_srid
from layers.land import Plot, PlotService, Restriction, SiteRecord, TenureSlot
from layers.parties import Party
from layers.plan import Block, Zone
from layers.record import Installation
from layers.sirte.facts import SOURCES
from layers.sirte.plan import ZONE_CODE, plan_of
from layers.sirte.projects import AGENCIES
from layers.sirte.rows import Plan
from layers.sirte.rules import rent_lyd_m2_year
from layers.sirte.tenants import Holdings, holdings_of
from layers.sources import Source

# Names made from words, so that a demonstration loaded anew keeps its addresses.
_NAMES = uuid.UUID("6f0d3d1e-4c1e-5a86-9d4e-3a4f0c2b7e11")
_BEGINS = date(2024, 1, 1)
"""The zone was founded in 2024; the day is not published."""


@dataclass
class Writer:
    """One transaction's rows: names them, dates them, says what they rest on."""

    connection: Connection
    time_zone: ZoneInfo
    written: dict[str, int] = field(default_factory=dict)

    def write(self, table: type[Row], rows: Iterable[dict[str, Any]]) -> None:
        """All rows in one statement per thousand: the triggers that publish run once for each."""
        listed = list(rows)
        if listed:
            self.connection.execute(insert(table), listed)
        name = table.__tablename__
        self.written[name] = self.written.get(name, 0) + len(listed)

    def instant(self, day: date) -> datetime:
        """The midnight at which a legal day begins here."""
        return datetime.combine(day, time(), self.time_zone)

    def valid(self, begins: date = _BEGINS, ends: date | None = None) -> Range[datetime]:
        return Range(self.instant(begins), self.instant(ends) if ends else None, bounds="[)")


def name_of(table: str, word: str) -> uuid.UUID:
    """The id of a row of the demonstration, by its table and its own name."""
    return uuid.uuid5(_NAMES, f"{table}/{word}")


def invented() -> dict[str, Any]:
    return {"illustrative": True, "source_id": name_of("source", "illustration")}


def load(engine: Engine) -> dict[str, int]:
    """Write Sirte, or nothing where it stands already; how many rows of which table.

    Raises what the guards raise; then nothing is written.
    """
    with engine.begin() as connection:
        # Two that load at once: the second finds the zone.
        connection.execute(text("select pg_advisory_xact_lock(hashtextextended('marsa demonstration', 0))"))
        if connection.scalar(select(Zone.id).where(Zone.code == ZONE_CODE)):
            return {}
        connection.execute(text("select set_config('marsa.actor', 'demonstration', true)"))
        zone = ZoneInfo(connection.scalar(select(Installation.time_zone)) or "Africa/Tripoli")
        writer = Writer(connection, zone)
        plan = plan_of(legal_srid(engine.dialect))
        holdings = holdings_of(plan)
        write_sources(writer)
        write_parties(writer, holdings)
        write_land(writer, plan)
        write_holdings(writer, holdings)
        return writer.written


def write_sources(writer: Writer) -> None:
    columns = (
        "kind", "title_ar", "title_en", "issuer_ar", "issuer_en", "reference_number", "dated", "citation", "licence",
        "attribution", "illustrative",
    )  # fmt: skip
    writer.write(
        Source,
        ({"id": name_of("source", row.key), **{column: getattr(row, column) for column in columns}} for row in SOURCES),
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
