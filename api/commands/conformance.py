# SPDX-License-Identifier: Apache-2.0
"""`./marsa conformance`: OGC's own test suites against the running service, and how many of their tests passed.

The suites are Java programs of OGC's CITE team. They are used where they lie (`--suites`), or fetched by Maven; where
neither is to be had it is said, and nothing counts as passed.
"""

import argparse
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from api.installation import say, settings_for
from api.running import server_of
from layers.errors import NoService, NoSuites

HELP = ("يجري اختبارات المعايير (OGC) على الخدمة العاملة", "run OGC's test suites against the running service")
LIMIT_S = 3600
TILE = {"tilematrix": "14", "mintilerow": "6698", "maxtilerow": "6700", "mintilecol": "8946", "maxtilecol": "8948"}
"""Tiles of the demonstration that hold plots."""


@dataclass(frozen=True)
class Suite:
    """One suite as Maven names it, and what it asks for beside the address."""

    name: str
    version: str

    @property
    def file(self) -> str:
        return f"{self.name}-{self.version}-aio.jar"

    def properties(self, address: str) -> dict[str, str]:
        asked = {"iut": address, "noofcollections": "-1"}
        if "tiles" in self.name:
            tiles = f"{address}/collections/plots/tiles/WebMercatorQuad"
            asked |= {
                "tilematrixsetdefinitionuri": "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
                "urltemplatefortiles": f"{tiles}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}?f=mvt",
                **TILE,
            }
        return asked


SUITES = (Suite("ets-ogcapi-features10", "1.9"), Suite("ets-ogcapi-tiles10", "1.2"))


@dataclass(frozen=True)
class Outcome:
    """Tests of a suite by what came of them, and the names of those that failed."""

    passed: int
    failed: int
    skipped: int
    failures: tuple[str, ...]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="address of the service (the running one of this installation)")
    parser.add_argument("--suites", type=Path, help="folder with the suites' -aio.jar files")


def run(options: argparse.Namespace) -> int:
    server = server_of(settings_for(options).data)
    address = options.url or (server.address if server else None)
    if address is None:
        raise NoService()
    if shutil.which("java") is None:
        raise NoSuites("java")
    worst = 0
    with tempfile.TemporaryDirectory(prefix="marsa-conformance-") as scratch:
        for suite in SUITES:
            jar = _found(suite, options.suites, Path(scratch))
            outcome = _run(suite, jar, address.rstrip("/"), Path(scratch) / suite.name)
            line = f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"
            say(f"{suite.name} {suite.version}: {line}", f"{suite.name} {suite.version}: {line}")
            for failure in outcome.failures:
                say(f"  ✗ {failure}", f"  ✗ {failure}")
            worst = max(worst, 1 if outcome.failed or not outcome.passed else 0)
    return worst


def outcome_of(results: Path) -> Outcome:
    """Counts of a `testng-results.xml`. The suite's own exit status says nothing: it is always 0."""
    methods = [
        method for method in ElementTree.parse(results).iter("test-method") if method.get("is-config") != "true"  # noqa: S314 written by the suite that we started
    ]  # fmt: skip
    states = [method.get("status", "") for method in methods]
    return Outcome(
        states.count("PASS"),
        states.count("FAIL"),
        states.count("SKIP"),
        tuple(f"{m.get('name')}: {_why(m)}" for m in methods if m.get("status") == "FAIL"),
    )


def _why(method: ElementTree.Element) -> str:
    message = method.findtext("exception/message") or ""
    return " ".join(message.split())[:200]


def _found(suite: Suite, folder: Path | None, scratch: Path) -> Path:
    if folder is not None:
        if not (folder / suite.file).is_file():
            raise NoSuites(suite.file)
        return folder / suite.file
    if shutil.which("mvn") is None:
        raise NoSuites("mvn")
    artifact = f"org.opengis.cite:{suite.name}:{suite.version}:jar:aio"
    command = [
        "mvn", "-q", "-B", "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={scratch}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=False, cwd=scratch, timeout=LIMIT_S)
    if done.returncode or not (scratch / suite.file).is_file():
        raise NoSuites(suite.file)
    return scratch / suite.file


def _run(suite: Suite, jar: Path, address: str, folder: Path) -> Outcome:
    folder.mkdir()
    root = ElementTree.Element("properties", version="1.0")
    for key, value in suite.properties(address).items():
        ElementTree.SubElement(root, "entry", key=key).text = value
    # Without a document type: the suite would fetch it from the network.
    ElementTree.ElementTree(root).write(folder / "props.xml", encoding="utf-8", xml_declaration=True)
    command = ["java", "-jar", str(jar), "-o", str(folder / "out"), "-h", "true", str(folder / "props.xml")]
    subprocess.run(command, capture_output=True, check=False, cwd=folder, timeout=LIMIT_S)
    results = sorted((folder / "out").rglob("testng-results.xml"))
    if not results:
        raise NoSuites(suite.file)
    return outcome_of(results[-1])
