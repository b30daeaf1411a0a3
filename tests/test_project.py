# SPDX-License-Identifier: Apache-2.0
"""What the project says of itself is true of its files."""

import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from api.command import COMMANDS
from api.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
SERVICES = {"db", "api", "worker", "proxy"}
SOURCES = (".py", ".js", ".css", ".sql", ".html", ".toml")


def tracked() -> list[Path]:
    """Files that git tracks; in a copy without git, all that is not made by set-up."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
        if listed.returncode == 0:
            return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    made = {".venv", "node_modules", "vendor", "__pycache__"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.parts)]


def test_every_setting_is_in_the_readme() -> None:
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"MARSA_{name.upper()}" not in told]
    assert missing == []


def test_every_source_names_its_licence() -> None:
    exempt = {"pyproject.toml"}
    unnamed = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in SOURCES
        and path.name not in exempt
        and "SPDX-License-Identifier: Apache-2.0" not in path.read_text(encoding="utf-8")[:300]
    ]
    assert unnamed == []


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_commands_and_files_that_docs_name_exist(doc: Path) -> None:
    text = doc.read_text(encoding="utf-8")
    for word in re.findall(r"\./marsa ([a-z]+)", text):
        assert word in {*COMMANDS, "test"}, word
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (doc.parent / link).exists(), link
    # A page that teaches by example names files that the reader is about to write.
    for path in (
        [] if doc.name == "adding-a-layer.md" else re.findall(r"`((?:api|web|layers|gis|tests)/[\w./-]*\w)`", text)
    ):
        assert (ROOT / path).exists(), path


def test_locks_name_no_host() -> None:
    for lock in (*ROOT.glob("*.lock"), ROOT / "package-lock.json"):
        assert "://" not in re.sub(r'"(?:url|funding)":\s*"[^"]*"', "", lock.read_text(encoding="utf-8")), lock.name


def test_the_compose_file_starts_the_services_that_the_design_names() -> None:
    asked = ["docker", "compose", "version"]
    if shutil.which("docker") and subprocess.run(asked, capture_output=True, check=False).returncode == 0:
        shown = subprocess.run(
            ["docker", "compose", "config", "--services"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert shown.returncode == 0, shown.stderr
        assert set(shown.stdout.split()) == SERVICES
        return
    # No compose on this machine: the file's own top level is read instead.
    services = re.findall(
        r"^  (\w+):$", (ROOT / "docker-compose.yml").read_text().split("\nservices:\n")[1], re.MULTILINE
    )
    assert set(services) - {"database", "certificates"} == SERVICES


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_what_is_asked_for_with_extras_is_pinned_with_them(lock: str) -> None:
    """The pip of Debian 12 takes `coverage[toml]` for unpinned beside `coverage==…` from the day a newer one is published."""
    lines = re.findall(r"^([A-Za-z0-9._-]+)(?:\[([^\]]*)\])?==", (ROOT / lock).read_text(), re.MULTILINE)
    pinned = {canonicalize_name(name): {extra.strip() for extra in extras.split(",")} for name, extras in lines}
    for name in pinned:
        for asked in map(Requirement, metadata.requires(name) or ()):
            if asked.extras and (asked.marker is None or asked.marker.evaluate({"extra": ""})):
                assert asked.extras <= pinned[canonicalize_name(asked.name)], (name, str(asked))
