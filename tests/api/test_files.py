# SPDX-License-Identifier: Apache-2.0
"""Sending files: only for those who are let in, from our own page, within limits, and never half."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from layers import room
from layers.access import new_admin_link
from tests.conftest import Register
from tests.files import good
from tests.serving import serving
from tests.working import at_work

NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def client(register: Register, tmp_path: Path) -> Iterator[httpx.Client]:
    """Somebody who was let in."""
    with serving(register, data=tmp_path) as address, httpx.Client(base_url=address, timeout=30) as made:
        made.headers["origin"] = address
        assert made.post("/admin/enter", data={"key": new_admin_link(register.url())}).status_code == 303
        yield made


def make(client: httpx.Client, name: str = "plan.geojson", size: int = 10, **more: Any) -> httpx.Response:
    return client.post("/files/incoming?lang=en", json={"files": [{"name": name, "size": size}], **more})


def put(client: httpx.Client, number: str, offset: int, content: bytes) -> httpx.Response:
    return client.put(f"/files/incoming/{number}/parts/0", params={"offset": offset, "lang": "en"}, content=content)


def sent(client: httpx.Client, path: Path) -> str:
    """A file that has arrived; its trial is asked for."""
    content = path.read_bytes()
    number: str = make(client, path.name, len(content)).json()["id"]
    assert put(client, number, 0, content).status_code == 200
    assert client.post(f"/files/incoming/{number}/arrived").status_code == 200
    return number


def ended(client: httpx.Client, number: str) -> dict[str, Any]:
    """The file's standing once no job is at it."""
    deadline = time.monotonic() + 60
    while True:
        found: dict[str, Any] = client.get(f"/files/incoming/{number}").json()
        if found["job"] and found["job"]["state"] not in ("waiting", "running"):
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


ADDRESSES = [
    ("POST", "/files/incoming"), ("POST", "/files/fit"), ("GET", "/files/list"), ("POST", f"/files/imports/{NOBODYS}/undo"),
    ("GET", f"/files/jobs/{NOBODYS}"), ("GET", f"/files/incoming/{NOBODYS}"), ("DELETE", f"/files/incoming/{NOBODYS}"),
    ("GET", f"/files/incoming/{NOBODYS}/panel"), ("GET", f"/files/incoming/{NOBODYS}/preview"),
    ("GET", f"/files/incoming/{NOBODYS}/picture"), ("PUT", f"/files/incoming/{NOBODYS}/parts/0"), ("POST", f"/files/incoming/{NOBODYS}/commit"),
    ("PUT", f"/files/incoming/{NOBODYS}/answers"), ("POST", f"/files/incoming/{NOBODYS}/stop"),
]  # fmt: skip


def test_nobody_who_is_not_let_in_gets_anywhere_and_no_other_site_does(client: httpx.Client) -> None:
    with httpx.Client(base_url=client.base_url, headers={"origin": client.headers["origin"]}) as stranger:
        for method, address in ADDRESSES:
            assert stranger.request(method, address).status_code == 403, address
        assert stranger.get("/files").status_code == 403
    for method, address in ADDRESSES:
        if method != "GET":
            answer = client.request(method, address, headers={"origin": "https://evil.example"})
            assert answer.status_code == 403, address


def test_a_number_that_was_never_given_is_nobodys(client: httpx.Client) -> None:
    for method, address in ADDRESSES[3:]:
        assert client.request(method, address).status_code == 404, address
    assert client.get("/files/incoming/not-a-number").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"no json", b'{"files": []}', b'{"files": [{"name": "a.dxf"}]}', b'{"files": [{"name": "a.dxf", "size": -1}]}',
        b'{"files": [{"name": "a.geojson", "size": 99999999999}]}', b'{"files": [{"name": "a.exe", "size": 5}]}',
        b'{"files": [{"name": "a.shp", "size": 5}, {"name": "b.dbf", "size": 5}]}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_before_a_byte_is_sent(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/files/incoming?lang=en", content=body)
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_the_disk_keeps_a_reserve_for_the_register(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    number = make(client, size=10).json()["id"]
    monkeypatch.setattr(room, "RESERVE_BYTES", 10**18)  # as on a disk that is nearly full
    for answer in (make(client, "other.geojson"), put(client, number, 0, b"01234")):
        assert (answer.status_code, answer.json()["type"]) == (507, "/problems/not-enough-room")
        assert "MB are free" in answer.json()["detail"]
    monkeypatch.undo()
    assert put(client, number, 0, b"01234").json() == {"received": 5}


def test_names_lead_nowhere(client: httpx.Client, tmp_path: Path) -> None:
    made = make(client, "../../../etc/pass wd\x00.geojson", 4).json()
    put(client, made["id"], 0, b"{}  ")
    kept = [path for path in (tmp_path / "incoming").rglob("*") if path.is_file()]
    assert [path.parent.name for path in kept] == [made["id"]]
    assert client.put(f"/files/incoming/{made['id']}/parts/7?offset=0", content=b"x").status_code == 404


def test_bytes_follow_those_that_have_arrived_and_nothing_else(client: httpx.Client) -> None:
    number = make(client, size=10).json()["id"]
    assert put(client, number, 0, b"01234").json() == {"received": 5}
    again = put(client, number, 0, b"01234")
    assert (again.status_code, again.json()["received"]) == (409, 5)
    assert put(client, number, 5, b"5678901").status_code == 422  # more than was announced
    assert client.post(f"/files/incoming/{number}/arrived").status_code == 409
    # The same files chosen again go on where they stopped.
    assert make(client, size=10).json() | {} == client.get(f"/files/incoming/{number}").json()


def test_a_file_is_tried_answered_committed_once_and_undone(
    client: httpx.Client, register: Register, tmp_path: Path
) -> None:
    with at_work(register, tmp_path / "files"):
        number = sent(client, good.geojson(tmp_path / "plan.geojson"))
        first = ended(client, number)
        assert (first["job"]["state"], first["reported"]) == ("done", 0)
        assert client.put(f"/files/incoming/{number}/answers", json={"target": "layer:moon"}).status_code == 422
        client.put(f"/files/incoming/{number}/answers", json={"title": "خطة"})
        assert ended(client, number)["reported"] == 1
        stale = client.post(f"/files/incoming/{number}/commit", json={"answered": 0})
        assert stale.status_code == 412
        answers = []

        def press() -> None:
            answers.append(client.post(f"/files/incoming/{number}/commit", json={"answered": 1}).status_code)

        threads = [threading.Thread(target=press) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [200, 409, 409, 409]
        done = ended(client, number)
        assert done["state"] == "committed"
        assert client.delete(f"/files/incoming/{number}").status_code == 409
        assert client.post(f"/files/incoming/{number}/commit", json={"answered": 1}).status_code == 409
        with register.connect() as db:
            assert db.execute("select title from register.reference_drawing").fetchall() == [("خطة",)]
            assert db.execute("select count(*) from register.event where action = 'import'").fetchone() == (1,)
        job = client.post(f"/files/imports/{done['import_id']}/undo").json()["job"]
        while client.get(f"/files/jobs/{job}").json()["state"] in ("waiting", "running"):
            time.sleep(0.05)
        assert client.get(f"/files/incoming/{number}").json()["state"] == "undone"
        assert client.post(f"/files/imports/{done['import_id']}/undo").status_code == 404


def test_a_sender_is_remembered_with_the_same_headings(
    client: httpx.Client, register: Register, tmp_path: Path
) -> None:
    with at_work(register, tmp_path / "files"):
        path = good.geojson(tmp_path / "one.geojson")
        content = path.read_bytes()
        for name, padding in (("one.geojson", b" "), ("two.geojson", b"  ")):
            number = make(client, name, len(content + padding), sender="مكتب البحر").json()["id"]
            put(client, number, 0, content + padding)
            client.post(f"/files/incoming/{number}/arrived")
            ended(client, number)
            if name == "one.geojson":
                client.put(f"/files/incoming/{number}/answers", json={"columns": {"plot_number": "code"}})
                answered = ended(client, number)["answered"]
                client.post(f"/files/incoming/{number}/commit", json={"answered": answered})
                assert ended(client, number)["state"] == "committed"
        report = json.loads((tmp_path / "incoming" / number / "report.json").read_text())
        assert report["remembered"] is True


def test_what_is_taken_away_leaves_no_byte(client: httpx.Client, tmp_path: Path) -> None:
    number = make(client, size=4).json()["id"]
    put(client, number, 0, b"0123")
    assert client.delete(f"/files/incoming/{number}").status_code == 204
    assert not (tmp_path / "incoming" / number).exists()
    assert client.get(f"/files/incoming/{number}").status_code == 404


def test_control_points_are_answered_at_once(client: httpx.Client) -> None:
    points = [
        {"x": x, "y": y, "east": 655000 + x / 1000, "north": 3454000 + y / 1000} for x, y in ((0, 0), (9, 0), (0, 9))
    ]
    told = client.post("/files/fit", json={"points": points}).json()
    assert told["scale"] == pytest.approx(0.001)
    assert client.post("/files/fit", json={"points": points[:2]}).status_code == 422
    assert client.post("/files/fit", json={"points": [{"x": "a"}]}).status_code == 422


STRANGE = [
    ("PUT", "answers", '{"values":{"a":"x\\u0000"}}'), ("PUT", "answers", '{"layers":["\\u0000"]}'),
    ("PUT", "answers", '{"fit":{"points":[NaN]}}'), ("PUT", "answers", '{"crs":"²"}'), ("PUT", "answers", '{"encoding":"hex"}'),
    ("POST", "fit", '{"points":[{"x":1' + "0" * 400 + ',"y":1,"east":1,"north":1}]}'),
    ("POST", "make", '{"files":[{"name":"a.dxf","size":1e999}]}'), ("POST", "make", '{"files":[{"name":"a.dxf","size":1,"stamp":1e999}]}'),
    ("POST", "make", '{"sender":"\\ud800","files":[{"name":"a.dxf","size":1}]}'),
]  # fmt: skip


@pytest.mark.parametrize(("method", "where", "body"), STRANGE)
def test_strange_numbers_and_signs_are_refused(
    client: httpx.Client, tmp_path: Path, method: str, where: str, body: str
) -> None:
    number = sent(client, good.geojson(tmp_path / "plan.geojson")) if where == "answers" else ""
    address = {"answers": f"/files/incoming/{number}/answers", "fit": "/files/fit", "make": "/files/incoming"}[where]
    answer = client.request(method, address, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422, answer.text
