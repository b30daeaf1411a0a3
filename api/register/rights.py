# SPDX-License-Identifier: Apache-2.0
"""Commands on files, meetings, leases and claims over HTTP: a route for each step, named by its event."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from api.commanding import Allowed, Given, answered, body_of, commanded, id_of, read
from api.permissions import declared
from api.register import given as bodies
from layers.actors import Actor
from layers.idempotency import Answer, Db, require_version, tags_of
from layers.refusals import NotYours
from layers.rights import claiming, filing, leasing, meeting, tariffs, telling
from layers.rights.machine import RECORDED_BY, STEPS, Step

Handler = Callable[[Request], Awaitable[Response]]
FILE = "/register/applications/{object}"
LEASE = "/register/rights/{object}"
MEETING = "/register/meetings/{object}"
SUBMIT = ("allocations", "submit")
NEEDS: dict[str, tuple[str, str]] = {
    "receive": ("applications", "write"),
    "lodge": ("applications", "submit"),
    "resubmit": ("applications", "submit"),
    "withdraw": ("applications", "submit"),
    "accept_file": ("applications", "write"),
    "accept": ("applications", "review"),
    "approve": ("applications", "approve"),
    "cancel": ("applications", "approve"),
    "appeal": ("applications", "approve"),
    "sign": ("allocations", "sign"),
    "hand_over": ("allocations", "hand_over"),
    "recover": ("allocations", "hand_over"),
    "terminate": ("allocations", "approve"),
    "renew": ("allocations", "approve"),
    "transfer": ("allocations", "approve"),
    "surrender": ("allocations", "approve"),
    "resume": ("allocations", "approve"),
    "suspend": ("allocations", "read"),  # by legal affairs or an approver
    "give_up": ("allocations", "read"),
    "begin_renewal": ("allocations", "read"),  # also by the holder
    "begin_transfer": ("allocations", "read"),
}
"""event → resource and action that its gate asks for, where it is not SUBMIT. Whose step it is, the step itself says."""
KEYED = {"offer", "approve", "sign", "renew", "transfer", "lapse"}
"""Steps that give or take a right: they carry an Idempotency-Key."""


def may_take(step: Step) -> Allowed:
    """The actor as they take a step: by duty, by role, or for their own party."""
    return by(*(RECORDED_BY.get(who, who) for who in step.who))


def by(*charged: str) -> Allowed:
    """The actor as they act by one of these duties or roles; for whoever delegated it. The function raises NotYours."""

    def allowed(actor: Actor) -> Actor:
        for each in charged:
            if each in actor.duties | actor.roles:
                return actor.standing_in(each)
        raise NotYours()

    return allowed


def beginning(
    kind: type[Given], command: Callable[[Db, dict[str, Any]], Answer], allowed: Allowed, *, key_needed: bool = False
) -> Handler:
    """A door that makes something new."""

    async def handle(request: Request) -> Response:
        body = await body_of(request)
        given = bodies.plain(read(body, kind))
        answer = await commanded(
            request, lambda db: command(db, given), body=body, allowed=allowed, key_needed=key_needed
        )
        return answered(answer, 200 if answer.get("dry_run") else 201)

    return _saying(handle, kind, keyed=key_needed, tagged=False)


def changing(
    table: str,
    kind: type[Given],
    command: Callable[[Db, UUID, dict[str, Any]], Answer],
    allowed: Allowed,
    *,
    key_needed: bool = False,
) -> Handler:
    """A door that changes what is there: If-Match says on which version the asker decided."""

    async def handle(request: Request) -> Response:
        row = id_of(request, "object")
        tags = tags_of(request.headers.get("if-match"))
        body = await body_of(request)
        given = bodies.plain(read(body, kind))

        def run(db: Db) -> Answer:
            require_version(db, table, row, tags)
            return command(db, row, given)

        return answered(await commanded(request, run, body=body, allowed=allowed, key_needed=key_needed))

    return _saying(handle, kind, keyed=key_needed, tagged=True)


def _saying(handler: Handler, kind: type[Given], *, keyed: bool, tagged: bool) -> Handler:
    """The handler, saying to the description (`api.register.described`) what it takes and which headers it needs."""
    handler.given, handler.keyed, handler.tagged = kind, keyed, tagged  # type: ignore[attr-defined]
    return handler


def _post(address: str, handler: Handler) -> list[Route | Mount]:
    return [Route(address, handler, methods=["POST"])]


def routes() -> list[Route | Mount]:
    """All of them, each with what it needs."""
    return [*_files(), *_meetings(), *_leases(), *_money(), *_claims()]


def _steps(machine: str, address: str, table: str, kinds: dict[str, type[Given]], otherwise: type[Given],
           command: Callable[[Db, UUID, str, dict[str, Any]], Answer]) -> list[Route | Mount]:  # fmt: skip
    made: list[Route | Mount] = []
    for step in STEPS:
        if step.machine != machine or not step.before:
            continue

        def take(db: Db, row: UUID, given: dict[str, Any], event: str = step.event) -> Answer:
            return command(db, row, event, given)

        handler = changing(
            table, kinds.get(step.event, otherwise), take, may_take(step), key_needed=step.event in KEYED
        )
        made += declared(*NEEDS.get(step.event, SUBMIT), _post(f"{address}/{step.event}", handler))
    return made


def _files() -> list[Route | Mount]:
    office, applicant = by("registrar"), by("registrar", "investor")

    def add_papers(db: Db, file: UUID, given: dict[str, Any]) -> Answer:
        return filing.add_papers(db, file, given["papers"])

    def extend(db: Db, file: UUID, given: dict[str, Any]) -> Answer:
        return filing.extend(db, file, given["days"], given["reason"])

    def invoice(db: Db, file: UUID, given: dict[str, Any]) -> Answer:
        leasing.invoice(db, given, application=file)
        return telling.file_told(db, file)

    def guarantee(db: Db, file: UUID, given: dict[str, Any]) -> Answer:
        leasing.guarantee(db, given, application=file)
        return telling.file_told(db, file)

    anybody = by("registrar", "planner", "legal", "finance", "surveyor", "approver", "investor")
    table = "application"
    return [
        *declared(
            "applications",
            "submit",
            _post("/register/applications", beginning(bodies.Drafted, filing.begin, applicant)),
        ),
        *declared("applications", "read", _post(f"{FILE}/papers", changing(table, bodies.Papers, add_papers, anybody))),
        *declared("allocations", "submit", _post(f"{FILE}/extend", changing(table, bodies.Extended, extend, office))),
        *declared(
            "allocations",
            "submit",
            _post(f"{FILE}/correct", changing(table, bodies.Amended, filing.amend, by("registrar", "planner"))),
        ),
        *declared(
            "applications",
            "review",
            _post(f"{FILE}/invoices", changing(table, bodies.Invoiced, invoice, by("finance"))),
        ),
        *declared(
            "applications",
            "review",
            _post(f"{FILE}/guarantees", changing(table, bodies.Guaranteed, guarantee, by("finance"))),
        ),
        *_steps("application", FILE, table, bodies.OF_FILE, bodies.Plain, filing.take),
    ]


def _meetings() -> list[Route | Mount]:
    office = by("registrar")

    def add_item(db: Db, of_meeting: UUID, given: dict[str, Any]) -> Answer:
        return meeting.add_item(db, of_meeting, given["file"])

    return declared("allocations", "submit", [
        *_post("/register/meetings", beginning(bodies.Called, meeting.call, office)),
        *_post(f"{MEETING}/items", changing("meeting", bodies.Item, add_item, office)),
        *_post(f"{MEETING}/close", changing("meeting", bodies.Closed, meeting.close, office, key_needed=True)),
    ])  # fmt: skip


def _leases() -> list[Route | Mount]:
    office = by("registrar")

    def notice(db: Db, lease: UUID, given: dict[str, Any]) -> Answer:
        return leasing.give_notice(db, lease, given["served_on"])

    async def met(request: Request) -> Response:
        obligation = id_of(request, "obligation")

        def done(db: Db, lease: UUID, given: dict[str, Any]) -> Answer:
            return leasing.met(db, lease, obligation, given)

        return await changing("lease", bodies.Met, done, by("planner", "registrar"))(request)

    _saying(met, bodies.Met, keyed=False, tagged=True)

    return [
        *declared("allocations", "submit", [
            *_post("/register/rights", beginning(bodies.FromPaper, leasing.from_paper, office, key_needed=True)),
            *_post(f"{LEASE}/notices", changing("lease", bodies.Noticed, notice, office)),
            *_post(f"{LEASE}/obligations/{{obligation}}/met", met),
            *_post(f"{LEASE}/correct", changing("lease", bodies.Corrected, leasing.correct, office)),
        ]),
        *declared("allocations", "approve",
                  _post(f"{LEASE}/addenda", changing("lease", bodies.Added, leasing.addendum, by("approver")))),
        *_steps("lease", LEASE, "lease", bodies.OF_LEASE, bodies.LeaseStep, leasing.take),
    ]  # fmt: skip


def _money() -> list[Route | Mount]:
    finance = by("finance")

    def pay(db: Db, given: dict[str, Any]) -> Answer:
        return leasing.pay(db, given["invoice"], given)

    def invoice(db: Db, lease: UUID, given: dict[str, Any]) -> Answer:
        leasing.invoice(db, given, lease=lease)
        return telling.lease_told(db, lease)

    def guarantee(db: Db, lease: UUID, given: dict[str, Any]) -> Answer:
        leasing.guarantee(db, given, lease=lease)
        return telling.lease_told(db, lease)

    return [
        *declared("allocations", "collect", [
            *_post("/register/payments", beginning(bodies.Paid, pay, finance, key_needed=True)),
            *_post(f"{LEASE}/invoices", changing("lease", bodies.Invoiced, invoice, finance)),
            *_post(f"{LEASE}/guarantees", changing("lease", bodies.Guaranteed, guarantee, finance)),
        ]),
        *declared("terms", "write",
                  _post("/register/tariffs", beginning(bodies.Tariffed, tariffs.new_edition, by("finance", "planner")))),
    ]  # fmt: skip


def _claims() -> list[Route | Mount]:
    legal = by("legal")
    return declared("allocations", "restrict", [
        *_post("/register/claims", beginning(bodies.Claimed, claiming.lodge, legal)),
        *_post("/register/claims/{object}/end", changing("claim", bodies.ClaimEnded, claiming.end, legal)),
    ])  # fmt: skip
