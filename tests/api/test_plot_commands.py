# SPDX-License-Identifier: Apache-2.0
"""The doors of the commands on plots: the examples of docs/fabric.md, what each refuses, and that a command is done once."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.register.plotsdescribed import paths, routes
from tests.conftest import Register
from tests.layers.fabric.town import Town, a_town
from tests.serving import serving
from tests.signing_in import a_user, sign_in

DOC = Path(__file__).resolve().parents[2] / "docs" / "fabric.md"
EXAMPLE = re.compile(r"```http\n(.*?)```\n\n```json\n(.*?)```", re.DOTALL)


@pytest.fixture
def town(register: Register) -> Town:
    return a_town(register)


@pytest.fixture
def planner(town: Town) -> Iterator[httpx.Client]:
    with serving(town.register) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield sign_in(client, town.register, a_user(town.register, "planner", ["surveyor"]))


def is_within(expected: Any, found: Any) -> bool:
    """Whether all that an example shows is in the answer; "…" stands for anything."""
    if expected == "…":
        return True
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(
            name in found and is_within(value, found[name]) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) >= len(expected)
            and all(is_within(one, other) for one, other in zip(expected, found, strict=False))
        )
    return bool(found == pytest.approx(expected, abs=0.01) if isinstance(expected, float) else found == expected)


def sent(client: httpx.Client, example: str) -> httpx.Response:
    head, _, body = example.partition("\n\n")
    first, *lines = head.strip().splitlines()
    method, address = first.split(" ", 1)
    headers = dict(line.split(": ", 1) for line in lines)
    return client.request(method, address, headers=headers, content=body.strip().encode() or None)


def test_the_examples_of_the_docs_are_what_the_doors_do(planner: httpx.Client) -> None:
    examples = EXAMPLE.findall(DOC.read_text(encoding="utf-8"))
    assert len(examples) >= 20
    for asked, shown in examples:
        answer = sent(planner, asked)
        status, _, body = shown.partition("{")
        assert answer.status_code == int(status.strip() or 200), (asked, answer.text[:1500])
        assert is_within(json.loads("{" + body), answer.json()), asked + json.dumps(answer.json(), indent=1)[:6000]


def test_a_command_sent_twice_is_done_once_and_its_key_serves_no_other(planner: httpx.Client, town: Town) -> None:
    body = {"cut": {"by": "equal", "count": 2, "bearing_deg": 0}, "reason": "x"}
    headers = {"if-match": '"1"', "idempotency-key": "k1"}
    first = planner.post("/register/plots/A01-001/split", json=body, headers=headers)
    again = planner.post("/register/plots/A01-001/split", json=body, headers=headers)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (200, first.json())
    assert town.one("select count(*) from register.event where action = 'split'") == 1
    other = planner.post("/register/plots/A01-002/split", json=body, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")


def test_what_the_doors_refuse_before_any_land_is_touched(planner: httpx.Client, town: Town) -> None:
    good = {"cut": {"by": "equal", "count": 2, "bearing_deg": 0}, "reason": "x"}
    key = {"idempotency-key": "k", "if-match": "*"}
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    cases: list[tuple[str, Any, dict[str, str], int, str]] = [
        ("/register/plots/A01-001/split", good, {"if-match": "*"}, 400, "key-missing"),
        ("/register/plots/A01-001/split", good, {"idempotency-key": "k"}, 428, "version-missing"),
        ("/register/plots/A01-001/split", good, {**key, "if-match": "one"}, 422, "command-unreadable"),
        ("/register/plots/A01-999/split", good, key, 404, "no-such-plot"),
        ("/register/plots/A01-001/split", {**good, "cutt": 1}, key, 422, "command-unreadable"),
        ("/register/plots/A01-001/split", {"cut": {"by": "magic"}, "reason": "x"}, key, 422, "command-unreadable"),
        ("/register/plots/A01-001/split", [], key, 422, "command-unreadable"),
        ("/register/plots/A01-001/split?dry=1", good, key, 400, "bad-query"),
        ("/register/plots/A01-001/correct", {"fields": {"geom": "x"}, "reason": "x"}, key, 422, "not-clerical"),
        ("/register/plots/A01-001/correct", {"fields": {"land_use": "???"}, "reason": "x"}, key, 422, "no-such-code"),
        ("/register/plots", {"geometry": square, "land_use": "LOG", "reason": "x"}, key, 422, "command-unreadable"),
        ("/register/plots", {"geometry": {}, "land_use": "LOG", "reason": "x"}, key, 422, "command-unreadable"),
        ("/register/plots/merge", {"plots": [{"plot": "A01-001", "version": 1}, {"plot": "A01-002"}], "reason": "x"}, {"idempotency-key": "k"}, 428, "version-missing"),
        ("/register/blocks/Z9/subdivide", {"lots": {"min_area_m2": 1, "max_area_m2": 2, "min_frontage_m": 1}, "reason": "x"}, key, 409, "not-in-one-block"),
        ("/register/geometry/square", {"geometry": square}, {}, 422, "command-unreadable"),
        ("/register/undo", {"reason": "x"}, key, 409, "nothing-there"),
    ]  # fmt: skip
    for address, body, headers, status, kind in cases:
        for lang in ("ar", "en"):
            answer = planner.post(
                address + ("&" if "?" in address else "?") + f"lang={lang}", json=body, headers=headers
            )
            assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}"), (address, answer.text)
            assert any("\u0600" <= letter <= "\u06ff" for letter in answer.json()["title"]) == (lang == "ar")
    broken = planner.post("/register/undo", content=b"{", headers=key)
    assert (broken.status_code, broken.json()["pointer"]) == (422, "/")
    assert planner.post("/register/undo", content=b" " * 600_000, headers=key).status_code == 422
    assert town.one("select count(*) from register.event where object_table like 'plot%%' and action <> 'edit'") == 0


def test_others_than_planners_are_shown_the_door(town: Town) -> None:
    body = {"reason": "x"}
    key = {"idempotency-key": "k", "if-match": "*"}
    with serving(town.register) as address:
        for role, status in (("investor", 404), ("auditor", 403), ("admin", 404), ("approver", 403)):
            with httpx.Client(base_url=address) as client:
                sign_in(client, town.register, a_user(town.register, role))
                answer = client.post("/register/plots/A01-001/retire", json=body, headers=key)
                assert answer.status_code == status, (role, answer.text)
        with httpx.Client(base_url=address) as client:
            origin = {"origin": address}
            assert (
                client.post("/register/plots/A01-001/retire", json=body, headers={**key, **origin}).status_code == 403
            )
            sign_in(client, town.register, a_user(town.register, "planner"))
            survey = {"geometry": {}, "paper": {}, "reason": "x"}
            assert client.post("/register/plots/A01-001/resurvey", json=survey, headers=key).status_code == 403


def test_every_door_is_in_the_description_and_no_other() -> None:
    assert set(paths("ar")) == {route.path for route in routes()}
    for lang in ("ar", "en"):
        for item in paths("ar" if lang == "ar" else "en").values():
            assert all(operation["summary"] for operation in item.values())
