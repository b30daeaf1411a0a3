# SPDX-License-Identifier: Apache-2.0
"""Commands on leases: let, take a step, give notice, record money; and what comes in from paper."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from layers.idempotency import Answer, Db, NoSuchObject
from layers.rights.machine import step
from layers.rights.money import Quantity, charged
from layers.rights.papers import enter
from layers.rights.tariffs import tariff_line
from layers.rights.telling import lease_told

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Terms:
    """What a lease is agreed on."""

    years: int
    tariff: str
    category: str = ""
    right_type: str = "usufruct"
    price: Decimal = Decimal(0)
    """Of the land as valued, for a tariff that charges a share of it."""
    publish: bool = False
    """The decision is published, so the holder's name may be told."""
    obligations: tuple[tuple[str, date], ...] = field(default=())

    @classmethod
    def of(cls, given: Given) -> "Terms":
        return cls(
            given["years"], given["tariff"], given.get("category") or "", given.get("right_type") or "usufruct",
            Decimal(str(given.get("price") or 0)), bool(given.get("publish")),
            tuple((each["kind"], each["due_on"]) for each in given.get("obligations") or ()),
        )  # fmt: skip


def let(db: Db, terms: Terms, *, application: UUID | None = None, previous: UUID | None = None,
        party: UUID | None = None) -> UUID:  # fmt: skip
    """A lease on the plot of a file, or one that goes on from another; its charge is fixed by the tariff in force. Its id."""
    plot, holder, illustrative = _land(db, application, previous)
    slot = _one(
        db,
        "insert into register.tenure_slot (plot_id, party_id, kind, application_id, valid, published, illustrative) "
        "values (%(plot)s, %(party)s, 'lease', %(file)s, tstzrange(now(), now() + make_interval(years => %(years)s)), "
        "%(publish)s, %(illustrative)s) returning id",
        plot=plot, party=party or holder, file=application, years=terms.years, publish=terms.publish,
        illustrative=illustrative,
    )  # fmt: skip
    area = Decimal(
        str(
            _one(
                db,
                "select coalesce(legal_area_m2, computed_area_m2::numeric) from register.plot where id = %(p)s",
                p=plot,
            )
        )
    )
    tariff, line, currency = tariff_line(db, terms.tariff, "rent", terms.category)
    lease = _one(
        db,
        "insert into register.lease (slot_id, application_id, previous_id, right_type, tariff_id, charge_category, area_m2, "
        "annual_charge, currency, illustrative) values (%(slot)s, %(file)s, %(previous)s, %(right_type)s, %(tariff)s, "
        "%(category)s, %(area)s, %(charge)s, %(currency)s, %(illustrative)s) returning id",
        slot=slot, file=application, previous=previous, right_type=terms.right_type, tariff=tariff,
        category=terms.category, area=area, charge=charged(line, Quantity(area_m2=area, price=terms.price)),
        currency=currency, illustrative=illustrative,
    )  # fmt: skip
    for kind, due_on in terms.obligations:
        db.execute(
            "insert into register.obligation (lease_id, kind, due_on) values (%s, %s, %s)", [lease, kind, due_on]
        )
    return UUID(str(lease))


def take(db: Db, lease: UUID, event: str, given: Given) -> Answer:
    """A step of a lease, with what it brings along. What blocks it is refused by the database."""
    exists(db, lease)
    row: dict[str, Any] = {}
    if given.get("reason"):
        row["reason"] = given["reason"]
    if given.get("paper"):
        row["document_id"] = enter(db, given["paper"], kind=given["paper"].get("kind") or "letter")
    match event:
        case "breach":
            give_notice(db, lease, given["served_on"])
        case "renew" | "transfer":
            _hand_on(db, lease)
            let(db, Terms.of(given), previous=lease, party=given.get("party"))
        case "recover":
            db.execute(
                "insert into register.site_record (plot_id, seen_on, progress) select t.plot_id, %s, 'none' "
                "from register.lease l join register.tenure_slot t on t.id = l.slot_id where l.id = %s",
                [given["seen_on"], lease],
            )
    row["state"] = step("lease", event).after
    db.execute(
        sql.SQL("update register.lease set {} where id = {}").format(
            sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(n), sql.Placeholder(n)) for n in row),
            sql.Placeholder("lease"),
        ),
        {**row, "lease": lease},
    )
    return lease_told(db, lease)


def give_notice(db: Db, lease: UUID, served_on: date) -> Answer:
    db.execute("insert into register.notice (lease_id, kind, served_on) values (%s, 'breach', %s)", [lease, served_on])
    return lease_told(db, lease)


def from_paper(db: Db, given: Given) -> Answer:
    """A right of the back file, with its old days. Where it would stand beside another, it is refused: that is a claim."""
    from_day, until_day = given["valid_from"], given["valid_until"]
    document = enter(db, given["decision"], kind="decree")
    plot = _one(db, "select id from register.plot where plot_number = %(n)s", n=given["plot_number"])
    if plot is None:
        raise NoSuchObject()
    slot = _one(
        db,
        "insert into register.tenure_slot (plot_id, party_id, kind, valid, decision_number, published, source_id) "
        "values (%(plot)s, %(party)s, 'lease', register.legal_days(%(first)s, %(last)s), %(number)s, %(publish)s, %(source)s) "
        "returning id",
        plot=plot, party=given["party"], first=from_day, last=until_day,
        number=given["decision"].get("reference_number"), publish=bool(given.get("publish")), source=document,
    )  # fmt: skip
    lease = _one(
        db,
        "insert into register.lease (slot_id, right_type, area_m2, annual_charge, currency, document_id, source_id, from_paper, "
        "met_on, decided_on) values (%(slot)s, %(right_type)s, %(area)s, %(charge)s, %(currency)s, %(source)s, %(source)s, "
        "true, %(met)s, %(decided)s) returning id",
        slot=slot, right_type=given.get("right_type") or "usufruct", area=given.get("area_m2"),
        charge=given.get("annual_charge"), currency=given.get("currency") or "LYD", source=document,
        met=given.get("met_on"), decided=given["decision"].get("dated"),
    )  # fmt: skip
    return lease_told(db, UUID(str(lease)))


def invoice(db: Db, given: Given, *, lease: UUID | None = None, application: UUID | None = None) -> UUID:
    """What a holder or applicant is asked to pay. Its id."""
    made = _one(
        db,
        "insert into register.invoice (lease_id, application_id, kind, period, amount, currency, due_on) "
        "values (%(lease)s, %(file)s, %(kind)s, daterange(%(first)s, %(last)s), %(amount)s, %(currency)s, %(due_on)s) "
        "returning id",
        lease=lease, file=application, kind=given["kind"], first=given.get("period_from"), last=given.get("period_until"),
        amount=given["amount"], currency=given["currency"], due_on=given["due_on"],
    )  # fmt: skip
    return UUID(str(made))


def pay(db: Db, invoice_number: str, given: Given) -> Answer:
    """Money that came in, as its receipt says. Raises NoSuchObject."""
    found = _one(db, "select id from register.invoice where number = %(n)s", n=invoice_number)
    if found is None:
        raise NoSuchObject()
    db.execute(
        "insert into register.payment (invoice_id, amount, currency, paid_on, receipt_no) values (%s, %s, %s, %s, %s)",
        [found, given["amount"], given["currency"], given["paid_on"], given["receipt_no"]],
    )
    row = db.execute(
        "select jsonb_build_object('invoice', i.number, 'amount', i.amount, 'currency', i.currency, 'paid', "
        "(select sum(p.amount) from register.payment p where p.invoice_id = i.id)) from register.invoice i where i.id = %s",
        [found],
    ).fetchone()
    return dict(row[0]) if row else {}


def guarantee(db: Db, given: Given, *, lease: UUID | None = None, application: UUID | None = None) -> None:
    db.execute(
        "insert into register.guarantee (lease_id, application_id, bank, bank_number, amount, currency, expires_on) "
        "values (%s, %s, %s, %s, %s, %s, %s)",
        [
            lease,
            application,
            given["bank"],
            given["bank_number"],
            given["amount"],
            given["currency"],
            given["expires_on"],
        ],
    )


def met(db: Db, lease: UUID, obligation: UUID, given: Given) -> Answer:
    """An obligation done, with the paper that shows it. Raises NoSuchObject."""
    evidence = enter(db, given["evidence"]) if given.get("evidence") else None
    done = db.execute(
        "update register.obligation set met_on = %s, evidence_id = %s where id = %s and lease_id = %s returning id",
        [given["met_on"], evidence, obligation, lease],
    ).fetchone()
    if done is None:
        raise NoSuchObject()
    return lease_told(db, lease)


def addendum(db: Db, lease: UUID, given: Given) -> Answer:
    """A numbered change of the area that is charged or of the charge; the lease follows it."""
    exists(db, lease)
    document = enter(db, given["paper"], kind="addendum")
    db.execute(
        "insert into register.addendum (lease_id, document_id, signed_on, area_m2, annual_charge, says) "
        "values (%s, %s, %s, %s, %s, %s)",
        [lease, document, given["signed_on"], given.get("area_m2"), given.get("annual_charge"), given.get("says")],
    )
    before = lease_told(db, lease)
    db.execute(
        "update register.lease set area_m2 = coalesce(%s, area_m2), annual_charge = coalesce(%s, annual_charge) where id = %s",
        [given.get("area_m2"), given.get("annual_charge"), lease],
    )
    after = lease_told(db, lease)
    _tell(db, "addendum", lease, before, after, given.get("says"), legal=True)
    return after


def correct(db: Db, lease: UUID, given: Given) -> Answer:
    """A clerical slip in what a lease says of papers: no legal act, and told as none. Days, land and party stay."""
    before = lease_told(db, lease)
    row = {name: given[name] for name in ("met_on", "decided_on", "right_type") if given.get(name) is not None}
    if row:
        db.execute(
            sql.SQL("update register.lease set {} where id = {}").format(
                sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(n), sql.Placeholder(n)) for n in row),
                sql.Placeholder("lease"),
            ),
            {**row, "lease": lease},
        )
    after = lease_told(db, lease)
    _tell(db, "clerical_correction", lease, before, after, given["reason"], legal=False)
    return after


def exists(db: Db, lease: UUID) -> None:
    """Raises NoSuchObject."""
    if db.execute("select 1 from register.lease where id = %s", [lease]).fetchone() is None:
        raise NoSuchObject()


def _tell(db: Db, action: str, lease: UUID, before: Answer, after: Answer, reason: str | None, *, legal: bool) -> None:
    names = [
        name
        for name in ("met_on", "decided_on", "right_type", "area_m2", "annual_charge")
        if before[name] != after[name]
    ]
    db.execute(
        "select register.record_event(%s, 'lease', %s, %s, %s, %s, %s)",
        [
            action, lease, Jsonb({n: _plain(before[n]) for n in names}), Jsonb({n: _plain(after[n]) for n in names}),
            reason, legal,
        ],
    )  # fmt: skip


def _plain(value: object) -> object:
    return str(value) if isinstance(value, date | datetime | Decimal) else value


def _hand_on(db: Db, lease: UUID) -> None:
    """Its slot closes now: the one that follows opens in the same instant."""
    db.execute(
        "update register.tenure_slot set valid = tstzrange(lower(valid), now()) "
        "where id = (select slot_id from register.lease where id = %s) and valid @> now()",
        [lease],
    )


def _land(db: Db, application: UUID | None, previous: UUID | None) -> tuple[Any, Any, bool]:
    row = db.execute(
        "select plot_id, party_id, illustrative from register.application where id = %s union all "
        "select t.plot_id, t.party_id, l.illustrative from register.lease l join register.tenure_slot t on t.id = l.slot_id "
        "where l.id = %s",
        [application, previous],
    ).fetchone()
    if row is None:
        raise NoSuchObject()
    return row[0], row[1], row[2]


def _one(db: Db, statement: str, **values: object) -> Any:
    row = db.execute(statement, values).fetchone()  # type: ignore[arg-type,unused-ignore]
    return row[0] if row else None
