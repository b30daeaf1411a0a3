# SPDX-License-Identifier: Apache-2.0
"""The admin has the data checked and takes an import back on the page, after being asked twice; nobody else can."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg
import pytest

from gis.coordinate_systems import named
from gis.reading import read
from layers.access import new_admin_link
from layers.administering import CHECKS
from layers.importing.acting import act, codes_of
from layers.importing.receiving import UNDO
from layers.importing.staging import stage
from layers.importing.wishes import Wishes
from tests.api.test_admin import client, enter
from tests.conftest import Register
from tests.layers.test_working import a_process

__all__ = ["client"]
SQUARE = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon",'
    '"coordinates":[[[16.6,31.2],[16.61,31.2],[16.61,31.21],[16.6,31.2]]]}}]}'
)


def a_drawing(register: Register, folder: Path) -> str:
    """A file taken in as a reference drawing; the import's number."""
    file = folder / "plan <b>.geojson"
    file.write_text(SQUARE, encoding="utf-8")
    with psycopg.connect(register.cluster.conninfo(database=register.name)) as db:
        staged = stage(read(file), file.name, Wishes(), None, named("3201"), codes_of(db))
        report = act(db, staged, 3201, commit=True, actor="test")
        db.commit()
    return str(report.import_id)


def until(client: httpx.Client, said: Callable[[str], bool]) -> str:
    deadline = time.monotonic() + 60
    while True:
        page = client.get("/admin", params={"lang": "en"}).text
        if said(page):
            return page
        assert time.monotonic() < deadline, page
        time.sleep(0.2)


def test_the_admin_checks_and_undoes_and_is_told(client: httpx.Client, register: Register, tmp_path: Path) -> None:
    own = {"origin": str(client.base_url).rstrip("/")}
    number = a_drawing(register, tmp_path)
    enter(client, new_admin_link(register.url()))
    page = client.get("/admin", params={"lang": "en"}).text
    assert "plan &lt;b&gt;.geojson" in page
    assert f"/map?drawing={number}" in page

    # Asking is no doing: a page that only looks changes nothing.
    asked = client.get("/admin/undo", params={"import": number, "lang": "ar"})
    assert "أتلغي هذا الإدخال" in asked.text
    assert client.get("/admin/undo", params={"import": "nonsense"}).status_code == 404
    for headers in ({}, {"origin": "https://evil.example"}, {**own, "sec-fetch-site": "cross-site"}):
        assert client.post("/admin/undo", data={"import": number}, headers=headers).status_code == 403
        assert client.post("/admin/checks", headers=headers).status_code == 403
    with a_process(register, CHECKS, UNDO):
        assert client.post("/admin/checks?lang=en", headers=own).status_code == 303
        page = until(client, lambda text: "Every rule holds" in text)
        assert 'http-equiv="refresh"' not in page, "a page that waits for nothing stands still"
        assert len(re.findall("✓", page)) > 20
        assert client.post("/admin/undo?lang=en", data={"import": number}, headers=own).status_code == 303
        page = until(client, lambda text: "Import undone" in text)
    assert "/admin/undo?import=" not in page
    with register.connect() as connection:
        assert connection.execute("select count(*) from register.reference_area").fetchone() == (0,)
    assert client.post("/admin/undo", data={"import": number}, headers=own).status_code == 404


def test_what_is_built_upon_is_refused_with_its_reason(
    client: httpx.Client, register: Register, tmp_path: Path
) -> None:
    number = a_drawing(register, tmp_path)
    with register.connect() as connection:
        connection.execute(
            "select set_config('marsa.actor', 'test', true), set_config('marsa.zones', '*', true), "
            "set_config('marsa.roles', 'planner', true)"
        )
        connection.execute("update register.reference_area set label = 'changed'")
    enter(client, new_admin_link(register.url()))
    with a_process(register, CHECKS, UNDO):
        client.post("/admin/undo", data={"import": number}, headers={"origin": str(client.base_url).rstrip("/")})
        page = until(client, lambda text: 'class="problem"' in text)
    assert number in page
    with register.connect() as connection:
        assert connection.execute("select count(*) from register.reference_area").fetchone() == (1,)


@pytest.mark.parametrize("body", [b"", b"import=", b"import=%ff", b"import=" + b"x" * 5000])
def test_a_strange_form_undoes_nothing(client: httpx.Client, register: Register, body: bytes) -> None:
    enter(client, new_admin_link(register.url()))
    headers = {"origin": str(client.base_url).rstrip("/"), "content-type": "application/x-www-form-urlencoded"}
    assert client.post("/admin/undo", content=body, headers=headers).status_code == 404
