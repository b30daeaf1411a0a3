# SPDX-License-Identifier: Apache-2.0
"""OGC's suites are run where they are to be had; where not, nothing counts as passed."""

from pathlib import Path

from api.commands.conformance import SUITES, outcome_of
from tests.operating.marsa import marsa, refusal

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
