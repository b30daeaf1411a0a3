# SPDX-License-Identifier: Apache-2.0
"""Who may do what in the database: grants, and row-level security as the floor under the register.

A staff transaction says who acts (`marsa.actor`) and in which zones (`marsa.zones`: codes separated by commas, or `*`),
both for this transaction only. Without them it sees no row. The guards see everything: they belong to a role that
bypasses the floor, else two agencies could store the same polygon.
"""

from collections.abc import Iterator

from psycopg import sql
from sqlalchemy import Table

from layers.base import Base, Row
from layers.declaration import Catalogue
from layers.writing import readable

Statement = sql.Composed | sql.SQL
COMMON_VIEWS = ("codes", "layer_versions", "installation", "sources", "plot_terrain")

# Files, leases and money are the office's, and of each party its own. A transaction without roles is the program's own.
OFFICE = (
    "(select coalesce(current_setting('marsa.roles', true), '') = '' or "
    "register.acts_as('planner', 'approver', 'nda', 'reconstruction_fund', 'auditor', 'admin', 'system'))"
)
OWN = "party_id = (select nullif(current_setting('marsa.party', true), '')::uuid)"
OF_LEASE = "exists (select from register.lease l where l.id = lease_id)"
OF_FILE_OR_LEASE = f"exists (select from register.application a where a.id = application_id) or {OF_LEASE}"
# A row's condition leads to a zone over these columns; tables that are not named need an actor only.
SEEN_THROUGH = {
    "zone": "code = any(string_to_array(current_setting('marsa.zones', true), ',')) "
    "or current_setting('marsa.zones', true) = '*'",
    "block": "exists (select from register.zone z where z.id = zone_id)",
    "plan_unit": "exists (select from register.zone z where z.id = zone_id)",
    "road_reserve": "exists (select from register.zone z where z.id = zone_id)",
    "customs_fence": "exists (select from register.zone z where z.id = zone_id)",
    "plot": "exists (select from register.block b where b.id = block_id)",
    "tenure_slot": "plot_id is null or exists (select from register.plot p where p.id = plot_id)",
    "restriction": "exists (select from register.plot p where p.id = plot_id)",
    "site_record": "exists (select from register.plot p where p.id = plot_id)",
    "plot_service": "exists (select from register.plot p where p.id = plot_id)",
    "application": f"(plot_id is null or exists (select from register.plot p where p.id = plot_id)) and ({OFFICE} or {OWN})",
    "application_paper": "exists (select from register.application a where a.id = application_id)",
    "application_step": "exists (select from register.application a where a.id = application_id)",
    "meeting": OFFICE,
    "meeting_item": OFFICE,
    "meeting_member": OFFICE,
    "recusal": OFFICE,
    "claim": "exists (select from register.plot p where p.id = plot_id)",
    "lease": f"exists (select from register.tenure_slot t where t.id = slot_id and ({OFFICE} or t.{OWN}))",
    "invoice": OF_FILE_OR_LEASE,
    "guarantee": OF_FILE_OR_LEASE,
    "payment": "exists (select from register.invoice i where i.id = invoice_id)",
    "obligation": OF_LEASE,
    "notice": OF_LEASE,
    "addendum": OF_LEASE,
    "lease_step": OF_LEASE,
    "plot_change_part": "exists (select from register.plot p where p.id = plot_id)",
}
# Who keeps the users or looks over their shoulders sees all of them; everybody else their own party's, and themselves.
USERS_SEEN = {
    "user_account": "(select register.acts_as('system', 'admin', 'auditor')) "
    "or id = (select nullif(current_setting('marsa.user', true), '')::uuid) "
    "or party_id = (select nullif(current_setting('marsa.party', true), '')::uuid)",
    "user_duty": "exists (select from register.user_account u where u.id = user_id)",
    "delegation": "exists (select from register.user_account u where u.id in (from_id, to_id))",
    "approver_asked": "exists (select from register.user_account u where u.id = user_id)",
}
SOMEBODY = "coalesce(current_setting('marsa.actor', true), '') <> ''"


def row_tables() -> Iterator[Table]:
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Row):
            yield mapper.local_table  # type: ignore[misc]


def floor() -> Iterator[Statement]:
    """Row-level security, forced, on every table of rows."""
    for table in row_tables():
        name = sql.Identifier("register", table.name)
        condition = sql.SQL(f"{SOMEBODY} and ({SEEN_THROUGH.get(table.name, 'true')})")
        yield sql.SQL("alter table {} enable row level security").format(name)
        yield sql.SQL("alter table {} force row level security").format(name)
        yield sql.SQL("drop policy if exists staff on {}").format(name)
        yield sql.SQL("create policy staff on {} to marsa_staff using ({condition}) with check ({condition})").format(
            name, condition=condition
        )

    for users, seen in USERS_SEEN.items():
        table_name, condition = sql.Identifier("register", users), sql.SQL(f"{SOMEBODY} and ({seen})")
        yield sql.SQL("alter table {} enable row level security").format(table_name)
        yield sql.SQL("alter table {} force row level security").format(table_name)
        yield sql.SQL("drop policy if exists staff on {}").format(table_name)
        yield sql.SQL("create policy staff on {} for select to marsa_staff using ({})").format(table_name, condition)


def grants(catalogue: Catalogue) -> Iterator[Statement]:
    yield sql.SQL("grant select, insert, update, delete on all tables in schema register to marsa_guard")
    yield sql.SQL("grant select, insert, update, delete on all tables in schema published to marsa_guard")
    yield sql.SQL("grant usage on all sequences in schema register to marsa_guard")
    yield sql.SQL("revoke all on all tables in schema register from marsa_staff")
    for table in row_tables():
        yield sql.SQL("grant select, insert, update, delete on register.{} to marsa_staff").format(
            sql.Identifier(table.name)
        )
    # Derived, and renewed by whoever keeps the clock.
    yield sql.SQL("grant select, insert, update, delete on register.plot_terrain to marsa_staff")
    # What happened and what was known is read by staff and written by functions alone.
    yield sql.SQL("grant select on register.code, register.installation, register.event to marsa_staff")
    yield sql.SQL("grant select, insert, update, delete on register.incoming to marsa_staff")
    yield sql.SQL("grant select on register.import_memory, register.source_file to marsa_staff")
    # Users are read as the floor lets; functions alone write them, and no one reads a password's hash.
    for users in USERS_SEEN:
        yield sql.SQL("grant select on register.{} to marsa_staff").format(sql.Identifier(users))
    yield sql.SQL("grant select on register.plot_number_given to marsa_staff")
    yield sql.SQL("revoke all on all tables in schema published from marsa_public")
    for view in COMMON_VIEWS:
        yield sql.SQL("grant select on published.{} to marsa_public, marsa_staff").format(sql.Identifier(view))
    yield sql.SQL("grant select on published.plot_sums to marsa_public, marsa_staff")
    for layer in catalogue:
        readers = sql.SQL("marsa_public, marsa_staff" if layer.audience == "public" else "marsa_staff")
        for relation in readable(layer):
            yield sql.SQL("grant select on {} to {}").format(relation, readers)
    # Functions that see everything belong to a role that never logs in.
    yield sql.SQL(
        """
        do $$
        declare f regprocedure;
        begin
          for f in select p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                   where n.nspname = 'register' and p.prosecdef loop
            execute format('alter function %s owner to marsa_guard', f);
            execute format('revoke all on function %s from public', f);
          end loop;
        end $$
        """
    )
    yield sql.SQL(
        "grant execute on function register.record_event, register.publish_due, register.next_moment_s, register.ask_job, "
        "register.job_standing, register.stop_job, register.begin_job, register.tell_job, register.end_job, "
        "register.answer_to_key, register.keep_key, register.why_not, register.next_number, register.lapse_due, register.rule_of, register.zone_of_plot, "
        "register.debt_of, register.breaches_of, register.secured, register.today, register.file_blocks, "
        "register.lease_blocks, register.tidy_jobs, register.add_up_sums, register.ask_export to marsa_staff"
    )
    yield sql.SQL(
        "grant execute on function register.numbers_of_block, register.answer_kept, register.keep_answer, "
        "register.keep_fabric_act, register.fabric_act_next, register.turn_fabric_act to marsa_staff"
    )
