# SPDX-License-Identifier: Apache-2.0
"""Which trigger stands on which table, as the tables and the catalogue say."""

from collections.abc import Iterator

from psycopg import sql
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import ARRAY

from layers.base import Base, Feature, Row
from layers.declaration import Catalogue
from layers.facilities import PortFeature
from layers.matrix import INCOMPATIBLE

Statement = sql.Composed | sql.SQL


def row_triggers() -> Iterator[Statement]:
    """Grid, codes, version and history on every table of rows."""
    codes = _codes_of_tables()
    for mapper in Base.registry.mappers:
        if not issubclass(mapper.class_, Row):
            continue
        table: Table = mapper.local_table  # type: ignore[assignment]
        if issubclass(mapper.class_, Feature):
            function = "to_grid_as_drawn" if mapper.class_.may_be_faulty else "to_grid"
            yield from _trigger(table, "a_grid", "before insert or update of geom", "for each row", function, ())
        listed = codes.get(table.name, ())
        if listed:
            yield _codes_function(table, listed)
            yield from _trigger(
                table, "b_codes", "before insert or update", "for each row", f"codes_of_{table.name}", ()
            )
        yield from _trigger(table, "c_version", "before insert or update", "for each row", "next_version", ())
        yield from _trigger(table, "d_history", "after update or delete", "for each row", "keep_history", ())


def _codes_function(table: Table, listed: tuple[str, ...]) -> Statement:
    """Refuses a code that its list does not hold. Written out by column: a row as JSON took half of an import's time."""
    each = sql.Composed(
        [
            sql.SQL(
                """
            select given into wrong from {values}
            where given is not null and not exists (select from code c where c.list = {list_} and c.code = given) limit 1;
            if found then
              perform refuse_code({table}, {column}, {list_}, wrong);
            end if;
            """
            ).format(
                values=sql.SQL(
                    "unnest(new.{}) as x(given)"
                    if isinstance(table.columns[column].type, ARRAY)
                    else "(select new.{}) as x(given)"
                ).format(sql.Identifier(column)),
                table=sql.Literal(table.name),
                column=sql.Literal(column),
                list_=sql.Literal(list_),
            )
            for column, list_ in zip(listed[::2], listed[1::2], strict=True)
        ]
    )
    return sql.SQL(
        """
        create or replace function register.{name}() returns trigger
        language plpgsql security definer set search_path = register, pg_temp as $$
        declare
          wrong text;
        begin
          {each}
          return new;
        end
        $$
        """
    ).format(name=sql.Identifier(f"codes_of_{table.name}"), each=each)


def _codes_of_tables() -> dict[str, tuple[str, ...]]:
    """table → (column, list, column, list …), as columns' `info={"codelist": …}` say."""
    found: dict[str, tuple[str, ...]] = {}
    for table in Base.metadata.tables.values():
        pairs = [(column.name, str(column.info["codelist"])) for column in table.columns if "codelist" in column.info]
        if pairs:
            found[table.name] = tuple(word for pair in pairs for word in pair)
    return found


def plot_triggers() -> Iterator[Statement]:
    """Notes of what statements touch, for settle.sql; insert-only tables; a plot's progress; how many plots there are."""
    tables = Base.metadata.tables
    yield from _statement_triggers(tables["published.plots"], "h_sums", "keep_plot_sums", ())
    for table_name, function in (
        ("plot", "touch_plots"),
        ("block", "touch_blocks"),
        ("tenure_slot", "touch_rights"),
        ("restriction", "touch_plots_of"),
        ("plot_service", "touch_plots_of"),
    ):
        yield from _statement_triggers(tables[f"register.{table_name}"], "e_touch", function, ())
    for table_name, function in (("zone", "touch_zones"), ("party", "touch_plots_of_parties")):
        yield from _statement_triggers(tables[f"register.{table_name}"], "e_touch", function, (), ("update",))
    for table_name, key in (
        ("plot_change", "id"),
        ("plot_change_part", "change_id"),
        ("plot_change_right", "change_id"),
    ):
        yield from _statement_triggers(
            tables[f"register.{table_name}"], "e_touch", "touch_lineages", (key,), ("insert", "update")
        )
    yield from _trigger(
        tables["register.plot"],
        "e_moved",
        "after update of geom, valid",
        "for each row when ((old.geom, old.valid) is distinct from (new.geom, new.valid))",
        "keep_moved_plot",
        (),
    )
    yield from _trigger(
        tables["register.plot"],
        "g_number",
        "after insert or delete or update of plot_number",
        "for each row",
        "keep_plot_number",
        (),
    )
    yield from _trigger(
        tables["register.site_record"],
        "e_progress",
        "after insert or update or delete",
        "for each row",
        "progress_follows_site_records",
        (),
    )
    for name in ("history", "event", "act"):
        table = tables[f"register.{name}"]
        yield from _trigger(table, "append_only", "before update or delete", "for each row", "append_only", ())
        yield from _trigger(table, "append_only_all", "before truncate", "for each statement", "append_only", ())


def user_triggers() -> Iterator[Statement]:
    """Four eyes, and roles that two admins give."""
    tables = Base.metadata.tables
    pairs = sql.SQL(", ").join(
        sql.SQL("({}, {})").format(sql.Literal(one), sql.Literal(other)) for one, other in INCOMPATIBLE
    )
    yield sql.SQL(
        """
        create or replace function register.incompatible(one text, other text) returns boolean
        language sql immutable as $$
          select exists (select from (values {pairs}) p(a, b) where (a, b) in ((one, other), (other, one)))
        $$
        """
    ).format(pairs=pairs)
    yield from _trigger(tables["register.act"], "a_four_eyes", "before insert", "for each row", "four_eyes", ())
    yield from _trigger(
        tables["register.user_account"],
        "a_roles",
        "before insert or update of role",
        "for each row",
        "roles_are_given",
        (),
    )


def facility_triggers() -> Iterator[Statement]:
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, PortFeature):
            table: Table = mapper.local_table  # type: ignore[assignment]
            kind = (mapper.class_.facility_type,)
            yield from _trigger(table, "e_facility", "after insert or delete", "for each row", "list_facility", kind)
    shares = Base.metadata.tables["register.party_member"]
    yield sql.SQL("drop trigger if exists e_shares on {}").format(identifier(shares))
    yield sql.SQL(
        "create constraint trigger e_shares after insert or update or delete on {} deferrable initially deferred "
        "for each row execute function register.shares_are_whole()"
    ).format(identifier(shares))


# Before the version's own trigger by name: what a guard changes is part of the version.
GUARDS = (
    ("application", "guard_application", "insert or update"),
    ("meeting", "guard_meeting", "insert or update"),
    ("meeting_item", "guard_part_of_meeting", "insert or update or delete"),
    ("meeting_member", "guard_part_of_meeting", "insert or update or delete"),
    ("recusal", "guard_part_of_meeting", "insert or update or delete"),
    ("tenure_slot", "take_turn_for_slot", "insert"),
    ("lease", "guard_lease", "insert or update"),
    ("payment", "guard_payment", "insert or update"),
    ("claim", "guard_claim", "insert or update"),
    ("source", "enter_paper", "insert or update"),
)
NUMBERED = (("invoice", "INV"), ("notice", "NTC"), ("addendum", "ADD"))


def rights_triggers() -> Iterator[Statement]:
    """Files and leases take known steps only; numbers are given; files and the rights on their plots agree at commit."""
    tables = Base.metadata.tables
    for table_name, function, operations in GUARDS:
        yield from _trigger(
            tables[f"register.{table_name}"], "b_guard", f"before {operations}", "for each row", function, ()
        )
    for table_name, register in NUMBERED:
        yield from _trigger(
            tables[f"register.{table_name}"],
            "b_number",
            "before insert or update",
            "for each row",
            "give_number",
            (register,),
        )
    for table_name, function in (("application", "follow_application"), ("lease", "follow_lease")):
        yield from _trigger(
            tables[f"register.{table_name}"], "e_follow", "after insert or update", "for each row", function, ()
        )
    for table_name in ("application_step", "lease_step"):
        yield from _trigger(
            tables[f"register.{table_name}"],
            "append_only",
            "before update or delete",
            "for each row",
            "append_only",
            (),
        )
    for table_name in ("application", "tenure_slot"):
        table = tables[f"register.{table_name}"]
        yield sql.SQL("drop trigger if exists i_agree on {}").format(identifier(table))
        yield sql.SQL(
            "create constraint trigger i_agree after insert or update on {} deferrable initially deferred "
            "for each row execute function register.files_and_rights_agree()"
        ).format(identifier(table))


def moment_triggers() -> Iterator[Statement]:
    for table in timed_tables():
        yield from _statement_triggers(table, "f_moments", "keep_moments", (), ("insert", "update"))


def change_triggers(catalogue: Catalogue) -> Iterator[Statement]:
    """Workers hear of every statement that changes what the layers publish."""
    # (relation, the column that tells its layers apart, or none) → layer, value, layer, value …, or the layers alone.
    sharing: dict[tuple[str, str | None], list[str]] = {}
    for layer in catalogue:
        relation = str((layer.kept or layer.table).__table__)
        column, words = (layer.only[0], [layer.id, layer.only[1]]) if layer.only else (None, [layer.id])
        sharing.setdefault((relation, column), []).extend(words)
    for (relation, column), words in sharing.items():
        function = "note_change_of_part" if column else "note_change"
        arguments = [column, *words] if column else words
        for operation, rows in (
            ("insert", "referencing new table as new_rows"),
            ("update", "referencing new table as new_rows old table as old_rows"),
            ("delete", "referencing old table as old_rows"),
            ("truncate", ""),
        ):
            yield sql.SQL(
                "create or replace trigger {name} after {operation} on {table} {rows} "
                "for each statement execute function {function}({arguments})"
            ).format(
                name=sql.Identifier(f"g_{function}_{operation}"),
                operation=sql.SQL(operation),
                table=sql.Identifier(*relation.split(".")),
                rows=sql.SQL(rows),
                function=sql.Identifier("register", function),
                arguments=sql.SQL(", ").join(sql.Literal(argument) for argument in arguments),
            )


def referred_triggers(catalogue: Catalogue) -> Iterator[Statement]:
    """A layer that shows another table's words changes with them."""
    showing: dict[str, tuple[set[str], list[str]]] = {}
    for layer in catalogue:
        for field in layer.public_fields:
            if field.through and layer.kept is None:
                column = layer.column(field.name)
                columns, layer_ids = showing.setdefault(str(column.table), (set(), []))
                columns.add(column.name)
                layer_ids.extend(() if layer.id in layer_ids else (layer.id,))
    for relation, (columns, layer_ids) in showing.items():
        yield sql.SQL(
            "create or replace trigger h_note_change_everywhere after update of {columns} on {table} "
            "for each statement execute function register.note_change_everywhere({layers})"
        ).format(
            columns=sql.SQL(", ").join(sql.Identifier(column) for column in sorted(columns)),
            table=sql.Identifier(*relation.split(".")),
            layers=sql.SQL(", ").join(sql.Literal(layer_id) for layer_id in layer_ids),
        )


def _trigger(
    table: Table, name: str, when: str, each: str, function: str, arguments: tuple[str, ...]
) -> Iterator[Statement]:
    yield sql.SQL(
        "create or replace trigger {name} {when} on {table} {each} execute function {function}({arguments})"
    ).format(
        name=sql.Identifier(name),
        when=sql.SQL(when),
        table=identifier(table),
        each=sql.SQL(each),
        function=sql.Identifier("register", function),
        arguments=sql.SQL(", ").join(sql.Literal(argument) for argument in arguments),
    )


def _statement_triggers(
    table: Table,
    name: str,
    function: str,
    arguments: tuple[str, ...],
    operations: tuple[str, ...] = ("insert", "update", "delete"),
) -> Iterator[Statement]:
    """One trigger per kind of statement: transition tables allow no more."""
    for operation, rows in (
        ("insert", "referencing new table as new_rows"),
        ("update", "referencing new table as new_rows old table as old_rows"),
        ("delete", "referencing old table as old_rows"),
    ):
        if operation not in operations:
            continue
        yield sql.SQL(
            "create or replace trigger {name} after {operation} on {table} {rows} "
            "for each statement execute function {function}({arguments})"
        ).format(
            name=sql.Identifier(f"{name}_{operation}"),
            operation=sql.SQL(operation),
            table=identifier(table),
            rows=sql.SQL(rows),
            function=sql.Identifier("register", function),
            arguments=sql.SQL(", ").join(sql.Literal(argument) for argument in arguments),
        )


def timed_tables() -> list[Table]:
    """Tables whose rows are valid for a time."""
    return [
        mapper.local_table  # type: ignore[misc]
        for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
        if issubclass(mapper.class_, Row) and "valid" in mapper.local_table.columns
    ]


def identifier(table: Table) -> sql.Identifier:
    return sql.Identifier(table.schema or "public", table.name)
