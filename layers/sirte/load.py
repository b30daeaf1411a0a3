# SPDX-License-Identifier: Apache-2.0
"""Writes the demonstration zone into the register, through the same tables and guards as everybody else, in one act."""

from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select, text

from layers.base import legal_srid
from layers.plan import Zone
from layers.record import Installation
from layers.sirte.plan import ZONE_CODE, plan_of
from layers.sirte.tenants import holdings_of
from layers.sirte.writing.land import write_holdings, write_land, write_parties, write_sources
from layers.sirte.writing.networks import write_networks
from layers.sirte.writing.port import write_port
from layers.sirte.writing.projects import write_projects
from layers.sirte.writing.surroundings import write_base, write_planning
from layers.sirte.writing.writer import Writer


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
        time_zone = connection.scalar(select(Installation.time_zone))
        # One statement per table, as far as its parameters allow: the triggers that publish run once for each.
        writer = Writer(connection.execution_options(insertmanyvalues_page_size=5_000), ZoneInfo(str(time_zone)))
        plan = plan_of(legal_srid(engine.dialect))
        holdings = holdings_of(plan)
        write_sources(writer, plan)
        write_parties(writer, holdings)
        write_base(writer, plan)
        write_land(writer, plan, holdings)
        write_planning(writer, plan)
        write_holdings(writer, holdings)
        write_port(writer, plan)
        write_networks(writer, plan)
        write_projects(writer, plan)
        return writer.written
