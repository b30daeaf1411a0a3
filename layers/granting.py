# SPDX-License-Identifier: Apache-2.0
"""Who may do what in the database: grants. Which rows they reach is the floor's to say (floor.py)."""

from collections.abc import Iterator

from psycopg import sql

from layers.declaration import Catalogue
from layers.floor import USERS_SEEN, row_tables
from layers.writing import readable

Statement = sql.Composed | sql.SQL
COMMON_VIEWS = ("codes", "layer_versions", "installation", "sources", "plot_terrain")


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
        "grant execute on function register.numbers_of_block, "
        "register.keep_fabric_act, register.fabric_act_next, register.turn_fabric_act to marsa_staff"
    )
