# SPDX-License-Identifier: Apache-2.0
"""Makers of files on their way, written past every command of ours: the wall itself is tested."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from psycopg import sql

from tests.conftest import Connection, Register
from tests.layers.land import a_block, a_plot, a_zone, square
from tests.layers.rights import a_party

WAY = ("LDG", "TEC", "COM", "OFR", "ACC", "APR", "CON", "HND")
NEEDED = ("company", "hse", "brief", "bank")


@dataclass
class Office:
    """A zone with one block, and room for plots in rows of nineteen."""

    register: Register
    zone: UUID
    block: UUID
    plots: int = 0

    @contextmanager
    def writing(self, actor: str = "registrar") -> Iterator[Connection]:
        """A transaction of somebody's, committed at the end."""
        with self.register.connect() as connection:
            connection.execute("select set_config('marsa.actor', %s, true)", [actor])
            yield connection

    def plot(self) -> UUID:
        """A new plot of 2,500 m²."""
        self.plots += 1
        number = self.plots
        with self.writing("planner") as connection:
            return a_plot(connection, self.block, f"A01-{number:03}", square(number % 19 * 52, number // 19 * 52, 50))

    def file(self, plot: UUID | None = None, score: float = 50, deposit: float = 1000) -> UUID:
        """A draft for a plot, with all the papers that are asked for before it is lodged."""
        with self.writing() as connection:
            party = a_party(connection)
            file = one(
                connection,
                "insert into register.application (party_id, plot_id, land_use, currency, deposit_due, score) "
                "values (%s, %s, 'LOG', 'USD', %s, %s) returning id",
                party, plot or self.plot(), deposit, score,
            )  # fmt: skip
            for kind in NEEDED:
                paper(connection, file, kind)
        return file

    def at(self, state: str, plot: UUID | None = None, **options: float) -> UUID:
        """A file that has lawfully come to a state."""
        file = self.file(plot, **options)
        for each in WAY[: WAY.index(state) + 1] if state != "DRF" else ():
            self.prepare(file, each)
            if each == "CON":
                with self.writing() as connection:
                    signed(connection, file)
            else:
                self.step(file, each)
        return file

    def prepare(self, file: UUID, state: str) -> None:
        """What the step into a state needs beforehand."""
        ready = PREPARED.get(state)
        if ready:
            with self.writing("clerk") as connection:
                ready(connection, file)

    def step(self, file: UUID, state: str, actor: str | None = None, **columns: object) -> None:
        with self.writing(actor or f"who does {state}") as connection:
            step(connection, file, state, **columns)

    def state(self, file: UUID) -> str:
        with self.writing() as connection:
            return str(one(connection, "select state from register.application where id = %s", file))

    def slots(self, file: UUID) -> list[str]:
        """Kinds of the rights that stand for the file now."""
        with self.writing() as connection:
            rows = connection.execute(
                "select kind from register.tenure_slot where application_id = %s and valid @> now()", [file]
            )
            return [str(row[0]) for row in rows]

    def public_status(self, file: UUID) -> str:
        with self.register.connect("marsa_public") as connection:
            with self.writing() as staff:
                plot = one(staff, "select plot_id from register.application where id = %s", file)
            return str(one(connection, "select public_status from published.plots where id = %s", plot))


def an_office(register: Register) -> Office:
    with register.connect() as connection:
        zone = a_zone(connection)
        block = a_block(connection, zone)
        connection.execute("insert into register.rights_rule (zone_id, quorum) values (%s, 2)", [zone])
        connection.execute(
            "insert into register.tariff (code, title_ar, title_en, currency) values ('T', 'تعريفة', 'Tariff', 'LYD')"
        )
    return Office(register, zone, block)


def one(connection: Connection, statement: str, *values: object) -> UUID:
    """The one value that a statement answers."""
    row = connection.execute(statement, values).fetchone()  # type: ignore[arg-type,unused-ignore]
    assert row is not None, statement
    return row[0]  # type: ignore[return-value]


def step(connection: Connection, file: UUID, state: str, **columns: object) -> None:
    assigned = sql.SQL("").join(sql.SQL(", {} = %s").format(sql.Identifier(name)) for name in columns)
    connection.execute(
        sql.SQL("update register.application set state = %s{} where id = %s").format(assigned),
        [state, *columns.values(), file],
    )


def paper(connection: Connection, file: UUID, kind: str, number: str | None = None) -> UUID:
    source = one(
        connection,
        "insert into register.source (kind, title_ar, title_en, reference_number, dated, visibility) "
        "values ('letter', 'مستند', 'Paper', %s, '2026-01-05', 'staff') returning id",
        number,
    )
    connection.execute(
        "insert into register.application_paper (application_id, kind, document_id) values (%s, %s, %s)",
        [file, kind, source],
    )
    return source


def decided(connection: Connection, file: UUID, decision: str = "offer", present: int = 2, **item: object) -> UUID:
    """A meeting that has decided on a file and is closed with minutes."""
    zone = one(connection, "select id from register.zone limit 1")
    meeting = one(
        connection, "insert into register.meeting (zone_id, held_on) values (%s, current_date) returning id", zone
    )
    for number in range(present):
        connection.execute(
            "insert into register.meeting_member (meeting_id, name, present) values (%s, %s, true)",
            [meeting, f"Member {number}"],
        )
    connection.execute(
        "insert into register.meeting_item (meeting_id, application_id, position, decision, reason) "
        "values (%s, %s, 1, %s, %s)",
        [meeting, file, decision, item.get("reason")],
    )
    if item.get("recused"):
        connection.execute(
            "insert into register.recusal (item_id, member_id, reason) "
            "select i.id, m.id, 'Cousin' from register.meeting_item i join register.meeting_member m using (meeting_id) "
            "where i.meeting_id = %s limit 1",
            [meeting],
        )
    minutes = one(
        connection,
        "insert into register.source (kind, title_ar, title_en) values ('minutes', 'محضر', 'Minutes') returning id",
    )
    connection.execute(
        "update register.meeting set state = 'closed', minutes_id = %s where id = %s", [minutes, meeting]
    )
    return meeting


def paid(connection: Connection, file: UUID, amount: float = 1000) -> None:
    invoice = one(
        connection,
        "insert into register.invoice (application_id, kind, amount, currency, due_on) "
        "values (%s, 'deposit', 1000, 'USD', current_date) returning id",
        file,
    )
    connection.execute(
        "insert into register.payment (invoice_id, amount, currency, paid_on, receipt_no) "
        "values (%s, %s, 'USD', current_date, gen_random_uuid())",
        [invoice, amount],
    )


def leased(connection: Connection, file: UUID, years: int = 20, *, term: str | None = None) -> UUID:
    """The allocation's end and a lease in its place: what signing writes before the file says so."""
    plot, party = connection.execute(
        "select plot_id, party_id from register.application where id = %s", [file]
    ).fetchone() or (None, None)
    connection.execute(
        "update register.tenure_slot set valid = tstzrange(lower(valid), now()) "
        "where application_id = %s and kind = 'allocation'",
        [file],
    )
    slot = one(
        connection,
        "insert into register.tenure_slot (plot_id, party_id, kind, application_id, valid) "
        f"values (%s, %s, 'lease', %s, {term or f'''tstzrange(now(), now() + interval '{years} years')'''}) returning id",
        plot, party, file,
    )  # fmt: skip
    return one(
        connection,
        "insert into register.lease (slot_id, application_id, tariff_id, area_m2, annual_charge, currency) "
        "values (%s, %s, (select id from register.tariff limit 1), 2500, 5000, 'LYD') returning id",
        slot, file,
    )  # fmt: skip


def signed(connection: Connection, file: UUID) -> UUID:
    """All that the step to CON needs and writes, in one transaction."""
    connection.execute("select set_config('marsa.actor', 'who signs', true)")
    paper(connection, file, "contract")
    lease = leased(connection, file)
    step(connection, file, "CON")
    return lease


def settled(connection: Connection, file: UUID) -> None:
    """What a decision needs: opinion, numbered decision, the boundary taken as it is."""
    paper(connection, file, "opinion")
    paper(connection, file, "decision", "12/2026")
    connection.execute("update register.application set boundary_accepted = true where id = %s", [file])


def handed_over(connection: Connection, file: UUID) -> None:
    paper(connection, file, "handover")
    connection.execute(
        "insert into register.site_record (plot_id, seen_on, progress) "
        "select plot_id, current_date, 'handed_over' from register.application where id = %s",
        [file],
    )
    connection.execute(
        "update register.plot p set boundary_state = 'SRV' from register.application a "
        "where a.id = %s and p.id = a.plot_id",
        [file],
    )


def reported(connection: Connection, file: UUID) -> None:
    paper(connection, file, "report")


PREPARED: dict[str, Callable[[Connection, UUID], object]] = {
    "COM": reported,
    "OFR": decided,
    "ACC": paid,
    "APR": settled,
    "HND": handed_over,
}
