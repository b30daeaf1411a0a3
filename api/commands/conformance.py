# SPDX-License-Identifier: Apache-2.0
"""`./marsa conformance`: OGC's own test suites against the running service, and how many of their tests passed.

The suites are Java programs of OGC's CITE team. They are used where they lie (`--suites`: as `-aio.jar`, or as a plain
jar beside all that it needs), or fetched by Maven; where neither is to be had it is said, and nothing counts as passed.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

from api.installation import say, settings_for
from api.running import server_of
from layers.errors import NoService, NoSuites

HELP = ("يجري اختبارات المعايير (OGC) على الخدمة العاملة", "run OGC's test suites against the running service")
LIMIT_S = 3600
ANSWER_S = 60
TILES_LEVEL = "16"
LIMITS = ("minTileRow", "maxTileRow", "minTileCol", "maxTileCol")
TILES = "collections/plots/tiles/WebMercatorQuad"


@dataclass(frozen=True)
class Suite:
    """One suite as Maven names it, and what it asks for beside the address."""

    name: str
    version: str

    @property
    def file(self) -> str:
        return f"{self.name}-{self.version}-aio.jar"

    @property
    def program(self) -> str:
        """The class that runs the suite."""
        return f"org.opengis.cite.{self.name.removeprefix('ets-').replace('-', '')}.TestNGController"

    def properties(self, address: str) -> dict[str, str]:
        """What the suite asks before it begins. `address`: of the service, without a slash at its end."""
        asked = {"iut": address, "noofcollections": "-1"}
        if "tiles" in self.name:
            asked |= {
                "tilematrixsetdefinitionuri": "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
                "urltemplatefortiles": f"{address}/{TILES}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}?f=mvt",
                **_tile_with_plots(address),
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
    parser.add_argument(
        "--suites", type=Path, help="folder with the suites: -aio.jar files, or plain jars with all that they need"
    )


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
            which = jar.name.removesuffix(".jar").removesuffix("-aio")
            line = f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"
            say(f"{which}: {line}", f"{which}: {line}")
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
        # Of any version; what carries all that it needs before what needs jars beside it.
        jars = [
            jar for jar in sorted(folder.glob(f"{suite.name}-*.jar")) if not jar.stem.endswith(("sources", "javadoc"))
        ]
        jars.sort(key=lambda jar: jar.stem.endswith("-aio"))
        if not jars:
            raise NoSuites(suite.file)
        return jars[-1].resolve()
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
    program = ["-jar", str(jar)] if jar.stem.endswith("-aio") else ["-cp", str(jar.parent / "*"), suite.program]
    command = ["java", *program, "-o", str(folder / "out"), "-h", "true", str(folder / "props.xml")]
    subprocess.run(command, capture_output=True, check=False, cwd=folder, timeout=LIMIT_S)
    results = sorted((folder / "out").rglob("testng-results.xml"))
    if not results:
        raise NoSuites(suite.file)
    return outcome_of(results[-1])


def _tile_with_plots(address: str) -> dict[str, str]:
    """A tile that holds plots, as the suite names one: it asks for it and expects content. Nothing where no tile does.

    Raises NoService.
    """
    try:
        with urllib.request.urlopen(f"{address}/{TILES}?f=json", timeout=ANSWER_S) as answer:  # noqa: S310 the address is the user's
            limits = {limit["tileMatrix"]: limit for limit in json.load(answer)["tileMatrixSetLimits"]}
        row_from, row_to, col_from, col_to = (limits.get(TILES_LEVEL, {}).get(name, 0) for name in LIMITS)
        for row, col in product(range(row_from, row_to + 1), range(col_from, col_to + 1)):
            tile = f"{address}/{TILES}/{TILES_LEVEL}/{row}/{col}?f=mvt"
            with urllib.request.urlopen(tile, timeout=ANSWER_S) as answer:  # noqa: S310 the same
                if answer.status == 200:
                    numbers = (str(number) for number in (row, row, col, col))
                    return {"tilematrix": TILES_LEVEL, **dict(zip(map(str.lower, LIMITS), numbers, strict=True))}
    except urllib.error.HTTPError:
        return {}
    except urllib.error.URLError:
        raise NoService() from None
    return {}
