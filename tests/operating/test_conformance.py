# SPDX-License-Identifier: Apache-2.0
"""OGC's suites are run where they are to be had; where not, nothing counts as passed."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from api.commands.conformance import SUITES, outcome_of
from layers.embedded import Cluster
from tests.conftest import a_register
from tests.layers.land import a_block, a_plot, a_zone
from tests.operating.marsa import marsa, refusal
from tests.serving import serving

JAVA = """#!/bin/sh
# In the place of Java: keeps what it was told, and leaves results as a suite does.
printf '%s\\n' "$@" > "$KEPT.words"
while [ "$1" != -o ]; do shift; done
cp "$5" "$KEPT.xml"; mkdir -p "$2/testng/1"; cp "$KEPT.results" "$2/testng/1/testng-results.xml"
"""

RESULTS = """<testng-results skipped="1" failed="1" passed="2"><suite name="s"><test name="t"><class name="c">
<test-method status="PASS" name="prepare" is-config="true"/>
<test-method status="PASS" name="landing"/><test-method status="PASS" name="conformance"/>
<test-method status="SKIP" name="writes"/>
<test-method status="FAIL" name="limit"><exception class="AssertionError"><message><![CDATA[expected
 <400>]]></message></exception></test-method>
</class></test></suite></testng-results>"""


def test_tests_are_counted_by_their_own_results_and_preparations_are_not(tmp_path: Path) -> None:
    (tmp_path / "testng-results.xml").write_text(RESULTS)
    outcome = outcome_of(tmp_path / "testng-results.xml")
    assert (outcome.passed, outcome.failed, outcome.skipped) == (2, 1, 1)
    assert outcome.failures == ("limit: expected <400>",)


def test_without_a_service_or_a_suite_it_says_so_and_fails(place: Path) -> None:
    assert "Nothing is running" in refusal(marsa("conformance", "--data", place / "none"))
    missing = refusal(marsa("conformance", "--data", place / "none", "--url", "http://127.0.0.1:9", "--suites", place))
    assert SUITES[0].file in missing or "java" in missing


@pytest.fixture(scope="module")
def address(cluster: Cluster, template: str) -> Iterator[str]:
    with a_register(cluster, template) as register:
        with register.connect() as connection:
            a_plot(connection, a_block(connection, a_zone(connection)))
        with serving(register) as address:
            yield address


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (["ets-ogcapi-features10-1.9-aio.jar", "ets-ogcapi-tiles10-1.2-aio.jar"], r"-jar\n\S+/ets-ogcapi-tiles10-1.2-aio.jar\n"),
        (
            ["ets-ogcapi-features10-2.0.jar", "ets-ogcapi-tiles10-1.3.jar", "ets-ogcapi-tiles10-1.3-sources.jar", "testng-7.jar"],
            r"-cp\n\S+/suites/\*\norg.opengis.cite.ogcapitiles10.TestNGController\n",
        ),
    ],
)  # fmt: skip
def test_suites_are_run_where_they_lie_on_a_tile_that_holds_plots(
    tmp_path: Path, address: str, files: list[str], told: str
) -> None:
    suites, programs, kept = tmp_path / "suites", tmp_path / "programs", tmp_path / "kept"
    for folder in (suites, programs):
        folder.mkdir()
    for file in files:
        (suites / file).write_bytes(b"")
    (programs / "java").write_text(JAVA)
    (programs / "java").chmod(0o755)
    kept.with_suffix(".results").write_text(RESULTS)
    path = f"{programs}:/usr/local/bin:/usr/bin:/bin"
    done = marsa("conformance", "--url", f"{address}/", "--suites", suites, PATH=path, KEPT=str(kept))
    assert done.returncode == 1  # one test of each failed
    for file in files[:2]:
        name = file.removesuffix(".jar").removesuffix("-aio")
        assert f"{name}: 2 passed, 1 failed, 1 skipped\n" in done.stdout
    assert done.stdout.count("limit: expected <400>") == 2
    assert re.match(told, kept.with_suffix(".words").read_text())
    asked = {entry.get("key"): entry.text or "" for entry in ElementTree.parse(kept.with_suffix(".xml")).iter("entry")}
    assert asked["iut"] == address
    assert (asked["mintilerow"], asked["mintilecol"]) == (asked["maxtilerow"], asked["maxtilecol"])
    tile = asked["urltemplatefortiles"].format(
        tileMatrix=asked["tilematrix"], tileRow=asked["mintilerow"], tileCol=asked["mintilecol"]
    )
    assert httpx.get(tile).status_code == 200
