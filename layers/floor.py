# SPDX-License-Identifier: Apache-2.0
"""The floor under the register: forced row-level security, whatever door somebody comes through.

A transaction says who acts (`marsa.actor`), in which roles (`marsa.roles`), for which party (`marsa.party`) and in which
zones (`marsa.zones`: codes between commas, or `*`), all for itself only; `actors.as_actor` does. Whatever it leaves unsaid
shows no row. The office sees its zones; an agency, an operator, an investor sees what the matrix calls funded, in its area
or its own, and the admin sees none of it. Guards belong to a role that bypasses the floor, else two agencies could store
the same polygon. What everybody may know is in `published`, whose views bypass the floor too.
"""

from collections.abc import Iterator

from psycopg import sql
from sqlalchemy import Table

from layers.base import Base, Row

Statement = sql.Composed | sql.SQL


def _acts_as(*roles: str) -> str:
    """Asked once for a statement, not for each row."""
    return f"(select register.acts_as({', '.join(repr(role) for role in roles)}))"


SOMEBODY = "(select coalesce(current_setting('marsa.actor', true), '') <> '')"
NOBODY = "false"
OFFICE = _acts_as("system", "planner", "approver", "nda", "auditor")
FUND = _acts_as("reconstruction_fund")
MINE = "(select nullif(current_setting('marsa.party', true), '')::uuid)"
REACHED = "any ((select register.reached_plots())::uuid[])"
"""Plots that the actor's party holds, has applied for, takes part in, or funds."""
IN_ZONE = "(select current_setting('marsa.zones', true)) = '*' or {0} = any(string_to_array((select current_setting('marsa.zones', true)), ','))"


def _through(table: str, key: str) -> str:
    """Seen with the row that it belongs to, whose own policy says by whom."""
    return f"exists (select from register.{table} up where up.id = {key})"


def _office_or(partner: str, zone: str = "true") -> str:
    return f"({OFFICE} and ({zone})) or ({partner})"


_OF_PLOT = _office_or(
    f"{_acts_as('reconstruction_fund', 'port_operator')} and plot_id = {REACHED}", _through("plot", "plot_id")
)
_OWN_OF_PLOT = _office_or(
    f"{_acts_as('reconstruction_fund', 'port_operator', 'investor')} and plot_id = {REACHED}",
    _through("plot", "plot_id"),
)
_OF_FILE = _through("application", "application_id")
_OF_LEASE = _through("lease", "lease_id")
_OPERATORS_OWN = _office_or(f"{_acts_as('port_operator')} and owner_id = {MINE}")
_LISTED = f"{OFFICE} or {_acts_as('reconstruction_fund', 'investor')}"

SEEN = {
    "zone": f"{_acts_as('system', 'planner', 'approver', 'nda', 'auditor', 'reconstruction_fund', 'port_operator', 'investor')} and ({IN_ZONE.format('code')})",
    **{
        name: f"{OFFICE} and {_through('zone', 'zone_id')}"
        for name in ("block", "plan_unit", "road_reserve", "customs_fence")
    },
    "plot": _office_or(f"id = {REACHED}", _through("block", "block_id")),
    "plot_service": _OWN_OF_PLOT,
    "site_record": _OWN_OF_PLOT,
    "site_photo": _through("site_record", "record_id"),
    "plot_change_part": _OF_PLOT,
    "restriction": _OF_PLOT,
    "claim": _OF_PLOT,
    "tenure_slot": _office_or(
        f"party_id = {MINE} or {_acts_as('reconstruction_fund', 'port_operator')} and plot_id = {REACHED}",
        f"plot_id is null or {_through('plot', 'plot_id')}",
    ),
    "application": _office_or(
        f"{_acts_as('investor')} and party_id = {MINE} or {FUND} and plot_id = {REACHED}",
        f"plot_id is null or {_through('plot', 'plot_id')}",
    ),
    "application_paper": _OF_FILE,
    "application_step": _OF_FILE,
    "meeting_item": f"({OFFICE} or {FUND}) and (application_id is null or {_OF_FILE})",
    "lease": (
        f"({OFFICE} or {FUND}) and {_through('tenure_slot', 'slot_id')} "
        f"or exists (select from register.tenure_slot up where up.id = slot_id and up.party_id = {MINE})"
    ),
    **dict.fromkeys(("obligation", "notice", "addendum", "lease_step"), _OF_LEASE),
    **dict.fromkeys(("invoice", "guarantee"), f"{_OF_FILE} or {_OF_LEASE}"),
    "payment": _through("invoice", "invoice_id"),
    "tariff": _LISTED,
    "tariff_line": _LISTED,
    "party": _office_or("id = any ((select register.reached_parties())::uuid[])"),
    "party_member": f"{OFFICE} or {_through('party', 'group_id')}",
    "party_role": f"{OFFICE} or {_through('party', 'party_id')}",
    "programme": _office_or(f"{FUND} and agency_id = {MINE}"),
    "project": _office_or(f"{FUND} and id = any ((select register.funded_projects())::uuid[])"),
    "project_record": f"{OFFICE} or {_through('project', 'project_id')}",
    "network_node": _OPERATORS_OWN,
    "network_link": _OPERATORS_OWN,
    # An investor lodges papers: which of the kept ones are theirs is asked where they are shown.
    "source": f"{_acts_as('system', 'planner', 'approver', 'nda', 'auditor', 'reconstruction_fund', 'investor')} or visibility = 'public'",
}
"""table → which rows are seen. A table that is not named is the office's."""
HANDS = f"({_acts_as('system', 'planner', 'approver')} or (select coalesce(current_setting('marsa.duties', true), '') <> ''))"
"""Who writes: the auditor, for one, sees all and touches nothing. What an act needs beyond that is its route's to ask."""
WRITTEN = {
    **dict.fromkeys(
        ("application", "application_paper", "application_step", "source"),
        f"{HANDS} or {_acts_as('investor', 'nda', 'reconstruction_fund')}",
    ),
    **dict.fromkeys(("network_node", "network_link"), f"{HANDS} or {_acts_as('port_operator')}"),
}
# Who keeps the users or looks over their shoulders sees all of them; everybody else their own party's, and themselves.
USERS_SEEN = {
    "user_account": f"{_acts_as('system', 'admin', 'auditor')} "
    f"or id = (select nullif(current_setting('marsa.user', true), '')::uuid) or party_id = {MINE}",
    "user_duty": _through("user_account", "user_id"),
    "delegation": "exists (select from register.user_account up where up.id in (from_id, to_id))",
    "approver_asked": _through("user_account", "user_id"),
}
EVENTS_SEEN = (
    # That imports happened is what the service itself looks at, for whoever its routes let in.
    f"action in ('import', 'import_undone') or {SOMEBODY} and ({OFFICE} "
    "or split_part(split_part(actor, ' ', 1), ':', 2) = (select nullif(current_setting('marsa.user', true), '')) "
    f"or {_acts_as('investor', 'reconstruction_fund', 'port_operator')} and object_id = {REACHED} "
    f"or {_acts_as('admin')} and object_table in ('user_account', 'installation'))"
)
OPEN = ("code", "installation", "incoming", "import_memory", "plot_terrain")
"""What the service keeps for itself and its routes guard; it says nothing of a plot's rights."""

SECRET = ("user_password", "session", "admin_link", "attempt", "act")
"""Reached by the register's own functions alone."""


def row_tables() -> Iterator[Table]:
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Row):
            yield mapper.local_table  # type: ignore[misc]


def floor() -> Iterator[Statement]:
    """Row-level security, forced, on every private table."""
    # A map's question (`&&`) reaches the index under the floor only if it cannot tell anything of rows it may not show. It
    # cannot: its one error, of two coordinate systems, is kept from happening by the columns' types.
    yield sql.SQL("alter function public.geometry_overlaps(public.geometry, public.geometry) leakproof")
    rows = {table.name for table in row_tables()}
    for table in Base.metadata.sorted_tables:
        if table.schema != "register":
            continue
        name = sql.Identifier("register", table.name)
        for way in ("enable", "force"):
            yield sql.SQL("alter table {} {} row level security").format(name, sql.SQL(way))
        for policy in ("staff", "staff_insert", "staff_update", "staff_delete"):
            yield sql.SQL("drop policy if exists {} on {}").format(sql.Identifier(policy), name)
        if table.name not in rows:
            command = "select" if table.name in (*USERS_SEEN, *SECRET, "event") else "all"
            yield _policy("staff", name, f"as permissive for {command}", _seen_of(table.name))
            continue
        yield _policy(
            "staff", name, "as permissive for all", f"{SOMEBODY} and ({SEEN.get(table.name, OFFICE)})", check=True
        )
        hands = WRITTEN.get(table.name, HANDS)
        yield sql.SQL(
            "create policy staff_insert on {} as restrictive for insert to marsa_staff with check ({})"
        ).format(name, sql.SQL(hands))
        for command in ("update", "delete"):
            yield _policy(f"staff_{command}", name, f"as restrictive for {command}", hands)


def _seen_of(table: str) -> str:
    if table in USERS_SEEN:
        return f"{SOMEBODY} and ({USERS_SEEN[table]})"
    if table == "event":
        return EVENTS_SEEN
    if table in OPEN:
        return "true"
    # Beside the rows: answers kept for a key, numbers given, signs of a change. What of it is read or written, grants say.
    return (
        NOBODY
        if table in SECRET
        else f"{SOMEBODY} and (select coalesce(current_setting('marsa.roles', true), '') <> '')"
    )


def _policy(policy: str, table: sql.Identifier, reach: str, condition: str, *, check: bool = False) -> Statement:
    made = "create policy {} on {} {} to marsa_staff using ({})" + (" with check ({})" if check else "")
    conditions = [sql.SQL(condition)] * (2 if check else 1)
    return sql.SQL(made).format(sql.Identifier(policy), table, sql.SQL(reach), *conditions)
