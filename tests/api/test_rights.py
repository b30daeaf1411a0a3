# SPDX-License-Identifier: Apache-2.0
"""Rights over HTTP: by duty, by four eyes, once, on the version that was seen; and why something cannot be done."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest

from layers.embedded import Cluster
from tests.conftest import a_register
from tests.layers.rights import a_party, a_restriction
from tests.layers.rights.filing import Office, an_office, one
from tests.serving import serving
from tests.signing_in import a_user, sign_in

LETTER = {"title_ar": "مستند", "title_en": "Paper", "dated": "2026-01-05", "reference_number": "12/2026"}
NEEDED = [{"kind": kind, **LETTER} for kind in ("company", "hse", "brief", "bank")]


@dataclass
class House:
    """A served office with its people."""

    office: Office
    address: str
    people: dict[str, httpx.Client] = field(default_factory=dict)
    keys: int = 0

    def by(self, who: str) -> httpx.Client:
        """Somebody's browser: `registrar`, `planner`, … each another person."""
        if who not in self.people:
            role, duties = {
                "approver": ("approver", ()), "planner": ("planner", ()), "auditor": ("auditor", ()),
                "investor": ("investor", ()),
            }.get(who, ("planner", (who.split(" ")[0],)))  # fmt: skip
            user = a_user(self.office.register, role, duties)
            self.people[who] = sign_in(httpx.Client(base_url=self.address, timeout=60), self.office.register, user)
        return self.people[who]

    def do(self, who: str, address: str, body: Any, *, tag: str | None = None, **query: str) -> httpx.Response:
        """A command of somebody's, with a new key."""
        self.keys += 1
        headers = {"idempotency-key": f"key {self.keys}"}
        if tag is not None:
            headers["if-match"] = tag
        return self.by(who).post(address, json=body, headers=headers, params=query)

    def step(self, who: str, file: str, event: str, **body: Any) -> httpx.Response:
        """A step on the file as it stands now."""
        seen = self.by("registrar").get(f"/register/applications/{file}")
        return self.do(who, f"/register/applications/{file}/{event}", body, tag=seen.headers["etag"])


@pytest.fixture(scope="module")
def house(cluster: Cluster, template: str) -> Iterator[House]:
    with a_register(cluster, template) as register, serving(register) as address:
        made = House(an_office(register), address)
        tariff = made.do("finance", "/register/tariffs", {
            "code": "SFZ", "title_ar": "تعريفة", "title_en": "Tariff", "currency": "USD",
            "lines": [
                {"kind": "deposit", "title_ar": "ضمان", "title_en": "Deposit", "basis": "pct_capital", "rate": "10",
                 "lower_limit": "10000", "upper_limit": "100000"},
                {"kind": "rent", "title_ar": "مقابل", "title_en": "Charge", "basis": "m2_year", "tiers": [["0", "6.5"], ["2000", "5"]]},
            ],
        })  # fmt: skip
        assert tariff.status_code == 201, tariff.text
        yield made
        for client in made.people.values():
            client.close()


def number_of(house: House, plot: UUID) -> str:
    with house.office.writing() as connection:
        return str(one(connection, "select plot_number from register.plot where id = %s", plot))


def a_draft(house: House, plot_number: str | None = None, **more: Any) -> str:
    with house.office.writing() as connection:
        party = a_party(connection)
    made = house.do("registrar", "/register/applications", {
        "party": str(party), "plot_number": plot_number or number_of(house, house.office.plot()), "land_use": "LOG",
        "capital": "600000", "tariff": "SFZ", "papers": NEEDED, **more,
    })  # fmt: skip
    assert made.status_code == 201, made.text
    assert made.json()["deposit_due"] == 60000
    return str(made.json()["id"])


def before_committee(house: House, plot_number: str | None = None) -> str:
    file = a_draft(house, plot_number)
    for who, event, body in (
        ("registrar", "lodge", {}),
        ("registrar", "accept_file", {}),
        ("planner", "report", {"score": "70", "papers": [{"kind": "report", **LETTER}]}),
    ):
        answer = house.step(who, file, event, **body)
        assert answer.status_code == 200, answer.text
    return file


def meeting_on(house: House, *files: str, decision: str = "offer", reason: str | None = None) -> httpx.Response:
    called = house.do("registrar secretary", "/register/meetings", {
        "zone": "SFZ", "held_on": "2026-03-01", "members": ["Chair", "Second", "Third"], "files": list(files),
    })  # fmt: skip
    assert called.status_code == 201, called.text
    decided = [{"file": file, "decision": decision, **({"reason": reason} if reason else {})} for file in files]
    return house.do(
        "registrar secretary",
        f"/register/meetings/{called.json()['id']}/close",
        {"present": ["Chair", "Second"], "decisions": decided, "minutes": {"kind": "minutes", **LETTER}},
        tag=called.headers["etag"],
    )


# --- refusals first


def test_strangers_and_those_without_the_duty_do_nothing(house: House) -> None:
    file = a_draft(house)
    address = f"/register/applications/{file}"
    with httpx.Client(base_url=house.address) as stranger:
        assert stranger.get(address).status_code == 403
        posted = stranger.post(f"{address}/lodge", json={}, headers={"origin": house.address, "if-match": "*"})
        assert posted.status_code == 403
    for who, event in (
        ("planner", "accept_file"),
        ("auditor", "report"),
        ("approver", "report"),
        ("finance", "approve"),
        ("auditor", "lodge"),
    ):
        refused = house.step(who, file, event, **({"score": "1"} if event == "report" else {}))
        assert refused.status_code in (403, 404), (who, event, refused.text)
    assert house.by("registrar").get(address).json()["state"] == "DRF"


def test_an_investor_sees_and_moves_the_files_of_their_own_party_alone(house: House) -> None:
    file = a_draft(house)
    investor = house.by("investor")
    with house.office.writing() as connection:
        party = str(one(connection, "select party_id from register.user_account where role = 'investor' limit 1"))
    assert investor.get(f"/register/applications/{file}").status_code == 404
    refused = house.do("investor", f"/register/applications/{file}/withdraw", {}, tag="*")
    assert refused.status_code == 404
    foreign = house.do("investor", "/register/applications", {"party": house.by("registrar").get(
        f"/register/applications/{file}").json()["party_id"]})  # fmt: skip
    assert foreign.status_code == 403
    own = house.do("investor", "/register/applications", {"party": party, "papers": NEEDED})
    assert own.status_code == 201, own.text
    lodged = house.do("investor", f"/register/applications/{own.json()['id']}/lodge", {}, tag=own.headers["etag"])
    assert lodged.json()["reg_no"].startswith("APP-")
    assert {each["id"] for each in investor.get("/register/applications").json()["files"]} == {own.json()["id"]}


@pytest.mark.parametrize(
    ("body", "headers", "status", "kind"),
    [
        (b"", {}, 422, "body-wrong"),
        (b"null", {}, 422, "body-wrong"),
        (b"[]", {}, 422, "body-wrong"),
        (b'{"reason": "x"', {}, 400, "body-unreadable"),
        (b'{"reason": "x"}{}', {}, 400, "body-unreadable"),
        (b'{"reason": NaN}', {}, 422, "body-wrong"),
        (b'{"reason": "a", "reason": "b"}', {}, 400, "body-unreadable"),
        (b'{"papers": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", {}, 400, "body-unreadable"),
        (b'{"reason": "\xff"}', {}, 400, "body-unreadable"),
        (b'{"reason": "a\\u0000b"}', {}, 422, "body-wrong"),
        (b'{"reason": "a\\ud800b"}', {}, 422, "body-wrong"),
        ('{"reason": "a\u202eb"}'.encode(), {}, 422, "body-wrong"),
        (b'{"is_admin": true}', {}, 422, "body-wrong"),
        (b'{"state": "OFR"}', {}, 422, "body-wrong"),
        (b'{"reason": "' + b"x" * 1_000_001 + b'"}', {}, 413, "body-too-large"),
        (b"{}", {"content-type": "text/plain"}, 415, "unsupported-body"),
        (b"{}", {"content-encoding": "gzip"}, 415, "unsupported-body"),
        (b"{}", {"if-match": ""}, 400, "tags-malformed"),
        (b"{}", {"if-match": ",".join(['"1"'] * 21)}, 400, "tags-malformed"),
        (b"{}", {"if-match": '"999"'}, 412, "version-stale"),
        (b"{}", {"if-match": 'W/"1"'}, 412, "version-stale"),
        (b"{}", {"idempotency-key": ""}, 400, "key-malformed"),
        (b"{}", {"idempotency-key": "k" * 10_000}, 400, "key-malformed"),
    ],
)  # fmt: skip
def test_what_comes_wrong_is_told_and_changes_nothing(
    house: House, body: bytes, headers: dict[str, str], status: int, kind: str
) -> None:
    file = shared(house)
    answer = house.by("registrar").post(
        f"/register/applications/{file}/withdraw",
        content=body,
        headers={"content-type": "application/json", "if-match": "*", **headers},
    )
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}"), answer.text
    assert house.by("registrar").get(f"/register/applications/{file}").json()["state"] == "DRF"


_SHARED: dict[str, str] = {}


def shared(house: House) -> str:
    """One draft for many refusals: none of them changes it."""
    if house.address not in _SHARED:
        _SHARED[house.address] = a_draft(house)
    return _SHARED[house.address]


def test_a_command_says_which_version_it_was_decided_on(house: House) -> None:
    file = shared(house)
    answer = house.do("registrar", f"/register/applications/{file}/lodge", {})
    assert (answer.status_code, answer.json()["type"]) == (428, "/problems/version-missing")


def test_a_step_that_gives_a_right_needs_a_key_and_happens_once(house: House) -> None:
    with house.office.writing() as connection:
        party = str(a_party(connection))
    plot = number_of(house, house.office.plot())
    body = {
        "plot_number": plot, "party": party, "valid_from": "2010-01-01", "valid_until": "2040-01-01",
        "decision": {"kind": "decree", **LETTER}, "met_on": "2009-12-01", "annual_charge": "100", "currency": "LYD",
    }  # fmt: skip
    clerk = house.by("registrar")
    keyless = clerk.post("/register/rights", json=body)
    assert (keyless.status_code, keyless.json()["type"]) == (400, "/problems/key-missing")
    first = clerk.post("/register/rights", json=body, headers={"idempotency-key": "once"})
    assert first.status_code == 201, first.text
    again = clerk.post("/register/rights", json=body, headers={"idempotency-key": "once"})
    assert again.json()["id"] == first.json()["id"]
    other = clerk.post("/register/rights", json={**body, "annual_charge": "1"}, headers={"idempotency-key": "once"})
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
    stranger = house.do("registrar secretary", "/register/rights", body)
    assert stranger.status_code == 409, "another's key is another's: and the plot is held"
    lease = first.json()
    assert (lease["from_paper"], lease["met_on"], lease["decided_on"]) == (True, "2009-12-01", "2026-01-05")
    assert lease["from"].startswith("2009-12-31T22:00"), "a legal day starts at midnight of the zone's time zone"


def test_one_person_does_not_do_both_acts_of_a_pair(house: House) -> None:
    file = a_draft(house)
    both = house.by("registrar of all")
    user = both.get("/register/applications").status_code
    assert user == 200
    for who, event, body in (
        ("registrar", "lodge", {}),
        ("registrar", "accept_file", {}),
        ("registrar of all", "report", {"score": "70", "papers": [{"kind": "report", **LETTER}]}),
    ):
        assert house.step(who, file, event, **body).status_code == 200
    house.people["registrar secretary"], kept = both, house.by("registrar secretary")
    try:
        refused = meeting_on(house, file)
    finally:
        house.people["registrar secretary"] = kept
    assert refused.status_code == 409
    assert refused.json()["block"] == "four_eyes"


# --- the way through


def test_a_file_goes_from_draft_to_hand_over(house: House) -> None:
    file = before_committee(house)
    closed = meeting_on(house, file)
    assert closed.status_code == 200, closed.text
    seen = house.by("planner").get(f"/register/applications/{file}").json()
    assert seen["state"] == "OFR"
    short = next(each for each in seen["next"] if each["event"] == "accept")["blocks"]
    assert [each["block"] for each in short] == ["deposit_short"]
    assert "60000" in short[0]["en"] and short[0]["whose"] == "investor"
    invoice = house.step(
        "finance", file, "invoices", kind="deposit", amount="60000", currency="USD", due_on="2026-04-01"
    )
    number = invoice.json()["money"][0]["invoice"]
    paid = house.do("finance", "/register/payments", {
        "invoice": number, "amount": "60000", "currency": "USD", "paid_on": "2026-03-20", "receipt_no": f"R {file}"})  # fmt: skip
    assert paid.status_code == 201, paid.text
    decision = [{"kind": "opinion", **LETTER}, {"kind": "decision", **LETTER}]
    terms = {
        "years": 25, "tariff": "SFZ", "publish": True, "papers": [{"kind": "contract", **LETTER}],
        "obligations": [{"kind": "fence", "due_on": "2027-01-01"}],
    }  # fmt: skip
    survey = {"kind": "survey", **LETTER}
    for who, event, body in (
        ("finance", "accept", {}),
        ("approver", "approve", {"boundary_accepted": True, "papers": decision}),
        ("registrar", "sign", terms),
        (
            "surveyor",
            "hand_over",
            {"seen_on": "2026-05-01", "survey": survey, "papers": [{"kind": "handover", **LETTER}]},
        ),
    ):
        answer = house.step(who, file, event, **body)
        assert answer.status_code == 200, (event, answer.text)
    told = answer.json()
    assert (told["state"], told["next"]) == ("HND", [])
    lease = house.by("registrar").get(f"/register/rights/{told['lease']['id']}").json()
    assert (lease["annual_charge"], lease["currency"], lease["state"]) == (12500, "USD", "ACT")
    assert [each["kind"] for each in lease["obligations"]] == ["fence"]
    card = httpx.get(
        f"{house.address}/collections/plots/items", params={"f": "json", "plot_number": told["plot_number"]}
    )
    assert card.json()["features"][0]["properties"]["holder_en"] == "Trial company 1"


def test_a_dry_run_tells_and_keeps_nothing(house: House) -> None:
    file = a_draft(house)
    seen = house.by("registrar").get(f"/register/applications/{file}")
    tried = house.do("registrar", f"/register/applications/{file}/lodge", {}, tag=seen.headers["etag"], dry_run="true")
    assert (tried.status_code, tried.json()["state"], tried.json()["dry_run"]) == (200, "LDG", True)
    assert house.by("registrar").get(f"/register/applications/{file}").json()["reg_no"] is None
    refused = house.do("planner", f"/register/applications/{file}/report", {"score": "1"}, tag="*", dry_run="true")
    assert refused.json()["block"] == "step_unknown"


def test_two_people_on_one_plot_one_wins_and_the_other_reads_why(house: House) -> None:
    plot = number_of(house, house.office.plot())
    files = [before_committee(house, plot), before_committee(house, plot)]
    meetings = []
    for file in files:
        called = house.do("registrar secretary", "/register/meetings", {
            "zone": "SFZ", "held_on": "2026-03-01", "members": ["A", "B"], "files": [file]})  # fmt: skip
        meetings.append((called.json()["id"], called.headers["etag"], file))
    answers: list[httpx.Response] = []
    start = threading.Barrier(2)

    def close(meeting: str, tag: str, file: str) -> None:
        start.wait()
        answers.append(house.do("registrar secretary", f"/register/meetings/{meeting}/close", {
            "present": ["A", "B"], "minutes": {"kind": "minutes", **LETTER},
            "decisions": [{"file": file, "decision": "offer", "reason": "As decided"}]}, tag=tag))  # fmt: skip

    threads = [threading.Thread(target=close, args=each) for each in meetings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    loser = next(answer for answer in answers if answer.status_code == 409)
    assert loser.json()["block"] == "plot_held"
    arabic = house.by("registrar").get(f"/register/plots/{plot}/why", params={"act": "offer"}).json()["ar"]
    for word in (plot, "منذ", "أمين السجل", "ويرفعه"):
        assert word in arabic


def test_why_not_says_facts_to_staff_and_available_or_not_to_others(house: House) -> None:
    plot = house.office.plot()
    number = number_of(house, plot)
    address = f"/register/plots/{number}/why"
    staff = house.by("planner")
    public = house.people.setdefault("public", httpx.Client(base_url=house.address))
    assert staff.get(address).json()["blocked"] is False
    assert public.get(address).json()["en"] == "Nothing blocks it."
    with house.office.writing() as connection:
        a_restriction(connection, plot, "claim")
    told = staff.get(address).json()
    assert [each["block"] for each in told["blocks"]] == ["plot_restricted"]
    assert told["blocks"][0]["whose"] == "legal" and told["blocks"][0]["since"]
    for client in (public, house.by("investor")):
        answer = client.get(address)
        assert answer.json() == {
            "plot_number": number, "act": "apply", "blocked": True, "ar": "القطعة غير متاحة.",
            "en": "The plot is not available.",
        }  # fmt: skip
    assert public.get(f"{address}?act=dance").status_code == 400
    assert public.get("/register/plots/NONE/why").status_code == 404
    for act, block in (
        ("split", None),
        ("hand_over", "not_leased"),
        ("approve", "not_reserved"),
        ("sign", "not_allocated"),
    ):
        blocks = [each["block"] for each in staff.get(address, params={"act": act}).json()["blocks"]]
        assert blocks == ([block] if block else []), act


def test_a_clerical_correction_is_told_as_no_legal_act(house: House) -> None:
    file = a_draft(house)
    answer = house.step("registrar", file, "correct", reason="The clerk misread a 1", jobs=11)
    assert answer.json()["jobs"] == 11
    with house.office.writing() as connection:
        row = connection.execute(
            "select before, after, reason, legal from register.event where object_id = %s and action = 'clerical_correction'",
            [file],
        ).fetchone()
    assert row == ({"jobs": "None"}, {"jobs": "11"}, "The clerk misread a 1", False)


def test_alarms_tell_of_guarantees_before_they_expire(house: House) -> None:
    file = a_draft(house)
    house.step(
        "finance",
        file,
        "guarantees",
        bank="Bank",
        bank_number="G 1",
        amount="5",
        currency="USD",
        expires_on="2026-01-01",
    )
    told = house.by("finance").get("/register/alarms").json()
    assert [each["bank_number"] for each in told["guarantees"]] == ["G 1"]
