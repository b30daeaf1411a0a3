# SPDX-License-Identifier: Apache-2.0
"""Leases: breach and cure, termination, renewal, transfer, end and recovery; debts and claims."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from psycopg import sql

from layers.embedded import Cluster
from layers.rights.machine import STEPS
from tests.conftest import Connection, a_register
from tests.layers.refusing import refused
from tests.layers.rights import a_party
from tests.layers.rights.filing import Office, an_office, leased, one, paper, signed, step


@pytest.fixture(scope="module")
def office(cluster: Cluster, template: str) -> Iterator[Office]:
    with a_register(cluster, template) as register:
        made = an_office(register)
        with made.writing() as connection:
            # A short term within a wide window, or a lease in force could not be renewed today.
            connection.execute("update register.rights_rule set renewal_window_days = 10000")
        yield made


def a_lease(office: Office) -> UUID:
    file = office.at("APR")
    with office.writing() as connection:
        lease = signed(connection, file)
        connection.execute(
            "insert into register.plot_service (plot_id, utility, state) "
            "select plot_id, u, 'now' from register.application, unnest(array['water', 'power']) u where id = %s",
            [file],
        )
    return lease


def to(connection: Connection, lease: UUID, state: str, **columns: object) -> None:
    assigned = sql.SQL("").join(sql.SQL(", {} = %s").format(sql.Identifier(name)) for name in columns)
    connection.execute(
        sql.SQL("update register.lease set state = %s{} where id = %s").format(assigned),
        [state, *columns.values(), lease],
    )


def letter(connection: Connection, number: str | None = "7/2026") -> UUID:
    return one(
        connection,
        "insert into register.source (kind, title_ar, title_en, reference_number, dated) "
        "values ('letter', 'خطاب', 'Letter', %s, '2026-02-01') returning id",
        number,
    )


def late(connection: Connection, lease: UUID) -> None:
    connection.execute(
        "insert into register.obligation (lease_id, kind, due_on) values (%s, 'fence', current_date - 2)", [lease]
    )


def noticed(connection: Connection, lease: UUID) -> None:
    connection.execute(
        "insert into register.notice (lease_id, kind, served_on) values (%s, 'breach', current_date)", [lease]
    )


def owing(connection: Connection, lease: UUID) -> None:
    connection.execute(
        "insert into register.invoice (lease_id, kind, amount, currency, due_on) "
        "values (%s, 'rent', 500, 'LYD', current_date)",
        [lease],
    )


def in_state(office: Office, state: str) -> UUID:
    lease = a_lease(office)
    with office.writing("planner") as connection:
        if state in ("DEF", "TRM"):
            late(connection, lease)
            noticed(connection, lease)
            to(connection, lease, "DEF")
        elif state != "ACT":
            to(connection, lease, state, document_id=letter(connection), reason="Wish of the holder")
    return lease


def follower(connection: Connection, lease: UUID, party: UUID | None = None) -> UUID:
    """A lease that goes on from another, from now."""
    slot = one(connection, "select slot_id from register.lease where id = %s", lease)
    connection.execute("update register.tenure_slot set valid = tstzrange(lower(valid), now()) where id = %s", [slot])
    made = one(
        connection,
        "insert into register.tenure_slot (plot_id, party_id, kind, valid) select plot_id, coalesce(%s, party_id), kind, "
        "tstzrange(now(), now() + interval '25 years') from register.tenure_slot where id = %s returning id",
        party, slot,
    )  # fmt: skip
    return one(
        connection, "insert into register.lease (slot_id, previous_id) values (%s, %s) returning id", made, lease
    )


def to_a_red_party(connection: Connection, lease: UUID) -> None:
    party = a_party(connection, "Stopped")
    connection.execute("update register.party set kyc_state = 'red' where id = %s", [party])
    follower(connection, lease, party)


def both(*acts: Callable[[Connection, UUID], Any]) -> Callable[[Connection, UUID], None]:
    def run(connection: Connection, lease: UUID) -> None:
        for act in acts:
            act(connection, lease)

    return run


def nothing(connection: Connection, lease: UUID) -> None:
    """Nothing."""


def unserviced(connection: Connection, lease: UUID) -> None:
    connection.execute(
        "update register.plot_service s set state = 'unknown' from register.lease l "
        "join register.tenure_slot t on t.id = l.slot_id where l.id = %s and s.plot_id = t.plot_id and utility = 'water'",
        [lease],
    )


def far_from_its_end(connection: Connection, lease: UUID) -> None:
    connection.execute("update register.rights_rule set renewal_window_days = 100")


CASES: dict[tuple[str, str], tuple[str, str, Callable[[Connection, UUID], Any], bool]] = {
    # block, event → state to begin in, state asked for, what is done before, with a numbered paper and a reason
    ("breach_unproven", "breach"): ("ACT", "DEF", noticed, False),
    ("zone_duties_unmet", "breach"): ("ACT", "DEF", both(late, noticed, unserviced), False),
    ("breach_notice_missing", "breach"): ("ACT", "DEF", late, False),
    ("evidence_missing", "cure"): ("DEF", "ACT", nothing, False),
    ("breach_remains", "cure"): ("DEF", "ACT", nothing, True),
    ("notices_short", "terminate"): ("DEF", "TRM", nothing, True),
    ("cure_running", "terminate"): ("DEF", "TRM", noticed, True),
    ("window_closed", "begin_renewal"): ("ACT", "RNP", far_from_its_end, False),
    ("debt", "begin_renewal"): ("ACT", "RNP", owing, False),
    ("decision_paper_missing", "renew"): ("RNP", "EXP", follower, False),
    ("successor_missing", "renew"): ("RNP", "EXP", nothing, True),
    ("debt", "renew"): ("RNP", "EXP", both(owing, follower), True),
    ("debt", "begin_transfer"): ("ACT", "TRP", owing, False),
    ("successor_missing", "transfer"): ("TRP", "SUR", follower, True),
    ("successor_red", "transfer"): ("TRP", "SUR", to_a_red_party, True),
    ("reason_missing", "give_up"): ("TRP", "ACT", nothing, False),
    ("reason_missing", "surrender"): ("ACT", "SUR", nothing, False),
    ("debt", "surrender"): ("ACT", "SUR", owing, True),
    ("not_over", "expire"): ("ACT", "EXP", nothing, False),
    ("order_missing", "suspend"): ("ACT", "SUS", nothing, False),
    ("order_missing", "resume"): ("SUS", "ACT", nothing, False),
}


@pytest.mark.parametrize(("block", "event"), CASES)
def test_a_step_of_a_lease_is_refused_by(office: Office, block: str, event: str) -> None:
    begins, asked, before, papered = CASES[block, event]
    lease = in_state(office, begins)
    with refused(office.register, "MG021") as attempt:
        before(attempt.connection, lease)
        columns = {"document_id": letter(attempt.connection), "reason": "Known"} if papered else {}
        to(attempt.connection, lease, asked, **columns)
    assert (attempt.facts["block"], attempt.facts["event"]) == (block, event)


def test_every_block_of_a_lease_is_met_somewhere() -> None:
    asked = {ask for each in STEPS if each.machine == "lease" for ask in each.asks}
    elsewhere = {"term_missing", "term_outside", "claim_open", "inspection_missing", "opinion_missing"}
    assert asked == {block for block, _ in CASES} | elsewhere


@pytest.mark.parametrize(
    ("term", "block"),
    [
        ("tstzrange(now(), null)", "term_missing"),
        ("tstzrange(now(), now() + interval '51 years')", "term_outside"),
        ("tstzrange(now(), now() + interval '1 month')", "term_outside"),
    ],
)
def test_a_lease_has_a_lawful_term(office: Office, term: str, block: str) -> None:
    file = office.at("APR")
    with refused(office.register, "MG021") as attempt:
        leased(attempt.connection, file, term=term)
    assert attempt.facts["block"] == block


def test_a_lease_is_not_signed_over_an_open_claim(office: Office) -> None:
    file = office.at("APR")
    with office.writing() as connection:
        plot = one(connection, "select plot_id from register.application where id = %s", file)
        connection.execute(
            "insert into register.claim (plot_id, claimant, says, lodged_on) "
            "values (%s, 'Heirs', 'Our grandfather ploughed it', current_date)",
            [plot],
        )
    with refused(office.register, "MG021") as attempt:
        leased(attempt.connection, file)
    assert attempt.facts["block"] == "claim_open"
    with office.writing() as connection:
        ruling = letter(connection)
        connection.execute(
            "update register.claim set state = 'dismissed', ended_on = current_date, source_id = %s where plot_id = %s",
            [ruling, plot],
        )
    with office.writing() as connection:
        signed(connection, file)


def test_a_claim_ends_by_a_paper(office: Office) -> None:
    plot = office.plot()
    with office.writing() as connection:
        connection.execute(
            "insert into register.claim (plot_id, claimant, says, lodged_on) values (%s, 'Heirs', 'Ours', current_date)",
            [plot],
        )
    with refused(office.register, "MG021") as attempt:
        attempt.connection.execute(
            "update register.claim set state = 'settled', ended_on = current_date where plot_id = %s", [plot]
        )
    assert attempt.facts["block"] == "order_missing"


# --- what follows


def status(office: Office, lease: UUID) -> str:
    with office.writing() as connection:
        return str(
            one(
                connection,
                "select k.public_status from register.lease l join register.tenure_slot t on t.id = l.slot_id "
                "join published.plots k on k.id = t.plot_id where l.id = %s",
                lease,
            )
        )


def test_a_terminated_lease_leaves_its_plot_under_recovery_until_the_site_is_seen(office: Office) -> None:
    lease = in_state(office, "DEF")
    with office.writing() as connection:
        noticed(connection, lease)
        connection.execute("update register.lease set cure_by = now() - interval '1 day' where id = %s", [lease])
    with office.writing("director") as connection:
        to(connection, lease, "TRM", document_id=letter(connection))
    assert status(office, lease) == "in_process"
    with refused(office.register, "MG021") as attempt:
        to(attempt.connection, lease, "RCV")
    assert attempt.facts["block"] == "inspection_missing"
    with office.writing("surveyor") as connection:
        connection.execute(
            "insert into register.site_record (plot_id, seen_on, progress) select t.plot_id, current_date, 'none' "
            "from register.lease l join register.tenure_slot t on t.id = l.slot_id where l.id = %s",
            [lease],
        )
    with office.writing("surveyor") as connection:
        to(connection, lease, "RCV")
    assert status(office, lease) == "available"


def test_renewal_and_transfer_leave_no_gap_and_a_chain_of_title(office: Office) -> None:
    first = in_state(office, "RNP")
    with office.writing("director") as connection:
        second = follower(connection, first)
        to(connection, first, "EXP", document_id=letter(connection))
    with office.writing() as connection:
        to(connection, second, "TRP")
    with office.writing("director") as connection:
        third = follower(connection, second, a_party(connection, "Newcomer"))
        to(connection, second, "SUR", document_id=letter(connection))
    with office.writing() as connection:
        rows = connection.execute(
            "select l.id, l.state, upper(t.valid) = lead(lower(t.valid)) over (order by lower(t.valid)), "
            "(select count(*) from register.restriction r where r.plot_id = t.plot_id and r.kind = 'recovery') "
            "from register.lease l join register.tenure_slot t on t.id = l.slot_id "
            "where l.id = any(%s) order by lower(t.valid)",
            [[first, second, third]],
        ).fetchall()
    assert rows == [(first, "EXP", True, 1), (second, "SUR", True, 1), (third, "ACT", None, 1)]


def test_a_suspended_lease_has_a_hold_beside_it(office: Office) -> None:
    lease = in_state(office, "SUS")
    assert status(office, lease) == "not_available"
    with office.writing("director") as connection:
        to(connection, lease, "ACT", document_id=letter(connection))
    assert status(office, lease) == "allocated"


def test_a_cure_needs_the_thing_done(office: Office) -> None:
    lease = in_state(office, "DEF")
    with office.writing("planner") as connection:
        connection.execute("update register.obligation set met_on = current_date where lease_id = %s", [lease])
        to(connection, lease, "ACT", document_id=letter(connection))
        assert one(connection, "select cure_by is null from register.lease where id = %s", lease)


def test_an_invoice_is_not_overpaid_nor_paid_in_other_money(office: Office) -> None:
    lease = a_lease(office)
    with office.writing() as connection:
        owing(connection, lease)
        invoice = one(connection, "select id from register.invoice where lease_id = %s", lease)
    for amount, currency in ((500.01, "LYD"), (500, "USD")):
        with refused(office.register, "MG021") as attempt:
            attempt.connection.execute(
                "insert into register.payment (invoice_id, amount, currency, paid_on, receipt_no) "
                "values (%s, %s, %s, current_date, 'R')",
                [invoice, amount, currency],
            )
        assert attempt.facts["block"] == "payment_unfit"


def test_the_paper_and_slot_of_a_signed_lease_stay(office: Office) -> None:
    lease, other = a_lease(office), a_lease(office)
    with refused(office.register, "MG021") as attempt:
        attempt.connection.execute(
            "update register.lease set slot_id = (select slot_id from register.lease where id = %s), number = 'X' "
            "where id = %s",
            [other, lease],
        )
    assert attempt.facts["block"] == "file_fixed"


def test_the_whole_file_is_on_paper(office: Office) -> None:
    """A contract is signed by a file's own step: `lease_missing` and `contract_missing` are in test_files.py."""
    file = office.at("APR")
    with office.writing() as connection:
        paper(connection, file, "contract")
        leased(connection, file)
        connection.execute("select set_config('marsa.actor', 'who signs', true)")
        step(connection, file, "CON")
    assert office.slots(file) == ["lease"]
