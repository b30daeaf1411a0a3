# SPDX-License-Identifier: Apache-2.0
"""A collection is taken away over HTTP: at once or as a job, always whole, by everybody, a few at a time."""

import csv
import gzip
import io
import json
import os
import re
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import downloads
from layers import jobs
from layers.errors import TooManyExports
from layers.exporting import FORMATS
from layers.exporting.job import ASK, EXPORT, KEPT_S
from tests.conftest import Register, a_register
from tests.layers.land import a_block, a_plot, a_zone, square
from tests.layers.test_working import a_process
from tests.serving import serving

HERE = "/collections/plots/export"
LIMIT_S = 40


@pytest.fixture(scope="module")
def land(cluster: Any, template: str) -> Iterator[Register]:
    with a_register(cluster, template) as register:
        with register.connect() as connection:
            block = a_block(connection, a_zone(connection))
            for number in range(12):
                a_plot(connection, block, f"A01-{number + 1}", square(60 * number, 0))
            connection.execute("update register.plot set land_use = 'COM' where plot_number in ('A01-2', 'A01-10')")
        yield register


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "files"


@pytest.fixture(scope="module")
def client(land: Register, files: Path) -> Iterator[httpx.Client]:
    with (
        serving(land, data=files.parent) as address,
        a_process(land, EXPORT, files=files),
        httpx.Client(base_url=address, headers={"origin": address}, timeout=LIMIT_S) as client,
    ):
        yield client


def followed(client: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    """The job's standing once it has ended."""
    assert answer.status_code == 303, answer.text
    where = answer.headers["location"]
    deadline = time.monotonic() + LIMIT_S
    while True:
        found: dict[str, Any] = client.get(where, headers={"accept": "application/json"}).json()
        if found["state"] not in ("waiting", "running"):
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


@pytest.mark.parametrize(
    "query",
    ["f=dwg", "f=gpkg&nonsense=1", "f=gpkg&limit=5", "f=gpkg&shape=wkt", "f=csv&shape=round", "f=dxf&crs=http://www.opengis.net/def/crs/EPSG/0/3857",
     "f=shp&encoding=latin1", "f=csv&filter=pg_sleep(10)=1", "f=csv&properties=legal_area_m2"],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_before_anything_is_made(client: httpx.Client, files: Path, query: str) -> None:
    for answer in (client.get(f"{HERE}?{query}"), client.post(f"{HERE}?{query}")):
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
    assert not list((files.parent / "exports").glob("*/*"))


def test_a_layer_that_is_not_public_cannot_be_taken(client: httpx.Client) -> None:
    assert client.get("/collections/tenure_slot/export?f=csv").status_code == 404


def test_another_site_cannot_start_a_job(client: httpx.Client) -> None:
    answer = client.post(f"{HERE}?f=gpkg", headers={"origin": "https://example.org"})
    assert answer.status_code == 403


@pytest.mark.parametrize("number", ["nonsense", "6f1a3f5c-8a4e-4a4e-9c3e-0123456789ab"])
def test_an_export_that_was_never_asked_for_is_not_there(client: httpx.Client, number: str) -> None:
    for path in (f"/exports/{number}", f"/exports/{number}/file"):
        assert client.get(path).status_code == 404
    assert client.post(f"/exports/{number}/stop").status_code == 404


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_given_with_its_name_and_kind(client: httpx.Client, form: str) -> None:
    answer = client.get(f"{HERE}?f={form}&lang=en")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].split(";")[0] == FORMATS[form].media_type
    assert answer.headers["content-disposition"].startswith('attachment; filename="plots-v')
    assert FORMATS[form].ending in answer.headers["content-disposition"]
    assert answer.content


def test_the_filter_of_the_items_decides_what_is_in_the_file(client: httpx.Client) -> None:
    answer = client.get(f"{HERE}?f=csv&lang=en&land_use=COM&sortby=-plot_number")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Plot number"] for row in rows] == ["A01-2", "A01-10"]
    answer = client.get(f"{HERE}?f=geojson&filter=land_use='COM'&properties=plot_number")
    features = json.loads(answer.content)["features"]
    assert {feature["properties"]["plot_number"] for feature in features} == {"A01-2", "A01-10"}
    assert set(features[0]["properties"]) == {"plot_number"}
    asked = json.loads(client.get(f"{HERE}?f=json&land_use=COM").content)
    assert asked["numberMatched"] == 2


def test_a_stream_is_packed_for_those_who_take_it(client: httpx.Client) -> None:
    with client.stream("GET", f"{HERE}?f=geojson", headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(packed))["features"]) == 12


def test_head_tells_without_making_anything(client: httpx.Client) -> None:
    for form in ("csv", "gpkg"):
        answer = client.head(f"{HERE}?f={form}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["content-disposition"]


def test_a_job_makes_the_file_whole_and_a_cut_download_goes_on(client: httpx.Client, tmp_path: Path) -> None:
    job = followed(client, client.post(f"{HERE}?f=gpkg&lang=en&land_use=COM"))
    assert job["state"] == "done", job
    assert job["result"]["features"] == 2
    (link,) = job["links"]
    whole = client.get(link["href"])
    assert whole.headers["content-disposition"].startswith("attachment")
    half = len(whole.content) // 2
    rest = client.get(link["href"], headers={"range": f"bytes={half}-", "if-range": whole.headers["etag"]})
    assert rest.status_code == 206
    path = tmp_path / "plots.gpkg"
    path.write_bytes(whole.content[:half] + rest.content)
    with sqlite3.connect(path) as file:
        assert file.execute("select count(*) from plots").fetchone() == (2,)


def test_a_job_says_what_the_format_lost(client: httpx.Client) -> None:
    job = followed(
        client, client.post(HERE, data={"f": "shp", "lang": "ar", "shape": "", "crs": "", "encoding": "CP1256"})
    )
    assert job["state"] == "done", job
    assert any("fields.csv" in loss["ar"] for loss in job["result"]["losses"])
    answer = client.get(job["links"][0]["href"])
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("plots.cpg") == b"1256" or b"1256" in archive.read("plots.cpg")


def test_a_form_s_choices_that_a_format_has_no_use_for_are_passed_over(client: httpx.Client) -> None:
    fields = {
        "f": "dxf",
        "lang": "ar",
        "shape": "corners",
        "encoding": "UTF-8",
        "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    }
    assert followed(client, client.post(HERE, data=fields))["state"] == "done"


def test_a_form_longer_than_an_address_is_refused(client: httpx.Client) -> None:
    assert client.post(HERE, data={"f": "csv", "filter": "x" * 10_000}).status_code == 400


def test_nobody_fills_the_queue_alone(client: httpx.Client, land: Register) -> None:
    with land.connect("marsa_staff", autocommit=True) as connection:
        binds = {"arguments": "{}", "actor": "public:somebody", "most": 2, "most_together": 50}
        # In one transaction, so that no process begins them.
        with connection.transaction(force_rollback=True):
            given = [connection.execute(ASK, binds).fetchone() for _ in range(3)]
            others = connection.execute(ASK, {**binds, "actor": "public:another"}).fetchone()
            full = connection.execute(ASK, {**binds, "actor": "public:third", "most_together": 3}).fetchone()
    assert [row is not None and row[0] is not None for row in given] == [True, True, False]
    assert others is not None
    assert others[0] is not None
    assert full == (None,)


def test_only_a_few_downloads_of_one_client_go_on_at_once(client: httpx.Client) -> None:
    names = [downloads.a_place("somebody") for _ in range(downloads.OF_ONE_CLIENT + 1)]
    for place in names[:-1]:
        place.__enter__()
    with pytest.raises(TooManyExports):
        names[-1].__enter__()
    for place in names[:-1]:
        place.__exit__(None, None, None)
    with downloads.a_place("somebody"):
        assert client.get(f"{HERE}?f=csv").status_code == 200


def test_what_is_stopped_leaves_no_file(register: Register, files: Path) -> None:
    with (
        serving(register, data=files.parent) as address,
        httpx.Client(base_url=address, headers={"origin": address}) as client,
    ):
        # No process for jobs runs here: it waits until somebody stops it.
        where = client.post(f"{HERE}?f=fgb").headers["location"].split("?")[0]
        assert client.get(f"{where}?f=json").json()["state"] == "waiting"
        assert client.get(f"{where}/file").status_code == 404
        page = client.get(where, headers={"accept": "text/html", "accept-language": "en"}).text
        assert 'http-equiv="refresh"' in page
        assert "<progress" in page
        assert client.post(f"{where}/stop").status_code == 303
        assert client.get(f"{where}?f=json").json()["state"] == "stopped"
        assert client.get(f"{where}/file").status_code == 404


def test_after_a_day_a_file_is_gone_and_that_is_said(client: httpx.Client, files: Path) -> None:
    job = followed(client, client.post(f"{HERE}?f=csv"))
    folder = files.parent / "exports" / job["id"]
    assert folder.is_dir()
    old = time.time() - KEPT_S - 60
    os.utime(folder, (old, old))
    client.get(f"{HERE}?f=gpkg")  # who takes a whole file next tidies up, and each hour the clock does
    assert not folder.exists()
    assert client.get(f"/exports/{job['id']}?f=json").json()["state"] == "removed"
    assert client.get(f"/exports/{job['id']}/file").status_code == 404


def test_nothing_of_a_direct_download_stays_behind(client: httpx.Client, files: Path) -> None:
    assert client.get(f"{HERE}?f=gpkg").status_code == 200
    deadline = time.monotonic() + LIMIT_S
    while list((files.parent / "exports").glob("direct-*")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_reader_who_leaves_in_the_middle_costs_nothing_more(land: Register, files: Path) -> None:
    """Its connection to the database is gone soon after it."""
    with land.connect() as connection:
        block = connection.execute("select id from register.block").fetchone()
        assert block is not None
    with serving(land, data=files.parent) as address:
        with httpx.stream("GET", f"{address}{HERE}?f=csv", headers={"accept-encoding": "identity"}) as answer:
            next(answer.iter_raw())
        deadline = time.monotonic() + LIMIT_S
        with land.connect(autocommit=True) as connection:
            while connection.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'copy (%'"
            ).fetchone() != (0,):
                assert time.monotonic() < deadline
                time.sleep(0.1)
        assert not downloads._under_way


def test_the_page_offers_every_format_in_plain_words_with_the_count(client: httpx.Client) -> None:
    page = client.get(f"{HERE}?f=html&lang=en&land_use=COM").text
    for words in ("for QGIS", "for AutoCAD", "for Excel", "for Google Earth", "land_use=COM", ">2<"):
        assert words in page
    page = client.get(f"{HERE}?f=html&lang=ar").text
    assert "لبرنامج AutoCAD" in page
    assert ">12<" in page


def test_files_of_different_selections_have_different_names(client: httpx.Client) -> None:
    asked = [
        "",
        "&land_use=COM",
        "&land_use=LOG",
        "&filter=plot_number IN ('A01-2')",
        "&filter=plot_number IN ('A01-3')",
        "&shape=corners",
        "&shape=none",
    ]
    names = [client.get(f"{HERE}?f=csv{more}").headers["content-disposition"] for more in asked]
    assert len(set(names)) == len(asked)
    assert "plots-land_use=COM-v" in names[1]
    assert all(name.isascii() and "'" not in name for name in names)


@pytest.mark.parametrize(("lang", "title"), [("ar", "قائمة التوقيع المساحي"), ("en", "Stake-out list")])
def test_the_stake_out_list_is_a_page_to_print(client: httpx.Client, land: Register, lang: str, title: str) -> None:
    here = unescape(client.get(f"{HERE}?land_use=COM&lang={lang}", headers={"accept": "text/html"}).text)
    address = re.search(rf'href="({re.escape(HERE)}\?[^"]*f=stakeout[^"]*)"', here)
    assert address is not None
    answer = client.get(address[1])
    assert answer.headers["content-language"] == lang
    page = answer.text
    assert title in page
    assert "EPSG:3201" in page
    rows = re.findall(
        r'<th scope="row"><bdi dir="ltr">(.*?)</bdi></th><td>(\d+)</td><td><bdi dir="ltr">(.*?)</bdi></td>', page
    )
    assert [(plot, corner) for plot, corner, _ in rows] == [
        (plot, str(corner)) for plot in ("A01-2", "A01-10") for corner in (1, 2, 3, 4)
    ]
    assert rows[0][2] == "655060.000"
    assert client.get(f"{HERE}?f=stakeout&nothing=1").status_code == 400


def test_the_job_tells_the_same_question_again(client: httpx.Client) -> None:
    assert jobs.as_told({"a": 1}) == '{"a": 1}'
    job = followed(client, client.post(f"{HERE}?f=csv&lang=en&filter=plot_number IN ('A01-2')&properties=plot_number"))
    text = client.get(job["links"][0]["href"]).content.decode("utf-8-sig")
    assert [row["Plot number"] for row in csv.DictReader(io.StringIO(text))] == ["A01-2"]


def test_the_map_leads_to_the_plots_that_its_criteria_leave(client: httpx.Client) -> None:
    page = client.get("/map/results?lang=en&land_use=COM&area_from=1").text
    found = re.search(r'href="(/collections/plots/export\?[^"]+)"', page)
    assert found is not None
    asked = client.get(unescape(found[1]) + "&f=json").json()
    assert asked["numberMatched"] == 2
